package web

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/markbates/goth"
	"github.com/markbates/goth/providers/github"
	"github.com/markbates/goth/providers/mastodon"
	"golang.org/x/oauth2"

	"github.com/carnetbadges/carnet/pkg/account"
)

// oauthTeller asks a provider that knows no OpenID Connect. Goth knows where it asks people and what it says of them;
// the state, PKCE and the exchange of the code are ours, since goth leaves them to what stands in the callback.
type oauthTeller struct {
	Provider
	client *http.Client
	back   string
}

// vouches is the issuer of these identities: not the provider's bare address, which may speak OpenID Connect as well and
// mean somebody else by the same subject.
func (p *oauthTeller) vouches() string {
	if p.Name == "mastodon" {
		return p.Issuer + "/oauth"
	}
	return p.Issuer + "/login/oauth"
}

// source is goth's provider, made for one request, whose end it shares.
func (p *oauthTeller) source(ctx context.Context) goth.Provider {
	client := during(ctx, p.client)
	if p.Name == "mastodon" {
		m := mastodon.NewCustomisedURL(p.ID, p.Secret, p.back, p.Issuer, "read:accounts")
		m.HTTPClient = client
		return m
	}
	profile := "https://api.github.com/user"
	if p.Issuer != GitHub {
		profile = p.Issuer + "/api/v3/user" // GitHub Enterprise Server
	}
	g := github.NewCustomisedURL(p.ID, p.Secret, p.back, p.vouches()+"/authorize", p.tokens(), profile, profile+"/emails")
	g.HTTPClient = client
	return g
}

// GitHub is where GitHub is, when it is not somebody's own.
const GitHub = "https://github.com"

func (p *oauthTeller) tokens() string {
	if p.Name == "mastodon" {
		return p.vouches() + "/token"
	}
	return p.vouches() + "/access_token"
}

func (p *oauthTeller) ask(ctx context.Context, v account.Visit, state string) (string, error) {
	session, err := p.source(ctx).BeginAuth(state)
	if err != nil {
		return "", fmt.Errorf("begin: %w", errAway)
	}
	address, err := session.GetAuthURL()
	if err != nil {
		return "", fmt.Errorf("begin: %w", errAway)
	}
	challenge := url.Values{"code_challenge": {oauth2.S256ChallengeFromVerifier(v.Verifier)}, "code_challenge_method": {"S256"}}
	return address + "&" + challenge.Encode(), nil
}

// speaks: these providers say no iss; one of another host is another provider's.
func (p *oauthTeller) speaks(_ context.Context, iss string) bool {
	return iss == "" || sameHost(iss, p.Issuer)
}

func (p *oauthTeller) tell(ctx context.Context, v account.Visit, code string) (told, error) {
	config := oauth2.Config{ClientID: p.ID, ClientSecret: p.Secret, RedirectURL: p.back, Endpoint: oauth2.Endpoint{TokenURL: p.tokens(), AuthStyle: oauth2.AuthStyleInParams}}
	token, err := config.Exchange(context.WithValue(ctx, oauth2.HTTPClient, p.client), code, oauth2.VerifierOption(v.Verifier))
	if err != nil {
		return told{}, fmt.Errorf("exchange: %w", exchanged(err))
	}
	user, err := p.fetch(ctx, token.AccessToken)
	if err != nil {
		return told{}, err
	}
	if !p.isSubject(user.UserID) {
		return told{}, fmt.Errorf("no subject: %w", errUnbelieved)
	}
	known := user.NickName
	if p.Name == "mastodon" && known != "" {
		known = "@" + known + "@" + host(p.Issuer)
	}
	return told{
		who:  account.Identity{Provider: p.Name, Title: p.Title, Issuer: p.vouches(), Subject: user.UserID, Account: short(firstOf(known, user.Name), 254)},
		name: short(firstOf(user.Name, user.NickName), 200), email: short(user.Email, 254),
	}, nil
}

// fetch lets goth ask who an access token belongs to, and catches what it may stumble over.
func (p *oauthTeller) fetch(ctx context.Context, access string) (user goth.User, err error) {
	defer func() {
		if fault := recover(); fault != nil {
			user, err = goth.User{}, fmt.Errorf("goth: %w", errUnbelieved)
		}
	}()
	source := p.source(ctx)
	held, err := json.Marshal(map[string]string{"AccessToken": access})
	if err != nil {
		return goth.User{}, fmt.Errorf("goth: %w", errUnbelieved)
	}
	session, err := source.UnmarshalSession(string(held))
	if err != nil {
		return goth.User{}, fmt.Errorf("goth: %w", errUnbelieved)
	}
	user, err = source.FetchUser(session)
	if err != nil {
		return goth.User{}, fmt.Errorf("profile: %w", profiled(err))
	}
	return user, nil
}

// profiled tells a provider that is away from one that answers nonsense; goth has only words for it.
func profiled(err error) error {
	if strings.Contains(err.Error(), "responded with a 5") {
		return errAway
	}
	return exchanged(err)
}

var (
	isNumber = regexp.MustCompile(`^[1-9][0-9]{0,18}$`)
	isWord   = regexp.MustCompile(`^[0-9A-Za-z_-]{1,64}$`)
)

// isSubject: GitHub counts its people, and goth makes 0 of one that has no number; Mastodon and its kin have words.
func (p *oauthTeller) isSubject(s string) bool {
	if p.Name == "github" {
		return isNumber.MatchString(s)
	}
	return isWord.MatchString(s)
}
