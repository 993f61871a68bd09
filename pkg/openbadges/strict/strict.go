// Package strict decodes JSON that may be signed, refusing whatever two readers could read differently, and tells the form
// in which it is signed. It knows nothing of badges, JSON-LD or proofs.
package strict

import (
	"errors"
	"fmt"
	"unicode/utf8"
)

// MaxDepth is how many arrays and objects may be nested in one another.
const MaxDepth = 64

// The reasons for refusing a text. Every error of [Decode] is one of them, wrapped with the byte offset.
var (
	ErrSyntax    = errors.New("not JSON")                    // RFC 8259 grammar, trailing data, NaN, a byte order mark
	ErrDuplicate = errors.New("an object names a key twice") // also when the two differ only in case
	ErrTooDeep   = errors.New("nested too deep")             // more than MaxDepth
	ErrText      = errors.New("text that is not Unicode")    // invalid UTF-8 or a lone surrogate
)

// Decode reads one JSON text (RFC 8259, RFC 7493 §2): objects as map[string]any, arrays as []any, numbers as
// json.Number, and string, bool, nil. Errors: ErrSyntax, ErrDuplicate, ErrTooDeep, ErrText.
func Decode(data []byte) (any, error) { return DecodeString(string(data)) }

// DecodeString is [Decode] of a text that is a string already. The strings in the answer are parts of it.
func DecodeString(text string) (any, error) {
	if !utf8.ValidString(text) {
		return nil, fmt.Errorf("decoding JSON: %w", ErrText)
	}
	open := min(16+len(text)/64, 256) // at a time, in most texts
	r := &reader{text: text, members: make([]member, 0, open), items: make([]any, 0, open/2)}
	value, err := r.document()
	if err != nil {
		return nil, fmt.Errorf("decoding JSON at byte %d: %w", r.at, err)
	}
	return value, nil
}
