package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

func token(t testing.TB, s *store.Store, kind, digit string, person *string) store.Token {
	t.Helper()
	k := store.Token{Hash: strings.Repeat(digit, 64), Kind: kind, PersonID: person, ExpiresAt: noon.Add(time.Hour), CreatedAt: noon}
	must(t, s.CreateToken(ctx, &k))
	return k
}

// ASVS: V2.3.4, V6.5.1, V15.4.2
func TestTokenIsUsedOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada := person(t, s, "ada")
		k := token(t, s, "reset", "a", &ada.ID)
		seen, err := s.Token(ctx, "reset", k.Hash, noon)
		must(t, err)
		if seen.PersonID == nil || *seen.PersonID != ada.ID || seen.UsedAt != nil || !seen.ExpiresAt.Equal(k.ExpiresAt) {
			t.Errorf("token: %+v", seen)
		}
		other := storetest.Beside(t, s)
		ends := together(30, func(i int) error {
			used, err := []*store.Store{s, other}[i%2].UseToken(ctx, "reset", k.Hash, noon.Add(time.Minute))
			if err == nil && (used.PersonID == nil || *used.PersonID != ada.ID || used.UsedAt == nil) {
				return fmt.Errorf("used: %+v", used)
			}
			return err
		})
		if ends[nil] != 1 || ends[store.ErrNotFound] != 29 {
			t.Errorf("ends: %v", ends)
		}
		_, err = s.Token(ctx, "reset", k.Hash, noon)
		wants(t, err, store.ErrNotFound)
	})
}

func TestTokenOfAnotherKindTimeOrTransactionIsNone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		k := token(t, s, "verify", "a", nil)
		for name, use := range map[string]func() (store.Token, error){
			"kind":    func() (store.Token, error) { return s.UseToken(ctx, "reset", k.Hash, noon) },
			"expired": func() (store.Token, error) { return s.UseToken(ctx, "verify", k.Hash, noon.Add(time.Hour)) },
			"hash":    func() (store.Token, error) { return s.UseToken(ctx, "verify", strings.Repeat("b", 64), noon) },
		} {
			if _, err := use(); err == nil {
				t.Errorf("%s: used", name)
			}
		}
		undone := fmt.Errorf("undone")
		wants(t, s.Tx(ctx, func(tx *store.Store) error {
			_, err := tx.UseToken(ctx, "verify", k.Hash, noon)
			must(t, err)
			return undone
		}), undone)
		_, err := s.UseToken(ctx, "verify", k.Hash, noon)
		must(t, err)
		again := k
		wants(t, s.CreateToken(ctx, &again), store.ErrTaken)
	})
}

func TestDropTokensDropsOnlyThisKindAndPerson(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada, bob := person(t, s, "ada"), person(t, s, "bob")
		gone := token(t, s, "reset", "1", &ada.ID)
		kept := []store.Token{
			token(t, s, "verify", "2", &ada.ID), token(t, s, "reset", "3", &bob.ID), token(t, s, "setup", "4", nil),
		}
		must(t, s.DropTokens(ctx, "reset", ada.ID))
		_, err := s.Token(ctx, "reset", gone.Hash, noon)
		wants(t, err, store.ErrNotFound)
		for _, k := range kept {
			_, err := s.Token(ctx, k.Kind, k.Hash, noon)
			must(t, err)
		}
		must(t, s.DropTokens(ctx, "setup", ""))
		_, err = s.Token(ctx, "setup", kept[2].Hash, noon)
		wants(t, err, store.ErrNotFound)
		must(t, s.PurgeTokens(ctx, noon.Add(2*time.Hour)))
		_, err = s.Token(ctx, "verify", kept[0].Hash, noon)
		wants(t, err, store.ErrNotFound)
	})
}
