package store_test

import (
	"database/sql"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"gorm.io/gorm/schema"

	"github.com/carnetbadges/carnet/migrations"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// notModels are tables that no model stands for.
var notModels = []string{"goose_db_version"}

// tables maps "table.column" to its kind and whether it may be NULL, as the database itself tells.
func tables(t *testing.T, s *store.Store) map[string]string {
	t.Helper()
	question := `SELECT m.name, c.name, lower(c.type), c."notnull" = 0 AND c.pk = 0
		FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'`
	if s.Kind() == "postgres" {
		question = `SELECT table_name, column_name, data_type, is_nullable = 'YES'
			FROM information_schema.columns WHERE table_schema = 'public'`
	}
	found := map[string]string{}
	each(t, s, question, func(rows *sql.Rows) error {
		var table, column, kind string
		var null bool
		err := rows.Scan(&table, &column, &kind, &null)
		if !slices.Contains(notModels, table) {
			found[table+"."+column] = fmt.Sprintf("%s null=%v", common(kind), null)
		}
		return err
	})
	return found
}

// common is one word for what the two databases call differently.
func common(kind string) string {
	switch kind {
	case "timestamp with time zone", "datetime":
		return "time"
	case "bytea", "blob":
		return "bytes"
	case "boolean":
		return "bool"
	case "integer", "bigint":
		return "int"
	case "text":
		return "string"
	}
	return kind
}

func each(t *testing.T, s *store.Store, question string, read func(*sql.Rows) error) {
	t.Helper()
	rows, err := s.SQL().QueryContext(ctx, question)
	must(t, err)
	defer func() { must(t, rows.Close()) }()
	for rows.Next() {
		must(t, read(rows))
	}
	must(t, rows.Err())
}

// modelled is what the models say, in the same words. Bytes have no pointer, so they may be either.
func modelled(t *testing.T) map[string]string {
	t.Helper()
	said := map[string]string{}
	for _, model := range store.Models() {
		parsed, err := schema.Parse(reflect.New(reflect.TypeOf(model)).Interface(), &sync.Map{}, schema.NamingStrategy{})
		must(t, err)
		for _, field := range parsed.Fields {
			if field.DBName == "" {
				continue // told beside the row, and kept in another table
			}
			null := field.FieldType.Kind() == reflect.Pointer
			said[parsed.Table+"."+field.DBName] = fmt.Sprintf("%s null=%v", field.DataType, null)
		}
	}
	return said
}

func TestSchemaAndModelsAreTheSame(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		has, says := tables(t, s), modelled(t)
		for column, kind := range says {
			if got := has[column]; got != kind && !strings.HasPrefix(kind, "bytes") {
				t.Errorf("the model says %s is %q, the schema has %q", column, kind, got)
			}
		}
		for column := range has {
			if _, modelled := says[column]; !modelled {
				t.Errorf("the schema has %s, no model does", column)
			}
		}
	})
}

// indexes are the names of all that is indexed, and whether it is unique.
func indexes(t *testing.T, s *store.Store) []string {
	t.Helper()
	question := "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
	if s.Kind() == "postgres" {
		question = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND indexname NOT LIKE '%_pkey'"
	}
	var found []string
	each(t, s, question, func(rows *sql.Rows) error {
		var name, definition string
		err := rows.Scan(&name, &definition)
		found = append(found, fmt.Sprintf("%s unique=%v", name, strings.HasPrefix(strings.ToUpper(definition), "CREATE UNIQUE")))
		return err
	})
	slices.Sort(found)
	return found
}

func TestBothDatabasesHaveTheSameSchema(t *testing.T) {
	lite, post := storetest.Open(t), storetest.OpenPostgres(t)
	if a, b := tables(t, lite), tables(t, post); !reflect.DeepEqual(a, b) {
		for column := range a {
			if a[column] != b[column] {
				t.Errorf("%s: SQLite %q, PostgreSQL %q", column, a[column], b[column])
			}
		}
		t.Errorf("%d columns in SQLite, %d in PostgreSQL", len(a), len(b))
	}
	if a, b := indexes(t, lite), indexes(t, post); !slices.Equal(a, b) {
		t.Errorf("indexes differ:\nSQLite     %q\nPostgreSQL %q", a, b)
	}
}

// TestEveryReferenceIsIndexed guards deleting: without an index, one deleted person costs a walk through every table.
func TestEveryReferenceIsIndexed(t *testing.T) {
	s := storetest.Open(t)
	var references [][2]string
	each(t, s, `SELECT m.name, f."from" FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table'`,
		func(rows *sql.Rows) error {
			var r [2]string
			references = append(references, r)
			return rows.Scan(&references[len(references)-1][0], &references[len(references)-1][1])
		})
	if len(references) < 7 {
		t.Fatalf("only %d references seen", len(references))
	}
	for _, r := range references {
		plan := explain(t, s, "SELECT 1 FROM "+r[0]+" WHERE "+r[1]+" = ?", "x")
		if !strings.Contains(plan, "SEARCH") {
			t.Errorf("%s.%s: %s", r[0], r[1], plan)
		}
	}
}

// TestEveryReferenceIsWrittenAsWhatItRefersTo guards joining: PostgreSQL uses no index of a column for a comparison in
// another collation than the column's, and compares a column in "C" with any other in "C".
func TestEveryReferenceIsWrittenAsWhatItRefersTo(t *testing.T) {
	s := storetest.OpenPostgres(t)
	references := 0
	each(t, s, `SELECT f.conrelid::regclass || '.' || a.attname, a.attcollation = r.attcollation FROM pg_constraint f
		JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = f.conkey[1] JOIN pg_attribute r ON r.attrelid = f.confrelid AND r.attnum = f.confkey[1]
		WHERE f.contype = 'f' ORDER BY 1`,
		func(rows *sql.Rows) error {
			var column string
			var same bool
			if err := rows.Scan(&column, &same); err != nil {
				return err
			}
			if references++; !same {
				t.Errorf("%s is compared in another collation than its own", column)
			}
			return nil
		})
	if references < 7 {
		t.Fatalf("only %d references seen", references)
	}
}

func TestKnownVersionIsTheLastMigration(t *testing.T) {
	lite, err := migrations.Known("sqlite")
	must(t, err)
	post, err := migrations.Known("postgres")
	must(t, err)
	if lite != post || lite < 1 {
		t.Errorf("SQLite %d, PostgreSQL %d", lite, post)
	}
	if _, err := migrations.Known("oracle"); err == nil {
		t.Error("knows oracle")
	}
}
