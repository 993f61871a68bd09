package account

import (
	"bytes"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store/storetest"
)

// ASVS: V11.4.2
func TestHashOpensByItsPasswordOnly(t *testing.T) {
	h := newHasher(rand.Reader, 0)
	text, err := h.hash(t.Context(), goodPassword)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(text, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("hash is %s", text)
	}
	for password, want := range map[string]bool{goodPassword: true, "another": false, "": false} {
		if got, err := h.opens(t.Context(), password, text); err != nil || got != want {
			t.Errorf("%q: %v %v", password, got, err)
		}
	}
	for _, none := range []string{"", "*", "$2a$10$abc"} {
		if got, err := h.opens(t.Context(), "", none); err != nil || got {
			t.Errorf("no hash of ours: %v %v", got, err)
		}
	}
}

// ASVS: V11.2.2, V11.4.2
func TestHashesOfOldCostAreMadeAnewAtSignIn(t *testing.T) {
	s := storetest.Open(t)
	d, _ := desk(s)
	d.hasher.cost = cost{memory: 8 << 10, passes: 1, lanes: 1}
	p := confirmed(t, d, s, ada())
	d.hasher.cost = presentCost()
	for range 2 {
		if _, err := d.SignIn(t.Context(), "ada@example.org", goodPassword); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.Person(t.Context(), p.ID)
	if err != nil || !strings.HasPrefix(got.PasswordHash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("hash is %s: %v", got.PasswordHash, err)
	}
}

func FuzzParsePHC(f *testing.F) {
	h := phc{cost: presentCost(), salt: bytes.Repeat([]byte{1}, saltLength), key: bytes.Repeat([]byte{2}, keyLength)}
	f.Add(h.String())
	f.Add("$argon2id$v=19$m=4294967295,t=4294967295,p=255$AAAA$AAAA")
	f.Add("$2a$10$abc")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := parsePHC(text)
		if err != nil {
			if !errors.Is(err, errNotPHC) {
				t.Error(err)
			}
			return
		}
		if p.String() != text || p.cost.memory > costliest {
			t.Errorf("%q is %+v", text, p)
		}
	})
}

// TestTheClockDoesNotTellWhoIsKnown is AUTH-3: medians of signing in, for addresses known and not. One of three runs
// must do, because others work on the same machine.
// ASVS: V6.3.8
func TestTheClockDoesNotTellWhoIsKnown(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a few seconds")
	}
	s := storetest.Open(t)
	d, _ := desk(s)
	confirmed(t, d, s, ada())
	for range 3 {
		known, unknown := mediansOfSigningIn(t, d, "ada@example.org", "nobody@example.org")
		t.Logf("known %s, unknown %s", known, unknown)
		if (known - unknown).Abs() < 5*time.Millisecond {
			return
		}
	}
	t.Error("the medians are 5 ms apart or more")
}

func mediansOfSigningIn(t *testing.T, d *Desk, known, unknown string) (time.Duration, time.Duration) {
	t.Helper()
	times := map[string][]time.Duration{known: nil, unknown: nil}
	for range 40 {
		for email := range times {
			start := time.Now()
			if _, err := d.SignIn(t.Context(), email, "a wrong password"); !errors.Is(err, ErrWrong) {
				t.Fatal(err)
			}
			times[email] = append(times[email], time.Since(start))
			d.guesses.forget(keyFor(email))
		}
	}
	median := func(of []time.Duration) time.Duration {
		slices.Sort(of)
		return of[len(of)/2]
	}
	return median(times[known]), median(times[unknown])
}
