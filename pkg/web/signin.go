package web

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/views"
)

// wall is where one comes who wanted to go nowhere else.
const wall = "/badges"

// signInForm asks for the address, and offers a letter; a password may be given.
func (s *Site) signInForm(c echo.Context) error {
	return s.showSignIn(c, http.StatusOK, views.SignInPage{})
}

// signIn opens a session by a password, or gives the form back with the address as it was typed. Who has joined and not
// yet confirmed is answered like anybody unknown, with a sentence that helps them all the same. Without a password, or
// where the button for it was pressed, a letter goes out.
func (s *Site) signIn(c echo.Context) error {
	if wantsLetter(c) {
		return s.askByLetter(c)
	}
	email := c.FormValue("email")
	person, err := s.Accounts.SignIn(c.Request().Context(), email, c.FormValue("password"))
	var slow *account.SlowDown
	switch {
	case errors.As(err, &slow):
		c.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(int(slow.After.Seconds())+1))
		return s.showSignIn(c, http.StatusTooManyRequests, views.SignInPage{Email: email, Mistake: "slow-down"})
	case errors.Is(err, account.ErrWrong):
		return s.showSignIn(c, http.StatusUnprocessableEntity, views.SignInPage{Email: email, Mistake: "wrong-or-open"})
	case err != nil:
		return err
	}
	return s.admit(c, person, "password", onward(c))
}

// wantsLetter says whether the form asks for a letter, and not to be let in by a password.
func wantsLetter(c echo.Context) bool {
	return c.FormValue("by") == "letter" || c.FormValue("password") == ""
}

// signInAllowance is of letters or of passwords, as the form asks.
func (s *Site) signInAllowance(c echo.Context) *allowance {
	if wantsLetter(c) {
		return s.limits.letters
	}
	return s.limits.doors
}

// onward is the path a form's field "next" leads to once signed in, if it stays on this site; else the wall.
func onward(c echo.Context) string {
	if next := c.FormValue("next"); within(next) {
		return next
	}
	return wall
}

func (s *Site) showSignIn(c echo.Context, status int, page views.SignInPage) (err error) {
	if page.Frame, err = s.frame(c, "title.sign-in", ""); err != nil {
		return err
	}
	if next := c.FormValue("next"); within(next) {
		page.Next = next
	}
	if page.Joins, err = s.joins(c); err != nil {
		return err
	}
	page.Providers = s.offered()
	page.Passkeys = s.Accounts.PasskeysWork()
	page.Frame.Passkeys = page.Passkeys
	return s.show(c, status, views.SignIn(page))
}

// signOut ends the session on the server, not only in the browser.
func (s *Site) signOut(c echo.Context) error {
	if l, held := s.lookingIn(c); held {
		if err := s.endLooking(c, l); err != nil {
			return err
		}
	}
	if err := s.sessions.Destroy(c.Request().Context()); err != nil {
		return err
	}
	return seeOther(c, "/?done=signed-out")
}
