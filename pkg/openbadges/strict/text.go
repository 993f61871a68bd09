package strict

import (
	"strconv"
	"strings"
	"unicode/utf16"
)

// string reads a string; most hold no escape and are returned as a part of the text.
func (r *reader) string() (string, error) {
	r.at++
	start := r.at
	length := strings.IndexByte(r.text[start:], '"')
	if length < 0 {
		return "", ErrSyntax
	}
	if said := r.text[start : start+length]; isPlain(said) {
		r.at += length + 1
		return said, nil
	}
	for ; r.text[r.at] != '\\'; r.at++ {
		if r.text[r.at] < 0x20 {
			return "", ErrSyntax
		}
	}
	return r.escaped(start)
}

// isPlain tells whether a text has neither a backslash nor a control character, looking at eight bytes at a time.
func isPlain(s string) bool {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	for ; len(s) >= 8; s = s[8:] {
		w := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
		slashes := w ^ ones*'\\'
		if ((w-ones*0x20)&^w|(slashes-ones)&^slashes)&highs != 0 {
			return false
		}
	}
	for i := range len(s) {
		if s[i] == '\\' || s[i] < 0x20 {
			return false
		}
	}
	return true
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
