package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

func TestEvidenceIsItsBadgesAndGoesWithIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada, bob := person(t, s, "ada"), person(t, s, "bob")
		hers, his := badge(t, s, ada.ID, "hers"), badge(t, s, bob.ID, "his")
		first := store.Evidence{BadgeID: hers.ID, Title: "A\x00 song", Words: "la la", CreatedAt: noon}
		second := store.Evidence{BadgeID: hers.ID, FileKey: "alone", FileSize: 3, CreatedAt: noon.Add(time.Hour)}
		must(t, s.AddEvidence(ctx, &second))
		must(t, s.AddEvidence(ctx, &first))
		must(t, s.AddEvidence(ctx, &store.Evidence{BadgeID: hers.ID, FileKey: "shared", FileSize: 5, CreatedAt: noon.Add(2 * time.Hour)}))
		must(t, s.AddEvidence(ctx, &store.Evidence{BadgeID: his.ID, FileKey: "shared", FileSize: 5, CreatedAt: noon}))
		all, err := s.Evidence(ctx, hers.ID)
		must(t, err)
		if len(all) != 3 || all[0].Title != "A song" || all[1].ID != second.ID || all[1].FileSize != 3 {
			t.Errorf("%+v", all)
		}
		if n, err := s.EvidenceBytes(ctx, ada.ID); err != nil || n != 8 {
			t.Errorf("%d bytes: %v", n, err)
		}
		_, err = s.EvidenceOf(ctx, his.ID, first.ID)
		wants(t, err, store.ErrNotFound)
		first.Hidden, first.BadgeID, first.CreatedAt = true, his.ID, noon.Add(time.Minute)
		must(t, s.UpdateEvidence(ctx, &first))
		kept, err := s.EvidenceOf(ctx, hers.ID, first.ID)
		must(t, err)
		if !kept.Hidden || !kept.CreatedAt.Equal(noon) {
			t.Errorf("%+v", kept)
		}
		if free, err := s.UnusedBlobs(ctx, []string{"alone", "shared", "none"}); err != nil || !slices.Equal(free, []string{"none"}) {
			t.Errorf("free: %q, %v", free, err)
		}

		at := noon.Add(time.Hour)
		second.DeletedAt = &at
		must(t, s.UpdateEvidence(ctx, &second))
		for after, want := range map[time.Time]string{noon: "[]", noon.Add(2 * time.Hour): "[alone]"} {
			free, err := s.PurgeEvidence(ctx, after)
			must(t, err)
			if fmt.Sprint(free) != want {
				t.Errorf("free %q, want %s", free, want)
			}
		}
		must(t, s.DeleteBadge(ctx, ada.ID, hers.ID, noon))
		must(t, s.DeleteBadge(ctx, bob.ID, his.ID, noon.Add(time.Hour)))
		if free, err := s.PurgeDeleted(ctx, noon.Add(time.Minute)); err != nil || len(free) != 0 {
			t.Errorf("free: %q, %v", free, err)
		}
		if free, err := s.PurgeDeleted(ctx, noon.Add(2*time.Hour)); err != nil || !slices.Equal(free, []string{"shared"}) {
			t.Errorf("free: %q, %v", free, err)
		}
	})
}

func TestEvidenceOfIssuersIsHiddenByThePiece(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		b := badge(t, s, person(t, s, "ada").ID, "1")
		for _, piece := range []string{"b", "a", "b"} {
			must(t, s.HideEvidence(ctx, b.ID, piece))
		}
		for _, want := range []string{"[a b]", "[a]", "[a]"} {
			pieces, err := s.HiddenEvidence(ctx, b.ID)
			must(t, err)
			if fmt.Sprint(pieces) != want {
				t.Errorf("%q are hidden, want %s", pieces, want)
			}
			must(t, s.UnhideEvidence(ctx, b.ID, "b"))
		}
	})
}
