package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

func anImport(t *testing.T, s *store.Store, owner string, items ...store.ImportItem) (store.Import, []store.ImportItem) {
	t.Helper()
	i := store.Import{PersonID: owner, State: store.ImportRunning, Total: len(items), CreatedAt: noon}
	must(t, s.CreateImport(ctx, &i))
	for n := range items {
		items[n].ImportID, items[n].PersonID, items[n].Position = i.ID, owner, n
		if items[n].State == "" {
			items[n].State = store.ItemWaiting
		}
		must(t, s.AddImportItem(ctx, &items[n]))
	}
	return i, items
}

func TestAnImportIsItsPersonsAndKeepsItsOrder(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada, bob := person(t, s, "ada"), person(t, s, "bob")
		i, items := anImport(t, s, ada.ID, store.ImportItem{Name: "a\x00.png"}, store.ImportItem{Link: "https://x.example/b"}, store.ImportItem{Name: "c"})
		if _, err := s.Import(ctx, bob.ID, i.ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("somebody else's: %v", err)
		}
		if _, err := s.ImportItem(ctx, bob.ID, items[0].ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("somebody else's item: %v", err)
		}
		got, err := s.WaitingItems(ctx, i.ID, 2)
		must(t, err)
		if len(got) != 2 || got[0].Name != "a.png" || got[1].Link != "https://x.example/b" {
			t.Errorf("%+v", got)
		}
		for want := 1; want <= 2; want++ {
			if n, err := s.BeginItem(ctx, items[0].ID); err != nil || n != want {
				t.Errorf("begun %d times: %v", n, err)
			}
		}
		if _, err := s.BeginItem(ctx, "x"); !errors.Is(err, store.ErrNotFound) {
			t.Error(err)
		}
		later, _ := anImport(t, s, ada.ID)
		first, err := s.ImportBefore(ctx, ada.ID)
		must(t, err)
		if first.ID != i.ID {
			t.Errorf("%s is before %s", first.ID, later.ID)
		}
	})
}

func TestWhatIsLeftToFixIsDismissedAndOpenedAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada, bob := person(t, s, "ada"), person(t, s, "bob")
		i, _ := anImport(t, s, ada.ID,
			store.ImportItem{State: store.ItemOpen, Result: "not-badge", BlobKey: "k1", Size: 7},
			store.ImportItem{State: store.ItemOpen, Result: "silent", RetryAt: &noon},
			store.ImportItem{State: store.ItemSettled, Result: "added", BlobKey: "k2", Size: 5})
		anImport(t, s, bob.ID, store.ImportItem{State: store.ItemOpen, Result: "silent"})
		if due, err := s.RetryDue(ctx, noon, 5); err != nil || len(due) != 1 {
			t.Errorf("%d are due: %v", len(due), err)
		}
		if n, err := s.KeptBytes(ctx, ada.ID); err != nil || n != 12 {
			t.Errorf("%d bytes are kept: %v", n, err)
		}
		if open, err := s.OpenOf(ctx, ada.ID, "silent", 5); err != nil || len(open) != 1 {
			t.Errorf("%d are silent: %v", len(open), err)
		}
		n, err := s.DismissOpen(ctx, ada.ID, noon)
		must(t, err)
		left, err := s.CountOpen(ctx, ada.ID)
		must(t, err)
		others, err := s.CountOpen(ctx, bob.ID)
		must(t, err)
		if n != 2 || left != 0 || others != 1 {
			t.Errorf("dismissed %d, left %d, of somebody else %d", n, left, others)
		}
		if n, err := s.RestoreDismissed(ctx, ada.ID, noon.Add(time.Hour)); err != nil || n != 0 {
			t.Errorf("%d of another time: %v", n, err)
		}
		if n, err := s.RestoreDismissed(ctx, ada.ID, noon); err != nil || n != 2 {
			t.Errorf("%d opened again: %v", n, err)
		}
		counts, err := s.ImportCounts(ctx, i.ID)
		must(t, err)
		if len(counts) != 3 {
			t.Errorf("%+v", counts)
		}
	})
}

func TestBytesOfAnImportGoWhenNobodyUsesThem(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada := person(t, s, "ada")
		badge(t, s, ada.ID, "1", func(b *store.Badge) { b.OriginalKey = "held" })
		old := noon.Add(-31 * 24 * time.Hour)
		i, _ := anImport(t, s, ada.ID,
			store.ImportItem{State: store.ItemSettled, Result: "added", BlobKey: "held", DoneAt: &noon},
			store.ImportItem{State: store.ItemSettled, Result: "already", BlobKey: "free", DoneAt: &noon},
			store.ImportItem{State: store.ItemSettled, Result: "already", BlobKey: "open", DoneAt: &noon},
			store.ImportItem{State: store.ItemOpen, Result: "not-badge", BlobKey: "open", DoneAt: &old},
			store.ImportItem{State: store.ItemDismissed, Result: "not-badge", BlobKey: "dismissed", DoneAt: &old})
		unused, err := s.ReleaseItems(ctx, i.ID)
		must(t, err)
		if !slices.Equal(unused, []string{"free"}) {
			t.Errorf("released %q", unused)
		}
		unused, err = s.PurgeImports(ctx, noon.Add(-30*24*time.Hour))
		must(t, err)
		if !slices.Equal(unused, []string{"dismissed"}) {
			t.Errorf("purged %q", unused)
		}
		if left, err := s.OpenItems(ctx, ada.ID, "", 5); err != nil || len(left) != 1 || left[0].BlobKey != "open" {
			t.Errorf("left to fix: %+v %v", left, err)
		}
		stopped := store.Import{PersonID: ada.ID, State: store.ImportStopped, CreatedAt: old, FinishedAt: &old}
		must(t, s.CreateImport(ctx, &stopped))
		must(t, s.AddImportItem(ctx, &store.ImportItem{ImportID: stopped.ID, PersonID: ada.ID, State: store.ItemWaiting, BlobKey: "left alone"}))
		unused, err = s.PurgeImports(ctx, noon.Add(-30*24*time.Hour))
		must(t, err)
		if !slices.Equal(unused, []string{"left alone"}) {
			t.Errorf("purged %q", unused)
		}
		if _, err := s.AnyImport(ctx, stopped.ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("an import of which nothing is left: %v", err)
		}
	})
}

func TestFilesOfWhoLeavesAreToldWithThoseOfTheirImports(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada, bob := person(t, s, "ada"), person(t, s, "bob")
		anImport(t, s, ada.ID, store.ImportItem{State: store.ItemOpen, BlobKey: "ada's"}, store.ImportItem{State: store.ItemOpen, BlobKey: "both's"})
		anImport(t, s, bob.ID, store.ImportItem{State: store.ItemOpen, BlobKey: "both's"})
		e, err := s.Erase(ctx, ada.ID, nil, noon)
		must(t, err)
		if got := fmt.Sprint(e.Blobs); got != "[ada's]" || strings.Contains(got, "both") {
			t.Errorf("left are %s", got)
		}
	})
}
