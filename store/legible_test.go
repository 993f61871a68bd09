package store_test

import (
	"errors"
	"testing"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// TestTextThatIsNoneFindsNothing: PostgreSQL takes neither NUL nor broken UTF-8; asked for such, nothing is there.
func TestTextThatIsNoneFindsNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada := person(t, s, "ada")
		for _, none := range []string{"\x00", "a\x00b", "\xff"} {
			for name, ask := range map[string]func() error{
				"person":     func() error { _, err := s.Person(ctx, none); return err },
				"handle":     func() error { _, err := s.PersonByHandle(ctx, none); return err },
				"address":    func() error { _, err := s.AddressByID(ctx, ada.ID, none); return err },
				"badge":      func() error { _, err := s.Badge(ctx, ada.ID, none); return err },
				"any badge":  func() error { _, err := s.AnyBadge(ctx, none); return err },
				"token":      func() error { _, err := s.Token(ctx, none, none, noon); return err },
				"visibility": func() error { return s.SetVisibility(ctx, ada.ID, none, "public", noon) },
				"deleting":   func() error { return s.DeleteBadge(ctx, ada.ID, none, noon) },
				"restoring":  func() error { return s.RestoreBadge(ctx, ada.ID, none, noon) },
			} {
				if err := ask(); !errors.Is(err, store.ErrNotFound) {
					t.Errorf("%s %q: %v", name, none, err)
				}
			}
			lost := store.Person{Handle: "h" + none, Name: none, Language: "en", Theme: "auto", Role: "member"}
			if err := s.CreatePerson(ctx, &lost); errors.Is(err, store.ErrNotFound) {
				t.Errorf("what cannot be kept is not found: %v", err)
			}
		}
	})
}

// TestWordsOfOthersAreKeptAsText: names come out of credentials and reasons out of answers, whatever is in them.
func TestWordsOfOthersAreKeptAsText(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada := person(t, s, "ada")
		b := store.Badge{PersonID: ada.ID, CredentialKey: "k\x00", State: "accepted", Visibility: "private", Name: "Gar\x00dener", IssuerName: "\xff", OriginalName: "a\x00.png", Document: []byte{0, 255}, CreatedAt: noon}
		must(t, s.CreateBadge(ctx, &b))
		got, err := s.BadgeByKey(ctx, ada.ID, "k\x00")
		must(t, err)
		if got.Name != "Gardener" || got.IssuerName != "\ufffd" || got.OriginalName != "a.png" || string(got.Document) != "\x00\xff" {
			t.Errorf("kept as %+v", got)
		}
		got.Description = "a\x00b"
		must(t, s.UpdateBadge(ctx, &got))
		must(t, s.AddNews(ctx, &store.News{PersonID: ada.ID, BadgeID: b.ID, What: "revoked", Why: "be\x00cause\xff", At: noon}))
		must(t, s.Enqueue(ctx, store.Job{Kind: "letter", RunAt: noon, CreatedAt: noon}))
		j := lease(t, s, noon)
		must(t, s.Retry(ctx, j.ID, noon, "said \x00\xff"))
		must(t, s.Bury(ctx, j.ID, "said \x00\xff", noon))
	})
}
