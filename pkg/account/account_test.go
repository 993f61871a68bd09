package account

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

const goodPassword = "a long walk by the canal"

// clock is a time that tests move.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func desk(s *store.Store) (*Desk, *clock) {
	c := newClock()
	return New(Options{Store: s, Now: c.Now, PublicURL: "https://carnet.example/", HashMemory: 8}), c
}

func ada() Joining {
	return Joining{Name: "Ada Lovelace", Email: "ada@example.org", Password: goodPassword, Language: "en"}
}

func join(t *testing.T, d *Desk, j Joining) store.Person {
	t.Helper()
	p, err := d.Join(t.Context(), j)
	if err != nil {
		t.Fatalf("join: %v", err)
	}
	return p
}

// letters takes all letters that wait, the oldest first.
func letters(t *testing.T, s *store.Store) (all []Letter) {
	t.Helper()
	soon := time.Now().Add(time.Hour)
	for {
		job, err := s.Lease(t.Context(), []string{LetterJob}, soon, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		if job == nil {
			return all
		}
		var l Letter
		if err := json.Unmarshal(job.Payload, &l); err != nil {
			t.Fatal(err)
		}
		if err := s.Finish(t.Context(), job.ID, soon); err != nil {
			t.Fatal(err)
		}
		if l.Kind != LetterNone {
			all = append(all, l)
		}
	}
}

// oneLetter is the only letter that waits, and the secret in its link.
func oneLetter(t *testing.T, s *store.Store, kind string) (Letter, string) {
	t.Helper()
	all := letters(t, s)
	if len(all) != 1 || all[0].Kind != kind {
		t.Fatalf("letters are %+v, want one of kind %s", all, kind)
	}
	return all[0], all[0].Link[strings.LastIndex(all[0].Link, "/")+1:]
}

func confirmed(t *testing.T, d *Desk, s *store.Store, j Joining) store.Person {
	t.Helper()
	join(t, d, j)
	_, secret := oneLetter(t, s, LetterConfirm)
	p, _, _, err := d.ConfirmAddress(t.Context(), secret)
	if err != nil {
		t.Fatalf("confirm: %v", err)
	}
	return p
}

// ASVS: V6.4.1, V11.5.1
func TestJoiningWritesALetterWhoseSecretProvesTheAddressOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		p := join(t, d, ada())
		letter, secret := oneLetter(t, s, LetterConfirm)
		if letter.To != "ada@example.org" || letter.Name != "Ada Lovelace" || letter.Language != "en" || !strings.HasPrefix(letter.Link, "https://carnet.example/confirm/") || len(secret) != 43 {
			t.Errorf("letter is %+v", letter)
		}
		if _, err := s.Token(t.Context(), tokenVerify, secret, d.now()); !errors.Is(err, store.ErrNotFound) {
			t.Error("the secret itself is kept")
		}
		claimant, address, err := d.Claim(t.Context(), secret)
		if err != nil || claimant.ID != p.ID || address.VerifiedAt != nil {
			t.Errorf("claim: %v %v %v", claimant.ID, address, err)
		}
		got, address, accepted, err := d.ConfirmAddress(t.Context(), secret)
		if err != nil || got.ID != p.ID || address.VerifiedAt == nil || accepted != 0 {
			t.Errorf("confirm: %v %v %d %v", got.ID, address, accepted, err)
		}
		if _, _, _, err := d.ConfirmAddress(t.Context(), secret); !errors.Is(err, ErrSecret) {
			t.Errorf("used twice: %v", err)
		}
		if _, _, err := d.Claim(t.Context(), secret); !errors.Is(err, ErrSecret) {
			t.Errorf("claimed after use: %v", err)
		}
	})
}

func TestConfirmingAcceptsTheBadgesThatWaited(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		p := join(t, d, ada())
		addresses, err := s.Addresses(t.Context(), p.ID)
		if err != nil {
			t.Fatal(err)
		}
		badge := store.Badge{PersonID: p.ID, CredentialKey: "k", State: "pending", Visibility: "private", AddressID: &addresses[0].ID, Document: []byte("{}")}
		if err := s.CreateBadge(t.Context(), &badge); err != nil {
			t.Fatal(err)
		}
		_, secret := oneLetter(t, s, LetterConfirm)
		if _, _, accepted, err := d.ConfirmAddress(t.Context(), secret); err != nil || accepted != 1 {
			t.Errorf("accepted %d: %v", accepted, err)
		}
	})
}

// ASVS: V6.4.1
func TestSecretsRunOut(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, c := desk(s)
		join(t, d, ada())
		_, secret := oneLetter(t, s, LetterConfirm)
		c.pass(verifyLasts)
		if _, _, _, err := d.ConfirmAddress(t.Context(), secret); !errors.Is(err, ErrSecret) {
			t.Errorf("after a day: %v", err)
		}
		if err := d.ForgotPassword(t.Context(), "192.0.2.1", "ada@example.org", "en"); err != nil {
			t.Fatal(err)
		}
		_, secret = oneLetter(t, s, LetterReset)
		c.pass(resetLasts)
		if _, err := d.ResetPassword(t.Context(), secret, goodPassword); !errors.Is(err, ErrSecret) {
			t.Errorf("after an hour: %v", err)
		}
		c.pass(48 * time.Hour)
		if err := d.Purge(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestJoiningWithAKnownAddressTellsItsOwnerAndNobodyElse(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, clock := desk(s)
		confirmed(t, d, s, ada())
		other := ada()
		other.Name, other.Email = "Somebody", "ADA@Example.ORG"
		if _, err := d.Join(t.Context(), other); !errors.Is(err, ErrAlreadyHere) {
			t.Fatalf("joined again: %v", err)
		}
		letter, _ := oneLetter(t, s, LetterAlready)
		if letter.To != "ada@example.org" || letter.Name != "Ada Lovelace" {
			t.Errorf("letter is %+v", letter)
		}
		clock.pass(keptAfter + time.Minute)
		if err := d.Purge(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n, err := s.CountPersons(t.Context()); err != nil || n != 1 {
			t.Errorf("%d people a day later: %v", n, err)
		}
	})
}

func TestAStrangersClaimKeepsNobodyOut(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		stranger := ada()
		stranger.Name, stranger.Password = "Stranger", "the stranger came first"
		join(t, d, stranger)
		letters(t, s)
		owner := join(t, d, ada())
		_, secret := oneLetter(t, s, LetterConfirm)
		claimant, _, err := d.Claim(t.Context(), secret)
		if err != nil || claimant.ID != owner.ID {
			t.Fatalf("the owner's letter speaks of %q: %v", claimant.ID, err)
		}
		if err := d.CheckPassword(t.Context(), claimant, stranger.Password); !errors.Is(err, ErrWrong) {
			t.Errorf("the stranger's password: %v", err)
		}
		if err := d.CheckPassword(t.Context(), claimant, goodPassword); err != nil {
			t.Errorf("the owner's password: %v", err)
		}
		if _, _, _, err := d.ConfirmAddress(t.Context(), secret); err != nil {
			t.Fatal(err)
		}
		if got, err := d.SignIn(t.Context(), "ada@example.org", goodPassword); err != nil || got.ID != owner.ID {
			t.Errorf("the owner's password opens %q: %v", got.ID, err)
		}
		if _, err := d.SignIn(t.Context(), "ada@example.org", stranger.Password); !errors.Is(err, ErrWrong) {
			t.Errorf("the stranger still comes in: %v", err)
		}
	})
}

func TestOfTwoClaimsTheFirstProvedCounts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		join(t, d, ada())
		_, first := oneLetter(t, s, LetterConfirm)
		join(t, d, ada())
		_, second := oneLetter(t, s, LetterConfirm)
		if _, _, _, err := d.ConfirmAddress(t.Context(), second); err != nil {
			t.Fatal(err)
		}
		if _, _, _, err := d.ConfirmAddress(t.Context(), first); !errors.Is(err, ErrSecret) {
			t.Errorf("proved twice: %v", err)
		}
	})
}

func TestSigningInNeedsAddressAndPassword(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		p := confirmed(t, d, s, ada())
		for _, row := range []struct {
			email, password string
			want            error
		}{
			{"ada@example.org", goodPassword, nil},
			{" ADA@EXAMPLE.org ", goodPassword, nil},
			{"ada@example.org", "wrong but long enough", ErrWrong},
			{"ada@example.org", "", ErrWrong},
			{"ada@example.org", strings.Repeat("x", 5000), ErrWrong},
			{"grace@example.org", goodPassword, ErrWrong},
			{"not an address", goodPassword, ErrWrong},
			{"", "", ErrWrong},
		} {
			got, err := d.SignIn(t.Context(), row.email, row.password)
			if !errors.Is(err, row.want) || row.want == nil && got.ID != p.ID {
				t.Errorf("%q %.20q: %v", row.email, row.password, err)
			}
		}
	})
}

// ASVS: V7.4.2
func TestDisabledPeopleStayOutside(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, c := desk(s)
		p := confirmed(t, d, s, ada())
		now := c.Now()
		p.DisabledAt = &now
		if err := s.UpdatePerson(t.Context(), &p); err != nil {
			t.Fatal(err)
		}
		if _, err := d.SignIn(t.Context(), "ada@example.org", goodPassword); !errors.Is(err, ErrWrong) {
			t.Errorf("signs in: %v", err)
		}
		if err := d.ForgotPassword(t.Context(), "192.0.2.1", "ada@example.org", "en"); err != nil {
			t.Error(err)
		}
		if all := letters(t, s); len(all) != 0 {
			t.Errorf("letters to the disabled: %+v", all)
		}
	})
}

func TestResettingEndsSessionsAndProvesTheAddress(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		p := join(t, d, ada())
		letters(t, s)
		if err := d.ForgotPassword(t.Context(), "192.0.2.1", "Ada@example.org", "fr"); err != nil {
			t.Fatal(err)
		}
		letter, secret := oneLetter(t, s, LetterReset)
		if letter.Language != "fr" || !strings.HasPrefix(letter.Link, "https://carnet.example/reset/") {
			t.Errorf("letter is %+v", letter)
		}
		var mistakes Mistakes
		if _, err := d.ResetPassword(t.Context(), secret, "short"); !errors.As(err, &mistakes) || mistakes["password"] != "too-short" {
			t.Fatalf("a short password: %v", err)
		}
		got, err := d.ResetPassword(t.Context(), secret, "another walk by the sea")
		if err != nil || got.ID != p.ID {
			t.Fatalf("reset: %v", err)
		}
		if changed, _ := oneLetter(t, s, LetterChanged); changed.To != "ada@example.org" {
			t.Errorf("letter is %+v", changed)
		}
		if a, err := s.VerifiedAddress(t.Context(), "ada@example.org"); err != nil || a.PersonID != p.ID {
			t.Errorf("the address is not proved: %v", err)
		}
		if _, err := d.SignIn(t.Context(), "ada@example.org", goodPassword); !errors.Is(err, ErrWrong) {
			t.Errorf("the old password: %v", err)
		}
		if _, err := d.SignIn(t.Context(), "ada@example.org", "another walk by the sea"); err != nil {
			t.Errorf("the new password: %v", err)
		}
		if _, err := d.ResetPassword(t.Context(), secret, "a third walk in the wood"); !errors.Is(err, ErrSecret) {
			t.Errorf("used twice: %v", err)
		}
	})
}

func TestNobodyGetsAResetLetterForAnUnknownAddress(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		for _, email := range []string{"nobody@example.org", "nonsense", ""} {
			if err := d.ForgotPassword(t.Context(), "192.0.2.1", email, "en"); err != nil {
				t.Errorf("%q: %v", email, err)
			}
		}
		if all := letters(t, s); len(all) != 0 {
			t.Errorf("letters: %+v", all)
		}
	})
}

// ASVS: V2.3.2, V2.4.1
func TestLettersAreFew(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, c := desk(s)
		p := join(t, d, ada())
		addresses, err := s.Addresses(t.Context(), p.ID)
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			if err := d.ResendConfirmation(t.Context(), p.ID, addresses[0].ID); err != nil {
				t.Fatal(err)
			}
		}
		var slow *SlowDown
		if err := d.ResendConfirmation(t.Context(), p.ID, addresses[0].ID); !errors.As(err, &slow) || slow.After != 5*time.Minute {
			t.Errorf("the fourth letter: %v", err)
		}
		c.pass(5 * time.Minute)
		if err := d.ResendConfirmation(t.Context(), p.ID, addresses[0].ID); err != nil {
			t.Errorf("five minutes later: %v", err)
		}
		if all := letters(t, s); len(all) != 5 {
			t.Errorf("%d letters", len(all))
		}
		if err := d.ResendConfirmation(t.Context(), p.ID, store.NewID()); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("somebody's address: %v", err)
		}
	})
}

func TestOfManyPressingTheResetButtonOneSetsThePassword(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		confirmed(t, d, s, ada())
		if err := d.ForgotPassword(t.Context(), "192.0.2.1", "ada@example.org", "en"); err != nil {
			t.Fatal(err)
		}
		_, secret := oneLetter(t, s, LetterReset)
		var wait sync.WaitGroup
		done := make(chan error, 8)
		for range cap(done) {
			wait.Go(func() {
				_, err := d.ResetPassword(context.WithoutCancel(t.Context()), secret, "another walk by the sea")
				done <- err
			})
		}
		wait.Wait()
		close(done)
		won := 0
		for err := range done {
			switch {
			case err == nil:
				won++
			case !errors.Is(err, ErrSecret):
				t.Error(err)
			}
		}
		if won != 1 {
			t.Errorf("%d resets", won)
		}
	})
}

// ASVS: V6.3.2
func TestFirstAdministratorComesInByOneSecretOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		old, needed, err := d.SetupSecret(t.Context())
		if err != nil || !needed {
			t.Fatalf("needed %v: %v", needed, err)
		}
		secret, _, err := d.SetupSecret(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.Setup(t.Context(), old, ada()); !errors.Is(err, ErrSecret) {
			t.Errorf("an old secret: %v", err)
		}
		var mistakes Mistakes
		if _, err := d.Setup(t.Context(), secret, Joining{}); !errors.As(err, &mistakes) || mistakes["name"] != "required" || mistakes["email"] != "required" {
			t.Errorf("an empty form: %v", err)
		}
		p, err := d.Setup(t.Context(), secret, ada())
		if err != nil || p.Role != "admin" {
			t.Fatalf("setup: %+v %v", p, err)
		}
		oneLetter(t, s, LetterConfirm)
		if _, err := d.Setup(t.Context(), secret, ada()); !errors.Is(err, ErrSecret) {
			t.Errorf("used twice: %v", err)
		}
		if secret, needed, err := d.SetupSecret(t.Context()); secret != "" || needed || err != nil {
			t.Errorf("still needed: %v %v", needed, err)
		}
	})
}

// ASVS: V2.3.4
func TestOfManySetupsOneMakesTheAdministrator(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		secret, _, err := d.SetupSecret(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var wait sync.WaitGroup
		for range 6 {
			wait.Go(func() {
				if _, err := d.Setup(context.WithoutCancel(t.Context()), secret, ada()); err != nil && !errors.Is(err, ErrSecret) {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		if n, err := s.CountPersons(t.Context()); err != nil || n != 1 {
			t.Errorf("%d people: %v", n, err)
		}
	})
}

func TestHandlesAreOfTheNameAndUnique(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		first, second, boss := ada(), ada(), ada()
		second.Email, boss.Email = "ada2@example.org", "ada3@example.org"
		boss.Name = "Admin"
		a, b, c := confirmed(t, d, s, first), confirmed(t, d, s, second), confirmed(t, d, s, boss)
		if a.Handle != "ada-lovelace" {
			t.Errorf("the first is %s", a.Handle)
		}
		if !strings.HasPrefix(b.Handle, "ada-lovelace-") || len(b.Handle) != len("ada-lovelace-")+4 {
			t.Errorf("the second is %s", b.Handle)
		}
		if !strings.HasPrefix(c.Handle, "admin-") {
			t.Errorf("a reserved word is %s", c.Handle)
		}
	})
}

// TestPasswordChangedWhileAProfileIsSavedStaysChanged saves a profile again and again during a reset.
func TestPasswordChangedWhileAProfileIsSavedStaysChanged(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		p := confirmed(t, d, s, ada())
		if err := d.ForgotPassword(t.Context(), "192.0.2.1", "ada@example.org", "en"); err != nil {
			t.Fatal(err)
		}
		_, secret := oneLetter(t, s, LetterReset)
		ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
		var wait sync.WaitGroup
		for range 3 {
			wait.Go(func() {
				for ctx.Err() == nil {
					if err := d.SetPreferences(context.WithoutCancel(ctx), p.ID, "fr", "dark"); err != nil {
						t.Error(err)
					}
				}
			})
		}
		_, err := d.ResetPassword(context.WithoutCancel(ctx), secret, "another walk by the sea")
		stop()
		wait.Wait()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.SignIn(t.Context(), "ada@example.org", "another walk by the sea"); err != nil {
			t.Error(err)
		}
	})
}

// ASVS: V16.3.1
func TestComingInStandsInOnesOwnLog(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		p := confirmed(t, d, s, ada())
		if err := d.Admitted(t.Context(), p.ID, "password"); err != nil {
			t.Fatal(err)
		}
		log, next, err := s.AuditOf(t.Context(), p.ID, "", 10)
		if err != nil || next != "" || len(log) != 1 || log[0].What != SignedIn || log[0].Detail != "password" || log[0].ActorID == nil || *log[0].ActorID != p.ID {
			t.Errorf("%+v %q %v", log, next, err)
		}
	})
}
