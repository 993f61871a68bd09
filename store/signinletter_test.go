package store_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

func signInLetter(t *testing.T, s *store.Store, letter string, person *string) store.SignInLetter {
	t.Helper()
	l := store.SignInLetter{
		Request: strings.Repeat(letter, 64), Link: strings.Repeat(letter, 63) + "l", Code: strings.Repeat(letter, 63) + "c",
		Purpose: store.ToSignIn, PersonID: person, Email: "ada@example.org", Onward: "/badges", CreatedAt: noon, ExpiresAt: noon.Add(time.Minute),
	}
	must(t, s.CreateSignInLetter(ctx, &l))
	return l
}

func TestALetterForSigningInIsUsedOnceAndInTime(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada := person(t, s, "ada")
		l := signInLetter(t, s, "a", &ada.ID)
		late := noon.Add(time.Minute)
		for name, find := range map[string]func(time.Time) (store.SignInLetter, error){
			"by link":    func(at time.Time) (store.SignInLetter, error) { return s.SignInLetterByLink(ctx, l.Link, at) },
			"by request": func(at time.Time) (store.SignInLetter, error) { return s.SignInLetterByRequest(ctx, l.Request, at) },
		} {
			if got, err := find(noon); err != nil || got.Email != l.Email || *got.PersonID != ada.ID {
				t.Errorf("%s: %+v, %v", name, got, err)
			}
			if _, err := find(late); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s, too late: %v", name, err)
			}
		}
		if _, err := s.UseSignInLetter(ctx, l.Request, late); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("used too late: %v", err)
		}
		must(t, s.RelinkSignInLetter(ctx, l.Request, strings.Repeat("b", 64), 5, noon))
		if _, err := s.SignInLetterByLink(ctx, l.Link, noon); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("the former link: %v", err)
		}
		if _, err := s.UseSignInLetter(ctx, l.Request, noon); err != nil {
			t.Error(err)
		}
		for name, err := range map[string]error{
			"used twice": errOf(s.UseSignInLetter(ctx, l.Request, noon)),
			"a try":      errOf(s.CountTry(ctx, l.Request, 5, noon)),
			"a new link": s.RelinkSignInLetter(ctx, l.Request, strings.Repeat("c", 64), 5, noon),
		} {
			if !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func errOf[T any](_ T, err error) error { return err }

func TestOfManyTriesAtACodeOnlyAFewCount(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		l := signInLetter(t, s, "a", nil)
		var all sync.WaitGroup
		var mu sync.Mutex
		counted := 0
		for range 20 {
			all.Go(func() {
				if _, err := s.CountTry(ctx, l.Request, 5, noon); err == nil {
					mu.Lock()
					counted++
					mu.Unlock()
				} else if !errors.Is(err, store.ErrNotFound) {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if counted != 5 {
			t.Errorf("%d tries were counted", counted)
		}
	})
}

func TestLettersForSigningInGoWithTheirPersonAndTheirTime(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada := person(t, s, "ada")
		l := signInLetter(t, s, "a", &ada.ID)
		nobodys := signInLetter(t, s, "d", nil)
		must(t, s.DropSignInLetters(ctx, ada.ID))
		if _, err := s.SignInLetterByRequest(ctx, l.Request, noon); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("dropped: %v", err)
		}
		must(t, s.PurgeSignInLetters(ctx, noon))
		if _, err := s.SignInLetterByRequest(ctx, nobodys.Request, noon); err != nil {
			t.Errorf("purged too early: %v", err)
		}
		must(t, s.PurgeSignInLetters(ctx, noon.Add(2*time.Minute)))
		if rows := storetest.Ask(t, s, "SELECT email FROM sign_in_letters"); len(rows) != 0 {
			t.Errorf("left: %v", rows)
		}
	})
}

func TestAWishForLettersIsBegunOnceAndChanged(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada := person(t, s, "ada")
		if err := s.SetLetterWish(ctx, ada.ID, "never"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("changed before there was one: %v", err)
		}
		first := store.LetterWish{PersonID: ada.ID, Secret: strings.Repeat("s", 43), Badges: "daily"}
		must(t, s.BeginLetterWish(ctx, first))
		must(t, s.BeginLetterWish(ctx, store.LetterWish{PersonID: ada.ID, Secret: strings.Repeat("t", 43), Badges: "never"}))
		if got, err := s.LetterWish(ctx, ada.ID); err != nil || got != first {
			t.Errorf("%+v, %v", got, err)
		}
		must(t, s.SetLetterWish(ctx, ada.ID, "never"))
		if got, err := s.LetterWishBySecret(ctx, first.Secret); err != nil || got.Badges != "never" || got.PersonID != ada.ID {
			t.Errorf("%+v, %v", got, err)
		}
	})
}
