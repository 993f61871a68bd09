package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/backpack"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// ownTags lists the reader's tags.
func (s *Site) ownTags(c echo.Context, me store.Person) error {
	tags, err := s.tagChoices(c.Request().Context(), me)
	if err != nil {
		return err
	}
	page := views.TagsPage{Tags: tags}
	if page.Frame, err = s.frame(c, "tags.title", "passport"); err != nil {
		return err
	}
	return s.show(c, http.StatusOK, views.Tags(page))
}

func (s *Site) tagChoices(ctx context.Context, me store.Person) (all []views.Choice, err error) {
	tags, err := s.Store.Tags(ctx, me.ID)
	for i, tag := range tags {
		all = append(all, views.Choice{Value: tag.Name, Label: strconv.Itoa(i + 1), Count: tag.Badges})
	}
	return all, err
}

// changeTag calls a tag otherwise everywhere, or deletes it everywhere.
func (s *Site) changeTag(c echo.Context, me store.Person) error {
	deed := backpack.Deed{What: backpack.RenameATag, With: c.FormValue("tag"), To: c.FormValue("name")}
	done := "tag-renamed"
	if c.FormValue("do") == "delete" {
		deed, done = backpack.Deed{What: backpack.ForgetATag, With: c.FormValue("tag")}, "tag-deleted"
	}
	changed, err := s.Backpack.Change(c.Request().Context(), me.ID, nil, deed)
	at := &url.URL{Path: "/badges/tags"}
	if errors.Is(err, backpack.ErrTag) {
		return seeOther(c, withNotice(at, "bulk-no-tag", nil))
	}
	if err != nil {
		return err
	}
	if changed.Badges == 0 {
		done = "bulk-nothing"
	}
	return seeOther(c, withNotice(at, done, url.Values{"n": {strconv.Itoa(changed.Badges)}, "undo": {changed.Undo}}))
}

// tagBadge puts a tag on a badge.
func (s *Site) tagBadge(c echo.Context, me store.Person) error {
	id := c.Param("id")
	err := s.Backpack.Tag(c.Request().Context(), me.ID, id, c.FormValue("tag"))
	done := "tagged"
	switch {
	case errors.Is(err, backpack.ErrTag):
		done = "bulk-no-tag"
	case errors.Is(err, store.ErrFull):
		done = "tag-full"
	case err != nil:
		return err
	}
	return seeOther(c, "/b/"+url.PathEscape(id)+"?done="+done)
}

// untagBadge takes a tag off a badge.
func (s *Site) untagBadge(c echo.Context, me store.Person) error {
	id := c.Param("id")
	if _, err := s.Store.Badge(c.Request().Context(), me.ID, id); err != nil {
		return err
	}
	if err := s.Store.UntagBadge(c.Request().Context(), me.ID, id, store.TagKey(c.FormValue("tag"))); err != nil {
		return err
	}
	return seeOther(c, "/b/"+url.PathEscape(id)+"?done=untagged")
}

// marksOf is what only the holder sees on a badge.
func (s *Site) marksOf(ctx context.Context, badge store.Badge) (m views.MarksView, err error) {
	marks, err := s.Store.Marks(ctx, badge.PersonID, badge.ID)
	if err != nil {
		return m, err
	}
	m.Favourite = marks[badge.ID].Favourite
	for _, tag := range marks[badge.ID].Tags {
		m.Tags = append(m.Tags, tag.Name)
	}
	m.All, err = s.tagChoices(ctx, store.Person{ID: badge.PersonID})
	return m, err
}
