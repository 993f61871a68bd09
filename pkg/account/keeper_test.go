package account

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// nobodysID is an id no person has.
const nobodysID = "00000000000000000000000000"

// settled is a person who has proved their address, with this role and no letters left.
func settled(t *testing.T, d *Desk, s *store.Store, name, email, role string) store.Person {
	t.Helper()
	_, err := d.MakePerson(t.Context(), "", Joining{Name: name, Email: email, Language: "en"}, role)
	if err != nil {
		t.Fatal(err)
	}
	_, secret := oneLetter(t, s, LetterConfirm)
	p, _, _, err := d.ConfirmAddress(t.Context(), secret)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// logOf is a person's log as "what by detail", the newest first.
func logOf(t *testing.T, s *store.Store, person string) (all []string) {
	t.Helper()
	entries, _, err := s.AuditOf(t.Context(), person, "", 50)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		by := "house"
		if e.ActorID != nil {
			by = *e.ActorID
		}
		all = append(all, strings.TrimSpace(e.What+" "+by+" "+e.Detail))
	}
	return all
}

// ASVS: V7.4.2, V8.3.2, V16.2.1
func TestWhatAdministratorsDoToAPersonHoldsAtOnceIsWrittenDownAndTold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		admin := settled(t, d, s, "Eeva", "eeva@example.org", "admin")
		ada := settled(t, d, s, "Ada", "ada@example.org", "member")
		for _, deed := range []struct {
			what string
			do   func() error
			then func(store.Person) bool
		}{
			{Disabled, func() error { return d.Disable(t.Context(), admin.ID, ada.ID) }, func(p store.Person) bool { return p.DisabledAt != nil }},
			{Enabled, func() error { return d.Enable(t.Context(), admin.ID, ada.ID) }, func(p store.Person) bool { return p.DisabledAt == nil }},
			{Promoted, func() error { return d.Promote(t.Context(), admin.ID, ada.ID) }, func(p store.Person) bool { return p.Role == "admin" }},
			{Demoted, func() error { return d.Demote(t.Context(), admin.ID, ada.ID) }, func(p store.Person) bool { return p.Role == "member" }},
		} {
			session := browser(t, s, ada.ID, deed.what)
			for range 2 { // the second time it is so already
				if err := deed.do(); err != nil {
					t.Fatalf("%s: %v", deed.what, err)
				}
			}
			now, err := s.Person(t.Context(), ada.ID)
			if err != nil || !deed.then(now) {
				t.Errorf("%s: is %+v, %v", deed.what, now, err)
			}
			if n, err := s.SessionCount(t.Context(), ada.ID, d.now()); isOpen(t, s, session) || n != 0 || err != nil {
				t.Errorf("%s: %d sessions are left, %v", deed.what, n, err)
			}
			if l, _ := oneLetter(t, s, LetterChanged); l.What != deed.what || l.To != "ada@example.org" {
				t.Errorf("%s: the letter is %+v", deed.what, l)
			}
			if log := logOf(t, s, ada.ID); log[0] != deed.what+" "+admin.ID {
				t.Errorf("%s: the log says %q", deed.what, log)
			}
		}
		if err := d.Disable(t.Context(), admin.ID, nobodysID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("somebody who is not there: %v", err)
		}
	})
}

// TestTheLastAdministratorStays is LIN-2: of administrators who take each other's rights at one moment, one is left.
//
// ASVS: V8.2.1, V2.3.4
func TestTheLastAdministratorStays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		one := settled(t, d, s, "One", "one@example.org", "admin")
		for _, deed := range []func(string) error{
			func(p string) error { return d.Demote(t.Context(), "", p) },
			func(p string) error { return d.Disable(t.Context(), "", p) },
		} {
			if err := deed(one.ID); !errors.Is(err, ErrLastAdmin) {
				t.Fatalf("alone: %v", err)
			}
		}
		admins := []store.Person{one}
		for _, name := range []string{"two", "three", "four"} {
			admins = append(admins, settled(t, d, s, name, name+"@example.org", "admin"))
		}
		for round := range 12 {
			var wait, start sync.WaitGroup
			start.Add(1)
			refused := make(chan error, len(admins)*2)
			for i, p := range admins {
				wait.Go(func() {
					start.Wait()
					deed := d.Demote
					if (i+round)%2 == 0 {
						deed = d.Disable
					}
					refused <- deed(t.Context(), admins[(i+1)%len(admins)].ID, p.ID)
				})
			}
			start.Done()
			wait.Wait()
			close(refused)
			last := 0
			for err := range refused {
				if errors.Is(err, ErrLastAdmin) {
					last++
				} else if err != nil {
					t.Fatalf("round %d: %v", round, err)
				}
			}
			left, err := s.Admins(t.Context())
			if err != nil || len(left) != 1 || last != 1 {
				t.Fatalf("round %d: %d administrators are left, %d refused, %v", round, len(left), last, err)
			}
			for _, p := range admins {
				if err := errors.Join(d.Enable(t.Context(), "", p.ID), d.Promote(t.Context(), "", p.ID)); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}

func TestASecondStepIsTakenAwayAndItsOwnerIsTold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		admin := settled(t, d, s, "Eeva", "eeva@example.org", "admin")
		ada := settled(t, d, s, "Ada", "ada@example.org", "member")
		if err := d.ResetFactor(t.Context(), admin.ID, ada.ID); !errors.Is(err, ErrNotNeeded) {
			t.Errorf("without one: %v", err)
		}
		if err := s.KeepSecondFactor(t.Context(), &store.SecondFactor{PersonID: ada.ID, CreatedAt: d.now()}); err != nil {
			t.Fatal(err)
		}
		session := browser(t, s, ada.ID, "x")
		if err := d.ResetFactor(t.Context(), admin.ID, ada.ID); err != nil {
			t.Fatal(err)
		}
		if asks, err := d.AsksSecond(t.Context(), ada.ID); asks || err != nil {
			t.Errorf("it is still asked for: %v", err)
		}
		if isOpen(t, s, session) {
			t.Error("a session is left")
		}
		if l, _ := oneLetter(t, s, LetterChanged); l.What != FactorReset || l.To != "ada@example.org" {
			t.Errorf("the letter is %+v", l)
		}
		if log := logOf(t, s, ada.ID); log[0] != FactorReset+" "+admin.ID {
			t.Errorf("the log says %q", log)
		}
	})
}

func TestLookingAsSomebodyStandsInTheirLogWithWhoAndWhy(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, clock := desk(s)
		admin := settled(t, d, s, "Eeva", "eeva@example.org", "admin")
		other := settled(t, d, s, "Other", "other@example.org", "admin")
		ada := settled(t, d, s, "Ada", "ada@example.org", "member")
		gone := settled(t, d, s, "Gone", "gone@example.org", "member")
		if err := d.Disable(t.Context(), "", gone.ID); err != nil {
			t.Fatal(err)
		}
		letters(t, s)
		for name, try := range map[string]func() error{
			"another administrator": func() error { _, err := d.LookAs(t.Context(), admin, other.ID, "asked"); return err },
			"oneself":               func() error { _, err := d.LookAs(t.Context(), admin, admin.ID, "asked"); return err },
			"somebody disabled":     func() error { _, err := d.LookAs(t.Context(), admin, gone.ID, "asked"); return err },
			"without a reason":      func() error { _, err := d.LookAs(t.Context(), admin, ada.ID, ""); return err },
			"for a made-up reason":  func() error { _, err := d.LookAs(t.Context(), admin, ada.ID, "curious"); return err },
			"as a member":           func() error { _, err := d.LookAs(t.Context(), ada, gone.ID, "asked"); return err },
		} {
			if err := try(); !errors.Is(err, ErrNoLooking) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if left := letters(t, s); len(left) != 0 {
			t.Errorf("letters about what was refused: %+v", left)
		}
		if _, err := d.LookAs(t.Context(), admin, ada.ID, "broken"); err != nil {
			t.Fatal(err)
		}
		if l, _ := oneLetter(t, s, LetterLooked); l.To != "ada@example.org" || l.By != "Eeva" || l.Detail != "broken" {
			t.Errorf("the letter is %+v", l)
		}
		clock.pass(time.Minute)
		if err := d.record(ActingAs(t.Context(), admin.ID), s, ada.ID, PasswordSet, ""); err != nil {
			t.Fatal(err)
		}
		clock.pass(time.Minute)
		if err := d.StopLooking(t.Context(), admin.ID, ada.ID); err != nil {
			t.Fatal(err)
		}
		want := []string{LookEnded + " " + admin.ID, PasswordSet + " " + admin.ID, LookedAs + " " + admin.ID + " broken"}
		if log := logOf(t, s, ada.ID); !slices.Equal(log[:3], want) {
			t.Errorf("the log says %q, want %q", log, want)
		}
		if err := d.StopLooking(t.Context(), admin.ID, nobodysID); err != nil {
			t.Errorf("somebody who has left meanwhile: %v", err)
		}
	})
}

func TestAPersonIsMadeByTheHouseAndFoundByEveryWord(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		ada := settled(t, d, s, "Ada Lovelace", "ada@example.org", "member")
		if log := logOf(t, s, ada.ID); log[len(log)-1] != "made house member" {
			t.Errorf("the log says %q", log)
		}
		for _, word := range []string{ada.ID, strings.ToLower(ada.ID), "ada-lovelace", "@Ada-Lovelace", " ADA@Example.org "} {
			if p, err := d.Find(t.Context(), word); err != nil || p.ID != ada.ID {
				t.Errorf("%q finds %s, %v", word, p.ID, err)
			}
		}
		for _, word := range []string{"", "ada", "nobody@example.org", "%", nobodysID} {
			if _, err := d.Find(t.Context(), word); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%q: %v", word, err)
			}
		}
		for email, want := range map[string]string{"ada@example.org": "taken", "ada": "malformed", "": "required"} {
			var m Mistakes
			if _, err := d.MakePerson(t.Context(), "", Joining{Name: "X", Email: email}, "member"); !errors.As(err, &m) || m["email"] != want {
				t.Errorf("%q: %v", email, err)
			}
		}
	})
}

// ASVS: V6.4.6
func TestHelpToSignInIsALetterThatOnlyItsOwnerReads(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		admin := settled(t, d, s, "Eeva", "eeva@example.org", "admin")
		ada := settled(t, d, s, "Ada", "ada@example.org", "member")
		addresses, err := s.Addresses(t.Context(), ada.ID)
		if err != nil {
			t.Fatal(err)
		}
		if err := d.HelpIn(t.Context(), admin.ID, ada.ID, addresses[0].ID); err != nil {
			t.Fatal(err)
		}
		l, secret := oneLetter(t, s, LetterHelped)
		if l.To != "ada@example.org" || l.Code != "" {
			t.Errorf("the letter is %+v", l)
		}
		if p, _, made, err := d.OpenByLink(t.Context(), secret, "", "en", ""); err != nil || made || p.ID != ada.ID {
			t.Errorf("it lets in %v, %v, %v", p.ID, made, err)
		}
		if log := logOf(t, s, ada.ID); log[0] != HelpedIn+" "+admin.ID+" letter" {
			t.Errorf("the log says %q", log)
		}
		if err := d.HelpIn(t.Context(), admin.ID, admin.ID, addresses[0].ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("to somebody else's address: %v", err)
		}
		slow := &SlowDown{}
		for range 5 {
			err = d.HelpIn(t.Context(), admin.ID, ada.ID, addresses[0].ID)
		}
		if !errors.As(err, &slow) {
			t.Errorf("letter after letter: %v", err)
		}
		if err := d.Disable(t.Context(), "", ada.ID); err != nil {
			t.Fatal(err)
		}
		if err := d.HelpIn(t.Context(), admin.ID, ada.ID, addresses[0].ID); !errors.Is(err, ErrNotNeeded) {
			t.Errorf("disabled: %v", err)
		}
	})
}

func TestALinkOfTheMachineLetsInOnceWhoeverHasProvedAnAddressOrNot(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		ada := settled(t, d, s, "Ada", "ada@example.org", "member")
		link, lasts, err := d.SignInLink(t.Context(), ada.ID)
		if err != nil || lasts != byLetterLasts {
			t.Fatal(link, lasts, err)
		}
		if p, _, _, err := d.OpenByLink(t.Context(), link[strings.LastIndex(link, "/")+1:], "", "en", ""); err != nil || p.ID != ada.ID {
			t.Errorf("it lets in %v, %v", p.ID, err)
		}
		bob, err := d.MakePerson(t.Context(), "", Joining{Name: "Bob", Email: "bob@example.org"}, "member")
		if err != nil {
			t.Fatal(err)
		}
		link, _, err = d.SignInLink(t.Context(), bob.ID)
		if err != nil || !strings.Contains(link, "/reset/") {
			t.Fatal(link, err)
		}
		if p, err := d.ResetPassword(t.Context(), link[strings.LastIndex(link, "/")+1:], goodPassword); err != nil || p.ID != bob.ID {
			t.Errorf("it lets in %v, %v", p.ID, err)
		}
		if err := d.Disable(t.Context(), "", ada.ID); err != nil {
			t.Fatal(err)
		}
		if _, _, err := d.SignInLink(t.Context(), ada.ID); !errors.Is(err, ErrNotNeeded) {
			t.Errorf("disabled: %v", err)
		}
	})
}
