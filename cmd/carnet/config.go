package main

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/caarlos0/env/v11"
)

// Config is every setting of Carnet. This file is the only reader of the environment.
// Each setting may instead be given as NAME_FILE, the path of a file that holds the value.
type Config struct {
	Addr            string `env:"CARNET_ADDR" envDefault:":8080"`      // host:port to listen on
	Data            string `env:"CARNET_DATA" envDefault:"./data"`     // folder for the SQLite file, pictures and kept letters
	PublicURL       string `env:"CARNET_PUBLIC_URL"`                   // where people reach it; empty: http://localhost:PORT
	DatabaseURL     string `env:"CARNET_DATABASE_URL"`                 // postgres://…; empty: SQLite in the data folder
	SMTPURL         string `env:"CARNET_SMTP_URL"`                     // smtp://user:password@host:587?from=…; empty: letters are kept and shown at /dev/mail
	TrustedProxies  string `env:"CARNET_TRUSTED_PROXIES"`              // networks, comma separated, whose X-Forwarded-For is believed
	CountryHeader   string `env:"CARNET_COUNTRY_HEADER"`               // in which a trusted proxy names the country of a request, such as CF-IPCountry; empty: none does
	SecurityContact string `env:"CARNET_SECURITY_CONTACT"`             // mailto: or https: address for /.well-known/security.txt; empty: there is none
	LogFormat       string `env:"CARNET_LOG_FORMAT" envDefault:"text"` // text or json

	// Ways to sign in by a provider, each there when its id and its secret are set.
	GoogleID        string `env:"CARNET_GOOGLE_ID"`
	GoogleSecret    string `env:"CARNET_GOOGLE_SECRET"`
	GitHubID        string `env:"CARNET_GITHUB_ID"`
	GitHubSecret    string `env:"CARNET_GITHUB_SECRET"`
	GitHubURL       string `env:"CARNET_GITHUB_URL" envDefault:"https://github.com"` // or a GitHub Enterprise Server of one's own
	LinkedInID      string `env:"CARNET_LINKEDIN_ID"`
	LinkedInSecret  string `env:"CARNET_LINKEDIN_SECRET"`
	MicrosoftID     string `env:"CARNET_MICROSOFT_ID"`
	MicrosoftSecret string `env:"CARNET_MICROSOFT_SECRET"`
	MicrosoftTenant string `env:"CARNET_MICROSOFT_TENANT" envDefault:"common"` // whose accounts: common, organizations, consumers, or one tenant's id
	GitLabID        string `env:"CARNET_GITLAB_ID"`
	GitLabSecret    string `env:"CARNET_GITLAB_SECRET"`
	GitLabURL       string `env:"CARNET_GITLAB_URL" envDefault:"https://gitlab.com"` // or a GitLab of one's own
	GitLabName      string `env:"CARNET_GITLAB_NAME" envDefault:"GitLab"`            // what its button calls it
	MastodonID      string `env:"CARNET_MASTODON_ID"`
	MastodonSecret  string `env:"CARNET_MASTODON_SECRET"`
	MastodonURL     string `env:"CARNET_MASTODON_URL"`                        // the instance: https://host
	MastodonName    string `env:"CARNET_MASTODON_NAME" envDefault:"Mastodon"` // what its button calls it
	OIDCID          string `env:"CARNET_OIDC_ID"`
	OIDCSecret      string `env:"CARNET_OIDC_SECRET"`
	OIDCIssuer      string `env:"CARNET_OIDC_ISSUER"` // any OpenID Connect server: https://host, exactly as it calls itself
	OIDCName        string `env:"CARNET_OIDC_NAME"`   // what its button calls it; empty: its host
}

// names lists the settings that exist, sorted.
func names() []string {
	list := []string{
		"CARNET_ADDR", "CARNET_COUNTRY_HEADER", "CARNET_DATA", "CARNET_DATABASE_URL", "CARNET_LOG_FORMAT",
		"CARNET_PUBLIC_URL", "CARNET_SECURITY_CONTACT", "CARNET_SMTP_URL", "CARNET_TRUSTED_PROXIES",
		"CARNET_GOOGLE_ID", "CARNET_GOOGLE_SECRET",
		"CARNET_GITHUB_ID", "CARNET_GITHUB_SECRET", "CARNET_GITHUB_URL",
		"CARNET_LINKEDIN_ID", "CARNET_LINKEDIN_SECRET",
		"CARNET_MICROSOFT_ID", "CARNET_MICROSOFT_SECRET", "CARNET_MICROSOFT_TENANT",
		"CARNET_GITLAB_ID", "CARNET_GITLAB_SECRET", "CARNET_GITLAB_URL", "CARNET_GITLAB_NAME",
		"CARNET_MASTODON_ID", "CARNET_MASTODON_SECRET", "CARNET_MASTODON_URL", "CARNET_MASTODON_NAME",
		"CARNET_OIDC_ID", "CARNET_OIDC_SECRET", "CARNET_OIDC_ISSUER", "CARNET_OIDC_NAME",
	}
	slices.Sort(list)
	return list
}

// readConfig makes a Config of environ (KEY=VALUE lines, as os.Environ gives them).
// An unknown CARNET_ setting, an unreadable _FILE or a malformed value is an error of one line.
func readConfig(environ []string) (Config, error) {
	values, err := settings(environ)
	if err != nil {
		return Config{}, err
	}
	var c Config
	if err := env.ParseWithOptions(&c, env.Options{Environment: values}); err != nil {
		return Config{}, fmt.Errorf("settings: %w", err)
	}
	return c, c.complete()
}

// settings keeps what concerns Carnet and replaces each _FILE by what is in the file.
func settings(environ []string) (map[string]string, error) {
	values := map[string]string{}
	for _, line := range environ {
		name, value, _ := strings.Cut(line, "=")
		if !strings.HasPrefix(name, "CARNET_") || strings.HasPrefix(name, "CARNET_TEST_") {
			continue
		}
		plain, fromFile := strings.CutSuffix(name, "_FILE")
		if !slices.Contains(names(), plain) {
			return nil, fmt.Errorf("there is no setting %s; did you mean %s?", name, nearest(name))
		}
		if fromFile {
			content, err := os.ReadFile(value) //nolint:gosec // the operator names the file
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			value = strings.TrimRight(string(content), "\r\n")
		}
		if _, twice := values[plain]; twice {
			return nil, fmt.Errorf("%s and %s_FILE are both set; keep one", plain, plain)
		}
		values[plain] = value
	}
	return values, nil
}

// complete fills what follows from other settings and refuses what cannot work.
func (c *Config) complete() error {
	_, port, err := net.SplitHostPort(c.Addr)
	if err != nil {
		return fmt.Errorf("CARNET_ADDR %q is not host:port", c.Addr)
	}
	if c.PublicURL == "" {
		c.PublicURL = "http://localhost:" + port
	}
	c.PublicURL = strings.TrimRight(c.PublicURL, "/")
	public, err := url.Parse(c.PublicURL)
	if err != nil || public.Host == "" || (public.Scheme != "http" && public.Scheme != "https") || public.Path != "" {
		return fmt.Errorf("CARNET_PUBLIC_URL %q is not http(s)://host", c.PublicURL)
	}
	if c.DatabaseURL != "" && !strings.HasPrefix(c.DatabaseURL, "postgres://") && !strings.HasPrefix(c.DatabaseURL, "postgresql://") {
		return errors.New("CARNET_DATABASE_URL must begin with postgres:// (leave it empty for SQLite)")
	}
	if c.SecurityContact != "" && (!strings.HasPrefix(c.SecurityContact, "mailto:") && !strings.HasPrefix(c.SecurityContact, "https://") || strings.ContainsAny(c.SecurityContact, " \r\n\t")) {
		return fmt.Errorf("CARNET_SECURITY_CONTACT %q is neither mailto: nor https://", c.SecurityContact)
	}
	if c.LogFormat != "text" && c.LogFormat != "json" {
		return fmt.Errorf("CARNET_LOG_FORMAT %q is neither text nor json", c.LogFormat)
	}
	if _, err := c.providers(); err != nil {
		return err
	}
	_, err = c.proxies()
	return err
}

// proxies are the networks named by CARNET_TRUSTED_PROXIES; a single address is a network of one.
func (c *Config) proxies() ([]netip.Prefix, error) {
	var list []netip.Prefix
	for _, word := range strings.FieldsFunc(c.TrustedProxies, func(r rune) bool { return r == ',' || r == ' ' }) {
		if one, err := netip.ParseAddr(word); err == nil {
			list = append(list, netip.PrefixFrom(one, one.BitLen()))
			continue
		}
		network, err := netip.ParsePrefix(word)
		if err != nil {
			return nil, fmt.Errorf("CARNET_TRUSTED_PROXIES: %q is neither an address nor a network", word)
		}
		list = append(list, network)
	}
	return list, nil
}

// nearest is the known setting that differs from name by the fewest letters.
func nearest(name string) string {
	best, least := "", len(name)+64
	for _, known := range names() {
		for _, candidate := range []string{known, known + "_FILE"} {
			if d := distance(name, candidate); d < least {
				best, least = candidate, d
			}
		}
	}
	return best
}

// distance is the Levenshtein distance of a and b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
