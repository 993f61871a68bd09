package web

import (
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// TestCalendarOpensWithItsSecretOnlyAndTellsOnlyEnds: also private badges, for it is its owner's; until it is renewed or
// switched off, and while the passport is open.
// ASVS: V8.2.2, V14.2.1
func TestCalendarOpensWithItsSecretOnlyAndTellsOnlyEnds(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		holder := town.member("Amina Diallo", "amina@savoirs.example")
		town.ends(holder, "Private; one", "private", time.Hour, "")
		town.ends(holder, "Public", "public", 48*time.Hour, "")
		town.ends(holder, "Last year", "public", -24*time.Hour, "")
		town.ends(holder, "Long ago", "public", -500*24*time.Hour, "")
		town.ends(holder, "Taken back", "public", time.Hour, "revoked")
		forged := town.ends(holder, "Forged", "public", time.Hour, "")
		forged.Verdict = "contradicted"
		must(t, s.UpdateBadge(t.Context(), &forged))
		if holder.get("/you/calendar").find(t, "#calendar").Length() != 0 {
			t.Error("it is on before anybody switched it on")
		}
		at := holder.calendarAt()
		a := town.visitor().get(at)
		if a.status != 200 || a.header.Get("Content-Type") != "text/calendar; charset=utf-8" {
			t.Fatalf("%d %v", a.status, a.header)
		}
		for header, want := range map[string]string{"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow", "Cache-Control": "private, no-store"} {
			if got := a.header.Get(header); got != want {
				t.Errorf("%s is %q", header, got)
			}
		}
		for text, want := range map[string]bool{
			`Renew by today: Private\; one`: true, "Renew by today: Public": true, "Renew by today: Last year": true, "Long ago": false, "Taken back": false, "Forged": false,
			holder.person.ID: false, holder.person.Handle: false, "savoirs.example": false,
		} {
			if got := strings.Contains(strings.ReplaceAll(a.body, "\r\n ", ""), text); got != want {
				t.Errorf("%q stands there: %v", text, got)
			}
		}
		for _, path := range []string{strings.TrimSuffix(at, ".ics"), "/calendar/.ics", "/calendar/" + strings.Repeat("a", 26) + ".ics", at + ".ics"} {
			if got := town.visitor().get(path).status; got != 404 {
				t.Errorf("%s: %d", path, got)
			}
		}
		town.disable(t, holder)
		if got := town.visitor().get(at).status; got != 404 {
			t.Errorf("of an account that is closed: %d", got)
		}
		town.enable(t, holder)
		renewed := holder.calendarAt()
		if town.visitor().get(at).status != 404 || town.visitor().get(renewed).status != 200 || renewed == at {
			t.Error("the former address opens, or the new one does not")
		}
		holder.post("/you/calendar/off", nil)
		if got := town.visitor().get(renewed).status; got != 404 {
			t.Errorf("switched off: %d", got)
		}
		if strings.Contains(town.log.String(), strings.TrimPrefix(at, "/calendar/")[:26]) {
			t.Error("the log knows the secret")
		}
	})
}

func TestCalendarSpeaksItsOwnersLanguageAndIsTheSameEachTime(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	town.ends(holder, "Jardinière", "private", time.Hour, "")
	holder.person.Language = "fr"
	must(t, town.store.UpdatePerson(t.Context(), &holder.person))
	at := holder.calendarAt()
	first := town.visitor().get(at, "Accept-Language", "en").body
	town.now = town.now.Add(time.Minute)
	if second := town.visitor().get(at).body; first != second || !strings.Contains(first, "SUMMARY;LANGUAGE=fr:À renouveler") || !strings.Contains(first, "UID:") {
		t.Errorf("%s\n%s", first, second)
	}
}

// calendarAt switches a calendar on, or renews it, and tells where it is.
func (v *visitor) calendarAt() string {
	v.town.t.Helper()
	address, found := v.post("/you/calendar", nil).find(v.town.t, "#calendar").Attr("value")
	if !found {
		v.town.t.Fatal("no address")
	}
	return strings.TrimPrefix(address, v.town.server.URL)
}

// ends gives somebody a badge that ends after a while.
func (town *town) ends(v *visitor, name, visibility string, after time.Duration, reason string) store.Badge {
	town.t.Helper()
	at, verdict := town.now.Add(after), "genuine"
	if reason != "" {
		verdict = "not-current"
	}
	b := store.Badge{
		PersonID: v.person.ID, CredentialKey: store.NewID(), State: store.Accepted, Visibility: visibility, Name: name, Standard: "3.0", ExpiresAt: &at,
		Verdict: verdict, VerdictReason: reason, DocumentType: "application/json", Document: []byte("{}"), CreatedAt: town.now,
	}
	must(town.t, town.store.CreateBadge(town.t.Context(), &b))
	return b
}
