package bake

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCorpusPicturesGiveTheirCredential reads pictures that other programs baked.
func TestCorpusPicturesGiveTheirCredential(t *testing.T) {
	folder := os.Getenv("OPENBADGES_CORPUS")
	if folder == "" {
		folder = filepath.Join("..", "..", "..", "..", "shared", "corpus")
	}
	manifest, err := os.ReadFile(filepath.Join(folder, "MANIFEST.tsv"))
	if err != nil {
		t.Skipf("the test corpus is not here (set OPENBADGES_CORPUS): %v", err)
	}
	read := 0
	for line := range strings.Lines(string(manifest)) {
		columns := strings.Split(line, "\t")
		if len(columns) < 8 || columns[1] != "test" || columns[3] != "png" && columns[3] != "svg" {
			continue
		}
		picture, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(columns[0])))
		if err != nil {
			continue // kept aside
		}
		read++
		checkCorpusPicture(t, columns, picture)
	}
	t.Logf("%d pictures", read)
}

func checkCorpusPicture(t *testing.T, columns []string, picture []byte) {
	t.Helper()
	open, close := FromPNG, PNG
	if columns[3] == "svg" {
		open, close = FromSVG, SVG
	}
	credential, err := open(picture)
	if baked := !strings.Contains(columns[7], ":no-badge"); baked != (err == nil) {
		t.Errorf("%s: %v, though the manifest says %s", columns[0], err, columns[7])
	}
	if err == nil && !looksLikeCredential(credential) && !strings.Contains(columns[0], "bad-json") {
		t.Errorf("%s holds %.60q", columns[0], credential)
	}
	again, err := close(picture, []byte(`{"id":"urn:x"}`), Credential)
	if err != nil {
		t.Errorf("%s cannot be baked over: %v", columns[0], err)
		return
	}
	if got, err := open(again); err != nil || string(got) != `{"id":"urn:x"}` {
		t.Errorf("%s baked over gives %q, %v", columns[0], got, err)
	}
}

func looksLikeCredential(said []byte) bool {
	said = bytes.TrimSpace(said)
	return json.Valid(said) || bytes.HasPrefix(said, []byte("http")) || bytes.Count(said, []byte(".")) == 2
}
