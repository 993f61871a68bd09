//go:build e2e

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// site is a running Carnet, the whole program as main starts it, on a free port of loopback.
type site struct {
	url  string
	out  *lines
	data string // the folder of all it keeps
}

// lines is a writer that can be read while it is written.
type lines struct{ said chan string }

func (l *lines) Write(p []byte) (int, error) {
	for _, line := range strings.Split(strings.TrimRight(string(p), "\n"), "\n") {
		select {
		case l.said <- line:
		default:
		}
	}
	return len(p), nil
}

// serve starts Carnet with the settings given and stops it with the test.
func serve(t *testing.T, settings ...string) site {
	t.Helper()
	return serveFrom(t, t.TempDir(), settings...)
}

// serveFrom serves what lies in a folder already.
func serveFrom(t *testing.T, folder string, settings ...string) site {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	free.Close()
	_, port, _ := net.SplitHostPort(address)
	s := site{url: "http://localhost:" + port, out: &lines{said: make(chan string, 100)}, data: folder}
	environ := append([]string{"CARNET_ADDR=" + address, "CARNET_DATA=" + s.data, "CARNET_PUBLIC_URL=" + s.url}, settings...)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan int, 1)
	var complaints bytes.Buffer
	go func() { ended <- run(ctx, []string{"serve"}, environ, streams{out: s.out, err: &complaints}) }()
	t.Cleanup(func() {
		cancel()
		if code := <-ended; code != 0 {
			t.Errorf("serve ended with status %d: %s", code, complaints.String())
		}
	})
	select {
	case <-s.out.said:
	case code := <-ended:
		ended <- code
		t.Fatalf("serve ended at once: %s", complaints.String())
	case <-time.After(20 * time.Second):
		t.Fatal("serve does not start")
	}
	return s
}

// browser is one person's Chromium, with cookies of its own; requests to other hosts and errors of the page are kept.
type browser struct {
	t       *testing.T
	ctx     context.Context
	site    site
	foreign []string
	errors  []string
}

// open starts a browser that ends with the test.
func open(t *testing.T, s site, language string) *browser {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium(t)), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("lang", language), chromedp.Flag("accept-lang", language),
	)
	allocator, stopAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, stop := chromedp.NewContext(allocator)
	ctx, cancel := context.WithTimeout(ctx, 9*time.Minute)
	t.Cleanup(func() { cancel(); stop(); stopAllocator() })
	b := &browser{t: t, ctx: ctx, site: s}
	if err := chromedp.Run(ctx); err != nil { // starts the browser, which lives as long as this context
		t.Fatal(err)
	}
	chromedp.ListenTarget(ctx, b.listen)
	still := []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}} // a click during a transition is lost
	b.do(emulation.SetEmulatedMedia().WithFeatures(still), emulation.SetDeviceMetricsOverride(1280, 1600, 1, false), log.Enable(), network.Enable(), network.SetExtraHTTPHeaders(network.Headers{"Accept-Language": language}))
	return b
}

func (b *browser) listen(event any) {
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if u := e.Request.URL; !strings.HasPrefix(u, b.site.url) && !strings.HasPrefix(u, "data:") && !strings.HasPrefix(u, "about:") {
			b.foreign = append(b.foreign, u)
		}
	case *runtime.EventExceptionThrown:
		b.errors = append(b.errors, e.ExceptionDetails.Error())
	case *log.EventEntryAdded:
		if e.Entry.Level == log.LevelError && !strings.Contains(e.Entry.Text, "with a status of 4") {
			b.errors = append(b.errors, e.Entry.Text)
		}
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.APITypeError {
			b.errors = append(b.errors, fmt.Sprint(e.Args))
		}
	}
}

// do runs browser actions; one that fails ends the test with the page's address and words.
func (b *browser) do(actions ...chromedp.Action) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	if err := chromedp.Run(ctx, actions...); err != nil {
		var where, words string
		_ = chromedp.Run(b.ctx, chromedp.Location(&where), chromedp.Text("body", &words))
		b.t.Fatalf("%v\nat %s:\n%.1500s", err, where, words)
	}
}

// withoutScripts switches JavaScript off for the pages that follow.
func (b *browser) withoutScripts() {
	b.t.Helper()
	b.do(emulation.SetScriptExecutionDisabled(true))
}

// visit opens a page of the site.
func (b *browser) visit(path string) {
	b.t.Helper()
	b.do(chromedp.Navigate(b.site.url+path), chromedp.WaitReady("#main, body"))
}

// fill types into the fields named, then presses the form's primary button.
func (b *browser) fill(fields map[string]string) {
	b.t.Helper()
	for name, value := range fields {
		b.do(chromedp.SetValue(`main [name="`+name+`"]`, value))
	}
	b.press(`main .button.primary`)
}

// press clicks what selector names and waits for the page that follows.
func (b *browser) press(selector string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, chromedp.Click(selector)); err != nil {
		b.picture("failed")
		b.t.Fatalf("pressing %s at %s: %v", selector, b.path(), err)
	}
}

// pressTwice clicks twice, as many do everywhere, and waits for the page that follows.
func (b *browser) pressTwice(selector string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, chromedp.DoubleClick(selector)); err != nil {
		b.picture("failed")
		b.t.Fatalf("pressing %s twice at %s: %v", selector, b.path(), err)
	}
}

// text is what selector shows.
func (b *browser) text(selector string) string {
	b.t.Helper()
	var words string
	b.do(chromedp.Text(selector, &words))
	return words
}

// path is where the browser is, without the host.
func (b *browser) path() string {
	b.t.Helper()
	var where string
	b.do(chromedp.Location(&where))
	return strings.TrimPrefix(where, b.site.url)
}

// finish demands that nothing was asked of another host and that no script failed, also not for the policy.
func (b *browser) finish() {
	b.t.Helper()
	if len(b.foreign) > 0 {
		b.t.Errorf("requests to others: %q", b.foreign)
	}
	if len(b.errors) > 0 {
		b.t.Errorf("errors in the page: %q", b.errors)
	}
}

// look runs axe-core on the page in light and in dark, narrow and wide, and keeps pictures where they are wanted.
func (b *browser) look(name string) {
	b.t.Helper()
	var axe struct {
		Violations []struct {
			ID    string `json:"id"`
			Help  string `json:"help"`
			Nodes []struct {
				HTML string `json:"html"`
			} `json:"nodes"`
		} `json:"violations"`
	}
	source, err := os.ReadFile(filepath.Join("..", "..", "static", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		b.t.Fatalf("axe-core is missing (make assets brings it): %v", err)
	}
	for _, width := range []int64{360, 1280} {
		for _, scheme := range []string{"light", "dark"} {
			b.do(
				emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}),
				emulation.SetDeviceMetricsOverride(width, b.height(width), 1, width < 600),
				chromedp.Evaluate(string(source), nil),
				chromedp.Evaluate(`axe.run({resultTypes: ["violations"]})`, &axe, func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }),
			)
			for _, v := range axe.Violations {
				found, _ := json.Marshal(v.Nodes)
				b.t.Errorf("%s at %d px, %s: %s (%s): %.600s", name, width, scheme, v.ID, v.Help, found)
			}
			var overflow bool
			// Not innerWidth, which grows with what is too wide on a telephone.
			b.do(chromedp.Evaluate(fmt.Sprintf(`document.documentElement.scrollWidth > %d`, width), &overflow))
			if overflow {
				b.t.Errorf("%s at %d px, %s: the page is wider than the screen", name, width, scheme)
			}
			b.picture(fmt.Sprintf("%s-%d-%s", name, width, scheme))
		}
	}
}

// height is the page's own, so that the bar that sticks to the bottom hides nothing from axe.
func (b *browser) height(width int64) int64 {
	b.t.Helper()
	var high int64
	b.do(emulation.SetDeviceMetricsOverride(width, 800, 1, width < 600), chromedp.Evaluate(`document.documentElement.scrollHeight`, &high))
	return min(max(high, 800), 8000)
}

// picture keeps what is seen in the folder CARNET_TEST_SHOTS, where that is set.
func (b *browser) picture(name string) {
	b.t.Helper()
	folder := os.Getenv("CARNET_TEST_SHOTS")
	if folder == "" {
		return
	}
	var shot []byte
	b.do(chromedp.CaptureScreenshot(&shot))
	if err := os.WriteFile(filepath.Join(folder, name+".png"), shot, 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// chromium is the browser's path; without one there is nothing to test with.
func chromium(t *testing.T) string {
	t.Helper()
	for _, path := range []string{"/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"} {
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	t.Fatal("these tests need a browser: apt-get install --no-install-recommends chromium")
	return ""
}
