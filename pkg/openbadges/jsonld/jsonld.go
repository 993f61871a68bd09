// Package jsonld turns JSON-LD documents into RDF, refusing whatever a proof over the RDF would not cover.
// It knows nothing of proofs and loads nothing: contexts come only from package contexts.
package jsonld

import (
	"errors"

	"github.com/carnetbadges/carnet/pkg/openbadges/rdf"
)

// The reasons why a document has no safe RDF. An unknown context is contexts.ErrUnknownContext.
var (
	ErrUnsafe  = errors.New("the document holds terms that a proof would not cover") // undefined terms, relative @id or @type
	ErrInvalid = errors.New("not valid JSON-LD")
)

// ToRDF expands a document decoded by strict.Decode and deserialises it to RDF (JSON-LD 1.1 API §7.1) in safe mode.
// Errors: ErrUnsafe, ErrInvalid, contexts.ErrUnknownContext.
func ToRDF(doc any) ([]rdf.Quad, error) {
	return nil, ErrInvalid
}
