package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/passport"
	"github.com/carnetbadges/carnet/pkg/postcard"
)

// oEmbedded is what oEmbed 1.0 answers: "rich" with the markup of a frame and its size, or "link" with none.
type oEmbedded struct {
	Version      string `json:"version"`
	Type         string `json:"type"`
	Title        string `json:"title"`
	HTML         string `json:"html,omitempty"`
	Width        int    `json:"width,omitempty"`
	Height       int    `json:"height,omitempty"`
	AuthorName   string `json:"author_name"`
	AuthorURL    string `json:"author_url"`
	ProviderName string `json:"provider_name"`
	ProviderURL  string `json:"provider_url"`
	CacheAge     int    `json:"cache_age"`

	Picture       string `json:"thumbnail_url,omitempty"`
	PictureWidth  int    `json:"thumbnail_width,omitempty"`
	PictureHeight int    `json:"thumbnail_height,omitempty"`
}

// oEmbed tells programs how to show what is public here on a page (oembed.com, version 1.0): a badge and a collection in a
// frame, a passport as a link.
func (s *Site) oEmbed(c echo.Context) error {
	switch c.QueryParam("format") {
	case "", "json":
	default:
		return echo.NewHTTPError(http.StatusNotImplemented)
	}
	said, err := s.oEmbedded(c)
	if err != nil {
		return err
	}
	said.Version, said.ProviderName, said.ProviderURL, said.CacheAge = "1.0", "Carnet", s.PublicURL+"/", 300
	h := c.Response().Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set(echo.HeaderCacheControl, mayBeKept)
	text, err := json.Marshal(said)
	if err != nil {
		return fmt.Errorf("write how to embed: %w", err)
	}
	if tagged(c, string(text)) {
		return c.NoContent(http.StatusNotModified)
	}
	return c.JSONBlob(http.StatusOK, text)
}

func (s *Site) oEmbedded(c echo.Context) (oEmbedded, error) {
	asked := c.QueryParam("url")
	if at := strings.IndexAny(asked, "?#"); at >= 0 {
		asked = asked[:at]
	}
	path, ours := strings.CutPrefix(asked, s.PublicURL+"/")
	if id, badge := strings.CutPrefix(path, "b/"); ours && badge {
		b, holder, err := s.openBadge(c, id)
		return s.framedFor(c, s.PublicURL+"/b/"+b.ID, b.Name, badgeFrameSize).by(s.PublicURL, holder.Name, holder.Handle), err
	}
	if id, collection := strings.CutPrefix(path, "c/"); ours && collection {
		shown, err := s.openCollection(c, id)
		kept := shown.Collection
		return s.framedFor(c, s.PublicURL+collectionAt(kept.ID), kept.Title, collectionFrameSize).by(s.PublicURL, shown.Person.Name, shown.Person.Handle), err
	}
	if handle, of := strings.CutPrefix(path, "@"); ours && of {
		shown, err := s.Passports.Person(c.Request().Context(), passport.Viewer{}, handle, "")
		return s.pictured(c, s.PublicURL+"/@"+shown.Person.Handle, oEmbedded{Type: "link", Title: shown.Person.Name}).by(s.PublicURL, shown.Person.Name, shown.Person.Handle), err
	}
	return oEmbedded{}, echo.ErrNotFound
}

// framedFor is a frame of at most the size for which a page says it has room.
func (s *Site) framedFor(c echo.Context, address, title string, frame size) oEmbedded {
	frame = size{room(c.QueryParam("maxwidth"), frame.width), room(c.QueryParam("maxheight"), frame.height)}
	return s.pictured(c, address, oEmbedded{Type: "rich", Title: title, HTML: iframe(address, title, frame), Width: frame.width, Height: frame.height})
}

// pictured adds the picture of a link, where a page has room for it.
func (s *Site) pictured(c echo.Context, address string, o oEmbedded) oEmbedded {
	if room(c.QueryParam("maxwidth"), postcard.Width) == postcard.Width && room(c.QueryParam("maxheight"), postcard.Height) == postcard.Height {
		o.Picture, o.PictureWidth, o.PictureHeight = address+"/og.png", postcard.Width, postcard.Height
	}
	return o
}

func (o oEmbedded) by(site, name, handle string) oEmbedded {
	o.AuthorName, o.AuthorURL = name, site+"/@"+handle
	return o
}

// room is the size wanted, where a page says it has no room for that much.
func room(most string, size int) int {
	if n, err := strconv.Atoi(most); err == nil && n > 0 {
		return min(n, size)
	}
	return size
}

// oEmbedType is the media type by which programs find how to embed a page.
const oEmbedType = "application/json+oembed"

// oEmbedAddress is where programs ask how to show the badge of an address.
func (s *Site) oEmbedAddress(address string) string {
	return s.PublicURL + "/oembed?format=json&url=" + url.QueryEscape(address)
}
