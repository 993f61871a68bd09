// Command asvs writes docs/asvs.md: which rows of OWASP's ASVS 5.0, level 2, are met, and by which tests or pages of the
// documentation. It knows nothing of the site; it reads comments: "// ASVS: V1.2.4" above a test, and
// "<!-- ASVS-DOC: V2.1.1 -->" below a heading of a Markdown file.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	root := flag.String("root", ".", "folder of the repository")
	check := flag.Bool("check", false, "write nothing; fail when docs/asvs.md is not what would be written")
	flag.Parse()
	if err := run(*root, *check); err != nil {
		fmt.Fprintln(os.Stderr, "asvs:", err)
		os.Exit(1)
	}
}

// run writes the page of a repository, or compares it with what would be written.
func run(root string, check bool) error {
	rows, err := readRows(filepath.Join(root, "docs", "asvs", "rows.tsv"))
	if err != nil {
		return err
	}
	proofs, err := findProofs(root)
	if err != nil {
		return err
	}
	if err := settle(rows, proofs); err != nil {
		return err
	}
	page := filepath.Join(root, "docs", "asvs.md")
	written := write(rows)
	if !check {
		return os.WriteFile(page, written, 0o644) //nolint:gosec // a page of the documentation, for everybody to read
	}
	there, err := os.ReadFile(filepath.Clean(page))
	if err != nil {
		return err
	}
	if !bytes.Equal(there, written) {
		return fmt.Errorf("%s is not what the annotations say: run make asvs and commit it", page)
	}
	return nil
}
