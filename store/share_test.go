package store_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

func shareLink(t *testing.T, s *store.Store, b store.Badge, n int) store.ShareLink {
	t.Helper()
	l := store.ShareLink{PersonID: b.PersonID, BadgeID: &b.ID, Secret: fmt.Sprintf("%026d", n), Label: "For\x00 work", CreatedAt: noon.Add(time.Duration(n) * time.Minute)}
	must(t, s.CreateShareLink(ctx, &l))
	return l
}

func TestShareLinkLivesUntilItsMakerWithdrawsIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada, bob := person(t, s, "ada"), person(t, s, "bob")
		b := badge(t, s, ada.ID, "1")
		first, second := shareLink(t, s, b, 1), shareLink(t, s, b, 2)
		got, err := s.ShareLink(ctx, first.Secret)
		must(t, err)
		if got.ID != first.ID || got.Label != "For work" || *got.BadgeID != b.ID {
			t.Errorf("found %+v", got)
		}
		if _, err := s.ShareLink(ctx, strings.Repeat("x", 26)); !errors.Is(err, store.ErrNotFound) {
			t.Error(err)
		}
		if err := s.WithdrawShareLink(ctx, bob.ID, first.ID, noon); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("somebody else's: %v", err)
		}
		must(t, s.WithdrawShareLink(ctx, ada.ID, first.ID, noon))
		must(t, s.WithdrawShareLink(ctx, ada.ID, first.ID, noon.Add(time.Hour)))
		got, err = s.ShareLink(ctx, first.Secret)
		must(t, err)
		if got.WithdrawnAt == nil || !got.WithdrawnAt.Equal(noon) {
			t.Errorf("withdrawn at %v", got.WithdrawnAt)
		}
		for who, want := range map[string]int{ada.ID: 1, bob.ID: 0} {
			list, err := s.ShareLinksOf(ctx, who, b.ID)
			must(t, err)
			if len(list) != want || want == 1 && list[0].ID != second.ID {
				t.Errorf("%d links are listed", len(list))
			}
		}
		if n, err := s.CountShareLinks(ctx, ada.ID, noon.Add(2*time.Minute)); err != nil || n != 1 {
			t.Errorf("%d made: %v", n, err)
		}
	})
}

func TestOpeningsAreCountedByDayAndByNothingElse(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada := person(t, s, "ada")
		l := shareLink(t, s, badge(t, s, ada.ID, "1"), 1)
		for day, opens := range []int{2, 3, 4} {
			must(t, s.CountOpens(ctx, l.ID, noon.AddDate(0, 0, day/2), store.Opens{Opens: opens, Downloads: 1}))
		}
		must(t, s.CountOpens(ctx, store.NewID(), noon, store.Opens{Opens: 1}))
		days, err := s.OpensOf(ctx, l.ID, 10)
		must(t, err)
		if len(days) != 2 || days[0].Opens != 4 || days[1].Opens != 5 || days[1].Downloads != 2 || days[0].Day <= days[1].Day {
			t.Errorf("counted %v", days)
		}
		all, err := s.OpensInAll(ctx, []string{l.ID, "x"})
		must(t, err)
		if len(all) != 1 || all[l.ID] != (store.Opens{Opens: 9, Downloads: 3}) {
			t.Errorf("in all %v", all)
		}
	})
}

// TestLinkToAPassportIsListedForItsMakerAlone, beside those to other things.
func TestLinkToAPassportIsListedForItsMakerAlone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada, bob := person(t, s, "ada"), person(t, s, "bob")
		shareLink(t, s, badge(t, s, ada.ID, "1"), 1)
		whole := store.ShareLink{PersonID: ada.ID, Passport: true, Secret: strings.Repeat("p", 26), CreatedAt: noon}
		must(t, s.CreateShareLink(ctx, &whole))
		for who, want := range map[string]int{ada.ID: 1, bob.ID: 0} {
			list, err := s.ShareLinksToPassport(ctx, who)
			must(t, err)
			if len(list) != want || want == 1 && (list[0].ID != whole.ID || !list[0].Passport) {
				t.Errorf("listed %+v", list)
			}
		}
		must(t, s.WithdrawShareLink(ctx, ada.ID, whole.ID, noon))
		if list, err := s.ShareLinksToPassport(ctx, ada.ID); err != nil || len(list) != 0 {
			t.Errorf("withdrawn: %+v %v", list, err)
		}
	})
}

// TestWhatBadgesAreMadeOutToCountsThoseThatAreShown so and no others.
func TestWhatBadgesAreMadeOutToCountsThoseThatAreShown(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada := person(t, s, "ada")
		made := map[string]string{}
		for i, visibility := range []string{"private", "link", "public", "public"} {
			a := store.Address{PersonID: ada.ID, Email: fmt.Sprintf("ada%d@x.example", i), CreatedAt: noon}
			must(t, s.AddAddress(ctx, &a))
			b := badge(t, s, ada.ID, fmt.Sprint(i))
			b.AddressID, b.Visibility, b.State = &a.ID, visibility, store.Accepted
			if i == 3 {
				b.DeletedAt = &noon
			}
			must(t, s.UpdateBadge(ctx, &b))
			made[a.ID] = visibility
			ids, err := s.MadeOutTo(ctx, ada.ID, []string{"link", "public"})
			must(t, err)
			if len(ids) != min(i, 2) {
				t.Errorf("after %d: %v of %v", i, ids, made)
			}
		}
	})
}

func TestPageOfAnIssuerIsRememberedForOnePerson(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada, bob := person(t, s, "ada"), person(t, s, "bob")
		for _, page := range []string{"1", "1234", ""} {
			must(t, s.SetLinkedInPage(ctx, ada.ID, "https://issuer.example", page))
			got, err := s.LinkedInPage(ctx, ada.ID, "https://issuer.example")
			must(t, err)
			other, err := s.LinkedInPage(ctx, bob.ID, "https://issuer.example")
			must(t, err)
			if got != page || other != "" {
				t.Errorf("kept %q for ada, %q for bob; want %q", got, other, page)
			}
		}
	})
}
