package jsonld

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/carnetbadges/carnet/pkg/openbadges/rdf"
	"github.com/carnetbadges/carnet/pkg/openbadges/strict"
)

// agree holds that the fast road accepts nothing that the general road refuses, and says the same.
func agree(t testing.TB, doc any) (fast bool) {
	t.Helper()
	quads, sure := compiled(doc)
	if !sure {
		return false
	}
	want, err := expanded(doc)
	if err != nil {
		t.Fatalf("the fast road accepts what the other refuses: %v\n%s", err, written(doc))
	}
	if got, want := canonical(quads), canonical(want); got != want {
		t.Fatalf("fast:\n%s\ngeneral:\n%s\nof %s", got, want, written(doc))
	}
	return true
}

// canonical is the canonical form, or for poisonous graphs the reason that there is none.
func canonical(quads []rdf.Quad) string {
	text, err := rdf.Canonicalize(context.Background(), quads, rdf.SHA256, 0)
	if err != nil {
		return rdf.ErrTooCostly.Error()
	}
	return text
}

func written(doc any) string {
	text, _ := strict.Canonical(doc)
	return string(text)
}

// corpus hands every JSON document of the corpus to the visitor, with and without its proof, and each proof.
func corpus(t testing.TB, visit func(name string, doc map[string]any)) {
	root := os.Getenv("OPENBADGES_CORPUS")
	if root == "" {
		root = filepath.Join("..", "..", "..", "..", "shared", "corpus")
	}
	if _, err := os.Stat(root); err != nil {
		t.Skip("the test corpus is absent: set OPENBADGES_CORPUS or put it at ../shared/corpus")
	}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if info, err := entry.Info(); err != nil || info.Size() > 1<<20 || !strings.HasPrefix(filepath.Ext(path), ".json") {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if value, err := strict.Decode(data); err == nil {
			parts(value, func(doc map[string]any) { visit(path, doc) })
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// parts finds every object with a context, and what a proof over it is made of.
func parts(value any, visit func(map[string]any)) {
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			parts(item, visit)
		}
	case map[string]any:
		for _, member := range v {
			parts(member, visit)
		}
		if stated, has := v["@context"]; has {
			visit(v)
			bare := copied(v)
			delete(bare, "proof")
			visit(bare)
			options := copied(v["proof"])
			options["@context"] = stated
			visit(options)
		}
	}
}

func copied(value any) map[string]any {
	members, _ := value.(map[string]any)
	rest := map[string]any{}
	for key, member := range members {
		rest[key] = member
	}
	return rest
}

func TestBothRoadsLeadToTheSameQuadsOnTheCorpus(t *testing.T) {
	fast, accepted, all := 0, 0, 0
	corpus(t, func(_ string, doc map[string]any) {
		all++
		if agree(t, doc) {
			fast++
		}
		if _, err := expanded(doc); err == nil {
			accepted++
		}
	})
	t.Logf("%d of %d documents take the fast road; the general one accepts %d", fast, all, accepted)
	if fast < accepted/2 {
		t.Error("the fast road is hardly ever taken")
	}
}

func TestTablesAreCompiledByManyAtOnce(t *testing.T) {
	remembered.mutex.Lock()
	clear(remembered.tables)
	remembered.mutex.Unlock()
	var all sync.WaitGroup
	for range 4 {
		for _, text := range ordinary() {
			doc := decode(t, text)
			all.Go(func() {
				if _, sure := compiled(doc); !sure {
					t.Error("not sure of", text)
				}
			})
		}
	}
	all.Wait()
}
