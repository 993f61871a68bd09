//go:build e2e

package main

import (
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/carnetbadges/carnet/cmd/carnet/demo"
)

// walls is the demo world, served, and one of its people signed in.
func walls(t *testing.T) (site, *somebody) {
	t.Helper()
	folder := t.TempDir()
	if code := run(t.Context(), []string{"demo"}, []string{"CARNET_DATA=" + folder}, streams{out: io.Discard, err: os.Stderr}); code != 0 {
		t.Fatal("there is no demo world")
	}
	s := serveFrom(t, folder, behindProxy)
	aminata := s.somebody(t)
	if where, said := aminata.post("/sign-in", url.Values{"email": {"aminata.diop@courrier.example"}, "password": {demo.Password}, "by": {"password"}}); !strings.HasPrefix(where, "/badges") {
		t.Fatalf("signing in leads to %s: %.300s", where, said)
	}
	return s, aminata
}

// names are those on the wall, as they are seen.
func (b *browser) names() (all []string) {
	b.t.Helper()
	b.do(chromedp.Evaluate(`[...document.querySelectorAll("[data-cards] h3")].map(h => h.textContent.trim())`, &all))
	return all
}

// until waits for what a page comes to by itself.
func (b *browser) until(condition string) {
	b.t.Helper()
	b.do(chromedp.Poll(condition, nil, chromedp.WithPollingTimeout(10*time.Second)))
}

func TestE2EWall(t *testing.T) {
	t.Parallel()
	s, aminata := walls(t)
	axe, err := os.ReadFile(filepath.Join("..", "..", "static", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatalf("axe-core is missing (make assets brings it): %v", err)
	}
	b := open(t, s, "en")
	aminata.post("/language", url.Values{"language": {"en"}})
	aminata.lends(b)

	// Seeking, by the keyboard alone: what is found comes while one types, and the address says it.
	b.visit("/badges")
	whole := len(b.names())
	b.do(chromedp.Focus("#wall-q"), chromedp.KeyEvent("energie"))
	b.until(`document.querySelector("#wall-count").textContent === "1 badge"`)
	if got := b.names(); len(got) != 1 || got[0] != "Énergie solaire à bord" || b.path() != "/badges?q=energie" {
		t.Errorf("found %q at %s", got, b.path())
	}
	var focus string
	if b.do(chromedp.Evaluate(`document.activeElement.id`, &focus)); focus != "wall-q" {
		t.Errorf("the focus went to %q", focus)
	}
	b.do(chromedp.KeyEvent(strings.Repeat(kb.Backspace, 7)+"zzz"), chromedp.WaitVisible("#wall-found .empty"))
	b.axeRun(string(axe), "nothing found")
	b.do(chromedp.Evaluate(`history.back()`, nil))
	b.until(fmt.Sprintf(`document.querySelectorAll("[data-cards] h3").length === %d`, whole))

	// A star is one touch, and holds.
	b.do(chromedp.Click(`.star`), chromedp.WaitVisible(`.star[aria-pressed="true"][name="off"]`))
	b.visit("/badges?favourite=yes")
	if got := b.names(); len(got) != 1 {
		t.Errorf("favourites: %q", got)
	}

	// Many at once, and back.
	b.visit("/badges?show=private&pick=some")
	b.do(chromedp.Click("[data-pick-all]"), chromedp.SetValue("#bulk-tag", "Été"))
	b.press("#pick .button.primary")
	if said := b.text(".notice"); !strings.Contains(said, "The tag stands on 2 more badges") {
		t.Errorf("it says %q", said)
	}
	b.press(".notice button")
	b.visit("/badges?tag=ete")
	if got := b.names(); len(got) != 0 {
		t.Errorf("after it was taken back: %q", got)
	}

	for _, page := range []string{"/badges", "/badges?view=list", "/badges?view=timeline", "/badges?pick=page", "/badges?view=timeline&pick=some", "/badges/tags", "/badges/deleted"} {
		for width, scheme := range map[int64]string{360: "light", 1280: "dark"} {
			b.do(emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}),
				emulation.SetDeviceMetricsOverride(width, 4000, 1, width < 600))
			b.visit(page)
			b.do(chromedp.Evaluate(`document.querySelectorAll("details.filter").forEach(d => d.open = true)`, nil))
			b.axeRun(string(axe), fmt.Sprint(page, " ", width, " ", scheme))
		}
	}
	b.finish()
}

func TestE2EWallWithoutScripts(t *testing.T) {
	t.Parallel()
	s, aminata := walls(t)
	b := open(t, s, "fr")
	aminata.post("/language", url.Values{"language": {"fr"}})
	aminata.lends(b)
	b.withoutScripts()
	b.visit("/badges")
	b.do(chromedp.SetValue("#wall-q", "Energie"))
	b.press(".seek button")
	if said := b.text("#wall-count"); said != "1 badge" {
		t.Errorf("il est dit %q", said)
	}
	b.press(".star")
	if !strings.HasPrefix(b.path(), "/badges?q=Energie") || b.text(".star[aria-pressed=true]") != "" {
		t.Errorf("à %s, sans étoile", b.path())
	}
	b.visit("/badges?show=private&pick=page")
	b.do(chromedp.SetValue("#bulk-do", "public"))
	b.press("#pick .button.primary")
	if said := b.text("h1"); !strings.HasPrefix(said, "Montrer 2 badges") {
		t.Errorf("il est demandé %q", said)
	}
	b.press("main .button.primary")
	b.press(".notice button")
	b.visit("/badges?show=private")
	if said := b.text("#wall-count"); said != "2 badges" {
		t.Errorf("après l'annulation, il est dit %q", said)
	}
	b.finish()
}
