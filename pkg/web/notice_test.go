package web

import (
	"testing"

	"github.com/carnetbadges/carnet/store/storetest"
)

func TestAnotherSiteCannotPutANoticeOnOurPages(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	amina := town.member("Amina Diallo", "amina@savoirs.example")
	for site, want := range map[string]int{"": 1, "none": 1, "same-origin": 1, "same-site": 1, "cross-site": 0} {
		if n := amina.get("/you?done=password-removed", "Sec-Fetch-Site", site).find(t, ".notice").Length(); n != want {
			t.Errorf("led there by %q: %d notices, want %d", site, n, want)
		}
	}
	if n := amina.get("/you/sign-in?done=provider-linked", "Sec-Fetch-Site", "cross-site").find(t, ".notice").Length(); n != 1 {
		t.Error("nobody says that a provider's account was linked")
	}
}
