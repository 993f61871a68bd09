package store_test

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

func badge(t testing.TB, s *store.Store, owner, name string, change ...func(*store.Badge)) store.Badge {
	t.Helper()
	b := draft(owner, name)
	for _, c := range change {
		c(&b)
	}
	must(t, s.CreateBadge(ctx, &b))
	return b
}

func draft(owner, name string) store.Badge {
	return store.Badge{
		PersonID: owner, CredentialKey: "sha256:" + name, State: "accepted", Visibility: "private", Name: name,
		IssuerName: "Issuer of " + name, Verdict: "genuine", Document: []byte("{}"), CreatedAt: noon, UpdatedAt: noon,
	}
}

func TestBadgeIsKeptByteForByte(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada := person(t, s, "ada")
		hers := address(t, s, ada.ID, "ada@example.org")
		every := make([]byte, 256)
		for i := range every {
			every[i] = byte(i)
		}
		issued, expires, checked := noon.AddDate(-1, 0, 0), noon.AddDate(1, 0, 0), noon.Add(time.Minute)
		b := store.Badge{
			PersonID: ada.ID, CredentialKey: "sha256:1", State: "pending", Visibility: "members", AddressID: &hers.ID,
			Standard: "3.0", Proof: "data-integrity", Container: "png", CredentialID: "urn:uuid:1", AchievementID: "https://x/a",
			Name: "Été à Genève", Description: "d\u2028'\"; DROP TABLE", IssuerName: "École", IssuerID: "did:key:z", IssuerURL: "https://x",
			IssuedAt: &issued, ExpiresAt: &expires, Language: "fr", DocumentType: "application/ld+json", OriginalKey: "k1",
			OriginalType: "image/png", OriginalName: "a b.png", PictureKey: "k2", PictureType: "image/png", SourceURL: "https://x/s",
			Verdict: "unknown", VerdictReason: "issuer-unreachable", CheckedAt: &checked, CreatedAt: noon, UpdatedAt: noon, Document: every,
		}
		must(t, s.CreateBadge(ctx, &b))
		got, err := s.Badge(ctx, ada.ID, b.ID)
		must(t, err)
		if !reflect.DeepEqual(got, b) {
			t.Errorf("got  %+v\nwant %+v", got, b)
		}
		if byKey, err := s.BadgeByKey(ctx, ada.ID, "sha256:1"); err != nil || byKey.ID != b.ID {
			t.Errorf("by key: %v, %v", byKey.ID, err)
		}

		got.Name, got.Visibility, got.AddressID, got.ExpiresAt, got.Document = "Zut", "public", nil, nil, []byte("new")
		must(t, s.UpdateBadge(ctx, &got))
		again, err := s.AnyBadge(ctx, b.ID)
		must(t, err)
		if !reflect.DeepEqual(again, got) || again.NameKey != "zut" {
			t.Errorf("got  %+v\nwant %+v", again, got)
		}
	})
}

// ASVS: V8.2.2
func TestBadgeIsItsOwners(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada, bob := person(t, s, "ada"), person(t, s, "bob")
		b := badge(t, s, ada.ID, "one")
		_, err := s.Badge(ctx, bob.ID, b.ID)
		wants(t, err, store.ErrNotFound)
		_, err = s.BadgeByKey(ctx, bob.ID, b.CredentialKey)
		wants(t, err, store.ErrNotFound)
		wants(t, s.SetVisibility(ctx, bob.ID, b.ID, "public", noon), store.ErrNotFound)
		wants(t, s.DeleteBadge(ctx, bob.ID, b.ID, noon), store.ErrNotFound)
		must(t, s.DeleteBadge(ctx, ada.ID, b.ID, noon))
		wants(t, s.RestoreBadge(ctx, bob.ID, b.ID, noon), store.ErrNotFound)
		stolen := b
		stolen.PersonID = bob.ID
		must(t, s.UpdateBadge(ctx, &stolen))
		if any, err := s.AnyBadge(ctx, b.ID); err != nil || any.PersonID != ada.ID {
			t.Errorf("the owner changed: %v, %v", any.PersonID, err)
		}
	})
}

// ASVS: V2.3.4, V15.4.2
func TestSameBadgeImportedFiftyTimesAtOnceIsOne(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada, bob := person(t, s, "ada"), person(t, s, "bob")
		other := storetest.Beside(t, s)
		ends := together(50, func(i int) error {
			return []*store.Store{s, other}[i%2].Tx(ctx, func(tx *store.Store) error {
				b := draft(ada.ID, "same")
				if err := tx.CreateBadge(ctx, &b); err != nil {
					_, found := tx.BadgeByKey(ctx, ada.ID, b.CredentialKey)
					must(t, found)
					return err
				}
				return tx.AddVerification(ctx, &store.Verification{BadgeID: b.ID, Verdict: "genuine", Findings: []byte("[]"), At: noon})
			})
		})
		if ends[nil] != 1 || ends[store.ErrTaken] != 49 {
			t.Errorf("ends: %v", ends)
		}
		all, _, _, _, _, err := s.WallCounts(ctx, ada.ID)
		if err != nil || all != 1 {
			t.Errorf("%d badges, %v", all, err)
		}
		badge(t, s, bob.ID, "same")
	})
}

func TestDeletedBadgeMakesRoomForTheSameAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada := person(t, s, "ada")
		first := badge(t, s, ada.ID, "same")
		must(t, s.DeleteBadge(ctx, ada.ID, first.ID, noon))
		wants(t, s.DeleteBadge(ctx, ada.ID, first.ID, noon), store.ErrNotFound)
		_, err := s.Badge(ctx, ada.ID, first.ID)
		wants(t, err, store.ErrNotFound)
		second := badge(t, s, ada.ID, "same")
		wants(t, s.RestoreBadge(ctx, ada.ID, first.ID, noon), store.ErrTaken)
		must(t, s.DeleteBadge(ctx, ada.ID, second.ID, noon))
		must(t, s.RestoreBadge(ctx, ada.ID, first.ID, noon))
		wants(t, s.RestoreBadge(ctx, ada.ID, first.ID, noon), store.ErrNotFound)
	})
}

func TestBadgeMustBeWhole(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada := person(t, s, "ada")
		for name, spoil := range map[string]func(*store.Badge){
			"owner":      func(b *store.Badge) { b.PersonID = store.NewID() },
			"key":        func(b *store.Badge) { b.CredentialKey = "" },
			"state":      func(b *store.Badge) { b.State = "stolen" },
			"visibility": func(b *store.Badge) { b.Visibility = "everyone" },
			"verdict":    func(b *store.Badge) { b.Verdict = "nice" },
			"document":   func(b *store.Badge) { b.Document = []byte{} },
		} {
			b := draft(ada.ID, "one")
			spoil(&b)
			if err := s.CreateBadge(ctx, &b); err == nil {
				t.Errorf("a badge with a bad %s is kept", name)
			}
		}
		b := badge(t, s, ada.ID, "one")
		if err := s.SetVisibility(ctx, ada.ID, b.ID, "everyone", noon); err == nil {
			t.Error("an unknown visibility is kept")
		}
		listed, _, err := s.Wall(ctx, store.WallQuery{Owner: ada.ID})
		must(t, err)
		if listed[0].Document != nil {
			t.Error("a wall carries documents")
		}
		if err := s.UpdateBadge(ctx, &listed[0]); err == nil {
			t.Error("a badge out of a list wiped the document")
		}
	})
}

func TestVisibilityIsSetAndTimed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada := person(t, s, "ada")
		b := badge(t, s, ada.ID, "one")
		must(t, s.SetVisibility(ctx, ada.ID, b.ID, "public", noon.Add(time.Hour)))
		got, err := s.Badge(ctx, ada.ID, b.ID)
		must(t, err)
		if got.Visibility != "public" || !got.UpdatedAt.Equal(noon.Add(time.Hour)) {
			t.Errorf("got %s at %v", got.Visibility, got.UpdatedAt)
		}
	})
}

func TestAcceptPendingAcceptsWhatWaitsForThisAddress(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		ada := person(t, s, "ada")
		a, b := address(t, s, ada.ID, "a@example.org"), address(t, s, ada.ID, "b@example.org")
		waiting := func(state string, address *string) func(*store.Badge) {
			return func(b *store.Badge) { b.State, b.AddressID = state, address }
		}
		for i := range 3 {
			badge(t, s, ada.ID, fmt.Sprint("mine", i), waiting("pending", &a.ID), func(b *store.Badge) { b.Visibility = "public" })
		}
		badge(t, s, ada.ID, "refused", waiting("refused", &a.ID))
		badge(t, s, ada.ID, "other", waiting("pending", &b.ID))
		for _, want := range []int{3, 0} {
			if n, err := s.AcceptPending(ctx, ada.ID, a.ID, noon); err != nil || n != want {
				t.Errorf("%d accepted, %v; want %d", n, err, want)
			}
		}
		if shown, err := s.ShownCounts(ctx, ada.ID); err != nil || shown["public"] != 0 {
			t.Errorf("public by themselves: %v, %v", shown, err)
		}
		if all, _, _, _, _, err := s.WallCounts(ctx, ada.ID); err != nil || all != 3 {
			t.Errorf("%d on the wall, %v", all, err)
		}
	})
}
