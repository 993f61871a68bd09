package openbadges

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestEveryExportedNameHasItsSentence reads the sources of the library: packages, declarations, and errors in the README.
func TestEveryExportedNameHasItsSentence(t *testing.T) {
	var folders []string
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() && (entry.Name() == "node_modules" || entry.Name() == "testdata") {
			return filepath.SkipDir
		}
		if err == nil && entry.IsDir() {
			folders = append(folders, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range folders {
		checkFolder(t, folder)
	}
}

func checkFolder(t *testing.T, folder string) {
	t.Helper()
	sources, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	opened, any := false, false
	for _, source := range sources {
		if strings.HasSuffix(source, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), source, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		any, opened = true, opened || strings.HasPrefix(file.Doc.Text(), "Package "+file.Name.Name)
		for _, declared := range file.Decls {
			checkDeclared(t, source, declared)
		}
	}
	if any && !opened {
		t.Errorf("%s: the package says nowhere what it is for", folder)
	}
}

func checkDeclared(t *testing.T, source string, declared ast.Decl) {
	t.Helper()
	switch d := declared.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && !strings.HasPrefix(d.Doc.Text(), d.Name.Name+" ") {
			t.Errorf("%s: %s has no sentence", source, d.Name.Name)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			checkSpec(t, source, d, spec)
		}
	}
}

// checkSpec wants a sentence for a type, and for a value one of its own or one about its group.
func checkSpec(t *testing.T, source string, group *ast.GenDecl, spec ast.Spec) {
	t.Helper()
	switch s := spec.(type) {
	case *ast.TypeSpec:
		if s.Name.IsExported() && !strings.HasPrefix(group.Doc.Text()+s.Doc.Text(), s.Name.Name+" ") {
			t.Errorf("%s: the type %s has no sentence", source, s.Name.Name)
		}
	case *ast.ValueSpec:
		for _, name := range s.Names {
			if name.IsExported() && group.Doc.Text()+s.Doc.Text()+s.Comment.Text() == "" {
				t.Errorf("%s: %s has no sentence", source, name.Name)
			}
		}
	}
}

func TestEveryErrorIsInTheREADME(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{".", "bake", "pdf"} {
		sources, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, source := range sources {
			file, err := parser.ParseFile(token.NewFileSet(), source, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if spec, is := n.(*ast.ValueSpec); is {
					for _, name := range spec.Names {
						if strings.HasPrefix(name.Name, "Err") && !strings.Contains(string(readme), name.Name) {
							t.Errorf("%s: the README does not say what %s is", source, name.Name)
						}
					}
				}
				return true
			})
		}
	}
}
