package web

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

const (
	aFirefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
	aSafari  = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1"
)

// signsIn is a further browser in which somebody signs in.
func (town *town) signsIn(email, agent string) *visitor {
	town.t.Helper()
	v := town.visitor()
	v.email = email
	if a := v.post("/sign-in", url.Values{"email": {email}, "password": {somePassword}}, "User-Agent", agent); a.path != "/badges" {
		town.t.Fatalf("signing in ends at %s with %d", a.path, a.status)
	}
	return v
}

func (v *visitor) isIn() bool { return v.get("/badges").path == "/badges" }

// ASVS: V7.4.5, V7.5.2
func TestSessionsAreListedInWordsAndEnded(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		amina := town.member("Amina Diallo", "amina@savoirs.example")
		stranger := town.member("Moussa Ba", "moussa@medina.example")
		must(t, s.DropSessions(t.Context(), amina.person.ID, ""))
		here, phone, work := town.signsIn("amina@savoirs.example", aFirefox), town.signsIn("amina@savoirs.example", aSafari), town.signsIn("amina@savoirs.example", "")

		page := here.get("/you/sessions")
		said := strings.Join(strings.Fields(page.find(t, "main").Text()), " ")
		for _, want := range []string{"Firefox on Linux", "Safari on iPhone", "An unknown browser", "This browser", "Signed in with the password."} {
			if !strings.Contains(said, want) {
				t.Errorf("the page does not say %q: %s", want, said)
			}
		}
		if n := page.find(t, `form[action="/you/sessions/end"]`).Length(); n != 2 {
			t.Fatalf("%d of 2 other sessions can be ended", n)
		}
		of := page.find(t, `form[action="/you/sessions/end"]:has(button[aria-label*="iPhone"]) input`).AttrOr("value", "")
		stranger.post("/you/sessions/end", url.Values{"session": {of}})
		if !phone.isIn() {
			t.Error("somebody else ended the session")
		}
		if a := here.post("/you/sessions/end", url.Values{"session": {of}}); a.path != "/you/sessions?done=session-ended" || phone.isIn() || !work.isIn() || !here.isIn() {
			t.Errorf("ending one: at %s, in: phone %v, work %v, here %v", a.path, phone.isIn(), work.isIn(), here.isIn())
		}
		if a := here.post("/you/sessions/end-others", nil); a.path != "/you/sessions?done=sessions-ended" || work.isIn() || !here.isIn() || !stranger.isIn() {
			t.Errorf("ending the others: at %s, in: work %v, here %v", a.path, work.isIn(), here.isIn())
		}
		work = town.signsIn("amina@savoirs.example", aSafari)
		work.post("/you/addresses", url.Values{"email": {"evicted@evil.example"}})
		if n := storetest.Ask(t, s, "SELECT kind FROM tokens WHERE used_at IS NULL AND person_id = '"+amina.person.ID+"'"); len(n) != 2 {
			t.Fatalf("an address being added has %q under way", n)
		}
		if a := here.post("/you/sessions/end-all", nil); a.path != "/?done=signed-out-everywhere" || work.isIn() || here.isIn() || !stranger.isIn() {
			t.Errorf("signing out everywhere: at %s, in: work %v, here %v", a.path, work.isIn(), here.isIn())
		}
		if n := storetest.Ask(t, s, "SELECT kind FROM tokens WHERE used_at IS NULL AND person_id = '"+amina.person.ID+"'"); len(n) != 0 {
			t.Errorf("letters under way that would still confirm an address: %q", n)
		}
	})
}

// TestEndingSessionsAsksForAFreshProof: who finds an open browser cannot shut its owner out.
//
// ASVS: V7.5.2
func TestEndingSessionsAsksForAFreshProof(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	amina := town.member("Amina Diallo", "amina@savoirs.example")
	town.now = town.now.Add(time.Hour)
	for _, path := range []string{"/you/sessions/end", "/you/sessions/end-others", "/you/sessions/end-all"} {
		if a := amina.post(path, nil, "Referer", town.server.URL+"/you/sessions"); a.path != "/sign-in/again?next=%2Fyou%2Fsessions" {
			t.Errorf("%s leads to %s", path, a.path)
		}
	}
}

// TestSEC_AUTH2_ASessionRotatesIsBoundAndEnds: its token changes whenever somebody comes in or proves again who they are,
// is 256 bits, never kept in clear, sent to this host alone; it ends after fourteen idle days and after ninety at all.
//
// ASVS: V7.2.2, V7.2.3, V7.2.4, V7.3.1, V7.3.2, V7.4.1
func TestSEC_AUTH2_ASessionRotatesIsBoundAndEnds(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		amina := town.member("Amina Diallo", "amina@savoirs.example")
		seen := map[string]bool{}
		for _, deed := range []func(){
			func() {},
			func() { amina.post("/sign-in", url.Values{"email": {amina.email}, "password": {somePassword}}) },
			func() { amina.post("/sign-in/again", url.Values{"password": {somePassword}}) },
			func() { amina.post("/you/password", url.Values{"password": {"seize chevres vertes"}}) },
		} {
			old := amina.cookie(t)
			deed()
			token := amina.cookie(t)
			if len(token) < 43 || seen[token] {
				t.Errorf("the token %q is short, or was had before", token)
			}
			seen[token] = true
			thief := town.visitor()
			if a := thief.get("/badges", "Cookie", "carnet-session="+old); old != token && a.path == "/badges" {
				t.Error("the token from before still opens")
			}
		}
		for table, rows := range storetest.Contents(t, s) {
			if strings.Contains(rows, amina.cookie(t)) {
				t.Errorf("%s keeps the token in clear", table)
			}
		}
		before := amina.cookie(t)
		amina.post("/sign-out", nil)
		if a := town.visitor().get("/badges", "Cookie", "carnet-session="+before); a.path == "/badges" {
			t.Error("signed out, the token still opens")
		}

		secure := newSessions(s.Sessions(), true)
		if c := secure.Cookie; c.Name != "__Host-carnet-session" || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" {
			t.Errorf("the cookie is %+v", c)
		}
		if secure.Lifetime != 90*24*time.Hour {
			t.Errorf("a session may last %s", secure.Lifetime)
		}
	})
}

func TestTheCountryIsBelievedOnlyFromAProxyOfOurs(t *testing.T) {
	site := &Site{Options: Options{CountryHeader: "CF-IPCountry", TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}}
	for _, row := range []struct{ from, said, want string }{
		{"10.1.2.3:4000", "sn", "SN"},
		{"10.1.2.3:4000", "XX", ""},
		{"10.1.2.3:4000", "T1", ""},
		{"10.1.2.3:4000", "<b>", ""},
		{"10.1.2.3:4000", "", ""},
		{"203.0.113.7:4000", "SN", ""},
		{"nowhere", "SN", ""},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = row.from
		r.Header.Set("CF-IPCountry", row.said)
		if got := site.country(r); got != row.want {
			t.Errorf("%q from %s is %q", row.said, row.from, got)
		}
	}
	site.CountryHeader = ""
	r := httptest.NewRequest("GET", "/", nil)
	r.RemoteAddr = "10.1.2.3:4000"
	r.Header.Set("CF-IPCountry", "SN")
	if got := site.country(r); got != "" {
		t.Errorf("without the setting it is %q", got)
	}
}

// TestASessionIsNotProlonged by what gives it another token: it lasts ninety days from when somebody signed in.
//
// ASVS: V7.3.2
func TestASessionIsNotProlonged(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	amina := town.member("Amina Diallo", "amina@savoirs.example")
	session, err := town.site.sessions.Load(t.Context(), amina.cookie(t))
	must(t, err)
	nearly := time.Now().Add(time.Hour)
	town.site.sessions.SetDeadline(session, nearly)
	_, _, err = town.site.sessions.Commit(session)
	must(t, err)
	if a := amina.post("/sign-in/again", url.Values{"password": {somePassword}}); a.path != "/badges" {
		t.Fatalf("proving it again leads to %s", a.path)
	}
	session, err = town.site.sessions.Load(t.Context(), amina.cookie(t))
	must(t, err)
	if until := town.site.sessions.Deadline(session); !until.Equal(nearly) {
		t.Errorf("it lasts until %s, not %s", until, nearly)
	}
}

// TestARequestUnderWayDoesNotCarryAnEndedSessionOn: where it gives the session another token, all of it would go on under
// that one.
//
// ASVS: V7.4.1, V7.4.3
func TestARequestUnderWayDoesNotCarryAnEndedSessionOn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		amina := town.member("Amina Diallo", "amina@savoirs.example")
		thief := town.signsIn("amina@savoirs.example", "Firefox")
		underWay, err := town.site.sessions.Load(t.Context(), thief.cookie(t))
		must(t, err)
		if a := amina.post("/you/sessions/end-others", nil); !strings.Contains(a.path, "done=sessions-ended") {
			t.Fatalf("ending them ends at %s", a.path)
		}
		must(t, town.site.newToken(underWay))
		if who := town.site.sessions.GetString(underWay, sessionPerson); who != "" {
			t.Errorf("to the rest of the request %s is signed in", who)
		}
		_, _, err = town.site.sessions.Commit(underWay)
		must(t, err)
		if all, err := s.SessionsOf(t.Context(), amina.person.ID, ""); err != nil || len(all) != 1 || !amina.isIn() {
			t.Errorf("%d sessions: %v", len(all), err)
		}
	})
}

// TestASecurityChangeShutsOutTheSameCookieElsewhere, also where a request with it was under way: it neither goes on under
// another token nor changes anything, and whoever made the change stays signed in.
//
// ASVS: V7.4.3, V7.5.1
func TestASecurityChangeShutsOutTheSameCookieElsewhere(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		amina := town.member("Amina Diallo", "amina@savoirs.example")
		page, letter := amina.adds("amina@ecole.example")
		amina.post(page.path+"/code", url.Values{"code": {letter.Code}})
		stolen := amina.cookie(t)
		load := func() context.Context {
			session, err := town.site.sessions.Load(t.Context(), stolen)
			must(t, err)
			return session
		}
		renewing, securing := load(), load()
		if a := amina.post(page.path+"/primary", nil); !strings.Contains(a.path, "done=address-primary") {
			t.Fatalf("the change ends at %s", a.path)
		}
		must(t, town.site.newToken(renewing))
		if who := town.site.sessions.GetString(renewing, sessionPerson); who != "" {
			t.Errorf("to the rest of a request %s is signed in", who)
		}
		id := strings.TrimPrefix(page.path, "/you/addresses/")
		addresses, err := s.Addresses(t.Context(), amina.person.ID)
		must(t, err)
		for _, one := range addresses {
			if one.ID == id {
				continue
			}
			if _, err := town.site.Accounts.ChoosePrimary(securing, amina.person.ID, one.ID, stolen); !errors.Is(err, account.ErrOver) {
				t.Errorf("another change from a session that has ended: %v", err)
			}
		}
		c := town.site.echo.NewContext(httptest.NewRequest(http.MethodPost, "/", nil).WithContext(securing), httptest.NewRecorder())
		if err := town.site.renew(c, amina.person); !errors.Is(err, account.ErrOver) || town.site.sessions.Status(securing) != scs.Unmodified {
			t.Errorf("the button pressed twice: %v", err)
		}
		if all, err := s.SessionsOf(t.Context(), amina.person.ID, ""); err != nil || len(all) != 1 || !amina.isIn() {
			t.Errorf("%d sessions: %v", len(all), err)
		}
	})
}
