package web

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/crypto/argon2"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// ASVS: V7.5.1
func TestWhatIsDangerousAsksForAFreshProofAndLeadsBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		done := 0
		deed := town.site.fresh(func(c echo.Context, _ store.Person) error { done++; return c.NoContent(http.StatusNoContent) })
		town.site.echo.GET("/danger", deed)
		town.site.echo.POST("/danger", deed)
		amina := town.member("Amina Diallo", "amina@savoirs.example")

		if a := town.visitor().get("/danger"); !strings.HasPrefix(a.path, "/sign-in?next=") || done != 0 {
			t.Fatalf("a visitor comes to %s, done %d times", a.path, done)
		}
		town.now = town.now.Add(freshness)
		if a := amina.get("/danger"); a.status != http.StatusNoContent || done != 1 {
			t.Fatalf("ten minutes after signing in: %d, done %d times", a.status, done)
		}
		town.now = town.now.Add(time.Second)
		if a := amina.get("/danger?of=what"); a.path != "/sign-in/again?next=%2Fdanger%3Fof%3Dwhat" || done != 1 {
			t.Fatalf("later it leads to %s, done %d times", a.path, done)
		}
		form := amina.post("/danger", nil, "Referer", town.server.URL+"/danger?of=what")
		if form.path != "/sign-in/again?next=%2Fdanger%3Fof%3Dwhat" || done != 1 {
			t.Fatalf("a form leads to %s, done %d times", form.path, done)
		}
		next := form.find(t, `input[name="next"]`).AttrOr("value", "")
		if a := amina.post("/sign-in/again", url.Values{"password": {"another password"}, "next": {next}}); a.status != http.StatusUnprocessableEntity || a.find(t, `input[name="next"]`).AttrOr("value", "") != next {
			t.Errorf("a wrong password: %d, next is lost", a.status)
		}
		before := amina.cookie(t)
		if a := amina.post("/sign-in/again", url.Values{"password": {somePassword}, "next": {next}}); a.path != next || a.status != http.StatusNoContent || done != 2 {
			t.Errorf("the password leads to %s with %d, done %d times", a.path, a.status, done)
		}
		if amina.cookie(t) == before {
			t.Error("the session keeps its token")
		}
		log, _, err := s.AuditOf(t.Context(), amina.person.ID, "", 1)
		must(t, err)
		if log[0].What != "proved-again" || log[0].Detail != "password" {
			t.Errorf("the log says %+v", log[0])
		}
	})
}

// TestAPasswordHashedAnewWhileItIsProvedDoesNotSignOut: one that was hashed at another cost is, when it is typed.
func TestAPasswordHashedAnewWhileItIsProvedDoesNotSignOut(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	amina := town.member("Amina Diallo", "amina@savoirs.example")
	salt := []byte("sixteen bytes it")
	cheap := base64.RawStdEncoding.EncodeToString(argon2.IDKey([]byte(somePassword), salt, 1, 8, 1, 32))
	cheap = "$argon2id$v=19$m=8,t=1,p=1$" + base64.RawStdEncoding.EncodeToString(salt) + "$" + cheap
	town.alter(t, amina, func(p *store.Person) { p.PasswordHash = cheap })
	here, letter := town.asks(amina.email, "")
	here.post("/sign-in/code", url.Values{"code": {letter.Code}})
	if a := here.post("/sign-in/again", url.Values{"password": {somePassword}, "next": {"/you/sessions"}}); a.path != "/you/sessions" {
		t.Errorf("proving it again leads to %s", a.path)
	}
	if p, err := town.store.Person(t.Context(), amina.person.ID); err != nil || p.PasswordHash == cheap {
		t.Errorf("it was not hashed anew: %v", err)
	}
}

// TestWhoProvesItFromAPageThatAnsweredAFormIsLedBackToIt, though nobody can ask for that page by its address; nor does
// loading it again lead nowhere.
func TestWhoProvesItFromAPageThatAnsweredAFormIsLedBackToIt(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	amina := town.member("Amina Diallo", "amina@savoirs.example")
	town.now = town.now.Add(time.Hour)
	wrong := amina.post("/you/password", url.Values{"present": {"not it"}, "password": {"seize chevres vertes"}})
	if wrong.status != http.StatusUnprocessableEntity {
		t.Fatalf("a wrong password: %d", wrong.status)
	}
	asked := amina.post("/you/second/off", nil, "Referer", town.server.URL+"/you/password")
	next := asked.find(t, `input[name="next"]`).AttrOr("value", "")
	if a := amina.post("/sign-in/again", url.Values{"password": {somePassword}, "next": {next}}); a.path != "/you/sign-in" || a.status != http.StatusOK {
		t.Errorf("proving it leads to %s with %d", a.path, a.status)
	}
	for _, one := range answered {
		at := strings.ReplaceAll(one.form, "*", "01HZZZZZZZZZZZZZZZZZZZZZZZ")
		if _, routed := matrix["GET "+at]; routed {
			t.Errorf("%s is a page of its own", at)
		}
		want := one.page
		switch want {
		case "":
			want = strings.TrimSuffix(at, "/code")
		case "/admin/sign-up", "/you/second/app":
			continue // which is not for everybody
		}
		if a := amina.get(at); a.path != want {
			t.Errorf("%s leads to %s", at, a.path)
		}
	}
}

func TestAFormSentFromElsewhereLeadsBackToNoOtherSite(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	town.site.echo.POST("/danger", town.site.fresh(func(echo.Context, store.Person) error { t.Error("done"); return nil }))
	amina := town.member("Amina Diallo", "amina@savoirs.example")
	town.now = town.now.Add(time.Hour)
	for _, from := range []string{"", "https://evil.example/x", "//evil.example", "http://" + "evil.example@" + town.server.Listener.Addr().String() + "//evil.example", ":"} {
		a := amina.post("/danger", nil, "Referer", from)
		if next := a.find(t, `input[name="next"]`).AttrOr("value", ""); next != "/you" && next != "/" {
			t.Errorf("from %q it leads on to %q", from, next)
		}
	}
}

// cookie is the session's token as the browser has it.
func (v *visitor) cookie(t *testing.T) string {
	t.Helper()
	here, err := url.Parse(v.town.server.URL)
	must(t, err)
	for _, c := range v.client.Jar.Cookies(here) {
		if c.Name == "carnet-session" {
			return c.Value
		}
	}
	return ""
}
