package backpack

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/store"
)

// How many badges are verified again at the same moment. They are fewer than a runner of jobs has workers, so that
// letters never wait for issuers.
const (
	rechecksAtOnce = 6
	perHost        = 2
	hostApart      = 4 * time.Second // between two badges of one host that had to wait; about four documents each
	allApart       = 200 * time.Millisecond
)

// HostBusy says that a check must wait because as many as may be are under way.
type HostBusy struct {
	Host  string    // empty: there are enough in all
	Until time.Time // when to come back: everybody who waits is given another moment
}

// Error names the host.
func (h *HostBusy) Error() string {
	return fmt.Sprintf("backpack: enough badges of host %q are being verified", h.Host)
}

// hosts counts the checks under way at each host.
type hosts struct {
	mu    sync.Mutex
	known map[string]*queue
}

type queue struct {
	running int
	next    time.Time // the moment the last one who had to wait was given
}

func newHosts() *hosts { return &hosts{known: map[string]*queue{}} }

// enter takes a place at a host and one of all places, until leave; *HostBusy when there is none. Nothing is counted for
// a badge that has no host of its own.
func (h *hosts) enter(host string, now time.Time) (leave func(), err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if host != "" {
		if busy := h.full(host, perHost, hostApart, now); busy != nil {
			return nil, busy
		}
	}
	if busy := h.full("", rechecksAtOnce, allApart, now); busy != nil {
		return nil, busy
	}
	h.named("").running++
	if host != "" {
		h.named(host).running++
	}
	return func() { h.leave(host) }, nil
}

// full gives whoever must wait a moment of their own. The caller holds the lock.
func (h *hosts) full(host string, most int, pause time.Duration, now time.Time) error {
	q := h.named(host)
	if q.running < most {
		return nil
	}
	q.next = later(q.next, now).Add(pause)
	return &HostBusy{Host: host, Until: q.next}
}

func (h *hosts) named(host string) *queue {
	if h.known[host] == nil {
		h.known[host] = &queue{}
	}
	return h.known[host]
}

func (h *hosts) leave(host string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.named("").running--
	if host != "" {
		h.named(host).running--
	}
	for name, q := range h.known {
		if q.running <= 0 {
			delete(h.known, name)
		}
	}
}

// hostOf is the host a badge's verification will mostly ask; empty where nobody is asked, as for a did:key.
func hostOf(badge store.Badge) string {
	for _, address := range []string{badge.SourceURL, badge.CredentialID, badge.IssuerID} {
		if !strings.HasPrefix(address, "http://") && !strings.HasPrefix(address, "https://") && !strings.HasPrefix(address, "did:") {
			continue
		}
		if host := (openbadges.Profile{ID: address}).Host(); host != "" {
			return strings.ToLower(host)
		}
	}
	return ""
}
