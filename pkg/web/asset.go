package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/static"
)

// asset answers with one of the built files; its name carries its content's hash, so it never changes.
func (s *Site) asset(c echo.Context) error {
	body, kind, encoding, ok := static.Open(c.Param("asset"), c.Request().Header.Get(echo.HeaderAcceptEncoding))
	if !ok {
		return echo.ErrNotFound
	}
	h := c.Response().Header()
	h.Set(echo.HeaderCacheControl, "public, max-age=31536000, immutable")
	h.Add(echo.HeaderVary, echo.HeaderAcceptEncoding)
	if encoding != "" {
		h.Set(echo.HeaderContentEncoding, encoding)
	}
	return c.Blob(http.StatusOK, kind, body)
}

// favicon leads browsers that ask by habit to the icon.
func (s *Site) favicon(c echo.Context) error {
	c.Response().Header().Set(echo.HeaderCacheControl, "public, max-age=86400")
	return c.Redirect(http.StatusFound, static.Path("favicon.svg"))
}

// robots keeps crawlers off what is nobody else's business.
func (s *Site) robots(c echo.Context) error {
	c.Response().Header().Set(echo.HeaderCacheControl, "public, max-age=86400")
	return c.String(http.StatusOK, "User-agent: *\nDisallow: /badges\nDisallow: /you\nDisallow: /confirm/\nDisallow: /reset/\nDisallow: /setup/\nDisallow: /dev/\nDisallow: /calendar/\n\nSitemap: "+s.PublicURL+"/sitemap.xml\n")
}

// alive says that the process answers.
func (s *Site) alive(c echo.Context) error {
	c.Response().Header().Set(echo.HeaderCacheControl, "no-store")
	return c.String(http.StatusOK, "alive\n")
}

// ready says whether the database answers too.
func (s *Site) ready(c echo.Context) error {
	c.Response().Header().Set(echo.HeaderCacheControl, "no-store")
	if err := s.Store.Ping(c.Request().Context()); err != nil {
		s.Log.Error("not ready", "fault", err)
		return c.String(http.StatusServiceUnavailable, "the database does not answer\n")
	}
	return c.String(http.StatusOK, "ready\n")
}
