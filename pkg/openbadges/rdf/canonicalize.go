package rdf

import (
	"context"
	"encoding/hex"
	"fmt"
	"hash"
	"slices"
)

// Hash is the hash function of a canonicalisation.
type Hash uint8

// The hash functions RDFC-1.0 §3 allows.
const (
	SHA256 Hash = iota
	SHA384
)

// Budget is a sensible amount of work for a dataset of unknown origin: ordinary badges need less than a hundredth of it,
// and the worst of graphs is refused within a tenth of a second or so.
const Budget = 500_000

// Canonicalize returns the canonical N-Quads of a dataset (RDFC-1.0 §4). budget bounds the effort spent on blank nodes
// that look alike: the related nodes hashed, the permutations tried and the labels copied meanwhile, each counting one;
// zero means [Budget]. Errors: ErrTooCostly, the context's error.
func Canonicalize(ctx context.Context, quads []Quad, hash Hash, budget int) (string, error) {
	c := newCanonicalizer(ctx, quads, hash, budget)
	if err := c.nameAll(); err != nil {
		return "", fmt.Errorf("canonicalising %d quads: %w", len(quads), err)
	}
	return c.text(), nil
}

// Digest is the hash of what Canonicalize returns, and fails as it does.
func Digest(ctx context.Context, quads []Quad, hash Hash, budget int) ([]byte, error) {
	c := newCanonicalizer(ctx, quads, hash, budget)
	if err := c.nameAll(); err != nil {
		return nil, fmt.Errorf("canonicalising %d quads: %w", len(quads), err)
	}
	c.digest.Reset()
	text, lines := c.document()
	for _, line := range lines {
		c.digest.Write(text[line.from:line.to])
	}
	return c.digest.Sum(nil), nil
}

// CanonicalizeMap is Canonicalize that also returns the canonical label of each blank node (RDFC-1.0 §4.4.3,
// the issued identifiers map), both without "_:".
func CanonicalizeMap(ctx context.Context, quads []Quad, hash Hash, budget int) (string, map[string]string, error) {
	c := newCanonicalizer(ctx, quads, hash, budget)
	if err := c.nameAll(); err != nil {
		return "", nil, fmt.Errorf("canonicalising %d quads: %w", len(quads), err)
	}
	names := make(map[string]string, len(c.labels))
	for node, label := range c.labels {
		names[label] = string(c.canonical.appendName(nil, int32(node)))
	}
	return c.text(), names, nil
}

// canonicalizer is the canonicalization state (RDFC-1.0 §4.3). Blank nodes are numbered from 0, in the order met.
type canonicalizer struct {
	ctx context.Context
	dataset
	mentions  [][]int32 // of each node, the statements that mention it
	digests   []string  // of each node, its first degree hash
	canonical *issuer
	digest    hash.Hash
	budget    int
	buffer    []byte
	sum       [64]byte
	lines     []span
}

func newCanonicalizer(ctx context.Context, quads []Quad, hash Hash, budget int) *canonicalizer {
	if budget <= 0 {
		budget = Budget
	}
	c := &canonicalizer{ctx: ctx, canonical: &issuer{prefix: "c14n"}, digest: newDigest(hash), budget: budget}
	c.read(quads)
	c.mentions = make([][]int32, len(c.labels))
	for i := range c.statements {
		for _, node := range c.statements[i].nodes {
			c.mention(node, int32(i))
		}
	}
	return c
}

func (c *canonicalizer) mention(node, statement int32) {
	if node < 0 {
		return
	}
	if known := c.mentions[node]; len(known) == 0 || known[len(known)-1] != statement {
		c.mentions[node] = append(known, statement)
	}
}

// nameAll issues every canonical label (RDFC-1.0 §4.4.3, steps 3 to 5).
func (c *canonicalizer) nameAll() error {
	c.digests = make([]string, len(c.labels))
	order := make([]int32, len(c.labels))
	for node := range c.labels {
		order[node] = int32(node)
		c.digests[node] = c.firstDegree(int32(node))
	}
	slices.SortFunc(order, func(a, b int32) int {
		if by := compare(c.digests[a], c.digests[b]); by != 0 {
			return by
		}
		return compare(c.labels[a], c.labels[b])
	})
	groups := c.alike(order)
	for _, group := range groups {
		if len(group) == 1 {
			c.canonical.issue(group[0])
		}
	}
	for _, group := range groups {
		if err := c.nameAlike(group); err != nil {
			return err
		}
	}
	return nil
}

// alike parts sorted nodes into those that their own statements cannot tell apart.
func (c *canonicalizer) alike(order []int32) (groups [][]int32) {
	for start := 0; start < len(order); {
		end := start + 1
		for end < len(order) && c.digests[order[end]] == c.digests[order[start]] {
			end++
		}
		groups = append(groups, order[start:end])
		start = end
	}
	return groups
}

// nameAlike issues the labels of nodes that their own statements cannot tell apart.
func (c *canonicalizer) nameAlike(nodes []int32) error {
	if len(nodes) == 1 {
		return nil
	}
	var paths []path
	for _, node := range nodes {
		if c.canonical.has(node) {
			continue
		}
		issuer := &issuer{prefix: "b"}
		issuer.issue(node)
		p, err := c.nDegree(node, issuer)
		if err != nil {
			return err
		}
		paths = append(paths, p)
	}
	slices.SortStableFunc(paths, func(a, b path) int { return compare(a.digest, b.digest) })
	for _, p := range paths {
		for _, node := range p.issuer.order {
			c.canonical.issue(node)
		}
	}
	return nil
}

// spend takes from the budget what a step costs.
func (c *canonicalizer) spend(work int) error {
	if c.budget -= work; c.budget < 0 {
		return ErrTooCostly
	}
	return c.ctx.Err()
}

// hex is the digest of some bytes, as the algorithms compare and concatenate it.
func (c *canonicalizer) hex(data []byte) string {
	c.digest.Reset()
	c.digest.Write(data)
	sum := c.digest.Sum(c.sum[:0])
	var text [2 * len(c.sum)]byte
	return string(hex.AppendEncode(text[:0], sum))
}
