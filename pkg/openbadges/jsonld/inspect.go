package jsonld

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/carnetbadges/carnet/pkg/openbadges/rdf"
)

// allowed are the keywords that a document may use as members. Under the others parts of a document can get lost without
// a word in json-gold (@set, @list, @nest, @included, @reverse), or they are never signed (@index, @direction).
var allowed = []string{"@context", "@id", "@type", "@value", "@language"}

// What a document may hold at most. json-gold spends some 0.2 ms on an object and as much on a context, and copies all
// definitions of a context again and again; the largest real credentials have some hundred objects.
const (
	maxObjects     = 5000
	maxContexts    = 256
	maxDefinitions = 1000
)

// inspector refuses what expansion would silently drop, and what would take it too long.
type inspector struct{ objects, contexts, definitions int }

func (i *inspector) value(value any) error {
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			if err := i.value(item); err != nil {
				return err
			}
		}
	case map[string]any:
		return i.members(v)
	}
	return nil
}

func (i *inspector) members(members map[string]any) error {
	if i.objects++; i.objects > maxObjects {
		return fmt.Errorf("%w: more than %d objects", rdf.ErrTooCostly, maxObjects)
	}
	if members["type"] != nil && members["@type"] != nil {
		return fmt.Errorf("%w: type and @type, of which json-gold keeps one", ErrUnsafe)
	}
	for key, value := range members {
		if err := i.member(key, value); err != nil {
			return err
		}
	}
	return nil
}

func (i *inspector) member(key string, value any) error {
	switch {
	case key == "@context":
		return i.context(value)
	case key == "@value" && value == nil:
		return fmt.Errorf("%w: @value is null", ErrUnsafe)
	case strings.HasPrefix(key, "@") && !slices.Contains(allowed, key):
		return fmt.Errorf("%w: the member %q", ErrUnsafe, key)
	}
	return i.value(value)
}

// context refuses contexts of the document's own that give a refused keyword another name.
func (i *inspector) context(context any) error {
	switch c := context.(type) {
	case string:
		if i.contexts++; i.contexts > maxContexts {
			return fmt.Errorf("%w: more than %d contexts", rdf.ErrTooCostly, maxContexts)
		}
	case []any:
		for _, item := range c {
			if err := i.context(item); err != nil {
				return err
			}
		}
	case map[string]any:
		for term, definition := range c {
			if err := i.definition(term, definition); err != nil {
				return err
			}
		}
	}
	return nil
}

func (i *inspector) definition(term string, definition any) error {
	if i.definitions++; i.definitions > maxDefinitions {
		return fmt.Errorf("%w: more than %d definitions", rdf.ErrTooCostly, maxDefinitions)
	}
	if term == "@direction" || term == "@import" {
		return fmt.Errorf("%w: the context states %s", ErrUnsafe, term)
	}
	if term == "@context" {
		return i.context(definition)
	}
	switch d := definition.(type) {
	case string:
		return renames(term, d)
	case map[string]any:
		return i.expanded(term, d)
	}
	return nil
}

// expanded looks at a term's definition that is an object (JSON-LD 1.1 §9.15.1).
func (i *inspector) expanded(term string, definition map[string]any) error {
	for _, banned := range []string{"@nest", "@reverse", "@index", "@direction"} {
		if _, has := definition[banned]; has {
			return fmt.Errorf("%w: the term %q is defined with %s", ErrUnsafe, term, banned)
		}
	}
	containers, isArray := definition["@container"].([]any)
	if definition["@container"] == any("@index") || isArray && slices.Contains(containers, any("@index")) {
		return fmt.Errorf("%w: the term %q is indexed", ErrUnsafe, term)
	}
	if id, isText := definition["@id"].(string); isText {
		if err := renames(term, id); err != nil {
			return err
		}
	}
	return i.context(definition["@context"])
}

func renames(term, keyword string) error {
	if strings.HasPrefix(term, "@") || !strings.HasPrefix(keyword, "@") || keyword == "@id" || keyword == "@type" {
		return nil
	}
	return fmt.Errorf("%w: the term %q stands for %s", ErrUnsafe, term, keyword)
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
