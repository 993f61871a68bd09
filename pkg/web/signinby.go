package web

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// visitCookie begins the name of the cookie that binds a visit to a provider to the browser it began in.
const visitCookie = "carnet-visit-"

// signInBy sends somebody to a provider to say who they are. It begins with a form of ours, never with a link.
func (s *Site) signInBy(c echo.Context) error {
	return s.setOut(c, account.Visit{Onward: onward(c)})
}

// linkBy sends a member there to link what they are called there.
func (s *Site) linkBy(c echo.Context, me store.Person) error {
	return s.setOut(c, account.Visit{Person: me.ID, Links: true, Onward: "/you/sign-in"})
}

// againBy sends a member there to prove once more who they are.
func (s *Site) againBy(c echo.Context, me store.Person) error {
	return s.setOut(c, account.Visit{Person: me.ID, Onward: onward(c)})
}

func (s *Site) setOut(c echo.Context, v account.Visit) error {
	g, ok := s.gate(c)
	if !ok {
		return store.ErrNotFound
	}
	ctx, stop := context.WithTimeout(c.Request().Context(), 2*s.ProviderClient.Timeout)
	defer stop()
	if v.Provider = g.Name; proves(v) && undated(g.Name) {
		return s.astray(c, g, v, errUndated)
	}
	v, state, err := s.Accounts.SetOut(ctx, v)
	if err != nil {
		return err
	}
	address, err := g.ask(ctx, v, state)
	if err != nil {
		return s.astray(c, g, v, err)
	}
	s.bind(c, hashOf(state), 10*time.Minute)
	return s.showOnTheWay(c, g, address)
}

// showOnTheWay leads on by a page, not a redirect: the policy lets forms lead to this site only (form-action), and
// Chromium holds every redirect after a form against it, those of the provider too.
func (s *Site) showOnTheWay(c echo.Context, g gate, address string) error {
	frame, err := s.frame(c, "title.ontheway", "")
	if err != nil {
		return err
	}
	frame.NoIndex = true
	c.Response().Header().Set("Refresh", "0;url="+address)
	return s.show(c, http.StatusOK, views.OnTheWay(views.OnTheWayPage{Frame: frame, Title: g.Title, Address: address}))
}

// comeBack is where a provider sends people back to: the one GET that does a deed, begun by a form in this browser, which
// the cookie proves. Only code, state, iss and error are read, each if it was sent once.
func (s *Site) comeBack(c echo.Context) error {
	g, ok := s.gate(c)
	if !ok {
		return store.ErrNotFound
	}
	state := once(c, "state")
	if !s.began(c, state) {
		return s.astray(c, g, account.Visit{}, account.ErrSecret)
	}
	s.bind(c, hashOf(state), -1)
	ctx, stop := context.WithTimeout(c.Request().Context(), 2*s.ProviderClient.Timeout)
	defer stop()
	v, err := s.Accounts.ComeBack(ctx, g.Name, state)
	if err != nil && !errors.Is(err, account.ErrSecret) {
		return err
	}
	if err != nil {
		return s.astray(c, g, account.Visit{}, err)
	}
	who, err := s.heard(ctx, c, g, v)
	if err != nil {
		return s.astray(c, g, v, err)
	}
	if v.Person != "" {
		return s.memberBack(c, g, v, who)
	}
	return s.cameBack(c, g, v, who)
}

// errDeclined is said when somebody changed their mind at the provider, or it would not have them.
var errDeclined = errors.New("web: the provider sends back nobody")

// heard is who the provider says has come back, once it is known that it is this provider who speaks.
func (s *Site) heard(ctx context.Context, c echo.Context, g gate, v account.Visit) (told, error) {
	if !g.speaks(ctx, once(c, "iss")) {
		return told{}, errUnbelieved
	}
	if c.QueryParams().Has("error") {
		return told{}, errDeclined
	}
	code := once(c, "code")
	if code == "" {
		return told{}, errUnbelieved
	}
	return g.tell(ctx, v, code)
}

// cameBack lets in whoever the provider speaks of; who is unknown here is asked what they want.
func (s *Site) cameBack(c echo.Context, g gate, v account.Visit, who told) error {
	person, err := s.Accounts.SignInBy(c.Request().Context(), who.who)
	switch {
	case errors.Is(err, account.ErrStranger):
		return s.greetNewcomer(c, who)
	case errors.Is(err, account.ErrUnproved):
		s.sessions.Put(c.Request().Context(), sessionJoined, person.ID)
		if strings.HasPrefix(v.Onward, "/confirm/") {
			return seeOther(c, v.Onward)
		}
		return s.greetNewcomer(c, who)
	case errors.Is(err, account.ErrWrong):
		return seeOther(c, "/sign-in?done=provider-closed")
	case err != nil:
		return err
	}
	return s.admit(c, person, "provider:"+g.Name, v.Onward)
}

// memberBack is a member's coming back, if it is still they who are signed in here: with an account of theirs they have
// proved once more who they are; another one is linked, if that is what the visit was begun for and they have proved
// who they are a short while ago.
func (s *Site) memberBack(c echo.Context, g gate, v account.Visit, who told) error {
	me, err := s.person(c)
	if err != nil {
		return err
	}
	if me == nil && proves(v) {
		me = lacking(c) // who must prove it to set a second factor up
	}
	if me == nil || me.ID != v.Person {
		return s.astray(c, g, account.Visit{}, account.ErrSecret)
	}
	known, err := s.Accounts.SignInBy(c.Request().Context(), who.who)
	switch {
	case err == nil && known.ID == me.ID && v.Links:
		return seeOther(c, "/you/sign-in?done=provider-linked") // it is already
	case err == nil && known.ID == me.ID:
		return s.provedAgain(c, *me, "provider:"+g.Name, v.Onward)
	case err == nil, errors.Is(err, account.ErrWrong):
		return seeOther(c, "/you/sign-in?done=provider-taken")
	case !errors.Is(err, account.ErrStranger) && !errors.Is(err, account.ErrUnproved):
		return err
	case !v.Links:
		return seeOther(c, "/you/sign-in?done=provider-other")
	case !s.isFresh(c):
		return s.astray(c, g, v, account.ErrSecret)
	}
	return s.link(c, *me, who)
}

// link makes a provider's account one of a member's ways of signing in.
func (s *Site) link(c echo.Context, me store.Person, who told) error {
	ctx := c.Request().Context()
	err := s.Accounts.LinkIdentity(ctx, me.ID, who.who, s.sessions.Token(ctx))
	if errors.Is(err, store.ErrTaken) {
		return seeOther(c, "/you/sign-in?done=provider-taken")
	}
	if err != nil {
		return err
	}
	s.Kick()
	if err := s.renew(c, me); err != nil {
		return err
	}
	return seeOther(c, "/you/sign-in?done=provider-linked")
}

// unlink takes a provider's account from a member's ways of signing in.
func (s *Site) unlink(c echo.Context, me store.Person) error {
	ctx := c.Request().Context()
	title, err := s.titleOf(ctx, me.ID, c.FormValue("identity"))
	if err != nil {
		return err
	}
	err = s.Accounts.UnlinkIdentity(ctx, me.ID, c.FormValue("identity"), title, s.sessions.Token(ctx))
	if errors.Is(err, account.ErrLastWay) {
		return seeOther(c, "/you/sign-in?done=last-way")
	}
	if err != nil {
		return err
	}
	s.Kick()
	if err := s.renew(c, me); err != nil {
		return err
	}
	return seeOther(c, "/you/sign-in?done=provider-unlinked")
}

// astray leads whoever could not be let in back to the other ways, with a sentence that says why.
func (s *Site) astray(c echo.Context, g gate, v account.Visit, cause error) error {
	done := "provider-doubted"
	switch {
	case errors.Is(cause, account.ErrSecret):
		done = "provider-stale"
	case errors.Is(cause, errDeclined):
		done = "provider-declined"
	case errors.Is(cause, errUndated):
		done = "provider-undated"
	case errors.Is(cause, errAway):
		done = "provider-away"
	}
	if done == "provider-away" || done == "provider-doubted" {
		s.Log.Warn("a sign-in provider", "request", c.Response().Header().Get(echo.HeaderXRequestID), "provider", g.Name, "fault", cause)
	}
	switch {
	case proves(v): // where the other ways are
		return seeOther(c, "/sign-in/again?next="+url.QueryEscape(v.Onward)+"&done="+done)
	case v.Person != "":
		return seeOther(c, "/you/sign-in?done="+done)
	}
	target := "/sign-in?done=" + done
	if v.Onward != "" && v.Onward != "/badges" {
		target += "&next=" + url.QueryEscape(v.Onward)
	}
	return seeOther(c, target)
}

// gate is the provider an address names, letter by letter.
func (s *Site) gate(c echo.Context) (gate, bool) {
	for _, g := range s.gates {
		if g.Name == c.Param("provider") {
			return g, true
		}
	}
	return gate{}, false
}

// bind sets the cookie that says this browser began a visit; a negative time takes it away.
func (s *Site) bind(c echo.Context, hash string, lasts time.Duration) {
	age := int(lasts.Seconds())
	if lasts < 0 {
		age = -1
	}
	c.SetCookie(&http.Cookie{ //nolint:gosec // Secure wherever the site itself is
		Name: s.visitCookie(hash), Value: hash, Path: "/", MaxAge: age,
		Secure: s.public.Scheme == "https", HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}

// began tells whether this browser began the visit with this state.
func (s *Site) began(c echo.Context, state string) bool {
	if len(state) != 43 {
		return false
	}
	hash := hashOf(state)
	cookie, err := c.Cookie(s.visitCookie(hash))
	return err == nil && subtle.ConstantTimeCompare([]byte(cookie.Value), []byte(hash)) == 1
}

// visitCookie is the name for one of several visits a browser may be on; over https it is bound to this very host.
func (s *Site) visitCookie(hash string) string {
	if s.public.Scheme == "https" {
		return "__Host-" + visitCookie + hash[:8]
	}
	return visitCookie + hash[:8]
}

// once is a parameter of the address that was sent exactly once; empty otherwise.
func once(c echo.Context, name string) string {
	if values := c.QueryParams()[name]; len(values) == 1 {
		return values[0]
	}
	return ""
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
