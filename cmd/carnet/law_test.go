package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// dangerous are packages that nobody may use, or only who has a reason, by the folder it is in.
var dangerous = map[string][]string{
	`"C"`:                          {}, // memory that Go does not guard
	"unsafe":                       {},
	"plugin":                       {},                                     // programs that are not ours
	"text/template":                {},                                     // templates are compiled (templ); sentences are go-i18n's, from files of ours
	"math/rand":                    {"cmd/carnet/demo", "store/storetest"}, // what can be guessed
	"crypto/md5":                   {"pkg/openbadges"},                     // OB 2.0 knows recipients by such hashes; none is made
	"crypto/sha1":                  {"pkg/openbadges", "pkg/account"},      // OB 2.0 too; and RFC 6238, where HMAC-SHA-1 is what apps know
	"crypto/des":                   {},
	"crypto/rc4":                   {},
	"crypto/dsa":                   {},
	"crypto/cipher":                {"pkg/account", "pkg/web"}, // AES-256, in the files of sealers
	"os/exec":                      {"store/storetest"},
	"net/http/pprof":               {},
	"expvar":                       {},
	"encoding/gob":                 {"store"}, // what the sessions' library wrote itself
	"net/http/cgi":                 {},
	"archive/tar":                  {},
	"golang.org/x/crypto/md4":      {},
	"golang.org/x/crypto/blowfish": {},
}

// sealers are the files that encrypt: what must be read again and lies in the database; and what things are called below a
// share link, which is the database's to know.
var sealers = []string{"pkg/account/seal.go", "pkg/web/underlink.go"}

// parsed is every Go file that is not a test, by its path from the root.
func parsed(t *testing.T) map[string]*ast.File {
	t.Helper()
	files := map[string]*ast.File{}
	root := filepath.Join("..", "..")
	for name := range goFiles(t, root) {
		tree, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, filepath.FromSlash(name)), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = tree
	}
	return files
}

// TestNobodyUsesWhatIsDangerous holds every import against the list, and every sign of debugging against the program.
// ASVS: V1.3.2, V1.3.7, V11.2.1, V11.3.1, V11.3.2, V11.3.3, V11.5.1, V13.4.2
func TestNobodyUsesWhatIsDangerous(t *testing.T) {
	for file, imports := range goFiles(t, filepath.Join("..", "..")) {
		for _, name := range imports {
			name = strings.TrimSuffix(name, "/v2")
			for what, keepers := range dangerous {
				if name == strings.Trim(what, `"`) && !slices.Contains(keepers, path.Dir(file)) && !strings.HasSuffix(path.Dir(file), "test") {
					t.Errorf("%s imports %s; only %v may", file, name, keepers)
				}
			}
			if strings.Contains(name, "crypto/cipher") && !slices.Contains(sealers, file) {
				t.Errorf("%s encrypts by itself: that is done in %v", file, sealers)
			}
		}
	}
	for _, file := range sealers {
		seal, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(file)))
		if err != nil {
			t.Fatal(err)
		}
		if text := string(seal); !strings.Contains(text, "cipher.NewGCM") || strings.Contains(text, "NewCBC") || strings.Contains(text, "NewCTR") {
			t.Errorf("%s: what is sealed is not AES-GCM", file)
		}
	}
}

// TestEveryPatternIsWrittenHere: no pattern is made of what somebody wrote, but for those of JSON Schemas, which are
// meant to be; Go's engine takes time in proportion to its input, whatever the pattern.
// ASVS: V1.2.9, V1.3.12
func TestEveryPatternIsWrittenHere(t *testing.T) {
	seen := 0
	for file, tree := range parsed(t) {
		ast.Inspect(tree, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) == 0 {
				return true
			}
			of, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || named(of.X) != "regexp" || !strings.Contains(of.Sel.Name, "Compile") && !strings.HasPrefix(of.Sel.Name, "Match") {
				return true
			}
			seen++
			if inside(tree, call) && !constant(call.Args[0]) && file != "pkg/openbadges/schema.go" {
				t.Errorf("%s makes a pattern of something", file)
			}
			return true
		})
	}
	if seen < 5 {
		t.Errorf("only %d patterns seen", seen)
	}
}

// asking are the methods of gorm whose first argument is SQL.
var asking = []string{"Raw", "Exec", "Where", "Or", "Not", "Having", "Order", "Select", "Joins", "Group", "Table", "Distinct", "Omit", "Pluck"}

// TestQueriesAreWrittenHere: the SQL that the store hands over is put together of constants, and of what its own
// functions pass each other; never of a parameter that comes from outside the store, and never by printing.
// ASVS: V1.2.4, V1.3.10
func TestQueriesAreWrittenHere(t *testing.T) {
	seen := 0
	for file, tree := range parsed(t) {
		if path.Dir(file) != "store" {
			continue
		}
		for _, declared := range tree.Decls {
			f, ok := declared.(*ast.FuncDecl)
			if !ok || f.Body == nil {
				continue
			}
			outside := map[string]bool{}
			for _, field := range f.Type.Params.List {
				for _, name := range field.Names {
					outside[name.Name] = f.Name.IsExported()
				}
			}
			ast.Inspect(f.Body, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok || len(call.Args) == 0 {
					return true
				}
				of, ok := call.Fun.(*ast.SelectorExpr)
				if !ok || !slices.Contains(asking, of.Sel.Name) {
					return true
				}
				seen++
				ast.Inspect(call.Args[0], func(part ast.Node) bool {
					switch p := part.(type) {
					case *ast.CallExpr:
						if of, ok := p.Fun.(*ast.SelectorExpr); ok && (named(of.X) == "fmt" || of.Sel.Name == "ReplaceAll") {
							t.Errorf("%s, %s: SQL is printed", file, f.Name.Name)
						}
					case *ast.Ident:
						if outside[p.Name] {
							t.Errorf("%s, %s: SQL is made of the parameter %s", file, f.Name.Name, p.Name)
						}
					}
					return true
				})
				return true
			})
		}
	}
	if seen < 50 {
		t.Errorf("only %d queries seen", seen)
	}
}

// inside says whether a call stands in a function: what stands outside of all is done once, before there is any input.
func inside(tree *ast.File, call ast.Node) bool {
	for _, declared := range tree.Decls {
		if f, ok := declared.(*ast.FuncDecl); ok && f.Pos() <= call.Pos() && call.End() <= f.End() {
			return true
		}
	}
	return false
}

// constant says whether an expression is made of literals.
func constant(e ast.Expr) bool {
	switch x := e.(type) {
	case *ast.BasicLit:
		return true
	case *ast.BinaryExpr:
		return constant(x.X) && constant(x.Y)
	}
	return false
}

func named(e ast.Expr) string {
	if one, ok := e.(*ast.Ident); ok {
		return one.Name
	}
	return ""
}

// TestScriptsAreTame: none evaluates text, listens to other windows, keeps anything in the browser, or copies keys it
// does not know into an object; markup is only put in where the server has just answered with it.
// ASVS: V1.3.2, V3.2.2, V3.5.5, V14.3.3, V15.3.6, V3.5.7
func TestScriptsAreTame(t *testing.T) {
	folder := filepath.Join("..", "..", "static", "js")
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	wild := regexp.MustCompile(`\beval\b|new Function|setTimeout\("|\.innerHTML|outerHTML\s*=|document\.write|postMessage|"message"|localStorage|sessionStorage|indexedDB|document\.cookie|__proto__|\bfor \(const \w+ in\b|importScripts|new Worker|javascript:`)
	markup := regexp.MustCompile(`insertAdjacentHTML|createContextualFragment|parseFromString`)
	seen := 0
	for _, entry := range entries {
		source, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		seen++
		if found := wild.FindString(string(source)); found != "" {
			t.Errorf("%s uses %q", entry.Name(), found)
		}
		if found := markup.FindString(string(source)); found != "" && entry.Name() != "verify.js" && entry.Name() != "wall.js" {
			t.Errorf("%s uses %q", entry.Name(), found)
		}
	}
	if seen < 2 {
		t.Errorf("only %d scripts seen", seen)
	}
}

// TestTheImageHoldsTheProgramAlone: nothing of the source, no shell, and nobody's rights.
// ASVS: V13.2.2, V13.4.1, V15.2.3
func TestTheImageHoldsTheProgramAlone(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	_, last, found := strings.Cut(string(text), "\nFROM scratch\n")
	if !found || strings.Contains(last, "\nFROM ") || strings.Contains(last, "\nRUN ") {
		t.Fatal("the last stage is not an empty one")
	}
	copies := regexp.MustCompile(`(?m)^COPY (--\S+ )*(\S+) (\S+)$`).FindAllStringSubmatch(last, -1)
	for _, c := range copies {
		if !slices.Contains([]string{"/carnet", "/etc/ssl/certs/", "/data"}, c[3]) {
			t.Errorf("the image holds %s", c[3])
		}
	}
	if len(copies) != 3 || !regexp.MustCompile(`(?m)^USER [1-9]\d*:[1-9]\d*$`).MatchString(last) {
		t.Errorf("%d copies; is it run by root? %s", len(copies), last)
	}
}

// TestNoPasswordComesWithTheHouse: the example of a database beside Carnet has none until somebody makes one.
// ASVS: V13.2.3, V13.3.1
func TestNoPasswordComesWithTheHouse(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docker-compose.yml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, found := range regexp.MustCompile(`(PASSWORD: "?|postgres://\w+:)([^@,"}]+)`).FindAllStringSubmatch(string(text), -1) {
		if !strings.HasPrefix(found[2], "${CARNET_DB_PASSWORD:?") {
			t.Errorf("a password that everybody knows: %s", found[2])
		}
	}
}

// TestEveryLibraryIsTheOneThatWasChosen: each is named with its version and the hash of its bytes, none is put in the
// place of another, and each comes from where modules and packages are published.
// ASVS: V15.1.2, V15.2.4
func TestEveryLibraryIsTheOneThatWasChosen(t *testing.T) {
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	module, sums := read("go.mod"), read("go.sum")
	if regexp.MustCompile(`(?m)^(replace|exclude)\b`).MatchString(module) {
		t.Error("go.mod puts one library in the place of another")
	}
	required := regexp.MustCompile(`(?m)^\t([a-z0-9.-]+\.[a-z]+/\S+|go\.\S+) (v\S+)`).FindAllStringSubmatch(module, -1)
	for _, one := range required {
		if !strings.Contains(sums, one[1]+" "+one[2]+" h1:") {
			t.Errorf("go.sum does not know %s %s", one[1], one[2])
		}
	}
	locked := strings.Split(read("static/package-lock.json"), `"node_modules/`)[1:]
	for _, one := range locked {
		if !strings.Contains(one, `"integrity": "sha512-`) || regexp.MustCompile(`"(git|file|link|http:)`).MatchString(one) {
			t.Errorf("package-lock.json does not know the bytes of %.40s", one)
		}
	}
	if len(required) < 20 || len(locked) == 0 || !strings.Contains(read("Makefile"), "cyclonedx-gomod") {
		t.Errorf("%d libraries, %d packages", len(required), len(locked))
	}
	t.Logf("%d libraries, %d packages", len(required), len(locked))
}
