package web

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// home is the door for whoever comes by; who is signed in has their passport instead.
func (s *Site) home(c echo.Context) error {
	person, err := s.person(c)
	if err != nil {
		return err
	}
	if person != nil {
		return seeOther(c, "/badges")
	}
	frame, err := s.frame(c, "title.home", "")
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	frame.Description = views.T(ctx, "home.lead")
	frame.OG = &views.OpenGraph{Title: views.T(ctx, "carnet.title"), Description: frame.Description, URL: s.PublicURL + "/", Type: "website"}
	frame.Canonical = s.PublicURL + "/"
	return s.show(c, http.StatusOK, views.Home(views.HomePage{Frame: frame}))
}

// joinForm asks for what a passport needs.
func (s *Site) joinForm(c echo.Context) error {
	return s.showJoin(c, http.StatusOK, account.Joining{}, nil)
}

// join makes a passport. Whether the address was known before, the same page answers: the letter tells.
func (s *Site) join(c echo.Context) error {
	typed := joining(c)
	person, err := s.Accounts.Join(c.Request().Context(), typed)
	if mistakes, ok := mistakesOf(err); ok {
		return s.showJoin(c, http.StatusUnprocessableEntity, typed, mistakes)
	}
	if err != nil && !errors.Is(err, account.ErrAlreadyHere) {
		return err
	}
	s.sessions.Put(c.Request().Context(), sessionJoined, person.ID)
	s.Kick()
	return seeOther(c, "/letter-sent?for=join")
}

func (s *Site) showJoin(c echo.Context, status int, typed account.Joining, mistakes map[string]string) error {
	frame, err := s.frame(c, "title.join", "")
	if err != nil {
		return err
	}
	return s.show(c, status, views.Join(views.JoinPage{Frame: frame, Name: typed.Name, Email: typed.Email, Mistakes: mistakes}))
}

// joining is what a form that makes a passport sent.
func joining(c echo.Context) account.Joining {
	return account.Joining{
		Name: c.FormValue("name"), Email: c.FormValue("email"), Password: c.FormValue("password"),
		Language: views.Language(c.Request().Context()),
	}
}

// letterSent says where to look now.
func (s *Site) letterSent(c echo.Context) error {
	frame, err := s.frame(c, "title.letter-sent", "")
	if err != nil {
		return err
	}
	return s.show(c, http.StatusOK, views.LetterSent(views.LetterSentPage{Frame: frame, For: choice(c.QueryParam("for"), "join", "forgot"), Kept: s.Kept != nil && here(c.Request())}))
}

// signInForm asks for address and password.
func (s *Site) signInForm(c echo.Context) error {
	return s.showSignIn(c, http.StatusOK, views.SignInPage{})
}

// signIn opens a session, or gives the form back with the address as it was typed.
func (s *Site) signIn(c echo.Context) error {
	email := c.FormValue("email")
	person, err := s.Accounts.SignIn(c.Request().Context(), email, c.FormValue("password"))
	var slow *account.SlowDown
	switch {
	case errors.As(err, &slow):
		c.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(int(slow.After.Seconds())+1))
		return s.showSignIn(c, http.StatusTooManyRequests, views.SignInPage{Email: email, Mistake: "slow-down"})
	case errors.Is(err, account.ErrWrong):
		return s.showSignIn(c, http.StatusUnprocessableEntity, views.SignInPage{Email: email, Mistake: "wrong"})
	case err != nil:
		return err
	}
	if err := s.open(c, person); err != nil {
		return err
	}
	next := c.FormValue("next")
	if !within(next) {
		next = "/badges"
	}
	return seeOther(c, next)
}

func (s *Site) showSignIn(c echo.Context, status int, page views.SignInPage) (err error) {
	if page.Frame, err = s.frame(c, "title.sign-in", ""); err != nil {
		return err
	}
	if next := c.FormValue("next"); within(next) {
		page.Next = next
	}
	return s.show(c, status, views.SignIn(page))
}

// signOut ends the session on the server, not only in the browser.
func (s *Site) signOut(c echo.Context) error {
	if err := s.sessions.Destroy(c.Request().Context()); err != nil {
		return err
	}
	return seeOther(c, "/?done=signed-out")
}

// forgotForm asks to which address the letter should go.
func (s *Site) forgotForm(c echo.Context) error {
	return s.showForgot(c, http.StatusOK, "", nil)
}

// forgot sends the letter, if there is anybody to send it to, and answers the same either way.
func (s *Site) forgot(c echo.Context) error {
	ctx := c.Request().Context()
	err := s.Accounts.ForgotPassword(ctx, c.FormValue("email"), views.Language(ctx))
	if mistakes, ok := mistakesOf(err); ok {
		return s.showForgot(c, http.StatusUnprocessableEntity, c.FormValue("email"), mistakes)
	}
	if err != nil {
		return err
	}
	s.Kick()
	return seeOther(c, "/letter-sent?for=forgot")
}

func (s *Site) showForgot(c echo.Context, status int, email string, mistakes map[string]string) error {
	frame, err := s.frame(c, "title.forgot", "")
	if err != nil {
		return err
	}
	return s.show(c, status, views.Forgot(views.ForgotPage{Frame: frame, Email: email, Mistakes: mistakes}))
}

// resetForm asks for the new password. It only shows a form: opening a letter's link changes nothing.
func (s *Site) resetForm(c echo.Context) error {
	return s.showReset(c, http.StatusOK, views.ResetPage{})
}

// reset sets the new password, ends every session there was and begins one here.
func (s *Site) reset(c echo.Context) error {
	person, err := s.Accounts.ResetPassword(c.Request().Context(), c.Param("secret"), c.FormValue("password"))
	if mistakes, ok := mistakesOf(err); ok {
		return s.showReset(c, http.StatusUnprocessableEntity, views.ResetPage{Mistakes: mistakes})
	}
	if errors.Is(err, account.ErrSecret) {
		return s.showStale(c, "reset")
	}
	if err != nil {
		return err
	}
	s.Kick()
	if err := s.open(c, person); err != nil {
		return err
	}
	return seeOther(c, "/badges?done=password")
}

func (s *Site) showReset(c echo.Context, status int, page views.ResetPage) (err error) {
	if page.Frame, err = s.frame(c, "title.reset", ""); err != nil {
		return err
	}
	page.Frame.NoIndex, page.Secret = true, c.Param("secret")
	return s.show(c, status, views.Reset(page))
}

// confirmForm shows the button that confirms an address: mail programs open links by themselves, people press buttons.
func (s *Site) confirmForm(c echo.Context) error {
	claimant, _, err := s.Accounts.Claim(c.Request().Context(), c.Param("secret"))
	if errors.Is(err, account.ErrSecret) {
		return s.showStale(c, "confirm")
	}
	if err != nil {
		return err
	}
	familiar, err := s.familiar(c, claimant)
	if err != nil {
		return err
	}
	return s.showConfirm(c, http.StatusOK, views.ConfirmPage{AskPassword: !familiar})
}

// confirm proves an address to be its owner's, signs them in and lets in the badges that waited for it. In a browser
// that has not seen the claimant it takes the password too: else a stranger who joined with somebody's address would
// be let in by that somebody.
func (s *Site) confirm(c echo.Context) error {
	ctx, secret := c.Request().Context(), c.Param("secret")
	claimant, address, err := s.Accounts.Claim(ctx, secret)
	if errors.Is(err, account.ErrSecret) {
		return s.showStale(c, "confirm")
	}
	if err != nil {
		return err
	}
	familiar, err := s.familiar(c, claimant)
	if err != nil {
		return err
	}
	if !familiar {
		person, err := s.Accounts.SignIn(ctx, address.Email, c.FormValue("password"))
		var slow *account.SlowDown
		switch {
		case errors.As(err, &slow):
			return s.showConfirm(c, http.StatusTooManyRequests, views.ConfirmPage{AskPassword: true, Mistake: "slow-down"})
		case errors.Is(err, account.ErrWrong), err == nil && person.ID != claimant.ID:
			return s.showConfirm(c, http.StatusUnprocessableEntity, views.ConfirmPage{AskPassword: true, Mistake: "wrong"})
		case err != nil:
			return err
		}
	}
	return s.confirmed(c)
}

// confirmed does what the letter asked for, once whoever presses the button is known to be its claimant.
func (s *Site) confirmed(c echo.Context) error {
	person, _, accepted, err := s.Accounts.ConfirmAddress(c.Request().Context(), c.Param("secret"))
	if errors.Is(err, account.ErrSecret) {
		return s.showStale(c, "confirm")
	}
	if err != nil {
		return err
	}
	s.Kick()
	if err := s.open(c, person); err != nil {
		return err
	}
	if accepted > 0 {
		return seeOther(c, "/badges?done=confirmed-badges")
	}
	return seeOther(c, "/badges?done=confirmed")
}

// familiar says whether this browser is signed in as this person, or is the one they joined with.
func (s *Site) familiar(c echo.Context, person store.Person) (bool, error) {
	me, err := s.person(c)
	if err != nil {
		return false, err
	}
	joined := s.sessions.GetString(c.Request().Context(), sessionJoined)
	return me != nil && me.ID == person.ID || joined == person.ID, nil
}

func (s *Site) showConfirm(c echo.Context, status int, page views.ConfirmPage) (err error) {
	if page.Frame, err = s.frame(c, "title.confirm", ""); err != nil {
		return err
	}
	page.Frame.NoIndex, page.Secret = true, c.Param("secret")
	return s.show(c, status, views.Confirm(page))
}

// showStale says that a letter's link is used or too old, and how to get another.
func (s *Site) showStale(c echo.Context, kind string) error {
	frame, err := s.frame(c, "title.stale", "")
	if err != nil {
		return err
	}
	frame.NoIndex = true
	return s.show(c, http.StatusGone, views.Stale(views.StalePage{Frame: frame, Kind: kind}))
}

// setupForm asks for the first administrator's name, address and password.
func (s *Site) setupForm(c echo.Context) error {
	return s.showSetup(c, http.StatusOK, views.SetupPage{})
}

// setup makes the first administrator, once, and signs them in.
func (s *Site) setup(c echo.Context) error {
	typed := joining(c)
	person, err := s.Accounts.Setup(c.Request().Context(), c.Param("secret"), typed)
	if mistakes, ok := mistakesOf(err); ok {
		return s.showSetup(c, http.StatusUnprocessableEntity, views.SetupPage{Name: typed.Name, Email: typed.Email, Mistakes: mistakes})
	}
	if errors.Is(err, account.ErrSecret) {
		return s.showStale(c, "setup")
	}
	if err != nil {
		return err
	}
	s.Kick()
	if err := s.open(c, person); err != nil {
		return err
	}
	return seeOther(c, "/badges?done=setup")
}

func (s *Site) showSetup(c echo.Context, status int, page views.SetupPage) (err error) {
	if page.Frame, err = s.frame(c, "title.setup", ""); err != nil {
		return err
	}
	page.Frame.NoIndex, page.Secret = true, c.Param("secret")
	return s.show(c, status, views.Setup(page))
}
