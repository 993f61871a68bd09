package web

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/carnetbadges/carnet/pkg/web/providertest"
)

// tokenAttacks are on what a provider says of somebody.
var tokenAttacks = []attack{
	{"F1: alg none, no signature", doubted, func(r *raid) answer {
		return r.token(func(_ *providertest.Provider, c map[string]any) any {
			return providertest.Part(map[string]any{"alg": "none"}) + "." + providertest.Part(c) + "."
		})
	}},
	{"F1: alg none, a junk signature", doubted, func(r *raid) answer {
		return r.token(func(_ *providertest.Provider, c map[string]any) any {
			return providertest.Part(map[string]any{"alg": "none"}) + "." + providertest.Part(c) + ".anVuaw"
		})
	}},
	{"F1: alg nOnE", doubted, func(r *raid) answer {
		return r.token(func(_ *providertest.Provider, c map[string]any) any {
			return providertest.Part(map[string]any{"alg": "nOnE"}) + "." + providertest.Part(c) + "."
		})
	}},
	{"F1: no alg", doubted, func(r *raid) answer {
		return r.token(func(p *providertest.Provider, c map[string]any) any {
			return p.Key.Sign(map[string]any{"kid": p.KeyID}, c)
		})
	}},
	{"F1: a junk signature", doubted, func(r *raid) answer {
		return r.token(func(p *providertest.Provider, c map[string]any) any {
			return providertest.Part(rs256(p)) + "." + providertest.Part(c) + ".anVuaw"
		})
	}},
	{"F1: two parts", doubted, func(r *raid) answer {
		return r.token(func(p *providertest.Provider, c map[string]any) any {
			return providertest.Part(rs256(p)) + "." + providertest.Part(c)
		})
	}},
	{"F1: changed after it was signed", doubted, func(r *raid) answer {
		return r.token(func(p *providertest.Provider, c map[string]any) any {
			c["sub"] = "mallory"
			parts := strings.Split(p.Key.Sign(rs256(p), c), ".")
			c["sub"] = "amina"
			return parts[0] + "." + providertest.Part(c) + "." + parts[2]
		})
	}},
	{"HS256 with the public key as the secret (DER)", doubted, func(r *raid) answer {
		return r.token(func(p *providertest.Provider, c map[string]any) any {
			return p.Key.SignWithPublic(map[string]any{"alg": "HS256", "kid": p.KeyID}, c, true)
		})
	}},
	{"HS256 with the public key as the secret (modulus)", doubted, func(r *raid) answer {
		return r.token(func(p *providertest.Provider, c map[string]any) any {
			return p.Key.SignWithPublic(map[string]any{"alg": "HS256", "kid": p.KeyID}, c, false)
		})
	}},
	{"RS256 signature under the header HS256", doubted, func(r *raid) answer {
		return r.token(func(p *providertest.Provider, c map[string]any) any {
			return p.Key.Sign(map[string]any{"alg": "HS256", "kid": p.KeyID}, c)
		})
	}},
	{"another key under the known kid", doubted, func(r *raid) answer {
		other := providertest.NewKey(r.t)
		return r.token(func(p *providertest.Provider, c map[string]any) any { return other.Sign(rs256(p), c) })
	}},
	{"an unknown kid", doubted, func(r *raid) answer {
		other := providertest.NewKey(r.t)
		return r.token(func(_ *providertest.Provider, c map[string]any) any {
			return other.Sign(map[string]any{"alg": "RS256", "kid": "of nobody"}, c)
		})
	}},
	{"no kid, another key", doubted, func(r *raid) answer {
		other := providertest.NewKey(r.t)
		return r.token(func(_ *providertest.Provider, c map[string]any) any {
			return other.Sign(map[string]any{"alg": "RS256"}, c)
		})
	}},
	{"the key in the token's own header (jwk)", doubted, func(r *raid) answer {
		other := providertest.NewKey(r.t)
		return r.token(func(_ *providertest.Provider, c map[string]any) any {
			return other.Sign(map[string]any{"alg": "RS256", "kid": "mine", "jwk": other.Public("mine")}, c)
		})
	}},
	{"the keys where the token's header says (jku)", doubted, func(r *raid) answer {
		return r.token(func(_ *providertest.Provider, c map[string]any) any {
			return r.evil.Key.Sign(map[string]any{"alg": "RS256", "kid": r.evil.KeyID, "jku": r.evil.URL + "/jwks"}, c)
		})
	}},
	{"two signatures", doubted, func(r *raid) answer {
		return r.token(func(p *providertest.Provider, c map[string]any) any {
			good, other := strings.Split(p.Key.Sign(rs256(p), c), "."), strings.Split(providertest.NewKey(r.t).Sign(rs256(p), c), ".")
			body, _ := json.Marshal(map[string]any{"payload": good[1], "signatures": []any{
				map[string]any{"protected": other[0], "signature": other[2]}, map[string]any{"protected": good[0], "signature": good[2]},
			}})
			return string(body)
		})
	}},
	{"an encrypted token of five parts", doubted, func(r *raid) answer {
		return r.token(func(_ *providertest.Provider, c map[string]any) any {
			return providertest.Part(map[string]any{"alg": "dir", "enc": "A128GCM"}) + ".." + providertest.Part(c) + ".a.b"
		})
	}},
	{"no id_token", doubted, func(r *raid) answer {
		return r.token(func(*providertest.Provider, map[string]any) any { return nil })
	}},
	{"F2: the id_token is a number (panics goth)", doubted, func(r *raid) answer {
		return r.token(func(*providertest.Provider, map[string]any) any { return 7 })
	}},
	{"the id_token is a list", doubted, func(r *raid) answer {
		return r.token(func(p *providertest.Provider, c map[string]any) any { return []any{p.Key.Sign(rs256(p), c)} })
	}},
	{"the id_token is empty", doubted, func(r *raid) answer {
		return r.token(func(*providertest.Provider, map[string]any) any { return "" })
	}},
	{"F2: no exp (panics goth)", doubted, func(r *raid) answer { return r.claims(func(c map[string]any) { delete(c, "exp") }) }},
	{"F2: exp is null", doubted, func(r *raid) answer { return r.claims(func(c map[string]any) { c["exp"] = nil }) }},
	{"F2: exp is a text", doubted, func(r *raid) answer { return r.claims(func(c map[string]any) { c["exp"] = "tomorrow" }) }},
	{"F2: 200 malformed tokens", doubted, func(r *raid) (last answer) {
		for i := range 200 {
			last = r.token(func(p *providertest.Provider, c map[string]any) any {
				raw := []byte(p.Key.Sign(rs256(p), c))
				switch i % 4 {
				case 0:
					raw[(i*37)%len(raw)] ^= byte(1 + i%7)
				case 1:
					raw = raw[:(i*11)%len(raw)]
				case 2:
					c[[]string{"exp", "iat", "aud", "iss", "sub", "nonce", "at_hash", "nbf"}[i/4%8]] = []any{nil, true, -1, 1e300, []any{}, map[string]any{}, "x", []any{1}}[i/32%8]
					c["nonce"] = "never right"
					raw = []byte(p.Key.Sign(rs256(p), c))
				case 3:
					raw = []byte(strings.Repeat(".", i) + "{}")
				}
				return string(raw)
			})
			if last.path != doubted {
				return last
			}
			r.town.forgive()
		}
		return last
	}},
	{"expired", doubted, func(r *raid) answer {
		return r.claims(func(c map[string]any) { c["exp"] = r.town.now.Add(-time.Minute).Unix() })
	}},
	{"exp below zero", doubted, func(r *raid) answer { return r.claims(func(c map[string]any) { c["exp"] = -1 }) }},
	{"no iat", doubted, func(r *raid) answer { return r.claims(func(c map[string]any) { delete(c, "iat") }) }},
	{"iat in the future", doubted, func(r *raid) answer {
		return r.claims(func(c map[string]any) { c["iat"] = r.town.now.Add(time.Hour).Unix() })
	}},
	{"nbf in the future", doubted, func(r *raid) answer {
		return r.claims(func(c map[string]any) { c["nbf"] = r.town.now.Add(time.Hour).Unix() })
	}},
	{"another iss", doubted, func(r *raid) answer { return r.claims(func(c map[string]any) { c["iss"] = "https://evil.example" }) }},
	{"iss with a slash more", doubted, func(r *raid) answer { return r.claims(func(c map[string]any) { c["iss"] = r.idp.URL + "/" }) }},
	{"no iss", doubted, func(r *raid) answer { return r.claims(func(c map[string]any) { delete(c, "iss") }) }},
	{"another aud: a token of another client", doubted, func(r *raid) answer {
		return r.claims(func(c map[string]any) { c["aud"], c["azp"] = "another shop", "another shop" })
	}},
	{"no aud", doubted, func(r *raid) answer { return r.claims(func(c map[string]any) { delete(c, "aud") }) }},
	{"aud lists others only", doubted, func(r *raid) answer {
		return r.claims(func(c map[string]any) { c["aud"] = []string{"another shop", "carnet "} })
	}},
	{"aud lists us and others, no azp", doubted, func(r *raid) answer {
		return r.claims(func(c map[string]any) { c["aud"] = []string{"another shop", providertest.ClientID} })
	}},
	{"azp is another client", doubted, func(r *raid) answer { return r.claims(func(c map[string]any) { c["azp"] = "another shop" }) }},
	{"azp is a list", doubted, func(r *raid) answer {
		return r.claims(func(c map[string]any) { c["azp"] = []string{providertest.ClientID} })
	}},
	{"no nonce", doubted, func(r *raid) answer { return r.claims(func(c map[string]any) { delete(c, "nonce") }) }},
	{"an empty nonce", doubted, func(r *raid) answer { return r.claims(func(c map[string]any) { c["nonce"] = "" }) }},
	{"another nonce", doubted, func(r *raid) answer { return r.claims(func(c map[string]any) { c["nonce"] = strings.Repeat("x", 43) }) }},
	{"another nonce at LinkedIn, which repeats none", doubted, func(r *raid) answer {
		return r.by("linkedin", func(p *providertest.Provider) {
			p.Claims = func(c map[string]any) { c["nonce"] = strings.Repeat("x", 43) }
		})
	}},
	{"a token of Amina's from another visit", doubted, func(r *raid) answer {
		stolen := ""
		r.idp.Lock()
		r.idp.Token = func(c map[string]any) any { stolen = r.idp.Key.Sign(rs256(r.idp), c); return stolen }
		r.idp.Unlock()
		if a := r.town.visitor().signsInBy("oidc", nil); a.path != "/badges" {
			return a
		}
		return r.token(func(*providertest.Provider, map[string]any) any { return stolen })
	}},
	{"at_hash of another access token", doubted, func(r *raid) answer {
		return r.claims(func(c map[string]any) { c["at_hash"] = base64.RawURLEncoding.EncodeToString(make([]byte, 16)) })
	}},
	{"no sub", doubted, func(r *raid) answer { return r.claims(func(c map[string]any) { delete(c, "sub") }) }},
	{"an empty sub", doubted, func(r *raid) answer { return r.claims(func(c map[string]any) { c["sub"] = "" }) }},
	{"sub is a number", doubted, func(r *raid) answer { return r.claims(func(c map[string]any) { c["sub"] = 7 }) }},
	{"sub is a list", doubted, func(r *raid) answer { return r.claims(func(c map[string]any) { c["sub"] = []string{"amina"} }) }},
	{"a huge sub", doubted, func(r *raid) answer {
		return r.claims(func(c map[string]any) { c["sub"] = "amina" + strings.Repeat("a", 100_000) })
	}},
	{"NUL in the sub", doubted, func(r *raid) answer { return r.claims(func(c map[string]any) { c["sub"] = "amina\x00mallory" }) }},
	{"a space behind the sub", doubted, func(r *raid) answer { return r.claims(func(c map[string]any) { c["sub"] = "amina " }) }},
	{"a line end in the sub", doubted, func(r *raid) answer { return r.claims(func(c map[string]any) { c["sub"] = "amina\n" }) }},
	{"the sub in letters that look alike", doubted, func(r *raid) answer { return r.claims(func(c map[string]any) { c["sub"] = "аmina" }) }},
	{"the sub in capitals", unknown, func(r *raid) answer { return r.claims(func(c map[string]any) { c["sub"] = "AMINA" }) }},
	{"the sub as a pattern", unknown, func(r *raid) answer { return r.claims(func(c map[string]any) { c["sub"] = "ami%" }) }},
	{"the sub with SQL", unknown, func(r *raid) answer { return r.claims(func(c map[string]any) { c["sub"] = "' or subject='amina" }) }},
	{"another sub with everything else of Amina's", unknown, func(r *raid) answer {
		return r.claims(func(c map[string]any) {
			c["sub"], c["email"], c["preferred_username"] = "mallory", "amina@elsewhere.example", "amina"
		})
	}},
	{"F4: Amina's address, verified", unknown, func(r *raid) answer { return r.claimsAddress(true) }},
	{"F4: Amina's address, email_verified false", unknown, func(r *raid) answer { return r.claimsAddress(false) }},
	{"F4: Amina's address, email_verified \"false\"", unknown, func(r *raid) answer { return r.claimsAddress("false") }},
	{"F4: Amina's address, email_verified \"true\"", unknown, func(r *raid) answer { return r.claimsAddress("true") }},
	{"F4: Amina's address, email_verified 1", unknown, func(r *raid) answer { return r.claimsAddress(1) }},
	{"F4: Amina's address, no email_verified", unknown, func(r *raid) answer { return r.claimsAddress(nil) }},
	{"CVE-2026-47164 (Vaultwarden): an unverified address of somebody who has an account", unknown, func(r *raid) answer {
		r.as(mallory("email_verified", false))
		v := r.thief()
		v.signsInBy("oidc", nil)
		return v.signsInBy("oidc", nil) // the branch for those who are known already
	}},
	{"CVE-2024-25618 (Mastodon): another provider's account with the same address", unknown, func(r *raid) answer {
		r.evil.Lock()
		r.evil.Who = mallory("sub", "amina", "email_verified", true)
		r.evil.Unlock()
		return r.thief().signsInBy("evil", nil)
	}},
	{"CVE-2026-41259 (Mastodon): odd characters in the address", unknown, func(r *raid) answer {
		r.as(mallory("email", aminasAddress+"\x00.evil.example", "name", "Amina\x00\u202e <script>alert(1)</script>"))
		v := r.thief()
		a := v.signsInBy("oidc", nil)
		if strings.Contains(a.body, "<script>alert") || strings.Contains(a.body, "\x00") {
			r.t.Error("the page repeats it")
		}
		if a := v.post("/join/with", url.Values{"name": {"Amina"}, "email": {"amina@savoirs.example, mallory@evil.example"}}); a.status != http.StatusUnprocessableEntity {
			r.t.Errorf("two addresses in one are answered %d", a.status)
		}
		return a
	}},
	{"the address of a thief's own account changes to Amina's", "/badges", func(r *raid) answer {
		r.malloryMember("mallory-who-moves")
		r.as(mallory("sub", "mallory-who-moves", "email_verified", true))
		return r.thief().signsInBy("oidc", nil)
	}},
	{"address and name are of other kinds", unknown, func(r *raid) answer {
		r.as(mallory("email", map[string]any{"x": aminasAddress}, "name", []any{1}, "email_verified", []any{}))
		return r.thief().signsInBy("oidc", nil)
	}},
	{"userinfo speaks of somebody else", unknown, func(r *raid) answer {
		r.as(map[string]any{"sub": "mallory"})
		v := r.thief()
		r.idp.Lock()
		r.idp.Instead["/userinfo"] = says(200, "application/json", `{"sub":"amina","name":"Amina","email":"`+aminasAddress+`"}`)
		r.idp.Unlock()
		a := v.signsInBy("oidc", nil)
		if strings.Contains(a.body, aminasAddress) {
			r.t.Error("the form suggests what was said of somebody else")
		}
		return a
	}},
}
