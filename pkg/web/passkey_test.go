package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/pkg/account/passkeytest"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// script sends JSON as a page's script does.
func (v *visitor) script(path, body string) answer {
	v.town.t.Helper()
	return v.do(v.request("POST", path, strings.NewReader(body), "Content-Type", "application/json", "Accept", "application/json", "Sec-Fetch-Site", "same-origin"))
}

// told is what an answer to a script says under a name.
func (a answer) told(t *testing.T, name string) string {
	t.Helper()
	var said map[string]any
	must(t, json.Unmarshal([]byte(a.body), &said))
	text, _ := said[name].(string)
	return text
}

// device is an authenticator whose browser is at this site.
func (v *visitor) device() *passkeytest.Device {
	return passkeytest.New(v.town.server.URL, passkeytest.ES256)
}

// makes adds a passkey of a member.
func (v *visitor) makes(t *testing.T, device *passkeytest.Device) answer {
	t.Helper()
	ask := v.script("/you/passkeys/ask", "{}")
	if ask.status != http.StatusOK {
		t.Fatalf("asked for a new passkey: %d %s", ask.status, ask.body)
	}
	return v.script("/you/passkeys", `{"name":"Telephone","passkey":`+string(device.Make([]byte(ask.body), passkeytest.Lie{}))+`}`)
}

// opensBy signs in by a device.
func (v *visitor) opensBy(t *testing.T, device *passkeytest.Device, path string) answer {
	t.Helper()
	ask := v.script("/sign-in/passkey/ask", "{}")
	if ask.status != http.StatusOK {
		t.Fatalf("asked for a passkey: %d %s", ask.status, ask.body)
	}
	return v.script(path, `{"passkey":`+string(device.Sign([]byte(ask.body), passkeytest.Lie{}))+`}`)
}

// ASVS: V7.2.4, V7.4.3
func TestAPasskeyIsMadeUsedRenamedAndRemoved(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		amina := town.member("Amina Diallo", "amina@savoirs.example")
		elsewhere := town.visitor()
		elsewhere.post("/sign-in", url.Values{"email": {amina.email}, "password": {somePassword}})
		device, before := amina.device(), amina.cookie(t)
		a := amina.makes(t, device)
		if a.status != http.StatusOK || a.told(t, "onward") != "/you/sign-in?done=passkey-added" {
			t.Fatalf("making one: %d %s", a.status, a.body)
		}
		if amina.cookie(t) == before || !strings.HasPrefix(elsewhere.get("/badges").path, "/sign-in") {
			t.Error("the session keeps its token, or another is still open")
		}
		page := amina.get("/you/sign-in?done=passkey-added")
		if row := page.find(t, "#passkeys .address"); row.Length() != 1 || row.Find("b").Text() != "Telephone" || page.find(t, ".notice").Length() != 1 {
			t.Errorf("the page shows %q", row.Text())
		}

		phone := town.visitor()
		if a := phone.opensBy(t, device, "/sign-in/passkey?next=/you"); a.status != http.StatusOK || a.told(t, "onward") != "/you" {
			t.Fatalf("signing in: %d %s", a.status, a.body)
		}
		if a := phone.get("/you"); a.path != "/you" {
			t.Errorf("signed in, yet at %s", a.path)
		}
		log, _, err := s.AuditOf(t.Context(), amina.person.ID, "", 1)
		must(t, err)
		if log[0].What != "signed-in" || log[0].Detail != "passkey" {
			t.Errorf("the log says %+v", log[0])
		}
		if a := town.visitor().opensBy(t, device, "/sign-in/passkey?next=//evil.example"); a.told(t, "onward") != "/badges" {
			t.Errorf("led on to %s", a.body)
		}

		keys, err := s.Passkeys(t.Context(), amina.person.ID)
		must(t, err)
		path := "/you/passkeys/" + keys[0].ID
		wrong := amina.post(path, url.Values{"name": {" "}})
		if wrong.status != http.StatusUnprocessableEntity || wrong.find(t, "#passkeys details[open] .mistake").Length() != 1 {
			t.Errorf("no name: %d", wrong.status)
		}
		if a := amina.post(path, url.Values{"name": {"Old telephone"}}); a.find(t, "#passkeys b").Text() != "Old telephone" {
			t.Errorf("renamed: %d at %s", a.status, a.path)
		}
		town.now = town.now.Add(time.Hour)
		if a := amina.post(path+"/remove", nil); !strings.HasPrefix(a.path, "/sign-in/again") {
			t.Errorf("removed without a fresh proof: %d %s", a.status, a.path)
		}
		if a := amina.opensBy(t, device, "/sign-in/again/passkey?next=/you/sign-in"); a.told(t, "onward") != "/you/sign-in" {
			t.Fatalf("proved again by passkey: %d %s", a.status, a.body)
		}
		if a := amina.post(path+"/remove", nil); a.path != "/you/sign-in?done=passkey-removed" || a.find(t, "#passkeys .address").Length() != 0 {
			t.Errorf("removed: %d %s", a.status, a.path)
		}
		if a := town.visitor().opensBy(t, device, "/sign-in/passkey"); a.status != http.StatusUnprocessableEntity || a.told(t, "say") == "" {
			t.Errorf("removed, it opens: %d %s", a.status, a.body)
		}
	})
}

// ASVS: V3.5.2
func TestScriptsSendShortJSONOrNothing(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	amina := town.member("Amina Diallo", "amina@savoirs.example")
	for _, path := range []string{"/sign-in/passkey", "/sign-in/again/passkey", "/you/passkeys"} {
		for name, row := range map[string]struct {
			kind, body string
			status     int
		}{
			"a form":    {"application/x-www-form-urlencoded", "passkey=x", http.StatusUnsupportedMediaType},
			"text":      {"text/plain", "{}", http.StatusUnsupportedMediaType},
			"nothing":   {"application/json", "", http.StatusBadRequest},
			"no JSON":   {"application/json", "{", http.StatusBadRequest},
			"no answer": {"application/json", "{}", http.StatusUnprocessableEntity},
			"too much":  {"application/json", `{"passkey":"` + strings.Repeat("a", longestScripted) + `"}`, http.StatusRequestEntityTooLarge},
		} {
			town.forgive()
			if a := amina.do(amina.request("POST", path, strings.NewReader(row.body), "Content-Type", row.kind)); a.status != row.status {
				t.Errorf("%s, %s: %d, want %d", path, name, a.status, row.status)
			}
		}
	}
}

func TestAPasskeyOfAnotherProvesNothingAgain(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	amina, moussa := town.member("Amina Diallo", "amina@savoirs.example"), town.member("Moussa Ba", "moussa@medina.example")
	his := moussa.device()
	moussa.makes(t, his)
	if a := amina.opensBy(t, his, "/sign-in/again/passkey"); a.status != http.StatusUnprocessableEntity {
		t.Errorf("another's passkey: %d %s", a.status, a.body)
	}
	log, _, err := town.store.AuditOf(t.Context(), amina.person.ID, "", 1)
	must(t, err)
	if log[0].What == "proved-again" {
		t.Error("it stands in the log")
	}
}

func TestAPasskeyIsOfferedQuietlyAndNotAgainAfterNotNow(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	amina := town.member("Amina Diallo", "amina@savoirs.example")
	if n := amina.get("/badges").find(t, ".invite form[action='/you/passkeys/decline']").Length(); n != 1 {
		t.Fatalf("%d offers", n)
	}
	if a := amina.post("/you/passkeys/decline", nil); a.path != "/badges?done=passkey-declined" || a.find(t, ".invite").Length() != 0 {
		t.Errorf("declined: %s, %d offers", a.path, a.find(t, ".invite").Length())
	}
	moussa := town.member("Moussa Ba", "moussa@medina.example")
	moussa.makes(t, moussa.device())
	if n := moussa.get("/badges").find(t, ".invite").Length(); n != 0 {
		t.Errorf("who has one is offered one %d times", n)
	}
}

func TestTheDoorSuggestsPasskeysAndNeedsNone(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	page := town.visitor().get("/sign-in?next=/you")
	if got := page.find(t, "#email").AttrOr("autocomplete", ""); got != "username webauthn" {
		t.Errorf("the address is filled with %q", got)
	}
	box := page.find(t, "[data-passkey-open]")
	if _, hidden := box.Attr("hidden"); !hidden || box.AttrOr("data-next", "") != "/you" || page.find(t, "script[src*='/passkey.']").Length() != 1 {
		t.Error("without a script something is shown that does nothing, or the script is missing")
	}
	if n := town.visitor().get("/").find(t, "script[src*='/passkey.']").Length(); n != 0 {
		t.Error("a page without passkeys loads their script")
	}
}

func TestPasswordManagersFindTheirPages(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	once := town.visitor().once(t)
	if a := once.get("/.well-known/change-password"); a.status != http.StatusFound || a.header.Get("Location") != "/you/sign-in" {
		t.Errorf("change-password: %d %s", a.status, a.header.Get("Location"))
	}
	a := once.get("/.well-known/passkey-endpoints")
	if a.status != http.StatusOK || !strings.HasPrefix(a.header.Get("Content-Type"), "application/json") || a.told(t, "enroll") != town.server.URL+"/you/sign-in" || a.told(t, "manage") != a.told(t, "enroll") {
		t.Errorf("passkey-endpoints: %d %s", a.status, a.body)
	}
	if a := once.get("/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200"); a.status != http.StatusNotFound {
		t.Errorf("what is not there: %d", a.status)
	}
}
