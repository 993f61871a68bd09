package account

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// ASVS: V2.3.1
func TestNobodySignsInBeforeTheAddressIsProved(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		join(t, d, ada())
		if _, err := d.SignIn(t.Context(), "ada@example.org", goodPassword); !errors.Is(err, ErrWrong) {
			t.Errorf("joined only: %v", err)
		}
		_, secret := oneLetter(t, s, LetterConfirm)
		if _, _, _, err := d.ConfirmAddress(t.Context(), secret); err != nil {
			t.Fatal(err)
		}
		if _, err := d.SignIn(t.Context(), "ada@example.org", goodPassword); err != nil {
			t.Errorf("proved: %v", err)
		}
	})
}

// TestHandlesTellNobodyWhoJoined: whoever joins with somebody's address cannot read off the handle of another passport
// of the same name whether that address was known.
func TestHandlesTellNobodyWhoJoined(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		confirmed(t, d, s, ada())
		for _, email := range []string{"ada@example.org", "unknown@example.org"} {
			name := "Curious " + strings.ToUpper(email[:1]) + email[1:4]
			_, err := d.Join(t.Context(), Joining{Name: name, Email: email, Password: goodPassword})
			if err != nil && !errors.Is(err, ErrAlreadyHere) {
				t.Fatal(err)
			}
			letters(t, s)
			if _, err := s.PersonByHandle(t.Context(), handleOf(name)); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s: the handle is taken before the address is proved: %v", email, err)
			}
			own := confirmed(t, d, s, Joining{Name: name, Email: "own-" + email, Password: goodPassword})
			if own.Handle != handleOf(name) {
				t.Errorf("%s: the handle is %s", email, own.Handle)
			}
		}
	})
}

func TestManyClaimsKeepNoOwnerOut(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		for i := range 9 {
			stranger := ada()
			stranger.From, stranger.Password = fmt.Sprint("198.51.100.", i), "the stranger came first"
			join(t, d, stranger)
		}
		letters(t, s)
		owner := ada()
		owner.From = "192.0.2.1"
		p := join(t, d, owner)
		_, secret := oneLetter(t, s, LetterConfirm)
		claimant, _, err := d.Claim(t.Context(), secret)
		if err != nil || claimant.ID != p.ID {
			t.Fatalf("the letter speaks of %q: %v", claimant.ID, err)
		}
		if err := d.CheckPassword(t.Context(), claimant, goodPassword); err != nil {
			t.Errorf("the owner's password: %v", err)
		}
		if _, _, _, err := d.ConfirmAddress(t.Context(), secret); err != nil {
			t.Fatal(err)
		}
		if got, err := d.SignIn(t.Context(), "ada@example.org", goodPassword); err != nil || got.ID != p.ID {
			t.Errorf("the owner signs in as %q: %v", got.ID, err)
		}
	})
}

// TestLettersSpentByAStrangerAreTheirs: one network spends its own letters; many together slow an address down, and
// everybody who asks is told so, whether the address is known or not.
func TestLettersSpentByAStrangerAreTheirs(t *testing.T) {
	storetest.Dear(t)
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, c := desk(s)
		confirmed(t, d, s, ada())
		for _, email := range []string{"ada@example.org", "unknown@example.org"} {
			asks := func(from string) error {
				_, err := d.Join(t.Context(), Joining{Name: "Somebody", Email: email, Password: goodPassword, From: from})
				if errors.Is(err, ErrAlreadyHere) {
					return nil
				}
				return err
			}
			var slow *SlowDown
			for i := range 20 {
				if err := asks("198.51.100.7"); (err == nil) != (i < 3) || err != nil && !errors.As(err, &slow) {
					t.Errorf("%s: a stranger's letter %d: %v", email, i, err)
				}
			}
			if err := asks("192.0.2.1"); err != nil {
				t.Errorf("%s: the owner's first letter: %v", email, err)
			}
			if err := d.ForgotPassword(t.Context(), "192.0.2.1", email, "en"); err != nil {
				t.Errorf("%s: the owner's second letter: %v", email, err)
			}
			for i := range 20 {
				if err := asks(fmt.Sprint("203.0.113.", i)); err != nil && !errors.As(err, &slow) {
					t.Fatal(err)
				}
			}
			if all := letters(t, s); len(all) > 12+1 {
				t.Errorf("%s: %d letters", email, len(all))
			}
			if err := asks("192.0.2.1"); !errors.As(err, &slow) || slow.After != 5*time.Minute {
				t.Errorf("%s: joining in a flood: %v", email, err)
			}
			if err := d.ForgotPassword(t.Context(), "192.0.2.1", email, "en"); err != nil {
				t.Errorf("%s: forgetting in a flood of claims: %v", email, err)
			}
			c.pass(5 * time.Minute)
			if err := asks("192.0.2.1"); err != nil {
				t.Errorf("%s: five minutes later: %v", email, err)
			}
			letters(t, s)
		}
	})
}

func TestClaimsThatNobodyProvesAreForgotten(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, c := desk(s)
		secret, _, err := d.SetupSecret(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		boss, proved, claimed, again := ada(), ada(), ada(), ada()
		boss.Email, proved.Email, again.Email = "boss@example.org", "proved@example.org", "again@example.org"
		admin, err := d.Setup(t.Context(), secret, boss)
		if err != nil {
			t.Fatal(err)
		}
		letters(t, s)
		stays, goes, writes := confirmed(t, d, s, proved), join(t, d, claimed), join(t, d, again)
		here := func(want int, ids ...string) {
			t.Helper()
			if err := d.Purge(t.Context()); err != nil {
				t.Fatal(err)
			}
			n := 0
			for _, id := range ids {
				if _, err := s.Person(t.Context(), id); err == nil {
					n++
				}
			}
			if n != want {
				t.Errorf("%d are here, want %d", n, want)
			}
		}
		all := []string{admin.ID, stays.ID, goes.ID, writes.ID}
		c.pass(47 * time.Hour)
		here(4, all...)
		if err := d.ForgotPassword(t.Context(), "192.0.2.1", again.Email, "en"); err != nil {
			t.Fatal(err)
		}
		c.pass(2 * time.Hour)
		here(3, all...)
		here(0, goes.ID)
		c.pass(24 * time.Hour)
		here(2, all...)
		here(2, admin.ID, stays.ID)
	})
}

// TestAnUnprovedSecondAddressOpensNothing: who adds somebody's address to their own passport must not draw them into it
// when they ask for a new password.
func TestAnUnprovedSecondAddressOpensNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		p := confirmed(t, d, s, ada())
		if err := s.AddAddress(t.Context(), &store.Address{PersonID: p.ID, Email: "grace@example.org", CreatedAt: d.now()}); err != nil {
			t.Fatal(err)
		}
		if err := d.ForgotPassword(t.Context(), "192.0.2.1", "grace@example.org", "en"); err != nil {
			t.Fatal(err)
		}
		if all := letters(t, s); len(all) != 0 {
			t.Errorf("letters: %+v", all)
		}
		if _, err := d.SignIn(t.Context(), "grace@example.org", goodPassword); !errors.Is(err, ErrWrong) {
			t.Errorf("signing in: %v", err)
		}
	})
}
