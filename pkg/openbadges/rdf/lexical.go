package rdf

import "strings"

// ValidIRI reports whether a text can stand as an absolute IRI: it has a scheme, and no character that
// N-Quads forbids in one (RDF 1.1 N-Quads, IRIREF). It says nothing of the scheme's own rules.
func ValidIRI(iri string) bool {
	colon := strings.IndexByte(iri, ':')
	if colon < 1 || !isASCIILetter(rune(iri[0])) {
		return false
	}
	for i := range len(iri) {
		if c := iri[i]; characters[c]&forbidden != 0 || i < colon && characters[c]&inScheme == 0 {
			return false
		}
	}
	return true
}

// What a byte may do in an IRI; those of letters beyond ASCII may do nothing special.
const (
	forbidden = 1 << iota
	inScheme
)

var characters = classify()

func classify() (classes [256]uint8) {
	for c := rune(0); c < 0x80; c++ {
		if c <= ' ' || strings.ContainsRune("<>\"{}|^`\\", c) {
			classes[c] |= forbidden
		}
		if isASCIILetter(c) || isDigit(c) || strings.ContainsRune("+-.", c) {
			classes[c] |= inScheme
		}
	}
	return classes
}

// ValidLanguage reports whether a text is a language tag as N-Quads write them (LANGTAG): en, pt-BR, de-1996.
func ValidLanguage(tag string) bool {
	for i, part := range strings.Split(tag, "-") {
		if part == "" || strings.ContainsFunc(part, func(r rune) bool { return !isASCIILetter(r) && (i == 0 || !isDigit(r)) }) {
			return false
		}
	}
	return true
}

func isASCIILetter(r rune) bool { return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' }

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

func isLanguage(r rune) bool { return isASCIILetter(r) || isDigit(r) || r == '-' }

func isLabel(r rune) bool {
	return startsLabel(r) || r == '-' || r == '.' || r == 0xb7 || 0x300 <= r && r <= 0x36f || r == 0x203f || r == 0x2040
}

// letterRanges are PN_CHARS_BASE beyond ASCII (RDF 1.1 N-Quads §4).
var letterRanges = [][2]rune{
	{0xc0, 0xd6},
	{0xd8, 0xf6},
	{0xf8, 0x2ff},
	{0x370, 0x37d},
	{0x37f, 0x1fff},
	{0x200c, 0x200d},
	{0x2070, 0x218f},
	{0x2c00, 0x2fef},
	{0x3001, 0xd7ff},
	{0xf900, 0xfdcf},
	{0xfdf0, 0xfffd},
	{0x10000, 0xeffff},
}

func startsLabel(r rune) bool {
	if isASCIILetter(r) || isDigit(r) || r == '_' || r == ':' {
		return true
	}
	for _, letters := range letterRanges {
		if letters[0] <= r && r <= letters[1] {
			return true
		}
	}
	return false
}

// ValidLabel reports whether a text, without "_:", is a blank node's label (BLANK_NODE_LABEL).
func ValidLabel(label string) bool {
	l := &liner{text: label}
	got, ok := l.label()
	return ok && got == label
}
