package passport_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/pkg/passport"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

var (
	now          = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	states       = []string{"accepted", "pending", "refused"}
	visibilities = []string{"private", "link", "members", "public"}
)

// want is the rule once more, in the words of the product: every combination is held against it.
func want(viewer, state, visibility string, deleted bool) bool {
	switch {
	case viewer == "holder":
		return true
	case state != "accepted" || deleted:
		return false
	case visibility == "public":
		return true
	}
	return visibility == "members" && viewer == "member"
}

func person(t *testing.T, s *store.Store, handle string) store.Person {
	t.Helper()
	p := store.Person{Handle: handle, Name: handle, Language: "en", Theme: "auto", Role: "member", PasswordHash: "secret", CreatedAt: now, UpdatedAt: now}
	if err := s.CreatePerson(t.Context(), &p); err != nil {
		t.Fatal(err)
	}
	if err := s.AddAddress(t.Context(), &store.Address{PersonID: p.ID, Email: handle + "@example.org", Primary: true, VerifiedAt: &now, CreatedAt: now}); err != nil {
		t.Fatal(err)
	}
	return p
}

func badge(t *testing.T, s *store.Store, holder store.Person, key, state, visibility string, deleted bool) store.Badge {
	t.Helper()
	b := store.Badge{PersonID: holder.ID, CredentialKey: key, State: state, Visibility: visibility, Name: key, Document: []byte("{}"), CreatedAt: now}
	if err := s.CreateBadge(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	if deleted {
		if err := s.DeleteBadge(t.Context(), holder.ID, b.ID, now); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

// ASVS: V8.2.2, V8.3.1
func TestEverybodySeesWhatTheHolderChoseAndNothingElse(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		holder, member := person(t, s, "holder"), person(t, s, "member")
		office := passport.New(s)
		viewers := map[string]passport.Viewer{"holder": {PersonID: holder.ID}, "member": {PersonID: member.ID}, "anybody": {}}
		seen, asked := 0, 0
		for _, state := range states {
			for _, visibility := range visibilities {
				for _, deleted := range []bool{false, true} {
					name := fmt.Sprintf("%s %s deleted=%v", state, visibility, deleted)
					b := badge(t, s, holder, name, state, visibility, deleted)
					for who, viewer := range viewers {
						asked++
						got, of, err := office.Badge(t.Context(), viewer, b.ID)
						may := err == nil
						if who == "anybody" && may != passport.OpenToAll(b) && !deleted {
							t.Errorf("%s: open to all and not seen, or seen and not open", name)
						}
						if may != want(who, state, visibility, deleted) {
							t.Errorf("%s: the %s sees it: %v (%v)", name, who, may, err)
						}
						if may && (got.ID != b.ID || of.ID != holder.ID || of.PasswordHash != "") {
							t.Errorf("%s: the %s sees %s of %s", name, who, got.ID, of.Handle)
						}
						if !may && (!errors.Is(err, passport.ErrNotFound) || got.ID != "" || of.ID != "") {
							t.Errorf("%s: the %s is told %v %v", name, who, err, got)
						}
						if may {
							seen++
						}
					}
				}
			}
		}
		if asked != 72 || seen != 24+2+1 {
			t.Errorf("%d asked, %d seen", asked, seen)
		}
	})
}

// ASVS: V16.5.3
func TestUnknownWordsShowNothing(t *testing.T) {
	for _, b := range []store.Badge{
		{PersonID: "a", State: "accepted", Visibility: ""},
		{PersonID: "a", State: "accepted", Visibility: "PUBLIC"},
		{PersonID: "a", State: "", Visibility: "public"},
		{PersonID: "", State: "pending", Visibility: "private"},
	} {
		for _, v := range []passport.Viewer{{}, {PersonID: "b"}} {
			if passport.MaySee(v, b) {
				t.Errorf("%+v sees %+v", v, b)
			}
		}
	}
}

// ASVS: V8.2.3, V15.3.1
func TestPassportShowsAndCountsOnlyWhatTheViewerMaySee(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		holder, member := person(t, s, "Holder"), person(t, s, "member")
		for i := range 30 {
			badge(t, s, holder, fmt.Sprint("public", i), "accepted", "public", false)
		}
		for i, visibility := range []string{"members", "members", "private", "link"} {
			badge(t, s, holder, fmt.Sprint(visibility, i), "accepted", visibility, false)
			badge(t, s, holder, fmt.Sprint(visibility, i, "waiting"), "pending", visibility, false)
			badge(t, s, holder, fmt.Sprint(visibility, i, "deleted"), "accepted", visibility, true)
		}
		badge(t, s, holder, "public pending", "pending", "public", false)
		badge(t, s, holder, "public deleted", "accepted", "public", true)
		office := passport.New(s)
		for _, row := range []struct {
			viewer        passport.Viewer
			count, public int
		}{
			{passport.Viewer{}, 30, 30},
			{passport.Viewer{PersonID: member.ID}, 32, 30},
			{passport.Viewer{PersonID: holder.ID}, 32, 30},
		} {
			got, after := 0, ""
			for range 3 {
				shown, err := office.Person(t.Context(), row.viewer, "holder", after)
				if err != nil {
					t.Fatal(err)
				}
				if shown.Count != row.count || shown.Public != row.public || shown.Person.PasswordHash != "" {
					t.Errorf("%+v: %d, %d public", row.viewer, shown.Count, shown.Public)
				}
				for _, b := range shown.Badges {
					if !passport.MaySee(passport.Viewer{PersonID: row.viewer.PersonID}, b) {
						t.Errorf("%+v is shown %s", row.viewer, b.Name)
					}
				}
				got += len(shown.Badges)
				if after = shown.Next; after == "" {
					break
				}
			}
			if got != row.count {
				t.Errorf("%+v is shown %d of %d", row.viewer, got, row.count)
			}
		}
	})
}

func TestPassportOfNobodyAndOfTheDisabledIsNotFound(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		holder := person(t, s, "holder")
		b := badge(t, s, holder, "k", "accepted", "public", false)
		office := passport.New(s)
		holder.DisabledAt = &now
		if err := s.UpdatePerson(t.Context(), &holder); err != nil {
			t.Fatal(err)
		}
		for _, handle := range []string{"holder", "nobody", ""} {
			if _, err := office.Person(t.Context(), passport.Viewer{}, handle, ""); !errors.Is(err, passport.ErrNotFound) {
				t.Errorf("%q: %v", handle, err)
			}
		}
		for _, id := range []string{b.ID, store.NewID(), ""} {
			if _, _, err := office.Badge(t.Context(), passport.Viewer{}, id); !errors.Is(err, passport.ErrNotFound) {
				t.Errorf("%q: %v", id, err)
			}
		}
	})
}

func TestWhoHasProvedNoAddressIsSeenByNobodyElse(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		claimant := store.Person{Handle: "claimant", Name: "Claimant", Language: "en", Theme: "auto", Role: "admin", CreatedAt: now, UpdatedAt: now}
		if err := s.CreatePerson(t.Context(), &claimant); err != nil {
			t.Fatal(err)
		}
		if err := s.AddAddress(t.Context(), &store.Address{PersonID: claimant.ID, Email: "claimant@example.org", Primary: true, CreatedAt: now}); err != nil {
			t.Fatal(err)
		}
		b, member, office := badge(t, s, claimant, "k", "accepted", "public", false), person(t, s, "member"), passport.New(s)
		for viewer, want := range map[passport.Viewer]error{{}: passport.ErrNotFound, {PersonID: member.ID}: passport.ErrNotFound, {PersonID: claimant.ID}: nil} {
			if _, err := office.Person(t.Context(), viewer, "claimant", ""); !errors.Is(err, want) {
				t.Errorf("%+v asks for the passport: %v", viewer, err)
			}
			if _, _, err := office.Badge(t.Context(), viewer, b.ID); !errors.Is(err, want) {
				t.Errorf("%+v asks for the badge: %v", viewer, err)
			}
		}
	})
}

func TestLookingChangesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		holder := person(t, s, "holder")
		b := badge(t, s, holder, "k", "accepted", "private", false)
		office := passport.New(s)
		for _, v := range []passport.Viewer{{}, {PersonID: holder.ID}} {
			_, _, err := office.Badge(t.Context(), v, b.ID)
			if (err == nil) != (v.PersonID != "") {
				t.Error(err)
			}
			if _, err := office.Person(t.Context(), v, "holder", ""); err != nil {
				t.Error(err)
			}
		}
		got, err := s.Badge(t.Context(), holder.ID, b.ID)
		if err != nil || got.Visibility != "private" || !got.UpdatedAt.Equal(b.UpdatedAt) {
			t.Errorf("%+v %v", got, err)
		}
	})
}
