//go:build e2e

package main

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// three are the files of three badges.
func three(t *testing.T, email string) (paths []string) {
	t.Helper()
	folder := t.TempDir()
	for _, name := range []string{"Gardener", "Baker", "Weaver"} {
		paths = append(paths, filepath.Join(folder, name+".json"))
		ok(t, os.WriteFile(paths[len(paths)-1], badgeFor(t, email, name), 0o600))
	}
	return paths
}

// TestE2ECollection makes a collection of three, orders it by the keyboard, shares it by a link with a password and opens
// that as a visitor, in English with scripts and in French without.
func TestE2ECollection(t *testing.T) {
	t.Parallel()
	for _, way := range []struct {
		name, language string
		scripts        bool
	}{{"en", "en", true}, {"fr-without-scripts", "fr", false}} {
		t.Run(way.name, func(t *testing.T) {
			s := serve(t, behindProxy)
			amina := s.somebody(t)
			amina.joins("Amina Diallo", journeyEmail, way.language)
			amina.post("/language", url.Values{"language": {way.language}})
			b := open(t, s, way.language)
			amina.lends(b)
			b.visit("/badges/add")
			b.do(chromedp.SetUploadFiles(`#files`, three(t, journeyEmail)))
			b.press(`#bring .button.primary`)
			b.waitFor("three badges", `document.querySelectorAll(".results tr").length > 3`)
			shelve(t, b, way.scripts, way.name)
		})
	}
}

func shelve(t *testing.T, b *browser, scripts bool, name string) {
	t.Helper()
	names := func() string {
		var all string
		b.do(chromedp.Evaluate(`[...document.querySelectorAll(".ordered .what > a")].map(a => a.textContent).join(" ")`, &all))
		return all
	}
	look := func(page string) {
		if scripts {
			b.look(page + "-" + name)
		}
	}
	b.visit("/collections")
	look("collections-none")
	if !scripts {
		b.withoutScripts()
	}
	b.visit("/collections/new")
	look("collection-new")
	b.do(chromedp.SetValue(`[name="title"]`, "For work"), chromedp.Click(`[name="in-passport"]`))
	b.press(`main .button.primary`)
	look("collection-pick")
	for n := range 3 {
		b.do(chromedp.Click(fmt.Sprintf(`.picks li:nth-child(%d) input`, n+1)))
	}
	b.press(`.sticky .button.primary`)
	before := strings.Fields(names())
	if len(before) != 3 {
		t.Fatalf("in the collection: %s", names())
	}
	edit := b.path()
	b.do(chromedp.Focus(`.ordered:nth-child(3) [value="first"]`))
	b.do(chromedp.KeyEvent(kb.Enter))
	b.waitFor("the last is the first", fmt.Sprintf(`document.querySelector(".ordered .what > a").textContent === %q`, before[2]))
	if scripts {
		var focus string
		b.do(chromedp.Evaluate(`document.activeElement.closest("li").dataset.name + " " + document.activeElement.value`, &focus))
		if focus != before[2]+" first" || !strings.Contains(b.text("[data-order-said]"), "1") {
			t.Errorf("the focus is on %s; it says %s", focus, b.text("[data-order-said]"))
		}
	}
	b.visit(edit)
	if want := strings.Join([]string{before[2], before[0], before[1]}, " "); names() != want {
		t.Errorf("loaded again: %s, want %s", names(), want)
	}
	look("collection-edit")
	at := strings.TrimSuffix(strings.Split(edit, "?")[0], "/edit")
	b.visit(at)
	look("collection")
	b.visit(at + "/share")
	b.do(chromedp.SetValue(`[name="password"]`, "tulip"))
	b.press(`#make .button`)
	look("collection-share")
	var link string
	b.do(chromedp.Value(`#give #link`, &link))
	b.visit(at)
	b.press(`form[action$="/raise"] button`)
	b.visit("/you/passport")
	look("passport-layout")
	b.visit(at + "/edit")
	b.do(chromedp.Click(`[name="visibility"][value="public"]`))
	b.press(`form.sheet .button.primary`)
	b.visit(at)
	b.press(`form[action$="/raise"] button`)
	b.finish()

	v := open(t, b.site, "en")
	if !scripts {
		v.withoutScripts()
	}
	path := strings.TrimPrefix(link, b.site.url)
	v.visit(path)
	v.fill(map[string]string{"password": "tulip"})
	if v.path() != path || !strings.Contains(v.text("main"), "For work") {
		t.Fatalf("at %s: %s", v.path(), v.text("main"))
	}
	if scripts {
		v.look("shared-collection-" + name)
	}
	v.press(`.badge-card h3 a`)
	if got := v.text("h1"); got != before[2] {
		t.Errorf("the first badge is %s", got)
	}
	v.visit("/@amina-diallo")
	if !strings.Contains(v.text("main"), "For work") {
		t.Errorf("the passport says %s", v.text("main"))
	}
	if scripts {
		v.look("passport-sections-" + name)
		v.do(emulation.SetEmulatedMedia().WithMedia("print"))
		v.picture("passport-print")
		var shown string
		v.do(chromedp.Evaluate(`getComputedStyle(document.querySelector(".on-paper")).display`, &shown))
		if shown != "flex" {
			t.Errorf("where a printed page is from is %s", shown)
		}
	}
	v.finish()
}
