package account

import (
	"errors"
	"flag"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// prove asks for what make test leaves to make prove.
var prove = flag.Bool("prove", false, "hold the clock at every door too")

// TestSEC_AUTH3_TheClockDoesNotTellWhoIsKnown asks each door in turn for known and unknown addresses and compares how long
// it takes (Welch's t-test). Of three runs one must find no difference: the test itself is wrong once in a hundred times.
//
// ASVS: V6.3.8
func TestSEC_AUTH3_TheClockDoesNotTellWhoIsKnown(t *testing.T) {
	if !*prove {
		t.Skip("takes minutes and a quiet machine: make prove")
	}
	cheap := price{cost{memory: 8, passes: 1, lanes: 1}, AnswerAfter / 20} // a costly hash would only hide a difference,
	var asker store.Person
	for name, row := range map[string]struct {
		pairs int
		price price
		ask   func(d *Desk, email string, i int) error
	}{
		// which here is a row found or not, 10 µs of 20 ms: it is tried at the price it has, and so less often.
		"signing in by password": {300, price{presentCost(), AnswerAfter}, func(d *Desk, email string, _ int) error {
			_, err := d.SignIn(t.Context(), email, "not this password")
			return unless(err, ErrWrong)
		}},
		"signing in by letter": {2000, cheap, func(d *Desk, email string, i int) error {
			_, err := d.AskByLetter(t.Context(), Asking{Email: email, From: fmt.Sprint(i), Onward: "/badges", Language: "en"})
			return err
		}},
		"a new password": {2000, cheap, func(d *Desk, email string, i int) error {
			return d.ForgotPassword(t.Context(), fmt.Sprint(i), email, "en")
		}},
		"joining": {2000, cheap, func(d *Desk, email string, i int) error {
			_, err := d.Join(t.Context(), Joining{Name: "Somebody", Email: email, Password: goodPassword, From: fmt.Sprint(i)})
			return unless(err, ErrAlreadyHere)
		}},
		"adding an address": {1000, cheap, func(d *Desk, email string, i int) error {
			if asker.ID == "" {
				asker = confirmed(t, d, d.store, Joining{Name: "Bob", Email: "bob@example.org", Password: goodPassword})
			}
			_, err := d.AddAddress(t.Context(), asker.ID, fmt.Sprint(i), email)
			return err
		}},
		"a code to join passports": {2000, cheap, func(d *Desk, email string, i int) error {
			_, err := d.AskToJoin(t.Context(), Asking{Email: email, From: fmt.Sprint(i)})
			return err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			pairs := row.pairs
			if testing.Short() {
				pairs /= 8
			}
			for run := 1; ; run++ {
				asker = store.Person{}
				p, apart := clocked(t, pairs, row.price, row.ask)
				t.Logf("%d pairs: p = %.3f, the medians %s apart", pairs, p, apart)
				if p > 0.01 && apart < 5*time.Millisecond {
					return
				}
				if run == 3 {
					t.Fatalf("known and unknown addresses take different times: p = %.5f, medians %s apart", p, apart)
				}
			}
		})
	}
}

// TestEveryDoorAnswersAfterAWhile, also where it only says that something was typed wrongly. SEC_AUTH3 tells whether that is
// enough, and is left to make prove.
//
// ASVS: V6.3.8
func TestEveryDoorAnswersAfterAWhile(t *testing.T) {
	s := storetest.Open(t)
	const after = 60 * time.Millisecond
	d := New(Options{Store: s, Now: newClock().Now, PublicURL: "https://carnet.example/", AnswerAfter: after})
	d.hasher.cost = cost{memory: 8, passes: 1, lanes: 1}
	bob := confirmed(t, d, s, Joining{Name: "Bob", Email: "bob@example.org", Password: goodPassword})
	ctx := t.Context()
	for name, ask := range map[string]func(email string){
		"signing in by password": func(email string) { _, _ = d.SignIn(ctx, email, "not this password") },
		"signing in by letter":   func(email string) { _, _ = d.AskByLetter(ctx, Asking{Email: email}) },
		"a new password":         func(email string) { _ = d.ForgotPassword(ctx, "", email, "en") },
		"joining": func(email string) {
			_, _ = d.Join(ctx, Joining{Name: "Somebody", Email: email, Password: goodPassword})
		},
		"joining by a provider": func(email string) {
			_, _ = d.JoinBy(ctx, Identity{Issuer: "https://idp.example", Subject: email}, Joining{Name: "Somebody", Email: email})
		},
		"adding an address":        func(email string) { _, _ = d.AddAddress(ctx, bob.ID, "", email) },
		"a code to join passports": func(email string) { _, _ = d.AskToJoin(ctx, Asking{Email: email}) },
	} {
		for _, email := range []string{"bob@example.org", "nobody@example.org", "no address"} {
			began := time.Now()
			ask(email)
			if took := time.Since(began); took < after {
				t.Errorf("%s, %s: answered after %s", name, email, took)
			}
		}
	}
}

// price is what a door has to do, and after how long it answers.
type price struct {
	hash  cost
	after time.Duration
}

// warming is how many pairs are not counted: the first fill caches.
const warming = 20

func unless(err, expected error) error {
	if errors.Is(err, expected) {
		return nil
	}
	return err
}

// clocked asks for a known and an unknown address in turn and is how likely such a difference is by chance, and how far
// the medians lie apart.
func clocked(t *testing.T, pairs int, price price, ask func(d *Desk, email string, i int) error) (p float64, apart time.Duration) {
	t.Helper()
	s := storetest.Open(t)
	clock := newClock()
	d := New(Options{Store: s, Now: clock.Now, PublicURL: "https://carnet.example/", AnswerAfter: price.after})
	d.hasher.cost = price.hash
	confirmed(t, d, s, ada())
	took := [2][]time.Duration{}
	for i := range pairs + warming {
		clock.pass(7 * time.Hour) // nobody is slowed down
		for turn := range 2 {
			which := (turn + i) % 2
			email := []string{"ada@example.org", "eve@example.org"}[which]
			begin := time.Now()
			err := ask(d, email, i)
			passed := time.Since(begin)
			if err != nil {
				t.Fatal(err)
			}
			if i >= warming {
				took[which] = append(took[which], passed)
			}
		}
	}
	known, unknown := calm(took[0]), calm(took[1])
	return welch(known, unknown), (known[len(known)/2] - unknown[len(unknown)/2]).Abs()
}

// calm leaves out the twentieth that was disturbed the most, by whatever else this machine does.
func calm(took []time.Duration) []time.Duration {
	slices.Sort(took)
	return took[:len(took)*19/20]
}

// welch is the two-sided p-value of Welch's t-test; with so many samples t is normally distributed.
func welch(a, b []time.Duration) float64 {
	meanA, errA := moments(a)
	meanB, errB := moments(b)
	return math.Erfc(math.Abs(meanA-meanB) / math.Sqrt(errA+errB) / math.Sqrt2)
}

// moments are the mean and the variance of the mean.
func moments(took []time.Duration) (mean, variance float64) {
	n := float64(len(took))
	for _, d := range took {
		mean += float64(d) / n
	}
	for _, d := range took {
		variance += (float64(d) - mean) * (float64(d) - mean) / (n - 1) / n
	}
	return mean, variance
}
