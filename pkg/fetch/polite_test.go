package fetch

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// TestOneHostIsAskedSlowly is FETCH-3: a list of 100 addresses of one host.
func TestOneHostIsAskedSlowly(t *testing.T) {
	var now, most atomic.Int64
	server, asked := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if n := now.Add(1); n > most.Load() {
			most.Store(n)
		}
		time.Sleep(50 * time.Millisecond)
		now.Add(-1)
		_, _ = w.Write([]byte("{}"))
	})
	f := newFetcher(t, Options{Dial: to("victim.example", server)})
	begun := time.Now()
	var answered, turnedAway atomic.Int64
	var all sync.WaitGroup
	for n := range 100 {
		all.Go(func() {
			_, err := f.Page(t.Context(), fmt.Sprintf("http://victim.example/%d", n))
			var fault *Fault
			switch {
			case err == nil:
				answered.Add(1)
			case errors.As(err, &fault) && fault.Kind == ErrBusy && fault.After > 0:
				turnedAway.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	took := time.Since(begun)
	if allowed := hostBurst + int64(took/time.Second) + 1; asked.Load() > allowed {
		t.Errorf("asked %d times in %v, at most %d are polite", asked.Load(), took, allowed)
	}
	if most.Load() > hostAtOnce || answered.Load() < hostBurst {
		t.Errorf("%d at once, %d answered", most.Load(), answered.Load())
	}
	t.Logf("FETCH-3: 100 addresses of one host at once: %d asked in %v, at most %d at the same time, %d told to come later", asked.Load(), took, most.Load(), turnedAway.Load())
}

// ASVS: V15.2.2
func TestAtMostFourAtOnceAtOneHost(t *testing.T) {
	release := make(chan struct{})
	var now atomic.Int64
	server, _ := serve(t, func(http.ResponseWriter, *http.Request) { now.Add(1); <-release })
	f := newFetcher(t, Options{Dial: to("victim.example", server)})
	var all sync.WaitGroup
	for n := range 6 {
		all.Go(func() { _, _ = f.Page(t.Context(), fmt.Sprintf("http://victim.example:80/%d", n)) })
	}
	time.Sleep(300 * time.Millisecond)
	if now.Load() != hostAtOnce {
		t.Errorf("%d at once", now.Load())
	}
	close(release)
	all.Wait()
}

// downOrUp is a Dial to hosts that can be switched off; dials are counted.
func downOrUp(server string) (dial func(context.Context, string, string) (net.Conn, error), up *atomic.Bool, dials *atomic.Int64) {
	up, dials = new(atomic.Bool), new(atomic.Int64)
	return func(ctx context.Context, network, _ string) (net.Conn, error) {
		dials.Add(1)
		if !up.Load() {
			return nil, errors.New("connection refused")
		}
		return (&net.Dialer{}).DialContext(ctx, network, server)
	}, up, dials
}

// ASVS: V16.5.2
func TestAHostThatIsDownIsLeftAlone(t *testing.T) {
	server, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Connection", "close") })
	dial, up, dials := downOrUp(server)
	time0 := newClock()
	f := newFetcher(t, Options{Dial: dial, Now: time0.Now})
	ask := func(n int) error {
		_, err := f.Page(t.Context(), fmt.Sprintf("http://bad.example/%d", n))
		return err
	}
	for n := range failuresMax {
		isFault(t, ask(n), ErrUnreachable, "a failure")
	}
	for n := range 5000 {
		if err := ask(100 + n); !errors.Is(err, ErrBusy) {
			t.Fatalf("after %d failures: %v", failuresMax, err)
		}
	}
	if dials.Load() != failuresMax {
		t.Errorf("the host was tried %d times for 5000 badges, want %d", dials.Load(), failuresMax)
	}
	time0.pass(downFor - time.Second)
	isFault(t, ask(1), ErrBusy, "59 s later")
	time0.pass(time.Second)
	isFault(t, ask(2), ErrUnreachable, "the one try after 60 s")
	isFault(t, ask(3), ErrBusy, "after that one failed")
	time0.pass(downFor)
	up.Store(true)
	for n := range 3 {
		if err := ask(10 + n); err != nil {
			t.Errorf("up again: %v", err)
		}
	}
	t.Logf("FETCH-2: 5000 addresses of a host that is down cost %d connections", failuresMax)
}

func TestOnlyOneRequestTriesAHostThatWasDown(t *testing.T) {
	begun, release := make(chan struct{}, 10), make(chan struct{})
	server, asked := serve(t, func(http.ResponseWriter, *http.Request) { begun <- struct{}{}; <-release })
	dial, up, _ := downOrUp(server)
	time0 := newClock()
	f := newFetcher(t, Options{Dial: dial, Now: time0.Now})
	for n := range failuresMax {
		_, err := f.Page(t.Context(), fmt.Sprintf("http://bad.example/%d", n))
		isFault(t, err, ErrUnreachable, "a failure")
	}
	up.Store(true)
	time0.pass(downFor)
	var first sync.WaitGroup
	first.Go(func() { _, _ = f.Page(t.Context(), "http://bad.example/try") })
	<-begun
	for n := range 5 {
		_, err := f.Page(t.Context(), fmt.Sprintf("http://bad.example/later%d", n))
		isFault(t, err, ErrBusy, "while one is trying")
	}
	close(release)
	first.Wait()
	if asked.Load() != 1 {
		t.Errorf("asked %d times", asked.Load())
	}
}

func TestWhatCountsAgainstAHost(t *testing.T) {
	for status, counts := range map[int]bool{200: false, 404: false, 410: false, 403: false, 429: true, 500: true, 503: true} {
		server, asked := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
		f := newFetcher(t, Options{Dial: to("example.org", server), Now: newClock().Now})
		for n := range hostBurst {
			if page, err := f.Page(t.Context(), fmt.Sprintf("http://example.org/%d", n)); err == nil && page.Status != status {
				t.Errorf("%d became %d", status, page.Status)
			}
		}
		if want := map[bool]int64{true: failuresMax, false: hostBurst}[counts]; asked.Load() != want {
			t.Errorf("%d: asked %d times, want %d", status, asked.Load(), want)
		}
	}
}

// TestABadHostDoesNotSlowTheOthers is the other half of FETCH-2.
func TestABadHostDoesNotSlowTheOthers(t *testing.T) {
	server, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("{}")) })
	dead, _ := listen(t, silent)
	f := newFetcher(t, Options{Dial: func(ctx context.Context, network, address string) (net.Conn, error) {
		if address == "bad.example:80" {
			return (&net.Dialer{}).DialContext(ctx, network, dead)
		}
		return (&net.Dialer{}).DialContext(ctx, network, server)
	}})
	alone := slowestOf(t, f, "before")
	var bad sync.WaitGroup
	for n := range 5000 {
		bad.Go(func() {
			if _, err := f.Page(t.Context(), fmt.Sprintf("http://bad.example/%d", n)); err == nil {
				t.Error("the bad host answered")
			}
		})
	}
	beside := slowestOf(t, f, "during")
	t.Logf("FETCH-2: 99th of 100 of 500 requests to other hosts: %v alone, %v beside 5000 to a dead host", alone, beside)
	if beside > alone+250*time.Millisecond {
		t.Errorf("other hosts became slow: %v, alone %v", beside, alone)
	}
	bad.Wait()
}

// slowestOf answers the 99th percentile of 500 requests to 500 hosts.
func slowestOf(t *testing.T, f *Fetcher, when string) time.Duration {
	t.Helper()
	var took []time.Duration
	for n := range 500 {
		begun := time.Now()
		if _, err := f.Page(t.Context(), fmt.Sprintf("http://%s%d.example/", when, n)); err != nil {
			t.Fatal(err)
		}
		took = append(took, time.Since(begun))
	}
	slices.Sort(took)
	return took[494]
}
