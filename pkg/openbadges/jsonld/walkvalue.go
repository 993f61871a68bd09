package jsonld

import (
	"slices"
	"strings"

	"github.com/carnetbadges/carnet/pkg/openbadges/rdf"
	"github.com/carnetbadges/carnet/pkg/openbadges/strict"
	"github.com/piprate/json-gold/ld"
)

// member writes a property (JSON-LD 1.1 API §5.1.2, step 13). Keywords in the document itself are json-gold's.
func (w *walker) member(t *table, subject rdf.Term, key string, value any, graph rdf.Term) bool {
	d := t.terms[key]
	if d == nil {
		expanded, sure := t.expand(key, true)
		d = &term{iri: expanded, predicate: strings.Contains(expanded, ":") && rdf.ValidIRI(expanded), strange: !sure}
	}
	if d.strange || !d.predicate || strings.HasPrefix(key, "@") || d.iri == statusSize { // rare, and decisive
		return false
	}
	inner, via := t, t.defined(key)
	if d.scope != nil {
		if inner = t.enter(step{scope: d.scope}); inner == nil {
			return false
		}
		via = inner.defined(key)
	}
	predicate := iri(d.iri)
	switch {
	case via.strange, via.coercion == toJSON && d.coercion != toJSON:
		return false
	case d.coercion == toJSON:
		object, sure := w.json(via, value)
		w.out.add(subject, predicate, object, graph)
		return sure
	case value == nil:
		return true
	case via.list:
		object, sure := w.list(inner, via, value, graph)
		w.out.add(subject, predicate, object, graph)
		return sure
	case via.graph:
		return w.graphs(inner, via, value, func(named rdf.Term) { w.out.add(subject, predicate, named, graph) })
	}
	return w.values(inner, via, value, graph, func(object rdf.Term) { w.out.add(subject, predicate, object, graph) })
}

// json takes a value as it is (JSON-LD 1.1 §4.2.2).
func (w *walker) json(via *term, value any) (rdf.Term, bool) {
	if via.list || via.graph || w.limits.value(value) != nil || hasContext(value) {
		return rdf.Term{}, false
	}
	text, err := strict.Canonical(value)
	return rdf.Term{Kind: rdf.Literal, Value: string(text), Datatype: rdfNS + "JSON"}, err == nil
}

// hasContext tells whether json-gold's copy of the value would differ from it.
func hasContext(value any) bool {
	switch v := value.(type) {
	case []any:
		return slices.ContainsFunc(v, hasContext)
	case map[string]any:
		for key, member := range v {
			if key == "@context" || hasContext(member) {
				return true
			}
		}
	}
	return false
}

// values finds the objects of a property, however deep in arrays.
func (w *walker) values(t *table, via *term, value any, graph rdf.Term, found func(rdf.Term)) bool {
	switch v := value.(type) {
	case nil:
		return true
	case []any:
		for _, item := range v {
			if !w.values(t, via, item, graph, found) {
				return false
			}
		}
		return true
	}
	object, sure := w.object(t, via, value, graph)
	if sure {
		found(object)
	}
	return sure
}

func (w *walker) object(t *table, via *term, value any, graph rdf.Term) (rdf.Term, bool) {
	members, isObject := value.(map[string]any)
	if !isObject {
		return scalar(t, via, value)
	}
	if _, isValue := members["@value"]; isValue {
		return w.valueObject(t, via, members)
	}
	return w.node(t, via, members, graph, false)
}

// scalar coerces a value as the term says (JSON-LD 1.1 API §5.3.2).
func scalar(t *table, via *term, value any) (rdf.Term, bool) {
	text, isText := value.(string)
	object := rdf.Term{Kind: rdf.Literal}
	switch {
	case isText && via.coercion == toIRI:
		return t.resource(text, false)
	case isText && via.coercion == toVocabulary:
		return t.resource(text, true)
	case via.coercion == toDatatype:
		object.Datatype = via.datatype
	}
	err := lexical(&object, value)
	return object, err == nil
}

// list writes a list (JSON-LD 1.1 API §8.4). Lists of lists are json-gold's.
func (w *walker) list(t *table, via *term, value any, graph rdf.Term) (rdf.Term, bool) {
	items, isArray := value.([]any)
	if !isArray {
		items = []any{value}
	}
	rest := iri(rdfNS + "nil")
	for _, item := range slices.Backward(items) {
		if item == nil {
			continue
		}
		if _, nested := item.([]any); nested {
			return rest, false
		}
		first, sure := w.object(t, via, item, graph)
		if !sure {
			return rest, false
		}
		cell := w.out.blank()
		w.out.add(cell, iri(rdfNS+"first"), first, graph)
		w.out.add(cell, iri(rdfNS+"rest"), rest, graph)
		rest = cell
	}
	return rest, true
}

// graphs writes each node of a property like "proof" into a graph of its own (JSON-LD 1.1 §4.9).
func (w *walker) graphs(t *table, via *term, value any, found func(rdf.Term)) bool {
	if value == nil {
		return true
	}
	if items, isArray := value.([]any); isArray {
		for _, item := range items {
			if !w.graphs(t, via, item, found) {
				return false
			}
		}
		return true
	}
	if members, isObject := value.(map[string]any); isObject && members["@value"] == nil {
		named := w.out.blank()
		found(named)
		_, sure := w.node(t, via, members, named, false)
		return sure
	}
	return false
}

// valueObject reads a value object (JSON-LD 1.1 §9.5) in its plainest forms.
func (w *walker) valueObject(t *table, via *term, members map[string]any) (rdf.Term, bool) {
	if w.limits.objects++; w.limits.objects > maxObjects || len(members) > 2 {
		return rdf.Term{}, false
	}
	if via.scope != nil {
		if t = t.enter(step{scope: via.scope}); t == nil {
			return rdf.Term{}, false
		}
	}
	return t.valueObject(members)
}

func (t *table) valueObject(members map[string]any) (rdf.Term, bool) {
	object := rdf.Term{Kind: rdf.Literal}
	for key, member := range members {
		text, isText := member.(string)
		switch key {
		case "@value":
		case "@type":
			expanded, sure := t.expand(text, true)
			if d := t.defined(text); !isText || !sure || d.strange || d.scope != nil || !ld.IsAbsoluteIri(expanded) || !rdf.ValidIRI(expanded) {
				return object, false
			}
			object.Datatype = expanded
		case "@language":
			object.Language, object.Datatype = strings.ToLower(text), rdf.LangString
			if _, ofText := members["@value"].(string); !ofText || !rdf.ValidLanguage(object.Language) {
				return object, false
			}
		default:
			return object, false
		}
	}
	if members["@value"] == nil {
		return object, false
	}
	err := lexical(&object, members["@value"])
	return object, err == nil
}
