package web

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/carnetbadges/carnet/pkg/openbadges/pdf"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// ASVS: V8.2.2, V14.2.1
func TestACertificateIsSeenByWhoSeesItsBadge(t *testing.T) {
	storetest.Dear(t)
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		holder := town.member("Amina Diallo", "amina@savoirs.example")
		badge, link := holder.gives(url.Values{})
		anybody := town.visitor()
		kept, err := s.Badge(t.Context(), holder.person.ID, badge)
		must(t, err)
		path := "/b/" + badge + "/certificate.pdf"

		shared := anybody.get(link + "/certificate.pdf")
		if shared.status != 200 || shared.header.Get("Cache-Control") != "private, no-store" || shared.header.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("by the link: %d, %v", shared.status, shared.header)
		}
		if !strings.Contains(shared.body, "/URI ("+town.server.URL+link+")") || strings.Contains(shared.body, badge) {
			t.Error("the sheet of a share link leads elsewhere than where one came from")
		}
		if got := anybody.get(path); got.status != 404 {
			t.Errorf("a badge shown by link alone: %d", got.status)
		}

		holder.post("/b/"+badge+"/visibility", url.Values{"visibility": {"private"}})
		private := holder.get(path)
		if private.status != 200 || private.header.Get("Cache-Control") != "private, no-store" || strings.Contains(private.body, "/URI (") {
			t.Errorf("a private badge, for its holder: %d, %s", private.status, private.header.Get("Cache-Control"))
		}
		for _, gone := range []string{path, link + "/certificate.pdf"} {
			if got := anybody.get(gone); got.status != 404 {
				t.Errorf("a private badge, %s: %d", gone, got.status)
			}
		}

		holder.post("/b/"+badge+"/visibility", url.Values{"visibility": {"public"}})
		public := anybody.get(path)
		if public.status != 200 || public.header.Get("Cache-Control") != mayBeKept || public.header.Get("Content-Type") != "application/pdf" {
			t.Fatalf("a public badge: %d, %v", public.status, public.header)
		}
		if !strings.HasPrefix(public.header.Get("Content-Disposition"), "attachment; filename=Gardener.pdf") || !strings.Contains(public.body, "/URI ("+town.server.URL+"/b/"+badge+")") {
			t.Errorf("%s", public.header.Get("Content-Disposition"))
		}
		found, err := pdf.Credentials([]byte(public.body))
		if err != nil || len(found) != 1 || !bytes.Equal(found[0], kept.Document) {
			t.Errorf("%d credentials inside, %v", len(found), err)
		}
		if french := anybody.get(path + "?lang=fr"); !strings.Contains(french.body, "/Lang (fr)") || !strings.Contains(public.body, "/Lang (en)") {
			t.Error("it does not speak the language that is asked for")
		}
		if again := anybody.get(path, "If-None-Match", public.header.Get("ETag")); again.status != http.StatusNotModified || again.body != "" {
			t.Errorf("the same again: %d", again.status)
		}
		if page := anybody.get("/b/" + badge); page.find(t, `.files a[href="`+path+`"]`).Length() != 1 {
			t.Error("the badge's page does not lead to it")
		}
	})
}

func TestWordsOnPaperStandApartAsTheyDoOnAPage(t *testing.T) {
	for markdown, want := range map[string]string{
		"- do *it*\nCertificate":              "• do it Certificate",
		"Planned a *bed*\n*with* neighbours":  "Planned a bed with neighbours",
		"One\n\n*Two*\n\n> three\n> **four**": "One\nTwo\nthree four",
		"1. a\n\n2. b":                        "• a\n• b",
		"R&D <b>x</b>":                        "R&D x",
	} {
		clean := newSanitizer()
		if got := plain(clean.prose(markdown)); got != want {
			t.Errorf("%q is written as %q, want %q", markdown, got, want)
		}
	}
}

// ASVS: V8.2.2
func TestAPrintHoldsWhatItsReaderSees(t *testing.T) {
	storetest.Dear(t)
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		holder := town.member("Amina Diallo", "amina@savoirs.example")
		var badges []string
		for i, visibility := range []string{"public", "members", "private"} {
			id := holder.bring("gardener.json", credential(t, "00000000-0000-4000-8000-00000000000"+string(rune('1'+i)), "amina@savoirs.example", "Gardener "+visibility)).imported(t)
			holder.post("/b/"+id+"/visibility", url.Values{"visibility": {visibility}})
			badges = append(badges, id)
		}
		c := store.Collection{ID: theCollection, PersonID: holder.person.ID, Title: "For work", Cover: store.CoverPattern, Layout: store.LayoutPages, Visibility: store.Public, CreatedAt: town.now, UpdatedAt: town.now}
		must(t, s.CreateCollection(t.Context(), &c))
		var places []store.CollectionBadge
		for i, id := range badges {
			places = append(places, store.CollectionBadge{CollectionID: c.ID, BadgeID: id, Position: i})
		}
		must(t, s.SetPlaces(t.Context(), places))

		anybody, member := town.visitor(), town.member("Bo Li", "bo@savoirs.example")
		for path, want := range map[string][3]int{"/@amina-diallo/passport.pdf": {1, 2, 2}, "/c/" + c.ID + "/collection.pdf": {1, 2, 1}, "/c/" + c.ID + "/collection.pdf?all=1": {1, 2, 3}} {
			for i, reader := range []*visitor{anybody, member, holder} {
				got := reader.get(path)
				found, err := pdf.Credentials([]byte(got.body))
				if got.status != 200 || err != nil || len(found) != want[i] {
					t.Errorf("%s, reader %d: %d, %d badges inside (%v)", path, i, got.status, len(found), err)
				}
				if keep := got.header.Get("Cache-Control"); keep != map[bool]string{true: mayBeKept, false: "private, no-store"}[i == 0] {
					t.Errorf("%s, reader %d: %s", path, i, keep)
				}
			}
		}
		shared, _ := holder.post("/c/"+c.ID+"/share", url.Values{"expires": {"week"}}).find(t, "#give #link").Attr("value")
		link := strings.TrimPrefix(shared, town.server.URL)
		sheet := anybody.get(link + "/collection.pdf")
		if found, err := pdf.Credentials([]byte(sheet.body)); sheet.status != 200 || err != nil || len(found) != 2 || sheet.header.Get("Cache-Control") != "private, no-store" {
			t.Errorf("by a link (%s): %d, %d badges inside (%v)", link, sheet.status, len(found), err)
		}
		if strings.Contains(sheet.body, badges[0]) || strings.Contains(sheet.body, c.ID) || strings.Count(sheet.body, "/URI ("+shared+"/b/") != 2 {
			t.Error("the print of a share link leads elsewhere than under the link")
		}
		for _, page := range []string{"/@amina-diallo", "/c/" + c.ID, link} {
			if anybody.get(page).find(t, `a[href$=".pdf"]`).Length() != 1 {
				t.Errorf("%s does not lead to its print", page)
			}
		}
	})
}

// TestPrintsOfManyKeepNobodyFromACertificate: they have a turn of their own, and each is made once.
func TestPrintsOfManyKeepNobodyFromACertificate(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	ids := holder.holds("Gardener")
	holder.post("/b/"+ids[0]+"/visibility", url.Values{"visibility": {"public"}})
	at := holder.collects("For all", "public", ids...)
	for len(town.site.limits.sets) < cap(town.site.limits.sets) {
		town.site.limits.sets <- struct{}{} // others are being made
	}
	if got := town.visitor().get("/b/" + ids[0] + "/certificate.pdf"); got.status != 200 {
		t.Errorf("a certificate: %d", got.status)
	}
	<-town.site.limits.sets
	first := town.visitor().get(at + "/collection.pdf")
	if again := town.visitor().get(at + "/collection.pdf"); first.status != 200 || again.body != first.body || town.site.printed.Len() != 1 {
		t.Errorf("the same twice: %d, %d kept", first.status, town.site.printed.Len())
	}
	holder.post(at+"/text", url.Values{"badge": ids, "text": {"I plant."}})
	if got := town.visitor().get(at + "/collection.pdf"); got.body == first.body || town.site.printed.Len() != 2 {
		t.Error("what is said of a badge is as it was")
	}
	holder.post("/b/"+ids[0]+"/visibility", url.Values{"visibility": {"private"}})
	if found, _ := pdf.Credentials([]byte(town.visitor().get(at + "/collection.pdf").body)); len(found) != 0 {
		t.Error("what was printed is still shown")
	}
}
