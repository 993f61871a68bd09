// Package migrations brings a database to the schema this program knows, one numbered SQL file after the other.
// It knows nothing of what the tables mean, nor how the database was opened.
package migrations

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed sqlite/*.sql postgres/*.sql
var files embed.FS

// ErrNewer is said of a database that a later release has already migrated: this one must not write to it.
var ErrNewer = errors.New("the database was made by a newer release")

// ErrKind is said of a kind of database there are no migrations for.
var ErrKind = errors.New("unknown kind of database")

// attempts is how often a migration is tried on SQLite, where another process may be migrating the same file.
const attempts = 3

// Up applies what is missing. Kind is "sqlite" or "postgres". On PostgreSQL a session lock lets one process migrate
// while others wait; on SQLite the loser of such a race finds the work done when it looks again. It fails with
// ErrNewer on a schema with a version this release does not know, before anything is changed.
func Up(ctx context.Context, kind string, db *sql.DB) error {
	for attempt := 1; ; attempt++ {
		err := up(ctx, kind, db)
		if err == nil || errors.Is(err, ErrNewer) || kind != "sqlite" || attempt == attempts {
			return err
		}
	}
}

// Known is the newest version of the schema this release knows.
func Known(kind string) (int64, error) {
	names, err := fs.Glob(files, kind+"/*.sql")
	if err != nil || len(names) == 0 {
		return 0, fmt.Errorf("%w: %q", ErrKind, kind)
	}
	return goose.NumericComponent(names[len(names)-1])
}

func provider(kind string, db *sql.DB) (*goose.Provider, error) {
	folder, err := fs.Sub(files, kind)
	if err != nil {
		return nil, fmt.Errorf("%w: %q", ErrKind, kind)
	}
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	switch kind {
	case "sqlite":
		return goose.NewProvider(goose.DialectSQLite3, db, folder, options...)
	case "postgres":
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300))
		if err != nil {
			return nil, fmt.Errorf("prepare the migration lock: %w", err)
		}
		return goose.NewProvider(goose.DialectPostgres, db, folder, append(options, goose.WithSessionLocker(locker))...)
	}
	return nil, fmt.Errorf("%w: %q", ErrKind, kind)
}

func up(ctx context.Context, kind string, db *sql.DB) error {
	p, err := provider(kind, db)
	if err != nil {
		return err
	}
	has, known, err := p.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read the schema's version: %w", err)
	}
	if has > known {
		return fmt.Errorf("%w: its schema has version %d, this release knows %d", ErrNewer, has, known)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate the schema: %w", err)
	}
	return nil
}
