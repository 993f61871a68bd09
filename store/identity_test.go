package store_test

import (
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

func TestAnIdentityIsHadOnceWhoeverAsksForIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		people := []store.Person{person(t, s, "ada"), person(t, s, "bob")}
		ends := together(20, func(i int) error {
			return s.AddIdentity(ctx, &store.Identity{PersonID: people[i%2].ID, Provider: "oidc", Issuer: "https://id.example", Subject: "7", LinkedAt: noon})
		})
		if ends[nil] != 1 || ends[store.ErrTaken] != 19 {
			t.Errorf("ends: %v", ends)
		}
		for _, other := range [][2]string{{"https://id.example", "07"}, {"https://id.example", "7 "}, {"https://ID.example", "7"}, {"https://id.example/", "7"}} {
			must(t, s.AddIdentity(ctx, &store.Identity{PersonID: people[0].ID, Provider: "oidc", Issuer: other[0], Subject: other[1]}))
		}
	})
}

func TestIdentitiesAreTheirPersonsAndGoWithThem(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada, bob := person(t, s, "ada"), person(t, s, "bob")
		first := store.Identity{PersonID: ada.ID, Provider: "github", Issuer: "https://github.com", Subject: "1", Account: "ada", LinkedAt: noon}
		second := store.Identity{PersonID: ada.ID, Provider: "oidc", Issuer: "https://id.example", Subject: "1", LinkedAt: noon.Add(time.Hour)}
		must(t, s.AddIdentity(ctx, &second))
		must(t, s.AddIdentity(ctx, &first))
		must(t, s.UseIdentity(ctx, first.ID, "ada-lovelace", noon.Add(2*time.Hour)))
		found, err := s.Identities(ctx, ada.ID)
		must(t, err)
		if len(found) != 2 || found[0].ID != first.ID || found[0].Account != "ada-lovelace" || !found[0].LastUsedAt.Equal(noon.Add(2*time.Hour)) {
			t.Errorf("found %+v", found)
		}
		wants(t, s.DropIdentity(ctx, bob.ID, first.ID), store.ErrNotFound)
		must(t, s.DropIdentity(ctx, ada.ID, first.ID))
		wants(t, s.UseIdentity(ctx, first.ID, "ada", noon), store.ErrNotFound)
		_, err = s.IdentityOf(ctx, "https://github.com", "1")
		wants(t, err, store.ErrNotFound)
		got, err := s.IdentityOf(ctx, "https://id.example", "1")
		must(t, err)
		if got.PersonID != ada.ID {
			t.Errorf("the identity is %s's", got.PersonID)
		}
	})
}

func TestAVisitEndsOnceAtItsOwnProviderAndInTime(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		hash := strings.Repeat("a", 64)
		must(t, s.CreateVisit(ctx, &store.ProviderVisit{StateHash: hash, Provider: "oidc", Nonce: "n", Verifier: "v", Onward: "/badges", ExpiresAt: noon.Add(10 * time.Minute)}))
		_, err := s.EndVisit(ctx, hash, "google", noon)
		wants(t, err, store.ErrNotFound)
		_, err = s.EndVisit(ctx, hash, "oidc", noon.Add(10*time.Minute))
		wants(t, err, store.ErrNotFound)
		ends := together(20, func(int) error {
			v, err := s.EndVisit(ctx, hash, "oidc", noon)
			if err == nil && (v.Nonce != "n" || v.Verifier != "v" || v.PersonID != nil || v.Onward != "/badges") {
				t.Errorf("ended %+v", v)
			}
			return err
		})
		if ends[nil] != 1 || ends[store.ErrNotFound] != 19 {
			t.Errorf("ends: %v", ends)
		}
		must(t, s.CreateVisit(ctx, &store.ProviderVisit{StateHash: hash, Provider: "oidc", Onward: "/", ExpiresAt: noon}))
		must(t, s.PurgeVisits(ctx, noon))
		must(t, s.CreateVisit(ctx, &store.ProviderVisit{StateHash: hash, Provider: "oidc", Onward: "/", ExpiresAt: noon}))
	})
}
