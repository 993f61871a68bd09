//go:build e2e

package main

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/carnetbadges/carnet/store/storetest"
)

// TestE2EMergeOnSQLite joins two passports of one person, and takes them apart again.
func TestE2EMergeOnSQLite(t *testing.T) {
	t.Parallel()
	mergeJourney(t, "en")
}

// TestE2EMergeOnPostgreSQL is the same in French.
func TestE2EMergeOnPostgreSQL(t *testing.T) {
	t.Parallel()
	mergeJourney(t, "fr", "CARNET_DATABASE_URL="+storetest.Bare(t))
}

func mergeJourney(t *testing.T, language string, settings ...string) {
	s := serve(t, settings...)
	other := open(t, s, language)
	other.joins("Amina D.", "amina@ecole.example")
	other.brings(credentialFile(t, "amina@ecole.example", "Keeper of bees", 2), "done=added")
	b := open(t, s, language)
	b.joins("Amina Diallo", journeyEmail)
	b.brings(credentialFile(t, journeyEmail, "Neighbourhood Gardener", 1), "done=added")

	b.visit("/you/data")
	b.look("data-" + language)
	b.press(`main a[href="/you/data/join"]`)
	b.look("union-" + language)
	b.fill(map[string]string{"email": "amina@ecole.example", "password": "not the password"})
	b.look("union-wrong-" + language)
	b.do(chromedp.SetValue(`main [name="email"]`, "amina@ecole.example"))
	b.press(`main button[formaction="/you/data/join/letter"]`)
	b.look("union-code-" + language)
	code := b.code("amina@ecole.example")
	b.visit("/you/data/join")
	b.fill(map[string]string{"code": code})
	if !strings.Contains(b.text("main"), "Amina D.") {
		t.Fatalf("the code leads to %s: %s", b.path(), b.text("main"))
	}
	b.look("union-review-" + language)
	b.press(`main form[action="/you/data/join"] .button.primary`)
	if !strings.HasPrefix(b.path(), "/you/data?done=joined") {
		t.Fatalf("joining leads to %s: %s", b.path(), b.text("main"))
	}
	b.look("data-joined-" + language)
	b.visit("/badges")
	if words := b.text("main"); !strings.Contains(words, "Keeper of bees") || !strings.Contains(words, "Neighbourhood Gardener") {
		t.Errorf("the wall has %s", words)
	}
	b.look("wall-joined-" + language)
	other.visit("/badges")
	if !strings.HasPrefix(other.path(), "/sign-in") {
		t.Errorf("the other's session shows %s", other.path())
	}

	b.visit("/you/data")
	b.press(`form[action="/you/data/join/undo"] button`)
	if b.path() != "/you/data?done=parted" {
		t.Fatalf("undoing leads to %s: %s", b.path(), b.text("main"))
	}
	b.look("data-parted-" + language)
	other.visit("/sign-in")
	other.fill(map[string]string{"email": "amina@ecole.example"})
	code = other.code("amina@ecole.example")
	other.visit("/sign-in/code")
	other.fill(map[string]string{"code": code})
	if !strings.Contains(other.text("main"), "Keeper of bees") {
		t.Errorf("the other passport has %s: %s", other.path(), other.text("main"))
	}
	b.finish()
	other.finish()
}
