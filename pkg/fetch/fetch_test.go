package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestPageIsWhatTheHostAnswered(t *testing.T) {
	server, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/ld+json; charset=utf-8")
		w.WriteHeader(http.StatusGone)
		_, _ = w.Write([]byte(`{"revoked":true}`))
	})
	c := newClock()
	page, err := newFetcher(t, Options{Dial: to("example.org", server), Now: c.Now}).Page(t.Context(), "HTTP://Example.ORG/a#b")
	if err != nil {
		t.Fatal(err)
	}
	if page.URL != "http://example.org/a" || page.Status != http.StatusGone || page.ContentType != "application/ld+json; charset=utf-8" ||
		string(page.Body) != `{"revoked":true}` || !page.At.Equal(c.now) {
		t.Errorf("%+v", page)
	}
}

// ASVS: V14.2.3
func TestRequestsSayWhoAsksAndNothingElse(t *testing.T) {
	var header http.Header
	server, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		header = r.Header.Clone()
		http.SetCookie(w, &http.Cookie{Name: "tracked", Value: "yes"})
		if r.URL.Path == "/from" {
			http.Redirect(w, r, "/to", http.StatusFound)
		}
	})
	f := newFetcher(t, Options{Dial: to("example.org", server), PublicURL: "https://carnet.example.net"})
	for _, ask := range []func(context.Context, string) (Page, error){f.Page, f.Picture} {
		if _, err := ask(t.Context(), "http://example.org/from"); err != nil {
			t.Fatal(err)
		}
		if got := header.Get("User-Agent"); got != "Carnet (Open Badges passport; +https://carnet.example.net)" {
			t.Errorf("User-Agent: %s", got)
		}
		if len(header) != 3 || header.Get("Accept") == "" || header.Get("Accept-Encoding") != "gzip" {
			t.Errorf("sent %v", header)
		}
	}
	if !strings.HasPrefix(header.Get("Accept"), "image/") {
		t.Errorf("a picture is asked for as %s", header.Get("Accept"))
	}
}

func TestTheAgentCarriesNoInjectedHeader(t *testing.T) {
	for _, odd := range []string{"", "https://x.example\r\nX: y", "https://x.example/a b", "https://ü.example", "nonsense", "https://user:secret@x.example"} {
		if got := agent(odd); got != "Carnet (Open Badges passport)" {
			t.Errorf("%q became %q", odd, got)
		}
	}
}

func TestPrivateAddressesNeedAllowance(t *testing.T) {
	server, asked := serve(t, func(http.ResponseWriter, *http.Request) {})
	_, err := newFetcher(t, Options{}).Page(t.Context(), "http://"+server)
	isFault(t, err, ErrRefused, "without allowance")
	if _, err := newFetcher(t, Options{AllowPrivate: true}).Page(t.Context(), "http://"+server); err != nil || asked.Load() != 1 {
		t.Errorf("with allowance: %v, asked %d times", err, asked.Load())
	}
}

func TestTheEnvironmentNamesNoProxy(t *testing.T) {
	proxy, asked := serve(t, func(http.ResponseWriter, *http.Request) {})
	server, _ := serve(t, func(http.ResponseWriter, *http.Request) {})
	t.Setenv("HTTP_PROXY", "http://"+proxy)
	t.Setenv("http_proxy", "http://"+proxy)
	if _, err := newFetcher(t, Options{Dial: to("example.org", server)}).Page(t.Context(), "http://example.org/"); err != nil || asked.Load() != 0 {
		t.Errorf("%v, the proxy was asked %d times", err, asked.Load())
	}
}

func TestFreshAnswersAreNotAskedAgain(t *testing.T) {
	long := strings.Repeat("9", 400)
	for _, row := range []struct {
		header string
		status int
		fresh  time.Duration
	}{
		{"", 200, time.Minute},
		{"Cache-Control: max-age=300", 200, 5 * time.Minute},
		{"Cache-Control: public, MAX-AGE=\"300\"", 200, 5 * time.Minute},
		{"Cache-Control: max-age=99999999", 200, time.Hour},
		{"Cache-Control: max-age=300\nAge: 200", 200, 100 * time.Second},
		{"Cache-Control: max-age=300\nAge: 400", 200, 0},
		{"Cache-Control: max-age=0", 200, 0},
		{"Cache-Control: max-age=-1", 200, 0},
		{"Cache-Control: max-age=" + long, 200, time.Hour}, // RFC 9111 §1.2.2: as much as can be counted
		{"Cache-Control: max-age=300\nAge: " + long, 200, 0},
		{"Cache-Control: max-age=300, no-store", 200, 0},
		{"Cache-Control: no-cache", 200, 0},
		{"Cache-Control: private, max-age=300", 200, 0},
		{"Cache-Control: public\nCache-Control: max-age=120", 200, 2 * time.Minute},
		{"Expires: 0", 200, 0},
		{"Date: Sun, 01 Nov 2026 12:00:00 GMT\nExpires: Sun, 01 Nov 2026 12:02:00 GMT", 200, 2 * time.Minute},
		{"Cache-Control: max-age=300\nExpires: 0", 200, 5 * time.Minute},
		{"Cache-Control: max-age=300", 404, 5 * time.Minute},
		{"Cache-Control: max-age=300", 410, 5 * time.Minute},
		{"Cache-Control: max-age=300", 403, 0},
		{"Cache-Control: max-age=300", 500, 0},
	} {
		server, asked := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			for line := range strings.Lines(row.header) {
				name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
				w.Header().Add(name, value)
			}
			w.WriteHeader(row.status)
		})
		c := newClock()
		f := newFetcher(t, Options{Dial: to("example.org", server), Now: c.Now})
		ask := func() int64 {
			if _, err := f.Page(t.Context(), "http://example.org/"); err != nil {
				t.Errorf("%s: %v", row.header, err)
			}
			return asked.Load()
		}
		ask()
		if row.fresh > 0 {
			c.pass(row.fresh - time.Second)
			if n := ask(); n != 1 {
				t.Errorf("%q %d: asked again before %v", row.header, row.status, row.fresh)
			}
			c.pass(time.Second)
		}
		if n := ask(); n != 2 {
			t.Errorf("%q %d: not asked again after %v", row.header, row.status, row.fresh)
		}
	}
}

func TestTheCacheHoldsItsBytes(t *testing.T) {
	c, now := newCache(100_000), newClock().now
	for n := range 1000 {
		c.keep(fmt.Sprint(n), Page{Body: make([]byte, n*10)}, time.Hour, now)
		if c.size > c.most {
			t.Fatalf("%d bytes after %d pages", c.size, n)
		}
		if _, found := c.page("0", now); n < 20 && !found {
			t.Error("what is used goes first")
		}
	}
	if _, found := c.page("999", now); !found {
		t.Error("the newest is gone")
	}
	c.keep("huge", Page{Body: make([]byte, 60_000)}, time.Hour, now)
	if _, found := c.page("huge", now); found {
		t.Error("one page takes more than half")
	}
	for n := range 1000 {
		c.page(fmt.Sprint(n), now.Add(time.Hour))
	}
	if c.size != 0 || c.pages.Len() != 0 {
		t.Errorf("%d bytes, %d pages are left of nothing", c.size, c.pages.Len())
	}
}

func TestPicturesAndDocumentsAreKeptApart(t *testing.T) {
	server, asked := serve(t, func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte(r.Header.Get("Accept"))) })
	f := newFetcher(t, Options{Dial: to("example.org", server)})
	for range 2 {
		page, err := f.Page(t.Context(), "http://example.org/")
		shown, err2 := f.Picture(t.Context(), "http://example.org/")
		if err != nil || err2 != nil || string(page.Body) == string(shown.Body) {
			t.Errorf("%v, %v: %s", err, err2, page.Body)
		}
	}
	if asked.Load() != 2 {
		t.Errorf("asked %d times", asked.Load())
	}
}

func TestManyWhoAskTheSameAreOneRequest(t *testing.T) {
	release := make(chan struct{})
	server, asked := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		<-release
		w.Header().Set("Cache-Control", "no-store")
		_, _ = w.Write([]byte("mine"))
	})
	f := newFetcher(t, Options{Dial: to("example.org", server)})
	var all sync.WaitGroup
	var wrong atomic.Int64
	for range 50 {
		all.Go(func() {
			page, err := f.Page(t.Context(), "http://example.org/")
			if err != nil || string(page.Body) != "mine" {
				wrong.Add(1)
				return
			}
			page.Body[0] = 'x'
		})
	}
	time.Sleep(200 * time.Millisecond)
	close(release)
	all.Wait()
	if asked.Load() != 1 || wrong.Load() != 0 {
		t.Errorf("asked %d times, %d wrong answers", asked.Load(), wrong.Load())
	}
}

func TestWhatOneCallerDoesToABodyReachesNoOther(t *testing.T) {
	server, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("true")) })
	f := newFetcher(t, Options{Dial: to("example.org", server)})
	for range 3 {
		page, err := f.Page(t.Context(), "http://example.org/")
		if err != nil || string(page.Body) != "true" {
			t.Fatalf("%q, %v", page.Body, err)
		}
		copy(page.Body, "fake")
	}
}

func TestWhoeverGivesUpLeavesTheOthersTheirAnswer(t *testing.T) {
	begun, release := make(chan struct{}), make(chan struct{})
	server, _ := serve(t, func(http.ResponseWriter, *http.Request) { close(begun); <-release })
	f := newFetcher(t, Options{Dial: to("example.org", server)})
	hasty, giveUp := context.WithCancel(t.Context())
	var all sync.WaitGroup
	all.Go(func() {
		_, err := f.Page(hasty, "http://example.org/")
		isFault(t, err, ErrUnreachable, "gave up")
		if !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	})
	<-begun
	all.Go(func() {
		if _, err := f.Page(t.Context(), "http://example.org/"); err != nil {
			t.Error(err)
		}
	})
	short, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err := f.Page(short, "http://example.org/")
	isFault(t, err, ErrTooSlow, "had little time")
	giveUp()
	time.Sleep(50 * time.Millisecond)
	close(release)
	all.Wait()
}

func TestFaultsSayWhatAndWhere(t *testing.T) {
	_, err := New(Options{}).Page(t.Context(), "ftp://example.org/x")
	if want := "fetch: this address is not asked: Only addresses that begin with https:// or http:// are asked. (ftp://example.org/x)"; err == nil || err.Error() != want {
		t.Errorf("%v\nwant %s", err, want)
	}
	_, err = New(Options{}).Page(t.Context(), "https://me:secret@example.org/")
	if err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("a password is told: %v", err)
	}
}
