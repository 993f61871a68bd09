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
