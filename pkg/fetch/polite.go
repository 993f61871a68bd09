package fetch

import (
	"context"
	"net/url"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
	"golang.org/x/time/rate"
)

const (
	hostAtOnce  = 4                // exchanges with one host
	hostBurst   = 6                // requests to one host before it is one a second: a badge is made of about five documents
	hostWaiting = 32               // requests that may wait for their turn at one host
	patience    = 4 * time.Second  // how long they wait
	failuresMax = 5                // in a row, until a host counts as down
	downFor     = 60 * time.Second // until one request may try again
	maxHosts    = 4096             // hosts remembered
)

// hosts remembers how each host was treated and how it behaved, the most recent ones.
type hosts struct {
	mu    sync.Mutex
	known *simplelru.LRU[string, *host]
}

func newHosts() *hosts {
	known, err := simplelru.NewLRU[string, *host](maxHosts, nil)
	if err != nil {
		panic(err) // only a size below 1 is an error
	}
	return &hosts{known: known}
}

func (h *hosts) named(key string) *host {
	h.mu.Lock()
	defer h.mu.Unlock()
	one, found := h.known.Get(key)
	if !found {
		one = &host{places: make(chan struct{}, hostAtOnce), limit: rate.NewLimiter(1, hostBurst)}
		h.known.Add(key, one)
	}
	return one
}

// host is what is known of one host.
type host struct {
	places chan struct{}
	limit  *rate.Limiter

	mu       sync.Mutex
	waiting  int
	failures int       // in a row
	down     time.Time // not asked before
	trying   bool      // one request is finding out whether it is up again
}

// turn waits until the host may be asked, and must be followed by done on its answer.
func (h *hosts) turn(ctx context.Context, u *url.URL, now func() time.Time) (*host, error) {
	one := h.named(hostKey(u))
	if wait := one.join(now()); wait > 0 {
		return nil, busy(u.String(), "This host has not answered several times, or is being asked too much already.", wait)
	}
	defer one.leave()
	waited, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	select {
	case one.places <- struct{}{}:
	case <-waited.Done():
		return nil, busy(u.String(), "This host is being asked too much already.", patience)
	}
	if wait := one.pace(waited, now); wait > 0 {
		<-one.places
		return nil, busy(u.String(), "This host is being asked too much already.", wait)
	}
	if wait := one.admit(now()); wait > 0 {
		<-one.places
		return nil, busy(u.String(), "This host has not answered several times.", wait)
	}
	return one, nil
}

// join takes a place among the waiting, or answers how long not to come back.
func (h *host) join(now time.Time) time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	if wait := h.closedFor(now); wait > 0 {
		return wait
	}
	if h.waiting >= hostWaiting {
		return hostWaiting * time.Second
	}
	h.waiting++
	return 0
}

func (h *host) leave() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.waiting--
}

// pace waits until the next request is due, or answers how long that would be when it is too long.
func (h *host) pace(ctx context.Context, now func() time.Time) time.Duration {
	at := now()
	due := h.limit.ReserveN(at, 1)
	wait := due.DelayFrom(at)
	if wait == 0 {
		return 0
	}
	if end, _ := ctx.Deadline(); wait > time.Until(end) {
		due.CancelAt(at)
		return wait
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return 0
	case <-ctx.Done():
		due.CancelAt(now())
		return wait
	}
}

// closedFor answers how long the host will still count as down. The caller holds the lock.
func (h *host) closedFor(now time.Time) time.Duration {
	switch {
	case h.failures < failuresMax:
		return 0
	case now.Before(h.down):
		return h.down.Sub(now)
	case h.trying:
		return budget
	}
	return 0
}

// admit lets a request go, and to a host that was down only one.
func (h *host) admit(now time.Time) time.Duration {
	h.mu.Lock()
	defer h.mu.Unlock()
	if wait := h.closedFor(now); wait > 0 {
		return wait
	}
	h.trying = h.failures >= failuresMax
	return 0
}

// conduct is what a request taught about its host.
type conduct int

const (
	unknown conduct = iota
	answered
	failed
)

// done gives the place free and remembers how it went.
func (h *host) done(how conduct, now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	<-h.places
	h.trying = false
	switch how {
	case answered:
		h.failures = 0
	case failed:
		h.failures++
	}
	if how == failed && h.failures >= failuresMax {
		h.down = now.Add(downFor)
	}
}
