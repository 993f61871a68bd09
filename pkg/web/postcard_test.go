package web

import (
	"context"
	"image/png"
	"net/url"
	"strings"
	"testing"

	"github.com/carnetbadges/carnet/pkg/postcard"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// TestCardIsOfWhatEverybodySees and of nothing else, whoever asks; a badge that is made private takes its card along.
// ASVS: V8.2.2
func TestCardIsOfWhatEverybodySees(t *testing.T) {
	storetest.Dear(t)
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		holder := town.member("Amina Diallo", "amina@savoirs.example")
		badge := holder.bring("gardener.json", credential(t, "00000000-0000-4000-8000-000000000001", "amina@savoirs.example", "Gardener")).imported(t)
		must(t, s.SetVisibility(t.Context(), holder.person.ID, badge, "public", town.now))
		town.shelve(t, holder, badge, "public", false)
		for _, path := range []string{"/b/" + badge, "/c/" + theCollection, "/@" + holder.person.Handle} {
			page := town.visitor().get(path, "Accept-Language", "fr")
			meta := func(name string) string { return page.find(t, `meta[property="`+name+`"]`).AttrOr("content", "") }
			at, whole := strings.CutPrefix(meta("og:image"), town.server.URL)
			if !whole || at != path+"/og.png?lang=fr" || meta("og:image:width") != "1200" || meta("og:image:height") != "630" || meta("og:image:alt") == "" || page.find(t, `meta[name="twitter:card"]`).AttrOr("content", "") != "summary_large_image" {
				t.Errorf("%s announces %q, %q", path, meta("og:image"), meta("og:image:alt"))
			}
			first := town.visitor().get(at)
			head, err := png.DecodeConfig(strings.NewReader(first.body))
			if err != nil || head.Width != postcard.Width || head.Height != postcard.Height || len(first.body) > postcard.MaxBytes || first.header.Get("Cache-Control") != mayBeKept {
				t.Errorf("%s: %d, %dx%d, %d bytes, %v", at, first.status, head.Width, head.Height, len(first.body), err)
			}
			if again := holder.get(at); again.body != first.body || again.header.Get("ETag") != first.header.Get("ETag") {
				t.Errorf("%s is another for its holder", at)
			}
			if got := town.visitor().get(at, "If-None-Match", first.header.Get("ETag")); got.status != 304 || got.body != "" {
				t.Errorf("%s to whoever has it: %d", at, got.status)
			}
			if en := town.visitor().get(path+"/og.png", "Accept-Language", "en"); en.header.Get("ETag") == first.header.Get("ETag") {
				t.Errorf("%s is the same in English", at)
			}
		}
		before := town.visitor().get("/@" + holder.person.Handle + "/og.png").header.Get("ETag")
		must(t, s.SetVisibility(t.Context(), holder.person.ID, badge, "members", town.now))
		if got := holder.get("/b/"+badge+"/og.png", "If-None-Match", "*").status; got != 404 {
			t.Errorf("of a badge that members see: %d", got)
		}
		if town.visitor().get("/@"+holder.person.Handle+"/og.png").header.Get("ETag") == before {
			t.Error("the passport's card still has it")
		}
		if member := holder.get("/b/" + badge); member.find(t, `meta[property="og:image"]`).Length() != 0 {
			t.Error("a page that not everybody sees announces a picture")
		}
	})
}

// TestACardLeavesOutWhatCannotBePainted loses the picture of a badge and a portrait from the shelf of files.
func TestACardLeavesOutWhatCannotBePainted(t *testing.T) {
	storetest.Dear(t)
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	id := holder.bring("gardener.json", credential(t, "00000000-0000-4000-8000-000000000001", "amina@savoirs.example", "Gardener")).imported(t)
	must(t, town.store.SetVisibility(t.Context(), holder.person.ID, id, "public", town.now))
	badge, err := town.store.AnyBadge(t.Context(), id)
	must(t, err)
	badge.PictureKey, badge.PictureType = strings.Repeat("0", 64), "image/png"
	must(t, town.store.UpdateBadge(t.Context(), &badge))
	for _, path := range []string{"/b/" + id, "/@" + holder.person.Handle} {
		got := town.visitor().get(path + "/og.png")
		if head, err := png.DecodeConfig(strings.NewReader(got.body)); err != nil || head.Width != postcard.Width {
			t.Errorf("%s: %d, %v", path, got.status, err)
		}
	}
	card := picturedCard{Portrait: []byte("no JPEG")}
	card.Card.Portrait, card.Seed, card.Title = true, "x", "Amina Diallo"
	if drawn, err := town.site.draw(t.Context(), card); err != nil || len(drawn) == 0 {
		t.Errorf("a portrait: %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := town.site.draw(ended, picturedCard{Badges: []store.Badge{badge}}); err == nil {
		t.Error("what nobody waits for any more is drawn without its picture, and kept")
	}
}

// TestCardsAreDrawnForWhoeverDoesNotAskTooMuch and kept: the same one is drawn once.
func TestCardsAreDrawnForWhoeverDoesNotAskTooMuch(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	at, drawn := "/@"+holder.person.Handle+"/og.png", 0
	for range 130 {
		if town.visitor().get(at).status == 200 {
			drawn++
		}
	}
	if drawn != 120 || town.site.drawn.kept.Len() != 1 {
		t.Errorf("%d of 130 are answered, %d kept", drawn, town.site.drawn.kept.Len())
	}
}

func TestPageNamesItsMakerInTheFediverse(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	badge := holder.bring("gardener.json", credential(t, "00000000-0000-4000-8000-000000000001", "amina@savoirs.example", "Gardener")).imported(t)
	must(t, town.store.SetVisibility(t.Context(), holder.person.ID, badge, "public", town.now))
	for shown, want := range map[string]string{"public": "@amina@mastodon.example", "members": ""} {
		holder.post("/you", url.Values{
			"name": {"Amina Diallo"}, "handle": {holder.person.Handle}, "shown-name": {"public"}, "shown-about": {"private"}, "shown-languages": {"private"}, "shown-links": {shown}, "shown-portrait": {"public"},
			"label-1": {"Elsewhere"}, "link-1": {"https://mastodon.example/@amina"},
		})
		for _, path := range []string{"/b/" + badge, "/@" + holder.person.Handle} {
			if got := town.visitor().get(path).find(t, `meta[name="fediverse:creator"]`).AttrOr("content", ""); got != want {
				t.Errorf("links shown to %s, %s: %q", shown, path, got)
			}
		}
	}
}
