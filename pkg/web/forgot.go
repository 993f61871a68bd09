package web

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/views"
)

// forgotForm asks to which address the letter should go.
func (s *Site) forgotForm(c echo.Context) error {
	return s.showForgot(c, http.StatusOK, "", nil)
}

// forgot sends the letter, if there is anybody to send it to, and answers the same either way.
func (s *Site) forgot(c echo.Context) error {
	ctx := c.Request().Context()
	err := s.Accounts.ForgotPassword(ctx, household(c.RealIP()).String(), c.FormValue("email"), views.Language(ctx))
	if enough, slow := enoughLetters(c, err); slow {
		return s.showForgot(c, http.StatusTooManyRequests, c.FormValue("email"), enough)
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

// resetForm asks for the new password, if the link is still good. It only shows a form: opening a letter's link changes
// nothing.
func (s *Site) resetForm(c echo.Context) error {
	err := s.Accounts.MayReset(c.Request().Context(), c.Param("secret"))
	if errors.Is(err, account.ErrSecret) {
		return s.showStale(c, "reset")
	}
	if err != nil {
		return err
	}
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
	return s.admit(c, person, "reset", "/badges?done=password")
}

func (s *Site) showReset(c echo.Context, status int, page views.ResetPage) (err error) {
	if page.Frame, err = s.frame(c, "title.reset", ""); err != nil {
		return err
	}
	page.Frame.NoIndex, page.Secret = true, c.Param("secret")
	return s.show(c, status, views.Reset(page))
}
