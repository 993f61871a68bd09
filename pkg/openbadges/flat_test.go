package openbadges

import (
	"crypto/sha256"
	"fmt"
	"runtime"
	"testing"
)

// TestMemoryStaysFlatOverAHundredThousandVerifications reads and verifies that many badges, each another and each fourth by
// an issuer nobody has heard of: what is laid up of contexts and keys is bounded. Without -prove only a few.
func TestMemoryStaysFlatOverAHundredThousandVerifications(t *testing.T) {
	if raced {
		t.Skip("nothing is measured with the race detector")
	}
	all, every := 100_000, 10_000
	if !*prove {
		all, every = 300, 100
	}
	first, highest := uint64(0), uint64(0)
	for i := range all {
		verifyAnother(t, i)
		if (i+1)%every > 0 {
			continue
		}
		runtime.GC()
		held := heap()
		if first == 0 {
			first = held
		}
		highest = max(highest, held)
		t.Logf("after %7d: %.2f MiB in use", i+1, float64(held)/(1<<20))
	}
	if highest > first+2<<20 {
		t.Errorf("%d bytes were in use after the first %d, and up to %d later", first, every, highest)
	}
}

// verifyAnother verifies a badge that is like no other, from its bytes to its verdict.
func verifyAnother(t *testing.T, i int) {
	t.Helper()
	issuer := newSigner('a')
	if i%4 == 0 {
		seed := sha256.Sum256([]byte(fmt.Sprint("stranger ", i)))
		issuer = signerOf(seed[:])
	}
	doc := with(issuer.badge3(), node{"id": fmt.Sprintf("urn:uuid:00000000-0000-4000-8000-%012d", i)})
	c, err := Read(t.Context(), issuer.sign(t, doc), nil)
	if err != nil {
		t.Fatal(err)
	}
	if v := Verify(t.Context(), c, Options{At: now}); v.Verdict != Genuine {
		t.Fatal(say(v))
	}
}
