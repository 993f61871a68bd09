package web

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"encoding/xml"
	"io"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// TestOneAddressAnswersPeopleAndPrograms asks the address of a public badge in each way there is.
// ASVS: V4.1.1, V14.2.2
func TestOneAddressAnswersPeopleAndPrograms(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		holder := town.member("Amina Diallo", "amina@savoirs.example")
		came := gardening.signed(t, "amina@savoirs.example")
		badge := holder.bring("gardener.json", came).imported(t)
		at := "/b/" + badge
		holder.post(at+"/visibility", url.Values{"visibility": {"public"}})
		anybody := town.visitor()
		tags := map[string]string{}
		for _, one := range []struct {
			path, accept string
			json         bool
		}{
			{at, "", false},
			{at, "*/*", false},
			{at, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", false},
			{at, "application/vc+ld+json", true},
			{at, "application/ld+json", true},
			{at, "application/json", true},
			{at, "application/json, text/html;q=0.5", true},
			{at, "text/html, application/json;q=0.5", false},
			{at + ".json", "text/html", true},
			{at + ".json", "", true},
		} {
			got := anybody.get(one.path, "Accept", one.accept)
			said := one.path + " as " + one.accept
			if got.status != 200 || (got.body == came) != one.json || strings.Contains(got.header.Get("Content-Type"), "html") == one.json {
				t.Errorf("%s: %d %s", said, got.status, got.header.Get("Content-Type"))
			}
			links := strings.Join(got.header.Values("Link"), " ")
			if !slices.ContainsFunc(got.header.Values("Vary"), func(v string) bool { return strings.Contains(v, "Accept") && !strings.HasPrefix(v, "Accept-") }) || !strings.Contains(links, at+`.json>; rel="alternate"`) {
				t.Errorf("%s: Vary %q, Link %q", said, got.header.Values("Vary"), links)
			}
			if got.header.Get("Cache-Control") != mayBeKept {
				t.Errorf("%s: %s", said, got.header.Get("Cache-Control"))
			}
			if (got.header.Get("Access-Control-Allow-Origin") == "*") != one.json {
				t.Errorf("%s: other sites may read it: %q", said, got.header.Get("Access-Control-Allow-Origin"))
			}
			tag := got.header.Get("ETag")
			if again := anybody.get(one.path, "Accept", one.accept, "If-None-Match", `"x", W/`+tag); tag == "" || strings.HasPrefix(tag, "W/") || again.status != 304 || again.body != "" || again.header.Get("ETag") != tag {
				t.Errorf("%s: tag %q, again %d", said, tag, again.status)
			}
			tags[one.path+" "+one.accept] = tag
		}
		if tags[at+" "] == tags[at+" application/json"] {
			t.Error("a page and a credential have one tag")
		}
		if got := anybody.get(at + ".jwt"); got.status != 404 {
			t.Errorf("a badge in JSON as JWT: %d", got.status)
		}

		picture := anybody.get(at + "/picture").header.Get("ETag")
		holder.post(at+"/visibility", url.Values{"visibility": {"members"}})
		member := town.member("Moussa Ba", "moussa@medina.example")
		for _, path := range []string{at, at + ".json", at + "/picture", at + "/baked.png", at + "/baked.svg", at + "/qr.svg"} {
			for _, known := range []string{tags[at+" "], tags[at+".json "], picture, "*"} {
				if got := anybody.get(path, "If-None-Match", known); got.status != 404 {
					t.Errorf("%s, of which a visitor knows %s, after a flip: %d", path, known, got.status)
				}
			}
			if got := member.get(path); got.status != 200 || strings.Contains(got.header.Get("Cache-Control"), "public") || got.header.Get("ETag") != "" && slices.Contains([]string{tags[at+" "], tags[at+".json "], picture}, got.header.Get("ETag")) {
				t.Errorf("%s, a member after a flip: %d %v", path, got.status, got.header)
			}
		}
	})
}

// TestAPublicPageTellsSearchEnginesWhatItSaysAndNothingRuns reads the data block of a badge whose name would end it.
// ASVS: V1.2.1, V3.2.2
func TestAPublicPageTellsSearchEnginesWhatItSaysAndNothingRuns(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	hostile := gardening
	hostile.name, hostile.description = `Gardener </script><script>alert(1)</script><!-- & \u2028`, "Keeps <b>beds</b>."
	badge := holder.bring("gardener.json", hostile.signed(t, "amina@savoirs.example")).imported(t)
	at := "/b/" + badge
	if got := holder.get(at); got.find(t, `script[type="application/ld+json"]`).Length() != 0 || got.find(t, "meta[name=robots]").AttrOr("content", "") != "noindex" {
		t.Error("a private badge speaks to search engines")
	}
	holder.post(at+"/visibility", url.Values{"visibility": {"public"}})
	page := town.visitor().get(at)
	block := page.find(t, `script[type="application/ld+json"]`)
	var said map[string]any
	must(t, json.Unmarshal([]byte(block.Text()), &said))
	by, _ := said["recognizedBy"].(map[string]any)
	if said["@context"] != "https://schema.org" || said["@type"] != "EducationalOccupationalCredential" || said["credentialCategory"] != "badge" ||
		said["url"] != town.site.PublicURL+at || !strings.HasPrefix(said["name"].(string), "Gardener </script>") || by["name"] != "Jardins" || said["dateCreated"] != "2026-05-04" {
		t.Errorf("%s", block.Text())
	}
	if scripts := page.find(t, "script").Length(); scripts != 2 { // the data, and the page's own, from its file
		t.Errorf("%d scripts", scripts)
	}
	passport := town.visitor().get("/@amina-diallo")
	must(t, json.Unmarshal([]byte(passport.find(t, `script[type="application/ld+json"]`).Text()), &said))
	if person, _ := said["mainEntity"].(map[string]any); said["@type"] != "ProfilePage" || person["name"] != "Amina Diallo" {
		t.Errorf("%v", said)
	}

	profile, err := town.store.Profile(t.Context(), holder.person.ID)
	must(t, err)
	profile.NameShown = store.Members
	must(t, town.store.SaveProfile(t.Context(), profile))
	if got := town.visitor().get(at); got.status != 200 || got.find(t, `script[type="application/ld+json"]`).Length() != 0 || got.find(t, "meta[name=robots]").AttrOr("content", "") != "noindex" {
		t.Error("whose name is kept from everybody is told to search engines")
	}
}

// TestSearchEnginesFindTheSitemapAndInItWhatIsForThem follows robots.txt.
func TestSearchEnginesFindTheSitemapAndInItWhatIsForThem(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		holder := town.member("Amina Diallo", "amina@savoirs.example")
		badge := holder.bring("gardener.json", gardening.signed(t, "amina@savoirs.example")).imported(t)
		anybody := town.visitor()
		_, address, found := strings.Cut(anybody.get("/robots.txt").body, "Sitemap: "+town.site.PublicURL)
		if address = strings.TrimSpace(address); !found || address != "/sitemap.xml" {
			t.Fatalf("robots.txt names %q", address)
		}
		told := func() (places []string, tag string) {
			got := anybody.get(address)
			var page sitemapPlaces
			must(t, xml.Unmarshal([]byte(got.body), &page))
			for _, one := range page.Places {
				places = append(places, strings.TrimPrefix(one.Address, town.site.PublicURL))
			}
			return places, got.header.Get("ETag")
		}
		if got, _ := told(); !slices.Equal(got, []string{"/", "/verify"}) {
			t.Errorf("without public badges: %q", got)
		}
		holder.post("/b/"+badge+"/visibility", url.Values{"visibility": {"public"}})
		got, tag := told()
		if !slices.Equal(got, []string{"/", "/verify", "/@amina-diallo", "/b/" + badge}) {
			t.Errorf("with one: %q", got)
		}
		for _, path := range got {
			if page := anybody.get(path); page.status != 200 || page.find(t, "meta[name=robots]").Length() != 0 {
				t.Errorf("%s is told of, but is not to be listed (%d)", path, page.status)
			}
		}
		if again := anybody.get(address, "If-None-Match", tag); again.status != 304 {
			t.Errorf("again: %d", again.status)
		}
		for path, want := range map[string]int{"/sitemap/first.xml": 200, "/sitemap/" + badge + ".xml": 200, "/sitemap/first": 404} {
			if got := anybody.get(path); got.status != want {
				t.Errorf("%s: %d", path, got.status)
			}
		}
		holder.post("/b/"+badge+"/visibility", url.Values{"visibility": {"private"}})
		if again := anybody.get(address, "If-None-Match", tag); again.status != 200 || strings.Contains(again.body, badge) {
			t.Errorf("private again: %d", again.status)
		}
	})
}

// TestSearchEnginesAreToldOfPublicCollectionsThatAreForThem, of no other, and of none that says it is not to be listed.
func TestSearchEnginesAreToldOfPublicCollectionsThatAreForThem(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		holder, anybody := town.member("Amina Diallo", "amina@savoirs.example"), town.visitor()
		badge := holder.holds("Gardener")[0]
		at := holder.collects("For the job", "public", badge)
		told := func(page string) bool { return strings.Contains(anybody.get(page).body, at+"<") }
		listed := func() bool {
			a := anybody.get(at)
			return a.status == 200 && a.find(t, "meta[name=robots]").Length() == 0
		}
		is := func(want bool, why string) {
			t.Helper()
			if told("/sitemap.xml") != want || told("/sitemap/collections-first.xml") != want || listed() != want {
				t.Errorf("%s: told %v, %v; to be listed: %v", why, told("/sitemap.xml"), told("/sitemap/collections-first.xml"), listed())
			}
		}
		shows := func(visibility string) {
			holder.post(at, url.Values{"title": {"For the job"}, "cover": {"none"}, "layout": {"wall"}, "visibility": {visibility}})
		}
		is(false, "with a private badge alone")
		holder.post("/b/"+badge+"/visibility", url.Values{"visibility": {"public"}})
		is(true, "with a public one")
		for _, visibility := range []string{"members", "link", "private"} {
			shows(visibility)
			is(false, "shown to "+visibility)
		}
		shows("public")
		is(true, "public again")
		if got := anybody.get("/sitemap/collections-" + strings.TrimPrefix(at, "/c/") + ".xml"); got.status != 200 || strings.Contains(got.body, at) {
			t.Errorf("the page after it: %d", got.status)
		}
		profile, err := s.Profile(t.Context(), holder.person.ID)
		must(t, err)
		profile.NameShown = store.Members
		must(t, s.SaveProfile(t.Context(), profile))
		is(false, "of somebody whose name is kept from everybody")
		profile.NameShown = store.Public
		must(t, s.SaveProfile(t.Context(), profile))
		holder.post(at+"/delete", nil)
		is(false, "in the trash")
	})
}

// TestAPublicBadgesPageIsSmall counts the bytes of a page with all its parts, as they travel.
func TestAPublicBadgesPageIsSmall(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder, other := town.member("Amina Diallo", "amina@savoirs.example"), town.member("Awa Sarr", "awa@savoirs.example")
	badge := holder.bring("gardener.json", gardening.signed(t, "amina@savoirs.example")).imported(t)
	hers := gardening
	hers.id = "00000000-0000-4000-8000-000000000002"
	other.post("/b/"+other.bring("hers.json", hers.signed(t, "awa@savoirs.example")).imported(t)+"/visibility", url.Values{"visibility": {"public"}})
	holder.post("/b/"+badge+"/visibility", url.Values{"visibility": {"public"}})
	holder.beside("/b/"+badge+"/evidence", map[string]string{"title": "My bed", "words": "I **dug** it."}, "bed.png", drawing(t))
	page := town.visitor().get("/b/" + badge)
	for _, part := range []string{"done", "evidence", "people", "files"} {
		if page.find(t, "section#"+part).Length() != 1 || page.find(t, `nav.tabs a[href="#`+part+`"]`).Length() != 1 {
			t.Errorf("no part %s, or no way to it", part)
		}
	}
	var small bytes.Buffer
	zip := gzip.NewWriter(&small)
	_, err := io.WriteString(zip, page.body)
	must(t, err)
	must(t, zip.Close())
	if t.Logf("%d bytes, %d compressed", len(page.body), small.Len()); small.Len() > 8<<10 {
		t.Errorf("%d bytes compressed, at most %d", small.Len(), 8<<10)
	}
	requests := page.find(t, "link[rel=stylesheet], link[rel=icon], link[rel=preload], script[src], img").Length() + 3 // itself, the icons, a font
	if t.Logf("%d requests", requests); requests > 8 {
		t.Errorf("%d requests", requests)
	}
}

// TestGenuineEndorsementsAreQuotedAndOthersAreNot gives a badge two endorsements, one of which was changed afterwards.
func TestGenuineEndorsementsAreQuotedAndOthersAreNot(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	key, err := openbadges.NewKey([]byte("a friend's key of thirty-two b.."))
	must(t, err)
	endorsement := func(comment, changed string) string {
		text, err := openbadges.SignDataIntegrity(t.Context(), []byte(`{"@context":["https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
			"id":"urn:uuid:00000000-0000-4000-8000-0000000000e1","type":["VerifiableCredential","EndorsementCredential"],"issuer":{"id":"`+key.DIDKey()+`","type":["Profile"],"name":"Fatou Coulibaly"},
			"name":"An endorsement","validFrom":"2026-05-05T00:00:00Z","credentialSubject":{"id":"`+gardening.achievement+`","type":["EndorsementSubject"],"endorsementComment":"`+comment+`"}}`),
			key, key.VerificationMethod(), time.Date(2026, 5, 5, 0, 0, 0, 0, time.UTC))
		must(t, err)
		return strings.Replace(string(text), comment, changed, 1)
	}
	endorsed := gardening
	endorsed.endorsement = "[" + endorsement("She <b>taught</b> us to dig.", "She <b>taught</b> us to dig.") + "," + endorsement("Fair.", "Splendid.") + "]"
	badge := holder.bring("gardener.json", endorsed.signed(t, "amina@savoirs.example")).imported(t)
	page := holder.get("/b/" + badge)
	said := page.find(t, "#endorsements")
	if said.Find("li").Length() != 1 || said.Find("blockquote").Text() != "She <b>taught</b> us to dig." || !strings.Contains(said.Text(), "Fatou Coulibaly") || strings.Contains(page.body, "Splendid") {
		t.Errorf("%s\n%s", said.Text(), page.find(t, ".verdict").Text())
	}
	if !strings.Contains(said.Find("li").Text(), key.DIDKey()) || !strings.Contains(said.Text(), "Nobody vouches for who holds this key") {
		t.Errorf("a key is somebody: %s", said.Text())
	}
}

// TestAnEndorsementByTheIssuerIsSaidToBeNone makes a badge oneself and endorses it under a great name.
func TestAnEndorsementByTheIssuerIsSaidToBeNone(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	key, err := openbadges.NewKey([]byte((gardening.issuer + strings.Repeat(".", 32))[:32]))
	must(t, err)
	text, err := openbadges.SignDataIntegrity(t.Context(), []byte(`{"@context":["https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
		"id":"urn:uuid:00000000-0000-4000-8000-0000000000e1","type":["VerifiableCredential","EndorsementCredential"],"issuer":{"id":"`+key.DIDKey()+`","type":["Profile"],"name":"Harvard University"},
		"name":"An endorsement","validFrom":"2026-05-05T00:00:00Z","credentialSubject":{"id":"`+gardening.achievement+`","type":["EndorsementSubject"],"endorsementComment":"Splendid."}}`),
		key, key.VerificationMethod(), time.Date(2026, 5, 5, 0, 0, 0, 0, time.UTC))
	must(t, err)
	endorsed := gardening
	endorsed.endorsement = "[" + string(text) + "]"
	badge := holder.bring("gardener.json", endorsed.signed(t, "amina@savoirs.example")).imported(t)
	holder.post("/b/"+badge+"/visibility", url.Values{"visibility": {"public"}})
	for lang, says := range map[string]string{"en": "is no endorsement", "fr": "n’est pas un endossement"} {
		page := town.visitor().get("/b/"+badge, "Accept-Language", lang)
		if said := page.find(t, "#endorsements"); strings.Contains(page.body, "Splendid") || said.Find("blockquote").Length() != 0 || !strings.Contains(said.Text(), "Harvard University ("+key.DIDKey()+")") || !strings.Contains(said.Text(), says) {
			t.Errorf("%s: %s", lang, said.Text())
		}
	}
	if marks, err := town.store.Marks(t.Context(), holder.person.ID, badge); err != nil || marks[badge].Endorsed {
		t.Errorf("%+v, %v", marks, err)
	}
}
