package store

import (
	"context"
	"database/sql"

	"gorm.io/gorm"
)

// SQL is the pool that writes, for tests that look at the schema itself.
func (s *Store) SQL() *sql.DB {
	db, err := s.write.DB()
	if err != nil {
		panic(err)
	}
	return db
}

// Readers is the pool that reads.
func (s *Store) Readers() *sql.DB {
	db, err := s.read.DB()
	if err != nil {
		panic(err)
	}
	return db
}

// KeptStatements is how many questions a connection to SQLite keeps.
const KeptStatements = keptStatements

// Models are all that have a table.
func Models() []any {
	return []any{
		Person{},
		Address{},
		Token{},
		session{},
		Badge{},
		wallEntry{},
		badgeTag{},
		undo{},
		Verification{},
		FormerDocument{},
		Evidence{},
		hiddenEvidence{},
		News{},
		Job{},
		schedule{},
		RecordedPage{},
		AuditEntry{},
		SignInLetter{},
		LetterWish{},
		Identity{},
		ProviderVisit{},
		Archive{},
		departed{},
		departedHandle{},
		Passkey{},
		declinedOffer{},
		SecondFactor{},
		RecoveryCode{},
		siteSetting{},
		Invitation{},
		Block{},
		blockedBadge{},
		personWord{},
		Profile{},
		ProfileLink{},
		portrait{},
		FormerHandle{},
		PersonBlock{},
		ShareLink{},
		shareOpen{},
		linkedInPage{},
		Collection{},
		CollectionBadge{},
		Face{},
		Calendar{},
		Import{},
		ImportItem{},
		Merge{},
		mergeChange{},
	}
}

// Older is older.
var Older = older

// SortKey is sortKey.
var SortKey = sortKey

// Said is a statement as it went to the database.
type Said struct {
	SQL    string
	Values []any
}

// Overhear tells of every statement GORM sends, until quiet is called.
func (s *Store) Overhear(tell func(Said)) (quiet func()) {
	was := [2]gorm.ConnPool{s.read.ConnPool, s.write.ConnPool}
	for i, db := range []*gorm.DB{s.read, s.write} {
		ear := &ear{was[i], tell}
		db.ConnPool, db.Statement.ConnPool = ear, ear
	}
	return func() {
		for i, db := range []*gorm.DB{s.read, s.write} {
			db.ConnPool, db.Statement.ConnPool = was[i], was[i]
		}
	}
}

// ear is a connection that tells what it is asked.
type ear struct {
	gorm.ConnPool
	tell func(Said)
}

func (e *ear) ExecContext(ctx context.Context, query string, values ...any) (sql.Result, error) {
	e.tell(Said{query, values})
	return e.ConnPool.ExecContext(ctx, query, values...)
}

func (e *ear) QueryContext(ctx context.Context, query string, values ...any) (*sql.Rows, error) {
	e.tell(Said{query, values})
	return e.ConnPool.QueryContext(ctx, query, values...)
}

func (e *ear) BeginTx(ctx context.Context, options *sql.TxOptions) (gorm.ConnPool, error) {
	tx, err := e.ConnPool.(gorm.TxBeginner).BeginTx(ctx, options)
	return &earTx{&ear{tx, e.tell}, tx}, err
}

// earTx is an ear on a transaction.
type earTx struct {
	*ear
	gorm.TxCommitter
}

// MergeRules are the columns that name a person and what becomes of them in a merge, as "table.column".
func MergeRules() map[string]string {
	all := map[string]string{}
	for _, rule := range mergeRules {
		all[rule.table+"."+rule.column] = rule.does
	}
	return all
}
