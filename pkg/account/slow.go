package account

import (
	"crypto/sha256"
	"strings"
	"sync"
	"time"
)

// mostRemembered bounds the memory of a tries: about 10 MB.
const mostRemembered = 100_000

// pace is how tries are slowed: some are free, then each must wait twice as long as the one before.
type pace struct {
	free        int
	first, most time.Duration // the first wait and the longest
	memory      time.Duration // after so long without a try all is forgotten
}

// after is how long to wait after the nth try.
func (p pace) after(n int) time.Duration {
	doublings := n - p.free
	if doublings < 0 {
		return 0
	}
	if doublings > 20 {
		return p.most
	}
	return min(p.first<<doublings, p.most)
}

type tried [16]byte

type record struct {
	count      int
	last, next time.Time
}

// tries counts what was tried for an address. A try that comes too early is not counted, so that whoever keeps
// knocking does not keep the owner out.
type tries struct {
	mu   sync.Mutex
	now  func() time.Time
	pace pace
	seen map[tried]record
}

func newTries(now func() time.Time, p pace) *tries {
	return &tries{now: now, pace: p, seen: map[tried]record{}}
}

// keyFor is the place of what was typed as an address, malformed or not.
func keyFor(typed string) tried {
	sum := sha256.Sum256([]byte(strings.ToLower(strings.TrimSpace(typed))))
	return tried(sum[:16])
}

// take counts a try before it is made, so that many at once are as slow as one after another. A wait means: not now.
func (t *tries) take(key tried) (wait time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	r, known := t.seen[key]
	if now.Sub(r.last) > t.pace.memory {
		r = record{}
	}
	if wait = r.next.Sub(now); wait > 0 {
		return wait
	}
	if !known && len(t.seen) >= mostRemembered {
		t.makeRoom(now)
	}
	r.count++
	r.last, r.next = now, now.Add(t.pace.after(r.count))
	t.seen[key] = r
	return 0
}

// giveBack uncounts a try that was not made.
func (t *tries) giveBack(key tried) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if r, known := t.seen[key]; known && r.count > 0 {
		r.count--
		r.next = r.last.Add(t.pace.after(r.count))
		t.seen[key] = r
	}
}

// count is how many tries have been heard.
func (t *tries) count(key tried) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.seen[key].count
}

// forget begins anew for an address whose owner has shown themselves.
func (t *tries) forget(key tried) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.seen, key)
}

// makeRoom drops what is past its memory; when that frees nothing, one that is not slowed yet, or any.
func (t *tries) makeRoom(now time.Time) {
	var victim tried
	best := int(^uint(0) >> 1)
	for key, r := range t.seen {
		if now.Sub(r.last) > t.pace.memory {
			delete(t.seen, key)
			continue
		}
		if r.count < best {
			victim, best = key, r.count
		}
	}
	if len(t.seen) >= mostRemembered {
		delete(t.seen, victim)
	}
}
