package store_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

func collection(t *testing.T, s *store.Store, owner, title string, badges ...store.Badge) store.Collection {
	t.Helper()
	c := store.Collection{PersonID: owner, Title: title, Cover: store.CoverPattern, Layout: store.LayoutWall, Visibility: store.Private, CreatedAt: noon}
	must(t, s.CreateCollection(ctx, &c))
	var places []store.CollectionBadge
	for i, b := range badges {
		places = append(places, store.CollectionBadge{CollectionID: c.ID, BadgeID: b.ID, Position: i})
	}
	must(t, s.SetPlaces(ctx, places))
	return c
}

func placedNames(placed []store.Placed) string {
	var all []string
	for _, p := range placed {
		all = append(all, p.Name)
	}
	return strings.Join(all, " ")
}

func TestCollectionKeepsItsBadgesInTheirOrder(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada, bob := person(t, s, "ada"), person(t, s, "bob")
		one, two, three := badge(t, s, ada.ID, "one"), badge(t, s, ada.ID, "two"), badge(t, s, ada.ID, "three")
		c := collection(t, s, ada.ID, "Work\x00", three, one, two)
		is := func(want string) {
			t.Helper()
			placed, err := s.PlacedBadges(ctx, c.ID)
			must(t, err)
			if got := placedNames(placed); got != want {
				t.Errorf("%q, want %q", got, want)
			}
		}
		is("three one two")
		must(t, s.SetPlaces(ctx, []store.CollectionBadge{{CollectionID: c.ID, BadgeID: one.ID, Position: -1, Text: "first"}}))
		is("one three two")
		must(t, s.SetPlaces(ctx, []store.CollectionBadge{{CollectionID: c.ID, BadgeID: three.ID, Position: 1, RemovedAt: &noon}}))
		must(t, s.DeleteBadge(ctx, ada.ID, two.ID, noon))
		is("one")
		must(t, s.RestoreBadge(ctx, ada.ID, two.ID, noon))
		is("one two")
		if kept, err := s.Collection(ctx, ada.ID, c.ID); err != nil || kept.Title != "Work" {
			t.Errorf("%+v %v", kept, err)
		}
		_, err := s.Collection(ctx, bob.ID, c.ID)
		wants(t, err, store.ErrNotFound)
		must(t, s.PurgeCollections(ctx, noon.Add(time.Hour)))
		if places, err := s.PlacesIn(ctx, c.ID); err != nil || len(places) != 2 {
			t.Errorf("%d places: %v", len(places), err)
		}
		with, err := s.CollectionsWith(ctx, ada.ID, two.ID)
		if err != nil || !slices.Equal(with, []string{c.ID}) {
			t.Errorf("in %v: %v", with, err)
		}
	})
}

// TestCollectionHoldsNobodyElsesBadge, which one that was joined and taken apart again might name.
func TestCollectionHoldsNobodyElsesBadge(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada, bob := person(t, s, "ada"), person(t, s, "bob")
		public := func(b *store.Badge) { b.Visibility = store.Public }
		c := collection(t, s, ada.ID, "Work", badge(t, s, bob.ID, "bob's", public), badge(t, s, ada.ID, "ada's", public))
		placed, err := s.PlacedBadges(ctx, c.ID)
		must(t, err)
		first, err := s.FirstPlaced(ctx, c.ID, []string{store.Public}, 5)
		must(t, err)
		counts, err := s.CountPlaced(ctx, []string{c.ID}, []string{store.Public})
		must(t, err)
		if placedNames(placed) != "ada's" || placedNames(first) != "ada's" || !maps.Equal(counts, map[string]int{c.ID: 1}) {
			t.Errorf("%q %q %v", placedNames(placed), placedNames(first), counts)
		}
	})
}

func TestCollectionCountsAndShowsWhatIsAskedFor(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada := person(t, s, "ada")
		var all []store.Badge
		for i, visibility := range []string{store.Public, store.Private, store.Members, store.Link, store.Public} {
			all = append(all, badge(t, s, ada.ID, fmt.Sprint(i), func(b *store.Badge) { b.Visibility = visibility }))
		}
		c, empty := collection(t, s, ada.ID, "Work", all...), collection(t, s, ada.ID, "Empty")
		for _, asked := range []struct {
			visibilities []string
			most         int
			want         string
		}{
			{[]string{store.Public}, 9, "0 4"},
			{[]string{store.Public, store.Members}, 2, "0 2"},
			{[]string{store.Link, store.Public, store.Members}, 9, "0 2 3 4"},
		} {
			got, err := s.FirstPlaced(ctx, c.ID, asked.visibilities, asked.most)
			must(t, err)
			if placedNames(got) != asked.want {
				t.Errorf("%v: %q", asked, placedNames(got))
			}
		}
		counts, err := s.CountPlaced(ctx, []string{c.ID, empty.ID}, []string{store.Public, store.Members})
		if err != nil || !maps.Equal(counts, map[string]int{c.ID: 3}) {
			t.Errorf("%v %v", counts, err)
		}
	})
}

func TestCollectionComesOutOfTheTrashForThirtyDays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada, bob := person(t, s, "ada"), person(t, s, "bob")
		c := collection(t, s, ada.ID, "Work")
		wants(t, s.DeleteCollection(ctx, bob.ID, c.ID, noon), store.ErrNotFound)
		must(t, s.DeleteCollection(ctx, ada.ID, c.ID, noon))
		wants(t, s.DeleteCollection(ctx, ada.ID, c.ID, noon), store.ErrNotFound)
		must(t, s.RestoreCollection(ctx, ada.ID, c.ID))
		must(t, s.DeleteCollection(ctx, ada.ID, c.ID, noon))
		must(t, s.PurgeCollections(ctx, noon))
		must(t, s.PurgeCollections(ctx, noon.Add(time.Second)))
		wants(t, s.RestoreCollection(ctx, ada.ID, c.ID), store.ErrNotFound)
	})
}

func TestFaceIsPlainUntilItsHolderChoosesOne(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada := person(t, s, "ada")
		f, err := s.Face(ctx, ada.ID)
		if err != nil || f.Look == "" || f.AboutPlace >= f.FavouritesPlace || f.FavouritesPlace >= f.BadgesPlace {
			t.Errorf("%+v %v", f, err)
		}
		for _, look := range []string{"moss", "plum"} {
			f.Look = look
			must(t, s.SaveFace(ctx, f))
			if got, err := s.Face(ctx, ada.ID); err != nil || got != f {
				t.Errorf("%+v %v", got, err)
			}
		}
	})
}
