// Package rdf reads, writes and canonicalises RDF datasets: N-Quads and RDFC-1.0.
// It knows nothing of JSON-LD, credentials or proofs.
package rdf

import "errors"

// Kind tells the three kinds of RDF terms apart.
type Kind uint8

// The kinds of terms. The zero Term, of kind None, stands for the default graph.
const (
	None Kind = iota
	IRI
	Blank
	Literal
)

// XSDString is the datatype of plain literals; it is not written in N-Quads.
const XSDString = "http://www.w3.org/2001/XMLSchema#string"

// LangString is the datatype of literals with a language.
const LangString = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"

// Term is a node of a dataset (RDF 1.1 Concepts §3.1).
type Term struct {
	Kind     Kind
	Value    string // the IRI, the blank node's label without "_:", or the literal's unescaped text
	Datatype string // of literals: an IRI, never empty
	Language string // of literals with LangString
}

// Quad is one statement; Graph is the zero Term in the default graph.
type Quad struct{ Subject, Predicate, Object, Graph Term }

// The reasons why a dataset is refused.
var (
	ErrSyntax    = errors.New("not N-Quads")
	ErrTooCostly = errors.New("the graph is too costly to canonicalise")
)
