package account

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

func atGoogle(subject string) Identity {
	return Identity{Provider: "google", Title: "Google", Issuer: "https://accounts.google.com", Subject: subject, Account: "ada@gmail.example"}
}

func TestJoiningByAProviderLetsNobodyInBeforeTheLetterIsAnswered(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		ctx := t.Context()
		if _, err := d.SignInBy(ctx, atGoogle("7")); !errors.Is(err, ErrStranger) {
			t.Fatalf("an unknown identity: %v", err)
		}
		joined, err := d.JoinBy(ctx, atGoogle("7"), Joining{Name: "Ada Lovelace", Email: "ada@example.org", Language: "en"})
		if err != nil || joined.PasswordHash != "" {
			t.Fatalf("joined %+v: %v", joined, err)
		}
		if p, err := d.SignInBy(ctx, atGoogle("7")); !errors.Is(err, ErrUnproved) || p.ID != joined.ID {
			t.Errorf("before the letter: %v %v", p.ID, err)
		}
		_, secret := oneLetter(t, s, LetterConfirm)
		if _, _, _, err := d.ConfirmAddress(ctx, secret); err != nil {
			t.Fatal(err)
		}
		renamed := atGoogle("7")
		renamed.Account = "ada@elsewhere.example"
		if p, err := d.SignInBy(ctx, renamed); err != nil || p.ID != joined.ID || p.Handle != "ada-lovelace" {
			t.Errorf("after the letter: %+v %v", p, err)
		}
		if linked, err := s.Identities(ctx, joined.ID); err != nil || len(linked) != 1 || linked[0].Account != "ada@elsewhere.example" {
			t.Errorf("linked %+v: %v", linked, err)
		}
		if _, err := d.SignInBy(ctx, atGoogle("8")); !errors.Is(err, ErrStranger) {
			t.Errorf("another subject: %v", err)
		}
		if _, err := d.SignIn(ctx, "ada@example.org", ""); !errors.Is(err, ErrWrong) {
			t.Errorf("no password opens a passport without one: %v", err)
		}
	})
}

func TestAMistakeInTheFormOfAProvidersNewcomerIsNamed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		_, err := d.JoinBy(t.Context(), atGoogle("7"), Joining{Name: " ", Email: "ada@"})
		var mistakes Mistakes
		if !errors.As(err, &mistakes) || mistakes["name"] != "required" || mistakes["email"] != "malformed" || len(mistakes) != 2 {
			t.Errorf("mistakes: %v", err)
		}
	})
}

func TestANewcomerMayCorrectTheirAddress(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		ctx := t.Context()
		for _, email := range []string{"ada@exmaple.org", "ada@example.org"} {
			if _, err := d.JoinBy(ctx, atGoogle("7"), Joining{Name: "Ada", Email: email, Language: "en"}); err != nil {
				t.Fatal(err)
			}
		}
		all := letters(t, s)
		_, secret := all[1], all[1].Link[len("https://carnet.example/confirm/"):]
		p, _, _, err := d.ConfirmAddress(ctx, secret)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := d.SignInBy(ctx, atGoogle("7")); err != nil || got.ID != p.ID {
			t.Errorf("signed in as %v: %v", got.ID, err)
		}
		if _, err := d.JoinBy(ctx, atGoogle("7"), Joining{Name: "Ada", Email: "third@example.org", Language: "en"}); !errors.Is(err, store.ErrTaken) {
			t.Errorf("joined again with an identity in use: %v", err)
		}
	})
}

func TestJoiningByAProviderWithSomebodysAddressOnlyTellsThem(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		confirmed(t, d, s, ada())
		if _, err := d.JoinBy(t.Context(), atGoogle("666"), Joining{Name: "Ada Lovelace", Email: "Ada@Example.org", Language: "en"}); !errors.Is(err, ErrAlreadyHere) {
			t.Fatalf("joined: %v", err)
		}
		if l, _ := oneLetter(t, s, LetterAlready); l.To != "ada@example.org" {
			t.Errorf("told %s", l.To)
		}
		if _, err := d.SignInBy(t.Context(), atGoogle("666")); !errors.Is(err, ErrStranger) {
			t.Errorf("the identity is linked: %v", err)
		}
	})
}

// TestALetterAloneDropsTheProviderItsClaimantJoinedBy: who joins with somebody's address and their own account at a
// provider must not share the passport when that somebody answers the letter.
func TestALetterAloneDropsTheProviderItsClaimantJoinedBy(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for how, answer := range map[string]func(d *Desk, email string) (store.Person, error){
			"confirming": func(d *Desk, _ string) (store.Person, error) {
				_, secret := oneLetter(t, s, LetterConfirm)
				p, _, _, err := d.ConfirmByLetter(t.Context(), secret)
				return p, err
			},
			"resetting": func(d *Desk, email string) (store.Person, error) {
				letters(t, s)
				if err := d.ForgotPassword(t.Context(), "192.0.2.1", email, "en"); err != nil {
					return store.Person{}, err
				}
				_, secret := oneLetter(t, s, LetterReset)
				return d.ResetPassword(t.Context(), secret, goodPassword)
			},
		} {
			d, _ := desk(s)
			email := how + "@example.org"
			if _, err := d.JoinBy(t.Context(), atGoogle("thief "+how), Joining{Name: "Victim", Email: email, Language: "en"}); err != nil {
				t.Fatal(err)
			}
			p, err := answer(d, email)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := d.SignInBy(t.Context(), atGoogle("thief "+how)); !errors.Is(err, ErrStranger) {
				t.Errorf("%s: the thief is let in: %v", how, err)
			}
			letters(t, s)
			addresses, err := s.Addresses(t.Context(), p.ID)
			if err != nil || len(addresses) != 1 || addresses[0].VerifiedAt == nil {
				t.Fatalf("%s: addresses %+v, %v", how, addresses, err)
			}
		}
	})
}

func TestLinkingEndsOtherSessionsAndIsTold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, c := desk(s)
		ctx := t.Context()
		ada := confirmed(t, d, s, ada())
		here, elsewhere := browser(t, s, ada.ID, "here"), browser(t, s, ada.ID, "elsewhere")
		if err := d.LinkIdentity(ctx, ada.ID, atGoogle("7"), "here"); err != nil {
			t.Fatal(err)
		}
		if !isOpen(t, s, here) || isOpen(t, s, elsewhere) {
			t.Errorf("open: here %v, elsewhere %v", isOpen(t, s, here), isOpen(t, s, elsewhere))
		}
		if l, _ := oneLetter(t, s, LetterChanged); l.What != ProviderLinked || l.Detail != "Google" {
			t.Errorf("the letter says %s %s", l.What, l.Detail)
		}
		if err := d.LinkIdentity(ctx, ada.ID, atGoogle("7"), "here"); err != nil || len(letters(t, s)) != 0 {
			t.Errorf("linked twice: %v", err)
		}
		linked, err := s.Identities(ctx, ada.ID)
		if err != nil || len(linked) != 1 {
			t.Fatalf("linked %+v: %v", linked, err)
		}
		c.pass(time.Second)
		if err := d.UnlinkIdentity(ctx, "somebody", linked[0].ID, "Google", ""); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("unlinked by somebody: %v", err)
		}
		elsewhere = browser(t, s, ada.ID, "elsewhere too")
		if err := d.UnlinkIdentity(ctx, ada.ID, linked[0].ID, "Google", "here"); err != nil {
			t.Fatal(err)
		}
		if !isOpen(t, s, here) || isOpen(t, s, elsewhere) {
			t.Errorf("after unlinking: here %v, elsewhere %v", isOpen(t, s, here), isOpen(t, s, elsewhere))
		}
		if l, _ := oneLetter(t, s, LetterChanged); l.What != ProviderUnlinked {
			t.Errorf("the letter says %s", l.What)
		}
		if _, err := d.SignInBy(ctx, atGoogle("7")); !errors.Is(err, ErrStranger) {
			t.Errorf("after unlinking: %v", err)
		}
		if err := d.UnlinkIdentity(ctx, ada.ID, linked[0].ID, "Google", "here"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("unlinked twice: %v", err)
		}
	})
}

func TestAnIdentityIsOnePersonsWhoeverLinksItAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		ctx := t.Context()
		people := []store.Person{confirmed(t, d, s, ada()), confirmed(t, d, s, Joining{Name: "Bob", Email: "bob@example.org", Password: goodPassword})}
		ends := make([]error, 10)
		var all sync.WaitGroup
		for i := range ends {
			all.Go(func() { ends[i] = d.LinkIdentity(ctx, people[i%2].ID, atGoogle("7"), "") })
		}
		all.Wait()
		owner, err := d.SignInBy(ctx, atGoogle("7"))
		if err != nil {
			t.Fatal(err)
		}
		for i, err := range ends {
			if mine := people[i%2].ID == owner.ID; mine && err != nil || !mine && !errors.Is(err, store.ErrTaken) {
				t.Errorf("try %d, mine %v: %v", i, mine, err)
			}
		}
	})
}

func TestTheLastWayToSignInStays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		ctx := t.Context()
		p := store.Person{Handle: "ada", Name: "Ada", Language: "en", Theme: "auto", Role: "member"}
		if err := s.CreatePerson(ctx, &p); err != nil {
			t.Fatal(err)
		}
		first, second := store.Identity{PersonID: p.ID, Provider: "google", Issuer: "https://a.example", Subject: "1"}, store.Identity{PersonID: p.ID, Provider: "oidc", Issuer: "https://b.example", Subject: "1"}
		for _, i := range []*store.Identity{&first, &second} {
			if err := s.AddIdentity(ctx, i); err != nil {
				t.Fatal(err)
			}
		}
		ends := make([]error, 2)
		var both sync.WaitGroup
		for i, id := range []string{first.ID, second.ID} {
			both.Go(func() { ends[i] = d.UnlinkIdentity(ctx, p.ID, id, "x", "") })
		}
		both.Wait()
		if linked, err := s.Identities(ctx, p.ID); err != nil || len(linked) != 1 {
			t.Errorf("%d ways remain, %v; ends %v", len(linked), err, ends)
		}
		if !errors.Is(errors.Join(ends...), ErrLastWay) {
			t.Errorf("ends: %v", ends)
		}
	})
}

func TestADisabledPersonIsLetInByNoProvider(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, c := desk(s)
		ctx := t.Context()
		p := confirmed(t, d, s, ada())
		if err := d.LinkIdentity(ctx, p.ID, atGoogle("7"), ""); err != nil {
			t.Fatal(err)
		}
		now := c.Now()
		p.DisabledAt, p.UpdatedAt = &now, now
		if err := s.UpdatePerson(ctx, &p); err != nil {
			t.Fatal(err)
		}
		if _, err := d.SignInBy(ctx, atGoogle("7")); !errors.Is(err, ErrWrong) {
			t.Errorf("let in: %v", err)
		}
	})
}

func TestAVisitToAProviderComesBackOnceAndInTime(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, c := desk(s)
		ctx := t.Context()
		begun, state, err := d.SetOut(ctx, Visit{Provider: "google", Onward: "/badges"})
		if err != nil || len(state) != 43 || len(begun.Nonce) != 43 || len(begun.Verifier) != 43 || state == begun.Nonce || begun.Nonce == begun.Verifier {
			t.Fatalf("begun %+v with %q: %v", begun, state, err)
		}
		for _, wrong := range [][2]string{{"google", ""}, {"google", state + "x"}, {"github", state}, {"", state}} {
			if _, err := d.ComeBack(ctx, wrong[0], wrong[1]); !errors.Is(err, ErrSecret) {
				t.Errorf("back at %q with %q: %v", wrong[0], wrong[1], err)
			}
		}
		if back, err := d.ComeBack(ctx, "google", state); err != nil || back != begun {
			t.Errorf("back %+v: %v", back, err)
		}
		if _, err := d.ComeBack(ctx, "google", state); !errors.Is(err, ErrSecret) {
			t.Errorf("back twice: %v", err)
		}
		_, state, err = d.SetOut(ctx, Visit{Provider: "google", Onward: "/badges"})
		if err != nil {
			t.Fatal(err)
		}
		c.pass(visitLasts)
		if _, err := d.ComeBack(ctx, "google", state); !errors.Is(err, ErrSecret) {
			t.Errorf("back too late: %v", err)
		}
		if err := d.Purge(ctx); err != nil {
			t.Error(err)
		}
	})
}
