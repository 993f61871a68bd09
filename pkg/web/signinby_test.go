package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/pkg/web/providertest"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// withProviders is a town at which one signs in by a provider that the test runs, in every way there is.
func withProviders(p *providertest.Provider, more ...Provider) func(*Options) {
	return func(o *Options) {
		o.Providers = append([]Provider{
			{Name: "oidc", Title: "Savoirs", Issuer: p.URL, ID: providertest.ClientID, Secret: providertest.ClientSecret},
			{Name: "github", Title: "GitHub", Issuer: p.URL, ID: providertest.ClientID, Secret: providertest.ClientSecret},
			{Name: "mastodon", Title: "Mastodon", Issuer: p.URL, ID: providertest.ClientID, Secret: providertest.ClientSecret},
			{Name: "microsoft", Title: "Microsoft", Issuer: p.URL + "/common/v2.0", ID: providertest.ClientID, Secret: providertest.ClientSecret},
			{Name: "linkedin", Title: "LinkedIn", Issuer: p.URL, ID: providertest.ClientID, Secret: providertest.ClientSecret},
		}, more...)
	}
}

// leaves presses a button that leads to a provider and is the address there.
func (v *visitor) leaves(form string, fields url.Values) string {
	v.town.t.Helper()
	a := v.post(form, fields)
	address := a.find(v.town.t, "main a.button.primary").AttrOr("href", "")
	if a.header.Get("Refresh") != "0;url="+address || address == "" {
		v.town.t.Fatalf("%s leads to %d %s and on to %q: %.300s", form, a.status, a.path, a.header.Get("Refresh"), a.find(v.town.t, "main").Text())
	}
	return address
}

// sentBack is where a provider sends whoever opens its address, without going there: a path of the site.
func (v *visitor) sentBack(address string) string {
	v.town.t.Helper()
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r, err := http.NewRequestWithContext(v.town.t.Context(), "GET", address, nil)
	must(v.town.t, err)
	response, err := client.Do(r)
	must(v.town.t, err)
	must(v.town.t, response.Body.Close())
	back, ours := strings.CutPrefix(response.Header.Get("Location"), v.town.server.URL)
	if !ours {
		v.town.t.Fatalf("%s leads to %d %s", address, response.StatusCode, response.Header.Get("Location"))
	}
	return back
}

// signsInBy walks the whole way to a provider and back.
func (v *visitor) signsInBy(provider string, fields url.Values) answer {
	v.town.t.Helper()
	return v.get(v.sentBack(v.leaves("/sign-in/with/"+provider, fields)))
}

// ASVS: V6.8.1, V10.1.2, V10.2.1
func TestSomebodyMakesAPassportByAProviderAndComesBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p := providertest.New(t)
		town := newTown(t, s, withProviders(p))
		for _, provider := range []string{"oidc", "github", "mastodon", "linkedin"} {
			p.Lock()
			p.Who = map[string]any{"sub": "amina at " + provider, "name": "Amina Diallo", "email": provider + "@elsewhere.example", "id": 7, "login": "amina"}
			if provider == "linkedin" {
				p.Claims = func(claims map[string]any) { delete(claims, "nonce") }
			}
			p.Unlock()
			v := town.visitor()
			a := v.signsInBy(provider, nil)
			if a.path != "/join/with" || a.find(t, "#name").AttrOr("value", "") != "Amina Diallo" || !strings.Contains(a.find(t, "h1").Text(), "No passport yet") {
				t.Fatalf("%s: a newcomer comes to %d %s: %s", provider, a.status, a.path, a.find(t, "main").Text())
			}
			email := provider + "@savoirs.example"
			if a := v.post("/join/with", url.Values{"name": {"Amina Diallo"}, "email": {email}}); a.path != "/letter-sent?for=join" {
				t.Fatalf("%s: joining leads to %d %s", provider, a.status, a.path)
			}
			if a := v.get("/badges"); a.path != "/sign-in?next=%2Fbadges" {
				t.Errorf("%s: before the letter %s is shown", provider, a.path)
			}
			if a := v.signsInBy(provider, nil); a.path != "/join/with" {
				t.Errorf("%s: before the letter signing in leads to %s", provider, a.path)
			}
			if a := v.post(town.newestLink("confirm"), nil); a.path != "/badges?done=confirmed" {
				t.Fatalf("%s: confirming leads to %d %s", provider, a.status, a.path)
			}
			again := town.visitor()
			if a := again.signsInBy(provider, url.Values{"next": {"/badges/deleted"}}); a.path != "/badges/deleted" {
				t.Errorf("%s: coming back leads to %d %s", provider, a.status, a.path)
			}
			p.Honest()
			town.forgive()
		}
	})
}

// ASVS: V10.2.1
func TestEveryVisitHasItsOwnStateNonceAndChallenge(t *testing.T) {
	p := providertest.New(t)
	town := newTown(t, storetest.Open(t), withProviders(p))
	seen := map[string]bool{}
	for _, provider := range []string{"oidc", "github", "mastodon", "microsoft", "linkedin"} {
		for range 3 {
			v := town.visitor()
			address, err := url.Parse(v.leaves("/sign-in/with/"+provider, url.Values{"state": {"chosen by somebody else"}, "nonce": {"x"}}))
			must(t, err)
			q := address.Query()
			if len(q["state"]) != 1 || len(q.Get("state")) != 43 || seen[q.Get("state")] || q.Get("redirect_uri") != town.server.URL+"/sign-in/from/"+provider || q.Get("response_type") != "code" {
				t.Errorf("%s asks %v", provider, q)
			}
			pkce := q.Get("code_challenge_method") == "S256" && len(q.Get("code_challenge")) == 43 && !seen[q.Get("code_challenge")]
			if pkce == (provider == "linkedin") {
				t.Errorf("%s: PKCE %v", provider, pkce)
			}
			if oidc := provider != "github" && provider != "mastodon"; oidc && (len(q.Get("nonce")) != 43 || seen[q.Get("nonce")]) {
				t.Errorf("%s asks with the nonce %q", provider, q.Get("nonce"))
			}
			for _, one := range []string{"state", "nonce", "code_challenge"} {
				seen[q.Get(one)] = q.Get(one) != ""
			}
		}
		town.forgive()
	}
}

func TestMicrosoftsSharedAddressesKnowPeopleByTheirTenant(t *testing.T) {
	p := providertest.New(t)
	town := newTown(t, storetest.Open(t), withProviders(p))
	const tenant, other = "9188040d-6c67-4c5b-b112-36a304b66dad", "00000000-6c67-4c5b-b112-36a304b66dad"
	in := func(tid, iss string) answer {
		p.Lock()
		p.Claims = func(c map[string]any) { c["tid"], c["iss"] = tid, p.URL+"/"+iss+"/v2.0" }
		p.Unlock()
		town.forgive()
		return town.visitor().signsInBy("microsoft", nil)
	}
	if a := in(tenant, tenant); a.path != "/join/with" {
		t.Fatalf("%d %s", a.status, a.path)
	}
	for _, wrong := range [][2]string{{tenant, other}, {other, tenant}, {tenant, "{tenantid}"}, {"{tenantid}", "{tenantid}"}, {"../common", "../common"}, {"", ""}} {
		if a := in(wrong[0], wrong[1]); a.path != "/sign-in?done=provider-doubted" {
			t.Errorf("the tenant %q of the issuer of %q: %d %s", wrong[0], wrong[1], a.status, a.path)
		}
	}
}

// ASVS: V7.2.4
func TestSomebodyLinksAndUnlinksAnAccountElsewhere(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p := providertest.New(t)
		town := newTown(t, s, withProviders(p))
		p.Now = func() time.Time { return town.now }
		amina := town.member("Amina Diallo", "amina@savoirs.example")
		elsewhere := town.visitor()
		elsewhere.post("/sign-in", url.Values{"email": {"amina@savoirs.example"}, "password": {somePassword}})
		if a := amina.get(amina.sentBack(amina.leaves("/you/sign-in/with/oidc", nil))); a.path != "/you/sign-in?done=provider-linked" {
			t.Fatalf("linking leads to %d %s", a.status, a.path)
		}
		if a := elsewhere.get("/badges"); !strings.HasPrefix(a.path, "/sign-in") {
			t.Errorf("the session elsewhere is still open: %s", a.path)
		}
		page := amina.get("/you/sign-in")
		if row := page.find(t, "#providers-h ~ ul li").Text(); !strings.Contains(row, "Savoirs") || !strings.Contains(row, "amina@elsewhere.example") {
			t.Errorf("the page says %q", row)
		}
		if a := town.visitor().signsInBy("oidc", nil); a.path != "/badges" {
			t.Errorf("signing in leads to %d %s", a.status, a.path)
		}
		town.now = town.now.Add(freshness + time.Second)
		id := page.find(t, `input[name="identity"]`).AttrOr("value", "")
		a := amina.post("/you/sign-in/without", url.Values{"identity": {id}})
		if !strings.HasPrefix(a.path, "/sign-in/again?") || a.find(t, `[formaction="/sign-in/again/with/oidc"]`).Length() != 1 {
			t.Fatalf("without a fresh proof unlinking leads to %s", a.path)
		}
		if a := amina.get(amina.sentBack(amina.leaves("/sign-in/again/with/oidc", url.Values{"next": {"/you/sign-in"}}))); a.path != "/you/sign-in" {
			t.Fatalf("proving it again by the provider leads to %d %s", a.status, a.path)
		}
		if a := amina.post("/you/sign-in/without", url.Values{"identity": {id}}); a.path != "/you/sign-in?done=provider-unlinked" {
			t.Fatalf("unlinking leads to %d %s", a.status, a.path)
		}
		if a := town.visitor().signsInBy("oidc", nil); a.path != "/join/with" {
			t.Errorf("after unlinking signing in leads to %d %s", a.status, a.path)
		}
		log, _, err := s.AuditOf(t.Context(), amina.person.ID, "", 20)
		must(t, err)
		said := ""
		for _, e := range log {
			said = e.What + " " + e.Detail + "; " + said
		}
		if !strings.Contains(said, "provider-linked Savoirs; signed-in provider:oidc; proved-again provider:oidc; provider-unlinked Savoirs") {
			t.Errorf("the log says %s", said)
		}
	})
}

// TestALetterOpenedInAStrangeBrowserAsksForTheProvider: whoever joined shows there that it was them, or the letter alone
// speaks for its reader and drops the provider.
func TestALetterOpenedInAStrangeBrowserAsksForTheProvider(t *testing.T) {
	p := providertest.New(t)
	town := newTown(t, storetest.Open(t), withProviders(p))
	for _, way := range []string{"by the provider", "by the letter alone"} {
		p.Lock()
		p.Who = map[string]any{"sub": way, "name": "Amina Diallo", "email": "x@elsewhere.example"}
		p.Unlock()
		email := strings.ReplaceAll(way, " ", "-") + "@savoirs.example"
		joined := town.visitor()
		joined.signsInBy("oidc", nil)
		joined.post("/join/with", url.Values{"name": {"Amina Diallo"}, "email": {email}})
		link, phone := town.newestLink("confirm"), town.visitor()
		a := phone.get(link)
		if a.find(t, `[formaction="/sign-in/with/oidc"]`).Length() != 1 || a.find(t, `input[name="password"]`).Length() != 0 {
			t.Fatalf("%s: %s", way, a.find(t, "main").Text())
		}
		if a := phone.post(link, nil); a.status != http.StatusOK || a.path != link {
			t.Errorf("%s: without a choice %d %s", way, a.status, a.path)
		}
		after := "/join/with"
		if way == "by the provider" {
			after = "/badges"
			if a := phone.signsInBy("oidc", url.Values{"next": {link}}); a.path != link || a.find(t, ".button.primary").Length() != 1 {
				t.Fatalf("signing in there leads to %d %s", a.status, a.path)
			}
			phone.post(link, nil)
		} else {
			phone.post(link, url.Values{"by": {"letter"}})
		}
		if a := phone.get("/badges"); a.path != "/badges" {
			t.Errorf("%s: not let in: %s", way, a.path)
		}
		if a := town.visitor().signsInBy("oidc", nil); a.path != after {
			t.Errorf("%s: afterwards the provider leads to %s, want %s", way, a.path, after)
		}
		town.forgive()
	}
}

// TestAProviderThatIsDownLeavesTheOtherWaysOpen is fault 21 of the list of faults.
//
// ASVS: V16.5.2
func TestAProviderThatIsDownLeavesTheOtherWaysOpen(t *testing.T) {
	p := providertest.New(t)
	gone := Provider{Name: "gitlab", Title: "GitLab", Issuer: "http://127.0.0.1:1", ID: "x", Secret: "y"}
	town := newTown(t, storetest.Open(t), withProviders(p, gone))
	amina := town.member("Amina Diallo", "amina@savoirs.example")
	v := town.visitor()
	a := v.post("/sign-in/with/gitlab", url.Values{"next": {"/badges/add"}})
	if a.status != http.StatusOK || a.path != "/sign-in?done=provider-away&next=%2Fbadges%2Fadd" || !strings.Contains(a.find(t, ".notice").Text(), "does not answer") {
		t.Errorf("%d %s: %s", a.status, a.path, a.find(t, ".notice").Text())
	}
	if a.find(t, `form[action="/sign-in"] input[name="email"]`).Length() != 1 || a.find(t, `[formaction="/sign-in/with/oidc"]`).Length() != 1 {
		t.Error("the other ways are not shown")
	}
	if a := amina.get("/badges"); a.path != "/badges" {
		t.Errorf("a session that was open is closed: %s", a.path)
	}
	if a := amina.post("/you/sign-in/with/gitlab", nil); a.path != "/you/sign-in?done=provider-away" {
		t.Errorf("linking leads to %d %s", a.status, a.path)
	}
}

func TestProvidersAreShownOnlyWhereTheyAreSetUp(t *testing.T) {
	town := newTown(t, storetest.Open(t), func(o *Options) { o.Providers = nil })
	v := town.member("Amina Diallo", "amina@savoirs.example")
	for _, path := range []string{"/sign-in", "/join", "/you/sign-in"} {
		if n := v.get(path).find(t, `[formaction], #providers-h`).Length(); n != 0 {
			t.Errorf("%s shows %d providers", path, n)
		}
	}
	if a := v.post("/sign-in/with/google", nil); a.status != http.StatusNotFound {
		t.Errorf("a provider that is not there answers %d", a.status)
	}
}

// TestASessionAtAProviderIsNoFreshProof: whoever sits down at a browser that somebody has left open can sign out and in again
// by a provider that asks for nothing. So what is dangerous takes more, unless the provider says that it has asked just now.
// ASVS: V6.8.4, V7.5.1
func TestASessionAtAProviderIsNoFreshProof(t *testing.T) {
	p := providertest.New(t)
	google := Provider{Name: "google", Title: "Google", Issuer: p.URL, ID: providertest.ClientID, Secret: providertest.ClientSecret}
	town := newTown(t, storetest.Open(t), withProviders(p, google))
	p.Now = func() time.Time { return town.now }
	amina := town.member("Amina Diallo", "amina@savoirs.example")
	for _, name := range []string{"oidc", "google"} {
		if a := amina.get(amina.sentBack(amina.leaves("/you/sign-in/with/"+name, nil))); a.path != "/you/sign-in?done=provider-linked" {
			t.Fatalf("linking leads to %d %s", a.status, a.path)
		}
		sat := town.visitor()
		if a := sat.signsInBy(name, nil); a.path != "/badges" {
			t.Fatalf("signing in by %s leads to %s", name, a.path)
		}
		a := sat.get("/you/leave")
		if !strings.HasPrefix(a.path, "/sign-in/again?") {
			t.Fatalf("signed in by %s, one may leave at once", name)
		}
		if offered := a.find(t, `[formaction="/sign-in/again/with/`+name+`"]`).Length() == 1; offered != (name == "oidc") {
			t.Errorf("%s is offered to prove it by: %v", name, offered)
		}
		want, next := "/you/leave", url.Values{"next": {"/you/leave"}}
		if name == "google" {
			want = "/sign-in/again?next=%2Fyou%2Fleave&done=provider-undated"
			a = sat.post("/sign-in/again/with/google", next)
		} else {
			a = sat.get(sat.sentBack(sat.leaves("/sign-in/again/with/oidc", next)))
		}
		if a.path != want {
			t.Errorf("proving it by %s leads to %s", name, a.path)
		}
		if a := sat.get("/you/leave"); (a.path == "/you/leave") != (name == "oidc") {
			t.Errorf("%s: %s", name, a.path)
		}
	}
}
