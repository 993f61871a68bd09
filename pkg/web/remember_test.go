package web

import (
	"archive/zip"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// hosted puts a badge made out to email on the town's web.
func (town *town) hosted(email, criteria string) string {
	for path, body := range map[string]string{
		"i": `{"@context":"https://w3id.org/openbadges/v2","type":"Issuer","id":"https://atelier.example/i","name":"Atelier","url":"https://atelier.example","email":"a@atelier.example"}`,
		"b": `{"@context":"https://w3id.org/openbadges/v2","type":"BadgeClass","id":"https://atelier.example/b","name":"Weaver","description":"Weaves","image":"https://atelier.example/p","criteria":{"narrative":"` + criteria + `"},"issuer":"https://atelier.example/i"}`,
		"a": `{"@context":"https://w3id.org/openbadges/v2","type":"Assertion","id":"https://atelier.example/a","recipient":{"type":"email","hashed":false,"identity":"` + email + `"},"badge":"https://atelier.example/b","verification":{"type":"HostedBadge"},"issuedOn":"2026-03-04T05:06:07Z"}`,
		"p": `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>`,
	} {
		kind := "application/ld+json"
		if path == "p" {
			kind = "image/svg+xml"
		}
		town.web["https://atelier.example/"+path] = openbadges.Recording{Status: 200, ContentType: kind, Body: []byte(body)}
	}
	return "https://atelier.example/a"
}

func TestTheHolderReadsWhatHappenedAndTakesAllOfItAway(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		amina := town.member("Amina Diallo", "amina@savoirs.example")
		id := amina.post("/badges", url.Values{"text": {town.hosted("amina@savoirs.example", "Weave")}}).imported(t)
		town.now = town.now.Add(24 * time.Hour)
		town.hosted("amina@savoirs.example", "Weave twice")
		town.recheck(t, amina, id)
		town.now = town.now.Add(24 * time.Hour)
		town.web["https://atelier.example/a"] = openbadges.Recording{Status: 410, ContentType: "application/json", Body: []byte(`{"revoked":true,"revocationReason":"issued <b>twice</b>"}`)}
		town.recheck(t, amina, id)
		must(t, s.SetVisibility(t.Context(), amina.person.ID, id, "public", town.now))

		story := func(a answer) (lines []string) {
			for _, li := range a.find(t, ".verdict .past li").EachIter() {
				lines = append(lines, strings.Join(strings.Fields(li.Text()), " "))
			}
			return lines
		}
		own, foreign := story(amina.get("/b/"+id)), story(town.visitor().get("/b/"+id))
		if len(own) != 3 || !strings.HasPrefix(own[0], "Revoked on ") || !strings.HasSuffix(own[0], ": “issued <b>twice</b>”.") ||
			!strings.HasPrefix(own[1], "The issuer changed the criteria") || !strings.HasPrefix(own[2], "Found genuine and current on ") {
			t.Errorf("the holder reads %q", own)
		}
		if want := []string{own[0], own[2]}; !slices.Equal(foreign, want) {
			t.Errorf("a visitor reads %q, want %q", foreign, want)
		}
		wall := amina.get("/badges?show=attention")
		if said := wall.find(t, ".notice .past").Text(); !strings.Contains(said, "Weaver") || !strings.Contains(said, "Revoked on ") {
			t.Errorf("the wall says %q", said)
		}
		if n := wall.find(t, ".badge-card").Length(); n != 1 {
			t.Errorf("%d badges to look at", n)
		}

		link := amina.get("/b/"+id).find(t, `.files a[href$="/archive"]`)
		if link.Length() != 1 || town.visitor().get("/b/"+id).find(t, `.files a[href$="/archive"]`).Length() != 0 {
			t.Error("the archive is not linked for the holder alone")
		}
		file := amina.get(link.AttrOr("href", ""))
		if file.status != 200 || file.header.Get("Content-Type") != "application/zip" || !strings.Contains(file.header.Get("Content-Disposition"), "Weaver.zip") || file.header.Get("Cache-Control") != "private, no-store" {
			t.Fatalf("%d %v", file.status, file.header)
		}
		z, err := zip.NewReader(strings.NewReader(file.body), int64(len(file.body)))
		must(t, err)
		var names []string
		for _, f := range z.File {
			names = append(names, f.Name[strings.LastIndex(f.Name, "/")+1:])
		}
		if want := []string{"READ-ME.txt", "credential.json", "web.json", "report.json", "web.json", "report.json", "web.json", "report.json"}; !slices.Equal(names, want) {
			t.Errorf("in the archive: %q", names)
		}
	})
}

// recheck does what the scheduled job of a badge does.
func (town *town) recheck(t *testing.T, holder *visitor, id string) {
	t.Helper()
	must(t, town.backpack.Recheck(t.Context(), []byte(`{"Person":"`+holder.person.ID+`","Badge":"`+id+`"}`)))
}
