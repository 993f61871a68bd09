package web

import (
	"encoding/json"
	"image/png"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/skip2/go-qrcode"

	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/pkg/openbadges/bake"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// shared is a public badge with its panel, and whoever looks from outside.
type shared struct {
	town     *town
	holder   *visitor
	anybody  *visitor
	id       string
	document string
	panel    answer
}

// at is an address of the badge's without the host; with it, whole.
func (s shared) at(rest string) string    { return "/b/" + s.id + rest }
func (s shared) whole(rest string) string { return s.town.server.URL + s.at(rest) }

// target is where a word of the panel leads.
func (s shared) target(t *testing.T, host string) *url.URL {
	t.Helper()
	for _, link := range s.panel.find(t, ".targets a").EachIter() {
		if u, err := url.Parse(link.AttrOr("href", "")); err == nil && (u.Host == host || u.Scheme+":" == host) {
			if link.AttrOr("rel", "") == "" && u.Scheme == "https" {
				t.Errorf("%s is told where one comes from", host)
			}
			return u
		}
	}
	t.Fatalf("nothing leads to %s", host)
	return nil
}

// TestTwelveShareTargets gives one badge away in each of the twelve ways, and looks from outside at what arrives.
func TestTwelveShareTargets(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		town := newTown(t, st)
		s := shared{town: town, holder: town.member("Amina Diallo", "amina@savoirs.example"), anybody: town.visitor()}
		s.id = s.holder.bring("gardener.json", credential(t, "00000000-0000-4000-8000-000000000001", "amina@savoirs.example", "Gardener")).imported(t)
		s.holder.post(s.at("/visibility"), url.Values{"visibility": {"public"}})
		s.panel = s.holder.get(s.at("/share?mastodon=mastodon.example"))
		kept, err := st.Badge(t.Context(), s.holder.person.ID, s.id)
		must(t, err)
		s.document = string(kept.Document)
		for _, target := range []struct {
			name  string
			gives func(t *testing.T)
		}{
			{"link", func(t *testing.T) {
				if got := s.panel.find(t, "#link").AttrOr("value", ""); got != s.whole("") || s.anybody.get(s.at("")).find(t, "h1").Text() != "Gardener" {
					t.Errorf("the link %s", got)
				}
			}},
			{"secret link", func(t *testing.T) {
				s.holder.post(s.at("/visibility"), url.Values{"visibility": {"link"}})
				link := s.holder.post(s.at("/share"), nil).find(t, "#give #link").AttrOr("value", "")
				a := s.anybody.get(strings.TrimPrefix(link, town.server.URL))
				if a.find(t, "h1").Text() != "Gardener" || s.anybody.get(s.at("")).status != 404 || strings.Contains(link, s.id) || a.header.Get("Referrer-Policy") != "no-referrer" {
					t.Errorf("%s: %d", link, a.status)
				}
				s.holder.post(s.at("/visibility"), url.Values{"visibility": {"public"}})
			}},
			{"again", func(t *testing.T) {
				for _, path := range []string{s.at("/qr.svg"), s.at("/qr.png"), "/oembed?url=" + url.QueryEscape(s.whole(""))} {
					first := s.anybody.get(path)
					if again := s.anybody.get(path, "If-None-Match", first.header.Get("ETag")); first.status != 200 || again.status != 304 || again.body != "" {
						t.Errorf("%s: %d, again %d", path, first.status, again.status)
					}
				}
			}},
			{"QR", func(t *testing.T) {
				code, err := qrcode.New(s.whole(""), qrcode.Medium)
				must(t, err)
				if got := s.anybody.get(s.at("/qr.svg")); got.body != string(qrSVG(code.Bitmap())) {
					t.Errorf("the drawing: %.200s", got.body)
				}
				picture, err := png.Decode(strings.NewReader(s.anybody.get(s.at("/qr.png")).body))
				must(t, err)
				dots, side := code.Bitmap(), picture.Bounds().Dx()
				for y, row := range dots {
					for x, dark := range row {
						if r, _, _, _ := picture.At((2*x+1)*side/len(dots)/2, (2*y+1)*side/len(dots)/2).RGBA(); (r < 0x8000) != dark {
							t.Fatalf("the picture is another at %d, %d", x, y)
						}
					}
				}
			}},
			{"LinkedIn add", func(t *testing.T) {
				q := s.target(t, "www.linkedin.com").Query()
				for name, want := range map[string]string{"startTask": "CERTIFICATION_NAME", "name": "Gardener", "certUrl": s.whole(""), "certId": kept.CredentialID, "organizationName": kept.IssuerName} {
					if q.Get(name) != want {
						t.Errorf("%s is %q, want %q", name, q.Get(name), want)
					}
				}
			}},
			{"LinkedIn post", func(t *testing.T) {
				if want := "https://www.linkedin.com/sharing/share-offsite/?url=" + strings.ReplaceAll(url.QueryEscape(s.whole("")), "+", "%20"); s.panel.find(t, `.targets a[href="`+want+`"]`).Length() != 1 {
					t.Errorf("nothing leads to %s", want)
				}
			}},
			{"Mastodon", func(t *testing.T) {
				if u := s.target(t, "mastodon.example"); u.Path != "/share" || !strings.HasSuffix(u.Query().Get("text"), s.whole("")) {
					t.Errorf("%s", u)
				}
			}},
			{"mail", func(t *testing.T) {
				if u := s.target(t, "mailto:"); u.Query().Get("subject") != "Gardener" || !strings.Contains(u.Query().Get("body"), "\r\n\r\n"+s.whole("")+"\r\n") || strings.Contains(u.RawQuery, "+") {
					t.Errorf("%s", u)
				}
			}},
			{"embed", func(t *testing.T) {
				markup := s.panel.find(t, "#embed-html").Text()
				if !strings.Contains(markup, `src="`+s.whole("/embed")+`"`) || !strings.Contains(s.panel.find(t, "#embed-markdown").Text(), s.whole("/baked.png")) {
					t.Errorf("%s", markup)
				}
				if a := s.anybody.get(s.at("/embed")); a.find(t, "a.embed").AttrOr("href", "") != s.whole("") || !strings.Contains(a.header.Get("Content-Security-Policy"), "frame-ancestors *") {
					t.Errorf("%d", a.status)
				}
			}},
			{"oEmbed", func(t *testing.T) {
				if a := s.anybody.get("/oembed?url=" + url.QueryEscape(s.whole("#talk"))); a.status != 200 {
					t.Errorf("of a place on its page: %d", a.status)
				}
				found := s.anybody.get(s.at("")).find(t, `link[type="`+oEmbedType+`"]`).AttrOr("href", "")
				var said oEmbedded
				must(t, json.Unmarshal([]byte(s.anybody.get(strings.TrimPrefix(found, town.server.URL)).body), &said))
				if said.Type != "rich" || said.Title != "Gardener" || !strings.Contains(said.HTML, s.whole("/embed")) || said.AuthorName != "Amina Diallo" {
					t.Errorf("%+v", said)
				}
			}},
			{"baked PNG and SVG", func(t *testing.T) {
				for form, read := range map[string]func([]byte) ([]byte, error){"png": bake.FromPNG, "svg": bake.FromSVG} {
					inside, err := read([]byte(s.anybody.get(s.at("/baked." + form)).body))
					if err != nil || string(inside) != s.document {
						t.Errorf("%s holds %.100s (%v)", form, inside, err)
					}
				}
			}},
			{"PDF", func(t *testing.T) {
				if !slices.Contains(town.routes(), "GET /b/:id/certificate.pdf") {
					t.Skip("there is none yet")
				}
				a := s.anybody.get(s.at("/certificate.pdf"))
				if a.status != 200 || a.header.Get("Content-Type") != "application/pdf" {
					t.Fatalf("%d %s", a.status, a.header.Get("Content-Type"))
				}
				if read, err := openbadges.Read(t.Context(), []byte(a.body), nil); err != nil || string(read.Raw) != s.document {
					t.Errorf("it gives another badge back (%v)", err)
				}
			}},
			{"feed", func(t *testing.T) {
				for form, kind := range feedTypes {
					found := s.anybody.get("/@"+s.holder.person.Handle).find(t, `link[type="`+kind+`"]`).AttrOr("href", "")
					if titles, _, _ := s.anybody.get(found).titles(t, form); len(titles) != 1 || titles[0] != "Gardener" {
						t.Errorf("%s tells of %v", form, titles)
					}
				}
			}},
		} {
			t.Run(target.name, target.gives)
		}
	})
}

// TestCollectionIsGivenAwayAsABadgeIs: in a frame, by oEmbed, by feed, when it is public; a passport by oEmbed as a link.
// ASVS: V8.2.2
func TestCollectionIsGivenAwayAsABadgeIs(t *testing.T) {
	storetest.Each(t, func(t *testing.T, st *store.Store) {
		town := newTown(t, st)
		holder := town.member("Amina Diallo", "amina@savoirs.example")
		badge := holder.bring("gardener.json", credential(t, "00000000-0000-4000-8000-000000000001", "amina@savoirs.example", "Gardener")).imported(t)
		hidden := holder.bring("secret.json", credential(t, "00000000-0000-4000-8000-000000000002", "amina@savoirs.example", "Secret")).imported(t)
		at := "/c/" + theCollection
		oembed := func(v *visitor, path, rest string) answer {
			return v.get("/oembed?url=" + url.QueryEscape(town.server.URL+path) + rest)
		}
		for _, visibility := range []string{"private", "link", "members", "public"} {
			must(t, st.SetVisibility(t.Context(), holder.person.ID, badge, visibility, town.now))
			town.shelve(t, holder, badge, visibility, false)
			must(t, st.SetPlaces(t.Context(), []store.CollectionBadge{{CollectionID: theCollection, BadgeID: hidden, Position: 1}}))
			want := 404
			if visibility == "public" {
				want = 200
			}
			for who, v := range map[string]*visitor{"anybody": town.visitor(), "its maker": holder} {
				for _, a := range []answer{v.get(at + "/embed"), oembed(v, at, ""), v.get(at + "/feed.atom"), v.get(at + "/feed.rss"), v.get(at + "/feed.json")} {
					if a.status != want || strings.Contains(a.body, "Secret") {
						t.Errorf("%s, %s: %s answers %d", visibility, who, a.path, a.status)
					}
				}
			}
		}
		a := town.visitor().get(at + "/embed")
		if !strings.Contains(a.header.Get("Content-Security-Policy"), "frame-ancestors *") || a.find(t, "script").Length() != 0 || a.find(t, "img").Length() != 1 || a.find(t, "a").AttrOr("href", "") != town.server.URL+at {
			t.Errorf("%s", a.body)
		}
		page := town.visitor().get(at)
		if page.find(t, `link[rel="alternate"]`).Length() != 4 || strings.Contains(page.header.Get("Content-Security-Policy"), "frame-ancestors *") {
			t.Errorf("%d ways on", page.find(t, `link[rel="alternate"]`).Length())
		}
		if titles, _, _ := town.visitor().get(at+"/feed.atom").titles(t, "atom"); len(titles) != 1 || titles[0] != "Gardener" {
			t.Errorf("%v", titles)
		}
		var said oEmbedded
		must(t, json.Unmarshal([]byte(oembed(town.visitor(), at, "&maxwidth=300&maxheight=100&format=json").body), &said))
		if said.Type != "rich" || said.Width != 300 || said.Height != 100 || !strings.Contains(said.HTML, `width="300" height="100"`) || said.Title != "For work" || said.Picture != "" {
			t.Errorf("%+v", said)
		}
		must(t, json.Unmarshal([]byte(oembed(town.visitor(), "/@"+holder.person.Handle, "").body), &said))
		if said.Type != "link" || said.Title != "Amina Diallo" || said.Picture != town.server.URL+"/@"+holder.person.Handle+"/og.png" {
			t.Errorf("%+v", said)
		}
		for path, want := range map[string]int{"/@nobody": 404, "/c/none": 404, "/c/": 404, "/": 404, "/badges": 404} {
			if got := oembed(town.visitor(), path, "").status; got != want {
				t.Errorf("%s: %d", path, got)
			}
		}
		if got := oembed(town.visitor(), at, "&format=xml").status; got != 501 {
			t.Errorf("XML: %d", got)
		}
	})
}
