package strict

import (
	"encoding/json"
	"slices"
)

// reader walks a text that is known to be valid UTF-8. at is where it stands, also when it fails.
type reader struct {
	text  string
	at    int
	depth int
	terms bool // inside a JSON-LD context, whose terms differ in case on purpose: "Issuer" and "issuer"

	// What the open objects and arrays hold so far, so that each is made in its size when it is closed.
	members []member
	items   []any
}

type member struct {
	key   string
	value any
}

func (r *reader) document() (any, error) {
	value, err := r.value()
	if err != nil {
		return nil, err
	}
	if r.space(); r.at != len(r.text) {
		return nil, ErrSyntax
	}
	return value, nil
}

func (r *reader) value() (any, error) {
	switch r.space() {
	case '{':
		return r.nested((*reader).object)
	case '[':
		return r.nested((*reader).array)
	case '"':
		return r.string()
	case 't':
		return true, r.word("true")
	case 'f':
		return false, r.word("false")
	case 'n':
		return nil, r.word("null")
	}
	return r.number()
}

func (r *reader) nested(read func(*reader) (any, error)) (any, error) {
	if r.depth++; r.depth > MaxDepth {
		return nil, ErrTooDeep
	}
	r.at++
	value, err := read(r)
	r.depth--
	return value, err
}

func (r *reader) object() (any, error) {
	start := len(r.members)
	if r.take('}') {
		return map[string]any{}, nil
	}
	var seen keys
	for {
		if r.space() != '"' {
			return nil, ErrSyntax
		}
		key, err := r.string()
		if err != nil {
			return nil, err
		}
		if !seen.add(key, r.terms) {
			return nil, ErrDuplicate
		}
		if !r.take(':') {
			return nil, ErrSyntax
		}
		value, err := r.member(key)
		if err != nil {
			return nil, err
		}
		r.members = append(r.members, member{key, value})
		if r.take('}') {
			return r.closed(start), nil
		}
		if !r.take(',') {
			return nil, ErrSyntax
		}
	}
}

// closed makes the object of the members from start on.
func (r *reader) closed(start int) map[string]any {
	object := make(map[string]any, len(r.members)-start)
	for _, m := range r.members[start:] {
		object[m.key] = m.value
	}
	r.members = r.members[:start]
	return object
}

func (r *reader) member(key string) (any, error) {
	outer := r.terms
	r.terms = outer || key == "@context"
	value, err := r.value()
	r.terms = outer
	return value, err
}

func (r *reader) array() (any, error) {
	start := len(r.items)
	if r.take(']') {
		return []any{}, nil
	}
	for {
		item, err := r.value()
		if err != nil {
			return nil, err
		}
		r.items = append(r.items, item)
		if r.take(']') {
			array := slices.Clone(r.items[start:])
			r.items = r.items[:start]
			return array, nil
		}
		if !r.take(',') {
			return nil, ErrSyntax
		}
	}
}

func (r *reader) number() (any, error) {
	start := r.at
	r.skip('-')
	if !r.skip('0') && !r.digits() {
		return nil, ErrSyntax
	}
	if r.skip('.') && !r.digits() {
		return nil, ErrSyntax
	}
	if r.skip('e') || r.skip('E') {
		if !r.skip('+') {
			r.skip('-')
		}
		if !r.digits() {
			return nil, ErrSyntax
		}
	}
	return json.Number(r.text[start:r.at]), nil
}

func (r *reader) digits() bool {
	start := r.at
	for r.at < len(r.text) && r.text[r.at] >= '0' && r.text[r.at] <= '9' {
		r.at++
	}
	return r.at > start
}

func (r *reader) word(word string) error {
	end := r.at + len(word)
	if end > len(r.text) || r.text[r.at:end] != word {
		return ErrSyntax
	}
	r.at = end
	return nil
}

// space passes over white space and returns the byte it stands at, 0 at the end.
func (r *reader) space() byte {
	for ; r.at < len(r.text); r.at++ {
		switch c := r.text[r.at]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

// take passes over white space and, if it comes next, the byte.
func (r *reader) take(c byte) bool {
	r.space()
	return r.skip(c)
}

func (r *reader) skip(c byte) bool {
	if r.at < len(r.text) && r.text[r.at] == c {
		r.at++
		return true
	}
	return false
}
