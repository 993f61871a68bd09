package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/carnetbadges/carnet/"

// floors says which packages of ours each package may import. A folder that is not listed may not exist.
// Arrows only go down: 5 the gate, 4 the front door, 3 rooms and views, 2 the back door, 1 what imports nothing of ours.
var floors = map[string][]string{
	"cmd/carnet":          {"*"},
	"cmd/carnet/demo/art": {},
	"cmd/carnet/demo":     {"cmd/carnet/demo/art", "pkg/openbadges", "pkg/openbadges/bake", "pkg/openbadges/rdf", "pkg/openbadges/proof", "store", "pkg/backpack", "pkg/account", "pkg/blob"},

	"pkg/web": {"pkg/account", "pkg/archive", "pkg/backpack", "pkg/calendar", "pkg/feed", "pkg/parcel", "pkg/passport", "pkg/jobs", "pkg/mail", "pkg/openbadges", "pkg/paper", "pkg/pixels", "pkg/postcard", "store", "views", "static"},

	"pkg/web/providertest": {},

	"pkg/account":             {"store", "pkg/ledger", "pkg/pixels"},
	"pkg/account/passkeytest": {},
	"pkg/backpack":            {"store", "pkg/drawing", "pkg/openbadges", "pkg/openbadges/bake", "pkg/parcel", "pkg/pixels"},
	"pkg/passport":            {"store"},
	"pkg/jobs":                {"store"},
	"views":                   {"static"},

	"store":           {"migrations"},
	"store/storetest": {"store", "migrations"},

	"migrations":   {},
	"static":       {},
	"static/build": {},
	"docs/asvs":    {},
	"pkg/fetch":    {},
	"pkg/mail":     {},
	"pkg/feed":     {},
	"pkg/calendar": {},
	"pkg/blob":     {},
	"pkg/archive":  {},
	"pkg/ledger":   {},
	"pkg/parcel":   {"pkg/openbadges/pdf"},
	"pkg/pixels":   {},

	"pkg/drawing":        {"pkg/lettering", "pkg/pixels"},
	"pkg/lettering":      {},
	"pkg/paper":          {"pkg/lettering"},
	"pkg/postcard":       {"pkg/lettering"},
	"pkg/lettering/pack": {},

	"pkg/pixels/pixelstest": {},

	"pkg/openbadges":          {"pkg/openbadges/bake", "pkg/openbadges/contexts", "pkg/openbadges/did", "pkg/openbadges/jsonld", "pkg/openbadges/pdf", "pkg/openbadges/proof", "pkg/openbadges/rdf", "pkg/openbadges/strict"},
	"pkg/openbadges/bake":     {},
	"pkg/openbadges/contexts": {},
	"pkg/openbadges/did":      {"pkg/openbadges/strict"},
	"pkg/openbadges/jsonld":   {"pkg/openbadges/contexts", "pkg/openbadges/rdf", "pkg/openbadges/strict"},
	"pkg/openbadges/pdf":      {"pkg/openbadges/strict"},
	"pkg/openbadges/proof":    {"pkg/openbadges/contexts", "pkg/openbadges/did", "pkg/openbadges/jsonld", "pkg/openbadges/rdf", "pkg/openbadges/strict"},
	"pkg/openbadges/rdf":      {},
	"pkg/openbadges/strict":   {},
}

// doors names the only packages that may touch the outer world: an import path (or its beginning) and who may use it.
var doors = map[string][]string{
	"gorm.io/":                     {"store", "store/storetest"},
	"modernc.org/sqlite":           {"store"},
	"github.com/jackc/pgx":         {"store", "store/storetest"},
	"database/sql":                 {"store", "store/storetest", "migrations"},
	"github.com/labstack/echo":     {"pkg/web"},
	"github.com/alexedwards/scs":   {"pkg/web"},
	"github.com/markbates/goth":    {"pkg/web"},
	"github.com/coreos/go-oidc":    {"pkg/web"},
	"golang.org/x/oauth2":          {"pkg/web"},
	"github.com/gorilla/websocket": {"pkg/web"},
	"net/http":                     {"pkg/web", "pkg/web/providertest", "pkg/fetch", "cmd/carnet"},
	"net/smtp":                     {},
	"github.com/wneessen/go-mail":  {"pkg/mail"},
	"code.dny.dev/ssrf":            {"pkg/fetch"},
	"github.com/evanw/esbuild":     {"static/build"},
	"github.com/piprate/json-gold": {"pkg/openbadges/jsonld"},
	"github.com/go-jose/go-jose":   {"pkg/openbadges/proof", "pkg/openbadges/did"},
	"filippo.io/edwards25519":      {"pkg/openbadges/proof"},
	"github.com/go-webauthn":       {"pkg/account"},
	"github.com/pquerna/otp":       {"pkg/account"},
	"os/exec":                      {"store/storetest"},
}

// TestTheHouseStands holds every Go file, tests included where they could hide a door, against floors and doors.
// ASVS: V1.2.5
func TestTheHouseStands(t *testing.T) {
	files := goFiles(t, filepath.Join("..", ".."))
	if len(files) < 20 {
		t.Fatalf("only %d files seen: the law is looking in the wrong place", len(files))
	}
	for file, imports := range files {
		folder := path.Dir(file)
		allowed, listed := floors[folder]
		if !listed {
			t.Errorf("%s: the folder %s has no floor; give it one in floors, or put the file where it belongs", file, folder)
			continue
		}
		for _, name := range imports {
			ours, isOurs := strings.CutPrefix(name, module)
			if isOurs && !slices.Contains(allowed, "*") && !slices.Contains(allowed, ours) {
				t.Errorf("%s may not import %s", file, ours)
			}
			for door, keepers := range doors {
				if strings.HasPrefix(name, door) && !slices.Contains(keepers, folder) {
					t.Errorf("%s imports %s; only %v may", file, name, keepers)
				}
			}
		}
	}
}

// TestOnlyTheGateReadsTheEnvironment looks for the calls themselves: the package os has many honest uses.
// ASVS: V13.3.2
func TestOnlyTheGateReadsTheEnvironment(t *testing.T) {
	for file := range goFiles(t, filepath.Join("..", "..")) {
		if strings.HasPrefix(file, "cmd/carnet/") || path.Dir(file) == "store/storetest" {
			continue
		}
		source, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(file)))
		if err != nil {
			t.Fatal(err)
		}
		for _, call := range []string{"os.Getenv", "os.LookupEnv", "os.Environ", "os.ExpandEnv"} {
			if strings.Contains(string(source), call) {
				t.Errorf("%s calls %s; settings come from cmd/carnet/config.go", file, call)
			}
		}
	}
}

// goFiles maps every non-test Go file below root (slash-separated path from root) to what it imports.
func goFiles(t *testing.T, root string) map[string][]string {
	t.Helper()
	files := map[string][]string{}
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (strings.HasPrefix(entry.Name(), ".") && entry.Name() != ".." || entry.Name() == "node_modules") {
			return filepath.SkipDir
		}
		if entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		tree, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		imports := []string{}
		for _, one := range tree.Imports {
			value, err := strconv.Unquote(one.Path.Value)
			if err != nil {
				return err
			}
			imports = append(imports, value)
		}
		files[filepath.ToSlash(relative)] = imports
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
