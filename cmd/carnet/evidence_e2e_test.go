//go:build e2e

package main

import (
	"image"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/carnetbadges/carnet/pkg/pixels"
)

// TestE2EEvidenceOfOnesOwn puts evidence beside a badge, hides it from others, takes it away and back.
func TestE2EEvidenceOfOnesOwn(t *testing.T) {
	t.Parallel()
	ownEvidence(t, "en", true)
}

// TestE2EEvidenceOfOnesOwnWithoutScripts is the same in French, without JavaScript.
func TestE2EEvidenceOfOnesOwnWithoutScripts(t *testing.T) {
	t.Parallel()
	ownEvidence(t, "fr", false)
}

func ownEvidence(t *testing.T, language string, scripts bool) {
	s := serve(t)
	b := open(t, s, language)
	b.joins("Amina Diallo", journeyEmail)
	b.brings(credentialFile(t, journeyEmail, "Neighbourhood Gardener", 1), "done=added")
	if !strings.HasPrefix(b.path(), "/b/") {
		b.t.Fatalf("bringing leads to %s", b.path())
	}
	badge, _, _ := strings.Cut(b.path(), "?")
	if !scripts {
		b.withoutScripts()
	}
	look := func(name string) {
		if scripts {
			b.look(name + "-" + language)
		}
	}
	b.press(`#owner a[href$="/evidence"]`)
	look("evidence-form")
	b.fill(map[string]string{"title": "The beds"})
	if !strings.Contains(b.html("main"), `id="words-mistake"`) {
		t.Fatalf("a title alone is enough at %s: %s", b.path(), b.text("main"))
	}
	look("evidence-mistake")
	b.fill(map[string]string{"words": "Dug **seven** beds.", "link": "https://amina.example/beds"})
	picture, err := pixels.EncodePNG(image.NewGray(image.Rect(0, 0, 300, 200)))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "beds.png")
	if err := os.WriteFile(file, picture, 0o600); err != nil {
		t.Fatal(err)
	}
	b.visit(badge + "/evidence")
	b.do(chromedp.SetUploadFiles(`input[type="file"]`, []string{file}))
	b.press("main form .button.primary")
	if !strings.Contains(b.path(), "done=evidence-added") {
		t.Fatalf("adding leads to %s: %s", b.path(), b.text("main"))
	}
	b.press(`button[name="visibility"][value="public"]`)
	look("evidence-badge")

	visitor := s.somebody(t)
	sees := func(what string, want bool) {
		t.Helper()
		if page := visitor.get(badge); strings.Contains(page, what) != want {
			t.Errorf("others see %s: %v, want %v", what, !want, want)
		}
	}
	sees("The beds", true)
	sees("beds.png", true)
	b.press(`#evidence form[action$="/hidden"] button`) // of the first
	sees("The beds", false)
	sees("beds.png", true)
	look("evidence-hidden")
	b.press(`#evidence form[action$="/hidden"] button`)
	sees("The beds", true)
	b.press(`#evidence form[action$="/remove"] button`)
	sees("The beds", false)
	look("evidence-removed")
	b.press(`.notice form button, .toast form button`)
	if !strings.Contains(b.path(), "done=evidence-restored") {
		t.Errorf("undoing leads to %s", b.path())
	}
	sees("The beds", true)
	b.finish()
}
