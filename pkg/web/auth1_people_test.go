package web

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// peopleAttacks are on linking, proving and joining, and on where it all leads.
var peopleAttacks = []attack{
	{"a provider that is not there, or named otherwise", "/sign-in/from/", func(r *raid) answer {
		v := r.thief()
		for _, name := range []string{"OIDC", "oidc%00", "oidc%20", "..%2foidc", "openid-connect", "gitlab", "0", "%E2%84%AA"} {
			for _, a := range []answer{v.get("/sign-in/from/" + name + "?state=x&code=y"), v.post("/sign-in/with/"+name, nil)} {
				if a.status != http.StatusNotFound {
					r.t.Errorf("%s: %d %s", name, a.status, a.path)
				}
			}
		}
		return answer{status: 404, path: "/sign-in/from/"}
	}},
	{"begun by a link or a picture", "/sign-in/with/oidc", func(r *raid) answer {
		a := r.victim.get("/sign-in/with/oidc")
		if a.status != http.StatusMethodNotAllowed && a.status != http.StatusNotFound || a.header.Get("Refresh") != "" {
			r.t.Errorf("%d", a.status)
		}
		return a
	}},
	{"begun by a form of another site", "/you/sign-in/with/oidc", func(r *raid) (last answer) {
		for _, path := range []string{"/sign-in/with/oidc", "/sign-in/again/with/oidc", "/you/sign-in/without", "/join/with", "/you/sign-in/with/oidc"} {
			if last = r.victim.post(path, nil, "Sec-Fetch-Site", "cross-site"); last.status != http.StatusForbidden {
				r.t.Errorf("%s: %d", path, last.status)
			}
		}
		return last
	}},
	{"led on to another site", "/badges", func(r *raid) (last answer) {
		for _, next := range []string{"//evil.example", "https://evil.example", `/\evil.example`, "/\t/evil.example", "javascript:alert(1)", "\\\\evil.example"} {
			r.town.forgive()
			if last = r.town.visitor().signsInBy("oidc", url.Values{"next": {next}}); last.path != "/badges" {
				return last
			}
		}
		return last
	}},

	{"CSRF on linking: a thief's callback in Amina's browser", stale, func(r *raid) answer {
		thief := r.malloryMember("mallory-links")
		r.as(mallory("sub", "mallory-links-this"))
		return r.victim.get(thief.sentBack(thief.leaves("/you/sign-in/with/oidc", nil)))
	}},
	{"linking what a thief has, after Amina's own start: two visits crossed", stale, func(r *raid) answer {
		thief := r.malloryMember("mallory-crosses")
		r.as(mallory("sub", "mallory-crossed"))
		callback := thief.sentBack(thief.leaves("/you/sign-in/with/oidc", nil))
		r.victim.leaves("/you/sign-in/with/oidc", nil)
		return r.victim.get(callback)
	}},
	{"a thief's code in Amina's own visit", "/you/sign-in?done=provider-doubted", func(r *raid) answer {
		thief := r.malloryMember("mallory-injects")
		r.as(mallory("sub", "mallory-injected"))
		code := parameter(thief.sentBack(thief.leaves("/you/sign-in/with/oidc", nil)), "code")
		return r.victim.get(with(r.victim.sentBack(r.victim.leaves("/you/sign-in/with/oidc", nil)), "code", code))
	}},
	{"linking Amina's account to a thief's passport", "/you/sign-in?done=provider-taken", func(r *raid) answer {
		thief := r.malloryMember("mallory-takes")
		return thief.get(thief.sentBack(thief.leaves("/you/sign-in/with/oidc", nil)))
	}},
	{"a link begun by one person and finished by another in the same browser", stale, func(r *raid) answer {
		thief := r.malloryMember("mallory-leaves")
		r.as(mallory("sub", "mallory-left"))
		callback := thief.sentBack(thief.leaves("/you/sign-in/with/oidc", nil))
		shared := *thief
		r.thieves = r.thieves[:len(r.thieves)-1]
		shared.post("/sign-out", nil)
		shared.post("/sign-in", url.Values{"email": {aminasAddress}, "password": {somePassword}})
		a := shared.get(callback)
		return a
	}},
	{"linking without a fresh proof", "/sign-in/again", func(r *raid) answer {
		thief := r.malloryMember("mallory-waits")
		r.town.now = r.town.now.Add(freshness + time.Second)
		defer func() { r.town.now = r.town.now.Add(-freshness - time.Second) }()
		return thief.post("/you/sign-in/with/oidc", nil)
	}},
	{"proving Amina's presence by another account, in her open session", "/you/sign-in?done=provider-other", func(r *raid) answer {
		open := r.town.visitor()
		open.post("/sign-in", url.Values{"email": {aminasAddress}, "password": {somePassword}})
		r.as(mallory())
		r.town.now = r.town.now.Add(freshness + time.Second)
		defer func() { r.town.now = r.town.now.Add(-freshness - time.Second) }()
		a := open.get(open.sentBack(open.leaves("/sign-in/again/with/oidc", url.Values{"next": {"/you/sign-in"}})))
		if b := open.post("/you/sign-in/with/oidc", nil); !strings.HasPrefix(b.path, "/sign-in/again") {
			r.t.Errorf("the session counts as fresh: %s", b.path)
		}
		return a
	}},
	{"proving Amina's presence by a thief's passport", "/you/sign-in?done=provider-taken", func(r *raid) answer {
		r.malloryMember("mallory-again")
		open := r.town.visitor()
		open.post("/sign-in", url.Values{"email": {aminasAddress}, "password": {somePassword}})
		r.as(mallory("sub", "mallory-again"))
		return open.get(open.sentBack(open.leaves("/sign-in/again/with/oidc", nil)))
	}},
	{"proving Amina's presence by a session at the provider that is days old", "/sign-in/again?next=%2Fbadges&done=provider-doubted", func(r *raid) answer {
		open := r.town.visitor()
		open.post("/sign-in", url.Values{"email": {aminasAddress}, "password": {somePassword}})
		r.idp.Lock()
		r.idp.Claims = func(c map[string]any) { c["auth_time"] = r.town.now.Add(-72 * time.Hour).Unix() }
		r.idp.Unlock()
		address := open.leaves("/sign-in/again/with/oidc", nil)
		if parameter(address, "max_age") != "600" {
			r.t.Errorf("asks for %q", parameter(address, "max_age"))
		}
		return open.get(open.sentBack(address))
	}},
	{"proving Amina's presence at a provider that does not say when she signed in there", "/sign-in/again?next=%2Fbadges&done=provider-undated", func(r *raid) answer {
		open := r.town.visitor()
		open.post("/sign-in", url.Values{"email": {aminasAddress}, "password": {somePassword}})
		r.idp.Lock()
		r.idp.Claims = func(c map[string]any) { delete(c, "auth_time") }
		r.idp.Unlock()
		r.town.now = r.town.now.Add(freshness + time.Second)
		defer func() { r.town.now = r.town.now.Add(-freshness - time.Second) }()
		a := open.get(open.sentBack(open.leaves("/sign-in/again/with/oidc", nil)))
		if b := open.post("/you/sign-in/with/oidc", nil); !strings.HasPrefix(b.path, "/sign-in/again") {
			r.t.Errorf("the session counts as fresh: %s", b.path)
		}
		return a
	}},
	{"linking a thief's account by a visit that was to prove Amina's presence, in her fresh session", "/you/sign-in?done=provider-other", func(r *raid) answer {
		open := r.town.visitor()
		open.post("/sign-in", url.Values{"email": {aminasAddress}, "password": {somePassword}})
		r.as(mallory("sub", "mallory-unknown-here"))
		return open.get(open.sentBack(open.leaves("/sign-in/again/with/oidc", nil)))
	}},
	{"two people link one account at once", "", func(r *raid) answer {
		a, b := r.malloryMember("mallory-one"), r.malloryMember("mallory-two")
		r.as(mallory("sub", "wanted by two"))
		callbacks := []string{a.sentBack(a.leaves("/you/sign-in/with/oidc", nil)), b.sentBack(b.leaves("/you/sign-in/with/oidc", nil))}
		answers := make([]answer, 2)
		var both sync.WaitGroup
		for i, v := range []*visitor{a, b} {
			both.Go(func() { answers[i] = v.get(callbacks[i]) })
		}
		both.Wait()
		one := strings.HasSuffix(answers[0].path, "provider-linked") != strings.HasSuffix(answers[1].path, "provider-linked")
		if _, err := r.town.store.IdentityOf(r.t.Context(), r.idp.URL, "wanted by two"); err != nil || !one {
			r.t.Errorf("%s and %s: %v", answers[0].path, answers[1].path, err)
		}
		return answer{status: 200}
	}},
	{"unlinking Amina's account from a thief's passport", "/you/sign-in/without", func(r *raid) answer {
		thief := r.malloryMember("mallory-unlinks")
		return thief.post("/you/sign-in/without", url.Values{"identity": {r.aminas()[0].ID}})
	}},
	{"unlinking twice at once", "", func(r *raid) answer {
		thief := r.malloryMember("mallory-races")
		linked, err := r.town.store.Identities(r.t.Context(), thief.person.ID)
		must(r.t, err)
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if a := thief.post("/you/sign-in/without", url.Values{"identity": {linked[0].ID}}); a.status >= 500 {
					r.t.Errorf("%d", a.status)
				}
			})
		}
		all.Wait()
		return answer{status: 200}
	}},
	{"CVE-2026-43911 (Vaultwarden): a stolen session after the owner unlinks", "/sign-in", func(r *raid) answer {
		owner := r.malloryMember("mallory-robbed")
		r.as(mallory("sub", "mallory-robbed"))
		stolen := r.thief()
		stolen.signsInBy("oidc", nil)
		linked, err := r.town.store.Identities(r.t.Context(), owner.person.ID)
		must(r.t, err)
		if a := owner.post("/you/sign-in/without", url.Values{"identity": {linked[0].ID}}); a.path != "/you/sign-in?done=provider-unlinked" {
			return a
		}
		return stolen.get("/you")
	}},
	{"somebody whose passport is closed", "/sign-in?done=provider-closed", func(r *raid) answer {
		v := r.malloryMember("mallory-closed")
		p, err := r.town.store.Person(r.t.Context(), v.person.ID)
		must(r.t, err)
		p.DisabledAt = &r.town.now
		must(r.t, r.town.store.UpdatePerson(r.t.Context(), &p))
		r.as(mallory("sub", "mallory-closed"))
		return r.thief().signsInBy("oidc", nil)
	}},
	{"a thief joins first with somebody's address, who then answers the letter", unknown, func(r *raid) answer {
		return r.hijack("binta@savoirs.example", func(owner *visitor) {
			link := r.town.newestLink("confirm")
			owner.get(link)
			owner.post(link, url.Values{"by": {"letter"}})
		})
	}},
	{"a thief joins first with somebody's address, who then chooses a password", unknown, func(r *raid) answer {
		return r.hijack("coumba@savoirs.example", func(owner *visitor) {
			owner.post("/forgot", url.Values{"email": {"coumba@savoirs.example"}})
			owner.post(r.town.newestLink("reset"), url.Values{"password": {"seize chevres vertes"}})
		})
	}},
	{"joining by a provider without having been there", stale, func(r *raid) answer {
		v := r.thief()
		v.get("/join/with")
		return v.post("/join/with", url.Values{"name": {"Mallory"}, "email": {"mallory@evil.example"}})
	}},
	{"joining by a provider half an hour after", stale, func(r *raid) answer {
		r.as(mallory("sub", "mallory-late"))
		v := r.thief()
		v.signsInBy("oidc", nil)
		r.town.now = r.town.now.Add(newcomerLasts + time.Second)
		defer func() { r.town.now = r.town.now.Add(-newcomerLasts - time.Second) }()
		return v.post("/join/with", url.Values{"name": {"Mallory"}, "email": {"mallory@evil.example"}})
	}},
	{"joining by what somebody else has linked meanwhile", stale, func(r *raid) answer {
		r.as(mallory("sub", "mallory-slow"))
		v := r.thief()
		v.signsInBy("oidc", nil)
		r.malloryMember("mallory-slow")
		return v.post("/join/with", url.Values{"name": {"Mallory"}, "email": {"mallory2@evil.example"}})
	}},
}
