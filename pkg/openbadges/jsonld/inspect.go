package jsonld

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// allowed are the keywords that a document may use as members. Under the others parts of a document can get lost without
// a word in json-gold (@set, @list, @nest, @included, @reverse), or they are never signed (@index, @direction).
var allowed = []string{"@context", "@id", "@type", "@value", "@language"}

// inspect refuses what expansion would silently drop.
func inspect(value any) error {
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			if err := inspect(item); err != nil {
				return err
			}
		}
	case map[string]any:
		return inspectMembers(v)
	}
	return nil
}

func inspectMembers(members map[string]any) error {
	for key, value := range members {
		if strings.HasPrefix(key, "@") && !slices.Contains(allowed, key) {
			return fmt.Errorf("%w: the member %q", ErrUnsafe, key)
		}
		if key == "@value" && value == nil {
			return fmt.Errorf("%w: @value is null", ErrUnsafe)
		}
		if key == "@context" {
			if err := inspectContext(value); err != nil {
				return err
			}
			continue
		}
		if err := inspect(value); err != nil {
			return err
		}
	}
	return nil
}

// inspectContext refuses contexts of the document's own that give a refused keyword another name.
func inspectContext(context any) error {
	switch c := context.(type) {
	case []any:
		for _, item := range c {
			if err := inspectContext(item); err != nil {
				return err
			}
		}
	case map[string]any:
		for term, definition := range c {
			if err := inspectDefinition(term, definition); err != nil {
				return err
			}
		}
	}
	return nil
}

func inspectDefinition(term string, definition any) error {
	switch d := definition.(type) {
	case string:
		if !strings.HasPrefix(term, "@") && strings.HasPrefix(d, "@") && d != "@id" && d != "@type" {
			return fmt.Errorf("%w: the term %q stands for %s", ErrUnsafe, term, d)
		}
	case map[string]any:
		for _, banned := range []string{"@nest", "@reverse", "@index", "@direction"} {
			if _, has := d[banned]; has {
				return fmt.Errorf("%w: the term %q is defined with %s", ErrUnsafe, term, banned)
			}
		}
		if container, err := json.Marshal(d["@container"]); err != nil || strings.Contains(string(container), "@index") {
			return fmt.Errorf("%w: the term %q is indexed", ErrUnsafe, term)
		}
		if err := inspectDefinition(term, d["@id"]); err != nil {
			return err
		}
		return inspectContext(d["@context"])
	}
	if term == "@direction" || term == "@import" {
		return fmt.Errorf("%w: the context states %s", ErrUnsafe, term)
	}
	return nil
}

// plain copies a document for json-gold, which may change it and wants plain doubles inside contexts.
func plain(value any) any {
	switch v := value.(type) {
	case []any:
		items := make([]any, len(v))
		for i, item := range v {
			items[i] = plain(item)
		}
		return items
	case map[string]any:
		members := make(map[string]any, len(v))
		for key, member := range v {
			if members[key] = plain(member); key == "@context" {
				members[key] = doubles(member)
			}
		}
		return members
	}
	return value
}

func doubles(value any) any {
	switch v := value.(type) {
	case json.Number:
		if f, err := v.Float64(); err == nil {
			return f
		}
	case []any:
		items := make([]any, len(v))
		for i, item := range v {
			items[i] = doubles(item)
		}
		return items
	case map[string]any:
		members := make(map[string]any, len(v))
		for key, member := range v {
			members[key] = doubles(member)
		}
		return members
	}
	return value
}
