package passport_test

import (
	"errors"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/pkg/passport"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// TestLinkToAPassportShowsWhatIsShownByLinkAtLeast, of its maker's alone, to whoever has it.
func TestLinkToAPassportShowsWhatIsShownByLinkAtLeast(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		holder, member, stranger := person(t, s, "holder"), person(t, s, "member"), person(t, s, "stranger")
		office, want := passport.New(s), 0
		link, err := office.MakePassportLink(t.Context(), holder.ID, passport.NewLink{Label: "Work"}, now)
		if err != nil || !link.Passport {
			t.Fatalf("%+v %v", link, err)
		}
		viewers := map[string]passport.Viewer{"the holder": {PersonID: holder.ID}, "a member": {PersonID: member.ID}, "anybody": {}}
		others := []store.Badge{badge(t, s, stranger, "theirs", "accepted", "public", false), badge(t, s, holder, "gone", "accepted", "public", true)}
		sees := func(b store.Badge, may bool) {
			t.Helper()
			for who, v := range viewers {
				got, err := office.SharedIn(t.Context(), v, link.Secret, func(store.ShareLink) string { return b.ID }, now)
				if may != (err == nil) || err == nil && got.Badge.ID != b.ID || err != nil && !errors.Is(err, passport.ErrEnded) {
					t.Errorf("%s %s: %s sees it: %v", b.State, b.Visibility, who, err)
				}
			}
		}
		for _, state := range states {
			for _, visibility := range visibilities {
				b := badge(t, s, holder, state+visibility, state, visibility, false)
				may := state == "accepted" && visibility != "private"
				if may {
					want++
				}
				sees(b, may)
			}
		}
		for _, b := range others {
			sees(b, false)
		}
		for who, v := range viewers {
			shown, err := office.SharedPassport(t.Context(), v, link.Secret, "", now)
			if err != nil || shown.Count != want || len(shown.Badges) != want || shown.Person.PasswordHash != "" {
				t.Errorf("%s sees %d of %d: %v", who, shown.Count, want, err)
			}
		}
		if counts, err := office.ByLink(t.Context(), holder.ID); err != nil || counts["link"] != 1 || counts["private"] != 0 {
			t.Errorf("it is said to show %v: %v", counts, err)
		}
		seen := passport.Viewer{}
		if err := office.WithdrawLink(t.Context(), holder.ID, link.ID, now); err != nil {
			t.Fatal(err)
		}
		if _, err := office.SharedPassport(t.Context(), seen, link.Secret, "", now); !errors.Is(err, passport.ErrEnded) {
			t.Error(err)
		}
		if _, err := office.SharedPortrait(t.Context(), seen, link.Secret, now); !errors.Is(err, passport.ErrEnded) {
			t.Error(err)
		}
	})
}

// TestLinkToAPassportShowsTheCollectionsThatAreSectionsOfIt, and only those that are shown by link at least.
func TestLinkToAPassportShowsTheCollectionsThatAreSectionsOfIt(t *testing.T) {
	s := storetest.Open(t)
	holder, stranger := person(t, s, "holder"), person(t, s, "stranger")
	office := passport.New(s)
	b := badge(t, s, holder, "b", "accepted", "link", false)
	link, err := office.MakePassportLink(t.Context(), holder.ID, passport.NewLink{PasswordHash: "hash"}, now)
	if err != nil {
		t.Fatal(err)
	}
	opens := passport.Viewer{Unlocked: link.ID}
	for _, visibility := range visibilities {
		for _, in := range []bool{true, false} {
			wish := passport.Wish{Title: visibility, Cover: store.CoverNone, Layout: store.LayoutWall, Visibility: visibility, InPassport: in}
			c, err := office.MakeCollection(t.Context(), holder.ID, wish, []string{b.ID}, now)
			if err != nil {
				t.Fatal(err)
			}
			shown, err := office.SharedCollection(t.Context(), opens, link.Secret, c.ID, now)
			if may := in && visibility != "private"; may != (err == nil) || may && len(shown.Badges) != 1 || !may && !errors.Is(err, passport.ErrEnded) {
				t.Errorf("%s, a section: %v: %d badges, %v", visibility, in, len(shown.Badges), err)
			}
			if _, err := office.SharedCollection(t.Context(), passport.Viewer{}, link.Secret, c.ID, now); !errors.Is(err, passport.ErrLocked) {
				t.Errorf("without the password: %v", err)
			}
		}
	}
	theirs, err := office.MakeCollection(t.Context(), stranger.ID, passport.Wish{Title: "x", Cover: store.CoverNone, Layout: store.LayoutWall, Visibility: "public", InPassport: true}, nil, now)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := office.SharedCollection(t.Context(), opens, link.Secret, theirs.ID, now); !errors.Is(err, passport.ErrEnded) {
		t.Errorf("somebody else's: %v", err)
	}
	whole, err := office.SharedPassport(t.Context(), opens, link.Secret, "", now)
	sections := 0
	for _, one := range whole.Sections {
		if one.Collection != nil {
			sections++
		}
	}
	if err != nil || sections != 3 {
		t.Errorf("%d collections are sections: %v", sections, err)
	}
	if err := s.BlockPerson(t.Context(), holder.ID, stranger.ID, now); err != nil {
		t.Fatal(err)
	}
	if _, err := office.SharedPassport(t.Context(), passport.Viewer{PersonID: stranger.ID, Unlocked: link.ID}, link.Secret, "", now); !errors.Is(err, passport.ErrEnded) {
		t.Errorf("somebody blocked: %v", err)
	}
	if _, err := office.SharedPassport(t.Context(), opens, link.Secret, "", now.Add(time.Hour)); err != nil {
		t.Error(err)
	}
}
