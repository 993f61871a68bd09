package web

import (
	"bufio"
	"fmt"
	"net"
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

// TestWhoAsksTooMuchIsToldWhenToComeBack: in seconds, since that is what it takes; with a link to what was asked for, where
// asking once more is no deed, and else with the way back to what was typed.
func TestWhoAsksTooMuchIsToldWhenToComeBack(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	member := town.member("Amina Diallo", "amina@example.org")
	for leads, ask := range map[string]func() answer{
		"/b/none/og.png?much=1": func() answer { return member.get("/b/none/og.png?much=1") },
		"/":                     func() answer { return member.post("/you/data/archive", nil) },
	} {
		a := ask()
		for range 200 {
			if a.status == http.StatusTooManyRequests {
				break
			}
			a = ask()
		}
		said := a.find(t, ".fault").Text()
		if want := "in " + a.header.Get("Retry-After") + " second"; a.status != http.StatusTooManyRequests || !strings.Contains(said, want) {
			t.Errorf("%d, without %q: %s", a.status, want, said)
		}
		if link := a.find(t, ".fault .button").First().AttrOr("href", ""); link != leads {
			t.Errorf("leads to %q, want %q", link, leads)
		}
	}
}

// TestAFormOfAnotherSiteIsRefusedInTheReadersLanguage, on a page like any other that leads on: browsers show it to people.
func TestAFormOfAnotherSiteIsRefusedInTheReadersLanguage(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	for language, title := range map[string]string{"en": "Not through this door", "fr": "Pas par cette porte"} {
		a := town.visitor().post("/sign-in", nil, "Origin", "https://elsewhere.example", "Accept-Language", language)
		if a.status != http.StatusForbidden || a.find(t, "h1").Text() != title || a.find(t, "html").AttrOr("lang", "") != language || a.find(t, ".fault .button").AttrOr("href", "") != "/" {
			t.Errorf("%s: %d %q", language, a.status, a.find(t, ".fault").Text())
		}
		if got := a.header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("Cache-Control: %s", got)
		}
	}
}

// TestWhoSendsTooMuchIsAnsweredAndNotCutOff: browsers read no answer before all is sent.
// ASVS: V5.2.1
func TestWhoSendsTooMuchIsAnsweredAndNotCutOff(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	for path, want := range map[string]int{"/verify": http.StatusRequestEntityTooLarge, "/b/none/evidence": http.StatusSeeOther, "/sign-in": http.StatusForbidden} {
		origin := ""
		if want == http.StatusForbidden {
			origin = "Origin: https://elsewhere.example\r\n"
		}
		much := strings.Repeat("a", 20_000_000)
		if want == http.StatusRequestEntityTooLarge {
			much += much
		}
		connection, err := net.Dial("tcp", town.server.Listener.Addr().String())
		must(t, err)
		defer connection.Close()
		_, err = fmt.Fprintf(connection, "POST %s HTTP/1.1\r\nHost: x\r\n%sContent-Type: application/octet-stream\r\nContent-Length: %d\r\n\r\n%s", path, origin, len(much), much)
		must(t, err)
		a, err := http.ReadResponse(bufio.NewReader(connection), nil)
		must(t, err)
		if a.StatusCode != want {
			t.Errorf("%s: answered %d, want %d", path, a.StatusCode, want)
		}
	}
}
