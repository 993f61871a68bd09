// Package store keeps what Carnet must not lose: people, addresses, badges, what verification found, and jobs.
// It knows nothing of HTTP, of Open Badges or of who may see what; it answers questions and does deeds, in SQL.
package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/oklog/ulid/v2"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
	"gorm.io/gorm/logger"

	"github.com/carnetbadges/carnet/migrations"
)

// What a question or deed fails with, whatever the database. Anything else is a fault of the program or the machine.
var (
	// ErrNotFound is said of what is not there, or not the asker's.
	ErrNotFound = errors.New("not found")
	// ErrTaken is said when somebody or something else has what may be had only once.
	ErrTaken = errors.New("already taken")
	// ErrUnavailable is said when the database is away, full or too busy; later it may be back.
	ErrUnavailable = errors.New("the database is not available")
)

// Store is the open database. It is safe for use by many goroutines, except the one handed to a Tx function.
type Store struct {
	write *gorm.DB
	read  *gorm.DB
	kind  string
	url   string // of PostgreSQL
	inTx  bool

	changes *changes
}

// Open opens the database and brings its schema up to date. An empty url means the SQLite file carnet.db in folder;
// otherwise the url names a PostgreSQL database: postgres://…. It refuses an SQLite library older than 3.51.3, a
// schema newer than this release (migrations.ErrNewer) and a folder that cannot be written, each in one line.
func Open(ctx context.Context, url, folder string) (*Store, error) {
	s, err := dial(ctx, url, folder)
	if err != nil {
		return nil, err
	}
	s.changes = newChanges()
	if err := s.changes.count(s.write, s.kind); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if err := s.migrate(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func dial(ctx context.Context, url, folder string) (*Store, error) {
	switch {
	case url == "":
		return openSQLite(ctx, folder)
	case strings.HasPrefix(url, "postgres://"), strings.HasPrefix(url, "postgresql://"):
		return openPostgres(ctx, url)
	}
	return nil, errors.New("open the database: its URL must begin with postgres://, or be empty for SQLite")
}

func (s *Store) migrate(ctx context.Context) error {
	db, err := s.write.DB()
	if err != nil {
		return fmt.Errorf("open the database: %w", err)
	}
	return failed("open the database", migrations.Up(ctx, s.kind, db))
}

// wrap makes GORM of an open pool. GORM stays silent, because its lines would hold the values of a statement.
func wrap(dialect gorm.Dialector) (*gorm.DB, error) {
	db, err := gorm.Open(dialect, &gorm.Config{
		Logger:                 logger.Discard.LogMode(logger.Silent),
		SkipDefaultTransaction: true,
		TranslateError:         true,
		DisableAutomaticPing:   true,
	})
	return db, failed("open the database", err)
}

// Close lets go of the database; what was committed is on disk.
func (s *Store) Close() error {
	return errors.Join(closePool(s.read), closePool(s.write))
}

func closePool(db *gorm.DB) error {
	if db == nil {
		return nil
	}
	pool, err := db.DB()
	if err != nil {
		return fmt.Errorf("close the database: %w", err)
	}
	return failed("close the database", pool.Close())
}

// Ping asks whether the database answers; ErrUnavailable when it does not.
func (s *Store) Ping(ctx context.Context) error {
	var one int
	return failed("reach the database", s.reader(ctx).Raw("SELECT 1").Scan(&one).Error)
}

// Kind is "sqlite" or "postgres".
func (s *Store) Kind() string { return s.kind }

// Tx runs do in one transaction: all of it is kept when do returns nil, nothing otherwise. Inside, only the tx handed
// in may be used: on SQLite any other writing would wait for this very transaction. A Tx inside a Tx joins the outer
// one and shares its end.
func (s *Store) Tx(ctx context.Context, do func(tx *Store) error) error {
	if s.inTx {
		return do(s)
	}
	var inner error
	before := s.changes.n.Load()
	err := s.write.WithContext(ctx).Transaction(func(db *gorm.DB) error {
		inner = do(&Store{write: db, read: db, kind: s.kind, inTx: true, changes: s.changes})
		if inner == nil && s.kind == "postgres" && s.changes.n.Load() != before {
			s.changes.tell(ctx, db.Statement.ConnPool)
		}
		return inner
	})
	if s.changes.n.Load() != before {
		s.changes.n.Add(1) // once more, now that others can see it
	}
	if inner != nil {
		return inner
	}
	return failed("commit", err)
}

// guarded does one deed that may break a unique index. Inside a Tx it stands behind a savepoint, so that the
// transaction is still good after ErrTaken (PostgreSQL would spoil it whole).
func (s *Store) guarded(ctx context.Context, do func(db *gorm.DB) error) error {
	if !s.inTx {
		return do(s.writer(ctx))
	}
	return s.writer(ctx).Transaction(do)
}

// create inserts one row; ErrTaken when a unique index objects, with the transaction around it still good.
func (s *Store) create(ctx context.Context, doing string, row any) error {
	return kept(doing, s.guarded(ctx, func(db *gorm.DB) error { return db.Create(row).Error }))
}

func (s *Store) writer(ctx context.Context) *gorm.DB { return s.write.WithContext(ctx) }

func (s *Store) reader(ctx context.Context) *gorm.DB { return s.read.WithContext(ctx) }

// holder reads one row; inside a Tx nobody else may change it until the Tx ends, so that it can be written back whole.
// SQLite has one writer and needs no lock.
func (s *Store) holder(ctx context.Context) *gorm.DB {
	if s.inTx && s.kind == "postgres" {
		return s.reader(ctx).Clauses(clause.Locking{Strength: "UPDATE"})
	}
	return s.reader(ctx)
}

// failed says what was being done and translates the database's own words; nil stays nil.
func failed(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, translated(err))
}

// kept is failed for what keeps a row: words that are no text are sought in vain, but to keep them is a fault.
func kept(doing string, err error) error {
	if illegible(err) {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return failed(doing, err)
}

func translated(err error) error {
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound), errors.Is(err, sql.ErrNoRows):
		return ErrNotFound
	case errors.Is(err, gorm.ErrDuplicatedKey):
		return ErrTaken
	case illegible(err):
		return fmt.Errorf("%w: %w", ErrNotFound, err)
	case awaySQLite(err), awayPostgres(err):
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return err
}

// one demands that a deed touched a row: none is ErrNotFound.
func one(doing string, done *gorm.DB) error {
	if done.Error == nil && done.RowsAffected == 0 {
		return failed(doing, gorm.ErrRecordNotFound)
	}
	return failed(doing, done.Error)
}

// NewID is a new ULID: 26 characters that sort by the millisecond they were made in, 80 random bits.
func NewID() string { return ulid.MustNew(ulid.Now(), rand.Reader).String() }

// legible is a text as both databases keep it: without NUL, and what is not UTF-8 replaced. For words that others chose.
func legible(text string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", ""), "\uFFFD")
}

// stamp is a time as both databases keep it: UTC, microseconds.
func stamp(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// born fills the times of a new row that its maker left out.
func born(created, updated *time.Time) {
	if created.IsZero() {
		*created = time.Now()
	}
	if updated.IsZero() {
		*updated = *created
	}
}

func stampAll(times ...*time.Time) {
	for _, t := range times {
		if t != nil {
			*t = stamp(*t)
		}
	}
}

// update keeps every column of a row but those named; ErrNotFound when there is no such row, ErrTaken as in create.
func (s *Store) update(ctx context.Context, doing string, row any, but ...string) error {
	return kept(doing, s.guarded(ctx, func(db *gorm.DB) error {
		done := db.Model(row).Select("*").Omit(but...).Updates(row)
		if done.Error == nil && done.RowsAffected == 0 {
			return gorm.ErrRecordNotFound
		}
		return done.Error
	}))
}
