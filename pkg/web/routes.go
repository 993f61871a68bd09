package web

import (
	"net/http"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"github.com/carnetbadges/carnet/store"
)

// furnish sets what happens around every route.
func (s *Site) furnish() {
	s.echo.Use(numbered)
	s.echo.Use(middleware.RecoverWithConfig(middleware.RecoverConfig{LogErrorFunc: s.panicked, DisablePrintStack: true}))
	s.echo.Use(s.watched)
	s.echo.Use(s.language)
	s.echo.Use(middleware.BodyLimitWithConfig(middleware.BodyLimitConfig{Limit: "21M", Skipper: ownLimit}))
	s.echo.Use(legible)
}

// ownLimit says whether a request is bounded by its own handler: a whole passport is larger than any form.
func ownLimit(c echo.Context) bool {
	return c.Request().Method == http.MethodPost && c.Request().URL.Path == bringPath
}

// routes is every address of the site. Who may ask what is proved by the table in routes_test.go.
func (s *Site) routes() {
	door, joining, brought, script := s.limits.doors, s.limits.joins, s.limits.imports, s.limits.scripts
	e := s.echo

	e.GET("/", s.home)
	e.GET("/join", s.joinForm)
	e.POST("/join", s.join, limited(joining, s.joinAgain))
	e.GET("/letter-sent", s.letterSent)
	e.GET("/sign-in", s.signInForm)
	e.POST("/sign-in", s.signIn, limited(door, s.signInAgain))
	e.GET("/sign-in/code", s.codeForm)
	e.POST("/sign-in/code", s.code, limited(door, s.codeAgain))
	e.GET("/sign-in/letter/:secret", s.arrivalForm)
	e.POST("/sign-in/letter/:secret", s.arrive, limited(door, s.arrivalAgain))
	e.POST("/sign-in/again/with/:provider", s.members(s.againBy), limited(door, refused))
	e.POST("/sign-in/with/:provider", s.signInBy, limited(door, s.signInAgain))
	e.GET("/sign-in/from/:provider", s.comeBack)
	e.GET("/join/with", s.joinWithForm)
	e.POST("/join/with", s.joinWith, limited(joining, s.joinWithAgain))
	e.POST("/sign-in/again/letter", s.signedIn(s.askAgain), limited(door, s.signedIn(s.againAgain)))
	e.POST("/sign-in/passkey/ask", s.askPasskey, limited(script, scriptSlowed))
	e.POST("/sign-in/passkey", s.openByPasskey, limited(door, scriptSlowed))
	e.GET("/sign-in/second", s.halfway(s.secondDoor))
	e.POST("/sign-in/second", s.halfway(s.openSecond), limited(door, s.halfway(s.secondDoorAgain)))
	e.GET("/sign-in/again", s.signedIn(s.againForm))
	e.POST("/sign-in/again", s.signedIn(s.again), limited(door, s.signedIn(s.againAgain)))
	e.POST("/sign-in/again/passkey", s.signedIn(s.againByPasskey), limited(door, scriptSlowed))
	e.POST("/sign-out", s.signOut)
	e.GET("/forgot", s.forgotForm)
	e.POST("/forgot", s.forgot, limited(door, s.forgotAgain))
	e.GET("/reset/:secret", s.resetForm)
	e.POST("/reset/:secret", s.reset, limited(door, s.resetAgain))
	e.GET("/confirm/:secret", s.confirmForm)
	e.POST("/confirm/:secret", s.confirm, limited(door, s.confirmAgain))
	e.GET("/setup/:secret", s.setupForm)
	e.POST("/setup/:secret", s.setup, limited(door, s.setupAgain))

	e.GET("/verify", s.verifyForm)
	e.POST("/verify", s.verify)

	e.GET("/badges", s.members(s.wall))
	e.POST("/badges", s.members(s.bring), limited(brought, s.members(s.bringAgain)))
	e.GET("/badges/add", s.members(s.addForm))
	e.GET("/badges/deleted", s.members(s.deleted))

	e.GET("/b/:id", s.badge)
	e.GET("/b/:id/picture", s.picture)
	e.GET("/b/:id/original", s.members(s.original))
	e.GET("/b/:id/archive", s.members(s.archive))
	e.GET("/b/:id/baked.png", s.baked("png"))
	e.GET("/b/:id/baked.svg", s.baked("svg"))
	e.POST("/b/:id/visibility", s.members(s.setVisibility))
	e.POST("/b/:id/check", s.members(s.check), limited(brought, refused))
	e.POST("/b/:id/delete", s.members(s.remove))
	e.POST("/b/:id/restore", s.members(s.restore))

	e.GET("/@:handle", s.passport)
	e.GET("/@:handle/portrait", s.portrait)
	e.POST("/@:handle/block", s.members(s.blockPerson))
	e.GET("/you", s.members(s.you))
	e.POST("/you", s.members(s.saveYou))
	e.POST("/you/preferences", s.members(s.savePreferences))
	e.GET("/you/portrait", s.members(s.portraitForm))
	e.POST("/you/portrait", s.members(s.bringPortrait), limited(brought, refused))
	e.GET("/you/portrait/draft", s.members(s.portraitDraft))
	e.POST("/you/portrait/set", s.members(s.setPortrait))
	e.POST("/you/portrait/remove", s.members(s.removePortrait))
	e.POST("/you/unblock", s.members(s.unblockPerson))
	e.POST("/you/confirm", s.members(s.resendLetter), limited(door, refused))
	e.GET("/you/sessions", s.members(s.yourSessions))
	e.POST("/you/sessions/end", s.fresh(s.endSession))
	e.POST("/you/sessions/end-others", s.fresh(s.endOtherSessions))
	e.POST("/you/sessions/end-all", s.fresh(s.signOutEverywhere))
	e.GET("/you/log", s.members(s.yourLog))
	e.GET("/you/letters", s.members(s.yourLetters))
	e.POST("/you/letters", s.members(s.saveLetters))
	e.GET("/unsubscribe/:secret", s.unsubscribeForm)
	e.POST("/unsubscribe/:secret", s.unsubscribe)
	e.GET("/you/sign-in", s.members(s.signInWays))
	e.POST("/you/password", s.members(s.setPassword), limited(door, s.members(s.signInWaysAgain)))
	e.POST("/you/password/remove", s.members(s.removePassword), limited(door, s.members(s.signInWaysAgain)))
	e.POST("/you/sign-in/with/:provider", s.fresh(s.linkBy), limited(door, refused))
	e.POST("/you/sign-in/without", s.fresh(s.unlink), limited(door, refused))
	e.GET("/you/addresses", s.members(s.addressList))
	e.POST("/you/addresses", s.members(s.addAddress), limited(door, s.members(s.addAddressAgain)))
	e.GET("/you/addresses/:address", s.members(s.address))
	e.POST("/you/addresses/:address/code", s.members(s.confirmCode), limited(door, refused))
	e.POST("/you/addresses/:address/primary", s.fresh(s.choosePrimary))
	e.GET("/you/addresses/:address/remove", s.fresh(s.removeAddressForm))
	e.POST("/you/addresses/:address/remove", s.fresh(s.removeAddress))
	e.POST("/you/addresses/:address/restore", s.members(s.restoreAddress))
	e.GET("/you/data", s.members(s.data))
	e.POST("/you/data/archive", s.members(s.takeOut), limited(door, refused))
	e.POST("/you/data/archive/cancel", s.members(s.callOff(store.Out)))
	e.GET(archivePath, s.fresh(s.fetchArchive))
	e.POST(bringPath, s.members(s.bringBack), limited(brought, refused))
	e.POST("/you/data/bring/cancel", s.members(s.callOff(store.In)))
	e.GET("/you/leave", s.fresh(s.leaveForm))
	e.POST("/you/leave", s.fresh(s.leave))
	e.GET(leavingPath, s.members(s.leaving))
	e.POST("/you/stay", s.members(s.stay))
	e.POST("/you/leave/now", s.fresh(s.leaveNow))
	e.POST("/you/passkeys/ask", s.signedIn(s.freshly(s.askNewPasskey)), limited(script, scriptSlowed))
	e.POST("/you/passkeys", s.signedIn(s.freshly(s.addPasskey)), limited(door, scriptSlowed))
	e.POST("/you/passkeys/decline", s.members(s.declinePasskey))
	e.POST("/you/passkeys/:id", s.members(s.renamePasskey))
	e.POST("/you/passkeys/:id/remove", s.fresh(s.removePasskey))
	e.GET("/you/second", s.signedIn(s.secondMust))
	e.GET("/you/second/app", s.signedIn(s.freshly(s.setApp)))
	e.POST("/you/second/app", s.signedIn(s.freshly(s.newApp)))
	e.POST("/you/second/app/keep", s.signedIn(s.freshly(s.keepApp)), limited(door, refused))
	e.POST("/you/second/app/remove", s.fresh(s.removeApp))
	e.POST("/you/second/passkeys", s.signedIn(s.freshly(s.passkeysAsSecond)), limited(door, refused))
	e.POST("/you/second/codes", s.fresh(s.renewCodes), limited(door, refused))
	e.POST("/you/second/off", s.fresh(s.secondOff))
	e.POST("/language", s.setLanguage)
	e.POST("/theme", s.setTheme)

	e.GET("/_/:asset", s.asset)
	e.GET("/favicon.ico", s.favicon)
	e.GET("/robots.txt", s.robots)
	e.GET("/.well-known/security.txt", s.securityTxt)
	e.GET("/.well-known/change-password", s.changePassword)
	e.GET("/.well-known/passkey-endpoints", s.passkeyEndpoints)
	e.GET("/livez", s.alive)
	e.GET("/readyz", s.ready)
	if s.Kept != nil && KeptLettersAreShown(s.public) {
		e.GET("/dev/mail", s.letters, onlyHere)
		e.GET("/dev/mail/:id", s.letter, onlyHere)
	}
	e.RouteNotFound("/*", func(echo.Context) error { return echo.ErrNotFound })
}
