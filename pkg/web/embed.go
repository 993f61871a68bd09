package web

import (
	"crypto/sha256"
	"encoding/base64"
	"html"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/passport"
	"github.com/carnetbadges/carnet/pkg/postcard"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// framed is the policy of the two pages that others may show in a frame, a badge's and a collection's: no script, no form,
// and the one sheet that they carry within, since a frame in a sandbox is of no origin and gets no file that is for ours.
var framed = sync.OnceValue(func() string {
	sum := sha256.Sum256([]byte(views.EmbedSheet()))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors *"
})

// size is that of a frame, in CSS pixels.
type size struct{ width, height int }

// The sizes of what is embedded.
var (
	badgeFrameSize      = size{400, 152}
	collectionFrameSize = size{400, 264}
)

// openBadge is one that everybody may see; all others are not found, also for those who may see them: what is framed or
// announced elsewhere is for everybody.
func (s *Site) openBadge(c echo.Context, id string) (store.Badge, store.Person, error) {
	return s.Passports.Badge(c.Request().Context(), passport.Viewer{}, id)
}

// openCollection is one that everybody may see, with what everybody sees of it.
func (s *Site) openCollection(c echo.Context, id string) (passport.Collected, error) {
	return s.Passports.Collection(c.Request().Context(), passport.Viewer{}, id)
}

// embed is a public badge for a frame of somebody else's page.
func (s *Site) embed(c echo.Context) error {
	badge, holder, err := s.openBadge(c, c.Param("id"))
	if err != nil {
		return err
	}
	frameable(c)
	return s.show(c, http.StatusOK, views.EmbedFrame(views.EmbedPage{
		Address: s.PublicURL + "/b/" + badge.ID, Name: badge.Name, Lang: badge.Language, Issuer: badge.IssuerName, Holder: holder.Name,
		Picture: smallAddress(badge), Verdict: badge.Verdict, Standing: standing(badge),
	}))
}

// smallAddress is where a badge's picture is as large as a frame shows it.
func smallAddress(b store.Badge) string {
	if at := pictureAddress(b); strings.Contains(at, "?") {
		return at + "&w=160"
	}
	return pictureAddress(b) + "?w=160"
}

// embeddedPictures is how many badges of a collection are shown in its frame.
const embeddedPictures = 8

// embedCollection is a public collection for a frame of somebody else's page.
func (s *Site) embedCollection(c echo.Context) error {
	shown, err := s.openCollection(c, c.Param("id"))
	if err != nil {
		return err
	}
	frameable(c)
	page := views.EmbedCollectionPage{
		Address: s.PublicURL + collectionAt(shown.Collection.ID), Title: shown.Collection.Title, Holder: shown.Person.Name, Count: len(shown.Badges),
	}
	for _, one := range shown.Badges[:min(len(shown.Badges), embeddedPictures)] {
		page.Badges = append(page.Badges, views.EmbedPage{Name: one.Name, Lang: one.Language, Picture: smallAddress(one.Badge)})
	}
	return s.show(c, http.StatusOK, views.EmbedCollectionFrame(page))
}

func frameable(c echo.Context) {
	h := c.Response().Header()
	h.Set("Content-Security-Policy", framed())
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set(echo.HeaderCacheControl, mayBeKept)
}

// embedOf is what puts a public badge on a page elsewhere.
func (s *Site) embedOf(b store.Badge) views.Embed {
	address := s.PublicURL + "/b/" + b.ID
	return snippets(address, b.Name, address+"/baked.png", size{160, 160}, badgeFrameSize)
}

// embedOfCollection is what puts a public collection on a page elsewhere.
func (s *Site) embedOfCollection(kept store.Collection) views.Embed {
	address := s.PublicURL + collectionAt(kept.ID)
	return snippets(address, kept.Title, address+"/og.png", size{postcard.Width / 3, postcard.Height / 3}, collectionFrameSize)
}

func snippets(address, title, picture string, of, frame size) views.Embed {
	return views.Embed{
		HTML: iframe(address, title, frame),
		Image: `<a href="` + address + `"><img src="` + picture + `" alt="` + html.EscapeString(title) + `" width="` + strconv.Itoa(of.width) +
			`" height="` + strconv.Itoa(of.height) + `"></a>`,
		Markdown: "[![" + markdownSafe(title) + "](" + picture + ")](" + address + ")",
	}
}

func iframe(address, title string, frame size) string {
	return `<iframe src="` + address + `/embed" title="` + html.EscapeString(title) + `" width="` + strconv.Itoa(frame.width) + `" height="` +
		strconv.Itoa(frame.height) + `" loading="lazy" sandbox="allow-popups"></iframe>`
}

// markdownSafe keeps a name from being anything but words in Markdown.
func markdownSafe(name string) string {
	return strings.NewReplacer("\\", "\\\\", "[", "\\[", "]", "\\]", "`", "\\`", "*", "\\*", "_", "\\_", "<", "&lt;", "\n", " ").Replace(name)
}
