package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

func TestTrashListsTheLastDeletedFirst(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada, bob := person(t, s, "ada"), person(t, s, "bob")
		for i, owner := range []string{ada.ID, ada.ID, bob.ID} {
			b := badge(t, s, owner, fmt.Sprint(i))
			must(t, s.DeleteBadge(ctx, owner, b.ID, noon.Add(time.Duration(i)*time.Hour)))
		}
		badge(t, s, ada.ID, "kept")
		trash, err := s.DeletedBadges(ctx, ada.ID)
		must(t, err)
		if got := names(trash); !slices.Equal(got, []string{"1", "0"}) || trash[0].Document != nil {
			t.Errorf("trash: %q", got)
		}
	})
}

func TestPurgeErasesWhatIsOldAndTellsWhichBlobsAreFree(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada, bob := person(t, s, "ada"), person(t, s, "bob")
		with := func(original, picture string) func(*store.Badge) {
			return func(b *store.Badge) { b.OriginalKey, b.PictureKey = original, picture }
		}
		old := badge(t, s, ada.ID, "old", with("alone", "shared"))
		same := badge(t, s, ada.ID, "same", with("both", "both"))
		late := badge(t, s, ada.ID, "late", with("late", ""))
		badge(t, s, bob.ID, "kept", with("", "shared"))
		must(t, s.AddVerification(ctx, &store.Verification{BadgeID: old.ID, Verdict: "genuine", Findings: []byte("[]"), At: noon}))
		for _, f := range []store.FormerDocument{
			{BadgeID: old.ID, OriginalKey: "former", PictureKey: "late"},
			{BadgeID: old.ID, OriginalKey: "lent", PictureKey: "alone"},
			{BadgeID: late.ID, OriginalKey: "both", PictureKey: "lent"},
		} {
			f.Document, f.ReplacedAt = []byte("{}"), noon
			must(t, s.AddFormerDocument(ctx, &f))
		}
		must(t, s.DeleteBadge(ctx, ada.ID, old.ID, noon))
		must(t, s.DeleteBadge(ctx, ada.ID, same.ID, noon))
		must(t, s.DeleteBadge(ctx, ada.ID, late.ID, noon.Add(time.Hour)))

		free, err := s.PurgeDeleted(ctx, noon.Add(time.Minute))
		must(t, err)
		slices.Sort(free)
		if !slices.Equal(free, []string{"alone", "former"}) {
			t.Errorf("free: %q", free)
		}
		_, err = s.AnyBadge(ctx, old.ID)
		wants(t, err, store.ErrNotFound)
		_, err = s.LatestVerification(ctx, old.ID)
		wants(t, err, store.ErrNotFound)
		if left, err := s.FormerDocuments(ctx, old.ID, 9); err != nil || len(left) != 0 {
			t.Errorf("left: %+v, %v", left, err)
		}
		_, err = s.AnyBadge(ctx, late.ID)
		must(t, err)
		if free, err := s.PurgeDeleted(ctx, noon.Add(time.Minute)); err != nil || len(free) != 0 {
			t.Errorf("purged again: %q, %v", free, err)
		}
	})
}

func TestRecheckTakesTheNeverVerifiedThenTheLongestWaiting(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada := person(t, s, "ada")
		checked := func(hours int) func(*store.Badge) {
			at := noon.Add(time.Duration(hours) * time.Hour)
			return func(b *store.Badge) { b.CheckedAt = &at }
		}
		want := []string{badge(t, s, ada.ID, "never").ID}
		third := badge(t, s, ada.ID, "2", checked(2)).ID
		want = append(want, badge(t, s, ada.ID, "1", checked(1)).ID, third)
		badge(t, s, ada.ID, "fresh", checked(9))
		badge(t, s, ada.ID, "pending", func(b *store.Badge) { b.State = "pending" })
		gone := badge(t, s, ada.ID, "gone", checked(0))
		must(t, s.DeleteBadge(ctx, ada.ID, gone.ID, noon))
		for limit := 1; limit <= 4; limit++ {
			due, err := s.RecheckDue(ctx, noon.Add(8*time.Hour), limit)
			must(t, err)
			var ids []string
			for _, b := range due {
				ids = append(ids, b.ID)
				if b.PersonID != ada.ID {
					t.Errorf("owner %q", b.PersonID)
				}
			}
			if !slices.Equal(ids, want[:min(limit, 3)]) {
				t.Errorf("limit %d: %q, want %q", limit, ids, want)
			}
		}
	})
}
