package strict

import (
	"strconv"
	"strings"
	"unicode/utf16"
)

// string reads a string; most hold no escape and are returned as a part of the text.
func (r *reader) string() (string, error) {
	r.at++
	for start := r.at; r.at < len(r.text); r.at++ {
		switch c := r.text[r.at]; {
		case c == '"':
			r.at++
			return r.text[start : r.at-1], nil
		case c == '\\':
			return r.escaped(start)
		case c < 0x20:
			return "", ErrSyntax
		}
	}
	return "", ErrSyntax
}

func (r *reader) escaped(start int) (string, error) {
	var b strings.Builder
	b.WriteString(r.text[start:r.at])
	for r.at < len(r.text) {
		c := r.text[r.at]
		r.at++
		switch {
		case c == '"':
			return b.String(), nil
		case c == '\\':
			if err := r.escape(&b); err != nil {
				return "", err
			}
		case c < 0x20:
			return "", ErrSyntax
		default:
			b.WriteByte(c)
		}
	}
	return "", ErrSyntax
}

func (r *reader) escape(b *strings.Builder) error {
	if r.at == len(r.text) {
		return ErrSyntax
	}
	c := r.text[r.at]
	r.at++
	if c == 'u' {
		return r.unicode(b)
	}
	i := strings.IndexByte(`"\/bfnrt`, c)
	if i < 0 {
		return ErrSyntax
	}
	b.WriteByte("\"\\/\b\f\n\r\t"[i])
	return nil
}

func (r *reader) unicode(b *strings.Builder) error {
	unit, ok := r.hex()
	if !ok {
		return ErrSyntax
	}
	if !utf16.IsSurrogate(unit) {
		b.WriteRune(unit)
		return nil
	}
	if !r.skip('\\') || !r.skip('u') {
		return ErrText
	}
	low, ok := r.hex()
	if !ok {
		return ErrSyntax
	}
	pair := utf16.DecodeRune(unit, low)
	if pair == '\uFFFD' {
		return ErrText
	}
	b.WriteRune(pair)
	return nil
}

func (r *reader) hex() (rune, bool) {
	if r.at+4 > len(r.text) {
		return 0, false
	}
	digits := r.text[r.at : r.at+4]
	unit, err := strconv.ParseUint(digits, 16, 16)
	if err != nil {
		return 0, false
	}
	r.at += 4
	return rune(unit), true
}
