package jsonld

import (
	"strings"
	"sync/atomic"

	"github.com/carnetbadges/carnet/pkg/openbadges/rdf"
	"github.com/piprate/json-gold/ld"
)

// table is an active context in which everything is looked up and nothing computed (JSON-LD 1.1 API §4.1). But for the
// steps that lead on from it, which are remembered once they were taken, it never changes.
type table struct {
	terms    map[string]*term
	ids      []string // the names of @id here
	kinds    []string // the names of @type
	vocab    *string
	previous *table // what a node object goes back to, unless it has a type-scoped context of its own
	family   *family
	source   *ld.Context // what it was compiled from, and the contexts it leads to will be
	print    [32]byte
	steps    atomic.Pointer[map[step]*table]
}

// coercion is what becomes of a term's values (JSON-LD 1.1 §4.2.3).
type coercion uint8

const (
	uncoerced coercion = iota
	toIRI
	toVocabulary
	toJSON
	toDatatype
)

// term is a term's definition. One that is strange is left to json-gold, wherever it is used.
type term struct {
	iri       string
	null      bool // the term is defined as nothing
	strange   bool
	predicate bool // the IRI can stand as one
	prefix    bool // of compact IRIs
	coercion  coercion
	datatype  string
	list      bool
	graph     bool
	scope     *scope
}

// absent stands for the definition of a property that has none.
var absent = &term{}

// defined is the definition of a property, if it has one.
func (t *table) defined(name string) *term {
	if d := t.terms[name]; d != nil && !d.null {
		return d
	}
	return absent
}

// expand is IRI expansion without a base (JSON-LD 1.1 API §5.2), json-gold's way. It is sure of no keyword, and of
// nothing that looks like one.
func (t *table) expand(value string, vocabulary bool) (iri string, sure bool) {
	if strings.HasPrefix(value, "@") {
		return "", false
	}
	if d, known := t.terms[value]; known && vocabulary {
		return d.iri, !d.null
	}
	absolute := false
	if prefix, suffix, found := strings.Cut(value, ":"); found && prefix != "" {
		if prefix == "_" || strings.HasPrefix(suffix, "//") {
			return value, true
		}
		if d, known := t.terms[prefix]; known && (d.null || d.prefix) {
			return d.iri + suffix, !d.null
		}
		absolute = !vocabulary || t.vocab == nil || ld.IsAbsoluteIri(value)
	}
	if vocabulary && t.vocab != nil && !absolute {
		return *t.vocab + value, true
	}
	return value, true
}

// compileTerm translates a definition. What the pinned contexts have no use for is strange.
func compileTerm(d *ld.TermDefinition, scopes func(any) *scope) *term {
	if d == nil {
		return &term{null: true, strange: true}
	}
	compiled := &term{
		iri: d.ID, predicate: strings.Contains(d.ID, ":") && rdf.ValidIRI(d.ID), prefix: d.ID != "" && d.Prefix != nil && *d.Prefix,
		strange: d.Reverse || d.Nest != "" || d.Index != "" || d.HasDirection || d.HasLanguage,
	}
	compiled.coerce(d.Type)
	compiled.contain(d.Container)
	if d.HasContext {
		compiled.scope = scopes(d.Context)
		compiled.strange = compiled.strange || compiled.scope == nil
	}
	return compiled
}

func (t *term) coerce(kind string) {
	switch kind {
	case "", "@none":
	case "@id":
		t.coercion = toIRI
	case "@vocab":
		t.coercion = toVocabulary
	case "@json":
		t.coercion = toJSON
	default:
		t.coercion, t.datatype = toDatatype, kind
		t.strange = t.strange || !rdf.ValidIRI(kind)
	}
}

func (t *term) contain(containers []string) {
	for _, container := range containers {
		switch container {
		case "@list":
			t.list = true
		case "@graph":
			t.graph = true
		case "@set":
		default:
			t.strange = true
		}
	}
	t.strange = t.strange || t.list && t.graph
}
