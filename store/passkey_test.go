package store_test

import (
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

func passkey(t testing.TB, s *store.Store, person, credential string) store.Passkey {
	t.Helper()
	p := store.Passkey{PersonID: person, CredentialID: []byte(credential), PublicKey: []byte("key"), Name: "one", Transports: "internal hybrid"}
	must(t, s.AddPasskey(ctx, &p))
	return p
}

func TestAPasskeyIsOnePersonsAndCounts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada, bob := person(t, s, "ada"), person(t, s, "bob")
		laptop, phone := passkey(t, s, ada.ID, "laptop\x00"), passkey(t, s, ada.ID, "phone")
		wants(t, s.AddPasskey(ctx, &store.Passkey{PersonID: bob.ID, CredentialID: []byte("phone"), PublicKey: []byte("his"), Name: "x"}), store.ErrTaken)
		must(t, s.UsePasskey(ctx, laptop.ID, 1<<32-1, noon))
		found, err := s.PasskeyByCredential(ctx, []byte("laptop\x00"))
		must(t, err)
		if found.PersonID != ada.ID || found.SignCount != 1<<32-1 || !found.LastUsedAt.Equal(noon) || string(found.PublicKey) != "key" || found.Transports != "internal hybrid" {
			t.Errorf("found %+v", found)
		}
		wants(t, s.RenamePasskey(ctx, bob.ID, phone.ID, "his"), store.ErrNotFound)
		wants(t, s.DropPasskey(ctx, bob.ID, phone.ID), store.ErrNotFound)
		must(t, s.RenamePasskey(ctx, ada.ID, phone.ID, "Telephone"))
		all, err := s.Passkeys(ctx, ada.ID)
		must(t, err)
		if len(all) != 2 || all[1].Name != "Telephone" {
			t.Errorf("all: %+v", all)
		}
		must(t, s.DropPasskey(ctx, ada.ID, phone.ID))
		_, err = s.PasskeyByCredential(ctx, []byte("phone"))
		wants(t, err, store.ErrNotFound)
	})
}

func TestAPasskeyIsOfferedUntilThereIsOneOrItWasDeclined(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada, bob := person(t, s, "ada"), person(t, s, "bob")
		for _, p := range []store.Person{ada, bob} {
			if wanted, err := s.WantsPasskeyOffer(ctx, p.ID); err != nil || !wanted {
				t.Errorf("%s: %v %v", p.Handle, wanted, err)
			}
		}
		passkey(t, s, ada.ID, "laptop")
		must(t, s.DeclinePasskey(ctx, bob.ID, noon))
		must(t, s.DeclinePasskey(ctx, bob.ID, noon.Add(time.Hour)))
		for _, p := range []store.Person{ada, bob} {
			if wanted, err := s.WantsPasskeyOffer(ctx, p.ID); err != nil || wanted {
				t.Errorf("%s: %v %v", p.Handle, wanted, err)
			}
		}
	})
}
