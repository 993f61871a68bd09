package web

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/pkg/web/providertest"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// raid is one attack on Amina's passport, which her account "amina" at the provider opens.
type raid struct {
	t       *testing.T
	town    *town
	idp     *providertest.Provider // where Amina's account is
	evil    *providertest.Provider // another provider that is set up here, and lies
	victim  *visitor               // Amina, signed in
	thieves []*visitor
}

const aminasAddress = "amina@savoirs.example"

// thief is a browser that must never show Amina's passport.
func (r *raid) thief() *visitor {
	v := r.town.visitor()
	r.thieves = append(r.thieves, v)
	return v
}

// by lets a thief walk the whole way by a provider, after the lie is told.
func (r *raid) by(provider string, lie func(p *providertest.Provider)) answer {
	p := r.idp
	if provider == "evil" {
		p = r.evil
	}
	p.Lock()
	lie(p)
	p.Unlock()
	a := r.thief().signsInBy(provider, nil)
	p.Honest()
	return a
}

// claims is a thief who comes with Amina's token and these changes to its claims.
func (r *raid) claims(change func(c map[string]any)) answer {
	return r.by("oidc", func(p *providertest.Provider) { p.Claims = change })
}

// token is a thief who comes with another token in the place of Amina's.
func (r *raid) token(forge func(p *providertest.Provider, c map[string]any) any) answer {
	return r.by("oidc", func(p *providertest.Provider) {
		p.Token = func(c map[string]any) any { return forge(p, c) }
	})
}

// instead is a thief whose provider answers a path in another way.
func (r *raid) instead(provider, path string, answer http.HandlerFunc) answer {
	return r.by(provider, func(p *providertest.Provider) { p.Instead[path] = answer })
}

// patient is how long an answer may take, impatient where it is made to take for ever.
const patient, impatient = 10 * time.Second, 400 * time.Millisecond

// waits is instead where the answer takes for ever.
func (r *raid) waits(provider, path string, answer http.HandlerFunc) answer {
	r.town.site.ProviderClient.Timeout = impatient
	return r.instead(provider, path, answer)
}

// discovers is a thief at a provider of which nothing is known yet, and which says something else of itself.
func (r *raid) discovers(change func(said map[string]any)) answer {
	r.town.site.gates = gates(r.town.site.Options)
	r.idp.Lock()
	r.idp.Discovery = change
	r.idp.Unlock()
	v := r.thief()
	a := v.post("/sign-in/with/oidc", nil)
	if address := a.header.Get("Refresh"); address != "" {
		if !strings.HasPrefix(address, "0;url="+r.idp.URL) {
			r.t.Errorf("leads to %s", address)
		}
		a = v.get(v.sentBack(strings.TrimPrefix(address, "0;url=")))
	}
	r.idp.Honest()
	r.town.site.gates = gates(r.town.site.Options)
	return a
}

// as is who signs in at the provider from now on.
func (r *raid) as(who map[string]any) {
	r.idp.Lock()
	r.idp.Who = who
	r.idp.Unlock()
}

func amina() map[string]any {
	return map[string]any{"sub": "amina", "name": "Amina Diallo", "email": "amina@elsewhere.example", "email_verified": true, "id": 1, "login": "amina"}
}

// mallory is another account there, with Amina's address.
func mallory(more ...any) map[string]any {
	who := map[string]any{"sub": "mallory", "name": "Amina Diallo", "email": aminasAddress, "id": 666, "login": "amina"}
	for i := 0; i+1 < len(more); i += 2 {
		who[more[i].(string)] = more[i+1]
	}
	return who
}

// claimsAddress is a stranger whose provider says Amina's address is theirs, and who goes on to join with it.
func (r *raid) claimsAddress(verified any) answer {
	who := mallory("email_verified", verified)
	if verified == nil {
		delete(who, "email_verified")
	}
	r.as(who)
	v := r.thief()
	if a := v.signsInBy("oidc", nil); a.path != "/join/with" {
		return a
	}
	v.post("/join/with", url.Values{"name": {"Amina Diallo"}, "email": {aminasAddress}})
	return v.signsInBy("oidc", nil)
}

// malloryMember is somebody with a passport of their own, which their account at the provider opens.
func (r *raid) malloryMember(sub string) *visitor {
	v := r.town.member("Mallory", sub+"@evil.example")
	r.thieves = append(r.thieves, v)
	must(r.t, r.town.accounts.LinkIdentity(r.t.Context(), v.person.ID, account.Identity{Provider: "oidc", Title: "Savoirs", Issuer: r.idp.URL, Subject: sub}, ""))
	v.post("/sign-in", url.Values{"email": {sub + "@evil.example"}, "password": {somePassword}})
	return v
}

// with is a callback with parameters set or, where the value is nil, taken away.
func with(callback string, changes ...any) string {
	path, query, _ := strings.Cut(callback, "?")
	values, err := url.ParseQuery(query)
	if err != nil {
		panic(err)
	}
	for i := 0; i+1 < len(changes); i += 2 {
		name := changes[i].(string)
		switch value := changes[i+1].(type) {
		case string:
			values.Set(name, value)
		case []string:
			values[name] = value
		default:
			values.Del(name)
		}
	}
	return path + "?" + values.Encode()
}

func parameter(address, name string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		panic(err)
	}
	return parsed.Query().Get(name)
}

// tampers is a thief who changes what stands in the callback of Amina's account.
func (r *raid) tampers(changes ...any) answer {
	v := r.thief()
	r.as(mallory())
	return v.get(with(v.sentBack(v.leaves("/sign-in/with/oidc", nil)), changes...))
}

func large(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprint(w, `{"x":"`)
	for range 160 {
		if _, err := io.WriteString(w, strings.Repeat("a", 64<<10)); err != nil {
			return
		}
	}
	fmt.Fprint(w, `"}`)
}

func unpacks(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Encoding", "gzip")
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	for range 160 {
		_, _ = io.WriteString(z, strings.Repeat(" ", 64<<10))
	}
	_ = z.Close()
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(packed.Bytes())
}

func slowly(_ http.ResponseWriter, r *http.Request) {
	select {
	case <-r.Context().Done():
	case <-time.After(5 * time.Second):
	}
}

func drip(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	for range 50 {
		fmt.Fprint(w, " ")
		w.(http.Flusher).Flush()
		select {
		case <-r.Context().Done():
			return
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func says(status int, kind, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

func leadsTo(status int, address string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, address, status) }
}

func rs256(p *providertest.Provider) map[string]any {
	return map[string]any{"alg": "RS256", "kid": p.KeyID}
}

// What an attack ends with.
const (
	doubted = "/sign-in?done=provider-doubted"
	away    = "/sign-in?done=provider-away"
	stale   = "/sign-in?done=provider-stale"
	decline = "/sign-in?done=provider-declined"
	unknown = "/join/with" // a stranger, asked what they want
)

// attack is one way in which a provider, a thief or both try to come into somebody's passport, and where it must end.
// F1 to F5 are what goth and others were found to do.
type attack struct {
	name, ends string
	do         func(r *raid) answer
}

// hijack is a thief who joins with an address before its owner does; the owner proves it without having joined, and must
// not share their passport.
func (r *raid) hijack(email string, prove func(owner *visitor)) answer {
	sub := "mallory as " + email
	r.as(mallory("sub", sub))
	thief, owner := r.thief(), r.town.visitor()
	thief.signsInBy("oidc", nil)
	thief.post("/join/with", url.Values{"name": {"Owner"}, "email": {email}})
	prove(owner)
	if a := owner.get("/badges"); a.path != "/badges" {
		r.t.Errorf("the owner is not let in: %s", a.path)
	}
	if a := thief.get("/badges"); a.path == "/badges" {
		r.t.Error("the thief's browser is let in")
	}
	r.town.forgive()
	return thief.signsInBy("oidc", nil)
}

// aminas are the accounts that open Amina's passport.
func (r *raid) aminas() []store.Identity {
	linked, err := r.town.store.Identities(r.t.Context(), r.victim.person.ID)
	must(r.t, err)
	return linked
}

// isAmina tells whether somebody is signed in as Amina.
func (r *raid) isAmina(v *visitor) bool {
	return strings.Contains(v.get("/you/addresses").body, aminasAddress)
}

// taken says in which way Amina's passport was taken over, if it was.
func (r *raid) taken() string {
	for _, thief := range r.thieves {
		if r.isAmina(thief) {
			return "a thief sees it"
		}
	}
	if linked := r.aminas(); len(linked) != 1 || linked[0].Subject != "amina" || linked[0].Issuer != r.idp.URL {
		return fmt.Sprintf("it is opened by %+v", linked)
	}
	owner, err := r.town.store.IdentityOf(r.t.Context(), r.idp.URL, "amina")
	if err != nil || owner.PersonID != r.victim.person.ID {
		return "Amina's account opens another passport"
	}
	return ""
}

// TestSEC_AUTH1_NoAttackByAProviderTakesAPassport scripts every attack against a site with a real provider, honest but for
// the lie of each attack, on both databases. Amina, and a provider whose keys change, come in before and after.
//
// ASVS: V6.8.1, V6.8.2, V6.8.4, V9.1.1, V9.2.1, V9.2.2, V9.2.3, V10.1.2, V10.2.1, V10.2.2, V10.5.1, V10.5.2, V10.5.3, V10.5.4, V7.2.4
func TestSEC_AUTH1_NoAttackByAProviderTakesAPassport(t *testing.T) {
	storetest.Dear(t)
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		idp, evil := providertest.New(t), providertest.New(t)
		town := newTown(t, s, withProviders(idp, Provider{Name: "evil", Title: "Evil", Issuer: evil.URL, ID: providertest.ClientID, Secret: providertest.ClientSecret}),
			func(o *Options) { o.ProviderClient = NewProviderClient(patient) })
		idp.Now = func() time.Time { return town.now }
		evil.Now = idp.Now
		victim := town.member("Amina Diallo", aminasAddress)
		must(t, s.AddIdentity(t.Context(), &store.Identity{PersonID: victim.person.ID, Provider: "oidc", Issuer: idp.URL, Subject: "amina", Account: "amina"}))
		honest := func(when string) {
			town.forgive()
			idp.Honest()
			idp.Lock()
			idp.Who = amina()
			idp.Unlock()
			her := town.visitor()
			if a := her.signsInBy("oidc", nil); a.path != "/badges" || !(&raid{}).isAmina(her) {
				t.Fatalf("%s, Amina herself comes to %d %s", when, a.status, a.path)
			}
		}
		honest("at first")
		attacks := slices.Concat(tokenAttacks, wayAttacks, wireAttacks, peopleAttacks)
		took, panics, faults, wrong := 0, 0, 0, 0
		for _, one := range attacks {
			r := &raid{t: t, town: town, idp: idp, evil: evil, victim: victim}
			idp.Honest()
			evil.Honest()
			r.as(amina())
			evil.Lock()
			evil.Who = mallory()
			evil.Unlock()
			town.forgive()
			town.site.ProviderClient.Timeout = patient
			logged := len(town.log.String())
			a := one.do(r)
			log := town.log.String()[logged:]
			if how := r.taken(); how != "" {
				took++
				t.Errorf("%s: TAKEN OVER: %s", one.name, how)
			}
			if strings.Contains(log, "msg=panic") {
				panics++
				t.Errorf("%s: a panic: %.600s", one.name, log)
			}
			if a.status >= 500 || strings.Contains(log, "level=ERROR") {
				faults++
				t.Errorf("%s: %d: %.600s", one.name, a.status, log)
			}
			if !strings.HasPrefix(a.path, one.ends) {
				wrong++
				t.Errorf("%s: ends at %d %s, want %s\n%s", one.name, a.status, a.path, one.ends, log)
			}
			for _, secret := range []string{providertest.ClientSecret, aminasAddress, "eyJ", "code="} {
				if strings.Contains(log, secret) {
					t.Errorf("%s: the log holds %q: %s", one.name, secret, log)
				}
			}
		}
		honest("at last")
		idp.Rotate(t, "second")
		honest("after the keys changed")
		t.Logf("%d attacks: %d takeovers, %d panics, %d faults, %d ended elsewhere", len(attacks), took, panics, faults, wrong)
		if len(attacks) < 60 {
			t.Errorf("only %d attacks", len(attacks))
		}
		if os.Getenv("CARNET_TEST_LIST") != "" {
			for i, one := range attacks {
				t.Logf("%3d %s", i+1, one.name)
			}
		}
	})
}
