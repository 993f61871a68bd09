package store

import "database/sql"

// SQL is the pool that writes, for tests that look at the schema itself.
func (s *Store) SQL() *sql.DB {
	db, err := s.write.DB()
	if err != nil {
		panic(err)
	}
	return db
}

// Models are all that have a table.
func Models() []any {
	return []any{Person{}, Address{}, Token{}, session{}, Badge{}, Verification{}, Job{}, schedule{}, RecordedPage{}}
}

// Older is older.
var Older = older

// SortKey is sortKey.
var SortKey = sortKey
