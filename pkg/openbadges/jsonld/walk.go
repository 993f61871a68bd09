package jsonld

import (
	"slices"

	"github.com/carnetbadges/carnet/pkg/openbadges/rdf"
)

// walker writes the quads of a document while it walks it, looking every term up in compiled contexts. It is sure or it
// is not: where it answers false the document is json-gold's, be it unusual or wrong. It never refuses, and it may
// accept only what the general road accepts, with the same quads.
type walker struct {
	out    emitter
	limits inspector
	root   rdf.Term // the name of the document itself
}

// compiled is ToRDF on the fast road.
func compiled(doc any) (quads []rdf.Quad, sure bool) {
	members, isObject := doc.(map[string]any)
	if !isObject {
		return nil, false
	}
	root := remembered.table(members["@context"])
	if root == nil {
		return nil, false
	}
	w := &walker{}
	w.out.quads = make([]rdf.Quad, 0, statements(doc))
	if _, sure = w.node(root, absent, members, rdf.Term{}, true); !sure || len(w.out.quads) == 0 {
		return nil, false
	}
	return w.out.quads, true
}

// statements is about how many statements a value makes: rather too many than too few, for an array may be a list.
func statements(value any) (count int) {
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			count += statements(item)
			if _, isText := item.(string); isText {
				count++
			}
		}
		return count
	case map[string]any:
		for _, member := range v {
			count += statements(member)
		}
	}
	return count + 1
}

// node writes a node object and all in it, and returns its name (JSON-LD 1.1 API §5.1.2, steps 7 to 14).
func (w *walker) node(t *table, via *term, members map[string]any, graph rdf.Term, top bool) (subject rdf.Term, sure bool) {
	if w.limits.objects++; w.limits.objects > maxObjects {
		return subject, false
	}
	outer := w.open(t, via, members, top)
	if outer == nil {
		return subject, false
	}
	kind, kinds, sure := named(outer.kinds, members)
	if !sure {
		return subject, false
	}
	if t = typed(outer, kinds); t == nil || kind != "" && !slices.Contains(t.kinds, kind) {
		return subject, false
	}
	id, name, sure := named(t.ids, members)
	if !sure || top && (id != "" && id != "id" || kind != "" && kind != "type" || !undisguised(t, members)) {
		return subject, false
	}
	if subject, sure = w.subject(t, id, name); !sure || !w.types(outer, subject, kinds, graph) {
		return subject, false
	}
	if _, nameless := members[""]; nameless {
		return subject, false // "" stands for names that are not there
	}
	if top {
		w.root = subject
	} else if subject == w.root && decides(t, members) {
		return subject, false
	}
	for key, value := range members {
		if key != "@context" && key != id && key != kind && !w.member(t, subject, key, value, graph) {
			return subject, false
		}
	}
	return subject, true
}

// open finds the context that a node object begins with: back out of a type's, into its property's, then its own.
func (w *walker) open(t *table, via *term, members map[string]any, top bool) *table {
	context, embedded := members["@context"]
	urls := ""
	if embedded {
		list, count, plain := plainList(context)
		if !plain {
			return nil
		}
		urls = list
		if w.limits.contexts += count; w.limits.contexts > maxContexts {
			return nil
		}
	}
	if top {
		return t
	}
	if t.previous != nil && (embedded || !reference(t, members)) {
		t = t.previous
	}
	if via.scope != nil {
		t = t.enter(step{scope: via.scope})
	}
	if t != nil && embedded {
		t = t.enter(step{urls: urls})
	}
	return t
}

// reference tells whether a node object is only a reference to a node.
func reference(t *table, members map[string]any) bool {
	return len(members) == 1 && slices.ContainsFunc(t.ids, func(name string) bool { _, has := members[name]; return has })
}

// named finds a keyword's value under whichever name it has. Two at once are not for the walker.
func named(names []string, members map[string]any) (name string, value any, sure bool) {
	for _, candidate := range names {
		found, has := members[candidate]
		if !has {
			continue
		}
		if name != "" || found == nil {
			return "", nil, false
		}
		name, value = candidate, found
	}
	return name, value, true
}

// typed enters the contexts of the node's types, in the order of their names (JSON-LD 1.1 API §5.1.2, step 11).
func typed(outer *table, kinds any) *table {
	switch v := kinds.(type) {
	case string:
		return outer.enterType(outer, v)
	case []any:
		names := make([]string, len(v))
		for i, item := range v {
			name, isText := item.(string)
			if !isText {
				return nil
			}
			names[i] = name
		}
		slices.Sort(names)
		inner := outer
		for _, name := range names {
			if inner = outer.enterType(inner, name); inner == nil {
				return nil
			}
		}
		return inner
	case nil:
		return outer
	}
	return nil
}

// enterType leads from a context into that of a type, as the outer context defines it.
func (t *table) enterType(from *table, name string) *table {
	d := t.defined(name)
	switch {
	case d.strange:
		return nil
	case d.scope == nil:
		return from
	}
	return from.enter(step{scope: d.scope, typed: true})
}

// decides tells whether an object makes a statement that can speak against a credential.
func decides(t *table, members map[string]any) bool {
	for key := range members {
		if ends(t.meaning(key)) {
			return true
		}
	}
	return false
}

// meaning is the IRI of a property.
func (t *table) meaning(key string) string {
	if d := t.terms[key]; d != nil {
		return d.iri
	}
	iri, _ := t.expand(key, true)
	return iri
}

// undisguised is the fast road's disguised: true when every decisive statement is made under its own name.
func undisguised(t *table, members map[string]any) bool {
	for key := range members {
		if name, decides := decisive[t.meaning(key)]; decides && name != key {
			return false
		}
	}
	return true
}

func (w *walker) subject(t *table, id string, name any) (rdf.Term, bool) {
	if id == "" {
		return w.out.blank(), true
	}
	text, isText := name.(string)
	if !isText {
		return rdf.Term{}, false
	}
	return t.resource(text, false)
}

// resource expands and reads an @id, or with the vocabulary an @type.
func (t *table) resource(text string, vocabulary bool) (rdf.Term, bool) {
	expanded, sure := t.expand(text, vocabulary)
	if !sure {
		return rdf.Term{}, false
	}
	r, err := resource(expanded)
	return r, err == nil
}

func (w *walker) types(t *table, subject rdf.Term, kinds any, graph rdf.Term) bool {
	if kinds == nil {
		return true
	}
	return each(kinds, func(kind any) bool {
		text, isText := kind.(string)
		if !isText {
			return false
		}
		object, sure := t.resource(text, true)
		w.out.add(subject, iri(rdfNS+"type"), object, graph)
		return sure
	})
}

func each(value any, visit func(any) bool) bool {
	items, isArray := value.([]any)
	if !isArray {
		return visit(value)
	}
	for _, item := range items {
		if !visit(item) {
			return false
		}
	}
	return true
}
