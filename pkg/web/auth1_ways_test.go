package web

import (
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/carnetbadges/carnet/pkg/web/providertest"
)

// wayAttacks are on the way there and back: state, code, and who speaks.
var wayAttacks = []attack{
	{"F3: a state of the thief's choosing at the start", stale, func(r *raid) answer {
		v := r.thief()
		chosen := strings.Repeat("s", 43)
		address := v.leaves("/sign-in/with/oidc?state="+chosen, url.Values{"state": {chosen}})
		if parameter(address, "state") == chosen {
			r.t.Error("the state is the thief's")
		}
		return v.get(with(v.sentBack(address), "state", chosen))
	}},
	{"F3: an empty state", stale, func(r *raid) answer { return r.tampers("state", "") }},
	{"F3: no state", stale, func(r *raid) answer { return r.tampers("state", nil) }},
	{"F3: two states", stale, func(r *raid) answer { return r.tampers("state", []string{"x", "y"}) }},
	{"F3: an empty state with a cookie for it", stale, func(r *raid) answer {
		v := r.thief()
		return v.get("/sign-in/from/oidc?code=x&state=", "Cookie", visitCookie+hashOf("")[:8]+"="+hashOf(""))
	}},
	{"F3: redirect_uri in the callback", unknown, func(r *raid) answer {
		a := r.tampers("redirect_uri", "https://evil.example/", "client_id", "evil", "grant_type", "x")
		for _, asked := range r.idp.Asked {
			if asked.Get("redirect_uri") != r.town.server.URL+"/sign-in/from/oidc" || len(asked["redirect_uri"]) != 1 || asked.Get("grant_type") != "authorization_code" {
				r.t.Errorf("the provider was asked %v", asked)
			}
		}
		return a
	}},
	{"F3: code_verifier in the callback", unknown, func(r *raid) answer {
		a := r.tampers("code_verifier", strings.Repeat("v", 43), "code_challenge", "x")
		for _, asked := range r.idp.Asked {
			if asked.Get("code_verifier") == strings.Repeat("v", 43) || len(asked["code_verifier"]) != 1 {
				r.t.Errorf("the provider was asked %v", asked)
			}
		}
		return a
	}},
	{"F5, CVE-2026-47158 (Vaultwarden): Amina finishes what a thief began", stale, func(r *raid) answer {
		thief, amina := r.thief(), r.town.visitor()
		address := thief.leaves("/sign-in/with/oidc", nil)
		a := amina.get(amina.sentBack(address)) // the thief's link, opened and agreed to by Amina
		if b := thief.get("/badges"); !strings.HasPrefix(b.path, "/sign-in") {
			r.t.Errorf("the thief is let in: %s", b.path)
		}
		return a
	}},
	{"login CSRF: a thief's callback in Amina's browser", stale, func(r *raid) answer {
		thief := r.malloryMember("mallory-csrf")
		r.as(mallory("sub", "mallory-csrf"))
		a := r.victim.get(thief.sentBack(thief.leaves("/sign-in/with/oidc", nil)))
		if !r.isAmina(r.victim) {
			r.t.Error("Amina finds herself in somebody else's passport")
		}
		return a
	}},
	{"login CSRF in a browser where nobody is signed in", stale, func(r *raid) answer {
		thief, somebody := r.malloryMember("mallory-csrf-2"), r.town.visitor()
		r.as(mallory("sub", "mallory-csrf-2"))
		a := somebody.get(thief.sentBack(thief.leaves("/sign-in/with/oidc", nil)))
		if b := somebody.get("/badges"); !strings.HasPrefix(b.path, "/sign-in") {
			r.t.Errorf("somebody is signed in as the thief: %s", b.path)
		}
		return a
	}},
	{"F5: the session of before is worth nothing after", "/badges", func(r *raid) answer {
		thief, amina := r.thief(), r.town.visitor()
		amina.get("/sign-in?next=/you")
		amina.post("/join", url.Values{"name": {"x"}}) // begins a session
		site, err := url.Parse(r.town.server.URL)
		must(r.t, err)
		thief.client.Jar.SetCookies(site, amina.client.Jar.Cookies(site))
		return amina.signsInBy("oidc", nil)
	}},
	{"a state that is eleven minutes old", stale, func(r *raid) answer {
		v := r.thief()
		callback := v.sentBack(v.leaves("/sign-in/with/oidc", nil))
		r.town.now = r.town.now.Add(11 * time.Minute)
		defer func() { r.town.now = r.town.now.Add(-11 * time.Minute) }()
		return v.get(callback)
	}},
	{"the callback twice", stale, func(r *raid) answer {
		r.as(mallory())
		v := r.thief()
		callback := v.sentBack(v.leaves("/sign-in/with/oidc", nil))
		v.get(callback)
		return v.get(callback)
	}},
	{"the callback twenty times at once", unknown, func(r *raid) answer {
		r.as(mallory())
		v := r.thief()
		callback := v.sentBack(v.leaves("/sign-in/with/oidc", nil))
		site, err := url.Parse(r.town.server.URL)
		must(r.t, err)
		held := ""
		for _, c := range v.client.Jar.Cookies(site) {
			held += c.Name + "=" + c.Value + "; "
		}
		answers := make([]answer, 20)
		var all sync.WaitGroup
		for i := range answers {
			all.Go(func() { answers[i] = r.town.visitor().get(callback, "Cookie", held) })
		}
		all.Wait()
		if n := len(r.idp.Asked); n != 1 {
			r.t.Errorf("the provider was asked %d times", n)
		}
		return answer{status: 200, path: unknown}
	}},
	{"the state of a visit to another provider", stale, func(r *raid) answer {
		v := r.thief()
		return v.get(strings.Replace(v.sentBack(v.leaves("/sign-in/with/oidc", nil)), "/oidc?", "/github?", 1))
	}},
	{"a state in another browser's cookie", stale, func(r *raid) answer {
		v, other := r.thief(), r.thief()
		callback := v.sentBack(v.leaves("/sign-in/with/oidc", nil))
		other.leaves("/sign-in/with/oidc", nil)
		return other.get(callback)
	}},
	{"a cookie that says something else", stale, func(r *raid) answer {
		v, other := r.thief(), r.thief()
		callback := v.sentBack(v.leaves("/sign-in/with/oidc", nil))
		hash := hashOf(parameter(callback, "state"))
		return other.get(callback, "Cookie", visitCookie+hash[:8]+"="+hash[:63]+"x")
	}},
	{"a prefetch without the cookie uses nothing up", unknown, func(r *raid) answer {
		r.as(mallory())
		v := r.thief()
		callback := v.sentBack(v.leaves("/sign-in/with/oidc", nil))
		for _, method := range []string{"GET", "HEAD"} {
			other := r.town.visitor()
			if a := other.do(other.request(method, callback, nil, "Sec-Purpose", "prefetch")); !strings.HasPrefix(a.path, stale) {
				r.t.Errorf("%s without the cookie leads to %s", method, a.path)
			}
		}
		return v.get(callback)
	}},
	{"Amina's code with a thief's state: PKCE", doubted, func(r *raid) answer {
		v, amina := r.thief(), r.town.visitor()
		code := parameter(amina.sentBack(amina.leaves("/sign-in/with/oidc", nil)), "code")
		callback := v.sentBack(v.leaves("/sign-in/with/oidc", nil))
		return v.get(with(callback, "code", code))
	}},
	{"Amina's code with a thief's state at a provider without PKCE: the nonce", doubted, func(r *raid) answer {
		v, amina := r.thief(), r.town.visitor()
		plain := func(address string) string { return with(address, "code_challenge", nil, "code_challenge_method", nil) }
		code := parameter(amina.sentBack(plain(amina.leaves("/sign-in/with/oidc", nil))), "code")
		return v.get(with(v.sentBack(plain(v.leaves("/sign-in/with/oidc", nil))), "code", code))
	}},
	{"Amina's code with a thief's state at GitHub: PKCE", doubted, func(r *raid) answer {
		v, amina := r.thief(), r.town.visitor()
		code := parameter(amina.sentBack(amina.leaves("/sign-in/with/github", nil)), "code")
		return v.get(with(v.sentBack(v.leaves("/sign-in/with/github", nil)), "code", code))
	}},
	{"a code that was used", doubted, func(r *raid) answer {
		v := r.thief()
		r.as(mallory())
		callback := v.sentBack(v.leaves("/sign-in/with/oidc", nil))
		v.get(callback)
		return v.get(with(v.sentBack(v.leaves("/sign-in/with/oidc", nil)), "code", parameter(callback, "code")))
	}},
	{"no code", doubted, func(r *raid) answer { return r.tampers("code", nil) }},
	{"two codes", doubted, func(r *raid) answer { return r.tampers("code", []string{"x", "y"}) }},
	{"a code of 10,000 letters", doubted, func(r *raid) answer { return r.tampers("code", strings.Repeat("c", 10_000)) }},
	{"an error with HTML", decline, func(r *raid) answer {
		a := r.tampers("code", nil, "error", "<script>alert(1)</script>", "error_description", "<b>call this number</b>", "error_uri", "https://evil.example")
		if strings.Contains(a.body, "alert(1)") || strings.Contains(a.body, "call this number") || strings.Contains(a.body, "evil.example") {
			r.t.Error("the page repeats it")
		}
		return a
	}},
	{"an error and a code", decline, func(r *raid) answer { return r.tampers("error", "server_error") }},
	{"an empty error and a code", decline, func(r *raid) answer { return r.tampers("error", "") }},

	{"mix-up: the iss of another provider (RFC 9207)", doubted, func(r *raid) answer { return r.tampers("iss", r.evil.URL) }},
	{"mix-up: two iss, one of them right", doubted, func(r *raid) answer {
		r.town.site.gates = gates(r.town.site.Options)
		r.idp.Lock()
		r.idp.Discovery = func(said map[string]any) { said["authorization_response_iss_parameter_supported"] = true }
		r.idp.Unlock()
		defer func() { r.town.site.gates = gates(r.town.site.Options) }()
		return r.tampers("iss", []string{r.idp.URL, r.evil.URL})
	}},
	{"mix-up: no iss where the provider always says it", doubted, func(r *raid) answer {
		return r.discovers(func(said map[string]any) { said["authorization_response_iss_parameter_supported"] = true })
	}},
	{"mix-up: the iss of another host at GitHub", doubted, func(r *raid) answer {
		v := r.thief()
		return v.get(with(v.sentBack(v.leaves("/sign-in/with/github", nil)), "iss", "https://evil.example"))
	}},
	{"mix-up: an evil provider sends Amina on to the honest one and waits for her code", stale, func(r *raid) answer {
		amina := r.town.visitor()
		begun := amina.leaves("/sign-in/with/evil", nil)
		passedOn := with(r.idp.URL+"/authorize?"+strings.SplitN(begun, "?", 2)[1], "redirect_uri", r.town.server.URL+"/sign-in/from/oidc")
		return amina.get(amina.sentBack(passedOn))
	}},
	{"mix-up: Amina's code brought to the evil provider's callback", doubted, func(r *raid) answer {
		v, amina := r.thief(), r.town.visitor()
		code := parameter(amina.sentBack(amina.leaves("/sign-in/with/oidc", nil)), "code")
		return v.get(with(v.sentBack(v.leaves("/sign-in/with/evil", nil)), "code", code))
	}},
	{"the evil provider hands out the honest one's token", doubted, func(r *raid) answer {
		return r.by("evil", func(p *providertest.Provider) {
			p.Token = func(c map[string]any) any {
				c["iss"], c["sub"] = r.idp.URL, "amina"
				return r.idp.Key.Sign(rs256(r.idp), c)
			}
		})
	}},
	{"the evil provider signs the honest one's name", doubted, func(r *raid) answer {
		return r.by("evil", func(p *providertest.Provider) {
			p.Claims = func(c map[string]any) { c["iss"], c["sub"] = r.idp.URL, "amina" }
		})
	}},
	{"the same subject at another issuer", unknown, func(r *raid) answer {
		return r.by("evil", func(p *providertest.Provider) { p.Claims = func(c map[string]any) { c["sub"] = "amina" } })
	}},
	{"the same subject at the same host by another protocol", unknown, func(r *raid) answer {
		r.as(map[string]any{"id": "amina", "login": "amina", "name": "Amina"})
		return r.thief().signsInBy("mastodon", nil)
	}},
}
