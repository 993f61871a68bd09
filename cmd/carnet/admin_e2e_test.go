//go:build e2e

package main

import (
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/carnetbadges/carnet/store/storetest"
)

// TestE2EAdministratorOnSQLite is an administrator's day in a real browser, in English.
func TestE2EAdministratorOnSQLite(t *testing.T) {
	t.Parallel()
	administrator(t, "en")
}

// TestE2EAdministratorOnPostgreSQL is the same day on the grown-up database, in French.
func TestE2EAdministratorOnPostgreSQL(t *testing.T) {
	t.Parallel()
	administrator(t, "fr", "CARNET_DATABASE_URL="+storetest.Bare(t))
}

// administrator finds a person, helps them to sign in, looks as them and stops; the person reads it in their log.
func administrator(t *testing.T, language string, settings ...string) {
	s := serve(t, settings...)
	admin := open(t, s, language)
	admin.visit(s.setupLink(t))
	admin.fill(map[string]string{"name": "Eeva Korhonen", "email": "eeva@savoirs.example", "password": "dix-sept chèvres rouges"})
	admin.openLetter()
	admin.press("main .button.primary")

	amina := open(t, s, language)
	amina.visit("/join")
	amina.fill(map[string]string{"name": "Amina Diallo", "email": journeyEmail, "password": journeyPassword})
	amina.openLetter()
	amina.press("main .button.primary")
	amina.visit("/badges/add")
	amina.do(chromedp.SetUploadFiles(`input[type="file"]`, []string{bakedBadge(t)}))
	amina.press(`main form[action="/badges"] .button.primary`)

	admin.visit("/admin")
	admin.look("admin-overview-" + language)
	admin.visit("/admin/people")
	admin.do(chromedp.SetValue(`#q`, "ami"))
	admin.press(`form[role="search"] .button.primary`)
	admin.look("admin-people-" + language)
	admin.press(`main a.name`)
	if got := admin.text("main"); !strings.Contains(got, journeyEmail) {
		t.Fatalf("the person's page: %s", got)
	}
	admin.look("admin-person-" + language)
	admin.press(`form[action$="/help"] button`)
	if !strings.Contains(admin.path(), "done=helped") {
		t.Fatalf("helping leads to %s", admin.path())
	}

	admin.do(chromedp.Click(`input[name="reason"][value="broken"]`))
	admin.press(`form[action$="/look"] .button`)
	if admin.path() != "/badges" || !strings.Contains(admin.text(".looking"), "Amina Diallo") {
		t.Fatalf("looking as somebody leads to %s", admin.path())
	}
	admin.look("admin-looking-" + language)
	admin.visit("/you/sign-in")
	admin.look("admin-looking-refused-" + language)
	admin.press(`.looking button`)
	if !strings.HasPrefix(admin.path(), "/admin/people/") {
		t.Fatalf("stopping leads to %s", admin.path())
	}

	amina.visit("/you/log")
	if got := amina.text("main"); !strings.Contains(got, "Eeva Korhonen") {
		t.Errorf("the person's log does not tell who looked: %s", got)
	}
	amina.look("admin-their-log-" + language)

	for _, page := range []string{"sign-up", "blocked", "jobs", "jobs?state=done", "log", "tests", "settings"} {
		admin.visit("/admin/" + page)
		admin.look("admin-" + strings.NewReplacer("?", "-", "=", "-").Replace(page) + "-" + language)
	}
	admin.visit("/admin/tests")
	admin.press(`form[action$="/mail"] button`)
	admin.look("admin-tests-mail-" + language)
	admin.visit("/admin/blocked")
	admin.do(chromedp.SetValue(`#domain`, "not a domain"))
	admin.press(`form:has(#domain) .button.primary`)
	admin.look("admin-blocked-mistake-" + language)
	admin.do(chromedp.SetValue(`#domain`, "evil.example"), chromedp.SetValue(`#domain-reason`, "spam"))
	admin.press(`form:has(#domain) .button.primary`)
	admin.do(chromedp.SetValue(`#issuer`, "badges.evil.example"))
	admin.press(`form:has(#issuer) .button.primary`)
	admin.look("admin-blocked-two-" + language)
	admin.visit("/admin/sign-up")
	admin.do(chromedp.Click(`input[name="mode"][value="invitation"]`))
	admin.press(`form[action="/admin/sign-up"] .button.primary`)
	admin.press(`form[action="/admin/invitations"] .button.primary`)
	admin.look("admin-invited-" + language)
	link := regexp.MustCompile(`/join/[A-Za-z0-9_-]+`).FindString(admin.text(".summary-good code"))
	admin.visit("/admin/settings")
	admin.do(chromedp.SetValue(`#house`, "Jardins de la Médina"), chromedp.SetValue(`[id="terms.en"]`, "# Be kind\n\nTo *everybody*."))
	admin.press(`form[action="/admin/settings"] .button.primary`)

	guest := open(t, s, language)
	guest.visit("/join")
	guest.look("join-by-invitation-" + language)
	guest.visit(link)
	guest.look("join-invited-" + language)
	guest.press("main .button.primary")
	if guest.path() != "/join" {
		t.Errorf("the invitation leads to %s", guest.path())
	}
	guest.visit("/terms")
	guest.look("terms-" + language)
	admin.finish()
	amina.finish()
	guest.finish()
}
