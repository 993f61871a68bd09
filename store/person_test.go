package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

func TestPersonIsFoundAsKept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		later := noon.In(time.FixedZone("away", 3600)).Add(time.Hour)
		p := store.Person{
			Handle: "Ada", Name: "Ada Löveläce", Language: "fr", Theme: "dark", PasswordHash: "$argon2id$", Role: "admin",
			CreatedAt: noon, UpdatedAt: later, DisabledAt: &later,
		}
		must(t, s.CreatePerson(ctx, &p))
		for name, find := range map[string]func() (store.Person, error){
			"id":             func() (store.Person, error) { return s.Person(ctx, p.ID) },
			"handle":         func() (store.Person, error) { return s.PersonByHandle(ctx, "Ada") },
			"handle in caps": func() (store.Person, error) { return s.PersonByHandle(ctx, "ADA") },
		} {
			got, err := find()
			must(t, err)
			if got.DisabledAt == nil || !got.DisabledAt.Equal(later) || got.DisabledAt.Location() != time.UTC {
				t.Errorf("by %s: disabled at %v, want %v in UTC", name, got.DisabledAt, later)
			}
			got.DisabledAt = p.DisabledAt
			if got != p {
				t.Errorf("by %s: got %+v, want %+v", name, got, p)
			}
		}
		_, err := s.PersonByHandle(ctx, "bob")
		wants(t, err, store.ErrNotFound)
	})
}

// ASVS: V2.3.4
func TestHandleIsHadOnceWhateverItsCase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ends := together(20, func(i int) error {
			p := store.Person{Handle: []string{"ada", "Ada", "ADA"}[i%3], Language: "en", Theme: "auto", Role: "member"}
			return s.CreatePerson(ctx, &p)
		})
		if ends[nil] != 1 || ends[store.ErrTaken] != 19 {
			t.Errorf("ends: %v", ends)
		}
	})
}

func TestUpdatePersonKeepsEmptyFieldsToo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		p := person(t, s, "ada")
		person(t, s, "bob")
		p.Name, p.Theme, p.PasswordHash, p.UpdatedAt = "", "light", "x", noon.Add(time.Minute)
		must(t, s.UpdatePerson(ctx, &p))
		got, err := s.Person(ctx, p.ID)
		must(t, err)
		if got != p {
			t.Errorf("got %+v, want %+v", got, p)
		}
		p.Handle = "BOB"
		wants(t, s.UpdatePerson(ctx, &p), store.ErrTaken)
		p.ID = store.NewID()
		wants(t, s.UpdatePerson(ctx, &p), store.ErrNotFound)
	})
}

func TestPersonMustBeWhole(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for name, p := range map[string]store.Person{
			"handle":   {Language: "en", Theme: "auto", Role: "member"},
			"language": {Handle: "a", Language: "xx", Theme: "auto", Role: "member"},
			"theme":    {Handle: "a", Language: "en", Theme: "neon", Role: "member"},
			"role":     {Handle: "a", Language: "en", Theme: "auto", Role: "king"},
		} {
			if err := s.CreatePerson(ctx, &p); err == nil {
				t.Errorf("a person with a bad %s is kept", name)
			}
		}
	})
}

func TestAnyAdminCountsOnlyThoseWhoMayAct(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		has := func(want bool) {
			t.Helper()
			if any, err := s.AnyAdmin(ctx); err != nil || any != want {
				t.Errorf("any admin: %v, %v; want %v", any, err, want)
			}
		}
		p := person(t, s, "ada")
		has(false)
		p.Role = "admin"
		must(t, s.UpdatePerson(ctx, &p))
		has(true)
		p.DisabledAt = &noon
		must(t, s.UpdatePerson(ctx, &p))
		has(false)
		for i := range 3 {
			person(t, s, fmt.Sprint("p", i))
		}
		if n, err := s.CountPersons(ctx); err != nil || n != 4 {
			t.Errorf("%d people, %v", n, err)
		}
	})
}
