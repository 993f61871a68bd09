package rdf

import (
	"cmp"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"hash"
	"maps"
	"slices"
	"strings"
)

func newDigest(h Hash) hash.Hash {
	if h == SHA384 {
		return sha512.New384()
	}
	return sha256.New()
}

// distinct drops repeated quads: a dataset is a set.
func distinct(quads []Quad) []Quad {
	seen := make(map[Quad]struct{}, len(quads))
	once := make([]Quad, 0, len(quads))
	for _, q := range quads {
		if _, known := seen[q]; !known {
			seen[q] = struct{}{}
			once = append(once, q)
		}
	}
	return once
}

// nodes are the places of a quad where a blank node may stand, in the order of the positions "s", "o", "g".
func nodes(q *Quad) [3]*Term { return [3]*Term{&q.Subject, &q.Object, &q.Graph} }

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func compare(a, b string) int { return cmp.Compare(a, b) }

func (c *canonicalizer) hex(data []byte) string {
	c.digest.Reset()
	c.digest.Write(data)
	return hex.EncodeToString(c.digest.Sum(nil))
}

// firstDegree is Hash First Degree Quads (RDFC-1.0 §4.6).
func (c *canonicalizer) firstDegree(label string) string {
	anonymous := func(other string) string {
		if other == label {
			return "a"
		}
		return "z"
	}
	lines := make([]string, len(c.mentions[label]))
	for i, quad := range c.mentions[label] {
		c.buffer = appendQuad(c.buffer[:0], c.quads[quad], anonymous)
		lines[i] = string(c.buffer)
	}
	slices.Sort(lines)
	c.buffer = append(c.buffer[:0], strings.Join(lines, "")...)
	return c.hex(c.buffer)
}

// related is Hash Related Blank Node (RDFC-1.0 §4.7).
func (c *canonicalizer) related(label string, quad *Quad, issuer *issuer, position byte) string {
	b := append(c.buffer[:0], position)
	if position != 'g' {
		b = append(append(append(b, '<'), quad.Predicate.Value...), '>')
	}
	switch {
	case c.canonical.has(label):
		b = append(append(b, "_:"...), c.canonical.name(label)...)
	case issuer.has(label):
		b = append(append(b, "_:"...), issuer.name(label)...)
	default:
		b = append(b, c.digests[label]...)
	}
	c.buffer = b
	return c.hex(b)
}

// path is what Hash N-Degree Quads finds: a digest and the labels given out on the way.
type path struct {
	digest string
	issuer *issuer
}

// nDegree is Hash N-Degree Quads (RDFC-1.0 §4.8).
func (c *canonicalizer) nDegree(label string, issuer *issuer) (path, error) {
	neighbours, err := c.neighbours(label, issuer)
	if err != nil {
		return path{}, err
	}
	var data strings.Builder
	for _, digest := range sortedKeys(neighbours) {
		best, err := c.shortest(neighbours[digest], issuer)
		if err != nil {
			return path{}, err
		}
		data.WriteString(digest)
		data.WriteString(best.digest)
		issuer = best.issuer
	}
	return path{c.hex([]byte(data.String())), issuer}, nil
}

// neighbours groups the blank nodes that share a quad with this one by the hash of their relation to it.
func (c *canonicalizer) neighbours(label string, issuer *issuer) (map[string][]string, error) {
	groups := map[string][]string{}
	for _, i := range c.mentions[label] {
		if err := c.spend(1); err != nil {
			return nil, err
		}
		quad := &c.quads[i]
		for at, term := range nodes(quad) {
			if term.Kind != Blank || term.Value == label {
				continue
			}
			digest := c.related(term.Value, quad, issuer, "sog"[at])
			groups[digest] = append(groups[digest], term.Value)
		}
	}
	return groups, nil
}

// shortest tries every order of visiting the nodes and keeps the one whose path is least; digest holds the path.
func (c *canonicalizer) shortest(labels []string, issuer *issuer) (best path, err error) {
	err = permute(labels, func(order []string) error {
		if err := c.spend(len(order) + len(issuer.order)); err != nil {
			return err
		}
		found, err := c.walk(order, issuer.copy(), best.digest)
		if err == nil && found.issuer != nil && (best.issuer == nil || found.digest < best.digest) {
			best = found
		}
		return err
	})
	return best, err
}

// walk writes the path through the nodes in this order; without an issuer when it is already longer than the best.
func (c *canonicalizer) walk(order []string, issuer *issuer, best string) (path, error) {
	var text strings.Builder
	var deeper []string
	worse := func() bool { return best != "" && text.Len() >= len(best) && text.String() > best }
	for _, label := range order {
		text.WriteString("_:")
		if c.canonical.has(label) {
			text.WriteString(c.canonical.name(label))
			continue
		}
		if !issuer.has(label) {
			deeper = append(deeper, label)
		}
		if text.WriteString(issuer.issue(label)); worse() {
			return path{}, nil
		}
	}
	for _, label := range deeper {
		found, err := c.nDegree(label, issuer)
		if err != nil {
			return path{}, err
		}
		text.WriteString("_:" + issuer.issue(label) + "<" + found.digest + ">")
		issuer = found.issuer
		if worse() {
			return path{}, nil
		}
	}
	return path{text.String(), issuer}, nil
}

// permute calls visit with every order of the items (Heap's algorithm) until it fails.
func permute(items []string, visit func([]string) error) error {
	order := slices.Clone(items)
	counts := make([]int, len(order))
	if err := visit(order); err != nil {
		return err
	}
	for i := 0; i < len(order); {
		if counts[i] >= i {
			counts[i] = 0
			i++
			continue
		}
		other := counts[i] * (i & 1)
		order[other], order[i] = order[i], order[other]
		if err := visit(order); err != nil {
			return err
		}
		counts[i]++
		i = 0
	}
	return nil
}
