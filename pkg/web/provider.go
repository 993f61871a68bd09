package web

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/oauth2"

	"github.com/carnetbadges/carnet/pkg/account"
)

// Provider is a house that says who somebody is, as the settings name it.
type Provider struct {
	Name   string // its word in addresses of this site: google, github, gitlab, linkedin, microsoft, mastodon or oidc
	Title  string // what people call it
	Issuer string // where it is: scheme://host, with a path where its OpenID Connect discovery begins there
	ID     string // what Carnet is called there, and
	Secret string // how it proves that
}

// What a visit to a provider ends with where nobody can be let in. Only the first is the provider's to mend.
var (
	errAway       = errors.New("web: the provider does not answer as it should")
	errUnbelieved = errors.New("web: what the provider answers cannot be believed")
)

// told is what a provider says of whoever it sends back. Only who they are is believed; name and address are suggestions
// for a form, whatever the provider says of them.
type told struct {
	who         account.Identity
	name, email string
}

// teller asks a provider who somebody is: OpenID Connect or, where a provider has none of that, OAuth 2.
type teller interface {
	// ask is the address at which a visit begins. errAway.
	ask(ctx context.Context, v account.Visit, state string) (string, error)
	// tell exchanges the code somebody came back with for who they are. errAway, errUnbelieved.
	tell(ctx context.Context, v account.Visit, code string) (told, error)
	// speaks tells whether a callback's iss (RFC 9207), empty where there was none, may be this provider's.
	speaks(ctx context.Context, iss string) bool
}

// proves says whether a visit is a member's who is to prove again who they are.
func proves(v account.Visit) bool { return v.Person != "" && !v.Links }

// undated are providers that do not tell when somebody signed in there, which may be years ago: with them nobody proves
// again who they are.
func undated(provider string) bool {
	return slices.Contains([]string{"github", "mastodon", "google", "linkedin"}, provider)
}

// gate is a provider and how to ask it.
type gate struct {
	Provider
	teller
}

// gates are the ways in by a provider, in the order of the settings.
func gates(o Options) []gate {
	var all []gate
	for _, p := range o.Providers {
		back := strings.TrimRight(o.PublicURL, "/") + "/sign-in/from/" + p.Name
		if p.Name == "github" || p.Name == "mastodon" {
			all = append(all, gate{p, &oauthTeller{Provider: p, client: o.ProviderClient, back: back}})
			continue
		}
		all = append(all, gate{p, &oidcTeller{Provider: p, client: o.ProviderClient, back: back, now: o.Now}})
	}
	return all
}

// Sound tells what is wrong with a Provider; nil: nothing.
func (p Provider) Sound() error {
	if err := p.secure(p.Issuer); err != nil {
		return err
	}
	if p.ID == "" || p.Secret == "" || p.Title == "" {
		return errors.New("an id, a secret and a name are needed")
	}
	return nil
}

// secure demands https of an address, except where the provider itself is on this very machine.
func (p Provider) secure(address string) error {
	parsed, err := url.Parse(address)
	if err != nil || parsed.Host == "" || parsed.User != nil || parsed.Fragment != "" {
		return errors.New("an address https://host is needed")
	}
	if parsed.Scheme == "https" {
		return nil
	}
	issuer, err := url.Parse(p.Issuer)
	if err == nil && parsed.Scheme == "http" && issuer.Scheme == "http" && onThisMachine(parsed.Hostname()) && onThisMachine(issuer.Hostname()) {
		return nil
	}
	return errors.New("an address that begins with https:// is needed")
}

func onThisMachine(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// sameHost tells whether two addresses are of one host, whatever their ports and paths.
func sameHost(a, b string) bool {
	one, err := url.Parse(a)
	other, otherErr := url.Parse(b)
	return err == nil && otherErr == nil && one.Host != "" && strings.EqualFold(one.Hostname(), other.Hostname())
}

// isSubject tells whether a provider may call somebody this: up to 255 characters of ASCII (OpenID Connect Core §2).
func isSubject(s string) bool {
	return s != "" && len(s) <= 255 && strings.Trim(s, " ") == s && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' })
}

// exchanged makes one of two errors of whatever a token endpoint's answer ended with; nothing of the answer stays in it.
func exchanged(err error) error {
	var refused *oauth2.RetrieveError
	var network *url.Error
	switch {
	case errors.As(err, &refused) && refused.Response != nil && refused.Response.StatusCode >= http.StatusInternalServerError:
		return errAway
	case errors.As(err, &network):
		return errAway
	}
	return errUnbelieved
}

// short is a text of a provider, as it may be kept and shown: one line of at most so many bytes.
func short(text string, most int) string {
	clean := strings.Join(strings.FieldsFunc(strings.ToValidUTF8(text, ""), func(r rune) bool { return r < ' ' || r == 0x7f }), " ")
	if len(clean) <= most {
		return clean
	}
	return strings.ToValidUTF8(clean[:most], "")
}

// host is the host of an address, without its port.
func host(address string) string {
	parsed, err := url.Parse(address)
	if err != nil {
		return ""
	}
	if name, _, err := net.SplitHostPort(parsed.Host); err == nil {
		return name
	}
	return parsed.Host
}
