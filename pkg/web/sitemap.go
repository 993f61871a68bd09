package web

import (
	"context"
	"encoding/xml"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
)

// sitemapPage is how many badges, or collections, a page of the sitemap tells of; a page may have 50,000 addresses (sitemaps.org).
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

// sitemap tells search engines of public badges and collections whose holders everybody may know, and of the passports of
// these; where there are many, of the pages that do. When something changed it does not say: that is the holders' business.
func (s *Site) sitemap(c echo.Context) error {
	ctx := c.Request().Context()
	bounds, err := s.Store.OpenBounds(ctx, sitemapPage)
	if err != nil {
		return err
	}
	shelves, err := s.Store.OpenCollectionBounds(ctx, sitemapPage)
	if err != nil {
		return err
	}
	if len(bounds) == 1 && len(shelves) == 1 {
		badges, err := s.badgesToTell(ctx, "", true)
		if err != nil {
			return err
		}
		collections, err := s.collectionsToTell(ctx, "")
		if err != nil {
			return err
		}
		return s.sendSitemapPage(c, append(badges, collections...))
	}
	var index sitemapIndex
	for _, after := range bounds {
		index.Pages = append(index.Pages, sitemapPlace{s.PublicURL + "/sitemap/" + pageAfter(after)})
	}
	for _, after := range shelves {
		index.Pages = append(index.Pages, sitemapPlace{s.PublicURL + "/sitemap/" + shelvesPage + pageAfter(after)})
	}
	return s.sendXML(c, index)
}

// shelvesPage begins the names of the sitemap's pages of collections.
const shelvesPage = "collections-"

// pageAfter names the page of the sitemap that begins after a badge or a collection.
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
	after, shelves := strings.CutPrefix(after, shelvesPage)
	first := after == "first"
	if first {
		after = ""
	}
	if shelves {
		paths, err := s.collectionsToTell(c.Request().Context(), after)
		if err != nil {
			return err
		}
		return s.sendSitemapPage(c, paths)
	}
	paths, err := s.badgesToTell(c.Request().Context(), after, first)
	if err != nil {
		return err
	}
	return s.sendSitemapPage(c, paths)
}

// badgesToTell are the addresses on a page of badges.
func (s *Site) badgesToTell(ctx context.Context, after string, first bool) (paths []string, err error) {
	found, err := s.Store.OpenBadges(ctx, after, sitemapPage)
	if err != nil {
		return nil, err
	}
	if first {
		paths = append(paths, "/", "/verify")
	}
	for _, handle := range found.Handles {
		paths = append(paths, "/@"+handle)
	}
	for _, id := range found.Badges {
		paths = append(paths, "/b/"+id)
	}
	return paths, nil
}

// collectionsToTell are the addresses on a page of collections.
func (s *Site) collectionsToTell(ctx context.Context, after string) (paths []string, err error) {
	ids, err := s.Store.OpenCollections(ctx, after, sitemapPage)
	for _, id := range ids {
		paths = append(paths, collectionAt(id))
	}
	return paths, err
}

func (s *Site) sendSitemapPage(c echo.Context, paths []string) error {
	var page sitemapPlaces
	for _, path := range paths {
		page.Places = append(page.Places, sitemapPlace{s.PublicURL + path})
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
