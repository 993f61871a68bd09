package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// repository makes a small one: a table of rows and the files given, as path and text in turn.
func repository(t *testing.T, files ...string) string {
	t.Helper()
	root := t.TempDir()
	table := "V1\t\t\tChapter\t\nV1.1.1\t1\tA\tfirst\t\nV1.1.2\t2\tD\tsecond\tnobody wrote it\nV1.1.3\t2\tN\tthird\tno such thing\n"
	for i, files := 0, append(files, "docs/asvs/rows.tsv", table); i+1 < len(files); i += 2 {
		path := filepath.Join(root, filepath.FromSlash(files[i]))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(files[i+1]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

const aTest = "package x\n\nimport \"testing\"\n\n// TestItHolds shows it.\n// ASVS: V1.1.1\nfunc TestItHolds(t *testing.T) {}\n"

func TestThePageSaysWhatTheAnnotationsSay(t *testing.T) {
	root := repository(t, "pkg/x/x_test.go", aTest, "docs/rules.md", "# Rules\n\n## What a name is\n<!-- ASVS-DOC: V1.1.2 -->\n")
	if err := run(root, false); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(root, "docs", "asvs.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"**2 of the 2 rows that apply are met**; 1 do not apply; 0 rows of level 3", "## Not met (0)",
		"| V1.1.1 | 1 | first | [TestItHolds](../pkg/x/x_test.go) |",
		"| V1.1.2 | 2 | second | [What a name is](rules.md#what-a-name-is) |",
		"| V1.1.3 | 2 | third | does not apply: no such thing |",
	} {
		if !strings.Contains(string(page), want) {
			t.Errorf("the page lacks %q:\n%s", want, page)
		}
	}
	if err := run(root, true); err != nil {
		t.Errorf("what was just written is stale: %v", err)
	}
	if err := os.WriteFile(filepath.Join(root, "pkg", "x", "x_test.go"), []byte("package x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := run(root, true); err == nil || !strings.Contains(err.Error(), "make asvs") {
		t.Errorf("a stale page: %v", err)
	}
}

func TestAnAnnotationThatWouldBeLostIsRefused(t *testing.T) {
	for name, files := range map[string][]string{
		"an unknown row":          {"x_test.go", strings.Replace(aTest, "V1.1.1", "V9.9.9", 1)},
		"one that does not apply": {"x_test.go", strings.Replace(aTest, "V1.1.1", "V1.1.3", 1)},
		"above no test":           {"x_test.go", "package x\n\n// ASVS: V1.1.1\n\nvar x int\n"},
		"above a helper":          {"x_test.go", strings.Replace(aTest, "TestItHolds(", "helps(", 1)},
		"below no heading":        {"x.md", "<!-- ASVS-DOC: V1.1.2 -->\n"},
	} {
		if err := run(repository(t, files...), false); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}
