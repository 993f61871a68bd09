package rdf

import (
	"bytes"
	"hash/maphash"
	"slices"
	"strings"
)

// dataset holds quads as text with gaps for the labels of blank nodes: they are written again and again, with other
// labels each time.
type dataset struct {
	labels     []string // of each node
	numbers    map[string]int32
	statements []statement
	arena      []byte
}

// statement is a quad: the label of nodes[0], texts[0], the label of nodes[1] and so on. Nodes are subject, object and
// graph, or negative where no blank node stands; texts are what comes after each, and start is what comes before.
type statement struct {
	nodes     [3]int32
	start     span
	texts     [3]span
	predicate span
}

// span is a part of the arena.
type span struct{ from, to int32 }

// read takes each quad once: a dataset is a set.
func (d *dataset) read(quads []Quad) {
	d.numbers = map[string]int32{}
	d.statements = make([]statement, 0, len(quads))
	d.arena = make([]byte, 0, 128*len(quads))
	once := newSet(len(quads))
	for i := range quads {
		d.statements = append(d.statements, d.statement(&quads[i]))
		if last := len(d.statements) - 1; !once.add(d) {
			d.arena = d.arena[:d.statements[last].start.from]
			d.statements = d.statements[:last]
		}
	}
}

func (d *dataset) statement(q *Quad) (s statement) {
	s.nodes[0], s.start = d.term(&q.Subject)
	s.texts[0] = d.text(" ")
	_, s.predicate = d.term(&q.Predicate)
	d.text(" ")
	var object span
	s.nodes[1], object = d.term(&q.Object)
	s.texts[0].to = object.to
	s.texts[1] = d.text(" ")
	s.nodes[2] = -1
	if q.Graph.Kind != None {
		var graph span
		s.nodes[2], graph = d.term(&q.Graph)
		s.texts[1].to = graph.to
		s.texts[2] = d.text(" .\n")
		return s
	}
	s.texts[2] = d.text(".\n")
	return s
}

// term writes a term that is no blank node, and numbers one that is.
func (d *dataset) term(t *Term) (node int32, text span) {
	from := int32(len(d.arena))
	if t.Kind == Blank {
		return d.number(t.Value), span{from, from}
	}
	d.arena = appendTerm(d.arena, *t, nil)
	return -1, span{from, int32(len(d.arena))}
}

func (d *dataset) number(label string) int32 {
	node, known := d.numbers[label]
	if !known {
		node = int32(len(d.labels))
		d.numbers[label] = node
		d.labels = append(d.labels, label)
	}
	return node
}

func (d *dataset) text(text string) span {
	from := int32(len(d.arena))
	d.arena = append(d.arena, text...)
	return span{from, int32(len(d.arena))}
}

// append writes a statement, naming its nodes.
func (d *dataset) append(b []byte, s *statement, name func(b []byte, node int32) []byte) []byte {
	b = append(b, d.arena[s.start.from:s.start.to]...)
	for i, node := range s.nodes {
		if node >= 0 {
			b = name(append(b, "_:"...), node)
		}
		b = append(b, d.arena[s.texts[i].from:s.texts[i].to]...)
	}
	return b
}

// write appends these statements and returns where each is, in code point order.
func (c *canonicalizer) write(b []byte, which []int32, name func(b []byte, node int32) []byte) ([]byte, []span) {
	lines := c.lines[:0]
	for _, at := range which {
		from := int32(len(b))
		b = c.append(b, &c.statements[at], name)
		lines = append(lines, span{from, int32(len(b))})
	}
	slices.SortFunc(lines, func(x, y span) int { return bytes.Compare(b[x.from:x.to], b[y.from:y.to]) })
	c.lines = lines
	return b, lines
}

// document writes all statements with their canonical labels (RDFC-1.0 §5).
func (c *canonicalizer) document() ([]byte, []span) {
	all := make([]int32, len(c.statements))
	for at := range all {
		all[at] = int32(at)
	}
	return c.write(make([]byte, 0, len(c.arena)+16*len(all)), all, c.canonical.appendName)
}

func (c *canonicalizer) text() string {
	text, lines := c.document()
	var sorted strings.Builder
	sorted.Grow(len(text))
	for _, line := range lines {
		sorted.Write(text[line.from:line.to])
	}
	return sorted.String()
}

// set finds statements that were there before.
type set struct {
	seed   maphash.Seed
	last   map[uint64]int32 // hash -> the last statement that has it, and one more
	before []int32          // of each statement, the one before it with the same hash, and one more
}

func newSet(size int) *set {
	return &set{seed: maphash.MakeSeed(), last: make(map[uint64]int32, size), before: make([]int32, 0, size)}
}

// add reports whether the dataset's last statement is new.
func (s *set) add(d *dataset) bool {
	at := int32(len(d.statements) - 1)
	key := maphash.Comparable(s.seed, d.statements[at].nodes) ^ maphash.Bytes(s.seed, d.written(at))
	for other := s.last[key]; other > 0; other = s.before[other-1] {
		if d.statements[other-1].nodes == d.statements[at].nodes && bytes.Equal(d.written(other-1), d.written(at)) {
			return false
		}
	}
	s.before = append(s.before, s.last[key])
	s.last[key] = at + 1
	return true
}

// written is a statement's text without its gaps.
func (d *dataset) written(at int32) []byte {
	return d.arena[d.statements[at].start.from:d.statements[at].texts[2].to]
}
