package jsonld

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/carnetbadges/carnet/pkg/openbadges/rdf"
)

const rdfNS = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

// emitter walks an expanded document and writes its quads (JSON-LD 1.1 API §8.1 and §8.2). Merging nodes into a node map
// first makes no difference to the dataset, which is a set.
type emitter struct {
	quads []rdf.Quad
	fresh int
}

func (e *emitter) add(s, p, o, g rdf.Term) {
	e.quads = append(e.quads, rdf.Quad{Subject: s, Predicate: p, Object: o, Graph: g})
}

func (e *emitter) blank() rdf.Term {
	e.fresh++
	return rdf.Term{Kind: rdf.Blank, Value: "b" + strconv.Itoa(e.fresh)}
}

// resource reads an @id or @type. The document's own blank nodes get a prefix that keeps them apart from fresh ones.
func resource(id any) (rdf.Term, error) {
	text, _ := id.(string)
	if label, isBlank := strings.CutPrefix(text, "_:"); isBlank && rdf.ValidLabel(label) {
		return rdf.Term{Kind: rdf.Blank, Value: "d" + label}, nil
	}
	if !rdf.ValidIRI(text) {
		return rdf.Term{}, fmt.Errorf("%w: %q is no absolute IRI", ErrUnsafe, id)
	}
	return rdf.Term{Kind: rdf.IRI, Value: text}, nil
}

func iri(value string) rdf.Term { return rdf.Term{Kind: rdf.IRI, Value: value} }

// node writes a node object and all in it, and returns its name.
func (e *emitter) node(value any, graph rdf.Term) (subject rdf.Term, err error) {
	members, isObject := value.(map[string]any)
	if !isObject {
		return subject, fmt.Errorf("%w: a node that is no object", ErrInvalid)
	}
	subject = e.blank()
	if id, named := members["@id"]; named {
		if subject, err = resource(id); err != nil {
			return subject, err
		}
	}
	for key, member := range members {
		if err := e.member(subject, key, member, graph); err != nil {
			return subject, err
		}
	}
	return subject, nil
}

func (e *emitter) member(subject rdf.Term, key string, value any, graph rdf.Term) error {
	switch key {
	case "@id":
		return nil
	case "@type":
		return e.types(subject, value, graph)
	case "@graph":
		return e.all(value, func(item any) error { _, err := e.node(item, subject); return err })
	case "@reverse":
		return e.reversed(subject, value, graph)
	}
	if !rdf.ValidIRI(key) {
		return fmt.Errorf("%w: the property %q", ErrUnsafe, key)
	}
	return e.all(value, func(item any) error {
		object, err := e.object(item, graph)
		if err == nil {
			e.add(subject, iri(key), object, graph)
		}
		return err
	})
}

func (e *emitter) types(subject rdf.Term, value any, graph rdf.Term) error {
	return e.all(value, func(item any) error {
		kind, err := resource(item)
		if err == nil {
			e.add(subject, iri(rdfNS+"type"), kind, graph)
		}
		return err
	})
}

func (e *emitter) reversed(object rdf.Term, value any, graph rdf.Term) error {
	members, _ := value.(map[string]any)
	for property, values := range members {
		if !rdf.ValidIRI(property) {
			return fmt.Errorf("%w: the property %q", ErrUnsafe, property)
		}
		if err := e.all(values, func(item any) error {
			subject, err := e.node(item, graph)
			e.add(subject, iri(property), object, graph)
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

func (e *emitter) all(value any, each func(any) error) error {
	items, isArray := value.([]any)
	if !isArray {
		return each(value)
	}
	for _, item := range items {
		if err := each(item); err != nil {
			return err
		}
	}
	return nil
}

func (e *emitter) object(value any, graph rdf.Term) (rdf.Term, error) {
	members, isObject := value.(map[string]any)
	if !isObject {
		return rdf.Term{}, fmt.Errorf("%w: a value that is no object", ErrInvalid)
	}
	if _, isValue := members["@value"]; isValue {
		return literal(members)
	}
	if list, isList := members["@list"]; isList {
		items, _ := list.([]any)
		return e.list(items, graph)
	}
	return e.node(value, graph)
}

// list writes a list from its end (JSON-LD 1.1 API §8.4).
func (e *emitter) list(items []any, graph rdf.Term) (rdf.Term, error) {
	rest := iri(rdfNS + "nil")
	for _, item := range slices.Backward(items) {
		first, err := e.object(item, graph)
		if err != nil {
			return rest, err
		}
		cell := e.blank()
		e.add(cell, iri(rdfNS+"first"), first, graph)
		e.add(cell, iri(rdfNS+"rest"), rest, graph)
		rest = cell
	}
	return rest, nil
}
