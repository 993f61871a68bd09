package store_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// marked is all that deeds in bulk change.
const marked = `SELECT b.id || ' ' || b.visibility || ' ' || COALESCE(CAST(b.deleted_at AS text), '-') || ' ' || CAST(w.favourite AS text) || ' ' ||
	COALESCE((SELECT MIN(key) || MAX(name) || COUNT(*) FROM badge_tags t WHERE t.badge_id = b.id), '') FROM badges b JOIN wall_entries w ON w.badge_id = b.id ORDER BY 1`

func TestDeedsInBulkAreTakenBackExactly(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada, bob := person(t, s, "ada"), person(t, s, "bob")
		var ids []string
		chance := rand.New(rand.NewPCG(1, 2))
		for i := range 40 {
			owner := ada.ID
			if i%9 == 8 {
				owner = bob.ID
			}
			b := badge(t, s, owner, fmt.Sprint(i), func(b *store.Badge) {
				b.Visibility = []string{store.Private, store.Link, store.Members, store.Public}[chance.IntN(4)]
			})
			must(t, s.SetFavourite(ctx, owner, b.ID, chance.IntN(2) == 0))
			for _, tag := range []string{"a", "B", "É"} {
				if chance.IntN(2) == 0 {
					must(t, s.TagBadge(ctx, owner, b.ID, tag))
				}
			}
			if i%10 == 7 {
				must(t, s.DeleteBadge(ctx, owner, b.ID, noon.Add(-time.Hour)))
			}
			ids = append(ids, b.ID)
		}
		deeds := []func(*store.Store) ([]store.Change, error){
			func(s *store.Store) ([]store.Change, error) {
				return s.SetVisibilities(ctx, ada.ID, ids, store.Public, noon)
			},
			func(s *store.Store) ([]store.Change, error) {
				return s.SetVisibilities(ctx, ada.ID, ids, store.Private, noon)
			},
			func(s *store.Store) ([]store.Change, error) { return s.SetFavourites(ctx, ada.ID, ids, true) },
			func(s *store.Store) ([]store.Change, error) { return s.SetFavourites(ctx, ada.ID, ids, false) },
			func(s *store.Store) ([]store.Change, error) {
				c, _, err := s.TagBadges(ctx, ada.ID, ids, "e")
				return c, err
			},
			func(s *store.Store) ([]store.Change, error) { return s.UntagBadges(ctx, ada.ID, ids, "b") },
			func(s *store.Store) ([]store.Change, error) { return s.RenameTag(ctx, ada.ID, "a", "e") },
			func(s *store.Store) ([]store.Change, error) { return s.DropTag(ctx, ada.ID, "e") },
			func(s *store.Store) ([]store.Change, error) { return s.DeleteBadges(ctx, ada.ID, ids[:20], noon) },
			func(s *store.Store) ([]store.Change, error) {
				c, _, err := s.RestoreBadges(ctx, ada.ID, ids, noon, noon.Add(-time.Minute))
				return c, err
			},
			func(s *store.Store) ([]store.Change, error) { return s.DeleteBadges(ctx, ada.ID, ids, noon) },
		}
		start := storetest.Ask(t, s, marked)
		var states [][]string
		var undos []string
		for i, deed := range deeds {
			states = append(states, storetest.Ask(t, s, marked))
			var changes []store.Change
			must(t, s.Tx(ctx, func(tx *store.Store) (err error) { changes, err = deed(tx); return err }))
			if len(changes) == 0 {
				t.Errorf("deed %d changed %d", i, len(changes))
			}
			id, err := s.KeepUndo(ctx, ada.ID, changes, noon)
			must(t, err)
			undos = append(undos, id)
		}
		for i := len(undos) - 1; i >= 0; i-- {
			if _, err := s.TakeUndo(ctx, bob.ID, undos[i], noon); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("somebody else takes it back: %v", err)
			}
			if _, err := s.TakeUndo(ctx, ada.ID, undos[i], noon.Add(time.Second)); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("taken back too late: %v", err)
			}
			changes, err := s.TakeUndo(ctx, ada.ID, undos[i], noon)
			must(t, err)
			done, err := s.PutBack(ctx, ada.ID, changes, noon.Add(time.Minute))
			if err != nil || done != len(changes) {
				t.Errorf("deed %d: %d of %d, %v", i, done, len(changes), err)
			}
			if now := storetest.Ask(t, s, marked); !reflect.DeepEqual(now, states[i]) {
				t.Errorf("deed %d: is\n%q\nwas\n%q", i, now, states[i])
			}
			if _, err := s.TakeUndo(ctx, ada.ID, undos[i], noon); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("taken back twice: %v", err)
			}
		}
		if now := storetest.Ask(t, s, marked); !reflect.DeepEqual(now, start) {
			t.Error("not as in the beginning")
		}
	})
}

func TestWhatWasChangedSinceIsNotPutBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada := person(t, s, "ada")
		a, b := badge(t, s, ada.ID, "1"), badge(t, s, ada.ID, "2")
		public, err := s.SetVisibilities(ctx, ada.ID, []string{a.ID, b.ID}, store.Public, noon)
		must(t, err)
		must(t, s.SetVisibility(ctx, ada.ID, a.ID, store.Link, noon))
		if done, err := s.PutBack(ctx, ada.ID, public, noon); err != nil || done != 1 {
			t.Errorf("put back %d, %v", done, err)
		}
		gone, err := s.DeleteBadges(ctx, ada.ID, []string{a.ID, b.ID}, noon)
		must(t, err)
		badge(t, s, ada.ID, "1") // brought in again
		if done, err := s.PutBack(ctx, ada.ID, gone, noon); err != nil || done != 1 {
			t.Errorf("put back %d, %v", done, err)
		}
		got, err := s.Badge(ctx, ada.ID, b.ID)
		if err != nil || got.Visibility != store.Private {
			t.Errorf("%+v, %v", got, err)
		}
		must(t, s.PurgeUndos(ctx, noon.Add(time.Hour)))
	})
}
