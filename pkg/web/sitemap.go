package web

import (
	"encoding/xml"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
)

// sitemapPage is how many badges a page of the sitemap tells of; a page may have 50,000 addresses (sitemaps.org).
const sitemapPage = 5000

type sitemapIndex struct {
	XMLName xml.Name       `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 sitemapindex"`
	Pages   []sitemapPlace `xml:"sitemap"`
}

type sitemapPlaces struct {
	XMLName xml.Name       `xml:"http://www.sitemaps.org/schemas/sitemap/0.9 urlset"`
	Places  []sitemapPlace `xml:"url"`
}

type sitemapPlace struct {
	Address string `xml:"loc"`
}

// sitemap tells search engines of public badges whose holders everybody may know, and of their passports; where there are
// many, of the pages that do. When something changed it does not say: that is the holders' business.
func (s *Site) sitemap(c echo.Context) error {
	ctx := c.Request().Context()
	bounds, err := s.Store.OpenBounds(ctx, sitemapPage)
	if err != nil {
		return err
	}
	if len(bounds) == 1 {
		return s.sendSitemapPage(c, "", true)
	}
	var index sitemapIndex
	for _, after := range bounds {
		index.Pages = append(index.Pages, sitemapPlace{s.PublicURL + "/sitemap/" + pageAfter(after)})
	}
	return s.sendXML(c, index)
}

// pageAfter names the page of the sitemap that begins after a badge.
func pageAfter(id string) string {
	if id == "" {
		return "first.xml"
	}
	return id + ".xml"
}

// sitemapPart is one page of the sitemap.
func (s *Site) sitemapPart(c echo.Context) error {
	after, named := strings.CutSuffix(c.Param("page"), ".xml")
	if !named {
		return echo.ErrNotFound
	}
	if after == "first" {
		return s.sendSitemapPage(c, "", true)
	}
	return s.sendSitemapPage(c, after, false)
}

func (s *Site) sendSitemapPage(c echo.Context, after string, first bool) error {
	found, err := s.Store.OpenBadges(c.Request().Context(), after, sitemapPage)
	if err != nil {
		return err
	}
	var page sitemapPlaces
	add := func(path string) { page.Places = append(page.Places, sitemapPlace{s.PublicURL + path}) }
	if first {
		add("/")
		add("/verify")
	}
	for _, handle := range found.Handles {
		add("/@" + handle)
	}
	for _, id := range found.Badges {
		add("/b/" + id)
	}
	return s.sendXML(c, page)
}

// sendXML answers with what is the same for everybody, until somebody changes who sees a badge: so caches ask each time.
func (s *Site) sendXML(c echo.Context, said any) error {
	text, err := xml.Marshal(said)
	if err != nil {
		return err
	}
	text = append([]byte(xml.Header), text...)
	c.Response().Header().Set(echo.HeaderCacheControl, mayBeKept)
	if tagged(c, string(text)) {
		return c.NoContent(http.StatusNotModified)
	}
	return c.Blob(http.StatusOK, "application/xml; charset=utf-8", text)
}
