package web

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/expirable"
	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/feed"
	"github.com/carnetbadges/carnet/pkg/passport"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// feedTypes are the media types of the forms a feed comes in, by the ending of its address.
var feedTypes = map[string]string{"atom": feed.AtomType, "rss": feed.RSSType, "json": feed.JSONType}

// passportFeed is what is new in a passport, for programs that ask every hour: what everybody may see, whoever asks, so
// that it may be kept by anybody.
func (s *Site) passportFeed(form string) echo.HandlerFunc {
	return func(c echo.Context) error {
		handle, after := c.Param("handle"), c.QueryParam("after")
		shown, err := s.Passports.Person(c.Request().Context(), passport.Viewer{}, handle, after)
		if err != nil {
			return err
		}
		if !strings.EqualFold(shown.Person.Handle, handle) {
			return c.Redirect(http.StatusFound, "/@"+shown.Person.Handle+"/feed."+form)
		}
		ctx := feedLanguage(c)
		at := s.PublicURL + "/@" + shown.Person.Handle
		f := feed.Feed{
			ID:    feed.Tag(s.public.Hostname(), shown.Person.CreatedAt, "passport", feed.Hidden(shown.Person.ID)),
			Title: views.T(ctx, "feed.title", "Name", shown.Person.Name), Subtitle: views.T(ctx, "feed.say", "Name", shown.Person.Name),
			Home: at, Author: shown.Person.Name, AuthorURL: at, Updated: shown.Person.CreatedAt,
		}
		if shown.Told.Portrait != "" {
			f.Icon = s.PublicURL + portraitAddress(shown.Person.Handle, shown.Told.Portrait)
		}
		return s.sendFeed(c, ctx, f, form, at+"/feed."+form, after, shown.Next, shown.Badges)
	}
}

// feedMost is how many badges the feed of a collection tells of.
const feedMost = 50

// collectionFeed is what is new in a collection that everybody may see.
func (s *Site) collectionFeed(form string) echo.HandlerFunc {
	return func(c echo.Context) error {
		shown, err := s.openCollection(c, c.Param("id"))
		if err != nil {
			return err
		}
		ctx, kept := feedLanguage(c), shown.Collection
		at := s.PublicURL + collectionAt(kept.ID)
		f := feed.Feed{
			ID:    feed.Tag(s.public.Hostname(), kept.CreatedAt, "collection", kept.ID),
			Title: kept.Title + " · " + shown.Person.Name, Subtitle: views.T(ctx, "feed.collection.say", "Name", shown.Person.Name),
			Home: at, Author: shown.Person.Name, AuthorURL: s.PublicURL + "/@" + shown.Person.Handle, Updated: kept.UpdatedAt,
		}
		badges := make([]store.Badge, len(shown.Badges))
		for i, placed := range shown.Badges {
			badges[i] = placed.Badge
		}
		slices.SortStableFunc(badges, func(a, b store.Badge) int { return b.CreatedAt.Compare(a.CreatedAt) })
		return s.sendFeed(c, ctx, f, form, at+"/feed."+form, "", "", badges[:min(len(badges), feedMost)])
	}
}

// feedLanguage is the language of a feed's words: the one its address asks for, else the program's; nobody's cookie counts.
func feedLanguage(c echo.Context) context.Context {
	c.Response().Header().Add(echo.HeaderVary, "Accept-Language")
	r := c.Request()
	return views.WithLanguage(r.Context(), views.BestLanguage(c.QueryParam("lang"), r.Header.Get("Accept-Language")))
}

// sendFeed answers with badges as a feed, or with 304 to a program that has these very ones.
func (s *Site) sendFeed(c echo.Context, ctx context.Context, f feed.Feed, form, at, after, next string, badges []store.Badge) error {
	f.Lang = views.Language(ctx)
	f.Self = feedPage(at, c.QueryParam("lang"), after)
	if next != "" {
		f.Next = feedPage(at, c.QueryParam("lang"), next)
	}
	for _, b := range badges {
		e, err := s.feedEntry(ctx, b)
		if err != nil {
			return err
		}
		if e.Updated.After(f.Updated) {
			f.Updated = e.Updated
		}
		f.Entries = append(f.Entries, e)
	}
	write := map[string]func() ([]byte, error){"atom": f.Atom, "rss": f.RSS, "json": f.JSON}[form]
	body, err := write()
	if err != nil {
		return err
	}
	c.Response().Header().Set("X-Robots-Tag", "noindex")
	return s.sendEdition(c, feedTypes[form]+"; charset=utf-8", body)
}

// feedPage is the address of a page of a feed, in a language.
func feedPage(at, lang, after string) string {
	q := url.Values{}
	if lang != "" {
		q.Set("lang", lang)
	}
	if after != "" {
		q.Set("after", after)
	}
	if len(q) == 0 {
		return at
	}
	return at + "?" + q.Encode()
}

func (s *Site) feedEntry(ctx context.Context, b store.Badge) (feed.Entry, error) {
	address := s.PublicURL + "/b/" + b.ID
	e := feed.Entry{
		ID: feed.Tag(s.public.Hostname(), b.CreatedAt, "badge", b.ID), Title: b.Name, Lang: b.Language, URL: address,
		Summary: brief(b.Description), Author: b.IssuerName, AuthorURL: weblink(b.IssuerURL),
		Image: s.PublicURL + pictureAddress(b), ImageType: b.PictureType, Published: b.CreatedAt, Updated: b.CreatedAt,
	}
	if b.PictureType == "image/svg+xml" { // which few readers draw
		e.Image, e.ImageType = address+"/baked.png", "image/png"
	}
	switch ended := since(b); {
	case ended != nil && ended.After(e.Updated):
		e.Updated = *ended
	case ended == nil && standing(b) != "":
		e.Updated = b.UpdatedAt
	}
	var html bytes.Buffer
	err := views.FeedEntry(views.FeedItem{
		Address: address, Picture: e.Image, Name: b.Name, Lang: b.Language, Description: e.Summary, Issuer: b.IssuerName,
		IssuedOn: b.IssuedAt, Expires: b.ExpiresAt, Standing: standing(b),
	}).Render(ctx, &html)
	e.HTML = html.String()
	return e, err
}

// feedsOf are the links by which programs find the feeds at an address.
func feedsOf(ctx context.Context, at, title string) []views.Link {
	links := make([]views.Link, 0, len(feedTypes))
	for _, form := range []string{"atom", "rss", "json"} {
		links = append(links, views.Link{Href: feedPage(at+"/feed."+form, views.Language(ctx), ""), Type: feedTypes[form], Title: title})
	}
	return links
}

// mostEditions bounds the addresses of which it is remembered since when they answer what they do.
const mostEditions = 5000

// editions remembers since when each address has answered the same, in memory: what is put away, or made private, is no
// time that a row would have, and looking writes nothing.
type editions struct {
	mu    sync.Mutex
	known *expirable.LRU[string, edition]
}

type edition struct {
	tag   string
	since time.Time
}

func newEditions() *editions {
	return &editions{known: expirable.NewLRU[string, edition](mostEditions, nil, 30*24*time.Hour)}
}

// since is when an address first answered what has this tag, in whole seconds; two editions are never of one second.
func (e *editions) since(address, tag string, now time.Time) time.Time {
	e.mu.Lock()
	defer e.mu.Unlock()
	before, known := e.known.Get(address)
	if known && before.tag == tag {
		return before.since
	}
	now = now.UTC().Truncate(time.Second)
	if known && !now.After(before.since) {
		now = before.since.Add(time.Second)
	}
	e.known.Add(address, edition{tag, now})
	return now
}

// sendEdition answers with bytes that are the same for everybody, or with 304 to whoever has them.
func (s *Site) sendEdition(c echo.Context, kind string, body []byte) error {
	h, r := c.Response().Header(), c.Request()
	tag := tagOf(body)
	since := s.editions.since(kind+" "+r.URL.RequestURI(), tag, s.Now())
	h.Set(echo.HeaderCacheControl, mayBeKept)
	h.Set("ETag", tag)
	h.Set(echo.HeaderLastModified, since.Format(http.TimeFormat))
	if unmodified(r.Header, tag, since) {
		return c.NoContent(http.StatusNotModified)
	}
	return c.Blob(http.StatusOK, kind, body)
}

// unmodified says whether who asks has what there is; where they name tags, times do not count (RFC 9110 §13.2.2).
func unmodified(h http.Header, tag string, since time.Time) bool {
	if len(h.Values("If-None-Match")) > 0 {
		return hasAlready(h, tag)
	}
	had, err := http.ParseTime(h.Get("If-Modified-Since"))
	return err == nil && !since.After(had)
}

// hasAlready says whether who asks names this tag among those of what they have; what a proxy has packed is weakly the
// same (RFC 9110 §8.8.3.2, §13.1.2).
func hasAlready(h http.Header, tag string) bool {
	for one := range strings.SplitSeq(strings.Join(h.Values("If-None-Match"), ","), ",") {
		if one = strings.TrimSpace(one); one == "*" || strings.TrimPrefix(one, "W/") == tag {
			return true
		}
	}
	return false
}
