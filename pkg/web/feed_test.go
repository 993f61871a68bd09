package web

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// titles are what a feed tells of, read as each form is.
func (a answer) titles(t *testing.T, form string) (titles, ids, pictures []string) {
	t.Helper()
	switch form {
	case "atom":
		var f struct {
			Entries []struct {
				ID    string `xml:"id"`
				Title string `xml:"title"`
				Links []struct {
					Rel  string `xml:"rel,attr"`
					Href string `xml:"href,attr"`
				} `xml:"link"`
			} `xml:"http://www.w3.org/2005/Atom entry"`
		}
		must(t, xml.Unmarshal([]byte(a.body), &f))
		for _, e := range f.Entries {
			titles, ids = append(titles, e.Title), append(ids, e.ID)
			for _, l := range e.Links {
				if l.Rel == "enclosure" {
					pictures = append(pictures, l.Href)
				}
			}
		}
	case "rss":
		var f struct {
			Items []struct {
				ID      string `xml:"guid"`
				Title   string `xml:"title"`
				Picture struct {
					URL string `xml:"url,attr"`
				} `xml:"http://search.yahoo.com/mrss/ content"`
			} `xml:"channel>item"`
		}
		must(t, xml.Unmarshal([]byte(a.body), &f))
		for _, i := range f.Items {
			titles, ids, pictures = append(titles, i.Title), append(ids, i.ID), append(pictures, i.Picture.URL)
		}
	default:
		var f struct {
			Items []struct{ ID, Title, Image string }
		}
		must(t, json.Unmarshal([]byte(a.body), &f))
		for _, i := range f.Items {
			titles, ids, pictures = append(titles, i.Title), append(ids, i.ID), append(pictures, i.Image)
		}
	}
	return titles, ids, pictures
}

// TestFeedTellsWhatEverybodySees and nothing else, whoever asks.
// ASVS: V8.2.2
func TestFeedTellsWhatEverybodySees(t *testing.T) {
	storetest.Dear(t)
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		holder := town.member("Amina Diallo", "amina@savoirs.example")
		shown := map[string]string{}
		for i, visibility := range []string{"private", "link", "members", "public"} {
			name := "Shown to " + visibility
			id := holder.bring(visibility+".json", credential(t, "00000000-0000-4000-8000-00000000000"+string(rune('1'+i)), "amina@savoirs.example", name)).imported(t)
			must(t, s.SetVisibility(t.Context(), holder.person.ID, id, visibility, town.now))
			shown[visibility] = id
		}
		home := "/@" + holder.person.Handle
		for form, kind := range feedTypes {
			var once answer
			for who, v := range map[string]*visitor{"anybody": town.visitor(), "a member": town.member("Moussa Ba "+form, form+"@medina.example"), "the holder": holder} {
				a := v.get(home+"/feed."+form, "Accept-Language", "en")
				titles, ids, pictures := a.titles(t, form)
				if a.status != 200 || len(titles) != 1 || titles[0] != "Shown to public" || !strings.HasSuffix(ids[0], ":badge/"+shown["public"]) || !strings.HasPrefix(ids[0], "tag:localhost,20") {
					t.Errorf("%s, %s: %d %v %v", form, who, a.status, titles, ids)
				}
				if a.header.Get("Content-Type") != kind+"; charset=utf-8" || a.header.Get("Cache-Control") != mayBeKept || a.header.Get("Set-Cookie") != "" {
					t.Errorf("%s, %s: %v", form, who, a.header)
				}
				if once.body != "" && once.body != a.body {
					t.Errorf("%s: %s gets another", form, who)
				}
				once = a
				if got := town.visitor().get(strings.TrimPrefix(pictures[0], town.server.URL)); got.status != 200 || !strings.HasPrefix(got.header.Get("Content-Type"), "image/") {
					t.Errorf("%s: the picture %s: %d", form, pictures[0], got.status)
				}
			}
			if strings.Contains(once.body, holder.person.ID) || strings.Contains(once.body, "amina@savoirs") {
				t.Errorf("%s tells a person's id or address", form)
			}
			if fr := town.visitor().get(home + "/feed." + form + "?lang=fr"); !strings.Contains(fr.body, "mis par") {
				t.Errorf("%s in French: %.600s", form, fr.body)
			}
			if l := town.visitor().get(home).find(t, `link[rel="alternate"][type="`+kind+`"]`); l.Length() != 1 || town.visitor().get(l.AttrOr("href", "")).status != 200 {
				t.Errorf("%s is not found by programs", form)
			}
		}
		must(t, s.SetVisibility(t.Context(), holder.person.ID, shown["public"], "private", town.now))
		for form := range feedTypes {
			if titles, _, _ := town.visitor().get(home+"/feed."+form).titles(t, form); len(titles) != 0 {
				t.Errorf("%s after it was made private: %v", form, titles)
			}
		}
	})
}

// TestFeedIsSentOnceToWhoHasIt: by its tag, as proxies write them too, or by its time; and again as soon as it is another.
func TestFeedIsSentOnceToWhoHasIt(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	id := holder.bring("gardener.json", credential(t, "00000000-0000-4000-8000-000000000001", "amina@savoirs.example", "Gardener")).imported(t)
	holder.post("/b/"+id+"/visibility", url.Values{"visibility": {"public"}})
	path := "/@" + holder.person.Handle + "/feed.atom"
	first := town.visitor().get(path)
	tag, since := first.header.Get("ETag"), first.header.Get("Last-Modified")
	asked := func(headers ...string) int { return town.visitor().get(path, headers...).status }
	for name, row := range map[string]struct {
		headers []string
		want    int
	}{
		"its tag":              {[]string{"If-None-Match", tag}, 304},
		"a weak one":           {[]string{"If-None-Match", `"other", W/` + tag}, 304},
		"any":                  {[]string{"If-None-Match", "*"}, 304},
		"another":              {[]string{"If-None-Match", `"other"`}, 200},
		"its time":             {[]string{"If-Modified-Since", since}, 304},
		"a later time":         {[]string{"If-Modified-Since", town.now.Add(time.Hour).UTC().Format(http.TimeFormat)}, 304},
		"an earlier time":      {[]string{"If-Modified-Since", town.now.Add(-time.Hour).UTC().Format(http.TimeFormat)}, 200},
		"no time":              {[]string{"If-Modified-Since", "yesterday"}, 200},
		"another and its time": {[]string{"If-None-Match", `"other"`, "If-Modified-Since", since}, 200},
	} {
		if got := asked(row.headers...); got != row.want {
			t.Errorf("%s: %d, want %d", name, got, row.want)
		}
	}
	holder.post("/b/"+id+"/visibility", url.Values{"visibility": {"private"}}) // within the same second
	for _, headers := range [][]string{{"If-None-Match", tag}, {"If-Modified-Since", since}} {
		if got := asked(headers...); got != 200 {
			t.Errorf("after it was made private, %v: %d", headers, got)
		}
	}
	town.now = town.now.Add(time.Minute)
	holder.post("/b/"+id+"/visibility", url.Values{"visibility": {"public"}})
	again := town.visitor().get(path)
	if again.header.Get("ETag") != tag || again.header.Get("Last-Modified") == since {
		t.Errorf("as before, but later: %s %s", again.header.Get("ETag"), again.header.Get("Last-Modified"))
	}
}

func TestFeedLeadsOnFromAFormerHandleAndPageByPage(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		holder := town.member("Amina Diallo", "amina@savoirs.example")
		for i := range 26 {
			b := store.Badge{
				PersonID: holder.person.ID, CredentialKey: store.NewID(), State: store.Accepted, Visibility: store.Public, Name: "Badge", Standard: "3.0",
				Verdict: "genuine", DocumentType: "application/json", Document: []byte("{}"), CreatedAt: town.now.Add(time.Duration(i) * time.Minute),
			}
			must(t, s.CreateBadge(t.Context(), &b))
		}
		former := "/@" + holder.person.Handle
		holder.post("/you", url.Values{"name": {"Amina Diallo"}, "handle": {"amina-renamed"}, "shown-name": {"public"}, "shown-about": {"private"}, "shown-languages": {"private"}, "shown-links": {"private"}, "shown-portrait": {"public"}})
		a := town.visitor().get(former + "/feed.json")
		if a.status != 200 || a.path != "/@amina-renamed/feed.json" {
			t.Errorf("a former handle: %d %s", a.status, a.path)
		}
		var page struct {
			Next  string `json:"next_url"`
			Items []struct{ ID string }
		}
		seen := map[string]bool{}
		for path := "/@amina-renamed/feed.json?lang=en"; path != ""; path = strings.TrimPrefix(page.Next, town.server.URL) {
			page.Next, page.Items = "", nil
			must(t, json.Unmarshal([]byte(town.visitor().get(path).body), &page))
			for _, one := range page.Items {
				seen[one.ID] = true
			}
		}
		if len(seen) != 26 {
			t.Errorf("%d of 26, page by page", len(seen))
		}
		for _, path := range []string{"/@nobody/feed.atom", "/@amina-renamed/feed.atom?after=nothing", "/@amina-renamed/feed.xml"} {
			if got := town.visitor().get(path).status; got != 404 {
				t.Errorf("%s: %d", path, got)
			}
		}
	})
}
