package web

import (
	"net/http"
	"strings"

	"github.com/carnetbadges/carnet/pkg/web/providertest"
)

// wireAttacks are providers that answer as none should.
var wireAttacks = []attack{
	{"discovery names another issuer", away, func(r *raid) answer {
		return r.discovers(func(said map[string]any) { said["issuer"] = r.evil.URL })
	}},
	{"discovery asks people by a script", away, func(r *raid) answer {
		return r.discovers(func(said map[string]any) { said["authorization_endpoint"] = "javascript:alert(1)" })
	}},
	{"discovery asks people without https", away, func(r *raid) answer {
		return r.discovers(func(said map[string]any) { said["authorization_endpoint"] = "http://evil.example/authorize" })
	}},
	{"discovery sends our secret to an inner host", away, func(r *raid) answer {
		return r.discovers(func(said map[string]any) { said["token_endpoint"] = "http://169.254.169.254/latest/meta-data" })
	}},
	{"discovery has its keys in a file", away, func(r *raid) answer {
		return r.discovers(func(said map[string]any) { said["jwks_uri"] = "file:///etc/passwd" })
	}},
	{"discovery without keys", away, func(r *raid) answer { return r.discovers(func(said map[string]any) { delete(said, "jwks_uri") }) }},
	{"discovery allows alg none and HS256", "/badges", func(r *raid) answer {
		r.thieves = nil
		a := r.discovers(func(said map[string]any) {
			said["id_token_signing_alg_values_supported"] = []string{"none", "HS256", "RS256"}
		})
		r.thieves = nil // it was Amina herself, by her honest provider
		return a
	}},
	{"discovery allows alg none, and the token has it", doubted, func(r *raid) answer {
		r.idp.Lock()
		r.idp.Token = func(c map[string]any) any {
			return providertest.Part(map[string]any{"alg": "none"}) + "." + providertest.Part(c) + "."
		}
		r.idp.Unlock()
		return r.discovers(func(said map[string]any) { said["id_token_signing_alg_values_supported"] = []string{"none"} })
	}},
	{"discovery of 10 MB", away, func(r *raid) answer {
		r.idp.Lock()
		r.idp.Instead["/.well-known/openid-configuration"] = large
		r.idp.Unlock()
		return r.discovers(nil)
	}},
	{"discovery that takes for ever", away, func(r *raid) answer {
		r.idp.Lock()
		r.town.site.ProviderClient.Timeout = impatient
		r.idp.Instead["/.well-known/openid-configuration"] = slowly
		r.idp.Unlock()
		return r.discovers(nil)
	}},
	{"discovery that leads to another host", away, func(r *raid) answer {
		r.idp.Lock()
		r.idp.Instead["/.well-known/openid-configuration"] = leadsTo(302, r.evil.URL+"/.well-known/openid-configuration")
		r.idp.Unlock()
		return r.discovers(nil)
	}},
	{"discovery is a page", away, func(r *raid) answer {
		r.idp.Lock()
		r.idp.Instead["/.well-known/openid-configuration"] = says(200, "text/html", "<h1>Welcome</h1>")
		r.idp.Unlock()
		return r.discovers(nil)
	}},

	{"keys of 10 MB", doubted, func(r *raid) answer {
		r.town.site.gates = gates(r.town.site.Options)
		return r.instead("oidc", "/jwks", large)
	}},
	{"keys that take for ever", doubted, func(r *raid) answer {
		r.town.site.gates = gates(r.town.site.Options)
		return r.waits("oidc", "/jwks", slowly)
	}},
	{"keys that are the thief's, from another host", doubted, func(r *raid) answer {
		r.town.site.gates = gates(r.town.site.Options)
		r.idp.Lock()
		r.idp.Token = func(c map[string]any) any { return r.evil.Key.Sign(rs256(r.evil), c) }
		r.idp.Unlock()
		return r.instead("oidc", "/jwks", leadsTo(302, r.evil.URL+"/jwks"))
	}},
	{"a token answer of 10 MB", doubted, func(r *raid) answer { return r.instead("oidc", "/token", large) }},
	{"a token answer that unpacks to 10 MB", doubted, func(r *raid) answer { return r.instead("oidc", "/token", unpacks) }},
	{"a token answer that takes for ever", away, func(r *raid) answer { return r.waits("oidc", "/token", slowly) }},
	{"a token answer that drips", doubted, func(r *raid) answer { return r.waits("oidc", "/token", drip) }},
	{"a token answer that leads to another host", away, func(r *raid) answer { return r.instead("oidc", "/token", leadsTo(307, r.evil.URL+"/token")) }},
	{"a token answer that leads in a circle", away, func(r *raid) answer { return r.instead("oidc", "/token", leadsTo(302, "/token")) }},
	{"a token answer that is a page", doubted, func(r *raid) answer { return r.instead("oidc", "/token", says(200, "text/html", "<h1>Sorry</h1>")) }},
	{"a token answer that is no JSON", doubted, func(r *raid) answer {
		return r.instead("oidc", "/token", says(200, "application/json", `{"access_token":"x","id_token":`))
	}},
	{"a token answer deep as a well", doubted, func(r *raid) answer {
		return r.instead("oidc", "/token", says(200, "application/json", strings.Repeat(`{"a":`, 50_000)))
	}},
	{"an empty token answer", doubted, func(r *raid) answer { return r.instead("oidc", "/token", says(200, "application/json", "")) }},
	{"a refusal with HTML", doubted, func(r *raid) answer {
		a := r.instead("oidc", "/token", says(400, "text/html", "<script>alert(1)</script> known to both"))
		if strings.Contains(a.body, "alert(1)") {
			r.t.Error("the page repeats it")
		}
		return a
	}},
	{"the token endpoint breaks", away, func(r *raid) answer { return r.instead("oidc", "/token", says(500, "text/plain", "oops")) }},
	{"the token endpoint hangs up", away, func(r *raid) answer {
		return r.instead("oidc", "/token", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	}},
	{"userinfo of 10 MB", unknown, func(r *raid) answer {
		r.as(map[string]any{"sub": "mallory"})
		return r.instead("oidc", "/userinfo", large)
	}},

	{"GitHub: nobody has a number", doubted, func(r *raid) answer {
		return r.instead("github", "/api/v3/user", says(200, "application/json", `{"login":"amina"}`))
	}},
	{"GitHub: the number is 0", doubted, func(r *raid) answer {
		return r.instead("github", "/api/v3/user", says(200, "application/json", `{"id":0}`))
	}},
	{"GitHub: the number is below zero", doubted, func(r *raid) answer {
		return r.instead("github", "/api/v3/user", says(200, "application/json", `{"id":-1}`))
	}},
	{"GitHub: the number is a text", doubted, func(r *raid) answer {
		return r.instead("github", "/api/v3/user", says(200, "application/json", `{"id":"1"}`))
	}},
	{"GitHub: the number has a fraction", doubted, func(r *raid) answer {
		return r.instead("github", "/api/v3/user", says(200, "application/json", `{"id":1.5}`))
	}},
	{"GitHub: the number is too large", doubted, func(r *raid) answer {
		return r.instead("github", "/api/v3/user", says(200, "application/json", `{"id":18446744073709551617}`))
	}},
	{"GitHub: a profile of 10 MB", doubted, func(r *raid) answer { return r.instead("github", "/api/v3/user", large) }},
	{"GitHub: a profile that is no JSON", doubted, func(r *raid) answer { return r.instead("github", "/api/v3/user", says(200, "application/json", `{`)) }},
	{"GitHub: a profile that takes for ever", away, func(r *raid) answer { return r.waits("github", "/api/v3/user", slowly) }},
	{"GitHub: a profile that leads to another host", away, func(r *raid) answer {
		return r.instead("github", "/api/v3/user", leadsTo(302, r.evil.URL+"/api/v3/user"))
	}},
	{"GitHub: the profile breaks", away, func(r *raid) answer {
		return r.instead("github", "/api/v3/user", says(503, "text/html", "<h1>unicorn</h1>"))
	}},
	{"GitHub: a refusal that says 200", doubted, func(r *raid) answer {
		return r.instead("github", "/login/oauth/access_token", says(200, "application/x-www-form-urlencoded", "error=bad_verification_code"))
	}},
	{"Mastodon: an empty id", doubted, func(r *raid) answer {
		return r.instead("mastodon", "/api/v1/accounts/verify_credentials", says(200, "application/json", `{"id":""}`))
	}},
	{"Mastodon: NUL in the id", doubted, func(r *raid) answer {
		return r.instead("mastodon", "/api/v1/accounts/verify_credentials", says(200, "application/json", `{"id":"1\u00002"}`))
	}},
	{"Mastodon: the id is an object", doubted, func(r *raid) answer {
		return r.instead("mastodon", "/api/v1/accounts/verify_credentials", says(200, "application/json", `{"id":{}}`))
	}},
	{"Mastodon: the profile is null", doubted, func(r *raid) answer {
		return r.instead("mastodon", "/api/v1/accounts/verify_credentials", says(200, "application/json", `null`))
	}},
}
