// Package storetest opens an empty, real database for one test: SQLite, or PostgreSQL from a private cluster.
// It knows nothing of what is tested with it.
package storetest

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/carnetbadges/carnet/store"
)

// place is where a test's database lies, so that it can be opened a second time.
type place struct{ url, folder string }

var places sync.Map

// Open is an empty SQLite database, closed and gone when the test ends.
func Open(t testing.TB) *store.Store {
	t.Helper()
	files, err := migrated()
	if err != nil {
		t.Fatalf("SQLite for tests: %v", err)
	}
	folder := t.TempDir()
	if err := os.CopyFS(folder, files); err != nil {
		t.Fatal(err)
	}
	return at(t, place{folder: folder})
}

// migrated is the folder of a database that has our schema and nothing else. It is made once: reading all migrations for each
// test was a quarter of what tests cost.
var migrated = sync.OnceValues(func() (fs.FS, error) {
	folder, err := os.MkdirTemp("", "carnet-schema-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder) //nolint:errcheck // in the system's folder for what may be lost
	s, err := store.Open(context.Background(), "", folder)
	if err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	files := fstest.MapFS{}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		content, err := os.ReadFile(filepath.Join(folder, entry.Name())) //nolint:gosec // made above
		if err != nil {
			return nil, err
		}
		files[entry.Name()] = &fstest.MapFile{Data: content, Mode: 0o600}
	}
	return files, nil
})

// OpenPostgres is an empty PostgreSQL database with our schema, which the test must leave as it is.
func OpenPostgres(t testing.TB) *store.Store {
	t.Helper()
	return at(t, place{url: postgres(t, template)})
}

// Each runs a test on SQLite and on PostgreSQL. Without PostgreSQL it fails, naming the package to install, unless
// CARNET_TEST_SQLITE_ONLY=1.
func Each(t *testing.T, test func(t *testing.T, s *store.Store)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, Open(t)) })
	t.Run("postgres", func(t *testing.T) {
		if os.Getenv("CARNET_TEST_SQLITE_ONLY") == "1" {
			t.Skip("CARNET_TEST_SQLITE_ONLY=1")
		}
		test(t, OpenPostgres(t))
	})
}

// Beside opens a test's database a second time, as another process would.
func Beside(t testing.TB, s *store.Store) *store.Store {
	t.Helper()
	p, known := places.Load(s)
	if !known {
		t.Fatal("storetest.Beside: this store was not opened here")
	}
	return at(t, p.(place))
}

func at(t testing.TB, p place) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), p.url, p.folder)
	if err != nil {
		t.Fatal(err)
	}
	places.Store(s, p)
	t.Cleanup(func() {
		places.Delete(s)
		if err := s.Close(); err != nil {
			t.Errorf("close the test's database: %v", err)
		}
	})
	return s
}

// Bare is the URL of a PostgreSQL database without any table, dropped when the test ends.
func Bare(t testing.TB) string {
	t.Helper()
	return postgres(t, "template0")
}

func postgres(t testing.TB, template string) string {
	t.Helper()
	c, err := cluster()
	if err != nil {
		t.Fatalf("PostgreSQL for tests: %v", err)
	}
	url, giveBack, err := c.database(context.Background(), template)
	if err != nil {
		t.Fatalf("PostgreSQL for tests: %v", err)
	}
	t.Cleanup(func() {
		if err := giveBack(); err != nil {
			t.Errorf("give the test's database back: %v", err)
		}
	})
	return url
}
