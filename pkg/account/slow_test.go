package account

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// TestTenThousandGuessesAreTwentyAtMost is AUTH-4: guesses spread over ten minutes, then all at the same moment.
// ASVS: V2.3.2, V6.3.1
func TestTenThousandGuessesAreTwentyAtMost(t *testing.T) {
	const guesses, window = 10_000, 10 * time.Minute
	c := newClock()
	slow := New(Options{Now: c.Now}).guesses
	heard := 0
	for range guesses {
		if slow.take(keyFor("ada@example.org")) == 0 {
			heard++
		}
		c.pass(window / guesses)
	}
	if heard > 20 {
		t.Errorf("%d guesses in ten minutes were heard", heard)
	}
	t.Logf("%d of %d guesses in %s were heard", heard, guesses, window)

	var atOnce atomic.Int64
	var wait sync.WaitGroup
	for range guesses {
		wait.Go(func() {
			if slow.take(keyFor("grace@example.org")) == 0 {
				atOnce.Add(1)
			}
		})
	}
	wait.Wait()
	if atOnce.Load() != 5 {
		t.Errorf("%d guesses at once were heard", atOnce.Load())
	}
}

// ASVS: V6.3.1
func TestWaitsDoubleToAMinuteAndNeverLock(t *testing.T) {
	c := newClock()
	slow := New(Options{Now: c.Now}).guesses
	key := keyFor("ada@example.org")
	for range 5 {
		if wait := slow.take(key); wait != 0 {
			t.Fatalf("a free try waits %s", wait)
		}
	}
	for _, want := range []time.Duration{1, 2, 4, 8, 16, 32, 60, 60} {
		want *= time.Second
		if got := slow.take(key); got != want {
			t.Errorf("waits %s, want %s", got, want)
		}
		slow.take(key)
		c.pass(want)
		if got := slow.take(key); got != 0 {
			t.Errorf("after %s still waits %s", want, got)
		}
	}
	slow.forget(key)
	if got := slow.take(key); got != 0 {
		t.Errorf("forgotten, yet waits %s", got)
	}
	c.pass(2 * time.Hour)
	if got := slow.take(key); got != 0 || slow.seen[key].count != 1 {
		t.Errorf("after two hours %+v", slow.seen[key])
	}
}

func TestMemoryOfTriesIsBounded(t *testing.T) {
	c := newClock()
	slow := New(Options{Now: c.Now}).guesses
	victim := keyFor("ada@example.org")
	for range 5 {
		slow.take(victim)
	}
	for i := range mostRemembered + 50 {
		slow.take(keyFor(fmt.Sprint(i)))
	}
	if len(slow.seen) > mostRemembered {
		t.Errorf("%d remembered", len(slow.seen))
	}
	if slow.take(victim) == 0 {
		t.Error("many others made one forgotten")
	}
}

// ASVS: V6.3.1, V6.3.8
func TestWrongPasswordsSlowAnAddressDownKnownOrNotAndALetterOpensIt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		confirmed(t, d, s, ada())
		for _, email := range []string{"ada@example.org", "nobody@example.org"} {
			for range 5 {
				if _, err := d.SignIn(t.Context(), email, "a wrong password"); !errors.Is(err, ErrWrong) {
					t.Fatal(err)
				}
			}
			var slow *SlowDown
			if _, err := d.SignIn(t.Context(), email, goodPassword); !errors.As(err, &slow) || slow.After != time.Second {
				t.Errorf("%s: %v", email, err)
			}
		}
		if err := d.ForgotPassword(t.Context(), "192.0.2.1", "ada@example.org", "en"); err != nil {
			t.Fatal(err)
		}
		_, secret := oneLetter(t, s, LetterReset)
		if _, err := d.ResetPassword(t.Context(), secret, "another walk by the sea"); err != nil {
			t.Fatal(err)
		}
		if _, err := d.SignIn(t.Context(), "ada@example.org", "another walk by the sea"); err != nil {
			t.Errorf("after the letter: %v", err)
		}
	})
}

// ASVS: V15.2.2
func TestFullHouseIsBusyAndCountsNothing(t *testing.T) {
	s := storetest.Open(t)
	d, _ := desk(s)
	d.hasher.wait = 10 * time.Millisecond
	for range atOnce {
		d.hasher.turns <- struct{}{}
	}
	for range 10 {
		if _, err := d.SignIn(t.Context(), "ada@example.org", goodPassword); !errors.Is(err, ErrBusy) {
			t.Fatal(err)
		}
	}
	if _, err := d.Join(t.Context(), ada()); !errors.Is(err, ErrBusy) {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	d.hasher.wait = time.Minute
	if _, err := d.hasher.hash(ctx, "x"); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
