//go:build e2e

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestE2ETwelveTasksWithoutScripts does what Carnet is for with JavaScript switched off: a holder, a visitor with a secret
// link, somebody who verifies. Each task ends with a look at what it was for.
func TestE2ETwelveTasksWithoutScripts(t *testing.T) {
	t.Parallel()
	s := serve(t)
	b, visitor := open(t, s, "en"), open(t, s, "en")
	b.withoutScripts()
	visitor.withoutScripts()
	var page, collection, link string
	several := []string{}
	for _, name := range []string{"Baker", "Cartographer", "Diver"} {
		path := filepath.Join(t.TempDir(), name+".json")
		ok(t, os.WriteFile(path, badgeFor(t, journeyEmail, name), 0o600))
		several = append(several, path)
	}
	has := func(b *browser, what string, wanted ...string) {
		t.Helper()
		said := b.text("main")
		for _, one := range wanted {
			if !strings.Contains(said, one) {
				t.Errorf("%s: %q is not at %s: %.800s", what, one, b.path(), said)
			}
		}
	}
	again := func(b *browser, what, wanted string) {
		t.Helper()
		for range 100 {
			if strings.Contains(b.text("main"), wanted) {
				return
			}
			time.Sleep(200 * time.Millisecond)
			b.do(chromedp.Reload(), chromedp.WaitReady("main"))
		}
		t.Fatalf("%s: never %q: %.800s", what, wanted, b.text("main"))
	}
	tasks := []struct {
		name string
		do   func()
	}{
		{"join", func() {
			b.visit("/join")
			b.fill(map[string]string{"name": "Amina Diallo", "email": journeyEmail, "password": journeyPassword})
			b.openLetter()
			b.press("main .button.primary")
			if !strings.HasPrefix(b.path(), "/badges") {
				t.Fatalf("confirming leads to %s", b.path())
			}
		}},
		{"sign in", func() {
			b.press(`form[action="/sign-out"] button`)
			b.visit("/sign-in")
			b.do(chromedp.SetValue("#email", journeyEmail), chromedp.Evaluate(`document.querySelectorAll("main details").forEach(d => d.open = true)`, nil),
				chromedp.SetValue("#password", journeyPassword))
			b.press(`main form[action="/sign-in"] details .button`)
			if !strings.HasPrefix(b.path(), "/badges") {
				t.Fatalf("signing in leads to %s: %.600s", b.path(), b.text("main"))
			}
		}},
		{"import one badge", func() {
			b.visit("/badges/add")
			b.do(chromedp.SetUploadFiles("#files", []string{bakedBadge(t)}))
			b.press("#bring .button.primary")
			page, _, _ = strings.Cut(b.path(), "?")
			if !strings.HasPrefix(page, "/b/") || !strings.Contains(b.html("main"), `data-verdict="genuine"`) {
				t.Fatalf("importing leads to %s", b.path())
			}
		}},
		{"import many at once", func() {
			b.visit("/badges/add")
			b.do(chromedp.SetUploadFiles("#files", several))
			b.press("#bring .button.primary")
			for _, name := range []string{"Baker", "Cartographer", "Diver"} {
				again(b, "many", name)
			}
			b.visit("/badges")
			again(b, "the wall", "Diver")
		}},
		{"search, filter and sort", func() {
			b.visit("/badges")
			b.do(chromedp.SetValue("#wall-q", "cartog"))
			b.press(`.seek .button`)
			if said := b.text("#wall-found"); !strings.Contains(said, "Cartographer") || strings.Contains(said, "Baker") {
				t.Errorf("searched: %s", said)
			}
			b.visit("/badges")
			b.do(chromedp.SetValue("#wall-sort", "name"))
			b.press(`.wall-tools [data-unscripted]`)
			if said := b.text("#wall-found"); strings.Index(said, "Baker") > strings.Index(said, "Neighbourhood Gardener") {
				t.Errorf("sorted: %s", said)
			}
		}},
		{"tag several", func() {
			b.visit("/badges")
			b.press(`a.button.small[href*="pick"]`)
			b.do(chromedp.SetAttributeValue(`#wall-found input[type="checkbox"][name="badge"]`, "checked", ""), chromedp.SetValue("#bulk-do", "tag"), chromedp.SetValue("#bulk-tag", "outdoors"))
			b.press("#pick .button.primary")
			b.visit("/badges?tag=outdoors")
			if strings.Contains(b.html("#wall-found"), "nothing-h") {
				t.Errorf("nothing has the tag: %s", b.text("main"))
			}
		}},
		{"show a badge to everybody", func() {
			b.visit(page)
			b.press(`button[name="visibility"][value="public"]`)
			visitor.visit(page)
			has(visitor, "public", "Neighbourhood Gardener")
		}},
		{"make a collection and order it", func() {
			b.visit("/collections/new")
			b.do(chromedp.SetValue(`main [name="title"]`, "For the job"))
			b.press(`main form[action="/collections"] .button.primary`)
			b.visit("/collections")
			b.press(`main .collection a[href^="/c/"]`)
			collection, _, _ = strings.Cut(b.path(), "?")
			for _, name := range []string{"Baker", "Diver"} {
				b.visit(collection + "/add?q=" + name)
				b.do(chromedp.SetAttributeValue(`main input[name="badge"]:not([disabled])`, "checked", ""))
				b.press(`main form[method="post"] .button.primary`)
			}
			b.visit(collection + "/edit")
			b.press(`.ordered:nth-child(2) button[value="first"]`)
			b.visit(collection)
			if said := b.text("main"); strings.Index(said, "Diver") > strings.Index(said, "Baker") {
				t.Errorf("ordered: %.600s", said)
			}
		}},
		{"give by a secret link with a password", func() {
			b.visit(page + "/share")
			b.do(chromedp.SetValue(`#make [name="label"]`, "For the job"), chromedp.SetValue(`#make [name="password"]`, "tulip"))
			b.press("#make form .button")
			b.do(chromedp.Value("#give #link", &link))
			visitor.visit(strings.TrimPrefix(link, s.url))
			if strings.Contains(visitor.text("main"), "Neighbourhood Gardener") {
				t.Error("it is open without the password")
			}
			visitor.fill(map[string]string{"password": "tulip"})
			has(visitor, "by the link", "Neighbourhood Gardener", "Genuine and current")
		}},
		{"verify a badge", func() {
			visitor.visit("/verify")
			visitor.do(chromedp.SetUploadFiles("#file", []string{bakedBadge(t)}), chromedp.SetValue("#email", journeyEmail))
			visitor.press("#ask .button.primary")
			has(visitor, "verified", "Neighbourhood Gardener", "Genuine and current")
		}},
		{"take everything out", func() {
			b.visit("/you/data")
			b.press(`#takeout form[action="/you/data/archive"] .button.primary`)
			for range 100 {
				if strings.Contains(b.html("#takeout"), "/you/data/archive.zip") {
					return
				}
				time.Sleep(200 * time.Millisecond)
				b.visit("/you/data")
			}
			t.Errorf("no archive: %s", b.text("#takeout"))
		}},
		{"delete and undo", func() {
			b.visit(page)
			b.press(`form[action$="/delete"] button`)
			b.press(".notice form button")
			b.visit(page)
			has(b, "undone", "Neighbourhood Gardener")
			if strings.Contains(b.html("main"), `action="`+page+`/restore"`) {
				t.Error("it is still deleted")
			}
		}},
	}
	done := 0
	for _, task := range tasks {
		before := t.Failed()
		task.do()
		if t.Failed() == before {
			done++
			t.Logf("%2d. %s", done, task.name)
		}
	}
	t.Logf("%d/%d tasks without JavaScript", done, len(tasks))
	b.finish()
	visitor.finish()
}
