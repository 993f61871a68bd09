package storetest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
)

// column is a column of a table, as SQLite tells of it; the two databases have the same schema, which a test proves.
type column struct {
	name, kind string
	to, toKey  string // the table and column it refers to; empty: none
	cascades   bool   // its row goes with what it refers to
	needed     bool   // it may not be empty
}

type table struct {
	name, sql string
	columns   []column
}

// filler puts rows into every table that leads to a person.
type filler struct {
	t       testing.TB
	db      *sql.DB
	dollars bool // placeholders are $1, $2, …
	tables  map[string]table
	mark    string
	rows    map[string]map[string]any // of each table, the row that others refer to
	filled  []string
}

// Fill puts, past the store, into every table whose rows go with a person's (by references that cascade, over as many
// tables as it takes) a row of theirs for every way it can be theirs, with mark in every text and all bytes. So a table
// that is new is filled too; one that cannot be fails the test, and names what is missing. It tells the tables.
// Where the database is, is said as in store.Open; seeded are tables the caller has put rows of the person's into.
func Fill(t testing.TB, url, folder, person, other, mark string, seeded ...string) []string {
	t.Helper()
	db := dial(t, url, folder)
	defer func() { shut(t, db.Close()) }()
	f := &filler{t: t, db: db, dollars: url != "", tables: schema(t), mark: mark, rows: map[string]map[string]any{"persons": {"id": person}}}
	for _, name := range seeded {
		delete(f.tables, name)
		f.filled = append(f.filled, name)
	}
	for added := true; added; {
		added = false
		for _, name := range sorted(f.tables) {
			if !slices.Contains(f.filled, name) && name != "persons" && f.ready(f.tables[name]) {
				f.fill(f.tables[name], other)
				added = true
			}
		}
	}
	slices.Sort(f.filled)
	return f.filled
}

// dial opens a database past the store.
func dial(t testing.TB, url, folder string) *sql.DB {
	t.Helper()
	kind, source := "pgx", url
	if url == "" {
		kind, source = "sqlite", filepath.Join(folder, "carnet.db")+"?_pragma=foreign_keys(1)&_pragma=busy_timeout(10000)&_pragma=secure_delete(1)"
	}
	db, err := sql.Open(kind, source)
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// schema is that of an empty SQLite database.
func schema(t testing.TB) map[string]table {
	t.Helper()
	folder := t.TempDir()
	s, err := store.Open(context.Background(), "", folder)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { shut(t, s.Close()) }()
	db := dial(t, "", folder)
	defer func() { shut(t, db.Close()) }()
	tables := map[string]table{}
	for _, row := range cells(t, db, `SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`) {
		one := table{name: row[0], sql: row[1]}
		references := map[string][]string{}
		for _, r := range cells(t, db, `SELECT "from", "table", "to", on_delete FROM pragma_foreign_key_list('`+one.name+`')`) {
			references[r[0]] = r[1:]
		}
		for _, c := range cells(t, db, `SELECT name, lower(type), "notnull" FROM pragma_table_info('`+one.name+`')`) {
			col := column{name: c[0], kind: c[1], needed: c[2] == "1"}
			if r := references[c[0]]; r != nil {
				col.to, col.toKey, col.cascades = r[0], r[1], r[2] == "CASCADE"
			}
			if col.to == "" && strings.HasSuffix(col.name, "person_id") {
				t.Errorf("storetest.Fill: %s.%s refers to nobody: what is in its table would stay when they leave", one.name, col.name)
			}
			one.columns = append(one.columns, col)
		}
		tables[one.name] = one
	}
	return tables
}

func cells(t testing.TB, db *sql.DB, query string) (all [][]string) {
	t.Helper()
	rows, err := db.QueryContext(context.Background(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { shut(t, rows.Close()) }()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		row, into := make([]string, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		all = append(all, row)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

func sorted(tables map[string]table) (names []string) {
	for name := range tables {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// ready says whether a table leads to the person by a reference whose row is there, and all it refers to is there.
func (f *filler) ready(one table) bool {
	leads := false
	for _, c := range one.columns {
		if c.to == "" {
			continue
		}
		if f.rows[c.to] == nil && c.cascades && f.willLead(c.to, nil) {
			return false // later
		}
		leads = leads || c.cascades && f.rows[c.to] != nil
	}
	return leads
}

// willLead says whether a table leads to a person at all.
func (f *filler) willLead(name string, seen []string) bool {
	if name == "persons" {
		return true
	}
	if slices.Contains(seen, name) {
		return false
	}
	return slices.ContainsFunc(f.tables[name].columns, func(c column) bool {
		return c.to != "" && c.cascades && f.willLead(c.to, append(seen, name))
	})
}

// fill inserts one row for every reference by which it may be the person's; where a table refers to two people, the
// others are somebody else.
func (f *filler) fill(one table, other string) {
	f.t.Helper()
	for _, c := range one.columns {
		if c.to == "" || !c.cascades || f.rows[c.to] == nil {
			continue
		}
		row := map[string]any{}
		for _, d := range one.columns {
			row[d.name] = f.value(one, d)
			if d.to == "persons" && d.name != c.name {
				row[d.name] = other
			}
		}
		if single := f.insert(one, row); single && f.rows[one.name] == nil {
			f.rows[one.name] = row
		}
	}
	f.filled = append(f.filled, one.name)
}

func (f *filler) insert(one table, row map[string]any) bool {
	f.t.Helper()
	var names, marks []string
	var values []any
	for _, c := range one.columns {
		names, values = append(names, c.name), append(values, row[c.name])
		mark := "?"
		if f.dollars {
			mark = fmt.Sprintf("$%d", len(values))
		}
		marks = append(marks, mark)
	}
	query := "INSERT INTO " + one.name + " (" + strings.Join(names, ", ") + ") VALUES (" + strings.Join(marks, ", ") + ")" //nolint:gosec // names out of our own schema
	if _, err := f.db.ExecContext(context.Background(), query, values...); err != nil {
		if strings.Contains(strings.ToLower(err.Error()), "unique") {
			return false // it may be had once only, and is there already
		}
		f.t.Fatalf("storetest.Fill: %s: %v (say in odd what its columns need)", one.name, err)
	}
	return true
}

// odd are the columns that take no value of the usual kind; nil leaves one empty.
var odd = map[string]any{
	"archives.finished_at": nil, // an archive that is being made
	"archives.direction":   "in",
}

// opaque are the columns that hold a hash of something random and nothing else: what is left of them tells nothing.
var opaque = []string{
	"sessions.token", // remembered for an hour, so that a request under way does not write an ended session back
}

var choices = regexp.MustCompile(`check \((\w+) in \('([^']*)'`)

var lengths = regexp.MustCompile(`length\((\w+)\) = (\d+)`)

// value is what a column is filled with.
func (f *filler) value(one table, c column) any {
	if value, known := odd[one.name+"."+c.name]; known {
		return value
	}
	if slices.Contains(opaque, one.name+"."+c.name) {
		return hex64(f.t)
	}
	for _, found := range choices.FindAllStringSubmatch(one.sql, -1) {
		if found[1] == c.name {
			return found[2]
		}
	}
	switch {
	case c.to != "" && f.rows[c.to] != nil:
		return f.rows[c.to][c.toKey]
	case c.to != "" && c.needed:
		return f.somebodys(f.tables[c.to])[c.toKey]
	case c.to != "":
		return nil // a reference that is no way to be the person's
	case strings.Contains(one.sql, "length("+c.name+") = 26"):
		return store.NewID()
	}
	for _, found := range lengths.FindAllStringSubmatch(one.sql, -1) {
		if n, err := strconv.Atoi(found[2]); found[1] == c.name && err == nil {
			return (f.mark + hex64(f.t) + hex64(f.t))[:n]
		}
	}
	switch c.kind {
	case "text":
		return f.mark + "-" + one.name + "." + c.name + "-" + hex64(f.t)[:8]
	case "blob":
		return []byte(f.mark + "-" + one.name + "." + c.name + "-" + hex64(f.t)[:8])
	case "boolean":
		return false
	case "datetime":
		return time.Now().UTC().Add(time.Hour)
	}
	return 1
}

// somebodys is a row of a table that does not go with the person, for one of theirs to refer to. It is not marked.
func (f *filler) somebodys(one table) map[string]any {
	f.t.Helper()
	own := f.mark
	f.mark = "somebody"
	defer func() { f.mark = own }()
	row := map[string]any{}
	for _, c := range one.columns {
		row[c.name] = f.value(one, c)
		if c.to == "persons" && !c.needed {
			row[c.name] = nil
		}
	}
	f.insert(one, row)
	return row
}

func hex64(t testing.TB) string {
	t.Helper()
	random := make([]byte, 32)
	if _, err := rand.Read(random); err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(random)
}

// Search tells in which columns of a database a word stands, in text or in bytes, whatever its case.
func Search(t testing.TB, url, folder, word string) (found []string) {
	t.Helper()
	db := dial(t, url, folder)
	defer func() { shut(t, db.Close()) }()
	tables := schema(t)
	for _, name := range sorted(tables) {
		for _, c := range tables[name].columns {
			if c.kind != "text" && c.kind != "blob" {
				continue
			}
			hits := 0
			for _, row := range texts(t, db, `SELECT `+readable(c, url != "")+` FROM `+name+` WHERE `+c.name+` IS NOT NULL`) {
				if strings.Contains(strings.ToLower(row), strings.ToLower(word)) {
					hits++
				}
			}
			if hits > 0 {
				found = append(found, fmt.Sprintf("%s.%s: %d", name, c.name, hits))
			}
		}
	}
	return found
}

// readable is a column as text.
func readable(c column, postgres bool) string {
	switch {
	case c.kind == "text":
		return c.name
	case postgres:
		return "encode(" + c.name + ", 'escape')"
	}
	return "CAST(" + c.name + " AS text)"
}
