//go:build e2e

package main

import (
	"context"
	"encoding/json"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// watching is what every page begins with: it keeps what the policy forbade, and what ran that should not.
const watching = `
window.ran = [];
window.forbidden = [];
for (const name of ["alert", "confirm", "prompt", "print"]) window[name] = (word) => window.ran.push(name + " " + word);
document.addEventListener("securitypolicyviolation", (e) => window.forbidden.push(e.violatedDirective + " " + e.blockedURI + " " + e.sample));
`

// watch sets the watch for all pages that follow.
func (b *browser) watch() {
	b.t.Helper()
	b.do(chromedp.ActionFunc(func(ctx context.Context) error {
		_, err := page.AddScriptToEvaluateOnNewDocument(watching).Do(ctx)
		return err
	}))
}

// aFile is an address that is for taking away.
var aFile = regexp.MustCompile(`/(original|archive|baked\.(png|svg)|picture|portrait)$|\.(json|jwt|png|svg|pdf|zip|csv)$`)

// anID is what makes two pages of one kind have two addresses.
var anID = regexp.MustCompile(`[0-9A-Z]{26}|@[\w-]+|\?.*|^/dev/mail/.+`)

// walk opens every page that links lead to, one of each kind: pages that differ only in what follows a name= are one.
func (b *browser) walk(begin []string, look func(path string)) (pages int) {
	b.t.Helper()
	seen := map[string]bool{}
	queue := append([]string{"/"}, begin...)
	for len(queue) > 0 {
		path := queue[0]
		queue = queue[1:]
		where, err := url.Parse(path)
		if err != nil || aFile.MatchString(where.Path) {
			continue
		}
		key := anID.ReplaceAllString(where.Path, "…")
		for _, name := range slices.Sorted(maps.Keys(where.Query())) {
			key += "&" + name
		}
		// A wall can be asked for in any combination; they are all made of what pages of two stand for.
		if seen[key] || pages > 150 || len(where.Query()) > 2 {
			continue
		}
		seen[key] = true
		pages++
		b.visit(path)
		look(path)
		var links []string
		b.do(chromedp.Evaluate(`[...document.querySelectorAll("a[href]:not([download])")].filter(a => a.origin === location.origin).map(a => a.pathname + a.search)`, &links))
		queue = append(queue, links...)
	}
	return pages
}

// axeRun is axe-core's verdict on the page as it is.
func (b *browser) axeRun(source, where string) {
	b.t.Helper()
	b.do(chromedp.Evaluate(source, nil))
	b.axe(where, `{resultTypes: ["violations"]}`)
}

// axe runs what axeRun has brought, as options say.
func (b *browser) axe(where, options string) {
	b.t.Helper()
	var violations []struct {
		ID    string          `json:"id"`
		Help  string          `json:"help"`
		Nodes json.RawMessage `json:"nodes"`
	}
	b.do(chromedp.Evaluate(`axe.run(`+options+`).then(r => r.violations.map(v => ({id: v.id, help: v.help, nodes: v.nodes.map(n => n.html)})))`, &violations,
		func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }))
	for _, v := range violations {
		b.t.Errorf("%s: %s (%s): %.500s", where, v.ID, v.Help, v.Nodes)
	}
}

// axeElsewhere asks axe-core, which the page has, for the rules that may find something else in the other colours and at
// the other width, and puts the page back. All rules run in one of the four settings in either language.
func (b *browser) axeElsewhere(where string, width int64, scheme string) {
	b.t.Helper()
	for _, wide := range []int64{360, 1280} {
		for _, colours := range []string{"light", "dark"} {
			if wide == width && colours == scheme {
				continue
			}
			b.wears(wide, colours)
			b.axe(where+", "+colours+" at "+strconv.FormatInt(wide, 10)+" px", `{resultTypes: ["violations"], runOnly: {type: "rule", values: ["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable", "aria-hidden-focus"]}}`)
		}
	}
	b.wears(width, scheme)
}

// wears shows the page in colours and at a width.
func (b *browser) wears(width int64, scheme string) {
	b.t.Helper()
	b.do(
		emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}),
		emulation.SetDeviceMetricsOverride(width, 4000, 1, width < 600),
	)
}

// TestE2EEveryPageKeepsThePolicy opens every page that a visitor, a member and an administrator reach by links, in both
// languages, light and dark, narrow and wide: nothing the policy forbids, nothing asked of another host, no error, nothing axe-core objects to, nothing
// kept in the browser but a session and two choices; and after signing out the back button shows nobody's page.
// ASVS: V1.3.2, V3.4.3, V3.7.1, V7.4.1, V7.4.4, V14.2.3, V14.3.1, V14.3.3
func TestE2EEveryPageKeepsThePolicy(t *testing.T) {
	t.Parallel()
	axe, err := os.ReadFile(filepath.Join("..", "..", "static", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatalf("axe-core is missing (make assets brings it): %v", err)
	}
	s := serve(t, behindProxy)
	admin := s.somebody(t)
	setup := s.setupLink(t)
	admin.get(setup)
	if where, said := admin.post(setup, url.Values{"name": {"Ibrahima Fall"}, "email": {"ibrahima@savoirs.example"}, "password": {journeyPassword}}); !strings.HasPrefix(where, "/badges") {
		t.Fatalf("setting up leads to %s: %.600s", where, said)
	}
	admin.confirms("ibrahima@savoirs.example")
	svg, err := os.ReadFile(bakedBadge(t))
	if err != nil {
		t.Fatal(err)
	}
	amina, moussa := s.somebody(t), s.somebody(t)
	amina.joins("Amina Diallo", journeyEmail, "en")
	moussa.joins("Moussa Ba", "moussa@medina.example", "fr")
	where, said := amina.bring("gardener.svg", string(svg))
	if !strings.HasPrefix(where, "/b/") {
		t.Fatalf("importing leads to %s: %.600s", where, said)
	}
	badge, _, _ := strings.Cut(where, "?")
	amina.post(badge+"/visibility", url.Values{"visibility": {"public"}})
	imported, _ := amina.bring("again.svg", string(svg), "notes.txt", "nothing", "link.txt", "https://badges.invalid/badge/1")
	amina.through(imported)

	pages, judged := 0, map[string]bool{}
	for _, language := range []string{"en", "fr"} {
		for who, one := range map[string]*somebody{"a visitor": nil, "a member": map[string]*somebody{"en": amina, "fr": moussa}[language], "an administrator": admin} {
			b := open(t, s, language)
			b.watch()
			width, scheme := int64(1280), "light"
			if language == "fr" {
				width, scheme = 360, "dark"
			}
			b.wears(width, scheme)
			begin := []string{badge, "/@amina-diallo", "/verify", "/nothing/here", "/reset/none", "/confirm/none", "/badges?done=saved", "/dev/mail"}
			if one != nil {
				one.post("/language", url.Values{"language": {language}})
				one.lends(b)
				begin = append(begin, "/badges", "/badges/add", "/you", "/badges/deleted", "/badges/to-fix")
				if one == amina {
					begin = append(begin, imported)
				}
			}
			pages += b.walk(begin, func(path string) {
				said := language + ", " + who + ", " + path
				var is struct {
					Lang      string   `json:"lang"`
					Forbidden []string `json:"forbidden"`
					Ran       []string `json:"ran"`
					Kept      int      `json:"kept"`
					Cookies   string   `json:"cookies"`
					Frames    int      `json:"frames"`
					Wide      bool     `json:"wide"`
				}
				b.do(chromedp.Evaluate(`({lang: document.documentElement.lang, forbidden: window.forbidden, ran: window.ran,
					kept: localStorage.length + sessionStorage.length, cookies: document.cookie, frames: frames.length,
					wide: document.documentElement.scrollWidth > innerWidth})`, &is))
				if len(is.Forbidden)+len(is.Ran)+is.Kept+len(is.Cookies)+is.Frames > 0 || is.Lang != language || is.Wide {
					t.Errorf("%s: %+v", said, is)
				}
				if kind := language + anID.ReplaceAllString(path, "…"); !judged[kind] {
					judged[kind] = true
					b.axeRun(string(axe), said)
					b.axeElsewhere(said, width, scheme)
				}
			})
			if one != nil {
				b.visit("/badges")
				b.press(`form[action="/sign-out"] button`)
				var words string
				b.do(chromedp.NavigateBack(), chromedp.Sleep(200*time.Millisecond), chromedp.Text("body", &words))
				if !strings.HasPrefix(b.path(), "/sign-in") || strings.Contains(words, "Neighbourhood Gardener") {
					t.Errorf("%s, %s: signed out, the back button leads to %s: %.200s", language, who, b.path(), words)
				}
				if language == "en" {
					one.post("/sign-in", url.Values{"email": {map[*somebody]string{amina: journeyEmail, admin: "ibrahima@savoirs.example"}[one]}, "password": {journeyPassword}})
				}
			}
			b.finish()
		}
	}
	t.Logf("%d pages, %d of them judged by axe-core", pages, len(judged))
}
