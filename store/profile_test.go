package store_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

func TestProfileIsKeptAndAtFirstShowsTheNameAlone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada := person(t, s, "ada")
		p, err := s.Profile(ctx, ada.ID)
		must(t, err)
		if p.NameShown != store.Public || p.AboutShown != store.Private || p.LinksShown != store.Private || p.LanguagesShown != store.Private || p.PortraitShown != store.Private {
			t.Errorf("at first it is %+v", p)
		}
		p.About, p.Languages, p.AboutShown, p.UpdatedAt = "Weaves\x00 numbers", "en fr", store.Members, noon
		must(t, s.SaveProfile(ctx, p))
		p.About = "Weaves numbers"
		must(t, s.SaveProfile(ctx, p))
		got, err := s.Profile(ctx, ada.ID)
		must(t, err)
		if got.About != "Weaves numbers" || got.Languages != "en fr" || got.AboutShown != store.Members || !got.UpdatedAt.Equal(noon) {
			t.Errorf("kept as %+v", got)
		}
		for _, want := range [][]string{{"a", "b"}, {"c"}, nil} {
			var links []store.ProfileLink
			for _, l := range want {
				links = append(links, store.ProfileLink{Label: l, URL: "https://example.org/" + l})
			}
			must(t, s.SetProfileLinks(ctx, ada.ID, links))
			kept, err := s.ProfileLinks(ctx, ada.ID)
			must(t, err)
			var labels []string
			for _, l := range kept {
				labels = append(labels, l.Label)
			}
			if !slices.Equal(labels, want) {
				t.Errorf("links %v, want %v", labels, want)
			}
		}
	})
}

func TestPortraitTakesThePlaceOfItsDraft(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada := person(t, s, "ada")
		none := func(what string, _ []byte, err error) {
			t.Helper()
			if !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s: %v", what, err)
			}
		}
		no, err := s.Portrait(ctx, ada.ID)
		none("no portrait", no, err)
		must(t, s.SetPortraitDraft(ctx, ada.ID, []byte("draft")))
		no, err = s.Portrait(ctx, ada.ID)
		none("a draft is no portrait", no, err)
		must(t, s.SetPortrait(ctx, ada.ID, []byte("cut")))
		no, err = s.PortraitDraft(ctx, ada.ID)
		none("the draft is gone", no, err)
		must(t, s.SetPortraitDraft(ctx, ada.ID, []byte("another")))
		got, err := s.Portrait(ctx, ada.ID)
		must(t, err)
		if string(got) != "cut" {
			t.Errorf("the portrait is %q", got)
		}
		must(t, s.SetPortrait(ctx, ada.ID, nil))
		no, err = s.PortraitDraft(ctx, ada.ID)
		none("all is gone", no, err)
	})
}

func TestFormerHandleLeadsToWhoHadIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada, bob := person(t, s, "ada"), person(t, s, "bob")
		must(t, s.LeaveHandle(ctx, ada.ID, "Countess", noon))
		for handle, want := range map[string]string{"ADA": ada.ID, "countess": ada.ID, "bob": bob.ID} {
			if got, err := s.WhoHas(ctx, handle); err != nil || got != want {
				t.Errorf("%s leads to %q: %v", handle, got, err)
			}
		}
		if _, err := s.WhoHas(ctx, "nobody"); !errors.Is(err, store.ErrNotFound) {
			t.Error(err)
		}
		for since, want := range map[time.Time]int{noon: 1, noon.Add(time.Second): 0} {
			if n, err := s.HandlesLeft(ctx, ada.ID, since); err != nil || n != want {
				t.Errorf("%d left since %v: %v", n, since, err)
			}
		}
	})
}

func TestBlockIsOnesOwnAndTakenBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada, bob := person(t, s, "ada"), person(t, s, "bob")
		must(t, s.BlockPerson(ctx, ada.ID, bob.ID, noon))
		must(t, s.BlockPerson(ctx, ada.ID, bob.ID, noon))
		for pair, want := range map[[2]string]bool{{ada.ID, bob.ID}: true, {bob.ID, ada.ID}: false} {
			if got, err := s.HasBlocked(ctx, pair[0], pair[1]); err != nil || got != want {
				t.Errorf("%v: %v %v", pair, got, err)
			}
		}
		list, err := s.BlockedPeople(ctx, ada.ID)
		must(t, err)
		if len(list) != 1 || list[0].ID != bob.ID {
			t.Errorf("blocked are %v", list)
		}
		must(t, s.UnblockPerson(ctx, ada.ID, bob.ID))
		if got, err := s.HasBlocked(ctx, ada.ID, bob.ID); err != nil || got {
			t.Errorf("still blocked: %v", err)
		}
	})
}
