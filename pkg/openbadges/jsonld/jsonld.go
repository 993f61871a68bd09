// Package jsonld turns JSON-LD documents into RDF, refusing whatever a proof over the RDF would not cover.
// It knows nothing of proofs and loads nothing: contexts come only from package contexts.
package jsonld

import (
	"errors"
	"fmt"

	"github.com/carnetbadges/carnet/pkg/openbadges/rdf"
	"github.com/piprate/json-gold/ld"
)

// The reasons why a document has no safe RDF. An unknown context is contexts.ErrUnknownContext.
var (
	ErrUnsafe  = errors.New("the document holds what a proof would not cover") // undefined terms, relative @id or @type …
	ErrInvalid = errors.New("not valid JSON-LD")
)

// ToRDF expands a document decoded by strict.Decode and deserialises it to RDF (JSON-LD 1.1 API §5.1 and §8.1) in safe
// mode: whatever would get lost on the way is an error instead. The document is left as it is.
// Errors: ErrUnsafe, ErrInvalid, rdf.ErrTooCostly, contexts.ErrUnknownContext, each wrapped with what is wrong.
//
// Documents with nothing but pinned contexts are looked up in tables compiled from them; the others are json-gold's to
// expand, which costs some fifty times as much. Both roads lead to the same quads.
func ToRDF(doc any) ([]rdf.Quad, error) {
	if quads, sure := compiled(doc); sure {
		return quads, nil
	}
	return expanded(doc)
}

// expanded is ToRDF on the general road.
func expanded(doc any) ([]rdf.Quad, error) {
	if err := (&inspector{}).value(doc); err != nil {
		return nil, fmt.Errorf("reading JSON-LD: %w", err)
	}
	nodes, err := expand(doc)
	if err != nil {
		return nil, fmt.Errorf("expanding JSON-LD: %w", err)
	}
	if err := disguised(doc, nodes); err != nil {
		return nil, fmt.Errorf("reading JSON-LD: %w", err)
	}
	e := &emitter{}
	for _, node := range nodes {
		if _, err := e.node(node, rdf.Term{}); err != nil {
			return nil, fmt.Errorf("turning JSON-LD into RDF: %w", err)
		}
	}
	return e.quads, nil
}

// expand runs json-gold's Expansion. It panics on some malformed documents, which is its way of calling them invalid.
func expand(doc any) (nodes []any, err error) {
	defer func() {
		if what := recover(); what != nil {
			nodes, err = nil, fmt.Errorf("%w: %v", ErrInvalid, what)
		}
	}()
	loader := &loader{}
	options := ld.NewJsonLdOptions("")
	options.DocumentLoader = loader
	options.SafeMode = true
	nodes, err = ld.NewJsonLdProcessor().Expand(plain(doc), options)
	switch {
	case loader.err != nil:
		return nil, loader.err
	case err != nil:
		return nil, classify(err)
	}
	return nodes, nil
}

func classify(err error) error {
	var problem *ld.JsonLdError
	if errors.As(err, &problem) && problem.Code == ld.InvalidProperty {
		return fmt.Errorf("%w: %w", ErrUnsafe, err)
	}
	return fmt.Errorf("%w: %w", ErrInvalid, err)
}
