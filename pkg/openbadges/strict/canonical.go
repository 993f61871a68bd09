package strict

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

// ErrNumber is a number that no double holds, so that it has no canonical form.
var ErrNumber = errors.New("a number beyond the range of doubles")

// Canonical writes a value of [Decode] in the one form of the JSON Canonicalization Scheme (RFC 8785).
// Errors: ErrNumber; ErrSyntax for a value of another kind than Decode returns.
func Canonical(value any) ([]byte, error) { return appendCanonical(nil, value) }

func appendCanonical(b []byte, value any) (_ []byte, err error) {
	switch v := value.(type) {
	case nil:
		return append(b, "null"...), nil
	case bool:
		return strconv.AppendBool(b, v), nil
	case string:
		return appendText(b, v), nil
	case json.Number:
		return appendNumber(b, v)
	case []any:
		b = append(b, '[')
		for i, item := range v {
			if i > 0 {
				b = append(b, ',')
			}
			if b, err = appendCanonical(b, item); err != nil {
				return nil, err
			}
		}
		return append(b, ']'), nil
	case map[string]any:
		return appendMembers(b, v)
	}
	return nil, fmt.Errorf("canonicalising a %T: %w", value, ErrSyntax)
}

func appendMembers(b []byte, members map[string]any) (_ []byte, err error) {
	b = append(b, '{')
	for i, key := range sortedByUnits(members) {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendText(b, key), ':')
		if b, err = appendCanonical(b, members[key]); err != nil {
			return nil, err
		}
	}
	return append(b, '}'), nil
}

// sortedByUnits sorts by UTF-16 code units (RFC 8785 §3.2.3), which differs from bytes beyond the basic plane.
func sortedByUnits(members map[string]any) []string {
	keys := make([]string, 0, len(members))
	for key := range members {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b string) int {
		return slices.Compare(utf16.Encode([]rune(a)), utf16.Encode([]rune(b)))
	})
	return keys
}

func appendText(b []byte, s string) []byte {
	b = append(b, '"')
	for i := 0; i < len(s); i++ {
		c := s[i]
		if at := strings.IndexByte("\b\t\n\f\r\"\\", c); at >= 0 {
			b = append(b, '\\', `btnfr"\`[at])
		} else if c < 0x20 {
			b = fmt.Appendf(b, `\u%04x`, c)
		} else {
			b = append(b, c)
		}
	}
	return append(b, '"')
}

// appendNumber writes a double as ECMAScript does (RFC 8785 §3.2.2.3).
func appendNumber(b []byte, number json.Number) ([]byte, error) {
	f, err := number.Float64()
	if err != nil {
		return nil, fmt.Errorf("canonicalising %s: %w", number, ErrNumber)
	}
	if f == 0 {
		return append(b, '0'), nil
	}
	if abs := math.Abs(f); abs >= 1e-6 && abs < 1e21 {
		return strconv.AppendFloat(b, f, 'f', -1, 64), nil
	}
	text := strconv.FormatFloat(f, 'e', -1, 64)
	mantissa, exponent, _ := strings.Cut(text, "e")
	return append(append(append(b, mantissa...), 'e', exponent[0]), strings.TrimLeft(exponent[1:], "0")...), nil
}
