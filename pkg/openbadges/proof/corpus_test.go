package proof

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func corpusRoot() string {
	if root := os.Getenv("OPENBADGES_CORPUS"); root != "" {
		return root
	}
	return filepath.Join("..", "..", "..", "..", "shared", "corpus")
}

// corpus reads a file of the test corpus, or skips the test where there is none.
func corpus(t testing.TB, name string) []byte {
	t.Helper()
	if _, err := os.Stat(corpusRoot()); err != nil {
		t.Skip("the test corpus is absent: set OPENBADGES_CORPUS or put it at ../shared/corpus")
	}
	data, err := os.ReadFile(filepath.Join(corpusRoot(), filepath.FromSlash(name)))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("the test corpus does not hold %s", name)
	}
	if err != nil {
		t.Fatal(err)
	}
	return data
}
