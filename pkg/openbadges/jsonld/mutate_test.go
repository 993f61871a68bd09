package jsonld

import (
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/carnetbadges/carnet/pkg/openbadges/contexts"
	"github.com/carnetbadges/carnet/pkg/openbadges/strict"
)

// words are every term and IRI of the pinned contexts, and what else makes trouble.
var words = sync.OnceValue(func() []string {
	found := map[string]bool{}
	for _, url := range contexts.URLs() {
		found[url] = true
		body, _ := contexts.Load(url)
		if value, err := strict.Decode(body); err == nil {
			gather(value, found)
		}
	}
	for _, odd := range []string{
		"", "relative", "_:b1", "_:", "_:a b", "https://x.example/1", "https://x y", "urn:x", "did:example:1", "a:b", "//x", "@foo", "@foo:bar", "@id", "@type", "@json",
		"@none", "@value", "@language", "@list", "@set", "@graph", "@index", "@reverse", "@nest", "@included", "@context", "@vocab", "@direction", "https:", ":x", "x:", "1:2",
		"cred:x", "sec:x", "xsd:dateTime", "id:x", "type:x", "proof:x", "Image:x", "schema:x", "http://www.w3.org/2001/XMLSchema#double", "en", "EN-gb", "not a tag", "2025-01-01T00:00:00Z",
		"https://www.w3.org/2018/credentials#credentialStatus", "https://www.w3.org/2018/credentials#issuer", "é", "\u0000", "\u007f", "\"\\\n", "https://x.example/é", "%zz:x", "x y:z",
	} {
		found[odd] = true
	}
	var all []string
	for word := range found {
		all = append(all, word)
	}
	slices.Sort(all)
	return all
})

func gather(value any, found map[string]bool) {
	switch v := value.(type) {
	case string:
		found[v] = true
	case []any:
		for _, item := range v {
			gather(item, found)
		}
	case map[string]any:
		for key, member := range v {
			found[key] = true
			gather(member, found)
		}
	}
}

// mutator changes documents here and there.
type mutator struct {
	*rand.Rand
	others []any // documents to take parts from
}

func (m mutator) word() string { all := words(); return all[m.IntN(len(all))] }

// some is a new value.
func (m mutator) some(depth int) any {
	kind := m.IntN(14)
	if depth > 3 {
		kind %= 8
	}
	switch kind {
	case 0:
		return nil
	case 1:
		return m.IntN(2) == 0
	case 2:
		return decoded([]string{"0", "-0", "1.5", "1e21", "1e999", "7", "12345678901234567890"}[m.IntN(7)])
	case 3, 4, 5, 6, 7:
		return m.word()
	case 8:
		return []any{m.some(depth + 1), m.some(depth + 1)}
	case 9:
		return []any{}
	case 10:
		return map[string]any{"@value": m.some(depth + 1), []string{"@type", "@language", "id"}[m.IntN(3)]: m.word()}
	case 11:
		return map[string]any{m.word(): m.some(depth + 1), "type": m.word()}
	case 12:
		return map[string]any{"id": m.word()}
	}
	return m.part(m.others[m.IntN(len(m.others))])
}

func decoded(text string) any {
	value, err := strict.Decode([]byte(text))
	if err != nil {
		panic(err)
	}
	return value
}

// part takes a part of a value, however deep.
func (m mutator) part(value any) any {
	for m.IntN(4) != 0 {
		switch v := value.(type) {
		case []any:
			if len(v) == 0 {
				return v
			}
			value = v[m.IntN(len(v))]
		case map[string]any:
			if len(v) == 0 {
				return v
			}
			value = v[m.key(v)]
		default:
			return v
		}
	}
	return value
}

func (m mutator) key(members map[string]any) string {
	keys := make([]string, 0, len(members))
	for key := range members {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys[m.IntN(len(keys))]
}

// mutate returns a copy with one change.
func (m mutator) mutate(value any) any {
	switch v := value.(type) {
	case []any:
		items := slices.Clone(v)
		if len(items) > 0 && m.IntN(6) != 0 {
			at := m.IntN(len(items))
			items[at] = m.mutate(items[at])
			return items
		}
		return append(items, m.some(0))
	case map[string]any:
		return m.members(copied(v))
	}
	if m.IntN(3) == 0 {
		return []any{value}
	}
	return m.some(0)
}

func (m mutator) members(members map[string]any) any {
	if len(members) == 0 || m.IntN(12) == 0 {
		members[m.word()] = m.some(0)
		return members
	}
	key := m.key(members)
	switch m.IntN(12) {
	case 0:
		delete(members, key)
	case 1:
		members[m.word()] = members[key]
		delete(members, key)
	case 2:
		members[key] = m.some(0)
	case 3:
		members[key] = []any{members[key], m.some(0)}
	case 4:
		members["@context"] = m.contexts()
	case 5:
		members["type"] = []any{m.word(), m.word()}
	default:
		members[key] = m.mutate(members[key])
	}
	return members
}

func (m mutator) contexts() any {
	urls := contexts.URLs()
	list := []any{urls[m.IntN(len(urls))]}
	if m.IntN(8) == 0 {
		return list[0]
	}
	if m.IntN(2) == 0 {
		list = []any{"https://www.w3.org/ns/credentials/v2"}
	}
	for m.IntN(3) != 0 {
		list = append(list, urls[m.IntN(len(urls))])
	}
	return list
}

// mutated makes a document out of others; the seed decides which and how.
func mutated(seed uint64, others []any) any {
	m := mutator{rand.New(rand.NewPCG(seed, 1)), others}
	doc := others[m.IntN(len(others))]
	for range 1 + m.IntN(4) {
		doc = m.mutate(doc)
	}
	return doc
}

func seeds(t testing.TB) []any {
	var docs []any
	for _, text := range ordinary() {
		docs = append(docs, decode(t, text))
	}
	return docs
}

func TestBothRoadsAgreeOnChangedDocuments(t *testing.T) {
	fast, rounds := 0, 1500
	if testing.Short() {
		rounds = 200
	}
	docs := seeds(t)
	for seed := range rounds {
		if agree(t, mutated(uint64(seed), docs)) {
			fast++
		}
	}
	t.Logf("%d of %d take the fast road", fast, rounds)
}

func FuzzBothRoadsAgree(f *testing.F) {
	docs := seeds(f)
	for i, text := range ordinary() {
		f.Add(uint64(i), []byte(text))
	}
	f.Fuzz(func(t *testing.T, seed uint64, data []byte) {
		value, err := strict.Decode(data)
		if err != nil {
			agree(t, mutated(seed, docs))
			return
		}
		agree(t, value)
		agree(t, mutated(seed, append([]any{value}, docs...)))
	})
}

func TestTablesAreForgottenBeforeTheyAreTooMany(t *testing.T) {
	urls := contexts.URLs()
	for i := range 3 * maxRoots {
		list := []any{urls[i%len(urls)], urls[i/len(urls)%len(urls)]}
		compiled(map[string]any{"@context": list, "id": "https://x.example/1"})
	}
	remembered.mutex.RLock()
	defer remembered.mutex.RUnlock()
	if len(remembered.tables) > maxRoots {
		t.Error(len(remembered.tables), strings.Join(urls, " "))
	}
	for _, table := range remembered.tables {
		if table != nil && len(table.family.tables) > maxTables {
			t.Error(len(table.family.tables))
		}
	}
}
