// Package providertest is a sign-in provider for tests: a real HTTP server on loopback that speaks OpenID Connect, and
// OAuth as GitHub and Mastodon do, honestly until a test makes it lie. It knows nothing of Carnet.
package providertest

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"
)

// What every program that asks here is called, and how it proves that.
const (
	ClientID     = "carnet"
	ClientSecret = "known to both"
)

// Provider is a running provider. Its fields may be changed between requests, under Lock.
type Provider struct {
	sync.Mutex
	URL string
	// Who is the account that signs in here: claims such as "sub", "name" and "email"; GitHub's and Mastodon's profiles are
	// made of "id" and "login".
	Who map[string]any
	// Claims, if set, changes the claims of an ID token before it is signed.
	Claims func(claims map[string]any)
	// Token, if set, makes what stands as id_token; nil leaves it out.
	Token func(claims map[string]any) any
	// Discovery, if set, changes what the provider says of itself.
	Discovery func(said map[string]any)
	// Instead answers requests to a path in the place of what stands there.
	Instead map[string]http.HandlerFunc
	// Asks shows people a page with a form before it sends them back.
	Asks bool
	// Key signs ID tokens; KeyID is its name in the set of keys.
	Key   *Key
	KeyID string
	// Now is the provider's clock; nil: time.Now.
	Now func() time.Time
	// Asked are the forms the token endpoint was sent.
	Asked []url.Values
	// Given are all tokens that were given for codes.
	Given []string

	server *httptest.Server
	codes  map[string]grant
	access map[string]map[string]any
}

// grant is what a code was given for.
type grant struct {
	who              map[string]any
	nonce, challenge string
	redirect, client string
}

// New starts a provider that ends with the test.
func New(t testing.TB) *Provider {
	t.Helper()
	p := &Provider{
		Who:   map[string]any{"sub": "amina", "name": "Amina Diallo", "email": "amina@elsewhere.example", "email_verified": true, "id": 1, "login": "amina"},
		KeyID: "first", Key: NewKey(t), Instead: map[string]http.HandlerFunc{}, codes: map[string]grant{}, access: map[string]map[string]any{},
	}
	p.server = httptest.NewServer(p)
	t.Cleanup(p.server.Close)
	p.URL = p.server.URL
	return p
}

// Stop lets nobody in any more.
func (p *Provider) Stop() { p.server.Close() }

// Rotate gives the provider another key; the one before is known no more.
func (p *Provider) Rotate(t testing.TB, id string) {
	t.Helper()
	key := NewKey(t)
	p.Lock()
	defer p.Unlock()
	p.Key, p.KeyID = key, id
}

// Honest takes every lie back.
func (p *Provider) Honest() {
	p.Lock()
	defer p.Unlock()
	p.Claims, p.Token, p.Discovery, p.Instead, p.Asked = nil, nil, nil, map[string]http.HandlerFunc{}, nil
}

// ServeHTTP answers.
func (p *Provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.Lock()
	instead := p.Instead[r.URL.Path]
	p.Unlock()
	if instead != nil {
		instead(w, r)
		return
	}
	p.Lock()
	defer p.Unlock()
	switch r.URL.Path {
	case "/.well-known/openid-configuration", "/common/v2.0/.well-known/openid-configuration":
		p.discovery(w, r)
	case "/jwks":
		answer(w, map[string]any{"keys": []any{p.Key.public(p.KeyID)}})
	case "/authorize", "/login/oauth/authorize", "/oauth/authorize":
		p.authorize(w, r)
	case "/token", "/login/oauth/access_token", "/oauth/token":
		p.token(w, r)
	case "/userinfo", "/api/v3/user", "/api/v1/accounts/verify_credentials":
		p.profile(w, r)
	default:
		http.NotFound(w, r)
	}
}

func (p *Provider) discovery(w http.ResponseWriter, r *http.Request) {
	said := map[string]any{
		"issuer": p.URL, "authorization_endpoint": p.URL + "/authorize", "token_endpoint": p.URL + "/token",
		"jwks_uri": p.URL + "/jwks", "userinfo_endpoint": p.URL + "/userinfo",
		"id_token_signing_alg_values_supported": []string{"RS256"}, "code_challenge_methods_supported": []string{"S256"},
	}
	if r.URL.Path != "/.well-known/openid-configuration" {
		said["issuer"] = p.URL + "/{tenantid}/v2.0"
	}
	if p.Discovery != nil {
		p.Discovery(said)
	}
	answer(w, said)
}

// authorize sends whoever comes back with a code, at once or after they have pressed a button.
func (p *Provider) authorize(w http.ResponseWriter, r *http.Request) {
	asked := r.URL.Query()
	if p.Asks && r.Method == http.MethodGet {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, `<!doctype html><html lang="en"><title>Sign in</title><main><h1>Who are you?</h1><form method="post" action="%s"><button>I am %s</button></form></main></html>`,
			html.EscapeString(r.URL.RequestURI()), html.EscapeString(fmt.Sprint(p.Who["name"])))
		return
	}
	code := rand.Text()
	p.codes[code] = grant{who: p.Who, nonce: asked.Get("nonce"), challenge: asked.Get("code_challenge"), redirect: asked.Get("redirect_uri"), client: asked.Get("client_id")}
	back := url.Values{"code": {code}, "state": {asked.Get("state")}}
	http.Redirect(w, r, asked.Get("redirect_uri")+"?"+back.Encode(), http.StatusSeeOther) //nolint:gosec // a test's own addresses
}

// token gives tokens for a code: once, to who asked for it, at the address it was sent to, for the verifier of its
// challenge.
func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		http.Error(w, "no form", http.StatusBadRequest)
		return
	}
	p.Asked = append(p.Asked, r.PostForm)
	id, secret, basic := r.BasicAuth()
	if !basic {
		id, secret = r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	} else if plain, err := url.QueryUnescape(secret); err == nil {
		secret = plain
	}
	code := r.PostForm.Get("code")
	g, known := p.codes[code]
	delete(p.codes, code)
	proof := sha256.Sum256([]byte(r.PostForm.Get("code_verifier")))
	if !known || id != ClientID || secret != ClientSecret || g.client != id || g.redirect != r.PostForm.Get("redirect_uri") ||
		g.challenge != "" && g.challenge != base64.RawURLEncoding.EncodeToString(proof[:]) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"error":"invalid_grant"}`)
		return
	}
	access := rand.Text()
	p.access[access] = g.who
	tokens := map[string]any{"access_token": access, "token_type": "Bearer", "expires_in": 300}
	if r.URL.Path == "/token" {
		if token := p.idToken(g); token != nil {
			tokens["id_token"] = token
			p.Given = append(p.Given, fmt.Sprint(token))
		}
	}
	p.Given = append(p.Given, access)
	answer(w, tokens)
}

func (p *Provider) idToken(g grant) any {
	clock := time.Now
	if p.Now != nil {
		clock = p.Now
	}
	now := clock().Unix()
	claims := map[string]any{"iss": p.URL, "aud": ClientID, "iat": now, "exp": now + 300, "auth_time": now, "nonce": g.nonce}
	for name, value := range g.who {
		if name != "id" && name != "login" {
			claims[name] = value
		}
	}
	if p.Claims != nil {
		p.Claims(claims)
	}
	if p.Token != nil {
		return p.Token(claims)
	}
	return p.Key.Sign(map[string]any{"alg": "RS256", "kid": p.KeyID}, claims)
}

func (p *Provider) profile(w http.ResponseWriter, r *http.Request) {
	who, known := p.access[bearer(r)]
	if !known {
		http.Error(w, "who?", http.StatusUnauthorized)
		return
	}
	switch r.URL.Path {
	case "/api/v3/user":
		who = map[string]any{"id": who["id"], "login": who["login"], "name": who["name"]}
	case "/api/v1/accounts/verify_credentials":
		who = map[string]any{"id": fmt.Sprint(who["id"]), "username": who["login"], "display_name": who["name"]}
	}
	answer(w, who)
}

func bearer(r *http.Request) string {
	const kind = "Bearer "
	if held := r.Header.Get("Authorization"); len(held) > len(kind) {
		return held[len(kind):]
	}
	return ""
}

func answer(w http.ResponseWriter, what any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(what); err != nil {
		http.Error(w, "cannot be written", http.StatusInternalServerError)
	}
}
