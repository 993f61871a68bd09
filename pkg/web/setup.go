package web

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/views"
)

// setupForm asks for the first administrator's name, address and password, while there is none.
func (s *Site) setupForm(c echo.Context) error {
	err := s.Accounts.MaySetUp(c.Request().Context(), c.Param("secret"))
	if errors.Is(err, account.ErrSecret) {
		return s.showStale(c, "setup")
	}
	if err != nil {
		return err
	}
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
	return s.admit(c, person, "setup", "/badges?done=setup")
}

func (s *Site) showSetup(c echo.Context, status int, page views.SetupPage) (err error) {
	if page.Frame, err = s.frame(c, "title.setup", ""); err != nil {
		return err
	}
	page.Frame.NoIndex, page.Secret = true, c.Param("secret")
	return s.show(c, status, views.Setup(page))
}
