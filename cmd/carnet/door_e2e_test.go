//go:build e2e

package main

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/carnetbadges/carnet/store/storetest"
)

// TestE2EJoinByMailedLink walks in by nothing but an address and a letter, in English.
func TestE2EJoinByMailedLink(t *testing.T) {
	t.Parallel()
	joinByLetter(t, "en")
}

// TestE2EJoinByMailedLinkOnPostgreSQL is the same road on the grown-up database, in French.
func TestE2EJoinByMailedLinkOnPostgreSQL(t *testing.T) {
	t.Parallel()
	joinByLetter(t, "fr", "CARNET_DATABASE_URL="+storetest.Bare(t))
}

func joinByLetter(t *testing.T, language string, settings ...string) {
	s := serve(t, settings...)
	b := open(t, s, language)
	b.visit("/sign-in?next=%2Fyou")
	b.look("sign-in-" + language)
	b.fill(map[string]string{"email": journeyEmail})
	if b.path() != "/sign-in/code" {
		t.Fatalf("asking for a letter leads to %s", b.path())
	}
	b.look("code-" + language)
	link, _ := b.mailedLetter("")
	b.visit(link)
	b.look("arrival-new-" + language)
	b.fill(map[string]string{"name": "Amina Diallo"})
	if b.path() != "/you" {
		t.Fatalf("the letter leads to %s: %s", b.path(), b.text("main"))
	}

	for _, page := range []string{"/you/sign-in", "/you/sessions", "/you/log", "/you/letters", "/sign-in/again?next=%2Fyou"} {
		b.visit(page)
		b.look(strings.ReplaceAll(strings.Trim(strings.Split(page, "?")[0], "/"), "/", "-") + "-" + language)
	}
	b.visit("/you/sessions")
	b.press(`form[action="/you/sessions/end-all"] button`)
	if b.visit("/you"); !strings.HasPrefix(b.path(), "/sign-in") {
		t.Fatalf("signed out everywhere, /you leads to %s", b.path())
	}

	b.fill(map[string]string{"email": journeyEmail})
	link, code := b.mailedLetter(link)
	b.visit("/sign-in/code")
	b.fill(map[string]string{"code": "000 000"})
	b.look("code-wrong-" + language)
	b.fill(map[string]string{"code": code[:3] + " " + code[3:]})
	if b.path() != "/you" {
		t.Fatalf("the code leads to %s: %s", b.path(), b.text("main"))
	}
	stranger := open(t, s, language)
	if stranger.visit(link); !strings.Contains(stranger.html("main"), "href=\"/sign-in\"") {
		t.Errorf("a used link shows %s", stranger.text("main"))
	}

	stranger.visit("/sign-in")
	stranger.fill(map[string]string{"email": journeyEmail})
	link, _ = b.mailedLetter(link)
	b.visit(link)
	b.look("arrival-elsewhere-" + language)
	if !strings.Contains(b.text("main"), "Amina Diallo") {
		t.Errorf("the page does not say whose passport it opens: %s", b.text("main"))
	}
	b.finish()
	stranger.finish()
}

// TestE2EJoinByMailedLinkWithoutScripts walks the same road with JavaScript switched off, and then by a password.
func TestE2EJoinByMailedLinkWithoutScripts(t *testing.T) {
	t.Parallel()
	s := serve(t)
	b := open(t, s, "en")
	b.withoutScripts()
	b.visit("/sign-in")
	b.fill(map[string]string{"email": journeyEmail})
	_, code := b.mailedLetter("")
	b.visit("/sign-in/code")
	b.fill(map[string]string{"code": code})
	b.fill(map[string]string{"name": "Amina Diallo"})
	if !strings.HasPrefix(b.path(), "/badges") {
		t.Fatalf("the code leads to %s: %s", b.path(), b.text("main"))
	}
	b.visit("/you/sign-in")
	b.do(chromedp.SetValue(`form[action="/you/password"] [name="password"]`, journeyPassword))
	b.press(`form[action="/you/password"] .button.primary`)
	if !strings.HasPrefix(b.path(), "/you/sign-in?done=password") {
		t.Fatalf("setting a password leads to %s: %s", b.path(), b.text("main"))
	}
	b.press(`form[action="/sign-out"] button`)
	b.visit("/sign-in")
	b.do(chromedp.Click("details.more summary"), chromedp.SetValue(`main [name="email"]`, journeyEmail), chromedp.SetValue(`main [name="password"]`, journeyPassword))
	b.press("details.more .button")
	if b.path() != "/badges" {
		t.Errorf("the password leads to %s: %s", b.path(), b.text("main"))
	}
	b.finish()
}

// mailedLetter is the link and the code of the newest letter that lets in, another than the one of a link known already.
func (b *browser) mailedLetter(known string) (link, code string) {
	b.t.Helper()
	links, codes := regexp.MustCompile(`/sign-in/letter/[A-Za-z0-9_-]+`), regexp.MustCompile(`\b\d{6}\b`)
	for range 50 {
		b.visit("/dev/mail")
		b.press(`main a[href^="/dev/mail/"]`)
		letter := b.text("main")
		if found := links.FindString(letter); found != "" && found != known {
			return found, codes.FindString(strings.ReplaceAll(letter, found, ""))
		}
		time.Sleep(100 * time.Millisecond)
	}
	b.t.Fatal("no letter came")
	return "", ""
}
