package store_test

import (
	"errors"
	"fmt"
	"reflect"
	"testing"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// tagsOf are the names of the tags on a badge.
func tagsOf(t *testing.T, s *store.Store, b store.Badge) (names []string) {
	t.Helper()
	marks, err := s.Marks(ctx, b.PersonID, b.ID)
	must(t, err)
	for _, tag := range marks[b.ID].Tags {
		names = append(names, tag.Name)
	}
	return names
}

func TestTagIsOneHoweverItIsSpelt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada, bob := person(t, s, "ada"), person(t, s, "bob")
		first, second, his := badge(t, s, ada.ID, "1"), badge(t, s, ada.ID, "2"), badge(t, s, bob.ID, "3")
		must(t, s.TagBadge(ctx, ada.ID, first.ID, "Été"))
		must(t, s.TagBadge(ctx, ada.ID, first.ID, "ETE"))
		must(t, s.TagBadge(ctx, ada.ID, second.ID, "ete"))
		must(t, s.TagBadge(ctx, bob.ID, his.ID, "ete"))
		for _, c := range []struct {
			b    store.Badge
			want []string
		}{{first, []string{"Été"}}, {second, []string{"Été"}}, {his, []string{"ete"}}} {
			if got := tagsOf(t, s, c.b); !reflect.DeepEqual(got, c.want) {
				t.Errorf("%s: %q, want %q", c.b.Name, got, c.want)
			}
		}
		must(t, s.DeleteBadge(ctx, ada.ID, second.ID, noon))
		if all, err := s.Tags(ctx, ada.ID); err != nil || len(all) != 1 || all[0].Badges != 1 {
			t.Errorf("tags: %v, %v", all, err)
		}
		for _, refused := range []error{
			s.TagBadge(ctx, bob.ID, first.ID, "x"), s.TagBadge(ctx, ada.ID, second.ID, "x"), s.TagBadge(ctx, ada.ID, first.ID, " \u0301"),
			s.SetFavourite(ctx, bob.ID, first.ID, true), s.SetFavourite(ctx, ada.ID, second.ID, true),
		} {
			if !errors.Is(refused, store.ErrNotFound) {
				t.Errorf("got %v", refused)
			}
		}
		must(t, s.UntagBadge(ctx, bob.ID, first.ID, "ete"))
		if got := tagsOf(t, s, first); len(got) != 1 {
			t.Errorf("somebody else took a tag off: %q", got)
		}
		if marks, err := s.Marks(ctx, bob.ID, first.ID); err != nil || len(marks) != 0 {
			t.Errorf("somebody else sees %v, %v", marks, err)
		}
	})
}

func TestNoMoreThanTwentyTagsStandOnABadge(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada := person(t, s, "ada")
		b, other := badge(t, s, ada.ID, "1"), badge(t, s, ada.ID, "2")
		for i := range store.TagsMost {
			must(t, s.TagBadge(ctx, ada.ID, b.ID, fmt.Sprint(i)))
		}
		if err := s.TagBadge(ctx, ada.ID, b.ID, "one more"); !errors.Is(err, store.ErrFull) {
			t.Errorf("got %v", err)
		}
		changes, full, err := s.TagBadges(ctx, ada.ID, []string{b.ID, other.ID}, "one more")
		if err != nil || full != 1 || len(changes) != 1 || changes[0].Badge != other.ID {
			t.Errorf("%v, %d had no room, %v", changes, full, err)
		}
	})
}

func TestRenamedTagsBecomeOneWhereBothStand(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada := person(t, s, "ada")
		both, one := badge(t, s, ada.ID, "1"), badge(t, s, ada.ID, "2")
		must(t, s.TagBadge(ctx, ada.ID, both.ID, "Work"))
		must(t, s.TagBadge(ctx, ada.ID, both.ID, "Job"))
		must(t, s.TagBadge(ctx, ada.ID, one.ID, "job"))
		before := storetest.Ask(t, s, "SELECT badge_id || key || name || words FROM badge_tags ORDER BY 1")
		changes, err := s.RenameTag(ctx, ada.ID, "job", "WORK")
		must(t, err)
		for _, b := range []store.Badge{both, one} {
			if got := tagsOf(t, s, b); !reflect.DeepEqual(got, []string{"Work"}) {
				t.Errorf("%s: %q", b.Name, got)
			}
		}
		if _, err := s.PutBack(ctx, ada.ID, changes, noon); err != nil {
			t.Fatal(err)
		}
		if after := storetest.Ask(t, s, "SELECT badge_id || key || name || words FROM badge_tags ORDER BY 1"); !reflect.DeepEqual(after, before) {
			t.Errorf("put back %q, were %q", after, before)
		}
		spelt, err := s.RenameTag(ctx, ada.ID, "work", "WORK!")
		must(t, err)
		if len(spelt) != 2 || tagsOf(t, s, both)[1] != "WORK!" {
			t.Errorf("spelt anew: %v, %q", spelt, tagsOf(t, s, both))
		}
	})
}
