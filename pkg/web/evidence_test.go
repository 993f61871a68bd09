package web

import (
	"bytes"
	"image"
	"mime/multipart"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/pkg/pixels"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// stated is what a credential states besides whose it is.
type stated struct {
	id          string // 36 characters
	issuer      string // any word: the same word, the same key
	called      string // what the issuer is called; empty: by that word
	name        string
	description string
	achievement string // its id
	evidence    string // JSON
	image       string
	endorsement string // JSON
}

func (w stated) signed(t *testing.T, email string) string {
	t.Helper()
	key, err := openbadges.NewKey([]byte((w.issuer + strings.Repeat(".", 32))[:32]))
	must(t, err)
	more := ""
	if w.evidence != "" {
		more = `,"evidence":` + w.evidence
	}
	if w.endorsement != "" {
		more += `,"endorsement":` + w.endorsement
	}
	picture := ""
	if w.image != "" {
		picture = `,"image":{"id":"` + w.image + `","type":"Image"}`
	}
	unsigned := `{"@context":["https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
		"id":"urn:uuid:` + w.id + `","type":["VerifiableCredential","OpenBadgeCredential"],"issuer":{"id":"` + key.DIDKey() + `","type":["Profile"],"name":"` + orElse(w.called, w.issuer) + `"},
		"validFrom":"2026-05-04T00:00:00Z","name":"` + w.name + `"` + more + `,"credentialSubject":{"type":["AchievementSubject"],
		"identifier":[{"type":"IdentityObject","identityHash":"` + email + `","identityType":"emailAddress","hashed":false}],
		"achievement":{"id":"` + w.achievement + `","type":["Achievement"],"name":"` + w.name + `","description":"` + w.description + `"` + picture + `,"criteria":{"narrative":"Planned a bed *with neighbours*."}}}}`
	signed, err := openbadges.SignDataIntegrity(t.Context(), []byte(unsigned), key, key.VerificationMethod(), time.Date(2026, 5, 4, 0, 0, 0, 0, time.UTC))
	must(t, err)
	return string(signed)
}

var gardening = stated{
	id: "00000000-0000-4000-8000-000000000001", issuer: "Jardins", name: "Gardener", description: "Keeps a garden.", achievement: "https://jardins.example/gardener",
	evidence: `[{"id":"https://jardins.example/beds/7","type":["Evidence"],"name":"Bed number seven","narrative":"Dug in spring."},{"type":["Evidence"],"name":"A letter of thanks","narrative":"From the school."}]`,
}

// beside puts evidence beside a badge; a file where there is one.
func (v *visitor) beside(path string, fields map[string]string, fileName string, file []byte) answer {
	v.town.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, value := range fields {
		must(v.town.t, form.WriteField(name, value))
	}
	if fileName != "" {
		part, err := form.CreateFormFile("file", fileName)
		must(v.town.t, err)
		_, err = part.Write(file)
		must(v.town.t, err)
	}
	must(v.town.t, form.Close())
	return v.do(v.request("POST", path, &body, "Content-Type", form.FormDataContentType()))
}

// pieces are the holder's own pieces of evidence beside a badge, the first first.
func (town *town) pieces(badge string) []store.Evidence {
	town.t.Helper()
	all, err := town.store.Evidence(town.t.Context(), badge)
	must(town.t, err)
	return all
}

func drawing(t *testing.T) []byte {
	t.Helper()
	picture, err := pixels.EncodePNG(image.NewGray(image.Rect(0, 0, 40, 60)))
	must(t, err)
	return picture
}

// TestEvidenceOfHoldersStandsApartAndIsSeenByWhoSeesTheBadge puts all three kinds beside a public badge, hides, shows,
// removes and puts back.
// ASVS: V5.2.1, V5.2.2, V5.3.1, V5.4.1, V8.2.2
func TestEvidenceOfHoldersStandsApartAndIsSeenByWhoSeesTheBadge(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		holder, member := town.member("Amina Diallo", "amina@savoirs.example"), town.member("Moussa Ba", "moussa@medina.example")
		badge := holder.bring("gardener.json", gardening.signed(t, "amina@savoirs.example")).imported(t)
		at := "/b/" + badge
		if a := holder.get(at); a.find(t, "#evidence").Length() != 1 || a.find(t, `a[href="`+at+`/evidence"]`).Length() == 0 {
			t.Fatal("no way to add evidence")
		}
		a := holder.beside(at+"/evidence", map[string]string{"title": "My bed", "words": "I **dug** it.\n\n<script>alert(1)</script>", "link": "https://amina.example/bed"}, "", nil)
		if a.status != 200 || !strings.Contains(a.find(t, ".notice").Text(), "beside the badge") {
			t.Fatalf("%d at %s", a.status, a.path)
		}
		holder.beside(at+"/evidence", nil, "IMG.png", drawing(t))
		holder.beside(at+"/evidence", nil, "../Report \u202efdp.final.PDF", []byte("%PDF-1.7 report"))
		if a := holder.beside(at+"/evidence", map[string]string{"title": "Nothing"}, "", nil); a.status != 422 || a.find(t, "#title").AttrOr("value", "") != "Nothing" || a.find(t, "#words-mistake").Length() != 1 {
			t.Errorf("nothing: %d", a.status)
		}
		if a := holder.beside(at+"/evidence", nil, "run.exe", []byte("MZ\x00")); a.status != 422 || a.find(t, "#file-mistake").Length() != 1 {
			t.Errorf("a program: %d", a.status)
		}
		all := town.pieces(badge)
		if len(all) != 3 {
			t.Fatalf("%d pieces", len(all))
		}
		words, picture, report := at+"/evidence/"+all[0].ID, at+"/evidence/"+all[1].ID, at+"/evidence/"+all[2].ID
		if got := member.get(report + "/file"); got.status != 404 {
			t.Errorf("of a private badge: %d", got.status)
		}
		holder.post(at+"/visibility", url.Values{"visibility": {"public"}})

		anybody := town.visitor()
		page := anybody.get(at)
		own := page.find(t, "#evidence h3:contains('Added by') ~ ul")
		if !strings.Contains(own.Text(), "My bed") || own.Find("strong").Text() != "dug" || strings.Contains(own.Text(), "Bed number seven") || page.find(t, "#evidence script, #evidence form").Length() != 0 {
			t.Errorf("%.500s", own.Text())
		}
		for path, want := range map[string][2]string{
			picture + "/file": {"image/png", ""}, report + "/file": {"application/pdf", "attachment"},
		} {
			got := anybody.get(path)
			disposition, _, _ := strings.Cut(got.header.Get("Content-Disposition"), ";")
			if got.status != 200 || got.header.Get("Content-Type") != want[0] || disposition != want[1] ||
				got.header.Get("Content-Security-Policy") != sandboxed || got.header.Get("X-Content-Type-Options") != "nosniff" || got.header.Get("ETag") == "" {
				t.Errorf("%s: %d %v", path, got.status, got.header)
			}
			if strings.Contains(got.header.Get("Content-Disposition"), "\u202e") || strings.Contains(got.header.Get("Content-Disposition"), "..") {
				t.Errorf("called %s", got.header.Get("Content-Disposition"))
			}
			if again := anybody.get(path, "If-None-Match", got.header.Get("ETag")); again.status != 304 {
				t.Errorf("%s again: %d", path, again.status)
			}
		}

		for _, path := range []string{words, words + "/hidden", words + "/remove", words + "/restore"} {
			if got := member.post(path, url.Values{"words": {"mine now"}, "hidden": {"no"}}); got.status != 404 {
				t.Errorf("somebody else, %s: %d", path, got.status)
			}
		}
		holder.post(picture+"/hidden", url.Values{"hidden": {"yes"}})
		for who, one := range map[string]struct {
			v    *visitor
			want int
		}{"nobody": {anybody, 404}, "a member": {member, 404}, "the holder": {holder, 200}} {
			if got := one.v.get(picture + "/file"); got.status != one.want || one.want == 200 && strings.Contains(got.header.Get("Cache-Control"), "public") {
				t.Errorf("the hidden picture, %s: %d, %s", who, got.status, got.header.Get("Cache-Control"))
			}
			if got := one.v.get(at); strings.Contains(got.body, all[1].ID) != (one.want == 200) {
				t.Errorf("the page tells %s of the hidden picture: %v", who, one.want != 200)
			}
		}
		holder.post(picture+"/hidden", url.Values{"hidden": {"no"}})

		if a := holder.get(words); a.find(t, "#title").AttrOr("value", "") != "My bed" || a.find(t, "#link").AttrOr("value", "") != "https://amina.example/bed" {
			t.Errorf("the form to change it: %d", a.status)
		}
		holder.beside(words, map[string]string{"title": "Our bed", "words": "We dug it."}, "", nil)
		removed := holder.post(words+"/remove", nil)
		if got := anybody.get(at); strings.Contains(got.body, "Our bed") {
			t.Error("it is still there")
		}
		undo, _ := removed.find(t, ".notice form").Attr("action")
		if got := holder.post(undo, nil); got.status != 200 || !strings.Contains(anybody.get(at).body, "Our bed") {
			t.Errorf("undone by %q: %d", undo, got.status)
		}
		holder.post(words+"/remove", nil)
		town.now = town.now.Add(48 * time.Hour)
		holder.post("/sign-in", url.Values{"email": {"amina@savoirs.example"}, "password": {somePassword}})
		put, _ := holder.get(at).find(t, "#evidence details form").Attr("action")
		if got := holder.post(put, nil); got.status != 200 || strings.Contains(anybody.get(at).body, "Our bed") || !strings.Contains(holder.get(at).body, "Our bed") {
			t.Errorf("put back late by %q: %d, or shown to others", put, got.status)
		}
	})
}

// TestEvidenceOfIssuersIsHiddenOnThePageAndSaidToBeInTheFile hides one of two pieces.
func TestEvidenceOfIssuersIsHiddenOnThePageAndSaidToBeInTheFile(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		holder := town.member("Amina Diallo", "amina@savoirs.example")
		badge := holder.bring("gardener.json", gardening.signed(t, "amina@savoirs.example")).imported(t)
		at := "/b/" + badge
		link := strings.TrimPrefix(holder.post(at+"/share", nil).find(t, "#give #link").AttrOr("value", ""), town.server.URL)
		holder.post(at+"/visibility", url.Values{"visibility": {"public"}})
		page := holder.get(at)
		piece, found := page.find(t, "#evidence li:contains('Bed number seven') input[name=piece]").Attr("value")
		if !found || !strings.Contains(page.find(t, "#evidence").Text(), "own file still contains") {
			t.Fatalf("%.600s", page.find(t, "#evidence").Text())
		}
		if got := town.member("Moussa Ba", "moussa@medina.example").post(at+"/evidence/issuer", url.Values{"piece": {piece}, "hidden": {"yes"}}); got.status != 404 {
			t.Errorf("somebody else hides it: %d", got.status)
		}
		holder.post(at+"/evidence/issuer", url.Values{"piece": {piece}, "hidden": {"yes"}})
		for _, path := range []string{at, link} {
			if got := town.visitor().get(path); got.status != 200 || strings.Contains(got.body, "Bed number seven") || strings.Contains(got.body, "beds/7") || !strings.Contains(got.body, "A letter of thanks") {
				t.Errorf("%s: %d, hidden %v, the other %v", path, got.status, !strings.Contains(got.body, "number seven"), strings.Contains(got.body, "thanks"))
			}
		}
		if got := holder.get(at); !strings.Contains(got.find(t, "#evidence li:contains('Bed number seven')").Text(), "Only you see this") {
			t.Error("the holder is not told that it is hidden")
		}
		if !strings.Contains(town.visitor().get(at+".json").body, "Bed number seven") {
			t.Error("the credential is not as it came")
		}
		holder.post(at+"/evidence/issuer", url.Values{"piece": {piece}, "hidden": {"no"}})
		if got := town.visitor().get(at); !strings.Contains(got.body, "Bed number seven") {
			t.Error("it stays hidden")
		}
	})
}

// TestEvidenceGoesThroughShareLinksUnlessHidden asks for files at a link's own address, which tells no other.
func TestEvidenceGoesThroughShareLinksUnlessHidden(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	badge, link := holder.gives(nil)
	holder.beside("/b/"+badge+"/evidence", map[string]string{"title": "Seen"}, "seen.txt", []byte("seen"))
	holder.beside("/b/"+badge+"/evidence", map[string]string{"title": "Unseen"}, "unseen.txt", []byte("unseen"))
	all := town.pieces(badge)
	holder.post("/b/"+badge+"/evidence/"+all[1].ID+"/hidden", url.Values{"hidden": {"yes"}})
	for who, v := range map[string]*visitor{"nobody": town.visitor(), "the holder": holder} {
		page := v.get(link)
		if !strings.Contains(page.body, "Seen") || strings.Contains(page.body, "Unseen") || strings.Contains(page.body, badge) {
			t.Errorf("%s: %.400s", who, page.find(t, "#evidence").Text())
		}
		href, _ := page.find(t, "#evidence a").Attr("href")
		if got := v.get(href); got.body != "seen" || got.header.Get("Cache-Control") != "private, no-store" || got.header.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s, %s: %d %v", who, href, got.status, got.header)
		}
		if got := v.get(link + "/evidence/" + all[1].ID); got.status != 404 {
			t.Errorf("%s, the hidden one: %d", who, got.status)
		}
	}
	holder.post("/b/"+badge+"/visibility", url.Values{"visibility": {"private"}})
	if got := town.visitor().get(link + "/evidence/" + all[0].ID); got.status != 404 {
		t.Errorf("made private: %d", got.status)
	}
}

// TestHoldersOfTheSameAreListedAsFarAsTheViewerMayKnow also tells that a private badge changes nobody's page.
func TestHoldersOfTheSameAreListedAsFarAsTheViewerMayKnow(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		holder, other := town.member("Amina Diallo", "amina@savoirs.example"), town.member("Awa Sarr", "awa@savoirs.example")
		badge := holder.bring("a.json", gardening.signed(t, "amina@savoirs.example")).imported(t)
		holder.post("/b/"+badge+"/visibility", url.Values{"visibility": {"public"}})
		alone := town.visitor().get("/b/" + badge).body
		hers := gardening
		hers.id = "00000000-0000-4000-8000-000000000002"
		second := other.bring("b.json", hers.signed(t, "awa@savoirs.example")).imported(t)
		if got := town.visitor().get("/b/" + badge).body; got != alone {
			t.Error("a private badge changes the page of another")
		}
		people := func(v *visitor) string { return v.get("/b/"+badge).find(t, "#people").Text() }
		for visibility, want := range map[string][2]bool{"link": {false, false}, "members": {false, true}, "public": {true, true}} {
			other.post("/b/"+second+"/visibility", url.Values{"visibility": {visibility}})
			if got := [2]bool{strings.Contains(people(town.visitor()), "Awa Sarr"), strings.Contains(people(holder), "Awa Sarr")}; got != want {
				t.Errorf("shown to %s: a visitor and a member see %v", visibility, got)
			}
		}
	})
}

// TestAForgedBadgeStandsBesideNoHonestOne makes an altered copy public: the page of the true one does not list its holder,
// and search engines are told nothing of it.
func TestAForgedBadgeStandsBesideNoHonestOne(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder, forger := town.member("Amina Diallo", "amina@savoirs.example"), town.member("Awa Sarr", "awa@savoirs.example")
	badge := holder.bring("a.json", gardening.signed(t, "amina@savoirs.example")).imported(t)
	forged := forger.bring("b.json", strings.ReplaceAll(gardening.signed(t, "amina@savoirs.example"), "amina@", "awa@")).imported(t)
	holder.post("/b/"+badge+"/visibility", url.Values{"visibility": {"public"}})
	forger.post("/b/"+forged+"/visibility", url.Values{"visibility": {"public"}})
	if got := town.visitor().get("/b/" + badge); strings.Contains(got.body, "Awa Sarr") || got.find(t, `script[type="application/ld+json"]`).Length() != 1 {
		t.Errorf("%s", got.find(t, "#people").Text())
	}
	got := town.visitor().get("/b/" + forged)
	if got.status != 200 || strings.Contains(got.body, "Amina Diallo") || got.find(t, ".verdict").Length() == 0 || got.find(t, `script[type="application/ld+json"]`).Length() != 0 || got.find(t, "meta[name=robots]").AttrOr("content", "") != "noindex" {
		t.Errorf("%d, %s", got.status, got.find(t, `script[type="application/ld+json"]`).Text())
	}
}

// TestVersionsOfABadgeAreItsHoldersToFetch updates a badge and fetches what it was.
func TestVersionsOfABadgeAreItsHoldersToFetch(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	first := gardening.signed(t, "amina@savoirs.example")
	badge := holder.bring("first.json", first).imported(t)
	newer := gardening
	newer.description = "Keeps a garden, and neighbours."
	holder.bring("newer.json", newer.signed(t, "amina@savoirs.example"))
	holder.post("/b/"+badge+"/visibility", url.Values{"visibility": {"public"}})
	page := holder.get("/b/" + badge)
	links := page.find(t, "#versions a")
	if links.Length() != 2 {
		t.Fatalf("%d links: %.300s", links.Length(), page.find(t, "#versions").Text())
	}
	for i := range 2 {
		href, _ := links.Eq(i).Attr("href")
		if got := holder.get(href); got.body != first || got.header.Get("Cache-Control") != "private, no-store" || !strings.HasPrefix(got.header.Get("Content-Disposition"), "attachment") {
			t.Errorf("%s: %d %v", href, got.status, got.header)
		}
		if got := town.member("Moussa Ba", "moussa"+href[len(href)-3:]+"@medina.example").get(href); got.status != 404 {
			t.Errorf("somebody else: %d", got.status)
		}
	}
	if got := town.visitor().get("/b/" + badge); got.find(t, "#versions").Length() != 0 {
		t.Error("others are told of former versions")
	}
}
