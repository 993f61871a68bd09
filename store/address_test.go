package store_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

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
		for _, ask := range []func(context.Context, string) (store.Claim, error){s.LatestClaim, s.Owner} {
			if claim, err := ask(ctx, "ada@example.org"); err != nil || claim.ID != "" || claim.AddressID != "" {
				t.Errorf("somebody is meant: %+v, %v", claim, err)
			}
		}
		for _, name := range []string{"cleo", "dora"} {
			joined := store.Address{PersonID: person(t, s, name).ID, Email: "ADA@example.org", Primary: true}
			must(t, s.AddAddress(ctx, &joined))
			if latest, err := s.LatestClaim(ctx, "ada@example.org"); err != nil || latest.AddressID != joined.ID {
				t.Errorf("the latest claim: %+v, %v", latest, err)
			}
		}
		typo := store.Address{PersonID: person(t, s, "emil").ID, Email: "emil@example.org", Primary: true}
		must(t, s.AddAddress(ctx, &typo))
		must(t, s.VerifyAddress(ctx, typo.PersonID, address(t, s, typo.PersonID, "right@example.org").ID, noon))
		if latest, err := s.LatestClaim(ctx, "emil@example.org"); err != nil || latest.ID != "" {
			t.Errorf("a letter to an address somebody has not proved, while they have another: %+v, %v", latest, err)
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
		mine, err := s.Owner(ctx, "ada@EXAMPLE.org")
		must(t, err)
		if latest.AddressID != hers.ID || mine.AddressID != hers.ID || mine.ID != ada.ID || mine.Email != "Ada@example.org" {
			t.Errorf("the latest claim: %+v, the owner %+v", latest, mine)
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

func TestARemovedAddressIsNobodysUntilItIsTakenBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada, bob := person(t, s, "ada"), person(t, s, "bob")
		a := store.Address{PersonID: ada.ID, Email: "Ada@old.example", VerifiedAt: &noon, CreatedAt: noon}
		must(t, s.AddAddress(ctx, &a))
		wants(t, s.RemoveAddress(ctx, bob.ID, a.ID, noon), store.ErrNotFound)
		must(t, s.RemoveAddress(ctx, ada.ID, a.ID, noon))
		wants(t, s.RemoveAddress(ctx, ada.ID, a.ID, noon), store.ErrNotFound)
		for what, err := range map[string]error{
			"by id":     second(s.AddressByID(ctx, ada.ID, a.ID)),
			"verified":  second(s.VerifiedAddress(ctx, "ada@old.example")),
			"to verify": s.VerifyAddress(ctx, ada.ID, a.ID, noon),
		} {
			if !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s: %v", what, err)
			}
		}
		for _, ask := range []func(context.Context, string) (store.Claim, error){s.LatestClaim, s.Owner} {
			if claim, err := ask(ctx, "ada@old.example"); err != nil || claim.ID != "" {
				t.Errorf("it is still claimed: %+v, %v", claim, err)
			}
		}
		live, err := s.Addresses(ctx, ada.ID)
		must(t, err)
		removed, err := s.RemovedAddresses(ctx, ada.ID)
		must(t, err)
		if known, err := s.AnyVerifiedAddress(ctx, ada.ID); known || err != nil || len(live) != 0 || len(removed) != 1 {
			t.Errorf("verified %v, %d claimed, %d removed", known, len(live), len(removed))
		}

		_, err = s.RestoreAddress(ctx, ada.ID, a.ID, noon.Add(time.Second))
		wants(t, err, store.ErrNotFound)
		his := store.Address{PersonID: bob.ID, Email: "ada@old.example", VerifiedAt: &noon, CreatedAt: noon}
		must(t, s.AddAddress(ctx, &his))
		must(t, s.Tx(ctx, func(tx *store.Store) error {
			_, err := tx.RestoreAddress(ctx, ada.ID, a.ID, noon)
			wants(t, err, store.ErrTaken)
			return tx.RemoveAddress(ctx, bob.ID, his.ID, noon)
		}))
		back, err := s.RestoreAddress(ctx, ada.ID, a.ID, noon)
		if err != nil || back.VerifiedAt == nil || back.RemovedAt != nil {
			t.Errorf("taken back: %+v %v", back, err)
		}
	})
}

func second[T any](_ T, err error) error { return err }

func TestARemovedAddressIsClaimedAnewUnderItsFormerId(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada := person(t, s, "ada")
		a := store.Address{PersonID: ada.ID, Email: "ada@old.example", VerifiedAt: &noon, CreatedAt: noon}
		must(t, s.AddAddress(ctx, &a))
		must(t, s.RemoveAddress(ctx, ada.ID, a.ID, noon))
		again := store.Address{PersonID: ada.ID, Email: "Ada@old.example", CreatedAt: noon.Add(time.Hour)}
		must(t, s.AddAddress(ctx, &again))
		got, err := s.AddressByID(ctx, ada.ID, a.ID)
		if err != nil || again.ID != a.ID || got.VerifiedAt != nil || got.Email != "Ada@old.example" {
			t.Errorf("%+v %v", got, err)
		}
	})
}

func TestOnlyAVerifiedAddressBecomesThePrimaryOneAndThatCannotBeRemoved(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada := person(t, s, "ada")
		first := store.Address{PersonID: ada.ID, Email: "a@example.org", Primary: true, VerifiedAt: &noon, CreatedAt: noon}
		must(t, s.AddAddress(ctx, &first))
		next := address(t, s, ada.ID, "b@example.org")
		wants(t, s.ChoosePrimary(ctx, ada.ID, next.ID), store.ErrNotFound)
		must(t, s.VerifyAddress(ctx, ada.ID, next.ID, noon))
		must(t, s.ChoosePrimary(ctx, ada.ID, next.ID))
		all, err := s.Addresses(ctx, ada.ID)
		must(t, err)
		if len(all) != 2 || all[0].ID != next.ID || !all[0].Primary || all[1].Primary {
			t.Errorf("%+v", all)
		}
		wants(t, s.RemoveAddress(ctx, ada.ID, next.ID, noon), store.ErrNotFound)
	})
}

func TestARemovedAddressIsForgottenUnlessABadgeWasMadeOutToIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada := person(t, s, "ada")
		used, unused := address(t, s, ada.ID, "a@example.org"), address(t, s, ada.ID, "b@example.org")
		for i, state := range []string{"accepted", "pending", "pending"} {
			b := store.Badge{PersonID: ada.ID, CredentialKey: fmt.Sprint(i), State: state, Visibility: "private", AddressID: &used.ID, Document: []byte("{}")}
			must(t, s.CreateBadge(ctx, &b))
		}
		uses, err := s.AddressUses(ctx, ada.ID)
		if err != nil || len(uses) != 1 || uses[used.ID] != (store.AddressUse{Accepted: 1, Waiting: 2}) {
			t.Errorf("%+v %v", uses, err)
		}
		must(t, s.RemoveAddress(ctx, ada.ID, used.ID, noon))
		must(t, s.RemoveAddress(ctx, ada.ID, unused.ID, noon))
		must(t, s.PurgeAddresses(ctx, noon))
		if left, _ := s.RemovedAddresses(ctx, ada.ID); len(left) != 2 {
			t.Errorf("%d left before their time", len(left))
		}
		must(t, s.PurgeAddresses(ctx, noon.Add(time.Hour)))
		if left, _ := s.RemovedAddresses(ctx, ada.ID); len(left) != 1 || left[0].ID != used.ID {
			t.Errorf("%+v left", left)
		}
	})
}
