package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// TestLettersAboutBadgesEndWithOneClickAndComeBackByChoice: as a mail program does it, without cookie, origin or
// anything else of a browser (RFC 8058 §3.2), and as a person does.
func TestLettersAboutBadgesEndWithOneClickAndComeBackByChoice(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		amina := town.member("Amina Diallo", "amina@savoirs.example")
		wish := func() string {
			w, err := town.backpack.Wish(t.Context(), amina.person.ID)
			must(t, err)
			return w
		}
		if a := amina.post("/you/letters", url.Values{"badges": {"hourly"}}); a.status != http.StatusBadRequest || wish() != "daily" {
			t.Errorf("another wish: %d, %s", a.status, wish())
		}
		if a := amina.post("/you/letters", url.Values{"badges": {"daily"}}); a.path != "/you/letters?done=saved" {
			t.Errorf("saving ends at %s", a.path)
		}
		kept, err := s.LetterWish(t.Context(), amina.person.ID)
		must(t, err)
		link := "/unsubscribe/" + kept.Secret

		if a := town.visitor().get(link); a.status != http.StatusOK || a.find(t, `form[action="`+link+`"] button`).Length() != 1 || wish() != "daily" {
			t.Errorf("the link answers %d, wish %s", a.status, wish())
		}
		program := &visitor{town: town, client: &http.Client{}}
		a := program.post(link, url.Values{"List-Unsubscribe": {"One-Click"}})
		if a.status != http.StatusOK || a.path != link || wish() != "never" {
			t.Errorf("one click: %d at %s, wish %s", a.status, a.path, wish())
		}
		if a := program.post(link, url.Values{"List-Unsubscribe": {"One-Click"}}); a.status != http.StatusOK || wish() != "never" {
			t.Errorf("a second click: %d, wish %s", a.status, wish())
		}
		if a := program.post("/unsubscribe/"+strings.Repeat("A", 43), nil); a.status != http.StatusNotFound {
			t.Errorf("another secret: %d", a.status)
		}
		if got := amina.get("/you/letters").find(t, `input[name="badges"][checked]`).AttrOr("value", ""); got != "never" {
			t.Errorf("the page says %q", got)
		}
		amina.post("/you/letters", url.Values{"badges": {"daily"}})
		again, err := s.LetterWish(t.Context(), amina.person.ID)
		must(t, err)
		if wish() != "daily" || again.Secret != kept.Secret {
			t.Errorf("turned on again: %s, and letters sent before cannot end it", wish())
		}
	})
}
