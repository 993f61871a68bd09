package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// hears listens until the test ends, and waits until it does.
func hears(t *testing.T, s *store.Store) {
	t.Helper()
	listening, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() { s.Listen(listening); close(done) }()
	t.Cleanup(func() { stop(); <-done })
	for until := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		if _, known := s.Generation(); known {
			return
		}
		if time.Now().After(until) {
			t.Fatal("it does not hear")
		}
	}
}

// becomes waits until the generation is another one.
func becomes(t *testing.T, s *store.Store, before uint64, after string) {
	t.Helper()
	for until := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		if n, known := s.Generation(); known && n != before {
			return
		}
		if time.Now().After(until) {
			t.Fatalf("the same generation after %s", after)
		}
	}
}

func TestGenerationIsAnotherOneAfterEveryWritingOthersMaySee(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		if _, known := s.Generation(); known {
			t.Error("it is known though nobody listens")
		}
		ada := person(t, s, "ada")
		held := badge(t, s, ada.ID, "badge")
		for name, write := range map[string]func(s *store.Store) error{
			"a new badge":        func(s *store.Store) error { badge(t, s, ada.ID, store.NewID()); return nil },
			"another visibility": func(s *store.Store) error { return s.SetVisibility(ctx, ada.ID, held.ID, store.Public, noon) },
			"one in a transaction": func(s *store.Store) error {
				return s.Tx(ctx, func(tx *store.Store) error { return tx.SetVisibility(ctx, ada.ID, held.ID, store.Private, noon) })
			},
		} {
			before, _ := s.Generation()
			must(t, write(s))
			if after, _ := s.Generation(); after == before {
				t.Errorf("%s: the same generation", name)
			}
		}

		hears(t, s)
		beside := storetest.Beside(t, s)
		for _, visibility := range []string{store.Public, store.Members} {
			before, _ := s.Generation()
			must(t, beside.SetVisibility(ctx, ada.ID, held.ID, visibility, noon))
			becomes(t, s, before, "another process's deed")
			before, _ = s.Generation()
			must(t, beside.Tx(ctx, func(tx *store.Store) error { return tx.SetVisibility(ctx, ada.ID, held.ID, visibility, noon) }))
			becomes(t, s, before, "another process's transaction")
		}
	})
}

// What is written all the time must not count, or nothing made of the database would hold for long. (SQLite's file does
// not tell such writing of another process from other writing.)
func TestGenerationStaysWhileOnlySilentTablesAreWritten(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		before, _ := s.Generation()
		must(t, s.Enqueue(ctx, store.Job{Kind: "letter", Payload: []byte("{}")}))
		if after, _ := s.Generation(); after != before {
			t.Errorf("%d after %d", after, before)
		}
	})
}

func TestWhatWasMissedWhileNobodyWasHeardCounts(t *testing.T) {
	s := storetest.OpenPostgres(t)
	hears(t, s)
	before, _ := s.Generation()
	ended := storetest.Ask(t, s, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%carnet_changed%'")
	if len(ended) == 0 {
		t.Fatal("nobody listens")
	}
	for until := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		if _, known := s.Generation(); !known {
			break
		}
		if time.Now().After(until) {
			t.Fatal("the generation is known though nobody hears")
		}
	}
	becomes(t, s, before, "hearing again")
}
