package storetest

import (
	"crypto/sha256"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/carnetbadges/carnet/store"
)

// Columns says of every column, as "table.column", by a hash what it holds: so that a test can tell which columns a deed
// has written. A row more or less changes all columns of its table.
func Columns(t testing.TB, s *store.Store) map[string]string {
	t.Helper()
	p, known := places.Load(s)
	if !known {
		t.Fatal("storetest.Columns: this store was not opened here")
	}
	db, list, err := p.(place).sql()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { shut(t, db.Close()) }()
	all := map[string]string{}
	for _, table := range texts(t, db, list) {
		for column, cells := range columnsOf(t, db, table) {
			slices.Sort(cells)
			all[table+"."+column] = fmt.Sprintf("%d rows, %x", len(cells), sha256.Sum256([]byte(strings.Join(cells, "\n"))))
		}
	}
	return all
}

// columnsOf is what each column of a table holds.
func columnsOf(t testing.TB, db *sql.DB, table string) map[string][]string {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), `SELECT * FROM "`+table+`"`) //nolint:gosec // a table of ours, in a test
	if err != nil {
		t.Fatal(err)
	}
	defer func() { shut(t, rows.Close()) }()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]string{}
	for _, name := range names {
		all[name] = nil
	}
	for rows.Next() {
		cells, into := make([]any, len(names)), make([]any, len(names))
		for i := range cells {
			into[i] = &cells[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		for i, name := range names {
			all[name] = append(all[name], fmt.Sprint(cells[i]))
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}
