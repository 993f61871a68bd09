package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// gives brings a badge and makes a link to it; both are of the holder.
func (v *visitor) gives(form url.Values) (badge, link string) {
	v.town.t.Helper()
	badge = v.bring("gardener.json", credential(v.town.t, "00000000-0000-4000-8000-000000000001", "amina@savoirs.example", "Gardener")).imported(v.town.t)
	a := v.post("/b/"+badge+"/share", form)
	link, found := a.find(v.town.t, "#give #link").Attr("value")
	if !found {
		v.town.t.Fatalf("no link: %d at %s", a.status, a.path)
	}
	return badge, strings.TrimPrefix(link, v.town.server.URL)
}

// ASVS: V8.2.2, V14.2.1
func TestLinkShowsItsBadgeToWhoeverHasItAndTellsNobodyElse(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		holder := town.member("Amina Diallo", "amina@savoirs.example")
		badge, link := holder.gives(url.Values{"label": {"For the job"}})
		anybody := town.visitor()
		a := anybody.get(link)
		if a.status != 200 || !strings.Contains(a.find(t, "h1").Text(), "Gardener") || !strings.Contains(a.find(t, ".byline").Text(), "Amina Diallo") {
			t.Fatalf("%d %.300s", a.status, a.find(t, "main").Text())
		}
		for header, want := range map[string]string{"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow", "Cache-Control": "private, no-store"} {
			if got := a.header.Get(header); got != want {
				t.Errorf("%s is %q", header, got)
			}
		}
		if strings.Contains(a.body, badge) || strings.Contains(a.body, "For the job") || strings.Contains(a.body, "/@amina") {
			t.Error("the page tells the badge's own address, the passport's, or what the link is for")
		}
		src, _ := a.find(t, ".plate img").Attr("src")
		for _, path := range []string{src, link + "/baked.png", link + "/baked.svg", link + ".json", link + "/qr.svg", link + "/qr.png", link + "/certificate.pdf"} {
			if got := anybody.get(path); got.status != 200 || got.header.Get("Cache-Control") != "private, no-store" {
				t.Errorf("%s: %d, %s", path, got.status, got.header.Get("Cache-Control"))
			}
		}
		if b, err := s.Badge(t.Context(), holder.person.ID, badge); err != nil || anybody.get(link+".json").body != string(b.Document) {
			t.Error("the credential is not as it came")
		}
		for _, path := range []string{"/b/" + badge, "/b/" + badge + "/picture", "/b/" + badge + ".json", "/b/" + badge + "/qr.svg", "/b/" + badge + "/embed", link + ".jwt", link + "x", "/s/none"} {
			if got := anybody.get(path); got.status != 404 {
				t.Errorf("%s: %d", path, got.status)
			}
		}
		holder.post("/b/"+badge+"/visibility", url.Values{"visibility": {"private"}})
		if got := anybody.get(link); got.status != 410 || strings.Contains(got.body, "Gardener") || anybody.get(link+"/picture").status != 404 {
			t.Errorf("made private again: %d", got.status)
		}
		holder.post("/b/"+badge+"/visibility", url.Values{"visibility": {"link"}})
		if got := anybody.get(link); got.status != 200 {
			t.Errorf("shown by link again: %d", got.status)
		}
		id := strings.TrimPrefix(holder.get("/b/"+badge+"/share").find(t, ".share-links li").First().AttrOr("id", ""), "link-")
		if got := town.member("Moussa Ba", "moussa@medina.example").post("/b/"+badge+"/share/withdraw", url.Values{"link": {id}}); got.status != 404 {
			t.Errorf("somebody else withdraws it: %d", got.status)
		}
		holder.post("/b/"+badge+"/share/withdraw", url.Values{"link": {id}})
		if got := anybody.get(link); got.status != 410 {
			t.Errorf("withdrawn: %d", got.status)
		}
	})
}

func TestLinkWithAPasswordOpensForWhoKnowsItAndRunsOut(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	_, link := holder.gives(url.Values{"password": {"tulip"}, "expires": {"week"}})
	anybody := town.visitor()
	if a := anybody.get(link); a.status != 200 || strings.Contains(a.body, "Gardener") || a.find(t, "#password").Length() != 1 {
		t.Errorf("locked: %d", a.status)
	}
	if a := anybody.get(link + "/picture"); a.status != 404 {
		t.Errorf("the picture of a locked one: %d", a.status)
	}
	if a := anybody.post(link, url.Values{"password": {"tulpe"}}); a.status != 422 || strings.Contains(a.body, "Gardener") {
		t.Errorf("wrong: %d", a.status)
	}
	heard := 0
	for range 60 {
		if a := anybody.post(link, url.Values{"password": {"tulpe"}}); a.status == 422 {
			heard++
		}
	}
	if heard > 20 {
		t.Errorf("%d of 60 guesses were heard", heard)
	}
	town.now = town.now.Add(time.Hour)
	if a := anybody.post(link, url.Values{"password": {"tulip"}}); a.status != 200 || a.find(t, "h1").Text() != "Gardener" {
		t.Errorf("right: %d %s", a.status, a.path)
	}
	if a := town.visitor().get(link); strings.Contains(a.body, "Gardener") {
		t.Error("open in another browser too")
	}
	town.now = town.now.Add(8 * 24 * time.Hour)
	if a := anybody.get(link); a.status != 410 {
		t.Errorf("a week later: %d", a.status)
	}
}

func TestOpensAreCountedAndNothingOfWhoOpened(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	badge, link := holder.gives(nil)
	for range 3 {
		town.visitor().get(link)
	}
	holder.get(link)
	town.visitor().get(link, "Sec-Purpose", "prefetch")
	must(t, town.site.Passports.WriteOpens(t.Context(), town.now))
	if got := holder.get("/b/"+badge+"/share").find(t, ".share-links .marks").Text(); !strings.Contains(got, "3 times") {
		t.Errorf("counted: %s", got)
	}
}

// TestOnlyPeopleWhoLookAreCounted: no program that asks for the head of a page or draws a preview of it, nothing that is
// fetched ahead, and one look but once, whatever tabs and further badges are looked at.
func TestOnlyPeopleWhoLookAreCounted(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder, ids := town.laidOut()
	link := holder.givesPassport(nil)
	at, anybody := "/s/"+link.Secret, town.visitor()
	under := at + "/b/" + underLink(link, ids["Smith"])
	for _, agent := range []string{
		"facebookexternalhit/1.1", "WhatsApp/2.23.20.0", "Slackbot-LinkExpanding 1.0", "Mozilla/5.0 (compatible; Discordbot/2.0)", "LinkedInBot/1.0",
		"Mastodon/4.3 (http.rb/5.2)", "Bluesky Cardyb/1.1", "TelegramBot (like TwitterBot)", "Mozilla/5.0 (compatible; Googlebot/2.1)", "SkypeUriPreview Preview/0.5",
	} {
		anybody.get(at, "User-Agent", agent)
		anybody.get(under+".json", "User-Agent", agent)
	}
	for _, ahead := range [][2]string{{"Sec-Purpose", "prefetch;prerender"}, {"Purpose", "prefetch"}, {"X-Moz", "prefetch"}, {"X-Purpose", "preview"}} {
		anybody.get(at, ahead[0], ahead[1])
	}
	for _, path := range []string{at, under + ".json"} {
		if a := anybody.do(anybody.request("HEAD", path, nil)); a.status != 200 || a.body != "" {
			t.Errorf("the head of %s: %d", path, a.status)
		}
	}
	for _, part := range []string{"?tab=collections", "?tab=about", "?after=none", "?done=checking"} {
		anybody.get(at + part)
	}
	anybody.get(at+"?fbclid=x", "User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
	anybody.get(under+".json", "User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
	must(t, town.site.Passports.WriteOpens(t.Context(), town.now))
	links, err := town.site.Passports.PassportLinks(t.Context(), holder.person.ID)
	must(t, err)
	if got := links[0].Opens; got != (store.Opens{Opens: 1, Downloads: 1}) {
		t.Errorf("counted: %+v", got)
	}
}

// TestWhoOpensALockedLinkGetsANewSession, so that one that somebody else has put into their browser opens nothing.
// ASVS: V7.2.4
func TestWhoOpensALockedLinkGetsANewSession(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	_, first := holder.gives(url.Values{"password": {"tulip"}})
	second := holder.givesPassport(url.Values{"password": {"tulip"}})
	anybody := town.visitor()
	anybody.post(first, url.Values{"password": {"tulip"}})
	planted := anybody.once(t) // the same session in another browser
	if a := anybody.post("/s/"+second.Secret, url.Values{"password": {"tulip"}}); a.find(t, "h1").Text() != "Amina Diallo" {
		t.Fatalf("%d %s", a.status, a.path)
	}
	if a := planted.get("/s/" + second.Secret); a.find(t, "#password").Length() != 1 {
		t.Error("what one browser has opened is open in another")
	}
}

// TestFormOfALockedLinkLeadsToTheLink, whatever was written behind its secret.
func TestFormOfALockedLinkLeadsToTheLink(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	_, link := holder.gives(url.Values{"password": {"tulip"}})
	for _, behind := range []string{".x", ".%2F..%2F..%2Fsign-out"} {
		if got := town.visitor().post(link+behind, url.Values{"password": {"no"}}); got.status != 422 || got.find(t, "main form").AttrOr("action", "") != link {
			t.Errorf("%s: %d, to %s", behind, got.status, got.find(t, "main form").AttrOr("action", ""))
		}
	}
	spent := town.visitor()
	for range 30 {
		spent.post("/s/..%2F..%2Fsign-out", url.Values{"password": {"no"}})
	}
	if got := spent.post("/s/..%2F..%2Fsign-out", url.Values{"password": {"no"}}); got.status != 404 {
		t.Errorf("slowed at none: %d", got.status)
	}
	if got := spent.post(link, url.Values{"password": {"no"}}); got.status != 429 || got.find(t, "main form").AttrOr("action", "") != link {
		t.Errorf("slowed: %d, to %s", got.status, got.find(t, "main form").AttrOr("action", ""))
	}
}

func TestPanelOffersEveryWayOnlyWhereItLeadsSomewhere(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	badge := holder.bring("gardener.json", credential(t, "00000000-0000-4000-8000-000000000001", "amina@savoirs.example", "Gardener")).imported(t)
	if a := holder.get("/b/" + badge + "/share"); a.find(t, "#give").Length() != 0 || a.find(t, "#make form").Length() != 1 {
		t.Error("ways to give on what nobody can open")
	}
	holder.post("/b/"+badge+"/visibility", url.Values{"visibility": {"public"}})
	holder.post("/b/"+badge+"/share/linkedin", url.Values{"page": {"1337"}})
	a := holder.get("/b/" + badge + "/share?mastodon=" + url.QueryEscape("@amina@Mastodon.example"))
	hosts := ""
	for _, link := range a.find(t, ".targets a").EachIter() {
		hosts += " " + link.AttrOr("href", "")
	}
	for _, want := range []string{"linkedin.com/profile/add", "organizationId=1337", "share-offsite", "bsky.app", "wa.me", "mailto:", "https://mastodon.example/share"} {
		if !strings.Contains(hosts, want) {
			t.Errorf("%s is missing: %s", want, hosts)
		}
	}
	if a.find(t, "#embed-html, #embed-image, #embed-markdown").Length() != 3 {
		t.Error("no snippets")
	}
	for _, typed := range []string{"127.0.0.1", "localhost", "evil.example/x", "a b.example", "javascript:alert(1)", "evil.example?", "-x.example", "[::1]"} {
		if got := mastodonServer(typed); got != "" {
			t.Errorf("%q is a server: %q", typed, got)
		}
	}
}

// ASVS: V3.4.6
func TestOnlyTheEmbedMayBeFramedAndOnlyOfPublicBadges(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	badge := holder.bring("gardener.json", credential(t, "00000000-0000-4000-8000-000000000001", "amina@savoirs.example", "Gardener")).imported(t)
	embedded := func() [2]int {
		return [2]int{holder.get("/b/" + badge + "/embed").status, holder.get("/oembed?url=" + url.QueryEscape(town.server.URL+"/b/"+badge)).status}
	}
	for _, visibility := range []string{"private", "link", "members"} {
		holder.post("/b/"+badge+"/visibility", url.Values{"visibility": {visibility}})
		if got := embedded(); got != [2]int{404, 404} {
			t.Errorf("%s: %v", visibility, got)
		}
	}
	holder.post("/b/"+badge+"/visibility", url.Values{"visibility": {"public"}})
	a := town.visitor().get("/b/" + badge + "/embed")
	if a.status != 200 || !strings.Contains(a.header.Get("Content-Security-Policy"), "frame-ancestors *") || a.find(t, "script").Length() != 0 || len(a.body) > 8<<10 {
		t.Errorf("%d %s, %d bytes", a.status, a.header.Get("Content-Security-Policy"), len(a.body))
	}
	if b := town.visitor().get("/b/" + badge); !strings.Contains(b.header.Get("Content-Security-Policy"), "frame-ancestors 'none'") || b.find(t, `link[type="application/json+oembed"]`).Length() != 1 {
		t.Error("the page itself may be framed, or does not say how to embed it")
	}
	o := town.visitor().get("/oembed?maxwidth=300&format=json&url=" + url.QueryEscape(town.server.URL+"/b/"+badge))
	var said map[string]any
	must(t, json.Unmarshal([]byte(o.body), &said))
	if said["type"] != "rich" || said["version"] != "1.0" || said["width"] != 300.0 || !strings.Contains(said["html"].(string), "/b/"+badge+"/embed") || o.header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("%v", said)
	}
	for address, want := range map[string]int{"https://evil.example/b/" + badge: 404, town.server.URL + "/b/none": 404, "": 404} {
		if got := town.visitor().get("/oembed?url=" + url.QueryEscape(address)).status; got != want {
			t.Errorf("%s: %d", address, got)
		}
	}
	if got := town.visitor().get("/oembed?format=xml&url=" + url.QueryEscape(town.server.URL+"/b/"+badge)).status; got != 501 {
		t.Errorf("XML: %d", got)
	}
}

// TestFormsOfSharedPagesAreTakenWhereBrowsersTellNoMore: on plain http away from this machine nothing but Origin says where a
// form comes from, and from pages that no referrer may leave it is "null". What comes from nowhere stays refused.
// ASVS: V3.5.1
func TestFormsOfSharedPagesAreTakenWhereBrowsersTellNoMore(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	_, open := holder.gives(nil)
	_, locked := holder.gives(url.Values{"password": {"tulip"}})
	options := town.site.Options
	for _, one := range []struct{ site, page, policy, form, fields string }{
		{"http://carnet.example", open, "same-origin", "/language", "language=fr"},
		{"http://carnet.example", locked, "same-origin", locked, "password=tulip"},
		{"https://carnet.example", open, "no-referrer", "", ""},
		{"https://carnet.example", locked, "same-origin", locked, "password=tulip"},
		{"http://localhost:8080", open, "no-referrer", "", ""},
	} {
		options.PublicURL = one.site
		site, err := New(options)
		must(t, err)
		if got := asks(site, http.MethodGet, one.site+one.page, "").Header.Get("Referrer-Policy"); got != one.policy {
			t.Errorf("%s%s: %q", one.site, one.page, got)
		}
		if one.form == "" {
			continue
		}
		if got := asks(site, http.MethodPost, one.site+one.form, one.fields, "Origin", one.site).StatusCode; got != http.StatusSeeOther {
			t.Errorf("%s%s: %d", one.site, one.form, got)
		}
		if got := asks(site, http.MethodPost, one.site+one.form, one.fields, "Origin", "null").StatusCode; got != http.StatusForbidden {
			t.Errorf("%s%s, from nowhere: %d", one.site, one.form, got)
		}
	}
}
