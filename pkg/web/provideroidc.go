package web

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/carnetbadges/carnet/pkg/account"
)

const (
	discoveryLasts = time.Hour       // then a provider's addresses are asked for again
	discoveryRests = 5 * time.Second // after one that failed
	clocksDiffer   = 2 * time.Minute // between a provider's and ours, at most
)

// oidcTeller asks a provider by OpenID Connect. Nothing of its answer is believed that go-oidc has not verified: goth's
// own OpenID Connect provider takes unsigned tokens, knows no nonce, and panics without an expiry.
type oidcTeller struct {
	Provider
	client *http.Client
	back   string
	now    func() time.Time

	mu       sync.Mutex
	found    *discovered
	foundAt  time.Time
	failedAt time.Time
}

// discovered is what a provider says of itself (OpenID Connect Discovery §3).
type discovered struct {
	provider *oidc.Provider
	verifier *oidc.IDTokenVerifier
	issuer   string
	said     struct {
		Issuer string   `json:"issuer"`
		JWKS   string   `json:"jwks_uri"`
		Auth   []string `json:"token_endpoint_auth_methods_supported"`
		Iss    bool     `json:"authorization_response_iss_parameter_supported"`
	}
}

// tenantHole stands in the issuer of Microsoft's shared addresses where a token has the id of its tenant.
const tenantHole = "{tenantid}"

var isTenant = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// bare providers repeat no nonce, and take no PKCE from programs that have a secret: LinkedIn. The state alone binds
// their answer to the browser.
func (p *oidcTeller) bare() bool { return p.Name == "linkedin" }

func (p *oidcTeller) ask(ctx context.Context, v account.Visit, state string) (string, error) {
	found, err := p.discover(ctx)
	if err != nil {
		return "", err
	}
	options := []oauth2.AuthCodeOption{oidc.Nonce(v.Nonce)}
	if !p.bare() {
		options = append(options, oauth2.S256ChallengeOption(v.Verifier))
	}
	if v.Person != "" {
		options = append(options, oauth2.SetAuthURLParam("max_age", strconv.Itoa(int(freshness.Seconds()))))
	}
	return p.config(found).AuthCodeURL(state, options...), nil
}

func (p *oidcTeller) speaks(ctx context.Context, iss string) bool {
	found, err := p.discover(ctx)
	if err != nil {
		return false
	}
	if iss == "" {
		return !found.said.Iss
	}
	return iss == found.issuer || strings.Contains(found.issuer, tenantHole) && fits(found.issuer, iss)
}

func (p *oidcTeller) tell(ctx context.Context, v account.Visit, code string) (told, error) {
	found, err := p.discover(ctx)
	if err != nil {
		return told{}, err
	}
	ctx = oidc.ClientContext(ctx, p.client)
	options := []oauth2.AuthCodeOption{}
	if !p.bare() {
		options = append(options, oauth2.VerifierOption(v.Verifier))
	}
	token, err := p.config(found).Exchange(ctx, code, options...)
	if err != nil {
		return told{}, fmt.Errorf("exchange: %w", exchanged(err))
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return told{}, fmt.Errorf("no id token: %w", errUnbelieved)
	}
	verified, err := found.verifier.Verify(ctx, raw)
	if err != nil {
		return told{}, fmt.Errorf("id token: %s: %w", plainly(err), errUnbelieved)
	}
	claims := claims{}
	if err := verified.Claims(&claims); err != nil {
		return told{}, fmt.Errorf("claims: %w", errUnbelieved)
	}
	if err := p.holds(found, verified, claims, v, token.AccessToken); err != nil {
		return told{}, fmt.Errorf("%w: %w", err, errUnbelieved)
	}
	return p.person(ctx, found, verified, claims, token), nil
}

// holds is what OpenID Connect Core §3.1.3.7 demands of an ID token besides what go-oidc has looked at (signature by a
// key of the provider's, algorithm, issuer, audience, expiry). Members who prove once more who they are must have done so
// there, too, a short while ago.
func (p *oidcTeller) holds(found *discovered, t *oidc.IDToken, c claims, v account.Visit, access string) error {
	if subtle.ConstantTimeCompare([]byte(t.Nonce), []byte(v.Nonce)) != 1 && (t.Nonce != "" || !p.bare()) {
		return errors.New("another nonce")
	}
	party, said := c["azp"]
	if said && party != p.ID || !said && len(t.Audience) > 1 {
		return errors.New("another party")
	}
	if t.IssuedAt.Unix() <= 0 || t.IssuedAt.After(p.now().Add(clocksDiffer)) {
		return errors.New("issued at no time or a later one")
	}
	if proves(v) {
		if err := p.recent(c); err != nil {
			return err
		}
	}
	if t.AccessTokenHash != "" && t.VerifyAccessToken(access) != nil {
		return errors.New("another access token")
	}
	if !isSubject(t.Subject) {
		return errors.New("no subject")
	}
	if strings.Contains(found.issuer, tenantHole) && !isOfTenant(found.issuer, t.Issuer, c.text("tid")) {
		return errors.New("another tenant")
	}
	return nil
}

// isOfTenant tells whether an issuer is what a template with a tenantHole says for this tenant.
func isOfTenant(template, issuer, tenant string) bool {
	return fits(template, issuer) && issuer == strings.Replace(template, tenantHole, tenant, 1)
}

// fits tells whether an issuer is one of those a template with a tenantHole stands for.
func fits(template, issuer string) bool {
	before, after, _ := strings.Cut(template, tenantHole)
	middle, ok := strings.CutPrefix(issuer, before)
	if !ok {
		return false
	}
	tenant, ok := strings.CutSuffix(middle, after)
	return ok && isTenant.MatchString(tenant)
}

// person is who a verified token speaks of. What it does not say of their name and address, the provider is asked for
// once more; that this fails, or speaks of somebody else, only means that there is less to suggest.
func (p *oidcTeller) person(ctx context.Context, found *discovered, t *oidc.IDToken, c claims, token *oauth2.Token) told {
	if (c.text("name") == "" || c.text("email") == "") && p.secure(found.provider.UserInfoEndpoint()) == nil {
		more := claims{}
		info, err := found.provider.UserInfo(ctx, oauth2.StaticTokenSource(token))
		if err == nil && info.Subject == t.Subject && info.Claims(&more) == nil {
			for _, name := range []string{"name", "email", "preferred_username"} {
				if c.text(name) == "" {
					c[name] = more[name]
				}
			}
		}
	}
	issuer := found.issuer
	if strings.Contains(issuer, tenantHole) {
		issuer = t.Issuer
	}
	return told{
		who: account.Identity{
			Provider: p.Name, Title: p.Title, Issuer: issuer, Subject: t.Subject,
			Account: short(firstOf(c.text("email"), c.text("preferred_username"), c.text("name")), 254),
		},
		name: short(firstOf(c.text("name"), c.text("preferred_username")), 200), email: short(c.text("email"), 254),
	}
}

// errUndated is said of a provider that was asked when somebody signed in there (max_age), and does not tell.
var errUndated = errors.New("web: the provider does not tell when they signed in")

// recent holds a provider to when somebody signed in there, as it must tell when it is asked for it (OpenID Connect Core
// §2, auth_time). One that does not tell may speak of a session that is years old: that proves nothing now.
func (p *oidcTeller) recent(c claims) error {
	at, said := c["auth_time"].(float64)
	switch {
	case !said:
		return errUndated
	case p.now().Sub(time.Unix(int64(at), 0)) > freshness+clocksDiffer:
		return errors.New("signed in there too long ago")
	}
	return nil
}

func (p *oidcTeller) config(found *discovered) *oauth2.Config {
	endpoint := found.provider.Endpoint()
	endpoint.AuthStyle = oauth2.AuthStyleInHeader
	if p.bare() || len(found.said.Auth) > 0 && !slices.Contains(found.said.Auth, "client_secret_basic") {
		endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	return &oauth2.Config{ClientID: p.ID, ClientSecret: p.Secret, Endpoint: endpoint, RedirectURL: p.back, Scopes: []string{oidc.ScopeOpenID, "profile", "email"}}
}

// discover is what the provider says of itself, asked at most every hour; when it cannot be asked again, what it said
// before still holds.
func (p *oidcTeller) discover(ctx context.Context) (*discovered, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	if p.found != nil && now.Sub(p.foundAt) < discoveryLasts {
		return p.found, nil
	}
	if now.Sub(p.failedAt) >= discoveryRests || now.Before(p.failedAt) {
		found, err := p.lookUp(ctx)
		if err == nil {
			p.found, p.foundAt = found, now
			return found, nil
		}
		p.failedAt = now
		if p.found == nil {
			return nil, fmt.Errorf("discovery: %s: %w", plainly(err), errAway)
		}
	}
	if p.found == nil {
		return nil, fmt.Errorf("discovery failed a moment ago: %w", errAway)
	}
	return p.found, nil
}

// lookUp asks the provider what its addresses are. They must all be as safe as its own.
func (p *oidcTeller) lookUp(ctx context.Context) (*discovered, error) {
	ctx = oidc.ClientContext(ctx, p.client)
	if p.Name == "microsoft" {
		ctx = oidc.InsecureIssuerURLContext(ctx, p.Issuer) // its shared addresses speak for many issuers: see below
	}
	provider, err := oidc.NewProvider(ctx, p.Issuer)
	if err != nil {
		return nil, err
	}
	found := &discovered{provider: provider, issuer: p.Issuer}
	if err := provider.Claims(&found.said); err != nil {
		return nil, errors.New("not to be read")
	}
	if p.Name == "microsoft" {
		if found.issuer = found.said.Issuer; !sameHost(found.issuer, p.Issuer) {
			return nil, errors.New("another issuer")
		}
	}
	for _, address := range []string{provider.Endpoint().AuthURL, provider.Endpoint().TokenURL, found.said.JWKS} {
		if err := p.secure(address); err != nil {
			return nil, err
		}
	}
	shared := strings.Contains(found.issuer, tenantHole)
	keys := oidc.NewRemoteKeySet(oidc.ClientContext(context.WithoutCancel(ctx), p.client), found.said.JWKS)
	found.verifier = oidc.NewVerifier(found.issuer, keys, &oidc.Config{
		ClientID: p.ID, SupportedSigningAlgs: signatures(), SkipIssuerCheck: shared, Now: p.now, // shared: holds looks at the issuer
	})
	return found, nil
}

// signatures are the algorithms an ID token may be signed with: none with a shared secret, and never "none".
func signatures() []string {
	return []string{
		oidc.RS256, oidc.RS384, oidc.RS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.EdDSA,
	}
}

// claims are what a token says.
type claims map[string]any

// text is a claim that is a text; empty when it is none.
func (c claims) text(name string) string {
	text, _ := c[name].(string)
	return text
}

func firstOf(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

// plainly is the beginning of an error, before it repeats what a provider wrote: tokens and addresses are not for logs.
func plainly(err error) string {
	text, _, _ := strings.Cut(err.Error(), `"`)
	return short(strings.TrimSpace(text), 120)
}
