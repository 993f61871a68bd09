package web

import (
	"archive/zip"
	"encoding/base64"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// givesPassport makes a link to one's whole passport.
func (v *visitor) givesPassport(form url.Values) store.ShareLink {
	v.town.t.Helper()
	a := v.post("/you/passport/share", form)
	links, err := v.town.store.ShareLinksToPassport(v.town.t.Context(), v.person.ID)
	must(v.town.t, err)
	if len(links) == 0 || !strings.HasSuffix(a.find(v.town.t, "#give #link").AttrOr("value", ""), "/s/"+links[0].Secret) {
		v.town.t.Fatalf("no link: %d at %s", a.status, a.path)
	}
	return links[0]
}

// laidOut is a passport with a badge of each visibility, named by it, all in a collection that is shown by link.
func (town *town) laidOut() (holder *visitor, ids map[string]string) {
	town.t.Helper()
	holder, ids = town.member("Amina Diallo", "amina@savoirs.example"), map[string]string{}
	names := map[string]string{"private": "Gardener", "link": "Baker", "members": "Weaver", "public": "Smith"}
	var all []string
	for i, id := range holder.holds("Gardener", "Baker", "Weaver", "Smith") {
		visibility := []string{"private", "link", "members", "public"}[i]
		holder.post("/b/"+id+"/visibility", url.Values{"visibility": {visibility}})
		ids[names[visibility]], all = id, append(all, id)
	}
	at := holder.collects("For the job", "link", all...)
	holder.post("/you/passport/show", url.Values{"collection": {strings.TrimPrefix(at, "/c/")}, "place": {"yes"}})
	return holder, ids
}

// TestLinkToAPassportShowsItAsLaidOutAndNothingPrivate, in every place below the link.
// ASVS: V8.2.2, V14.2.1
func TestLinkToAPassportShowsItAsLaidOutAndNothingPrivate(t *testing.T) {
	storetest.Dear(t)
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		holder, ids := town.laidOut()
		town.portray(t, holder)
		link := holder.givesPassport(url.Values{"label": {"For the job"}})
		at, anybody := "/s/"+link.Secret, town.visitor()
		a := anybody.get(at)
		if a.status != 200 || a.find(t, "h1").Text() != "Amina Diallo" || !strings.Contains(a.texts(t, "h2"), "For the job") || a.find(t, `img[src="`+at+`/portrait"]`).Length() != 1 {
			t.Fatalf("%d %.300s", a.status, a.find(t, "main").Text())
		}
		for header, want := range map[string]string{"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow", "Cache-Control": "private, no-store"} {
			if got := a.header.Get(header); got != want {
				t.Errorf("%s is %q", header, got)
			}
		}
		if a.find(t, `meta[property^="og:"], link[rel="canonical"], link[rel="alternate"]`).Length() != 0 {
			t.Error("the page announces itself to programs")
		}
		section, _ := a.find(t, ".visa header a").Attr("href")
		pages := map[string]answer{at: a, section: anybody.get(section), at + "?tab=collections": anybody.get(at + "?tab=collections")}
		for path, page := range pages {
			for name, id := range ids {
				if shown := strings.Contains(page.body, name); shown != (name != "Gardener" && !strings.Contains(path, "tab=")) {
					t.Errorf("%s: %s is shown: %v", path, name, shown)
				}
				if strings.Contains(page.body, id) {
					t.Errorf("%s tells the own address of %s", path, name)
				}
			}
		}
		for name, id := range ids {
			for _, path := range []string{"", ".json", "/picture", "/picture?w=160", "/baked.png", "/certificate.pdf"} {
				under := at + "/b/" + underLink(link, id) + path
				want := 200
				if name == "Gardener" {
					want = 404
				}
				if got := anybody.get(under); got.status != want || !strings.HasSuffix(got.header.Get("Cache-Control"), "no-store") {
					t.Errorf("%s, %s: %d %s", name, under, got.status, got.header.Get("Cache-Control"))
				}
			}
		}
		for _, path := range []string{at + "/portrait", at + "/qr.svg", at + "/qr.png", at + "/passport.pdf", section + "/collection.pdf", section + "/qr.svg"} {
			if got := anybody.get(path); got.status != 200 || got.header.Get("Cache-Control") != "private, no-store" {
				t.Errorf("%s: %d", path, got.status)
			}
		}
		file := anybody.get(section + "/badges.zip")
		content, err := zip.NewReader(strings.NewReader(file.body), int64(len(file.body)))
		must(t, err)
		if len(content.File) != 6 {
			t.Errorf("%d files in the ZIP of three badges", len(content.File))
		}
		for _, path := range []string{at + "/picture", at + ".json", at + "/badges.zip", at + "/collection.pdf", at + "/certificate.pdf", at + "/b/" + ids["Baker"], at + "/c/none", at + "/b/" + underLink(store.ShareLink{}, ids["Baker"])} {
			if got := anybody.get(path); got.status != 404 {
				t.Errorf("%s: %d", path, got.status)
			}
		}
		if got := anybody.post(section+"/check", nil); got.page() != section {
			t.Errorf("verify all: %d %s", got.status, got.path)
		}

		for _, path := range []string{"/oembed?url=" + url.QueryEscape(town.site.PublicURL+at), at + "/embed", at + "/og.png", at + "/feed.atom", section + "/embed", section + "/feed.rss", section + "/og.png"} {
			if got := anybody.get(path); got.status != 404 {
				t.Errorf("what is announced elsewhere has %s: %d", path, got.status)
			}
		}

		holder.post("/b/"+ids["Baker"]+"/visibility", url.Values{"visibility": {"private"}})
		if got := anybody.get(at); strings.Contains(got.body, "Baker") || anybody.get(at+"/b/"+underLink(link, ids["Baker"])).status != 404 {
			t.Error("what is private again is still there")
		}
		if got := town.member("Moussa Ba", "moussa@medina.example").post("/you/passport/share/withdraw", url.Values{"link": {link.ID}}); got.status != 404 {
			t.Errorf("somebody else withdraws it: %d", got.status)
		}
		holder.post("/you/passport/share/withdraw", url.Values{"link": {link.ID}})
		for path, want := range map[string]int{at: 410, at + "/portrait": 404, at + "/passport.pdf": 404, section: 404, at + "/b/" + underLink(link, ids["Smith"]): 404, at + "/qr.svg": 404} {
			if got := anybody.get(path); got.status != want || strings.Contains(got.body, "Amina") {
				t.Errorf("withdrawn, %s: %d", path, got.status)
			}
		}
	})
}

func TestLinkToAPassportWithAPasswordOpensNothingBeforeAndRunsOut(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder, ids := town.laidOut()
	link := holder.givesPassport(url.Values{"password": {"tulip"}, "expires": {"week"}})
	at, anybody := "/s/"+link.Secret, town.visitor()
	under := at + "/b/" + underLink(link, ids["Smith"])
	if a := anybody.get(at); a.status != 200 || strings.Contains(a.body, "Amina") || a.find(t, "#password").Length() != 1 {
		t.Errorf("locked: %d", a.status)
	}
	for _, path := range []string{at + "/portrait", at + "/passport.pdf", at + "/qr.svg", under, under + "/picture"} {
		if a := anybody.get(path); a.status != 404 {
			t.Errorf("%s of a locked one: %d", path, a.status)
		}
	}
	if a := anybody.post(at, url.Values{"password": {"tulip"}}); a.status != 200 || a.find(t, "h1").Text() != "Amina Diallo" || anybody.get(under).status != 200 {
		t.Errorf("right: %d %s", a.status, a.path)
	}
	town.now = town.now.Add(8 * 24 * time.Hour)
	if a := anybody.get(at); a.status != 410 || anybody.get(under).status != 404 {
		t.Errorf("a week later: %d", a.status)
	}
}

// TestPanelOfAPassportSaysWhatALinkShows, and what that makes of a badge which is given by a link of its own.
func TestPanelOfAPassportSaysWhatALinkShows(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder, ids := town.laidOut()
	if a := holder.get("/you/passport/share"); !strings.Contains(a.find(t, "#make").Text(), "3 badges") || a.find(t, "#make .marks li").Length() != 3 {
		t.Errorf("it says %s", a.find(t, "#make").Text())
	}
	if a := holder.get("/b/" + ids["Gardener"] + "/share"); a.find(t, `#make a[href="/you/passport/share"]`).Length() != 0 {
		t.Error("a link that there is not is told of")
	}
	link := holder.givesPassport(url.Values{"expires": {"week"}})
	if a := holder.get("/b/" + ids["Gardener"] + "/share"); a.find(t, `#make a[href="/you/passport/share"]`).Length() != 1 {
		t.Error("who gives a private badge is not told that a link to the passport will show it")
	}
	if a := holder.get("/@amina-diallo"); a.find(t, `a[href="/you/passport/share"]`).Length() != 1 {
		t.Error("nothing leads there from one's passport")
	}
	other := store.Address{PersonID: holder.person.ID, Email: "amina@home.example", VerifiedAt: &town.now, CreatedAt: town.now}
	must(t, town.store.AddAddress(t.Context(), &other))
	b, err := town.store.Badge(t.Context(), holder.person.ID, ids["Baker"])
	must(t, err)
	b.AddressID = &other.ID
	must(t, town.store.UpdateBadge(t.Context(), &b))
	asked := holder.post("/you/passport/share", url.Values{"label": {"Typed"}})
	if asked.status != 422 || asked.texts(t, "[role=alert] li") != "amina@home.example, amina@savoirs.example" || asked.find(t, "#label").AttrOr("value", "") != "Typed" {
		t.Errorf("joined without a question: %d %s", asked.status, asked.texts(t, "[role=alert] li"))
	}
	if a := holder.post("/you/passport/share", url.Values{"knowing": {"yes"}}); !strings.Contains(a.path, "link-made") {
		t.Errorf("knowing: %d %s", a.status, a.path)
	}
	town.now = town.now.Add(8 * 24 * time.Hour)
	links, err := town.store.ShareLinksToPassport(t.Context(), holder.person.ID)
	must(t, err)
	for _, l := range links {
		if l.ID != link.ID {
			holder.post("/you/passport/share/withdraw", url.Values{"link": {l.ID}})
		}
	}
	if whole, err := town.site.Passports.IsSharedWhole(t.Context(), holder.person.ID, town.now); err != nil || whole {
		t.Errorf("a link that has run out counts: %v", err)
	}
}

// TestFilesTakenAwayByALinkAreCountedBesideItsOpens, but for those of its maker and those that were refused.
func TestFilesTakenAwayByALinkAreCountedBesideItsOpens(t *testing.T) {
	storetest.Dear(t)
	town := newTown(t, storetest.Open(t))
	holder, ids := town.laidOut()
	link := holder.givesPassport(nil)
	at, anybody := "/s/"+link.Secret, town.visitor()
	section, _ := anybody.get(at).find(t, ".visa header a").Attr("href")
	under := at + "/b/" + underLink(link, ids["Smith"])
	for _, path := range []string{section + "/badges.zip", section + "/collection.pdf", at + "/passport.pdf", under + ".json", under + "/baked.png", under + "/certificate.pdf"} {
		if a := anybody.get(path); a.status != 200 {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	for _, path := range []string{under, under + "/picture", at + "/qr.svg", under + ".jwt", at + "/badges.zip", at + "/b/" + underLink(link, ids["Gardener"]) + ".json"} {
		anybody.get(path)
	}
	holder.get(under + ".json")
	must(t, town.site.Passports.WriteOpens(t.Context(), town.now))
	if got := holder.get("/you/passport/share").texts(t, ".share-links .marks"); !strings.Contains(got, "Opened 1 time") || !strings.Contains(got, "6 files taken away") {
		t.Errorf("counted: %s", got)
	}
}

// TestPagesOfASharedPassportTellNoAddressOfABadge: the way from page to page is sealed with the link, so that two links
// cannot be told to lead to one passport, and what is not of its making leads nowhere.
// ASVS: V8.2.2
func TestPagesOfASharedPassportTellNoAddressOfABadge(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	var names []string
	for i := range 25 {
		names = append(names, fmt.Sprintf("Badge %02d", i))
	}
	ids := holder.holds(names...)
	for i := range ids {
		ids[i] = strings.TrimPrefix(ids[i], "/b/")
		must(t, town.store.SetVisibility(t.Context(), holder.person.ID, ids[i], store.Link, town.now))
	}
	one, other := holder.givesPassport(nil), holder.givesPassport(nil)
	at, anybody := "/s/"+one.Secret, town.visitor()
	next := func(path string) string {
		return anybody.get(path).find(t, `main a[href*="after="]`).AttrOr("href", "")
	}
	onward := next(at)
	_, after, _ := strings.Cut(onward, "after=")
	if after == "" {
		t.Fatal("25 badges are on one page")
	}
	told, err := base64.RawURLEncoding.DecodeString(after)
	for _, id := range ids {
		if err != nil || strings.Contains(string(told), id) || strings.Contains(string(told), "newest") {
			t.Fatalf("the next page's address tells %q (%v)", told, err)
		}
	}
	second := anybody.get(onward)
	if cards := second.find(t, `main a[href^="`+at+`/b/"]`); second.status != 200 || cards.Length() != 1 {
		t.Errorf("the second page: %d, with %d badges", second.status, cards.Length())
	}
	if back := second.find(t, `main a[href="`+at+`"]`); back.Length() == 0 || anybody.get(at).find(t, `main a[href^="`+at+`/b/"]`).Length() != 24 {
		t.Error("no way back to the first page")
	}
	_, plain, err := town.store.ShownBadges(t.Context(), holder.person.ID, []string{store.Link}, "", 24)
	must(t, err)
	changed := "A" + after[1:]
	if changed == after {
		changed = "B" + after[1:]
	}
	for _, forged := range []string{plain, "x", "%01", changed, after + "A", after[:8], strings.TrimPrefix(next("/s/"+other.Secret), "/s/"+other.Secret+"?after=")} {
		if a := anybody.get(at + "?after=" + forged); a.status != 404 {
			t.Errorf("forged %q: %d", forged, a.status)
		}
	}
}

// TestAPassportOfWhichALinkShowsNothingSaysSo instead of announcing a list of none.
func TestAPassportOfWhichALinkShowsNothingSaysSo(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	for language, want := range map[string]string{"en": "At present it shows no badges.", "fr": "Pour l’instant, il ne montre aucun badge."} {
		holder.post("/you/preferences", url.Values{"language": {language}, "theme": {"auto"}})
		if said := holder.get("/you/passport/share").find(t, "main").Text(); !strings.Contains(said, want) {
			t.Errorf("%s: %s", language, said)
		}
	}
}
