package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"gorm.io/driver/sqlite"
	"gorm.io/gorm"
	driver "modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

const (
	sqliteFile    = "carnet.db"
	sqliteReaders = 8
	// oldestSQLite is the first without the fault by which a WAL reset could corrupt the file (3.7.0 to 3.51.2).
	oldestSQLite = "3.51.3"
)

// openSQLite opens the file twice: one connection that writes, so that writers queue here and not inside SQLite, and
// a few that only read, which WAL lets go on meanwhile.
func openSQLite(ctx context.Context, folder string) (*Store, error) {
	file, err := claim(folder)
	if err != nil {
		return nil, err
	}
	write, err := openPool(ctx, dsn(file, false), 1)
	if err != nil {
		return nil, err
	}
	read, err := openPool(ctx, dsn(file, true), sqliteReaders)
	if err != nil {
		return nil, errors.Join(err, closePool(write))
	}
	return &Store{write: write, read: read, kind: "sqlite"}, nil
}

// claim makes sure the file is there and can be written, by nobody but its owner: SQLite would let others read it.
func claim(folder string) (string, error) {
	file, err := filepath.Abs(filepath.Join(folder, sqliteFile))
	if err != nil {
		return "", fmt.Errorf("open the database: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return "", fmt.Errorf("open the database: the folder cannot be made: %w", err)
	}
	f, err := os.OpenFile(file, os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // the folder is the operator's setting
	if err != nil {
		return "", fmt.Errorf("open the database: the folder cannot be written: %w", err)
	}
	return file, f.Close()
}

// dsn asks for times as sortable UTC text, a commit that is on disk when it returns, and deleted bytes overwritten.
func dsn(file string, readOnly bool) string {
	q := url.Values{
		"_txlock":      {"immediate"},
		"_time_format": {"sqlite"},
		"_timezone":    {"UTC"},
		"_dqs":         {"0"},
		"_pragma": {
			"busy_timeout(10000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)",
			"secure_delete(1)", "trusted_schema(0)", "cache_size(-16384)",
		},
	}
	if readOnly {
		q.Set("_query_only", "1")
	}
	return (&url.URL{Scheme: "file", Path: file, RawQuery: q.Encode()}).String()
}

func openPool(ctx context.Context, dsn string, connections int) (*gorm.DB, error) {
	connector, err := understandingConnector(dsn)
	if err != nil {
		return nil, failed("open the database", err)
	}
	pool := sql.OpenDB(connector)
	pool.SetMaxOpenConns(connections)
	pool.SetMaxIdleConns(connections)
	if err := refuseOldSQLite(ctx, pool); err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	db, err := wrap(sqliteDialect{&sqlite.Dialector{Conn: pool}})
	if err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	return db, nil
}

func refuseOldSQLite(ctx context.Context, pool *sql.DB) error {
	var version string
	if err := pool.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&version); err != nil {
		return failed("open the database", err)
	}
	if older(version, oldestSQLite) {
		return fmt.Errorf("open the database: SQLite %s can corrupt its file; %s or newer is needed", version, oldestSQLite)
	}
	return nil
}

// older compares dotted numbers; what is not a number counts as 0.
func older(version, than string) bool {
	a, b := strings.Split(version, "."), strings.Split(than, ".")
	for i := range max(len(a), len(b)) {
		if x, y := number(a, i), number(b, i); x != y {
			return x < y
		}
	}
	return false
}

func number(parts []string, i int) int {
	if i >= len(parts) {
		return 0
	}
	n, err := strconv.Atoi(parts[i])
	if err != nil {
		return 0
	}
	return n
}

// sqliteDialect gives GORM's dialect the error translation it has only for the cgo driver.
type sqliteDialect struct{ *sqlite.Dialector }

// Translate makes GORM's errors of SQLite's codes (sqlite.org/rescode.html).
func (sqliteDialect) Translate(err error) error {
	var fault *driver.Error
	if !errors.As(err, &fault) {
		return err
	}
	switch fault.Code() {
	case lib.SQLITE_CONSTRAINT_PRIMARYKEY, lib.SQLITE_CONSTRAINT_UNIQUE, lib.SQLITE_CONSTRAINT_ROWID:
		return fmt.Errorf("%w: %w", gorm.ErrDuplicatedKey, err)
	case lib.SQLITE_CONSTRAINT_FOREIGNKEY:
		return fmt.Errorf("%w: %w", gorm.ErrForeignKeyViolated, err)
	case lib.SQLITE_CONSTRAINT_CHECK:
		return fmt.Errorf("%w: %w", gorm.ErrCheckConstraintViolated, err)
	}
	return err
}

// awaySQLite tells whether the file cannot be used now: locked for too long, full, unreadable.
func awaySQLite(err error) bool {
	var fault *driver.Error
	if !errors.As(err, &fault) {
		return false
	}
	switch fault.Code() & 0xff {
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED, lib.SQLITE_FULL, lib.SQLITE_IOERR, lib.SQLITE_CANTOPEN, lib.SQLITE_READONLY:
		return true
	}
	return false
}
