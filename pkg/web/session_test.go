package web

import (
	"net/http"
	"strings"
	"testing"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// TestASessionIsWorthNoMoreThanItsPassword: who signed in with the old password while a new one was being set is out.
// ASVS: V7.2.1
func TestASessionIsWorthNoMoreThanItsPassword(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		thief := town.member("Amina Diallo", "amina@savoirs.example")
		amina, err := s.Person(t.Context(), thief.person.ID)
		must(t, err)
		amina.PasswordHash = "another"
		must(t, s.UpdatePerson(t.Context(), &amina))
		if a := thief.get("/badges"); a.status != http.StatusOK || !strings.HasPrefix(a.path, "/sign-in") {
			t.Errorf("the session still answers: %d %s", a.status, a.path)
		}
	})
}
