package rdf

import (
	"errors"
	"testing"
)

// BenchmarkPoison is what a graph made to be slow costs before it is refused; it must stay under a second.
func BenchmarkPoison(b *testing.B) {
	quads := poison(40)
	for b.Loop() {
		if _, err := Canonicalize(b.Context(), quads, SHA256, 0); !errors.Is(err, ErrTooCostly) {
			b.Fatal(err)
		}
	}
}
