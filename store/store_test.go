package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/migrations"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

var (
	ctx  = context.Background()
	noon = time.Date(2026, 11, 24, 12, 0, 0, 123456000, time.UTC)
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wants(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("got %v, want %v", err, want)
	}
}

func person(t testing.TB, s *store.Store, handle string) store.Person {
	t.Helper()
	p := store.Person{Handle: handle, Name: handle, Language: "fr", Theme: "auto", Role: "member", CreatedAt: noon, UpdatedAt: noon}
	must(t, s.CreatePerson(ctx, &p))
	return p
}

func address(t testing.TB, s *store.Store, person, email string) store.Address {
	t.Helper()
	a := store.Address{PersonID: person, Email: email, CreatedAt: noon}
	must(t, s.AddAddress(ctx, &a))
	return a
}

// together runs n copies of do at once and counts how they ended.
func together(n int, do func(i int) error) map[error]int {
	var wait, start sync.WaitGroup
	var lock sync.Mutex
	ends := map[error]int{}
	start.Add(1)
	for i := range n {
		wait.Go(func() {
			start.Wait()
			err := do(i)
			for _, known := range []error{store.ErrNotFound, store.ErrTaken, store.ErrUnavailable} {
				if errors.Is(err, known) {
					err = known
				}
			}
			lock.Lock()
			defer lock.Unlock()
			ends[err]++
		})
	}
	start.Done()
	wait.Wait()
	return ends
}

func TestStoreSurvivesClosingAndOpening(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p := person(t, s, "ada")
		again, err := storetest.Beside(t, s).Person(ctx, p.ID)
		must(t, err)
		if again != p {
			t.Errorf("got %+v, want %+v", again, p)
		}
	})
}

// ASVS: V2.3.3
func TestTxKeepsAllOrNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		sorry := errors.New("sorry")
		err := s.Tx(ctx, func(tx *store.Store) error {
			person(t, tx, "ada")
			return tx.Tx(ctx, func(inner *store.Store) error {
				person(t, inner, "bob")
				return sorry
			})
		})
		wants(t, err, sorry)
		if n, err := s.CountPersons(ctx); err != nil || n != 0 {
			t.Errorf("%d people kept, %v", n, err)
		}
	})
}

func TestTxIsStillGoodAfterSomethingWasTaken(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		person(t, s, "ada")
		must(t, s.Tx(ctx, func(tx *store.Store) error {
			again := store.Person{Handle: "ADA", Language: "en", Theme: "auto", Role: "member"}
			wants(t, tx.CreatePerson(ctx, &again), store.ErrTaken)
			person(t, tx, "bob")
			return nil
		}))
		if n, err := s.CountPersons(ctx); err != nil || n != 2 {
			t.Errorf("%d people, %v; want 2", n, err)
		}
	})
}

// ASVS: V2.3.3, V16.5.3
func TestTxRollsBackOnPanic(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		func() {
			defer func() { _ = recover() }()
			_ = s.Tx(ctx, func(tx *store.Store) error {
				person(t, tx, "ada")
				panic("bad")
			})
		}()
		if n, err := s.CountPersons(ctx); err != nil || n != 0 {
			t.Errorf("%d people kept, %v", n, err)
		}
	})
}

func TestReadersGoOnWhileSomebodyWrites(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		person(t, s, "ada")
		must(t, s.Tx(ctx, func(tx *store.Store) error {
			person(t, tx, "bob")
			soon, cancel := context.WithTimeout(ctx, 5*time.Second)
			defer cancel()
			if n, err := s.CountPersons(soon); err != nil || n != 1 {
				t.Errorf("outside: %d people, %v; want 1", n, err)
			}
			if n, err := tx.CountPersons(ctx); err != nil || n != 2 {
				t.Errorf("inside: %d people, %v; want 2", n, err)
			}
			return nil
		}))
	})
}

func TestClosedStoreDoesNotAnswer(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		must(t, s.Ping(ctx))
		other := storetest.Beside(t, s)
		must(t, other.Close())
		if err := other.Ping(ctx); err == nil {
			t.Error("a closed store answers")
		}
	})
}

// ASVS: V16.5.2
func TestDatabaseThatIsAwayIsUnavailable(t *testing.T) {
	_, err := store.Open(ctx, "postgres://nobody@127.0.0.1:1/nothing?sslmode=disable", "")
	wants(t, err, store.ErrUnavailable)

	// A server that ends our connections under us.
	s := storetest.OpenPostgres(t)
	other := storetest.Beside(t, s)
	err = other.Tx(ctx, func(tx *store.Store) error {
		_, err := s.SQL().ExecContext(ctx, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
		must(t, err)
		_, err = tx.CountPersons(ctx)
		return err
	})
	wants(t, err, store.ErrUnavailable)
	must(t, other.Ping(ctx))
}

func TestOpenSaysInOneLineWhyItCannot(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	must(t, os.WriteFile(file, nil, 0o600))
	for name, open := range map[string]func() (*store.Store, error){
		"a folder that is a file":    func() (*store.Store, error) { return store.Open(ctx, "", file) },
		"a URL of something else":    func() (*store.Store, error) { return store.Open(ctx, "mysql://secret@host/db", "") },
		"a URL that cannot be read":  func() (*store.Store, error) { return store.Open(ctx, "postgres://u:secret@host:port/db", "") },
		"a server that is not there": func() (*store.Store, error) { return store.Open(ctx, "postgres://u:secret@127.0.0.1:1/db", "") },
	} {
		s, err := open()
		if err == nil || s != nil {
			t.Errorf("%s: opened", name)
			continue
		}
		if line := err.Error(); strings.Contains(line, "secret") {
			t.Errorf("%s: tells the password: %s", name, line)
		}
	}
}

func TestSchemaOfANewerReleaseIsRefusedUntouched(t *testing.T) {
	for _, kind := range []string{"sqlite", "postgres"} {
		t.Run(kind, func(t *testing.T) {
			s, url, folder := located(t, kind)
			_, err := s.SQL().ExecContext(ctx, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, true)")
			must(t, err)
			_, err = store.Open(ctx, url, folder)
			wants(t, err, migrations.ErrNewer)
		})
	}
}

// located is a store of the test's own, whose schema it may spoil, and where that lies.
func located(t *testing.T, kind string) (s *store.Store, url, folder string) {
	t.Helper()
	if kind == "postgres" {
		url = storetest.Bare(t)
	} else {
		folder = t.TempDir()
	}
	s, err := store.Open(ctx, url, folder)
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	return s, url, folder
}

func TestManyProcessesMayMigrateAtOnce(t *testing.T) {
	url := storetest.Bare(t)
	folder := t.TempDir()
	for kind, at := range map[string][2]string{"sqlite": {"", folder}, "postgres": {url, ""}} {
		t.Run(kind, func(t *testing.T) {
			ends := together(6, func(int) error {
				s, err := store.Open(ctx, at[0], at[1])
				if err != nil {
					return err
				}
				_, err = s.CountPersons(ctx)
				return errors.Join(err, s.Close())
			})
			if ends[nil] != 6 {
				t.Errorf("ends: %v", ends)
			}
		})
	}
}

// ASVS: V13.3.2
func TestSQLiteFileIsItsOwnersAlone(t *testing.T) {
	_, _, folder := located(t, "sqlite")
	info, err := os.Stat(filepath.Join(folder, "carnet.db"))
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
}

func TestSQLiteIsSetUpToLoseNothing(t *testing.T) {
	s := storetest.Open(t)
	for pragma, want := range map[string]string{
		"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "secure_delete": "1", "busy_timeout": "10000",
	} {
		var got string
		must(t, s.SQL().QueryRowContext(ctx, "PRAGMA "+pragma).Scan(&got))
		if got != want {
			t.Errorf("%s = %s, want %s", pragma, got, want)
		}
	}
}

func TestOldSQLiteIsKnown(t *testing.T) {
	for version, old := range map[string]bool{
		"3.41.2": true, "3.45.1": true, "3.51.2": true, "3.51.3": false, "3.54": false, "3.54.1": false, "4.0.0": false, "": true, "x": true,
	} {
		if store.Older(version, "3.51.3") != old {
			t.Errorf("%q: want old = %v", version, old)
		}
	}
}

func TestIDsSortByTimeAndDiffer(t *testing.T) {
	seen := map[string]bool{}
	for range 10_000 {
		id := store.NewID()
		if len(id) != 26 || seen[id] {
			t.Fatal(id)
		}
		seen[id] = true
	}
}

func TestErrorsSayWhatWasBeingDone(t *testing.T) {
	s := storetest.Open(t)
	_, err := s.Person(ctx, "nobody")
	wants(t, err, store.ErrNotFound)
	if got := fmt.Sprint(err); got != "find a person: not found" {
		t.Errorf("says %q", got)
	}
}

func TestPostgresIsSpokenToWithoutPreparingAnything(t *testing.T) {
	if os.Getenv("CARNET_TEST_SQLITE_ONLY") == "1" {
		t.Skip("CARNET_TEST_SQLITE_ONLY=1")
	}
	s, err := store.Open(ctx, storetest.Bare(t)+"&default_query_exec_mode=exec", "")
	must(t, err)
	defer func() { must(t, s.Close()) }()
	ada := person(t, s, "ada")
	address(t, s, ada.ID, "ada@house.example")
	kept := badge(t, s, ada.ID, "one", func(b *store.Badge) { b.ExpiresAt = &noon })
	for _, q := range []store.WallQuery{{Owner: ada.ID}, {Owner: ada.ID, Year: 2026, Search: "a", Sort: "expiring", Now: noon}} {
		_, _, err := s.Wall(ctx, q)
		must(t, err)
	}
	found, err := s.AnyBadge(ctx, kept.ID)
	must(t, err)
	if !found.ExpiresAt.Equal(noon) || !bytes.Equal(found.Document, kept.Document) {
		t.Errorf("found %v %q, kept %v %q", found.ExpiresAt, found.Document, noon, kept.Document)
	}
	job(t, s, "x")
	if j, err := s.Lease(ctx, letters, noon, time.Minute); err != nil || j == nil {
		t.Error(j, err)
	}
	var jit string
	if must(t, s.Readers().QueryRowContext(ctx, "SHOW jit").Scan(&jit)); jit != "off" {
		t.Error("short questions are compiled")
	}
}
