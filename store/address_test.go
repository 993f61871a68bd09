package store_test

import (
	"fmt"
	"testing"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

func TestEmailKeyIgnoresCaseComposingAndSpace(t *testing.T) {
	for typed, want := range map[string]string{
		" Ada@Example.ORG ": "ada@example.org",
		"Zoe\u0308@x.org":   "zo\u00eb@x.org",
		"ZO\u00cb@x.org":    "zo\u00eb@x.org",
	} {
		if got := store.EmailKey(typed); got != want || store.EmailKey(got) != got {
			t.Errorf("%q: got %q, want %q", typed, got, want)
		}
	}
}

func TestAddressIsItsPersons(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada, bob := person(t, s, "ada"), person(t, s, "bob")
		a := store.Address{PersonID: ada.ID, Email: "Ada@Example.org", Primary: true, CreatedAt: noon}
		must(t, s.AddAddress(ctx, &a))
		got, err := s.AddressByID(ctx, ada.ID, a.ID)
		must(t, err)
		if got != a || got.EmailKey != "ada@example.org" {
			t.Errorf("got %+v, want %+v", got, a)
		}
		_, err = s.AddressByID(ctx, bob.ID, a.ID)
		wants(t, err, store.ErrNotFound)
		wants(t, s.VerifyAddress(ctx, bob.ID, a.ID, noon), store.ErrNotFound)

		same := store.Address{PersonID: ada.ID, Email: "ADA@example.org"}
		wants(t, s.AddAddress(ctx, &same), store.ErrTaken)
		second := store.Address{PersonID: ada.ID, Email: "other@example.org", Primary: true}
		wants(t, s.AddAddress(ctx, &second), store.ErrTaken)
		address(t, s, ada.ID, "b@example.org")
		all, err := s.Addresses(ctx, ada.ID)
		must(t, err)
		if len(all) != 2 || all[0] != a {
			t.Errorf("addresses: %+v", all)
		}
	})
}

func TestUnverifiedClaimBlocksNobody(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada, bob := person(t, s, "ada"), person(t, s, "bob")
		squat := address(t, s, bob.ID, "ada@example.org")
		hers := address(t, s, ada.ID, "Ada@example.org")
		_, err := s.VerifiedAddress(ctx, "ada@example.org")
		wants(t, err, store.ErrNotFound)
		_, err = s.LatestClaim(ctx, "ada@example.org")
		wants(t, err, store.ErrNotFound)
		for _, name := range []string{"cleo", "dora"} {
			joined := store.Address{PersonID: person(t, s, name).ID, Email: "ADA@example.org", Primary: true}
			must(t, s.AddAddress(ctx, &joined))
			if latest, err := s.LatestClaim(ctx, "ada@example.org"); err != nil || latest.ID != joined.ID {
				t.Errorf("the latest claim: %+v, %v", latest, err)
			}
		}
		if any, err := s.AnyVerifiedAddress(ctx, ada.ID); any || err != nil {
			t.Errorf("verified before: %v, %v", any, err)
		}

		must(t, s.VerifyAddress(ctx, ada.ID, hers.ID, noon))
		must(t, s.VerifyAddress(ctx, ada.ID, hers.ID, noon.AddDate(0, 0, 1)))
		owner, err := s.VerifiedAddress(ctx, "ADA@example.org")
		must(t, err)
		if owner.PersonID != ada.ID || owner.VerifiedAt == nil || !owner.VerifiedAt.Equal(noon) {
			t.Errorf("owner: %+v", owner)
		}
		latest, err := s.LatestClaim(ctx, "ada@example.org")
		must(t, err)
		if latest.ID != hers.ID {
			t.Errorf("the latest claim: %+v", latest)
		}
		if any, err := s.AnyVerifiedAddress(ctx, ada.ID); !any || err != nil {
			t.Errorf("verified: %v, %v", any, err)
		}
		wants(t, s.VerifyAddress(ctx, bob.ID, squat.ID, noon), store.ErrTaken)
	})
}

func TestAddressIsVerifiedByOneOfManyAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		const people = 12
		ids, claims := make([]string, people), make([]string, people)
		for i := range people {
			ids[i] = person(t, s, fmt.Sprint("p", i)).ID
			claims[i] = address(t, s, ids[i], "same@example.org").ID
		}
		other := storetest.Beside(t, s)
		ends := together(people, func(i int) error {
			via := []*store.Store{s, other}[i%2]
			return via.Tx(ctx, func(tx *store.Store) error { return tx.VerifyAddress(ctx, ids[i], claims[i], noon) })
		})
		if ends[nil] != 1 || ends[store.ErrTaken] != people-1 {
			t.Errorf("ends: %v", ends)
		}
	})
}

func TestTransactionGoesOnAfterSomebodyElseVerified(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada, bob := person(t, s, "ada"), person(t, s, "bob")
		his, hers := address(t, s, bob.ID, "x@example.org"), address(t, s, ada.ID, "x@example.org")
		must(t, s.VerifyAddress(ctx, ada.ID, hers.ID, noon))
		must(t, s.Tx(ctx, func(tx *store.Store) error {
			wants(t, tx.VerifyAddress(ctx, bob.ID, his.ID, noon), store.ErrTaken)
			address(t, tx, bob.ID, "y@example.org")
			return nil
		}))
		if all, err := s.Addresses(ctx, bob.ID); err != nil || len(all) != 2 {
			t.Errorf("%v, %v", all, err)
		}
	})
}
