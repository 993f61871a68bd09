package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/pquerna/otp/totp"

	"github.com/carnetbadges/carnet/pkg/web/providertest"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// app is an authenticator app on somebody's phone.
type app struct {
	town   *town
	secret string
}

func (a app) code(t *testing.T) string {
	t.Helper()
	code, err := totp.GenerateCode(a.secret, a.town.now)
	must(t, err)
	return code
}

// withApp turns a member's second step on by an app, and waits until its next code.
func (v *visitor) withApp(t *testing.T) (app, []string) {
	t.Helper()
	page := v.post("/you/second/app", nil)
	uri, err := url.Parse(page.find(t, "a[href^='otpauth:']").AttrOr("href", ""))
	must(t, err)
	a := app{v.town, uri.Query().Get("secret")}
	if shown := strings.ReplaceAll(page.find(t, ".secret-text").Text(), " ", ""); shown != a.secret || len(a.secret) != 32 || page.find(t, "svg.qr path").Length() != 2 {
		t.Fatalf("the app is shown %q at %s", shown, page.path)
	}
	if n := page.find(t, "h1").Length(); n != 1 {
		t.Errorf("%d headings of the first level", n)
	}
	wrong := v.post("/you/second/app/keep", url.Values{"code": {"000000"}})
	if wrong.status != http.StatusUnprocessableEntity || strings.ReplaceAll(wrong.find(t, ".secret-text").Text(), " ", "") != a.secret {
		t.Fatalf("a wrong code: %d, and the secret is lost", wrong.status)
	}
	kept := v.post("/you/second/app/keep", url.Values{"code": {a.code(t)}})
	codes := kept.find(t, ".recovery-codes code").Map(func(_ int, s *goquery.Selection) string { return s.Text() })
	file, err := url.PathUnescape(kept.find(t, "a[download]").AttrOr("href", ""))
	must(t, err)
	if kept.status != http.StatusOK || len(codes) != 10 || kept.find(t, "h1").Length() != 1 || !strings.HasPrefix(file, "data:text/plain;charset=utf-8,") || !strings.Contains(file, strings.Join(codes, "\r\n")) {
		t.Fatalf("kept: %d with %d codes, file %q", kept.status, len(codes), file)
	}
	v.town.now = v.town.now.Add(time.Minute)
	return a, codes
}

// halfIn takes the first step by password.
func (town *town) halfIn(t *testing.T, email, next string) *visitor {
	t.Helper()
	v := town.visitor()
	if a := v.post("/sign-in", url.Values{"email": {email}, "password": {somePassword}, "next": {next}}); a.path != "/sign-in/second" || a.status != http.StatusOK {
		t.Fatalf("the password leads to %s with %d", a.path, a.status)
	}
	return v
}

// ASVS: V7.2.4
func TestTheSecondStepOpensWhatThePasswordHalfOpened(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		amina := town.member("Amina Diallo", "amina@savoirs.example")
		phone, codes := amina.withApp(t)

		v := town.halfIn(t, amina.email, "/you")
		before := v.cookie(t)
		if a := v.post("/sign-in/second", url.Values{"code": {"000000"}}); a.status != http.StatusUnprocessableEntity || a.find(t, "#code-mistake").Length() != 1 {
			t.Errorf("a wrong code: %d", a.status)
		}
		if a := v.post("/sign-in/second", url.Values{"code": {phone.code(t)}}); a.path != "/you" || a.status != http.StatusOK {
			t.Fatalf("the code leads to %s with %d", a.path, a.status)
		}
		if v.cookie(t) == before {
			t.Error("the session keeps the token it had half open")
		}
		if a := v.get("/sign-in/second"); a.path != "/sign-in" {
			t.Errorf("opened, the second step is still awaited: %s", a.path)
		}
		again := town.halfIn(t, amina.email, "")
		if a := again.post("/sign-in/second", url.Values{"code": {phone.code(t)}}); a.status != http.StatusUnprocessableEntity {
			t.Errorf("the same code again: %d %s", a.status, a.path)
		}
		if n := again.get("/sign-in/second?with=recovery").find(t, "input[name=with]").Length(); n != 1 {
			t.Error("no field for a recovery code")
		}
		if a := again.post("/sign-in/second", url.Values{"code": {codes[0]}, "with": {"recovery"}}); a.path != "/badges" {
			t.Errorf("a recovery code leads to %s with %d", a.path, a.status)
		}
		if left := again.get("/you/sign-in").find(t, "#second .facts-list dd").Last().Text(); !strings.HasPrefix(left, "9 ") {
			t.Errorf("codes left: %q", left)
		}
	})
}

// TestAHalfOpenSessionOpensNothingElse walks every route half open: it is answered like a visitor.
// ASVS: V8.3.1
func TestAHalfOpenSessionOpensNothingElse(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	badge := holder.bring("gardener.json", credential(t, "00000000-0000-4000-8000-000000000001", "amina@savoirs.example", "Gardener")).imported(t)
	holder.withApp(t)
	half := as("half open", town.halfIn(t, holder.email, ""), visitors)
	half.visitor.person = store.Person{}
	nobody := as("nobody", town.visitor(), visitors)
	asked := 0
	for _, key := range town.routes() {
		row := matrix[key]
		if strings.HasSuffix(key, "/sign-in/second") {
			continue
		}
		town.forgive()
		want := nobody.tries(t, key, badge, row)
		if got := half.tries(t, key, badge, row); got != want {
			t.Errorf("%s: %s, want %s", key, got, want)
		}
		asked++
	}
	t.Logf("%d routes", asked)
}

// ASVS: V6.4.3, V6.3.4
func TestALetterDoesNotReplaceTheSecondStep(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		amina := town.member("Amina Diallo", "amina@savoirs.example")
		phone, _ := amina.withApp(t)
		v := town.visitor()
		v.post("/forgot", url.Values{"email": {amina.email}})
		a := v.post(town.newestLink("reset"), url.Values{"password": {"seize chevres vertes"}})
		if a.path != "/sign-in/second" {
			t.Fatalf("a new password leads to %s", a.path)
		}
		if a := v.get("/badges"); !strings.HasPrefix(a.path, "/sign-in?") {
			t.Errorf("half open, it shows %s", a.path)
		}
		if a := v.post("/sign-in/second", url.Values{"code": {phone.code(t)}}); a.path != "/badges?done=password" {
			t.Errorf("the second step leads to %s", a.path)
		}
	})
}

// TestWhateverTheFirstStepTheSecondIsAsked by letter, by its link or its code, too.
// ASVS: V6.3.4
func TestWhateverTheFirstStepTheSecondIsAsked(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	amina := town.member("Amina Diallo", "amina@savoirs.example")
	phone, _ := amina.withApp(t)
	here, letter := town.asks(amina.email, "/you")
	if a := here.post("/sign-in/code", url.Values{"code": {letter.Code}}); a.path != "/sign-in/second" {
		t.Errorf("the code of a letter leads to %s", a.path)
	}
	if a := here.get("/you"); !strings.HasPrefix(a.path, "/sign-in?") {
		t.Errorf("half open, it shows %s", a.path)
	}
	if a := here.post("/sign-in/second", url.Values{"code": {phone.code(t)}}); a.path != "/you" {
		t.Errorf("the second step leads to %s", a.path)
	}
	_, letter = town.asks(amina.email, "")
	if a := town.visitor().post(letter.Link, nil); a.path != "/sign-in/second" {
		t.Errorf("the link of a letter leads to %s", a.path)
	}
}

func TestAHalfOpenSessionClosesByTimeAndByAnotherPassword(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	amina := town.member("Amina Diallo", "amina@savoirs.example")
	phone, _ := amina.withApp(t)
	ended := town.halfIn(t, amina.email, "")
	amina.post("/you/sessions/end-others", nil)
	if a := ended.post("/sign-in/second", url.Values{"code": {phone.code(t)}}); a.path != "/sign-in?done=second-late" {
		t.Errorf("with all sessions ended meanwhile: %s", a.path)
	}
	late, stolen := town.halfIn(t, amina.email, ""), town.halfIn(t, amina.email, "")
	town.alter(t, amina, func(p *store.Person) { p.PasswordHash = "another" })
	if a := stolen.post("/sign-in/second", url.Values{"code": {phone.code(t)}}); a.path != "/sign-in?done=second-late" {
		t.Errorf("with the password of before: %s", a.path)
	}
	town.now = town.now.Add(halfLasts)
	if a := late.post("/sign-in/second", url.Values{"code": {phone.code(t)}}); a.path != "/sign-in?done=second-late" {
		t.Errorf("ten minutes later: %s", a.path)
	}
}

// TestAPasskeyIsBothStepsAtOnce also where the first was taken already.
func TestAPasskeyIsBothStepsAtOnce(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	amina := town.member("Amina Diallo", "amina@savoirs.example")
	device := amina.device()
	amina.makes(t, device)
	if a := amina.post("/you/second/passkeys", nil); a.find(t, ".recovery-codes code").Length() != 10 {
		t.Fatalf("turned on by passkeys: %d", a.status)
	}
	v := town.halfIn(t, amina.email, "/you")
	page := v.get("/sign-in/second")
	if page.find(t, "[data-passkey-open]").AttrOr("data-next", "") != "/you" || page.find(t, "input[name=with]").Length() != 1 {
		t.Error("neither a passkey nor a recovery code is asked for")
	}
	if a := v.opensBy(t, device, "/sign-in/passkey?next=/you"); a.told(t, "onward") != "/you" {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if a := v.get("/you"); a.path != "/you" {
		t.Errorf("signed in, yet at %s", a.path)
	}
	if a := town.visitor().opensBy(t, device, "/sign-in/passkey"); a.status != http.StatusOK {
		t.Errorf("at once: %d %s", a.status, a.body)
	}
}

func TestTheSecondStepIsTurnedOffAndItsCodesRenewedByAFreshProof(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	amina := town.member("Amina Diallo", "amina@savoirs.example")
	_, codes := amina.withApp(t)
	town.now = town.now.Add(time.Hour)
	for _, path := range []string{"/you/second/codes", "/you/second/off", "/you/second/app/remove", "/you/second/app", "/you/second/app/keep", "/you/second/passkeys"} {
		if a := amina.post(path, nil); !strings.HasPrefix(a.path, "/sign-in/again") {
			t.Errorf("%s without a fresh proof: %d %s", path, a.status, a.path)
		}
	}
	amina.post("/sign-in/again", url.Values{"password": {somePassword}})
	renewed := amina.post("/you/second/codes", nil)
	if first := renewed.find(t, ".recovery-codes code").First().Text(); first == codes[0] || first == "" {
		t.Errorf("new codes: %q", first)
	}
	if got := renewed.header.Get("Cache-Control"); !strings.Contains(got, "no-store") {
		t.Errorf("codes may be kept: %q", got)
	}
	if a := amina.post("/you/second/off", nil); a.path != "/you/sign-in?done=second-off" {
		t.Errorf("off: %d %s", a.status, a.path)
	}
	if a := town.visitor().post("/sign-in", url.Values{"email": {amina.email}, "password": {somePassword}}); a.path != "/badges" {
		t.Errorf("the password alone leads to %s", a.path)
	}
}

// TestAnAdministratorWithoutAFactorOnlySetsOneUp: where the house demands one.
func TestAnAdministratorWithoutAFactorOnlySetsOneUp(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		admin := town.member("Ibrahima Fall", "ibrahima@savoirs.example")
		badge := admin.bring("gardener.json", credential(t, "00000000-0000-4000-8000-000000000001", "ibrahima@savoirs.example", "Gardener")).imported(t)
		town.appoint(t, admin)
		if a := admin.get("/badges"); a.path != "/badges" {
			t.Fatalf("where it is not demanded: %s", a.path)
		}
		town.adminsNeed = true
		for _, path := range []string{"/badges", "/you", "/you/sign-in", "/badges/add", "/b/" + badge + "/original"} {
			if a := admin.get(path); a.path != "/you/second" || a.status != http.StatusOK || a.find(t, "h1").Length() != 1 {
				t.Errorf("%s leads to %s with %d", path, a.path, a.status)
			}
		}
		if a := admin.get("/b/" + badge); a.status != http.StatusNotFound {
			t.Errorf("their private badge: %d", a.status)
		}
		if a := admin.post("/b/"+badge+"/visibility", url.Values{"visibility": {"public"}}); a.path != "/you/second" {
			t.Errorf("a deed: %s", a.path)
		}
		admin.makes(t, admin.device())
		if page := admin.get("/you/second"); page.find(t, "#passkeys li").Length() != 1 || page.find(t, "#passkeys details").Length() != 0 || page.find(t, "form[action='/you/second/passkeys']").Length() != 1 {
			t.Error("a passkey was made, and is not offered as the second step alone")
		}
		keys, err := s.Passkeys(t.Context(), admin.person.ID)
		must(t, err)
		must(t, s.DropPasskey(t.Context(), admin.person.ID, keys[0].ID))
		again := town.visitor()
		if a := again.post("/sign-in", url.Values{"email": {admin.email}, "password": {somePassword}}); a.path != "/you/second" {
			t.Errorf("signing in leads to %s", a.path)
		}
		town.now = town.now.Add(time.Hour)
		if a := again.post("/you/second/app", nil); !strings.HasPrefix(a.path, "/sign-in/again") || a.status != http.StatusOK {
			t.Errorf("without a fresh proof: %s %d", a.path, a.status)
		}
		again.post("/sign-in/again", url.Values{"password": {somePassword}, "next": {"/you/second"}})
		phone, _ := again.withApp(t)
		if a := again.get("/badges"); a.path != "/badges" {
			t.Errorf("with an app: %s", a.path)
		}
		if a := again.post("/you/second/off", nil); a.path != "/you/sign-in?done=second-needed" {
			t.Errorf("off: %s", a.path)
		}
		if a := again.post("/you/second/app/remove", nil); a.path != "/you/sign-in?done=second-needed" {
			t.Errorf("without the app: %s", a.path)
		}
		v := town.halfIn(t, admin.email, "")
		if a := v.post("/sign-in/second", url.Values{"code": {phone.code(t)}}); a.path != "/badges" {
			t.Errorf("both steps lead to %s", a.path)
		}
	})
}

// TestWhoMustSetUpASecondStepMayProveItByAProvider that says when it asked: signing in by it is no fresh proof.
func TestWhoMustSetUpASecondStepMayProveItByAProvider(t *testing.T) {
	p := providertest.New(t)
	town := newTown(t, storetest.Open(t), withProviders(p))
	p.Now = func() time.Time { return town.now }
	admin := town.administrator("Eeva Korhonen", "eeva@savoirs.example")
	admin.get(admin.sentBack(admin.leaves("/you/sign-in/with/oidc", nil)))
	town.adminsNeed = true
	in := town.visitor()
	if a := in.signsInBy("oidc", nil); a.path != "/you/second" {
		t.Fatalf("signing in leads to %s", a.path)
	}
	again := in.post("/you/second/app", nil, "Referer", town.server.URL+"/you/second")
	if !strings.HasPrefix(again.path, "/sign-in/again?") || again.find(t, `[formaction="/sign-in/again/with/oidc"]`).Length() != 1 {
		t.Fatalf("setting it up leads to %s", again.path)
	}
	next := url.Values{"next": {"/you/second"}}
	p.Lock()
	p.Claims = func(c map[string]any) { delete(c, "auth_time") }
	p.Unlock()
	if a := in.get(in.sentBack(in.leaves("/sign-in/again/with/oidc", next))); a.path != "/sign-in/again?next=%2Fyou%2Fsecond&done=provider-undated" || a.find(t, ".notice").Length() != 1 {
		t.Errorf("by one that does not say when, it leads to %s", a.path)
	}
	p.Lock()
	p.Claims = nil
	p.Unlock()
	if a := in.get(in.sentBack(in.leaves("/sign-in/again/with/oidc", next))); a.path != "/you/second" {
		t.Errorf("proving it leads to %s", a.path)
	}
	if a := in.post("/you/second/app", nil); a.path != "/you/second/app" {
		t.Errorf("with it proved, setting it up leads to %s", a.path)
	}
}

func TestConfirmingAnotherAddressAsksNoSecondStepOfWhoIsIn(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	amina := town.member("Amina Diallo", "amina@savoirs.example")
	amina.withApp(t)
	must(t, town.store.AddAddress(t.Context(), &store.Address{PersonID: amina.person.ID, Email: "amina@work.example", CreatedAt: town.now}))
	addresses, err := town.store.Addresses(t.Context(), amina.person.ID)
	must(t, err)
	must(t, town.accounts.ResendConfirmation(t.Context(), amina.person.ID, addresses[1].ID))
	if a := amina.post(town.newestLink("confirm"), nil); strings.HasPrefix(a.path, "/sign-in") || !strings.Contains(a.path, "confirmed") {
		t.Errorf("led to %s with %d", a.path, a.status)
	}
}

// ASVS: V6.3.4
func TestAProviderDoesNotReplaceTheSecondStep(t *testing.T) {
	p := providertest.New(t)
	town := newTown(t, storetest.Open(t), withProviders(p))
	amina := town.member("Amina Diallo", "amina@savoirs.example")
	phone, _ := amina.withApp(t)
	if a := amina.get(amina.sentBack(amina.leaves("/you/sign-in/with/oidc", nil))); a.path != "/you/sign-in?done=provider-linked" {
		t.Fatalf("linking leads to %s", a.path)
	}
	v := town.visitor()
	if a := v.signsInBy("oidc", nil); a.path != "/sign-in/second" {
		t.Fatalf("the provider leads to %s", a.path)
	}
	if a := v.post("/sign-in/second", url.Values{"code": {phone.code(t)}}); a.path != "/badges" {
		t.Errorf("the second step leads to %s", a.path)
	}
}
