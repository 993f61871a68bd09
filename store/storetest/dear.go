package storetest

import "testing"

// Dear leaves a test to the second part of make test, which has no race detector: it is about what is drawn, packed or
// answered, with nothing going on at once, and takes ten times as long with it. It is the first line of the test, where
// make looks for it.
func Dear(t testing.TB) {
	t.Helper()
	if raceDetector {
		t.Skip("runs without the race detector, in the second part of make test")
	}
}
