package web

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// signInWays is where a person sees and changes the ways by which they sign in.
func (s *Site) signInWays(c echo.Context, me store.Person) error {
	return s.showSignInWays(c, http.StatusOK, me, views.SignInWaysPage{})
}

// setPassword sets or changes the password: for whoever gives the present one, or has just proved who they are.
func (s *Site) setPassword(c echo.Context, me store.Person) error {
	return s.withPassword(c, me, func(keep string) (store.Person, string, error) {
		person, err := s.Accounts.SetPassword(c.Request().Context(), me.ID, keep, c.FormValue("password"))
		return person, "password", err
	})
}

// removePassword takes the password away, on the same terms.
func (s *Site) removePassword(c echo.Context, me store.Person) error {
	return s.withPassword(c, me, func(keep string) (store.Person, string, error) {
		person, err := s.Accounts.RemovePassword(c.Request().Context(), me.ID, keep)
		return person, "password-removed", err
	})
}

// withPassword does a deed about the password of a person who is known to be it; deed is given the token to spare and says
// who they are now and the notice.
func (s *Site) withPassword(c echo.Context, me store.Person, deed func(keep string) (store.Person, string, error)) error {
	ctx := c.Request().Context()
	if present := c.FormValue("present"); present != "" && me.PasswordHash != "" {
		err := s.Accounts.CheckPassword(ctx, me, present)
		var slow *account.SlowDown
		switch {
		case errors.As(err, &slow):
			return s.showSignInWays(c, http.StatusTooManyRequests, me, views.SignInWaysPage{Password: views.PasswordSection{Present: "slow-down"}})
		case errors.Is(err, account.ErrWrong):
			return s.showSignInWays(c, http.StatusUnprocessableEntity, me, views.SignInWaysPage{Password: views.PasswordSection{Present: "wrong"}})
		case err != nil:
			return err
		}
	} else if !s.isFresh(c) {
		return seeOther(c, "/sign-in/again?next=/you/sign-in")
	}
	person, done, err := deed(s.sessions.Token(ctx))
	if mistakes, ok := mistakesOf(err); ok {
		return s.showSignInWays(c, http.StatusUnprocessableEntity, me, views.SignInWaysPage{Password: views.PasswordSection{Mistakes: mistakes}})
	}
	if errors.Is(err, account.ErrLastWay) {
		return seeOther(c, "/you/sign-in?done=last-way")
	}
	if err != nil {
		return err
	}
	s.Kick()
	if err := s.renew(c, person); err != nil {
		return err
	}
	return seeOther(c, "/you/sign-in?done="+done)
}

func (s *Site) signInWaysAgain(c echo.Context, me store.Person) error {
	return s.showSignInWays(c, http.StatusTooManyRequests, me, views.SignInWaysPage{})
}

func (s *Site) showSignInWays(c echo.Context, status int, me store.Person, page views.SignInWaysPage) (err error) {
	page.Password.Has, page.Password.Fresh = me.PasswordHash != "", s.isFresh(c)
	if page.Providers, err = s.providersOf(c.Request().Context(), me.ID); err != nil {
		return err
	}
	if page.Second, err = s.second(c, me); err != nil {
		return err
	}
	if page.Passkeys, err = s.passkeys(c, me, page.Passkeys, page.Second); err != nil {
		return err
	}
	if page.Frame, err = s.frame(c, "title.signinways", "you"); err != nil {
		return err
	}
	page.Frame.Passkeys = page.Passkeys.Work
	return s.show(c, status, views.SignInWays(page))
}
