package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/passport"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// Where a browser keeps choices that hold without an account.
const (
	languageCookie = "carnet-language"
	themeCookie    = "carnet-theme"
)

// cookieName is what a cookie is called: over https its name binds it to this very host.
func cookieName(name string, https bool) string {
	if https {
		return "__Host-" + name
	}
	return name
}

// chosen is what a browser keeps in a cookie; empty when it keeps nothing.
func (s *Site) chosen(r *http.Request, cookie string) string {
	kept, err := r.Cookie(cookieName(cookie, s.public.Scheme == "https"))
	if err != nil {
		return ""
	}
	return kept.Value
}

// show renders a page whole before a byte is sent, so that a fault can still be told.
func (s *Site) show(c echo.Context, status int, page templ.Component) error {
	out, held := s.drafts.Get().(*bytes.Buffer)
	if !held {
		out = new(bytes.Buffer)
	}
	defer s.drafts.Put(out)
	out.Reset()
	if err := page.Render(c.Request().Context(), out); err != nil {
		return err
	}
	h := c.Response().Header()
	h.Add(echo.HeaderVary, "Accept-Encoding, Accept-Language, Cookie")
	if h.Get(echo.HeaderCacheControl) == "" {
		h.Set(echo.HeaderCacheControl, "private, no-store")
	}
	body := out.Bytes()
	if len(body) >= leastPacked && s.mayPack(c.Request()) {
		packed, err := s.packs.packed(body)
		if err != nil {
			return err
		}
		body = packed
		h.Set(echo.HeaderContentEncoding, "gzip")
	}
	if h.Get(echo.HeaderCacheControl) == mayBeKept && status == http.StatusOK {
		return sendOnce(c, body)
	}
	return c.HTMLBlob(status, body)
}

// mayBeKept lets caches keep a page that is the same for everybody, if they ask each time whether it still is.
const mayBeKept = "public, max-age=0, must-revalidate"

// sendOnce answers 304 to a browser that has these very bytes already.
func sendOnce(c echo.Context, page []byte) error {
	if tagged(c, string(page)) {
		c.Response().Header().Del(echo.HeaderContentEncoding)
		return c.NoContent(http.StatusNotModified)
	}
	return c.HTMLBlob(http.StatusOK, page)
}

// tagOf is an ETag of what it is the tag of, byte for byte.
func tagOf(body []byte) string {
	sum := sha256.Sum256(body)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:15]) + `"`
}

// cached lets everybody keep what everybody may see, for a moment; all else is nobody's to keep.
func (s *Site) cached(c echo.Context, badge store.Badge) {
	value := "private, no-store"
	if passport.OpenToAll(badge) {
		value = mayBeKept
	}
	c.Response().Header().Set(echo.HeaderCacheControl, value)
}

// seeOther leads on after a deed, so that loading the page again does not do it again.
func seeOther(c echo.Context, path string) error { return c.Redirect(http.StatusSeeOther, path) }

// toTheDoor leads whoever is not signed in to the door, and back here afterwards where that makes sense.
func (s *Site) toTheDoor(c echo.Context) error {
	if lacking(c) != nil {
		return seeOther(c, "/you/second")
	}
	target := "/sign-in"
	if c.Request().Method == http.MethodGet {
		target += "?next=" + url.QueryEscape(c.Request().URL.RequestURI())
	}
	return seeOther(c, target)
}

// language chooses the words of the answer: the person's choice, the browser's, then English.
func (s *Site) language(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		saved := s.chosen(c.Request(), languageCookie)
		if person, err := s.person(c); err == nil && person != nil && person.Language != "" {
			saved = person.Language
		}
		chosen := views.BestLanguage(saved, c.Request().Header.Get("Accept-Language"))
		c.SetRequest(c.Request().WithContext(views.WithLanguage(c.Request().Context(), chosen)))
		return next(c)
	}
}

// frame is what surrounds a page: its title (a word key), its place in the navigation, and who looks.
func (s *Site) frame(c echo.Context, title, nav string) (views.Frame, error) {
	person, err := s.person(c)
	if err != nil {
		return views.Frame{}, err
	}
	ctx := c.Request().Context()
	f := s.bareFrame(c, nav)
	f.Title = views.T(ctx, title)
	if person != nil {
		f.Person = &views.Me{Name: person.Name, Handle: person.Handle, Initials: initials(person.Name), Admin: person.Role == "admin"}
		f.Theme = person.Theme
	}
	f.Notice = s.notice(c)
	house, err := s.Accounts.House(ctx)
	if err != nil {
		return views.Frame{}, err
	}
	f.House, f.Legal = house.Name, legalOf(house)
	return f, nil
}

// bareFrame needs no database: it serves where that may be what failed.
func (s *Site) bareFrame(c echo.Context, nav string) views.Frame {
	f := views.Frame{Nav: nav, Theme: "auto", Path: c.Request().URL.RequestURI()}
	if theme := s.chosen(c.Request(), themeCookie); oneOf(theme, []string{"auto", "light", "dark"}) {
		f.Theme = theme
	}
	if c.Request().Method != http.MethodGet {
		f.Path = "/"
	}
	if l, held := c.Get(sessionLooking).(looking); held {
		f.Looking = &views.Looking{Name: l.Name, Until: l.Until}
	}
	return f
}

// initials are the first letters of the first and last word of a name.
func initials(name string) string {
	words := strings.Fields(name)
	if len(words) == 0 {
		return "?"
	}
	letters := []rune(words[0])[:1]
	if len(words) > 1 {
		letters = append(letters, []rune(words[len(words)-1])[0])
	}
	return strings.ToUpper(string(letters))
}
