package main

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/carnetbadges/carnet/pkg/web"
)

// providers are the sign-in providers that are switched on, in the order their buttons are shown. One of two settings
// without the other, or a half-set address, is an error of one line.
func (c *Config) providers() ([]web.Provider, error) {
	var on []web.Provider
	for _, one := range []struct {
		at string // what the settings' names say
		web.Provider
	}{
		{"GOOGLE", web.Provider{Name: "google", Title: "Google", Issuer: "https://accounts.google.com", ID: c.GoogleID, Secret: c.GoogleSecret}},
		{"MICROSOFT", web.Provider{Name: "microsoft", Title: "Microsoft", Issuer: "https://login.microsoftonline.com/" + url.PathEscape(c.MicrosoftTenant) + "/v2.0", ID: c.MicrosoftID, Secret: c.MicrosoftSecret}},
		{"LINKEDIN", web.Provider{Name: "linkedin", Title: "LinkedIn", Issuer: "https://www.linkedin.com/oauth", ID: c.LinkedInID, Secret: c.LinkedInSecret}},
		{"GITHUB", web.Provider{Name: "github", Title: "GitHub", Issuer: strings.TrimRight(c.GitHubURL, "/"), ID: c.GitHubID, Secret: c.GitHubSecret}},
		{"GITLAB", web.Provider{Name: "gitlab", Title: c.GitLabName, Issuer: strings.TrimRight(c.GitLabURL, "/"), ID: c.GitLabID, Secret: c.GitLabSecret}},
		{"MASTODON", web.Provider{Name: "mastodon", Title: c.MastodonName, Issuer: strings.TrimRight(c.MastodonURL, "/"), ID: c.MastodonID, Secret: c.MastodonSecret}},
		{"OIDC", web.Provider{Name: "oidc", Title: called(c.OIDCName, c.OIDCIssuer), Issuer: c.OIDCIssuer, ID: c.OIDCID, Secret: c.OIDCSecret}},
	} {
		given, err := switchedOn(one.at, one.Provider)
		if err != nil {
			return nil, err
		}
		if given {
			on = append(on, one.Provider)
		}
	}
	return on, nil
}

// switchedOn tells whether a provider has both its settings; at is what their names say.
func switchedOn(at string, p web.Provider) (bool, error) {
	switch {
	case p.ID == "" && p.Secret == "":
		return false, nil
	case p.ID == "":
		return false, fmt.Errorf("CARNET_%s_SECRET is set, CARNET_%s_ID is not; signing in with %s needs both", at, at, p.Name)
	case p.Secret == "":
		return false, fmt.Errorf("CARNET_%s_ID is set, CARNET_%s_SECRET is not; signing in with %s needs both", at, at, p.Name)
	}
	if err := p.Sound(); err != nil {
		setting := "URL"
		if p.Name == "oidc" {
			setting = "ISSUER"
		}
		return false, fmt.Errorf("CARNET_%s_%s %q: %w", at, setting, p.Issuer, err)
	}
	return true, nil
}

// called is the name of a provider, or its host.
func called(name, address string) string {
	if parsed, err := url.Parse(address); name == "" && err == nil {
		return parsed.Hostname()
	}
	return name
}
