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
		for _, column := range columnsOf(t, db, table) {
			cells := texts(t, db, `SELECT "`+column+`" FROM "`+table+`"`)
			slices.Sort(cells)
			all[table+"."+column] = fmt.Sprintf("%d rows, %x", len(cells), sha256.Sum256([]byte(strings.Join(cells, "\n"))))
		}
	}
	return all
}

func columnsOf(t testing.TB, db *sql.DB, table string) []string {
	t.Helper()
	rows, err := db.Query(`SELECT * FROM "` + table + `" WHERE 1 = 0`)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { shut(t, rows.Close()) }()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return names
}
