package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// logShown is how many entries of a log stand on a page.
const logShown = 50

// yourLog shows what was done to a person's account, the newest first.
func (s *Site) yourLog(c echo.Context, me store.Person) error {
	entries, next, err := s.Store.AuditOf(c.Request().Context(), me.ID, c.QueryParam("after"), logShown)
	if err != nil {
		return err
	}
	names := s.names()
	page := views.LogPage{Next: next, Later: c.QueryParam("after") != ""}
	for _, e := range entries {
		somebodyElse := e.ActorID != nil && *e.ActorID != me.ID
		by := ""
		if somebodyElse {
			if by, err = names.of(c, e.ActorID); err != nil {
				return err
			}
		}
		page.Entries = append(page.Entries, views.LogEntry{At: e.At, What: e.What, Detail: e.Detail, ByAnother: somebodyElse, By: by})
	}
	if page.Frame, err = s.frame(c, "title.log", "you"); err != nil {
		return err
	}
	return s.show(c, http.StatusOK, views.Log(page))
}
