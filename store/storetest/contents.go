package storetest

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/carnetbadges/carnet/store"
)

// Contents says of every table how many rows it holds and, by a hash, which: so that a test can tell that nothing was
// written.
func Contents(t testing.TB, s *store.Store) map[string]string {
	t.Helper()
	p, known := places.Load(s)
	if !known {
		t.Fatal("storetest.Contents: this store was not opened here")
	}
	db, list, err := p.(place).sql()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { shut(t, db.Close()) }()
	all := map[string]string{}
	for _, name := range texts(t, db, list) {
		rows := texts(t, db, `SELECT * FROM "`+name+`"`)
		slices.Sort(rows)
		all[name] = fmt.Sprintf("%d rows, %x", len(rows), sha256.Sum256([]byte(strings.Join(rows, "\n"))))
	}
	return all
}

// Ask is what a query answers, a row a line, its cells with a space between: for what the store itself need not tell.
func Ask(t testing.TB, s *store.Store, query string) []string {
	t.Helper()
	p, known := places.Load(s)
	if !known {
		t.Fatal("storetest.Ask: this store was not opened here")
	}
	db, _, err := p.(place).sql()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { shut(t, db.Close()) }()
	return texts(t, db, query)
}

// shut fails the test where closing does.
func shut(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Error(err)
	}
}

// sql opens a place once more, past the store, with the query that lists its tables.
func (p place) sql() (db *sql.DB, list string, err error) {
	if p.url != "" {
		db, err = sql.Open("pgx", p.url)
		return db, `SELECT tablename FROM pg_tables WHERE schemaname = 'public'`, err
	}
	db, err = sql.Open("sqlite", filepath.Join(p.folder, "carnet.db"))
	return db, `SELECT name FROM sqlite_master WHERE type = 'table'`, err
}

func texts(t testing.TB, db *sql.DB, query string) []string {
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
	var all []string
	for rows.Next() {
		cells, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range cells {
			into[i] = &cells[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		all = append(all, strings.Trim(fmt.Sprint(cells), "[]"))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}
