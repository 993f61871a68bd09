package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/backpack"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// sureShows is how many badges are named where it is asked whether they shall be shown.
const sureShows = 6

// favour makes a badge a favourite, or not.
func (s *Site) favour(c echo.Context, me store.Person) error {
	on, off := c.FormValue("on"), c.FormValue("off")
	id := on
	if on == "" {
		id = off
	}
	if err := s.Store.SetFavourite(c.Request().Context(), me.ID, id, on != ""); err != nil {
		return err
	}
	return seeOther(c, backTo(c.Request()).String())
}

// changeBadges does something to many badges at once, and asks first where more people would see them.
func (s *Site) changeBadges(c echo.Context, me store.Person) error {
	ctx := c.Request().Context()
	form, err := c.FormParams()
	if err != nil {
		return errMalformed
	}
	ask, do := wallAsk(form), form.Get("do")
	if !oneOf(do, bulkDeeds) {
		return echo.ErrBadRequest
	}
	badges, err := s.picked(ctx, me, form, ask)
	if err != nil {
		return err
	}
	if len(badges) == 0 {
		return seeOther(c, withDone(ask, "bulk-none", url.Values{"pick": {"some"}}))
	}
	if slices.Contains([]string{store.Public, store.Members, store.Link}, do) && !isSure(form, badges) {
		return s.askSure(c, me, ask, badges, do, form.Get("all") == "yes")
	}
	return s.change(c, me, ask, badges, deedOf(do, form.Get("with")), "bulk-"+do)
}

// isSure says whether a form answers the question that was asked: of all that the filters find there may be others by now,
// that came in meanwhile and were not shown with the question.
func isSure(form url.Values, badges []string) bool {
	return form.Get("sure") == "yes" && (form.Get("all") != "yes" || form.Get("which") == whichOf(badges))
}

// whichOf is another word for other badges, in whatever order.
func whichOf(badges []string) string {
	sorted := slices.Sorted(slices.Values(badges))
	return hashOf(strings.Join(sorted, " "))
}

// bulkDeeds are what can be done to badges that were picked.
var bulkDeeds = []string{
	store.Public, store.Members, store.Link, store.Private, backpack.AddTag, backpack.DropTag, backpack.Favour, backpack.Unfavour, backpack.PutInTrash,
}

// deedOf is what a form asks to be done to badges.
func deedOf(do, with string) backpack.Deed {
	switch do {
	case store.Private, store.Link, store.Members, store.Public:
		return backpack.Deed{What: backpack.SetShown, With: do}
	}
	return backpack.Deed{What: do, With: with}
}

// picked are the badges a form names, or all that its filters find.
func (s *Site) picked(ctx context.Context, me store.Person, form url.Values, ask views.WallAsk) ([]string, error) {
	if form.Get("all") == "yes" {
		return s.Store.FoundIDs(ctx, s.query(me, ask), backpack.BulkMost)
	}
	badges := form["badge"]
	return badges[:min(len(badges), backpack.BulkMost)], nil
}

// change does a deed and leads back to where it was asked for, with a way to take it back.
func (s *Site) change(c echo.Context, me store.Person, ask views.WallAsk, badges []string, deed backpack.Deed, done string) error {
	changed, err := s.Backpack.Change(c.Request().Context(), me.ID, badges, deed)
	if errors.Is(err, backpack.ErrTag) {
		return seeOther(c, withDone(ask, "bulk-no-tag", url.Values{"pick": {"some"}}))
	}
	if err != nil {
		return err
	}
	switch {
	case changed.Full > 0:
		done = "bulk-full"
	case changed.Badges == 0:
		done = "bulk-nothing"
	}
	return seeOther(c, withDone(ask, done, url.Values{"n": {strconv.Itoa(max(changed.Badges, changed.Full))}, "undo": {changed.Undo}}))
}

// withDone is the address of a wall that begins with what was done.
func withDone(ask views.WallAsk, done string, more url.Values) string {
	at, err := url.Parse(ask.Address())
	if err != nil {
		return "/badges"
	}
	return withNotice(at, done, more)
}

func withNotice(at *url.URL, done string, more url.Values) string {
	q := at.Query()
	q.Set("done", done)
	for name, values := range more {
		if values[0] != "" {
			q.Set(name, values[0])
		}
	}
	at.RawQuery = q.Encode()
	return at.String()
}

func (s *Site) askSure(c echo.Context, me store.Person, ask views.WallAsk, badges []string, do string, all bool) error {
	page := views.SurePage{Ask: ask, Do: do, All: all, Which: whichOf(badges), Count: len(badges)}
	if !all {
		page.Badges = badges
	}
	for _, id := range badges[:min(len(badges), sureShows)] {
		badge, err := s.Store.Badge(c.Request().Context(), me.ID, id)
		if isNotFound(err) {
			continue
		}
		if err != nil {
			return err
		}
		page.Cards = append(page.Cards, s.card(badge, true))
	}
	var err error
	if page.Frame, err = s.frame(c, "title.wall", "passport"); err != nil {
		return err
	}
	return s.show(c, http.StatusOK, views.Sure(page))
}

// restoreBadges takes many badges out of the trash.
func (s *Site) restoreBadges(c echo.Context, me store.Person) error {
	form, err := c.FormParams()
	if err != nil {
		return errMalformed
	}
	badges := form["badge"]
	if form.Get("all") == "yes" {
		trashed, err := s.Store.DeletedBadges(c.Request().Context(), me.ID)
		if err != nil {
			return err
		}
		badges = nil
		for _, b := range trashed {
			badges = append(badges, b.ID)
		}
	}
	changed, err := s.Backpack.Change(c.Request().Context(), me.ID, badges, backpack.Deed{What: backpack.FromTrash})
	if err != nil {
		return err
	}
	at, done := &url.URL{Path: "/badges/deleted"}, "bulk-restore"
	switch {
	case changed.Badges == 0 && changed.Taken > 0:
		done = "there-already"
	case changed.Badges == 0:
		done = "bulk-none"
	}
	return seeOther(c, withNotice(at, done, url.Values{"n": {strconv.Itoa(changed.Badges)}, "undo": {changed.Undo}}))
}

// undo takes a deed in bulk back.
func (s *Site) undo(c echo.Context, me store.Person) error {
	put, err := s.Backpack.Undo(c.Request().Context(), me.ID, c.FormValue("undo"))
	done := "undone"
	switch {
	case isNotFound(err):
		done = "undone-late"
	case err != nil:
		return err
	case put == 0:
		done = "bulk-nothing"
	}
	return seeOther(c, withNotice(backTo(c.Request()), done, nil))
}
