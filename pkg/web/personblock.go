package web

import (
	"net/url"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/store"
)

// blockPerson lets whoever has this passport see nothing of one's own any more.
func (s *Site) blockPerson(c echo.Context, me store.Person) error {
	blocked, err := s.Accounts.BlockPerson(c.Request().Context(), me.ID, c.Param("handle"))
	if err != nil {
		return err
	}
	return seeOther(c, "/you?done=blocked&person="+url.QueryEscape(blocked))
}

// unblockPerson takes it back.
func (s *Site) unblockPerson(c echo.Context, me store.Person) error {
	if err := s.Accounts.UnblockPerson(c.Request().Context(), me.ID, c.FormValue("person")); err != nil {
		return err
	}
	return seeOther(c, "/you?done=unblocked")
}
