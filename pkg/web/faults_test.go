package web

import (
	"net/http"
	"strings"
	"testing"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// TestAPageThatIsNotThereLeadsBackToWhereOneIs keeps whoever is signed in from looking signed out on an address that
// leads nowhere.
func TestAPageThatIsNotThereLeadsBackToWhereOneIs(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		member := town.member("Amina Diallo", "amina@example.org")
		for path, v := range map[string]*visitor{"/badges": member, "/": town.visitor()} {
			a := v.get("/nowhere")
			if home := a.find(t, ".fault .button").AttrOr("href", ""); a.status != http.StatusNotFound || home != path {
				t.Errorf("leads to %q, want %q (%d)", home, path, a.status)
			}
			if title := a.find(t, "title").Text(); !strings.HasPrefix(title, "Nothing here to see") {
				t.Errorf("the tab is called %q", title)
			}
		}
		if member.get("/nowhere").find(t, `form[action="/sign-out"]`).Length() != 1 {
			t.Error("a member looks signed out")
		}
	})
}

// TestWhoAsksTooMuchCostsNothing: the refusal asks the database for nobody, so it is the same for all.
func TestWhoAsksTooMuchCostsNothing(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	member := town.member("Amina Diallo", "amina@example.org")
	var a answer
	for range 200 {
		if a = member.get("/b/none/og.png"); a.status == http.StatusTooManyRequests {
			break
		}
	}
	if a.status != http.StatusTooManyRequests || a.header.Get("Retry-After") == "" {
		t.Fatalf("never too much: %d", a.status)
	}
	if a.find(t, ".fault").Length() != 1 || a.find(t, `form[action="/sign-out"]`).Length() != 0 {
		t.Error("who is signed in was looked up")
	}
}
