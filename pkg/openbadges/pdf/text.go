package pdf

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"unicode/utf16"
	"unicode/utf8"
)

// escapes are the letters that stand for a byte after a backslash (ISO 32000-2 §7.3.4.2).
var escapes = map[byte]byte{'n': '\n', 'r': '\r', 't': '\t', 'b': '\b', 'f': '\f'}

// literal reads a string in parentheses, which may nest.
func (s *scanner) literal() (any, error) {
	end, err := s.closing()
	if err != nil {
		return nil, err
	}
	inside := scanner{data: s.data[:end], at: s.at + 1}
	out := make(text, 0, end-inside.at)
	for inside.at < end {
		b := inside.data[inside.at]
		if inside.at++; b == '\\' {
			out = inside.escaped(out)
		} else {
			out = append(out, b)
		}
	}
	s.at = end + 1
	return out, nil
}

// closing finds the parenthesis that ends a string.
func (s *scanner) closing() (int, error) {
	open := 0
	for at := s.at; at < len(s.data) && at-s.at <= MaxCredential; at++ {
		switch s.data[at] {
		case '\\':
			at++
		case '(':
			open++
		case ')':
			if open--; open == 0 {
				return at, nil
			}
		}
	}
	s.at = len(s.data) // what was read in vain counts as work
	return 0, errSyntax
}

// escaped reads what stands behind a backslash: a letter, up to three octal digits, or an end of line that is none.
func (s *scanner) escaped(out text) text {
	if s.at >= len(s.data) {
		return out
	}
	b := s.data[s.at]
	s.at++
	if short, isShort := escapes[b]; isShort {
		return append(out, short)
	}
	switch {
	case b == '\r':
		if s.at < len(s.data) && s.data[s.at] == '\n' {
			s.at++
		}
		return out
	case b == '\n':
		return out
	case b < '0' || b > '7':
		return append(out, b)
	}
	code := b - '0'
	for range 2 {
		if s.at >= len(s.data) || s.data[s.at] < '0' || s.data[s.at] > '7' {
			break
		}
		code = code<<3 | (s.data[s.at] - '0')
		s.at++
	}
	return append(out, code)
}

// hex reads a string in hexadecimal digits.
func (s *scanner) hex() (any, error) {
	end := bytes.IndexByte(s.data[s.at:], '>')
	if end < 0 {
		return nil, errSyntax
	}
	out, err := fromHex(s.data[s.at+1 : s.at+end])
	s.at += end + 1
	return text(out), err
}

func fromHex(digits []byte) ([]byte, error) {
	digits = bytes.Join(bytes.FieldsFunc(digits, func(r rune) bool { return r < utf8.RuneSelf && isSpace(byte(r)) }), nil)
	if len(digits)%2 == 1 {
		digits = append(digits, '0')
	}
	return hex.AppendDecode(nil, digits)
}

// plain is a text string as UTF-8 (ISO 32000-2 §7.9.2.2). PDFDocEncoding is read as Latin-1, from which it differs only
// in signs that no credential needs; where the bytes are UTF-8 already, they stay.
func plain(raw text) []byte {
	if utf16BE, found := bytes.CutPrefix(raw, []byte("\xfe\xff")); found {
		units := make([]uint16, len(utf16BE)/2)
		for i := range units {
			units[i] = binary.BigEndian.Uint16(utf16BE[2*i:])
		}
		return []byte(string(utf16.Decode(units)))
	}
	if utf8.Valid(raw) {
		return bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
	}
	letters := make([]rune, len(raw))
	for i, b := range raw {
		letters[i] = rune(b)
	}
	return []byte(string(letters))
}
