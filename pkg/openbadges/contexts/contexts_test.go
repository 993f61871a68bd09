package contexts

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// pinnedTogether is the digest of all digests: whoever changes a context changes this line knowingly.
const pinnedTogether = "68aa0fb9d19a8af91b104919cb4af9034e191e93e36dee33b78108fac984b9f3"

func TestEveryContextIsTheOnePinned(t *testing.T) {
	var all strings.Builder
	for _, url := range URLs() {
		body, ok := Load(url)
		if digest := fmt.Sprintf("%x", sha256.Sum256(body)); !ok || digest != table[url].digest {
			t.Errorf("%s has digest %s", url, digest)
		}
		fmt.Fprintf(&all, "%s %s\n", url, table[url].digest)
		var context struct {
			Context any `json:"@context"`
		}
		if err := json.Unmarshal(body, &context); err != nil || context.Context == nil {
			t.Errorf("%s is no context: %v", url, err)
		}
	}
	if got := fmt.Sprintf("%x", sha256.Sum256([]byte(all.String()))); got != pinnedTogether {
		t.Errorf("the contexts together have digest %s", got)
	}
}

func TestWhatIsNotPinnedIsUnknown(t *testing.T) {
	if _, ok := Load("https://example.org/context"); ok {
		t.Error("loaded")
	}
}

func TestNothingLiesUnused(t *testing.T) {
	files, err := data.ReadDir("data")
	if err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, p := range table {
		used[p.file] = true
	}
	for _, f := range files {
		if !used[f.Name()] {
			t.Errorf("%s is not in the table", f.Name())
		}
	}
}

// TestContextsAgreeWithTheCorpus compares the meaning of ours with those that the proofs of the corpus verify with.
func TestContextsAgreeWithTheCorpus(t *testing.T) {
	root := os.Getenv("OPENBADGES_CORPUS")
	if root == "" {
		root = filepath.Join("..", "..", "..", "..", "shared", "corpus")
	}
	index, err := os.ReadFile(filepath.Join(root, "contexts", "INDEX.tsv"))
	if err != nil {
		t.Skip("the test corpus is absent: set OPENBADGES_CORPUS or put it at ../shared/corpus")
	}
	for line := range strings.Lines(string(index)) {
		cells := strings.Split(line, "\t")
		ours, known := Load(cells[0])
		if !known {
			continue
		}
		theirs, err := os.ReadFile(filepath.Join(root, "contexts", cells[1]))
		if err != nil {
			t.Fatal(err)
		}
		var a, b struct {
			Context any `json:"@context"`
		}
		if json.Unmarshal(ours, &a) != nil || json.Unmarshal(theirs, &b) != nil || !reflect.DeepEqual(a, b) {
			t.Errorf("%s differs from %s", cells[0], cells[1])
		}
	}
}
