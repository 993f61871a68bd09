package store_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

func TestWhoIsErasedLeavesNoRowAndNoJob(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada, bob := person(t, s, "ada"), person(t, s, "bob")
		must(t, s.AddAddress(ctx, &store.Address{PersonID: ada.ID, Email: `a&da@example.org`, Primary: true, CreatedAt: noon}))
		with := func(original, picture string) func(*store.Badge) {
			return func(b *store.Badge) { b.OriginalKey, b.PictureKey = original, picture }
		}
		old := badge(t, s, ada.ID, "old", with("alone", "shared"))
		must(t, s.AddFormerDocument(ctx, &store.FormerDocument{BadgeID: old.ID, OriginalKey: "former", Document: []byte("{}"), ReplacedAt: noon}))
		badge(t, s, bob.ID, "kept", with("", "shared"))
		archive, _, err := begin(t, s, ada.ID, store.Out)
		must(t, err)
		key := ada.ID + ":2026"
		for _, job := range []store.Job{
			{Kind: "recheck", Payload: []byte(`{"Person":"` + ada.ID + `"}`)},
			{Kind: "letter", Payload: []byte(`{"To":"a\u0026da@example.org"}`)},
			{Kind: "news", UniqueKey: &key},
			{Kind: "letter", Payload: []byte(`{"To":"bob@example.org"}`)},
			{Kind: "letter", Payload: []byte(`{"To":"not-a\u0026da@example.org"}`)},
			{Kind: "letter", Payload: []byte(`{"To":"a\u0026da@example.org.uk"}`)},
			{Kind: "letter", Payload: []byte(`{"To":"a\u0026da@example.org.uk","Link":"/of/a\u0026da@example.org."}`)},
		} {
			must(t, s.Enqueue(ctx, job))
		}
		dead := store.Job{ID: store.NewID(), Kind: "letter"}
		must(t, s.Enqueue(ctx, dead))
		must(t, s.Bury(ctx, dead.ID, "550 <a&da@example.org> unknown", noon))

		for i, email := range []string{"A&da@Example.org", "bob@example.org"} {
			must(t, s.CreateSignInLetter(ctx, &store.SignInLetter{
				Request: strings.Repeat(string(rune('a'+i)), 64), Link: strings.Repeat(string(rune('c'+i)), 64), Code: strings.Repeat("e", 64),
				Purpose: store.ToSignIn, Email: email, ExpiresAt: noon, CreatedAt: noon,
			}))
		}

		hash := strings.Repeat("a", 64)
		erased, err := s.Erase(ctx, ada.ID, []string{hash}, noon)
		must(t, err)
		slices.Sort(erased.Blobs)
		if !slices.Equal(erased.Blobs, []string{"alone", "former"}) || !slices.Equal(erased.Archives, []string{archive.ID}) || !slices.Contains(erased.Words, "a&da@example.org") {
			t.Errorf("%+v", erased)
		}
		if left := storetest.Ask(t, s, "SELECT kind FROM jobs"); len(left) != 3 {
			t.Errorf("jobs left: %q", left)
		}
		// Whoever joined by such a letter was nobody when it was asked for.
		if left := storetest.Ask(t, s, "SELECT email FROM sign_in_letters"); len(left) != 1 || !strings.Contains(left[0], "bob@example.org") {
			t.Errorf("letters for signing in left: %q", left)
		}
		_, err = s.Person(ctx, ada.ID)
		wants(t, err, store.ErrNotFound)
		_, err = s.Erase(ctx, ada.ID, nil, noon)
		wants(t, err, store.ErrNotFound)
		for h, want := range map[string]bool{hash: true, strings.Repeat("b", 64): false} {
			if departed, err := s.HandleDeparted(ctx, h); err != nil || departed != want {
				t.Errorf("%.1s…: %v, %v", h, departed, err)
			}
		}
		if unclean, err := s.Unscrubbed(ctx); err != nil || !unclean {
			t.Errorf("unscrubbed %v, %v", unclean, err)
		}
		must(t, s.Scrub(ctx, noon))
		if unclean, err := s.Unscrubbed(ctx); err != nil || unclean {
			t.Errorf("unscrubbed after scrubbing: %v, %v", unclean, err)
		}
	})
}

func TestOnlyThoseAreLeavingWhoseTimeIsOver(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		for i, handle := range []string{"ada", "bob", "eve"} {
			p := person(t, s, handle)
			if at := noon.Add(time.Duration(i) * time.Hour); handle != "bob" {
				p.LeavingAt = &at
				must(t, s.UpdatePerson(ctx, &p))
			}
		}
		for hours, want := range map[int]int{-1: 0, 0: 1, 1: 1, 2: 2} {
			leaving, err := s.LeavingBy(ctx, noon.Add(time.Duration(hours)*time.Hour), 9)
			if err != nil || len(leaving) != want {
				t.Errorf("after %d hours: %d, %v, want %d", hours, len(leaving), err, want)
			}
		}
	})
}
