package rdf

import "strings"

// Serialize writes the quads in the order given, one a line, in the canonical form of N-Quads (RDFC-1.0 §5).
func Serialize(quads []Quad) string {
	var b []byte
	for _, q := range quads {
		b = appendQuad(b, q, nil)
	}
	return string(b)
}

// labels gives the label that a blank node is written with.
type labels func(label string) string

func appendQuad(b []byte, q Quad, name labels) []byte {
	b = append(appendTerm(b, q.Subject, name), ' ')
	b = append(appendTerm(b, q.Predicate, name), ' ')
	b = append(appendTerm(b, q.Object, name), ' ')
	if q.Graph.Kind != None {
		b = append(appendTerm(b, q.Graph, name), ' ')
	}
	return append(b, '.', '\n')
}

func appendTerm(b []byte, t Term, name labels) []byte {
	switch t.Kind {
	case IRI:
		return append(append(append(b, '<'), t.Value...), '>')
	case Blank:
		label := t.Value
		if name != nil {
			label = name(label)
		}
		return append(append(b, "_:"...), label...)
	case Literal:
		return appendLiteral(b, t)
	}
	return b
}

func appendLiteral(b []byte, t Term) []byte {
	b = append(b, '"')
	b = append(appendEscaped(b, t.Value), '"')
	switch {
	case t.Language != "":
		return append(append(b, '@'), t.Language...)
	case t.Datatype == XSDString || t.Datatype == "":
		return b
	}
	return append(append(append(b, "^^<"...), t.Datatype...), '>')
}

const upperHex = "0123456789ABCDEF"

func appendEscaped(b []byte, s string) []byte {
	start := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' && c != 0x7f {
			continue
		}
		b = append(b, s[start:i]...)
		start = i + 1
		if at := strings.IndexByte("\b\t\n\f\r\"\\", c); at >= 0 {
			b = append(b, '\\', `btnfr"\`[at])
			continue
		}
		b = append(b, '\\', 'u', '0', '0', upperHex[c>>4], upperHex[c&15])
	}
	return append(b, s[start:]...)
}
