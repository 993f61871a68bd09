//go:build e2e

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/store/storetest"
)

// TestE2ESecondAddressOnSQLite adds a second address and watches a waiting badge arrive.
func TestE2ESecondAddressOnSQLite(t *testing.T) {
	t.Parallel()
	secondAddress(t, "en")
}

// TestE2ESecondAddressOnPostgreSQL is the same in French.
func TestE2ESecondAddressOnPostgreSQL(t *testing.T) {
	t.Parallel()
	secondAddress(t, "fr", "CARNET_DATABASE_URL="+storetest.Bare(t))
}

func secondAddress(t *testing.T, language string, settings ...string) {
	s := serve(t, settings...)
	b := open(t, s, language)
	b.joins("Amina Diallo", journeyEmail)

	b.visit("/you/addresses")
	b.look("addresses-one-" + language)
	b.do(chromedp.SetValue(`main [name="email"]`, "amina@"), chromedp.Evaluate(`document.querySelector('main form[action="/you/addresses"]').noValidate = true`, nil))
	b.press(`main form[action="/you/addresses"] .button`)
	b.look("addresses-mistake-" + language)
	b.do(chromedp.SetValue(`main [name="email"]`, "amina@ecole.example"))
	b.press(`main form[action="/you/addresses"] .button`)
	page := b.path()
	if !strings.HasPrefix(page, "/you/addresses/") {
		t.Fatalf("adding leads to %s: %s", page, b.text("main"))
	}

	b.brings(credentialFile(t, "amina@ecole.example", "Neighbourhood Gardener", 1), "done=waiting")
	b.brings(credentialFile(t, "amina@ecole.example", "Keeper of bees", 2), "done=waiting")
	b.look("badge-waiting-" + language)
	b.visit("/badges")
	b.look("wall-waiting-" + language)
	b.press(`.offer form[action="/you/confirm"] button`)
	b.look("address-code-" + language)
	code := b.code("amina@ecole.example")
	b.visit(page)
	b.fill(map[string]string{"code": "000001"})
	b.look("address-code-wrong-" + language)
	b.fill(map[string]string{"code": code})
	if !strings.HasPrefix(b.path(), "/badges?done=confirmed-badges&n=2") {
		t.Fatalf("the code leads to %s: %s", b.path(), b.text("main"))
	}
	b.look("wall-arrived-" + language)

	b.visit("/you/addresses")
	b.look("addresses-two-" + language)
	b.visit(page + "/remove")
	b.look("address-remove-" + language)
	b.press(`form[action$="/remove"] button`)
	b.look("addresses-removed-" + language)
	b.press(`.notice form button, .toast form button`)
	if !strings.Contains(b.path(), "done=address-restored") {
		t.Errorf("undoing leads to %s", b.path())
	}
	b.press(`form[action$="/primary"] button`)
	if !strings.Contains(b.path(), "done=address-primary") {
		t.Errorf("choosing another leads to %s", b.path())
	}
	b.finish()
}

// joins makes a passport and confirms its address.
func (b *browser) joins(name, email string) {
	b.t.Helper()
	b.visit("/join")
	b.fill(map[string]string{"name": name, "email": email, "password": journeyPassword})
	b.openLetterTo(email)
	b.press("main .button.primary")
	if !strings.HasPrefix(b.path(), "/badges") {
		b.t.Fatalf("joining leads to %s", b.path())
	}
}

// brings imports a file and expects where that leads.
func (b *browser) brings(file, leads string) {
	b.t.Helper()
	b.visit("/badges/add")
	b.do(chromedp.SetUploadFiles(`input[type="file"]`, []string{file}))
	b.press(`main form[action="/badges"] .button.primary`)
	if !strings.Contains(b.path(), leads) {
		b.t.Fatalf("bringing %s leads to %s: %s", file, b.path(), b.text("main"))
	}
}

var sixDigits = regexp.MustCompile(`\b(\d{6})\b`)

// code is the one in the newest letter to an address, as the kept letters show it.
func (b *browser) code(email string) string {
	b.t.Helper()
	for range 50 {
		b.visit("/dev/mail")
		if strings.Contains(b.html("main"), `href="/dev/mail/`) {
			b.press(`main a[href^="/dev/mail/"]`)
			if found := sixDigits.FindStringSubmatch(b.text(".letter-text")); found != nil && strings.Contains(b.text("main"), email) {
				return found[1]
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	b.t.Fatal("no letter with a code came")
	return ""
}

// credentialFile writes a genuine Open Badge 3.0 made out to an address.
func credentialFile(t *testing.T, email, name string, n int) string {
	t.Helper()
	key, err := openbadges.NewKey([]byte("a garden key of thirty-two bytes"))
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf(`{"@context":["https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
		"id":"urn:uuid:5c1c6b3e-6d0b-4a1e-9d0a-0c8b1f6f2b%02d","type":["VerifiableCredential","OpenBadgeCredential"],
		"issuer":{"id":%q,"type":["Profile"],"name":"Jardins de la Médina"},"validFrom":"2026-05-04T00:00:00Z","name":%q,
		"credentialSubject":{"type":["AchievementSubject"],"identifier":[{"type":"IdentityObject","identityHash":%q,"identityType":"emailAddress","hashed":false}],
		"achievement":{"id":"urn:uuid:9b1d1d6e-2c55-4c7e-8e0f-9e1d3b8f1c%02d","type":["Achievement"],"name":%q,"description":"Keeps what is shared alive.","criteria":{"narrative":"Came every week."}}}}`,
		n, key.DIDKey(), name, email, n, name)
	signed, err := openbadges.SignDataIntegrity(t.Context(), []byte(text), key, key.VerificationMethod(), time.Date(2026, 5, 4, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "badge.json")
	if err := os.WriteFile(file, signed, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
