package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// ASVS: V6.2.2, V6.2.3, V7.4.3
func TestAPasswordIsChangedByWhoeverKnowsItAndEndsOtherSessions(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		here := town.member("Amina Diallo", "amina@savoirs.example")
		elsewhere := town.visitor()
		elsewhere.post("/sign-in", url.Values{"email": {"amina@savoirs.example"}, "password": {somePassword}})
		town.now = town.now.Add(time.Hour)

		if n := here.get("/you/sign-in").find(t, `input[name="present"]`).Length(); n != 1 {
			t.Errorf("%d fields for the present password", n)
		}
		change := func(present, fresh string) answer {
			return here.post("/you/password", url.Values{"present": {present}, "password": {fresh}})
		}
		if a := change("", "seize chevres vertes"); !strings.HasPrefix(a.path, "/sign-in/again") {
			t.Errorf("without the present password: %d at %s", a.status, a.path)
		}
		if a := change("not this one", "seize chevres vertes"); a.status != http.StatusUnprocessableEntity || a.find(t, "#present-mistake").Length() != 1 {
			t.Errorf("with a wrong one: %d", a.status)
		}
		if a := change(somePassword, "password1234"); a.status != http.StatusUnprocessableEntity || a.find(t, "#password-mistake").Length() != 1 {
			t.Errorf("to a breached one: %d", a.status)
		}
		before := here.cookie(t)
		if a := change(somePassword, "seize chevres vertes"); a.path != "/you/sign-in?done=password" {
			t.Fatalf("%d at %s", a.status, a.path)
		}
		if here.cookie(t) == before {
			t.Error("the session keeps its token")
		}
		if a := elsewhere.get("/badges"); !strings.HasPrefix(a.path, "/sign-in") {
			t.Errorf("the other session still answers %s", a.path)
		}
		if a := town.visitor().post("/sign-in", url.Values{"email": {"amina@savoirs.example"}, "password": {"seize chevres vertes"}}); a.path != "/badges" {
			t.Errorf("the new password opens %d %s", a.status, a.path)
		}
	})
}

func TestAPasswordCanBeRemovedAndSetAgainByAFreshProof(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	amina := town.member("Amina Diallo", "amina@savoirs.example")
	town.now = town.now.Add(time.Hour)
	if a := amina.post("/you/password/remove", nil); a.path != "/sign-in/again?next=/you/sign-in" {
		t.Fatalf("without a proof: %d at %s", a.status, a.path)
	}
	amina.post("/sign-in/again", url.Values{"password": {somePassword}, "next": {"/you/sign-in"}})
	if a := amina.post("/you/password/remove", nil); a.path != "/you/sign-in?done=password-removed" {
		t.Fatalf("removing: %d at %s", a.status, a.path)
	}
	if a := town.visitor().post("/sign-in", url.Values{"email": {"amina@savoirs.example"}, "password": {somePassword}}); a.status != http.StatusUnprocessableEntity {
		t.Errorf("the removed password opens: %d %s", a.status, a.path)
	}
	if a := amina.post("/you/password", url.Values{"password": {"seize chevres vertes"}}); a.path != "/you/sign-in?done=password" {
		t.Errorf("setting: %d at %s", a.status, a.path)
	}
	town.now = town.now.Add(time.Hour)
	log, _, err := town.store.AuditOf(t.Context(), amina.person.ID, "", 4)
	must(t, err)
	if log[0].What != "password-set" || log[1].What != "password-removed" {
		t.Errorf("the log says %v", log)
	}
}

// TestAPasswordDoesNotRunOut: years later it still opens, and nothing asks for another.
// ASVS: V6.2.10
func TestAPasswordDoesNotRunOut(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	town.member("Amina Diallo", "amina@savoirs.example")
	town.now = town.now.AddDate(9, 0, 0)
	a := town.visitor().post("/sign-in", url.Values{"email": {"amina@savoirs.example"}, "password": {somePassword}})
	if a.status != http.StatusOK || a.path != "/badges" {
		t.Errorf("nine years later: %d %s", a.status, a.path)
	}
}
