package main

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestAnEmptyEnvironmentIsEnough(t *testing.T) {
	c, err := readConfig([]string{"HOME=/root", "PATH=/bin"})
	if err != nil {
		t.Fatal(err)
	}
	if c.Addr != ":8080" || c.Data != "./data" || c.PublicURL != "http://localhost:8080" || c.DatabaseURL != "" {
		t.Fatalf("got %+v", c)
	}
}

func TestAnUnknownSettingNamesTheNearest(t *testing.T) {
	for wrong, meant := range map[string]string{
		"CARNET_ADR":            "CARNET_ADDR",
		"CARNET_DATABSE_URL":    "CARNET_DATABASE_URL",
		"CARNET_SMTP_URI_FILE":  "CARNET_SMTP_URL_FILE",
		"CARNET_TRUSTED_PROXY":  "CARNET_TRUSTED_PROXIES",
		"CARNET_PUBLIC_ADDRESS": "CARNET_PUBLIC_URL",
	} {
		_, err := readConfig([]string{wrong + "=x"})
		if err == nil || !strings.HasSuffix(err.Error(), "did you mean "+meant+"?") {
			t.Errorf("%s: %v, want it to name %s", wrong, err, meant)
		}
	}
}

// ASVS: V13.3.1
func TestASettingMayStandInAFile(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "database")
	if err := os.WriteFile(secret, []byte("postgres://carnet@db/carnet\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := readConfig([]string{"CARNET_DATABASE_URL_FILE=" + secret})
	if err != nil || c.DatabaseURL != "postgres://carnet@db/carnet" {
		t.Fatalf("%q, %v", c.DatabaseURL, err)
	}
	if _, err := readConfig([]string{"CARNET_DATABASE_URL_FILE=" + secret, "CARNET_DATABASE_URL=postgres://x"}); err == nil {
		t.Error("the setting and its file together are accepted")
	}
	if _, err := readConfig([]string{"CARNET_SMTP_URL_FILE=" + secret + ".none"}); err == nil {
		t.Error("a file that is not there is accepted")
	}
}

func TestMalformedSettingsAreRefused(t *testing.T) {
	for _, line := range []string{
		"CARNET_ADDR=8080", "CARNET_PUBLIC_URL=carnet.example", "CARNET_PUBLIC_URL=ftp://carnet.example",
		"CARNET_PUBLIC_URL=https://carnet.example/passport", "CARNET_DATABASE_URL=mysql://x",
		"CARNET_TRUSTED_PROXIES=10.0.0.0/8,proxy", "CARNET_LOG_FORMAT=xml",
		"CARNET_SECURITY_CONTACT=security@carnet.example", "CARNET_SECURITY_CONTACT=https://carnet.example/a\nContact: mailto:b@c.example",
	} {
		if _, err := readConfig([]string{line}); err == nil {
			t.Errorf("%s is accepted", line)
		} else if strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: the error has more than one line: %v", line, err)
		}
	}
}

func TestEverySettingOfConfigIsListed(t *testing.T) {
	fields := reflect.TypeFor[Config]()
	if fields.NumField() != len(names()) {
		t.Fatalf("%d fields, %d names", fields.NumField(), len(names()))
	}
	for i := range fields.NumField() {
		name := fields.Field(i).Tag.Get("env")
		if _, err := readConfig([]string{name + "="}); err != nil && strings.Contains(err.Error(), "there is no setting") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAProviderIsOnWhereBothItsSettingsAre(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(secret, []byte("hush\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := readConfig([]string{
		"CARNET_GITHUB_ID=a", "CARNET_GITHUB_SECRET_FILE=" + secret, "CARNET_MICROSOFT_ID=b", "CARNET_MICROSOFT_SECRET=x",
		"CARNET_OIDC_ID=c", "CARNET_OIDC_SECRET=x", "CARNET_OIDC_ISSUER=https://id.savoirs.example/realm/",
		"CARNET_MASTODON_ID=d", "CARNET_MASTODON_SECRET=x", "CARNET_MASTODON_URL=https://social.example/", "CARNET_MASTODON_NAME=Social",
	})
	if err != nil {
		t.Fatal(err)
	}
	on, err := c.providers()
	if err != nil {
		t.Fatal(err)
	}
	said := ""
	for _, p := range on {
		said += p.Name + " " + p.Title + " " + p.Issuer + "; "
	}
	if said != "microsoft Microsoft https://login.microsoftonline.com/common/v2.0; github GitHub https://github.com; "+
		"mastodon Social https://social.example; oidc id.savoirs.example https://id.savoirs.example/realm/; " || on[1].Secret != "hush" {
		t.Errorf("on are %s", said)
	}
	c, err = readConfig(nil)
	if err != nil {
		t.Fatal(err)
	}
	if none, err := c.providers(); err != nil || len(none) != 0 {
		t.Errorf("without settings: %v, %v", none, err)
	}
}

func TestAHalfSetProviderIsRefusedInOneLine(t *testing.T) {
	for _, lines := range [][]string{
		{"CARNET_GOOGLE_ID=a"},
		{"CARNET_LINKEDIN_SECRET=a"},
		{"CARNET_MASTODON_ID=a", "CARNET_MASTODON_SECRET=b"},
		{"CARNET_OIDC_ID=a", "CARNET_OIDC_SECRET=b", "CARNET_OIDC_NAME=Home"},
		{"CARNET_OIDC_ID=a", "CARNET_OIDC_SECRET=b", "CARNET_OIDC_ISSUER=http://id.example"},
		{"CARNET_OIDC_ID=a", "CARNET_OIDC_SECRET=b", "CARNET_OIDC_ISSUER=id.example"},
		{"CARNET_GITLAB_ID=a", "CARNET_GITLAB_SECRET=b", "CARNET_GITLAB_URL=ftp://id.example"},
		{"CARNET_GITHUB_ID=a", "CARNET_GITHUB_SECRET=b", "CARNET_GITHUB_URL=https://me:you@github.example"},
	} {
		_, err := readConfig(lines)
		if err == nil || strings.Contains(err.Error(), "\n") || !strings.HasPrefix(err.Error(), "CARNET_") {
			t.Errorf("%q: %v", lines, err)
		}
	}
}
