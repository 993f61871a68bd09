package jsonld

import (
	"crypto/sha256"
	"encoding/json"
	"maps"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/piprate/json-gold/ld"
)

// How many contexts one document's contexts may lead to, and how many steps may lead on from each. Ordinary credentials
// have less than twenty; compiling one takes about as long as json-gold spends on an object or two. A family that grew
// larger is dropped and compiled anew when it is needed again.
const (
	maxTables = 64
	maxSteps  = 256
)

// family are the tables that can be reached from one list of pinned contexts. Two that mean the same are one.
type family struct {
	mutex  sync.Mutex
	scopes map[string]*scope
	tables map[[32]byte]*table
	full   atomic.Bool
}

// scope is a context that a term brings along (JSON-LD 1.1 §4.1.8).
type scope struct{ context any }

// step leads from one active context to another: into a term's scope or into a node's own list of pinned contexts.
type step struct {
	scope *scope
	typed bool   // the term is a type of the node, not the property it is a value of
	urls  string // separated by line feeds
}

func newFamily() *family {
	return &family{scopes: map[string]*scope{}, tables: map[[32]byte]*table{}}
}

// enter takes a step. It returns nil when the step is for json-gold to take.
func (t *table) enter(s step) *table {
	if known := t.steps.Load(); known != nil {
		if next, taken := (*known)[s]; taken {
			return next
		}
	}
	t.family.mutex.Lock()
	defer t.family.mutex.Unlock()
	steps := map[step]*table{}
	if known := t.steps.Load(); known != nil {
		steps = maps.Clone(*known)
	}
	if len(steps) >= maxSteps {
		t.family.full.Store(true)
		return nil
	}
	next := t.take(s)
	steps[s] = next
	t.steps.Store(&steps)
	return next
}

// take computes a step. json-gold panics on some contexts; these too are left to it.
func (t *table) take(s step) (next *table) {
	defer func() {
		if recover() != nil {
			next = nil
		}
	}()
	previous := t.previous
	var source *ld.Context
	var err error
	switch {
	case s.scope == nil:
		source, err = t.source.Parse(listed(s.urls))
	case s.typed:
		if source, err = t.source.Parse(s.scope.context); previous == nil {
			previous = t
		}
	default:
		source, err = override(t.source, s.scope.context)
	}
	if err != nil {
		return nil
	}
	return t.family.table(source, previous)
}

func listed(urls string) []any {
	var list []any
	for url := range strings.SplitSeq(urls, "\n") {
		list = append(list, url)
	}
	return list
}

// table compiles a context, or returns nil where one holds what the tables do not know.
func (f *family) table(source *ld.Context, previous *table) *table {
	t := &table{terms: make(map[string]*term, len(source.TermDefinitions)), previous: previous, source: source, family: f, vocab: source.Values.Vocab}
	if !t.fingerprint() {
		return nil
	}
	if same, known := f.tables[t.print]; known {
		return same
	}
	if len(f.tables) >= maxTables {
		f.full.Store(true)
		return nil
	}
	if !t.compile() {
		return nil
	}
	f.tables[t.print] = t
	return t
}

// fingerprint is equal for contexts that no document can tell apart.
func (t *table) fingerprint() bool {
	var before [32]byte
	if t.previous != nil {
		before = t.previous.print
	}
	text, err := json.Marshal([]any{t.source.TermDefinitions, t.source.Protected, t.source.Values, before})
	t.print = sha256.Sum256(text)
	return err == nil
}

func (t *table) compile() bool {
	values := t.source.Values
	if values.Base != "" || values.HasLanguage || values.Direction != "" {
		return false
	}
	t.ids, t.kinds = []string{"@id"}, []string{"@type"}
	for name, definition := range t.source.TermDefinitions {
		d := compileTerm(definition, t.family.scope)
		t.terms[name] = d
		switch {
		case strings.HasPrefix(name, "@") && name != "@type":
			return false
		case d.iri == "@id":
			t.ids = append(t.ids, name)
		case d.iri == "@type" && name != "@type":
			t.kinds = append(t.kinds, name)
		case strings.HasPrefix(d.iri, "@") && name != "@type":
			return false
		}
	}
	return true
}

// scope finds the one scope that stands for a context, nil where the tables do not know what it does.
func (f *family) scope(context any) *scope {
	text, err := json.Marshal(context)
	if err != nil || strange(context, string(text)) {
		return nil
	}
	known, has := f.scopes[string(text)]
	if !has {
		known = &scope{context}
		f.scopes[string(text)] = known
	}
	return known
}

func strange(context any, text string) bool {
	if strings.Contains(text, `"@propagate"`) || strings.Contains(text, `"@import"`) {
		return true
	}
	list, isArray := context.([]any)
	if !isArray {
		list = []any{context}
	}
	for _, item := range list {
		if _, isObject := item.(map[string]any); !isObject {
			return true // null forgets all terms, a URL is not looked into
		}
	}
	return len(list) == 0
}
