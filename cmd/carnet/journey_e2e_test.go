//go:build e2e

package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/pkg/openbadges/bake"
	"github.com/carnetbadges/carnet/store/storetest"
)

const (
	journeyEmail    = "amina@savoirs.example"
	journeyPassword = "quinze vaches bleues"
)

// TestE2EJourneyOnSQLite is the road of step one, walked by a person in a real browser, in English.
func TestE2EJourneyOnSQLite(t *testing.T) {
	t.Parallel()
	journey(t, "en")
}

// TestE2EJourneyOnPostgreSQL is the same road on the grown-up database, in French.
func TestE2EJourneyOnPostgreSQL(t *testing.T) {
	t.Parallel()
	journey(t, "fr", "CARNET_DATABASE_URL="+storetest.Bare(t))
}

func journey(t *testing.T, language string, settings ...string) {
	s := serve(t, settings...)
	b := open(t, s, language)

	b.visit("/")
	b.look("home-" + language)
	b.visit("/join")
	b.fill(map[string]string{"name": "Amina Diallo", "email": journeyEmail, "password": "short"})
	if got := b.text("main"); !strings.Contains(b.html("main"), `value="Amina Diallo"`) {
		t.Errorf("a mistake loses what was typed: %s", got)
	}
	b.look("join-mistakes-" + language)
	b.fill(map[string]string{"name": "Amina Diallo", "email": journeyEmail, "password": journeyPassword})
	b.look("letter-sent-" + language)

	b.openLetter()
	b.look("confirm-" + language)
	b.press("main .button.primary")
	if !strings.HasPrefix(b.path(), "/badges") {
		t.Fatalf("confirming leads to %s", b.path())
	}
	b.look("wall-empty-" + language)

	b.visit("/badges/add")
	b.look("add-" + language)
	b.do(chromedp.SetUploadFiles(`input[type="file"]`, []string{bakedBadge(t)}))
	b.press(`main form[action="/badges"] .button.primary`)
	if !strings.HasPrefix(b.path(), "/b/") {
		t.Fatalf("importing leads to %s: %s", b.path(), b.text("main"))
	}
	page := strings.SplitN(b.path(), "?", 2)[0]
	if !strings.Contains(b.html("main"), `data-verdict="genuine"`) {
		t.Fatalf("the badge is not genuine: %s", b.text("main"))
	}
	b.look("badge-" + language)

	visitor := open(t, s, language)
	visitor.visit(page)
	if strings.Contains(visitor.text("body"), "Neighbourhood Gardener") {
		t.Fatal("a private badge is shown to somebody else")
	}
	visitor.look("not-found-" + language)

	b.press(`button[name="visibility"][value="public"]`)
	visitor.visit(page)
	if !strings.Contains(visitor.text("main h1"), "Neighbourhood Gardener") {
		t.Fatal("a public badge is not shown to a visitor")
	}
	if strings.Contains(visitor.text("main"), journeyEmail) {
		t.Error("the public page shows the address")
	}
	visitor.look("badge-visitor-" + language)

	b.visit("/badges")
	b.look("wall-" + language)
	b.visit("/you")
	b.look("you-" + language)
	b.visit("/@amina-diallo")
	b.look("passport-" + language)
	b.visit(page)
	b.press(`form[action$="/delete"] button`)
	b.press(`.notice form button, .toast form button`)
	if !strings.HasPrefix(b.path(), page) {
		t.Errorf("undoing a deletion leads to %s", b.path())
	}
	b.visit("/badges/deleted")
	b.look("deleted-" + language)
	b.visit("/sign-in")
	b.look("sign-in-" + language)
	b.finish()
	visitor.finish()
}

// TestE2EWithoutScripts walks the road with JavaScript switched off.
func TestE2EWithoutScripts(t *testing.T) {
	t.Parallel()
	s := serve(t)
	b := open(t, s, "en")
	b.withoutScripts()
	b.visit("/join")
	b.fill(map[string]string{"name": "Amina Diallo", "email": journeyEmail, "password": journeyPassword})
	b.openLetter()
	b.press("main .button.primary")
	b.visit("/badges/add")
	b.do(chromedp.SetUploadFiles(`input[type="file"]`, []string{bakedBadge(t)}))
	b.press(`main form[action="/badges"] .button.primary`)
	if !strings.HasPrefix(b.path(), "/b/") {
		t.Fatalf("importing leads to %s", b.path())
	}
	b.press(`button[name="visibility"][value="members"]`)
	b.press(`form[action$="/check"] button`)
	b.finish()
}

// openLetter follows the link of the newest letter, as the kept letters show it.
func (b *browser) openLetter() { b.t.Helper(); b.openLetterTo("") }

// openLetterTo is openLetter once the newest is to this address.
func (b *browser) openLetterTo(email string) {
	b.t.Helper()
	link := regexp.MustCompile(`/(confirm|reset)/[A-Za-z0-9_-]+`)
	for range 50 {
		b.visit("/dev/mail")
		if strings.Contains(b.html("main"), `href="/dev/mail/`) {
			b.press(`main a[href^="/dev/mail/"]`)
			if found := link.FindString(b.html("main")); found != "" && strings.Contains(b.text("main"), email) {
				b.visit(found)
				return
			}
		}
		time.Sleep(100 * time.Millisecond)
	}
	b.t.Fatal("no letter came")
}

// html is the markup of what selector names.
func (b *browser) html(selector string) string {
	b.t.Helper()
	var markup string
	b.do(chromedp.OuterHTML(selector, &markup))
	return markup
}

// bakedBadge writes an SVG with a genuine Open Badge 3.0 for the person of the journey.
func bakedBadge(t *testing.T) string {
	t.Helper()
	key, err := openbadges.NewKey([]byte("a garden key of thirty-two bytes"))
	if err != nil {
		t.Fatal(err)
	}
	credential := `{
		"@context": ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],
		"id": "urn:uuid:5c1c6b3e-6d0b-4a1e-9d0a-0c8b1f6f2a11",
		"type": ["VerifiableCredential", "OpenBadgeCredential"],
		"issuer": {"id": "` + key.DIDKey() + `", "type": ["Profile"], "name": "Jardins de la Médina"},
		"validFrom": "2026-05-04T00:00:00Z",
		"name": "Neighbourhood Gardener",
		"credentialSubject": {
			"type": ["AchievementSubject"],
			"identifier": [{"type": "IdentityObject", "identityHash": "` + journeyEmail + `", "identityType": "emailAddress", "hashed": false}],
			"achievement": {
				"id": "urn:uuid:9b1d1d6e-2c55-4c7e-8e0f-9e1d3b8f1c22", "type": ["Achievement"],
				"name": "Neighbourhood Gardener",
				"description": "Keeps a shared garden alive through a whole year.",
				"criteria": {"narrative": "Over four seasons, the holder has:\n\n- planned a bed with neighbours\n- watered when it was hot\n- shared what grew"}
			}
		}
	}`
	signed, err := openbadges.SignDataIntegrity(t.Context(), []byte(credential), key, key.VerificationMethod(), time.Date(2026, 5, 4, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	picture := `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 240" width="240" height="240"><circle cx="120" cy="120" r="110" fill="#1e6b45"/><path d="M120 200c-6-50 0-90 0-120M120 130c-40 0-56-24-56-50 40 0 56 24 56 50zM120 110c0-30 20-52 58-52 0 34-22 52-58 52z" fill="#8fce7a" stroke="#f4eee1" stroke-width="6"/></svg>`
	baked, err := bake.SVG([]byte(picture), signed, bake.Credential)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "gardener.svg")
	if err := os.WriteFile(file, baked, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
