// Package contexts holds the JSON-LD contexts that proofs are checked with, pinned byte for byte.
// It knows nothing of JSON-LD processing, and what it does not hold is refused, never fetched.
package contexts

import (
	"embed"
	"errors"
	"maps"
	"slices"
)

// ErrUnknownContext is a context that is not pinned here; the text of the error that wraps it names the URL.
var ErrUnknownContext = errors.New("unknown JSON-LD context")

//go:embed data/*.jsonld
var data embed.FS

// Load returns the pinned bytes of a context; the caller owns them.
func Load(url string) ([]byte, bool) {
	p, known := table[url]
	if !known {
		return nil, false
	}
	body, err := data.ReadFile("data/" + p.file)
	return body, err == nil
}

// URLs lists the pinned contexts in order.
func URLs() []string { return slices.Sorted(maps.Keys(table)) }
