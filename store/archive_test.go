package store_test

import (
	"slices"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

func begin(t *testing.T, s *store.Store, person, direction string) (a store.Archive, former string, err error) {
	t.Helper()
	a = store.Archive{PersonID: person, Direction: direction, CreatedAt: noon}
	err = s.Tx(ctx, func(tx *store.Store) error {
		former, err = tx.BeginArchive(ctx, &a)
		return err
	})
	return a, former, err
}

func TestAPersonMakesOneArchiveAtATime(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada, bob := person(t, s, "ada"), person(t, s, "bob")
		first, _, err := begin(t, s, ada.ID, store.Out)
		must(t, err)
		_, _, err = begin(t, s, ada.ID, store.Out)
		wants(t, err, store.ErrTaken)
		for _, other := range [][2]string{{ada.ID, store.In}, {bob.ID, store.Out}} {
			_, _, err = begin(t, s, other[0], other[1])
			must(t, err)
		}
		must(t, s.AdvanceArchive(ctx, first.ID, 3, 7, []byte("{}")))
		later := noon.Add(time.Hour)
		must(t, s.EndArchive(ctx, store.Archive{ID: first.ID, State: store.Ready, Size: 1 << 40, FinishedAt: &noon, ExpiresAt: &later}))
		got, err := s.ArchiveOf(ctx, ada.ID, store.Out)
		must(t, err)
		if got.State != store.Ready || got.Done != 3 || got.Total != 7 || got.Size != 1<<40 || !got.ExpiresAt.Equal(later) {
			t.Errorf("%+v", got)
		}
		wants(t, s.AdvanceArchive(ctx, first.ID, 4, 7, nil), store.ErrNotFound)
		wants(t, s.EndArchive(ctx, store.Archive{ID: first.ID, State: store.Cancelled, FinishedAt: &noon}), store.ErrNotFound)
		second, former, err := begin(t, s, ada.ID, store.Out)
		must(t, err)
		if former != first.ID {
			t.Errorf("in the place of %q", former)
		}
		must(t, s.EndArchive(ctx, store.Archive{ID: second.ID, State: store.Failed, Reason: "x", FinishedAt: &noon, ExpiresAt: &noon}))
		gone, err := s.PurgeArchives(ctx, later)
		must(t, err)
		if !slices.Equal(gone, []string{second.ID}) {
			t.Errorf("gone: %q", gone)
		}
	})
}

func TestAllBadgesAreWalkedInTheOrderTheyWereMade(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada := person(t, s, "ada")
		var want []string
		for _, name := range []string{"c", "a", "b", "d"} {
			want = append(want, badge(t, s, ada.ID, name).ID)
		}
		slices.Sort(want)
		must(t, s.DeleteBadge(ctx, ada.ID, want[2], noon))
		badge(t, s, person(t, s, "bob").ID, "bob's")
		var got []string
		for after := ""; ; {
			page, err := s.BadgesAfter(ctx, ada.ID, after, 3)
			must(t, err)
			if len(page) == 0 {
				break
			}
			got, after = append(got, page...), page[len(page)-1]
		}
		n, err := s.CountBadges(ctx, ada.ID)
		must(t, err)
		trashed, err := s.TrashedKeys(ctx, ada.ID)
		must(t, err)
		if !slices.Equal(got, want) || n != 4 || len(trashed) != 1 {
			t.Errorf("%q, %d, %q; want %q", got, n, trashed, want)
		}
	})
}
