package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/backpack"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

const toFixPath = "/badges/to-fix"

// toFix shows what could not be brought in, and what to do about each.
func (s *Site) toFix(c echo.Context, me store.Person) error {
	ctx := c.Request().Context()
	page := views.ToFixPage{More: c.QueryParam("after") != "", Limit: backpack.MaxItem}
	items, err := s.Store.OpenItems(ctx, me.ID, c.QueryParam("after"), fixRows+1)
	if err != nil {
		return err
	}
	if len(items) > fixRows {
		items = items[:fixRows]
		page.Next = items[fixRows-1].ID
	}
	if page.Rows, err = s.itemViews(ctx, me, items); err != nil {
		return err
	}
	if page.Count, err = s.Store.CountOpen(ctx, me.ID); err != nil {
		return err
	}
	if page.Frame, err = s.frame(c, "title.tofix", "add"); err != nil {
		return err
	}
	return s.show(c, http.StatusOK, views.ToFix(page))
}

// retryItem brings an item in once more, or another file or link in its place.
func (s *Site) retryItem(c echo.Context, me store.Person) error {
	other, err := inItsPlace(c.Request())
	if err != nil {
		return err
	}
	item, err := s.Backpack.TryItem(c.Request().Context(), me.ID, c.Param("id"), other)
	if err != nil {
		return err
	}
	s.Kick()
	switch item.Result {
	case backpack.Added, backpack.Updated:
		return seeOther(c, toFixPath+"?done=fixed")
	case backpack.Already:
		return seeOther(c, toFixPath+"?done=fixed-already")
	case backpack.Waiting:
		return seeOther(c, toFixPath+"?done=fixed-waiting")
	}
	return seeOther(c, toFixPath+"?done=fix-still#fix-"+url.PathEscape(item.ID))
}

// inItsPlace is a file or link that is sent in the place of what could not be brought in; nil: that once more.
func inItsPlace(r *http.Request) (*backpack.Item, error) {
	if err := r.ParseMultipartForm(formMost); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		return nil, errors.Join(errMalformed, err)
	}
	if form := r.MultipartForm; form != nil {
		defer form.RemoveAll() //nolint:errcheck // the server's own copy of the request does not know of these files
		if files := form.File["file"]; len(files) > 0 && files[0].Size > 0 {
			item, err := fileItem(files[0])
			return &item, err
		}
	}
	if text := strings.TrimSpace(r.FormValue("text")); text != "" {
		return &backpack.Item{Text: text}, nil
	}
	return nil, nil //nolint:nilnil // nothing is in its place
}

// dismissItem takes one away, for a while.
func (s *Site) dismissItem(c echo.Context, me store.Person) error {
	if err := s.Backpack.DismissItem(c.Request().Context(), me.ID, c.Param("id")); err != nil {
		return err
	}
	return seeOther(c, toFixPath+"?done=fix-dismissed&item="+url.QueryEscape(c.Param("id")))
}

// openItem takes that back.
func (s *Site) openItem(c echo.Context, me store.Person) error {
	if err := s.Backpack.OpenItem(c.Request().Context(), me.ID, c.Param("id")); err != nil {
		return err
	}
	return seeOther(c, toFixPath+"?done=fix-open#fix-"+url.PathEscape(c.Param("id")))
}

// dismissAll takes all away, for a while.
func (s *Site) dismissAll(c echo.Context, me store.Person) error {
	n, at, err := s.Backpack.DismissAll(c.Request().Context(), me.ID)
	if err != nil || n == 0 {
		return errors.Join(err, seeOther(c, toFixPath))
	}
	return seeOther(c, toFixPath+"?done=fix-dismissed-all&n="+strconv.Itoa(n)+"&at="+url.QueryEscape(at.Format(time.RFC3339Nano)))
}

// openAll takes that back.
func (s *Site) openAll(c echo.Context, me store.Person) error {
	at, err := time.Parse(time.RFC3339Nano, c.FormValue("at"))
	if err != nil {
		return seeOther(c, toFixPath)
	}
	if _, err := s.Backpack.OpenAll(c.Request().Context(), me.ID, at); err != nil {
		return err
	}
	return seeOther(c, toFixPath+"?done=fix-open")
}
