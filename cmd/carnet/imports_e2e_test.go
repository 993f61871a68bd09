//go:build e2e

package main

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// fifty are files of all kinds, for somebody's address: 30 genuine badges, copies of some, and what is none.
func fifty(t *testing.T, email string) (paths []string) {
	t.Helper()
	folder := t.TempDir()
	put := func(name string, content []byte) {
		path := filepath.Join(folder, name)
		ok(t, os.WriteFile(path, content, 0o600))
		paths = append(paths, path)
	}
	for n := range 50 {
		switch {
		case n < 30:
			put(fmt.Sprintf("badge-%d.json", n), badgeFor(t, email, fmt.Sprint("Gardener ", n)))
		case n < 35:
			content, err := os.ReadFile(paths[n-30])
			ok(t, err)
			put(fmt.Sprintf("copy-%d.json", n), content)
		case n < 40:
			put(fmt.Sprintf("theirs-%d.json", n), badgeFor(t, "somebody@else.example", "Sailor"))
		case n < 45:
			put(fmt.Sprintf("notes-%d.txt", n), []byte("Nothing here."))
		default:
			put(fmt.Sprintf("link-%d.txt", n), fmt.Appendf(nil, "https://badges.invalid/badge/%d", n))
		}
	}
	return paths
}

// waitFor looks again and again, for a while; a page that is just giving way to another answers with an error, and is asked again.
func (b *browser) waitFor(what, expression string) {
	b.t.Helper()
	var last error
	for range 300 {
		ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
		var is bool
		last = chromedp.Run(ctx, chromedp.Evaluate(expression, &is))
		cancel()
		if last == nil && is {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	b.picture("failed")
	b.t.Fatalf("never: %s (%v); the page says %.1500s", what, last, b.text("main"))
}

// TestE2EFiftyFilesFillATable drops fifty files: the table fills while one watches, a whole folder is taken from a drop, an
// import is stopped and gone on with, everything is undone and brought back.
func TestE2EFiftyFilesFillATable(t *testing.T) {
	t.Parallel()
	s := serve(t, behindProxy)
	amina := s.somebody(t)
	amina.joins("Amina Diallo", journeyEmail, "en")
	b := open(t, s, "en")
	amina.lends(b)

	b.visit("/badges/add")
	b.look("bring-many")
	paths := fifty(t, journeyEmail)
	b.do(chromedp.SetUploadFiles(`#files`, paths))
	if said := b.text("[data-chosen]"); !strings.Contains(said, "badge-0.json") || !strings.Contains(said, "and 42 more") {
		t.Errorf("chosen: %s", said)
	}
	began := time.Now()
	b.press(`#bring .button.primary`)
	here := b.path()
	b.waitFor("a first result", `[...document.querySelectorAll(".results .outcome")].some(o => o.textContent.trim() === "Added")`)
	first := time.Since(began)
	b.waitFor("all results", `document.querySelector("#import-t").textContent.includes("50 of 50") && !document.querySelector("#import[hx-get]")`)
	t.Logf("first result seen after %s, all fifty after %s", first.Round(time.Millisecond), time.Since(began).Round(time.Millisecond))
	if b.path() != here {
		t.Errorf("the table filled at another address: %s", b.path())
	}
	if said := b.text("#import-t"); !strings.Contains(said, "30 added, 5 already here, 5 made out to somebody else") || !strings.Contains(said, "5 not badges") {
		t.Errorf("told: %s", said)
	}
	b.look("imported")
	b.visit("/badges/to-fix")
	b.look("to-fix")

	b.visit(here)
	b.press(`form[action$="/undo"] button`)
	b.press(`.notice form button`)
	if said := b.text(".notice"); !strings.Contains(said, "30 badges are back") {
		t.Errorf("brought back: %s", said)
	}

	b.visit("/badges/add")
	b.do(chromedp.Evaluate(dropsAFolder, nil))
	b.waitFor("the folder's files", `document.querySelector("#files").files.length === 3`)

	var links []string
	for n := range 400 {
		links = append(links, fmt.Sprintf("https://badges.invalid/badge/%d", n))
	}
	b.do(chromedp.SetValue("#text", strings.Join(links, "\n")))
	b.press(`#bring .button.primary`)
	b.press(`form[action$="/stop"] button`)
	b.waitFor("it is stopped, or was through", `!document.querySelector("#import[hx-get]")`)
	b.look("stopped")
	b.finish()
}

// dropsAFolder is what a browser does when a folder with a folder in it is dropped.
const dropsAFolder = `(() => {
	const file = (name) => ({isDirectory: false, file: (resolve) => resolve(new File(["nothing"], name))});
	const folder = (...entries) => ({isDirectory: true, createReader: () => ({readEntries: (resolve) => resolve(entries.splice(0))})});
	const event = new Event("drop", {bubbles: true, cancelable: true});
	event.dataTransfer = {items: [{webkitGetAsEntry: () => folder(file("a.json"), folder(file("b.json"), file("c.json")))}]};
	document.querySelector(".drop input").dispatchEvent(event);
})()`

// TestE2EFiftyFilesWithoutScripts does the same where no script runs: one looks again by a link.
func TestE2EFiftyFilesWithoutScripts(t *testing.T) {
	t.Parallel()
	s := serve(t, behindProxy)
	amina := s.somebody(t)
	amina.joins("Amina Diallo", journeyEmail, "fr")
	amina.post("/language", url.Values{"language": {"fr"}})
	b := open(t, s, "fr")
	amina.lends(b)
	b.withoutScripts()

	b.visit("/badges/add")
	b.do(chromedp.SetUploadFiles(`#files`, fifty(t, journeyEmail)))
	b.press(`#bring .button.primary`)
	for range 100 {
		if !strings.Contains(b.html("#import"), `value="`) || strings.Contains(b.text("#import-t"), "50 sur 50") {
			break
		}
		time.Sleep(200 * time.Millisecond)
		b.press(`#import .row a.button`)
	}
	if said := b.text("#import-t"); !strings.Contains(said, "30 ajoutés, 5 déjà là") {
		t.Errorf("told: %s", said)
	}
	b.do(chromedp.SetValue("#visibility", "members"))
	b.press(`form[action$="/visibility"] button`)
	if said := b.text(".notice"); !strings.Contains(said, "30 badges") {
		t.Errorf("shown: %s", said)
	}
	b.press(`#import a[href="/badges/to-fix"]`)
	b.press(`form[action$="/dismiss"] button`)
	b.press(`.notice form button`)
	b.finish()
}
