package jsonld

import (
	"errors"
	"maps"
	"strings"

	"github.com/piprate/json-gold/ld"
)

var errUnsure = errors.New("a term's context redefines what it depends on")

// override processes the context that a property brings along, which alone may redefine protected terms (JSON-LD 1.1 API
// §4.1.2, override protected). json-gold does not export that, so the terms are unprotected first and those that stay as
// they were protected again afterwards.
func override(outer *ld.Context, scoped any) (*ld.Context, error) {
	open := ld.CopyContext(outer)
	open.Protected = map[string]bool{}
	for name, definition := range open.TermDefinitions {
		if definition != nil && definition.Protected {
			free := *definition
			free.Protected = false
			open.TermDefinitions[name] = &free
		}
	}
	inner, err := open.Parse(scoped)
	if err != nil {
		return nil, err
	}
	for name, definition := range outer.TermDefinitions {
		if inner.TermDefinitions[name] == open.TermDefinitions[name] {
			inner.TermDefinitions[name] = definition
		} else if definition != nil && definition.Protected && dependedOn(scoped, name) {
			return nil, errUnsure
		}
	}
	maps.Copy(inner.Protected, outer.Protected)
	return inner, nil
}

// dependedOn tells whether another term of the context is defined by this one. json-gold then redefines it as a
// dependency, and refuses to if it is protected.
func dependedOn(scoped any, name string) bool {
	if list, isArray := scoped.([]any); isArray {
		for _, item := range list {
			if dependedOn(item, name) {
				return true
			}
		}
		return false
	}
	definitions, isObject := scoped.(map[string]any)
	if !isObject {
		return true
	}
	for other, definition := range definitions {
		if other != name && mentions(other, definition, name) {
			return true
		}
	}
	return false
}

func mentions(term string, definition any, name string) bool {
	texts := []any{term, definition}
	if members, isObject := definition.(map[string]any); isObject {
		texts = []any{term, members["@id"], members["@type"], members["@reverse"]}
	}
	for _, text := range texts {
		text, _ := text.(string)
		if prefix, _, _ := strings.Cut(text, ":"); text == name || prefix == name {
			return true
		}
	}
	return false
}
