package passport_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/pkg/passport"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

func TestLinkShowsWhatItsHolderLetsBeSharedAndNothingElse(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		holder, member := person(t, s, "holder"), person(t, s, "member")
		office := passport.New(s)
		for _, state := range states {
			for _, visibility := range visibilities {
				b := badge(t, s, holder, state+visibility, state, visibility, false)
				link := store.ShareLink{PersonID: holder.ID, BadgeID: &b.ID, Secret: strings.ToLower(store.NewID())}
				if err := s.CreateShareLink(t.Context(), &link); err != nil {
					t.Fatal(err)
				}
				want := state == "accepted" && visibility != "private"
				for who, v := range map[string]passport.Viewer{"the holder": {PersonID: holder.ID}, "a member": {PersonID: member.ID}, "anybody": {}} {
					shared, err := office.Shared(t.Context(), v, link.Secret, now)
					if may := err == nil; may != want || !may && !errors.Is(err, passport.ErrEnded) {
						t.Errorf("%s %s: %s sees it: %v (%v)", state, visibility, who, may, err)
					}
					if err == nil && (shared.Badge.ID != b.ID || shared.Person.PasswordHash != "") {
						t.Errorf("%s %s: %+v", state, visibility, shared.Person)
					}
				}
				if err := s.DeleteBadge(t.Context(), holder.ID, b.ID, now); err != nil {
					t.Fatal(err)
				}
				if _, err := office.Shared(t.Context(), passport.Viewer{}, link.Secret, now); !errors.Is(err, passport.ErrEnded) {
					t.Errorf("%s %s, in the trash: %v", state, visibility, err)
				}
			}
		}
		if _, err := office.Shared(t.Context(), passport.Viewer{}, "no such secret", now); !errors.Is(err, passport.ErrNotFound) {
			t.Error(err)
		}
	})
}

func TestLinkEndsWhenItsHolderSaysSo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		holder, blocked, stranger := person(t, s, "holder"), person(t, s, "blocked"), person(t, s, "stranger")
		office := passport.New(s)
		b := badge(t, s, holder, "b", "accepted", "private", false)
		soon := now.Add(time.Hour)
		link, err := office.MakeLink(t.Context(), holder.ID, b.ID, passport.NewLink{Label: "  For \n work ", Expires: &soon, PasswordHash: "hash"}, now)
		if err != nil || len(link.Secret) != 26 || link.Label != "For work" {
			t.Fatalf("%+v %v", link, err)
		}
		if kept, err := s.Badge(t.Context(), holder.ID, b.ID); err != nil || kept.Visibility != store.Link {
			t.Errorf("the badge is seen by %s: %v", kept.Visibility, err)
		}
		opens := func(v passport.Viewer, at time.Time, want error) {
			t.Helper()
			if _, err := office.Shared(t.Context(), v, link.Secret, at); !errors.Is(err, want) {
				t.Errorf("%v, want %v", err, want)
			}
		}
		opens(passport.Viewer{}, now, passport.ErrLocked)
		opens(passport.Viewer{Unlocked: "another"}, now, passport.ErrLocked)
		opens(passport.Viewer{Unlocked: link.ID}, now, nil)
		opens(passport.Viewer{PersonID: holder.ID}, now, nil)
		opens(passport.Viewer{Unlocked: link.ID}, soon, passport.ErrEnded)
		if err := s.BlockPerson(t.Context(), holder.ID, blocked.ID, now); err != nil {
			t.Fatal(err)
		}
		opens(passport.Viewer{PersonID: blocked.ID, Unlocked: link.ID}, now, passport.ErrEnded)
		if err := office.WithdrawLink(t.Context(), stranger.ID, link.ID, now); !errors.Is(err, passport.ErrNotFound) {
			t.Error(err)
		}
		if err := office.WithdrawLink(t.Context(), holder.ID, link.ID, now); err != nil {
			t.Fatal(err)
		}
		opens(passport.Viewer{Unlocked: link.ID}, now, passport.ErrEnded)
		for _, other := range []store.Badge{badge(t, s, holder, "p", "pending", "private", false), badge(t, s, stranger, "s", "accepted", "public", false)} {
			if _, err := office.MakeLink(t.Context(), holder.ID, other.ID, passport.NewLink{}, now); !errors.Is(err, passport.ErrNotFound) {
				t.Errorf("a link to what is not theirs to share: %v", err)
			}
		}
	})
}

func TestOpeningIsCountedWithoutWritingAndTheMakersOwnIsNot(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		holder := person(t, s, "holder")
		office := passport.New(s)
		b := badge(t, s, holder, "b", "accepted", "public", false)
		link, err := office.MakeLink(t.Context(), holder.ID, b.ID, passport.NewLink{}, now)
		if err != nil {
			t.Fatal(err)
		}
		before := storetest.Contents(t, s)
		office.Opened(passport.Viewer{}, link)
		office.Opened(passport.Viewer{PersonID: "somebody"}, link)
		office.Opened(passport.Viewer{PersonID: holder.ID}, link)
		office.Downloaded(passport.Viewer{}, link)
		office.Downloaded(passport.Viewer{PersonID: holder.ID}, link)
		if after := storetest.Contents(t, s); after["share_opens"] != before["share_opens"] {
			t.Error("looking has written")
		}
		for range 2 {
			if err := office.WriteOpens(t.Context(), now); err != nil {
				t.Fatal(err)
			}
		}
		links, err := office.Links(t.Context(), holder.ID, b.ID)
		if err != nil || len(links) != 1 || links[0].Opens != (store.Opens{Opens: 2, Downloads: 1}) || len(links[0].Days) != 1 {
			t.Errorf("%+v %v", links, err)
		}
	})
}

func TestNobodyMakesLinksWithoutEnd(t *testing.T) {
	s := storetest.Open(t)
	holder := person(t, s, "holder")
	office := passport.New(s)
	b := badge(t, s, holder, "b", "accepted", "public", false)
	for i := range 201 {
		_, err := office.MakeLink(t.Context(), holder.ID, b.ID, passport.NewLink{}, now)
		if refused := errors.Is(err, passport.ErrTooMany); refused != (i == 200) {
			t.Fatalf("link %d: %v", i, err)
		}
	}
	if _, err := office.MakeLink(t.Context(), holder.ID, b.ID, passport.NewLink{}, now.Add(25*time.Hour)); err != nil {
		t.Errorf("a day later: %v", err)
	}
}
