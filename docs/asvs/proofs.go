package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
)

// proof is what shows that a row holds: a test, or a heading of the documentation.
type proof struct {
	id   string
	name string // of the test, or the heading's words
	file string // from the root, with slashes; for a heading with its anchor
}

// findProofs reads all tests and all documentation below root.
func findProofs(root string) ([]proof, error) {
	var all []proof
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() {
			if path != root && (strings.HasPrefix(name, ".") || name == "node_modules" || name == "dist" || name == "testdata") {
				return filepath.SkipDir
			}
			return nil
		}
		file, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		file = filepath.ToSlash(file)
		var found []proof
		switch {
		case strings.HasSuffix(name, "_test.go"):
			found, err = inTests(path, file)
		case strings.HasSuffix(name, ".md") && file != "docs/asvs.md":
			found, err = inPages(path, file)
		}
		all = append(all, found...)
		return err
	})
	sort.Slice(all, func(i, j int) bool { return all[i].file+all[i].name < all[j].file+all[j].name })
	return all, err
}

// inTests reads the annotations of a file of tests; one that stands above no test is an error, for it would be lost.
func inTests(path, file string) ([]proof, error) {
	tree, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	var found []proof
	above := map[*ast.CommentGroup]bool{}
	for _, declared := range tree.Decls {
		f, isFunc := declared.(*ast.FuncDecl)
		if !isFunc || f.Recv != nil || f.Doc == nil || !strings.HasPrefix(f.Name.Name, "Test") && !strings.HasPrefix(f.Name.Name, "Fuzz") {
			continue
		}
		above[f.Doc] = true
		for _, id := range annotated(f.Doc) {
			found = append(found, proof{id: id, name: f.Name.Name, file: file})
		}
	}
	for _, group := range tree.Comments {
		if lost := annotated(group); len(lost) > 0 && !above[group] {
			return nil, fmt.Errorf("%s: the annotation %s stands above no test", file, strings.Join(lost, ", "))
		}
	}
	return found, nil
}

// annotated are the rows a comment names.
func annotated(group *ast.CommentGroup) (ids []string) {
	for _, comment := range group.List {
		if list, ok := strings.CutPrefix(comment.Text, "// ASVS: "); ok {
			ids = append(ids, split(list)...)
		}
	}
	return ids
}

func split(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
}

var (
	heading = regexp.MustCompile(`^#+ (.+)$`)
	inPage  = regexp.MustCompile(`^<!-- ASVS-DOC: (.+) -->$`)
	dropped = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
)

// inPages reads the annotations of a Markdown file; the heading above is where the row is documented.
func inPages(path, file string) ([]proof, error) {
	text, err := os.ReadFile(filepath.Clean(path))
	if err != nil {
		return nil, err
	}
	var found []proof
	under := ""
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\n")
		if h := heading.FindStringSubmatch(line); h != nil {
			under = h[1]
		}
		named := inPage.FindStringSubmatch(line)
		if named == nil {
			continue
		}
		if under == "" {
			return nil, fmt.Errorf("%s: the annotation %s stands below no heading", file, named[1])
		}
		anchor := strings.ReplaceAll(dropped.ReplaceAllString(strings.ToLower(under), ""), " ", "-")
		for _, id := range split(named[1]) {
			found = append(found, proof{id: id, name: under, file: file + "#" + anchor})
		}
	}
	return found, nil
}
