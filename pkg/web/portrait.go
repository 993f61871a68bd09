package web

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/pkg/pixels"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// portraitAddress is where the portrait of a passport is; the key makes another portrait another address. Empty: none.
func portraitAddress(handle, key string) string {
	if key == "" {
		return ""
	}
	return "/@" + handle + "/portrait?v=" + key
}

// portrait is the picture of a passport's holder, for those whom they let see it.
func (s *Site) portrait(c echo.Context) error {
	viewer, err := s.viewer(c)
	if err != nil {
		return err
	}
	picture, open, err := s.Passports.Portrait(c.Request().Context(), viewer, c.Param("handle"))
	if err != nil {
		return err
	}
	if open && viewer.PersonID == "" {
		return sendPortrait(c, picture, mayBeKept)
	}
	return sendPortrait(c, picture, "private, no-store")
}

func sendPortrait(c echo.Context, picture []byte, cache string) error {
	h := c.Response().Header()
	h.Set(echo.HeaderCacheControl, cache)
	h.Add(echo.HeaderVary, "Cookie")
	h.Set("Content-Security-Policy", sandboxed)
	if tagged(c, cache, string(picture)) {
		return c.NoContent(http.StatusNotModified)
	}
	return c.Blob(http.StatusOK, pixels.JPEG, picture)
}

// bringPortrait takes a picture that is to be cut to size.
func (s *Site) bringPortrait(c echo.Context, me store.Person) error {
	file, err := uploaded(c, "portrait", pixels.MaxBytes)
	if err == nil {
		err = s.Accounts.BringPortrait(c.Request().Context(), me.ID, file)
	}
	if mistakes, ok := mistakesOf(err); ok {
		return s.showPortrait(c, http.StatusUnprocessableEntity, me, account.Whole(), mistakes["portrait"])
	}
	if err != nil {
		return err
	}
	return seeOther(c, "/you/portrait")
}

// uploaded is the one file of a form, of at most so many bytes. account.Mistakes where there is none, or a larger one.
func uploaded(c echo.Context, name string, most int64) ([]byte, error) {
	header, err := c.FormFile(name)
	if errors.Is(err, http.ErrMissingFile) || err == nil && header.Size == 0 {
		return nil, account.Mistakes{name: "required"}
	}
	if err != nil {
		return nil, errors.Join(errMalformed, err)
	}
	if header.Size > most {
		return nil, account.Mistakes{name: "too-large"}
	}
	file, err := header.Open()
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(io.LimitReader(file, most))
	return content, errors.Join(err, file.Close())
}

// portraitForm shows the picture brought, and which part of it would be the portrait.
func (s *Site) portraitForm(c echo.Context, me store.Person) error {
	return s.showPortrait(c, http.StatusOK, me, cropOf(c), "")
}

func (s *Site) showPortrait(c echo.Context, status int, me store.Person, crop account.Crop, mistake string) error {
	page := views.PortraitPage{Zoom: crop.Zoom, Across: crop.Across, Down: crop.Down, Mistake: mistake}
	draft, err := s.Accounts.PortraitDraft(c.Request().Context(), me.ID)
	switch {
	case err == nil:
		sum := sha256.Sum256(draft)
		page.Draft = base64.RawURLEncoding.EncodeToString(sum[:9])
	case !isNotFound(err):
		return err
	}
	if page.Frame, err = s.frame(c, "title.portrait", "you"); err != nil {
		return err
	}
	return s.show(c, status, views.Portrait(page))
}

// cropOf is the part of the picture that was asked for, as it begins where nothing was.
func cropOf(c echo.Context) account.Crop {
	crop := account.Whole()
	for name, into := range map[string]*int{"zoom": &crop.Zoom, "across": &crop.Across, "down": &crop.Down} {
		if n, err := strconv.Atoi(c.FormValue(name)); err == nil {
			*into = n
		}
	}
	return crop
}

// portraitDraft is the portrait that a crop would make, for its owner; whole, it is the picture as it was brought.
func (s *Site) portraitDraft(c echo.Context, me store.Person) (err error) {
	var picture []byte
	if c.QueryParam("whole") != "" {
		picture, err = s.Accounts.PortraitDraft(c.Request().Context(), me.ID)
	} else {
		picture, err = s.Accounts.CutPortrait(c.Request().Context(), me.ID, cropOf(c))
	}
	if err != nil {
		return err
	}
	return sendPortrait(c, picture, "private, no-store")
}

// setPortrait makes the part chosen the portrait.
func (s *Site) setPortrait(c echo.Context, me store.Person) error {
	err := s.Accounts.SetPortrait(c.Request().Context(), me.ID, cropOf(c))
	if isNotFound(err) { // sent twice, or from an old page
		return seeOther(c, "/you")
	}
	if err != nil {
		return err
	}
	return seeOther(c, "/you?done=portrait")
}

// removePortrait takes the portrait away.
func (s *Site) removePortrait(c echo.Context, me store.Person) error {
	if err := s.Accounts.RemovePortrait(c.Request().Context(), me.ID); err != nil {
		return err
	}
	return seeOther(c, "/you?done=portrait-removed")
}
