package backpack

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// ASVS: V8.2.2
func TestOnlyItsHolderSaysWhoSeesABadge(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		grace := r.person(t, "grace", "grace@example.org", true)
		b := r.brings(t, Item{Text: string(made{email: "ada@example.org"}.signed(t))}, Added)
		for _, visibility := range []string{"", "PUBLIC", "everybody", "links"} {
			if err := r.SetVisibility(t.Context(), r.ada.ID, b.ID, visibility); !errors.Is(err, ErrVisibility) {
				t.Errorf("%q: %v", visibility, err)
			}
		}
		deeds := map[string]func(person, id string) error{
			"show":    func(p, id string) error { return r.SetVisibility(t.Context(), p, id, Public) },
			"delete":  func(p, id string) error { return r.Delete(t.Context(), p, id) },
			"restore": func(p, id string) error { return r.Restore(t.Context(), p, id) },
			"check":   func(p, id string) error { _, err := r.Check(t.Context(), p, id); return err },
		}
		for name, deed := range deeds {
			if err := deed(grace.ID, b.ID); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s somebody's: %v", name, err)
			}
			if err := deed(r.ada.ID, store.NewID()); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%s nothing: %v", name, err)
			}
		}
		if got, err := s.Badge(t.Context(), r.ada.ID, b.ID); err != nil || got.Visibility != Private {
			t.Errorf("%+v %v", got, err)
		}
	})
}

// TestWhatWaitsIsShownToNobodyNowOrLater tries to show a badge that waits for an address, alone, with others and by undoing,
// and then proves the address.
// ASVS: V8.2.2
func TestWhatWaitsIsShownToNobodyNowOrLater(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		ctx := t.Context()
		work := r.address(t, r.ada, "ada@work.example", false)
		b := r.brings(t, Item{Text: string(made{email: "ada@work.example"}.signed(t))}, Waiting)
		for _, visibility := range []string{Link, Members, Public} {
			if err := r.SetVisibility(ctx, r.ada.ID, b.ID, visibility); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("alone, %s: %v", visibility, err)
			}
			if done, err := r.Change(ctx, r.ada.ID, []string{b.ID}, Deed{What: SetShown, With: visibility}); err != nil || done.Badges != 0 {
				t.Errorf("with others, %s: %+v %v", visibility, done, err)
			}
		}
		put, err := s.PutBack(ctx, r.ada.ID, []store.Change{{Badge: b.ID, Place: store.VisibilityPlace, Former: Public, Since: Private}}, r.Now())
		if err != nil || put != 0 {
			t.Errorf("by undoing: %d %v", put, err)
		}
		if err := r.SetVisibility(ctx, r.ada.ID, b.ID, Private); err != nil {
			t.Errorf("to hide it: %v", err)
		}
		r.proves(t, work)
		if b, err := s.Badge(ctx, r.ada.ID, b.ID); err != nil || b.State != store.Accepted || b.Visibility != Private {
			t.Errorf("proved: %s %s %v", b.State, b.Visibility, err)
		}
	})
}

// TestAPublicBadgeThatComesToWaitIsPrivate updates one with a version made out to an address that is not proved.
func TestAPublicBadgeThatComesToWaitIsPrivate(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		ctx := t.Context()
		work := r.address(t, r.ada, "ada@work.example", false)
		b := r.brings(t, Item{Text: string(made{email: "ada@example.org"}.signed(t))}, Added)
		if err := r.SetVisibility(ctx, r.ada.ID, b.ID, Public); err != nil {
			t.Fatal(err)
		}
		newer := Item{Text: string(made{email: "ada@work.example", from: "2026-05-06T07:08:09Z"}.signed(t))}
		if _, err := r.Import(ctx, r.ada.ID, newer); err != nil {
			t.Fatal(err)
		}
		if b, err := s.Badge(ctx, r.ada.ID, b.ID); err != nil || b.State != store.Pending || b.Visibility != Private {
			t.Errorf("%s %s %v", b.State, b.Visibility, err)
		}
		r.proves(t, work)
		if b, err := s.Badge(ctx, r.ada.ID, b.ID); err != nil || b.State != store.Accepted || b.Visibility != Private {
			t.Errorf("proved: %s %s %v", b.State, b.Visibility, err)
		}
	})
}

// TestNothingMakesABadgePublicByTheWay does every deed there is to a private badge, and to one made private after.
func TestNothingMakesABadgePublicByTheWay(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		older := Item{Text: string(made{email: "ada@example.org"}.signed(t))}
		newer := Item{Text: string(made{email: "ada@example.org", from: "2026-05-06T07:08:09Z"}.signed(t))}
		b := r.brings(t, older, Added)
		private := func(after string) {
			t.Helper()
			if got, err := s.Badge(t.Context(), r.ada.ID, b.ID); err != nil || got.Visibility != Private {
				t.Errorf("after %s: %s %v", after, got.Visibility, err)
			}
		}
		if err := r.SetVisibility(t.Context(), r.ada.ID, b.ID, Public); err != nil {
			t.Fatal(err)
		}
		if err := r.Delete(t.Context(), r.ada.ID, b.ID); err != nil {
			t.Fatal(err)
		}
		r.pass(time.Minute)
		if err := r.Restore(t.Context(), r.ada.ID, b.ID); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Badge(t.Context(), r.ada.ID, b.ID); err != nil || got.Visibility != Public {
			t.Errorf("undone at once: %s %v", got.Visibility, err)
		}
		if err := r.Delete(t.Context(), r.ada.ID, b.ID); err != nil {
			t.Fatal(err)
		}
		r.pass(time.Hour)
		if err := r.Restore(t.Context(), r.ada.ID, b.ID); err != nil {
			t.Fatal(err)
		}
		private("restoring")
		if _, err := r.Check(t.Context(), r.ada.ID, b.ID); err != nil {
			t.Fatal(err)
		}
		private("checking")
		r.brings(t, older, Already)
		private("bringing it again")
		r.brings(t, newer, Updated)
		private("bringing a newer one")
		for _, form := range []string{"png", "svg"} {
			if _, err := r.Baked(t.Context(), b, form); err != nil {
				t.Fatal(err)
			}
		}
		private("baking")
	})
}

// TestChoiceMadeDuringACheckStays sets a badge private again and again while it is being verified.
func TestChoiceMadeDuringACheckStays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		b := r.brings(t, Item{Text: string(made{email: "ada@example.org"}.signed(t))}, Added)
		ctx := context.WithoutCancel(t.Context())
		for round := range 5 {
			var wait sync.WaitGroup
			for range 4 {
				wait.Go(func() {
					if _, err := r.Check(ctx, r.ada.ID, b.ID); err != nil {
						t.Error(err)
					}
				})
			}
			for i := range 12 {
				want := []string{Public, Members, Private}[(round+i)%3]
				if i == 11 {
					want = Private
				}
				if err := r.SetVisibility(ctx, r.ada.ID, b.ID, want); err != nil {
					t.Error(err)
				}
			}
			wait.Wait()
			if got, err := s.Badge(ctx, r.ada.ID, b.ID); err != nil || got.Visibility != Private {
				t.Fatalf("%s %v", got.Visibility, err)
			}
		}
	})
}

// ASVS: V14.2.7
func TestDeletedBadgeIsKeptThirtyDaysAndThenGoneWithItsFiles(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		grace := r.person(t, "grace", "grace@example.org", true)
		file := baked(t, made{email: "ada@example.org"}.signed(t))
		b := r.brings(t, Item{Name: "b.png", Data: file}, Added)
		shared := baked(t, made{id: "urn:uuid:shared"}.signed(t))
		both := r.brings(t, Item{Name: "b.png", Data: shared}, Added)
		if _, err := r.Import(t.Context(), grace.ID, Item{Name: "b.png", Data: shared}); err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{b.ID, both.ID} {
			if err := r.Delete(t.Context(), r.ada.ID, id); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := r.Check(t.Context(), r.ada.ID, b.ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a deleted badge is checked: %v", err)
		}
		r.pass(KeptDeleted - time.Second)
		if err := r.Purge(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := r.Restore(t.Context(), r.ada.ID, b.ID); err != nil {
			t.Fatalf("a second before: %v", err)
		}
		if err := r.Delete(t.Context(), r.ada.ID, b.ID); err != nil {
			t.Fatal(err)
		}
		r.pass(KeptDeleted + time.Second)
		if err := r.Purge(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := r.Restore(t.Context(), r.ada.ID, b.ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a second after: %v", err)
		}
		if _, err := r.files.Read(t.Context(), b.OriginalKey); !errors.Is(err, errNoFile) {
			t.Errorf("its file is still there: %v", err)
		}
		if _, err := r.files.Read(t.Context(), both.OriginalKey); err != nil {
			t.Errorf("a file another badge uses is gone: %v", err)
		}
	})
}

func TestRestoringWhatWasBroughtAgainMeanwhileIsTaken(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		item := Item{Text: string(made{email: "ada@example.org"}.signed(t))}
		b := r.brings(t, item, Added)
		if err := r.Delete(t.Context(), r.ada.ID, b.ID); err != nil {
			t.Fatal(err)
		}
		r.brings(t, item, Added)
		if err := r.Restore(t.Context(), r.ada.ID, b.ID); !errors.Is(err, store.ErrTaken) {
			t.Error(err)
		}
	})
}

func TestPurgingAndBringingTheSameFileLosesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		ctx := context.WithoutCancel(t.Context())
		for i := range 5 {
			item := Item{Name: "b.png", Data: baked(t, made{id: fmt.Sprint("urn:uuid:", i), email: "ada@example.org"}.signed(t))}
			b := r.brings(t, item, Added)
			if err := r.Delete(ctx, r.ada.ID, b.ID); err != nil {
				t.Fatal(err)
			}
			r.pass(KeptDeleted + time.Minute)
			var wait sync.WaitGroup
			wait.Go(func() {
				if err := r.Purge(ctx); err != nil {
					t.Error(err)
				}
			})
			var got Imported
			wait.Go(func() {
				var err error
				if got, err = r.Import(ctx, r.ada.ID, item); err != nil {
					t.Error(err)
				}
			})
			wait.Wait()
			if _, _, _, err := r.Original(ctx, got.Badge); err != nil {
				t.Errorf("the file is lost: %v", err)
			}
		}
	})
}
