package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/passport"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// framed is the policy of the one page that others may show in a frame: no script, no form.
const framed = "default-src 'none'; style-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors *"

// The size of an embedded badge, in CSS pixels.
const (
	embedWidth  = 400
	embedHeight = 152
)

// openBadge is one that everybody may see; all others are not found, also for those who may see them: what is framed or
// announced elsewhere is for everybody.
func (s *Site) openBadge(c echo.Context, id string) (store.Badge, store.Person, error) {
	badge, holder, err := s.Passports.Badge(c.Request().Context(), passport.Viewer{}, id)
	return badge, holder, err
}

// embed is a public badge for a frame of somebody else's page.
func (s *Site) embed(c echo.Context) error {
	badge, holder, err := s.openBadge(c, c.Param("id"))
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set("Content-Security-Policy", framed)
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set(echo.HeaderCacheControl, mayBeKept)
	return s.show(c, http.StatusOK, views.EmbedFrame(views.EmbedPage{
		Address: s.PublicURL + "/b/" + badge.ID, Name: badge.Name, Lang: badge.Language, Issuer: badge.IssuerName, Holder: holder.Name,
		Picture: pictureAddress(badge), Verdict: badge.Verdict, Standing: standing(badge),
	}))
}

// oEmbed tells programs how to show a public badge on a page (oembed.com, version 1.0).
func (s *Site) oEmbed(c echo.Context) error {
	switch c.QueryParam("format") {
	case "", "json":
	default:
		return echo.NewHTTPError(http.StatusNotImplemented)
	}
	id, found := strings.CutPrefix(c.QueryParam("url"), s.PublicURL+"/b/")
	id, _, _ = strings.Cut(id, "?")
	if !found {
		return echo.ErrNotFound
	}
	badge, holder, err := s.openBadge(c, id)
	if err != nil {
		return err
	}
	width, height := room(c.QueryParam("maxwidth"), embedWidth), room(c.QueryParam("maxheight"), embedHeight)
	embed := s.embedOf(badge).HTML
	embed = strings.Replace(embed, `width="400" height="152"`, `width="`+strconv.Itoa(width)+`" height="`+strconv.Itoa(height)+`"`, 1)
	h := c.Response().Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set(echo.HeaderCacheControl, mayBeKept)
	return c.JSON(http.StatusOK, map[string]any{
		"version": "1.0", "type": "rich", "title": badge.Name, "html": embed, "width": width, "height": height,
		"author_name": holder.Name, "author_url": s.PublicURL + "/@" + holder.Handle,
		"provider_name": "Carnet", "provider_url": s.PublicURL + "/", "cache_age": 300,
	})
}

// room is the size wanted, where a page says it has no room for that much.
func room(most string, size int) int {
	if n, err := strconv.Atoi(most); err == nil && n > 0 {
		return min(n, size)
	}
	return size
}

// oEmbedAddress is where programs ask how to show the badge of an address.
func (s *Site) oEmbedAddress(address string) string {
	return s.PublicURL + "/oembed?format=json&url=" + url.QueryEscape(address)
}
