package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/passport"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// badge shows one badge to whoever may see it, as a page or, to a program that asks for it, as the credential.
func (s *Site) badge(c echo.Context) error {
	id, form, _ := strings.Cut(c.Param("id"), ".")
	badge, holder, err := s.seen(c, id)
	if isNotFound(err) {
		return s.toKept(c, id, form, err)
	}
	if err != nil {
		return err
	}
	announceCredential(c, badge)
	switch {
	case form == "" && wantsCredential(c.Request().Header.Get(echo.HeaderAccept), isToken(badge)):
		s.cached(c, badge)
		return sendCredential(c, badge)
	case form != "" && form == ending(badge):
		s.cached(c, badge)
		return sendCredential(c, badge)
	case form != "":
		return echo.ErrNotFound
	}
	page, err := s.badgePage(c, badge, holder)
	if err != nil {
		return err
	}
	return s.show(c, http.StatusOK, views.Badge(page))
}

// toKept leads from a badge that is not there to the one kept in its place when two passports were joined; not for good,
// since that can be undone.
func (s *Site) toKept(c echo.Context, id, form string, gone error) error {
	viewer, err := s.viewer(c)
	if err != nil {
		return err
	}
	kept, err := s.Passports.Kept(c.Request().Context(), viewer, id)
	if isNotFound(err) {
		return gone
	}
	if err != nil {
		return err
	}
	if form != "" {
		form = "." + form
	}
	c.Response().Header().Set(echo.HeaderCacheControl, "private, no-store")
	return c.Redirect(http.StatusFound, "/b/"+kept+url.PathEscape(form))
}

// seen is the badge when whoever asks may see it; else it is not found, for whatever reason.
func (s *Site) seen(c echo.Context, id string) (store.Badge, store.Person, error) {
	viewer, err := s.viewer(c)
	if err != nil {
		return store.Badge{}, store.Person{}, err
	}
	return s.Passports.Badge(c.Request().Context(), viewer, id)
}

// viewer is whoever asks, as the rule of visibility needs to know them. Who is leaving sees what everybody sees.
func (s *Site) viewer(c echo.Context) (passport.Viewer, error) {
	person, err := s.person(c)
	if err != nil || person == nil || person.LeavingAt != nil {
		return passport.Viewer{}, err
	}
	return passport.Viewer{PersonID: person.ID}, nil
}

// announceCredential tells programs and caches that the same address answers with the credential too.
func announceCredential(c echo.Context, badge store.Badge) {
	h := c.Response().Header()
	h.Add(echo.HeaderVary, "Accept")
	h.Add("Link", "</b/"+badge.ID+"."+ending(badge)+`>; rel="alternate"; type="`+badge.DocumentType+`"`)
}

// setVisibility changes who may see a badge, and nothing else does.
func (s *Site) setVisibility(c echo.Context, me store.Person) error {
	id, visibility := c.Param("id"), c.FormValue("visibility")
	if !oneOf(visibility, []string{store.Private, store.Link, store.Members, store.Public}) {
		return echo.ErrBadRequest
	}
	if err := s.Backpack.SetVisibility(c.Request().Context(), me.ID, id, visibility); err != nil {
		return err
	}
	return seeOther(c, "/b/"+url.PathEscape(id)+"?done="+visibility)
}

// check verifies a badge again, now, at its holder's wish.
func (s *Site) check(c echo.Context, me store.Person) error {
	id := c.Param("id")
	if _, err := s.Backpack.Check(c.Request().Context(), me.ID, id); err != nil {
		return err
	}
	return seeOther(c, "/b/"+url.PathEscape(id)+"?done=checked")
}

// remove puts a badge in the trash, with a way back.
func (s *Site) remove(c echo.Context, me store.Person) error {
	id := c.Param("id")
	if err := s.Backpack.Delete(c.Request().Context(), me.ID, id); err != nil {
		return err
	}
	return seeOther(c, "/badges?done=deleted&badge="+url.QueryEscape(id))
}

// restore takes a badge back out of the trash.
func (s *Site) restore(c echo.Context, me store.Person) error {
	id := c.Param("id")
	err := s.Backpack.Restore(c.Request().Context(), me.ID, id)
	if errors.Is(err, store.ErrTaken) {
		return seeOther(c, "/badges/deleted?done=there-already")
	}
	if err != nil {
		return err
	}
	badge, err := s.Store.Badge(c.Request().Context(), me.ID, id)
	if err != nil {
		return err
	}
	if badge.Visibility == store.Private {
		return seeOther(c, "/b/"+url.PathEscape(id)+"?done=restored")
	}
	return seeOther(c, "/b/"+url.PathEscape(id)+"?done=restored-shown")
}
