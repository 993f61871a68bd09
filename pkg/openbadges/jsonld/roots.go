package jsonld

import (
	"strings"
	"sync"

	"github.com/piprate/json-gold/ld"
)

// What is remembered at most: lists of contexts, and contexts in one. Most credentials name two or three.
const (
	maxRoots = 64
	maxURLs  = 16
)

// roots remembers the tables of the lists of contexts that documents begin with. All of it follows from the pinned
// contexts alone, so that it may be forgotten at any time.
type roots struct {
	mutex  sync.RWMutex
	tables map[string]*table
}

var remembered = &roots{tables: map[string]*table{}}

// table returns the table of a document's contexts, nil where they are not a plain list of pinned ones.
func (r *roots) table(context any) *table {
	urls, _, plain := plainList(context)
	if !plain {
		return nil
	}
	r.mutex.RLock()
	t, known := r.tables[urls]
	r.mutex.RUnlock()
	if known && (t == nil || !t.family.full.Load()) {
		return t
	}
	t = compileRoot(urls)
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if len(r.tables) >= maxRoots {
		clear(r.tables)
	}
	r.tables[urls] = t
	return t
}

func compileRoot(urls string) *table {
	f := newFamily()
	f.mutex.Lock()
	defer f.mutex.Unlock()
	options := ld.NewJsonLdOptions("")
	options.DocumentLoader = pinnedOnly{}
	start := &table{family: f, source: ld.NewContext(nil, options)}
	return start.take(step{urls: urls})
}

// plainList joins the URLs of a @context, if it is nothing but a few pinned ones.
func plainList(context any) (urls string, count int, plain bool) {
	all, err := parsed()
	if err != nil {
		return "", 0, false
	}
	if url, isText := context.(string); isText {
		_, known := all[url]
		return url, 1, known
	}
	items, _ := context.([]any)
	if len(items) == 0 || len(items) > maxURLs {
		return "", 0, false
	}
	var joined strings.Builder
	for i, item := range items {
		url, _ := item.(string)
		if _, known := all[url]; !known {
			return "", 0, false
		}
		if i > 0 {
			joined.WriteByte('\n')
		}
		joined.WriteString(url)
	}
	return joined.String(), len(items), true
}

// pinnedOnly hands out the pinned contexts.
type pinnedOnly struct{}

// LoadDocument implements ld.DocumentLoader.
func (pinnedOnly) LoadDocument(url string) (*ld.RemoteDocument, error) {
	return (&loader{}).LoadDocument(url)
}
