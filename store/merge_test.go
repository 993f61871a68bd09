package store_test

import (
	"database/sql"
	"strings"
	"testing"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// TestEveryColumnThatNamesAPersonHasARuleForMerges, and no rule is for a column there is not.
func TestEveryColumnThatNamesAPersonHasARuleForMerges(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		question := `SELECT m.name || '.' || f."from" FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table' AND f."table" = 'persons'`
		if s.Kind() == "postgres" {
			question = `SELECT c.conrelid::regclass || '.' || a.attname FROM pg_constraint c
				JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey)
				WHERE c.contype = 'f' AND c.confrelid = 'persons'::regclass`
		}
		rules, seen := store.MergeRules(), 0
		each(t, s, question, func(rows *sql.Rows) error {
			var column string
			err := rows.Scan(&column)
			if rules[column] == "" {
				t.Errorf("%s names a person: say in mergerules.go what becomes of it when passports are joined", column)
			}
			seen++
			return err
		})
		if seen != len(rules) {
			t.Errorf("%d columns, %d rules", seen, len(rules))
		}
		for column := range tables(t, s) {
			name := column[strings.Index(column, ".")+1:]
			if (name == "person_id" || name == "actor_id") && rules[column] == "" && column != "recovery_codes.person_id" {
				t.Errorf("%s has no rule", column)
			}
		}
	})
}
