package rdf

import (
	"context"
	"fmt"
	"hash"
	"slices"
	"strconv"
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
	text, _, err := CanonicalizeMap(ctx, quads, hash, budget)
	return text, err
}

// CanonicalizeMap is Canonicalize that also returns the canonical label of each blank node (RDFC-1.0 §4.4.3,
// the issued identifiers map), both without "_:".
func CanonicalizeMap(ctx context.Context, quads []Quad, hash Hash, budget int) (string, map[string]string, error) {
	c := newCanonicalizer(ctx, quads, hash, budget)
	if err := c.nameAll(); err != nil {
		return "", nil, fmt.Errorf("canonicalising %d quads: %w", len(quads), err)
	}
	lines := make([]string, len(c.quads))
	var b []byte
	for i, q := range c.quads {
		b = appendQuad(b[:0], q, c.canonical.name)
		lines[i] = string(b)
	}
	return sorted(lines), c.canonical.names, nil
}

// canonicalizer is the canonicalization state (RDFC-1.0 §4.3).
type canonicalizer struct {
	ctx       context.Context
	quads     []Quad
	mentions  map[string][]int  // blank node -> the quads that mention it
	digests   map[string]string // blank node -> its first degree hash
	canonical *issuer
	digest    hash.Hash
	budget    int
	buffer    []byte
}

func newCanonicalizer(ctx context.Context, quads []Quad, hash Hash, budget int) *canonicalizer {
	if budget <= 0 {
		budget = Budget
	}
	c := &canonicalizer{
		ctx: ctx, quads: distinct(quads), mentions: map[string][]int{}, digests: map[string]string{},
		canonical: newIssuer("c14n"), digest: newDigest(hash), budget: budget,
	}
	for i := range c.quads {
		for _, term := range nodes(&c.quads[i]) {
			c.mention(term, i)
		}
	}
	return c
}

func (c *canonicalizer) mention(term *Term, quad int) {
	if term.Kind != Blank {
		return
	}
	if quads := c.mentions[term.Value]; len(quads) == 0 || quads[len(quads)-1] != quad {
		c.mentions[term.Value] = append(quads, quad)
	}
}

// nameAll issues every canonical label (RDFC-1.0 §4.4.3, steps 3 to 5).
func (c *canonicalizer) nameAll() error {
	alike := map[string][]string{}
	for label := range c.mentions {
		digest := c.firstDegree(label)
		c.digests[label] = digest
		alike[digest] = append(alike[digest], label)
	}
	digests := sortedKeys(alike)
	for _, digest := range digests {
		if labels := alike[digest]; len(labels) == 1 {
			c.canonical.issue(labels[0])
		}
	}
	for _, digest := range digests {
		if err := c.nameAlike(alike[digest]); err != nil {
			return err
		}
	}
	return nil
}

// nameAlike issues the labels of nodes that their own quads cannot tell apart.
func (c *canonicalizer) nameAlike(labels []string) error {
	if len(labels) == 1 {
		return nil
	}
	slices.Sort(labels)
	var paths []path
	for _, label := range labels {
		if c.canonical.has(label) {
			continue
		}
		issuer := newIssuer("b")
		issuer.issue(label)
		p, err := c.nDegree(label, issuer)
		if err != nil {
			return err
		}
		paths = append(paths, p)
	}
	slices.SortStableFunc(paths, func(a, b path) int { return compare(a.digest, b.digest) })
	for _, p := range paths {
		for _, label := range p.issuer.order {
			c.canonical.issue(label)
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

// issuer gives out labels in turn (RDFC-1.0 §4.5).
type issuer struct {
	prefix string
	names  map[string]string
	order  []string
}

func newIssuer(prefix string) *issuer { return &issuer{prefix: prefix, names: map[string]string{}} }

func (i *issuer) has(label string) bool { return i.names[label] != "" }

func (i *issuer) name(label string) string { return i.names[label] }

func (i *issuer) issue(label string) string {
	if name, known := i.names[label]; known {
		return name
	}
	name := i.prefix + strconv.Itoa(len(i.order))
	i.names[label] = name
	i.order = append(i.order, label)
	return name
}

func (i *issuer) copy() *issuer {
	names := make(map[string]string, len(i.names)+4)
	for label, name := range i.names {
		names[label] = name
	}
	return &issuer{prefix: i.prefix, names: names, order: slices.Clone(i.order)}
}
