package rdf

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Parse reads N-Quads (RDF 1.1 N-Quads §4). Errors: ErrSyntax with the line.
func Parse(data []byte) ([]Quad, error) {
	if !utf8.Valid(data) {
		return nil, fmt.Errorf("reading N-Quads: invalid UTF-8: %w", ErrSyntax)
	}
	var quads []Quad
	line := 0
	for text := range strings.FieldsFuncSeq(string(data), func(r rune) bool { return r == '\n' || r == '\r' }) {
		line++
		l := &liner{text: text}
		if l.space(); l.ended() {
			continue
		}
		q, ok := l.quad()
		if !ok {
			return nil, fmt.Errorf("reading N-Quads: statement %d, column %d: %w", line, l.at+1, ErrSyntax)
		}
		quads = append(quads, q)
	}
	return quads, nil
}

// liner reads one line.
type liner struct {
	text string
	at   int
}

func (l *liner) quad() (q Quad, ok bool) {
	if q.Subject, ok = l.term(); !ok || q.Subject.Kind == Literal {
		return q, false
	}
	if q.Predicate, ok = l.term(); !ok || q.Predicate.Kind != IRI {
		return q, false
	}
	if q.Object, ok = l.term(); !ok {
		return q, false
	}
	if !l.skip('.') {
		if q.Graph, ok = l.term(); !ok || q.Graph.Kind == Literal || !l.skip('.') {
			return q, false
		}
	}
	l.space()
	return q, l.ended()
}

func (l *liner) term() (t Term, ok bool) {
	switch {
	case l.skip('<'):
		t.Kind = IRI
		t.Value, ok = l.iri()
	case l.skip('"'):
		t, ok = l.literal()
	case l.skip('_') && l.skip(':'):
		t.Kind = Blank
		t.Value, ok = l.label()
	}
	l.space()
	return t, ok
}

func (l *liner) iri() (string, bool) {
	value, ok := l.quoted('>', false)
	return value, ok && ValidIRI(value)
}

func (l *liner) literal() (t Term, ok bool) {
	t = Term{Kind: Literal, Datatype: XSDString}
	if t.Value, ok = l.quoted('"', true); !ok {
		return t, false
	}
	if l.skip('@') {
		t.Language, t.Datatype = l.run(isLanguage), LangString
		return t, ValidLanguage(t.Language)
	}
	if l.skip('^') {
		if !l.skip('^') || !l.skip('<') {
			return t, false
		}
		t.Datatype, ok = l.iri()
	}
	return t, ok
}

func (l *liner) label() (string, bool) {
	label := l.run(isLabel)
	for strings.HasSuffix(label, ".") {
		label = label[:len(label)-1]
		l.at--
	}
	first, _ := utf8.DecodeRuneInString(label)
	return label, label != "" && startsLabel(first)
}

// quoted reads up to the closing byte, which it passes over, and undoes the escapes.
func (l *liner) quoted(end byte, short bool) (string, bool) {
	stop := strings.IndexAny(l.text[l.at:], string(end)+`\`)
	if stop < 0 {
		return "", false
	}
	if l.text[l.at+stop] == end {
		value := l.text[l.at : l.at+stop]
		l.at += stop + 1
		return value, true
	}
	var b strings.Builder
	for !l.skip(end) {
		if l.at == len(l.text) {
			return "", false
		}
		if !l.skip('\\') {
			b.WriteByte(l.text[l.at])
			l.at++
			continue
		}
		r, ok := l.escape(short)
		if !ok {
			return "", false
		}
		b.WriteRune(r)
	}
	return b.String(), true
}

func (l *liner) escape(short bool) (rune, bool) {
	switch {
	case l.skip('u'):
		return l.hex(4)
	case l.skip('U'):
		return l.hex(8)
	case l.at == len(l.text) || !short:
		return 0, false
	}
	at := strings.IndexByte(`btnfr"'\`, l.text[l.at])
	if at < 0 {
		return 0, false
	}
	l.at++
	return rune("\b\t\n\f\r\"'\\"[at]), true
}

func (l *liner) hex(digits int) (rune, bool) {
	if l.at+digits > len(l.text) {
		return 0, false
	}
	code, err := strconv.ParseUint(l.text[l.at:l.at+digits], 16, 31)
	l.at += digits
	return rune(code), err == nil && utf8.ValidRune(rune(code))
}

func (l *liner) run(in func(rune) bool) string {
	start := l.at
	for l.at < len(l.text) {
		r, size := utf8.DecodeRuneInString(l.text[l.at:])
		if !in(r) {
			break
		}
		l.at += size
	}
	return l.text[start:l.at]
}

func (l *liner) space() {
	for l.skip(' ') || l.skip('\t') {
		continue
	}
}

func (l *liner) ended() bool { return l.at == len(l.text) || l.text[l.at] == '#' }

func (l *liner) skip(c byte) bool {
	if l.at < len(l.text) && l.text[l.at] == c {
		l.at++
		return true
	}
	return false
}
