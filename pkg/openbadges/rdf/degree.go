package rdf

import (
	"cmp"
	"crypto/sha256"
	"crypto/sha512"
	"hash"
	"maps"
	"slices"
)

func newDigest(h Hash) hash.Hash {
	if h == SHA384 {
		return sha512.New384()
	}
	return sha256.New()
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func compare(a, b string) int { return cmp.Compare(a, b) }

// firstDegree is Hash First Degree Quads (RDFC-1.0 §4.6).
func (c *canonicalizer) firstDegree(self int32) string {
	anonymous := func(b []byte, node int32) []byte {
		if node == self {
			return append(b, 'a')
		}
		return append(b, 'z')
	}
	b, lines := c.write(c.buffer[:0], c.mentions[self], anonymous)
	joined := len(b)
	for _, line := range lines {
		b = append(b, b[line.from:line.to]...)
	}
	c.buffer = b
	return c.hex(b[joined:])
}

// related is Hash Related Blank Node (RDFC-1.0 §4.7).
func (c *canonicalizer) related(node int32, s *statement, issuer *issuer, position byte) string {
	b := append(c.buffer[:0], position)
	if position != 'g' {
		b = append(b, c.arena[s.predicate.from:s.predicate.to]...)
	}
	switch {
	case c.canonical.has(node):
		b = c.canonical.appendName(append(b, "_:"...), node)
	case issuer.has(node):
		b = issuer.appendName(append(b, "_:"...), node)
	default:
		b = append(b, c.digests[node]...)
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
func (c *canonicalizer) nDegree(node int32, issuer *issuer) (path, error) {
	neighbours, err := c.neighbours(node, issuer)
	if err != nil {
		return path{}, err
	}
	var data []byte
	for _, digest := range sortedKeys(neighbours) {
		best, err := c.shortest(neighbours[digest], issuer)
		if err != nil {
			return path{}, err
		}
		data = append(append(data, digest...), best.digest...)
		issuer = best.issuer
	}
	return path{c.hex(data), issuer}, nil
}

// neighbours groups the blank nodes that share a statement with this one by the hash of their relation to it.
func (c *canonicalizer) neighbours(self int32, issuer *issuer) (map[string][]int32, error) {
	groups := map[string][]int32{}
	for _, i := range c.mentions[self] {
		if err := c.spend(1); err != nil {
			return nil, err
		}
		s := &c.statements[i]
		for at, node := range s.nodes {
			if node < 0 || node == self {
				continue
			}
			digest := c.related(node, s, issuer, "sog"[at])
			groups[digest] = append(groups[digest], node)
		}
	}
	return groups, nil
}

// shortest tries every order of visiting the nodes and keeps the one whose path is least; digest holds the path.
func (c *canonicalizer) shortest(nodes []int32, issuer *issuer) (best path, err error) {
	err = permute(nodes, func(order []int32) error {
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
func (c *canonicalizer) walk(order []int32, issuer *issuer, best string) (path, error) {
	var text []byte
	var deeper []int32
	worse := func() bool { return best != "" && len(text) >= len(best) && string(text) > best }
	for _, node := range order {
		text = append(text, "_:"...)
		if c.canonical.has(node) {
			text = c.canonical.appendName(text, node)
			continue
		}
		if !issuer.has(node) {
			deeper = append(deeper, node)
		}
		issuer.issue(node)
		if text = issuer.appendName(text, node); worse() {
			return path{}, nil
		}
	}
	for _, node := range deeper {
		found, err := c.nDegree(node, issuer)
		if err != nil {
			return path{}, err
		}
		issuer.issue(node)
		text = append(issuer.appendName(append(text, "_:"...), node), '<')
		text = append(append(text, found.digest...), '>')
		issuer = found.issuer
		if worse() {
			return path{}, nil
		}
	}
	return path{string(text), issuer}, nil
}

// permute calls visit with every order of the items (Heap's algorithm) until it fails.
func permute(items []int32, visit func([]int32) error) error {
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
