package strict

import (
	"errors"
	"testing"
)

func TestTermsOfAContextMayDifferInCaseOnly(t *testing.T) {
	for text, want := range map[string]error{
		`{"@context":{"Issuer":"a","issuer":"b"},"issuer":"c"}`:    nil,
		`{"@context":[{"Image":{"@id":"a"},"image":"b"}]}`:         nil,
		`{"@context":{"issuer":"a","issuer":"b"}}`:                 ErrDuplicate,
		`{"@context":{"Issuer":"a"},"Issuer":"b","issuer":"c"}`:    ErrDuplicate,
		`{"Issuer":"b","@context":{"A":"a","a":"b"},"issuer":"c"}`: ErrDuplicate,
		`{"@context":{},"a":{"B":1,"b":2}}`:                        ErrDuplicate,
	} {
		if _, err := Decode([]byte(text)); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", text, err, want)
		}
	}
}
