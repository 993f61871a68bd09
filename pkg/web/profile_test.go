package web

import (
	"bytes"
	"image"
	"mime/multipart"
	"net/url"
	"strings"
	"testing"

	"github.com/carnetbadges/carnet/pkg/pixels"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// saying is the profile's form with everything shown to whom shown says.
func saying(shown string) url.Values {
	return url.Values{
		"name": {"Amina Diallo"}, "handle": {"amina-diallo"}, "about": {"Grows <b>gardens</b>\nin Dakar."}, "languages": {"français, wolof"},
		"link-1": {"https://jardins.example/amina"}, "label-1": {"Our gardens"}, "link-2": {"example.org"},
		"shown-name": {shown}, "shown-about": {shown}, "shown-languages": {shown}, "shown-links": {shown}, "shown-portrait": {shown},
	}
}

// bringPortrait sends a picture through the form for portraits.
func (v *visitor) bringPortrait(file []byte) answer {
	v.town.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("portrait", "me.png")
	must(v.town.t, err)
	_, err = part.Write(file)
	must(v.town.t, err)
	must(v.town.t, form.Close())
	return v.do(v.request("POST", "/you/portrait", &body, "Content-Type", form.FormDataContentType()))
}

func TestEveryPartOfAProfileIsShownToWhomItsHolderSays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		holder := town.member("Amina Diallo", "amina@savoirs.example")
		member := town.member("Moussa Ba", "moussa@medina.example")
		picture, err := pixels.EncodePNG(image.NewGray(image.Rect(0, 0, 40, 60)))
		must(t, err)
		if a := holder.bringPortrait(picture); a.path != "/you/portrait" || a.find(t, "[data-crop-view]").Length() != 1 {
			t.Fatalf("brought: %d %s", a.status, a.path)
		}
		if a := holder.post("/you/portrait/set", url.Values{"zoom": {"150"}}); a.path != "/you?done=portrait" {
			t.Fatalf("set: %d %s", a.status, a.path)
		}
		for _, shown := range []string{"private", "members", "public"} {
			if a := holder.post("/you", saying(shown)); a.path != "/you?done=saved" {
				t.Fatalf("saved: %d %s %.400s", a.status, a.path, a.find(t, ".mistake").Text())
			}
			for who, v := range map[string]*visitor{"a visitor": town.visitor(), "a member": member} {
				may := shown == "public" || shown == "members" && v == member
				a := v.get("/@amina-diallo")
				for _, word := range []string{"Amina Diallo", "Grows <b>gardens</b>", "in Dakar.", "français", "Wolof", "Our gardens", "jardins.example", "example.org"} {
					if got := strings.Contains(strings.ToLower(a.find(t, "main").Text()), strings.ToLower(word)); got != may {
						t.Errorf("shown to %s: %s sees %q: %v", shown, who, word, got)
					}
				}
				if strings.Contains(a.body, "Amina Diallo") != may {
					t.Errorf("shown to %s: the name stands somewhere in what %s gets: %v", shown, who, !may)
				}
				src, found := a.find(t, ".portrait img").Attr("src")
				if found != may || may && v.get(src).status != 200 {
					t.Errorf("shown to %s: %s sees the portrait: %v", shown, who, found)
				}
				if status := v.get("/@amina-diallo/portrait").status; (status == 200) != may {
					t.Errorf("shown to %s: asked for by its address, %s gets %d", shown, who, status)
				}
			}
		}
		links := town.visitor().get("/@amina-diallo").find(t, ".told a")
		if rel, _ := links.Attr("rel"); links.Length() != 2 || !strings.Contains(rel, "noopener") || !strings.Contains(rel, "nofollow") {
			t.Errorf("%d links, %q", links.Length(), rel)
		}
	})
}

func TestProfileFormGivesBackWhatWasTyped(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	form := saying("members")
	form.Set("handle", "no such handle!")
	form.Set("languages", "Klingonese")
	a := holder.post("/you", form)
	if a.status != 422 {
		t.Fatalf("%d", a.status)
	}
	for field, want := range map[string]string{"#handle": "no such handle!", "#languages": "Klingonese", "[name='link-1']": "https://jardins.example/amina", "[name='label-1']": "Our gardens"} {
		if got, _ := a.find(t, field).Attr("value"); got != want {
			t.Errorf("%s gives back %q", field, got)
		}
	}
	if got := a.find(t, "#about").Text(); got != form.Get("about") {
		t.Errorf("the text comes back as %q", got)
	}
	if got, _ := a.find(t, "[name='shown-about'] [selected]").Attr("value"); got != "members" {
		t.Errorf("who sees it comes back as %q", got)
	}
	if a.find(t, "#handle-mistake").Length() != 1 || a.find(t, "#languages-mistake").Length() != 1 {
		t.Error("a word is missing beside a field")
	}
}

func TestAddressOfBeforeLeadsToThePassport(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	form := saying("public")
	form.Set("handle", "amina-of-dakar")
	holder.post("/you", form)
	if a := town.visitor().get("/@Amina-Diallo"); a.status != 200 || a.path != "/@amina-of-dakar" {
		t.Errorf("%d at %s", a.status, a.path)
	}
}

func TestWhoIsBlockedSeesNothingUntilThatIsTakenBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		holder := town.member("Amina Diallo", "amina@savoirs.example")
		other := town.member("Moussa Ba", "moussa@medina.example")
		badge := holder.bring("gardener.json", credential(t, "00000000-0000-4000-8000-000000000001", "amina@savoirs.example", "Gardener")).imported(t)
		holder.post("/b/"+badge+"/visibility", url.Values{"visibility": {"public"}})
		sees := func(want int) {
			t.Helper()
			for _, path := range []string{"/@amina-diallo", "/b/" + badge, "/b/" + badge + "/picture", "/b/" + badge + "/baked.png", "/b/" + badge + ".json"} {
				if a := other.get(path); a.status != want {
					t.Errorf("%s: %d, want %d", path, a.status, want)
				}
			}
		}
		sees(200)
		a := holder.post("/@moussa-ba/block", nil)
		if a.find(t, ".notice form").Length() != 1 || !strings.Contains(a.find(t, "[aria-labelledby='blocked-h']").Text(), "@moussa-ba") {
			t.Errorf("blocked, and at %s nothing says so", a.path)
		}
		sees(404)
		person, _ := a.find(t, ".notice form [name='person']").Attr("value")
		holder.post("/you/unblock", url.Values{"person": {person}})
		sees(200)
		if a := holder.post("/@amina-diallo/block", nil); a.status != 400 {
			t.Errorf("oneself: %d", a.status)
		}
	})
}
