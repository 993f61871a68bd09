package pdf

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
)

// The values of a PDF (ISO 32000-2 §7.3): nil, bool, float64 for every number, and these.
type (
	name      string
	text      []byte // a string, its escapes undone
	array     []any
	dict      map[name]any
	reference int    // to an object, by number; generations are not told apart
	keyword   string // any other word: obj, R, stream …
)

// stream is a dictionary with data behind it.
type stream struct {
	dict dict
	data []byte // from its beginning to the end of what it lies in: see document.raw
}

var (
	errSyntax = errors.New("not a value")
	errBudget = errors.New("too many values")
)

// scanner reads values from data.
type scanner struct {
	data   []byte
	at     int
	depth  int
	budget *int // values that may still be read
}

const (
	spaces     = "\x00\t\n\f\r "
	delimiters = "()<>[]{}/%"
)

func isSpace(b byte) bool   { return bytes.IndexByte([]byte(spaces), b) >= 0 }
func isRegular(b byte) bool { return !isSpace(b) && bytes.IndexByte([]byte(delimiters), b) < 0 }

// skip passes over white space and comments.
func (s *scanner) skip() {
	for s.at < len(s.data) {
		switch b := s.data[s.at]; {
		case isSpace(b):
			s.at++
		case b == '%':
			for s.at < len(s.data) && s.data[s.at] != '\n' && s.data[s.at] != '\r' {
				s.at++
			}
		default:
			return
		}
	}
}

func (s *scanner) value() (any, error) {
	if *s.budget--; *s.budget < 0 {
		return nil, errBudget
	}
	s.skip()
	rest := s.data[s.at:]
	switch {
	case len(rest) == 0:
		return nil, errSyntax
	case rest[0] == '/':
		s.at++
		return s.name(), nil
	case rest[0] == '(':
		return s.literal()
	case bytes.HasPrefix(rest, []byte("<<")):
		s.at += 2
		return s.dict()
	case rest[0] == '<':
		return s.hex()
	case rest[0] == '[':
		s.at++
		return s.array()
	case !isRegular(rest[0]):
		return nil, errSyntax
	}
	return s.word(), nil
}

func (s *scanner) regular() string {
	start := s.at
	for s.at < len(s.data) && isRegular(s.data[s.at]) {
		s.at++
	}
	return string(s.data[start:s.at])
}

// word is a number, a reference, true, false, null or a keyword.
func (s *scanner) word() any {
	word := s.regular()
	switch word {
	case "true", "false":
		return word == "true"
	case "null":
		return nil
	}
	if number, err := strconv.Atoi(word); err == nil && number >= 0 && s.isReference() {
		return reference(number)
	}
	if number, err := strconv.ParseFloat(word, 64); err == nil && strings.Trim(word, "+-.0123456789") == "" {
		return number
	}
	return keyword(word)
}

// isReference looks whether a generation and R follow, and passes over them.
func (s *scanner) isReference() bool {
	before := s.at
	s.skip()
	generation := s.regular()
	_, err := strconv.ParseUint(generation, 10, 16)
	s.skip()
	if err == nil && s.regular() == "R" {
		return true
	}
	s.at = before
	return false
}

// name undoes #xx (ISO 32000-2 §7.3.5).
func (s *scanner) name() name {
	raw := s.regular()
	var out []byte
	for i := 0; i < len(raw); i++ {
		if raw[i] == '#' && i+2 < len(raw) {
			if code, err := strconv.ParseUint(raw[i+1:i+3], 16, 8); err == nil {
				out = append(out, byte(code))
				i += 2
				continue
			}
		}
		out = append(out, raw[i])
	}
	return name(out)
}

func (s *scanner) array() (any, error) {
	var items array
	if s.depth++; s.depth > maxDepth {
		return nil, errSyntax
	}
	for {
		if s.skip(); s.at < len(s.data) && s.data[s.at] == ']' {
			s.at++
			s.depth--
			return items, nil
		}
		item, err := s.value()
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
}

func (s *scanner) dict() (any, error) {
	members := dict{}
	if s.depth++; s.depth > maxDepth {
		return nil, errSyntax
	}
	for {
		if s.skip(); bytes.HasPrefix(s.data[s.at:], []byte(">>")) {
			s.at += 2
			s.depth--
			return members, nil
		}
		key, err := s.value()
		if err != nil {
			return nil, err
		}
		named, isName := key.(name)
		if !isName {
			return nil, errSyntax
		}
		if members[named], err = s.value(); err != nil {
			return nil, err
		}
	}
}
