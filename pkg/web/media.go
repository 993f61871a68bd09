package web

import (
	"bytes"
	"context"
	"mime"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/passport"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// picture is what a badge looks like. It is somebody else's file: never run, never framed, shown as a picture only.
func (s *Site) picture(c echo.Context) error {
	badge, _, err := s.seen(c, c.Param("id"))
	if err != nil {
		return err
	}
	if unchanged(c, badge) {
		return c.NoContent(http.StatusNotModified)
	}
	body, kind, err := s.pictureOf(c, badge)
	if err != nil {
		return err
	}
	return sendFile(c, kind, body, "")
}

// pictureOf is the picture of a badge in the size that is asked for.
func (s *Site) pictureOf(c echo.Context, badge store.Badge) (body []byte, kind string, err error) {
	ctx := c.Request().Context()
	if side := thumbSides[c.QueryParam("w")]; side > 0 {
		return s.Backpack.Thumb(ctx, badge, side)
	}
	return s.Backpack.Picture(ctx, badge)
}

// thumbSides are the sizes a picture can be asked for in, in pixels.
var thumbSides = map[string]int{"160": 160, "320": 320}

// original is the very file that was brought in, for its holder.
func (s *Site) original(c echo.Context, me store.Person) error {
	ctx := c.Request().Context()
	badge, err := s.Store.Badge(ctx, me.ID, c.Param("id"))
	if err != nil {
		return err
	}
	body, kind, name, err := s.Backpack.Original(ctx, badge)
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderCacheControl, "private, no-store")
	return sendFile(c, kind, body, name)
}

// archive is all by which a badge can be verified again when its issuer is gone, for its holder.
func (s *Site) archive(c echo.Context, me store.Person) error {
	ctx := c.Request().Context()
	badge, err := s.Store.Badge(ctx, me.ID, c.Param("id"))
	if err != nil {
		return err
	}
	archive, err := s.Backpack.Archive(ctx, badge)
	if err != nil {
		return err
	}
	var file bytes.Buffer
	if err := archive.Zip(ctx, views.ArchiveNote(ctx, badge.Name, archive.Input, archive.At), &file); err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderCacheControl, "private, no-store")
	return sendFile(c, "application/zip", file.Bytes(), fileName(badge.Name)+".zip")
}

// baked is the badge's picture with the credential inside.
func (s *Site) baked(form string) echo.HandlerFunc {
	return func(c echo.Context) error {
		badge, _, err := s.seen(c, c.Param("id"))
		if err != nil {
			return err
		}
		s.cached(c, badge)
		if tagged(c, "baked 2", form, badge.PictureKey, badge.Visibility, badge.Name, string(badge.Document)) {
			return c.NoContent(http.StatusNotModified)
		}
		return s.sendBaked(c, badge, form)
	}
}

func (s *Site) sendBaked(c echo.Context, badge store.Badge, form string) error {
	body, err := s.Backpack.Baked(c.Request().Context(), badge, form)
	if err != nil {
		return err
	}
	kind := "image/png"
	if form == "svg" {
		kind = "image/svg+xml"
	}
	return sendFile(c, kind, body, fileName(badge.Name)+"."+form)
}

// unchanged lets a picture be kept, asked about each time: whoever may no longer see the badge no longer gets it.
// It answers whether the browser has this very picture already.
func unchanged(c echo.Context, badge store.Badge) bool {
	value := "private, max-age=0, must-revalidate"
	if passport.OpenToAll(badge) {
		value = mayBeKept
		c.Response().Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
	}
	c.Response().Header().Set(echo.HeaderCacheControl, value)
	return tagged(c, badge.PictureKey, badge.Visibility)
}

// tagged names the bytes of an answer by what they depend on, and answers whether the browser has these very ones already
// (RFC 9110 §8.8.3, §13.1.2).
func tagged(c echo.Context, depends ...string) bool {
	tag := tagOf([]byte(strings.Join(depends, "\x00")))
	c.Response().Header().Set("ETag", tag)
	return hasAlready(c.Request().Header, tag)
}

// sendFile answers with bytes that people brought, locked up; with a name they are for taking away.
func sendFile(c echo.Context, kind string, body []byte, name string) error {
	h := c.Response().Header()
	h.Set("Content-Security-Policy", sandboxed)
	if name != "" {
		h.Set(echo.HeaderContentDisposition, attachment(name))
	}
	return c.Blob(http.StatusOK, kind, body)
}

// attachment is the header by which a file is taken away under a name.
func attachment(name string) string {
	return mime.FormatMediaType("attachment", map[string]string{"filename": name})
}

// fileName is a badge's name as a file can be called.
func fileName(name string) string {
	letters := []rune{}
	for _, r := range shortened(name) {
		if strings.ContainsRune(`/\:"*?<>|.`, r) {
			r = '-'
		}
		letters = append(letters, r)
	}
	if len(letters) == 0 {
		return "badge"
	}
	return string(letters)
}

// addresses are the e-mail addresses a person has confirmed.
func (s *Site) addresses(ctx context.Context, me store.Person) ([]string, error) {
	all, err := s.Store.Addresses(ctx, me.ID)
	var list []string
	for _, one := range all {
		if one.VerifiedAt != nil {
			list = append(list, one.Email)
		}
	}
	return list, err
}
