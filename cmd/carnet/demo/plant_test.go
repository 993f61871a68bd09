package demo

import (
	"errors"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/pkg/backpack"
	"github.com/carnetbadges/carnet/pkg/blob"
	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// packing gives Plant a backpack whose web is that of the world.
func packing(t *testing.T, w World) Pack {
	t.Helper()
	files, err := blob.Folder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return func(tx *store.Store, at time.Time) *backpack.Backpack {
		return backpack.New(backpack.Options{Store: tx, Files: files, Fetch: w.Web.Fetch, Picture: w.Web.Fetch, Now: func() time.Time { return at }})
	}
}

func TestPlantedWorldIsInTheDatabaseAsItWasPlanned(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		w := world(t)
		planted, err := w.Plant(t.Context(), s, today, packing(t, w))
		if err != nil {
			t.Fatal(err)
		}
		if people, err := s.CountPersons(t.Context()); err != nil || people != len(w.People) {
			t.Errorf("%d people, %v", people, err)
		}
		if len(planted) != len(w.Badges) {
			t.Errorf("%d badges of %d", len(planted), len(w.Badges))
		}
		for _, one := range planted {
			checkPlanted(t, s, one)
		}
		for address, answer := range w.Web {
			page, err := s.RecordedPage(t.Context(), address)
			if err != nil || page.Status != answer.Status || string(page.Body) != string(answer.Body) {
				t.Errorf("%s is not kept: %d, %v", address, page.Status, err)
			}
		}
	})
}

func checkPlanted(t *testing.T, s *store.Store, one Planted) {
	t.Helper()
	stored, err := s.Badge(t.Context(), one.Stored.PersonID, one.Stored.ID)
	if err != nil {
		t.Fatal(err)
	}
	name, state := one.Badge.Holder+" "+one.Badge.File+one.Badge.Link, "accepted"
	if one.Badge.Waiting {
		state = "pending"
	}
	if stored.Verdict != string(one.Badge.Verdict) || stored.State != state || stored.Visibility != one.Badge.Visibility {
		t.Errorf("%s is %s, %s, %s; want %s, %s, %s", name, stored.Verdict, stored.State, stored.Visibility, one.Badge.Verdict, state, one.Badge.Visibility)
	}
	if !stored.CreatedAt.Equal(one.Badge.Brought) || stored.CheckedAt == nil || !stored.CheckedAt.Equal(today) {
		t.Errorf("%s came on %v and was verified on %v; want %v, %v", name, stored.CreatedAt, stored.CheckedAt, one.Badge.Brought, today)
	}
	if stored.PictureKey == "" && one.Badge.Verdict == "genuine" {
		t.Errorf("%s has no picture", name)
	}
}

func TestEverybodyOpensWithTheDemoPassword(t *testing.T) {
	s, w := storetest.Open(t), world(t)
	if _, err := w.Plant(t.Context(), s, today, packing(t, w)); err != nil {
		t.Fatal(err)
	}
	desk := account.New(account.Options{Store: s, PublicURL: "http://localhost:8080", HashMemory: 8})
	for _, p := range w.People {
		person, err := desk.SignIn(t.Context(), p.Email, Password)
		if err != nil || person.Handle != p.Handle {
			t.Errorf("%s: %q, %v", p.Email, person.Handle, err)
		}
	}
	if admin, err := s.AnyAdmin(t.Context()); err != nil || !admin {
		t.Errorf("nobody is administrator, %v", err)
	}
}

func TestNothingIsPlantedAmongPeople(t *testing.T) {
	s, w := storetest.Open(t), world(t)
	if err := s.CreatePerson(t.Context(), &store.Person{Handle: "somebody", Name: "Somebody", Language: "en", Theme: "auto", Role: "member"}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Plant(t.Context(), s, today, packing(t, w)); !errors.Is(err, ErrNotEmpty) {
		t.Errorf("%v", err)
	}
	if kept := storetest.Ask(t, s, "SELECT url FROM recorded_pages"); len(kept) > 0 {
		t.Errorf("%d pages were kept all the same", len(kept))
	}
}

func TestHalfAWorldIsNotPlanted(t *testing.T) {
	s, w := storetest.Open(t), world(t)
	w.Badges = append(w.Badges[:2:2], Badge{Holder: "aminata-diop", File: "broken.png", Data: []byte("no badge"), Visibility: "private"})
	if _, err := w.Plant(t.Context(), s, today, packing(t, w)); err == nil {
		t.Fatal("a broken badge was brought in")
	}
	if people, err := s.CountPersons(t.Context()); err != nil || people != 0 {
		t.Errorf("%d people stayed, %v", people, err)
	}
}

func TestNobodyBringsABadgeBeforeTheyHaveItOrAPassport(t *testing.T) {
	w := world(t)
	joined := map[string]time.Time{}
	for _, p := range w.People {
		joined[p.Handle] = p.Joined
	}
	for _, b := range w.Badges {
		credential, err := openbadges.Read(t.Context(), b.brought(), w.Web.Fetch)
		if err != nil {
			t.Fatal(err)
		}
		if b.Brought.Before(joined[b.Holder]) || b.Brought.Before(credential.Badge.IssuedOn) || b.Brought.After(today.Add(-24*time.Hour)) {
			t.Errorf("%s brings %s%s on %v", b.Holder, b.File, b.Link, b.Brought)
		}
	}
}
