//go:build e2e

package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/carnetbadges/carnet/cmd/carnet/demo"
	"github.com/carnetbadges/carnet/store"
)

// budget is what a page may weigh when nothing of it is there yet: bytes of each kind, texts as gzip packs them, pictures
// as they are; of pictures, what is loaded before anybody scrolls. Times depend on the machine and are only told.
type budget struct {
	name, path          string
	html, css, js, imgs int // kB
	requests            int
	shift               float64
}

// weight is what a page was found to be.
type weight struct {
	bytes    map[network.ResourceType]int
	requests int
	shift    float64
	largest  float64 // ms until the largest thing was painted
}

// measuring keeps what the browser tells of a page's coming to rest.
const measuring = `
window.measured = {shift: 0, largest: 0};
new PerformanceObserver((l) => l.getEntries().forEach((e) => { if (!e.hadRecentInput) window.measured.shift += e.value; })).observe({type: "layout-shift", buffered: true});
new PerformanceObserver((l) => l.getEntries().forEach((e) => { window.measured.largest = e.startTime; })).observe({type: "largest-contentful-paint", buffered: true});
`

// crowded is a folder of data with the demo world in it, where one person has 24 badges and more, and the id of a public one.
func crowded(t *testing.T) (data, email, badge string) {
	t.Helper()
	data = t.TempDir()
	if code := run(t.Context(), []string{"demo"}, []string{"CARNET_DATA=" + data}, streams{out: io.Discard, err: io.Discard}); code != 0 {
		t.Fatalf("demo ends with %d", code)
	}
	s, err := store.Open(t.Context(), "", data)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	person, err := s.PersonByHandle(t.Context(), "aminata-diop")
	if err != nil {
		t.Fatal(err)
	}
	own, _, err := s.ShownBadges(t.Context(), person.ID, []string{store.Public}, "", 24)
	if err != nil || len(own) < 5 {
		t.Fatal(len(own), err)
	}
	for i := range 24 {
		b, err := s.Badge(t.Context(), person.ID, own[i%len(own)].ID)
		if err != nil {
			t.Fatal(err)
		}
		b.ID, b.CredentialKey = "", b.CredentialKey+fmt.Sprint(i)
		if err := s.CreateBadge(t.Context(), &b); err != nil {
			t.Fatal(err)
		}
	}
	return data, "aminata.diop@courrier.example", own[len(own)-1].ID
}

// TestE2EPagesKeepTheirBudgets weighs pages as a telephone of the year loads them, on its network: 9 Mbit/s, 100 ms away,
// four times slower than here.
func TestE2EPagesKeepTheirBudgets(t *testing.T) {
	data, email, badge := crowded(t)
	s := serveFrom(t, data)
	t.Log("page           | html   css    js     img kB | requests | shift | largest paint")
	for _, row := range []struct {
		budget
		signedIn bool
	}{
		{budget{"public badge", "/b/" + badge, 8, 14, 20, 60, 8, 0}, false},
		{budget{"wall of 24", "/badges", 12, 14, 20, 150, 16, 0.02}, true},
		{budget{"sign in", "/sign-in", 5, 14, 6, 0, 4, 0}, false},
		{budget{"embed", "/b/" + badge + "/embed", 4 + 3, 0, 0, 20, 2, 0}, false}, // its sheet is in the page
		{budget{"import", "/badges/add", 12, 14, 20, 150, 16, 0.02}, true},
	} {
		b := open(t, s, "en")
		if row.signedIn {
			one := s.somebody(t)
			one.post("/sign-in", url.Values{"email": {email}, "password": {demo.Password}})
			one.lends(b)
		}
		w := b.weigh(row.path)
		b.finish()
		kB := func(kind network.ResourceType) float64 { return float64(w.bytes[kind]) / 1000 }
		t.Logf("%-14s | %5.1f  %5.1f  %5.1f  %5.1f  | %8d | %.3f | %.0f ms", row.name, kB(network.ResourceTypeDocument), kB(network.ResourceTypeStylesheet),
			kB(network.ResourceTypeScript), kB(network.ResourceTypeImage), w.requests, w.shift, w.largest)
		for kind, most := range map[network.ResourceType]int{
			network.ResourceTypeDocument: row.html, network.ResourceTypeStylesheet: row.css, network.ResourceTypeScript: row.js, network.ResourceTypeImage: row.imgs,
		} {
			if w.bytes[kind] > most*1000 {
				t.Errorf("%s: %.1f kB of %s, %d may be", row.name, kB(kind), kind, most)
			}
		}
		if w.requests > row.requests || w.shift > row.shift+0.001 {
			t.Errorf("%s: %d requests, %d may be; it shifts by %.3f, %.3f may be", row.name, w.requests, row.requests, w.shift, row.shift)
		}
	}
}

// weigh loads a page with nothing kept, and adds up what came, but for what its scripts ask about once it is there.
func (b *browser) weigh(path string) weight {
	b.t.Helper()
	kinds := map[network.RequestID]network.ResourceType{}
	var order []network.RequestID
	listening, stop := context.WithCancel(b.ctx)
	defer stop()
	chromedp.ListenTarget(listening, func(event any) {
		if e, ok := event.(*network.EventResponseReceived); ok && e.Type != network.ResourceTypeFetch && strings.HasPrefix(e.Response.URL, b.site.url) && !strings.Contains(e.Response.URL, "favicon") { // which only a window asks for, once
			if _, known := kinds[e.RequestID]; !known {
				order = append(order, e.RequestID)
			}
			kinds[e.RequestID] = e.Type
		}
	})
	b.do(
		chromedp.ActionFunc(func(ctx context.Context) error {
			_, err := page.AddScriptToEvaluateOnNewDocument(measuring).Do(ctx)
			return err
		}),
		network.ClearBrowserCache(),
		emulation.SetDeviceMetricsOverride(360, 800, 2, true),
		emulation.SetCPUThrottlingRate(4),
		network.EmulateNetworkConditions(false, 100, 9e6/8, 9e6/8),
		chromedp.Navigate(b.site.url+path), chromedp.WaitReady("body"), chromedp.Sleep(time.Second),
	)
	w := weight{bytes: map[network.ResourceType]int{}}
	var measured struct{ Shift, Largest float64 }
	b.do(chromedp.Evaluate(`window.measured`, &measured), emulation.SetCPUThrottlingRate(1))
	w.shift, w.largest = measured.Shift, measured.Largest
	texts := []network.ResourceType{network.ResourceTypeDocument, network.ResourceTypeStylesheet, network.ResourceTypeScript}
	for _, id := range slices.Clone(order) {
		var body []byte
		b.do(chromedp.ActionFunc(func(ctx context.Context) (err error) {
			body, err = network.GetResponseBody(id).Do(ctx)
			return err
		}))
		w.requests++
		w.bytes[kinds[id]] += len(body)
		if slices.Contains(texts, kinds[id]) {
			w.bytes[kinds[id]] += len(zipped(body)) - len(body)
		}
	}
	return w
}

func zipped(body []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = w.Write(body)
	_ = w.Close()
	return out.Bytes()
}
