package backpack

import (
	"errors"
	"strings"
	"testing"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

func TestABlockIsOfAnIssuerByItsIDOrItsHostHoweverTheyAreWritten(t *testing.T) {
	for _, row := range []struct {
		block, id, address string
		want               bool
	}{
		{"https://evil.example/issuer", "https://evil.example/issuer", "", true},
		{"https://evil.example/issuer", "https://evil.example/other", "", false},
		{"did:key:z6Mk", "did:key:z6Mk", "", true},
		{"did:key:z6Mk", "did:key:z6Mx", "https://evil.example", false},
		{"evil.example", "https://evil.example/issuer", "", true},
		{"EVIL.example.", "https://Evil.Example:443/issuer", "", true},
		{"evil.example", "http://evil.example:8080/issuer", "", true},
		{"evil.example", "https://badges.evil.example/issuer", "", true},
		{"*.evil.example", "https://badges.evil.example/issuer", "", true},
		{"evil.example", "did:web:evil.example", "", true},
		{"evil.example", "did:web:a.evil.example%3A8443:x", "", true},
		{"evil.example", "did:key:z6Mk", "https://evil.example/", true},
		{"evil.example", "urn:uuid:1", "https://evil.example./", true},
		{"bücher.example", "https://xn--bcher-kva.example/x", "", true},
		{"xn--bcher-kva.example", "https://BÜCHER.example/x", "", true},
		{"evil.example", "https://notevil.example/", "", false},
		{"evil.example", "https://evil.example.org/", "", false},
		{"evil.example", "https://good.example/?evil.example", "", false},
		{"evil.example", "", "", false},
	} {
		name := issuerName(row.block)
		if got := name != "" && blocks(store.Block{Name: name}, row.id, row.address); got != row.want {
			t.Errorf("%q (%q) blocks %q %q: %v", row.block, name, row.id, row.address, got)
		}
	}
	for _, none := range []string{"", " ", "evil", "a b.example", "evil.example/x", "me@evil.example", "https://", "://", ".", "*", "exa\u202emple", "evil.example:80"} {
		if name := issuerName(none); name != "" {
			t.Errorf("%q is read as %q", none, name)
		}
	}
}

// TestBadgesOfABlockedIssuerComeInNoMoreAndAreTheirHoldersAlone blocks and unblocks the issuer of a badge that is held.
//
// ASVS: V8.2.2
func TestBadgesOfABlockedIssuerComeInNoMoreAndAreTheirHoldersAlone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		item := Item{Text: string(made{email: "ada@example.org"}.signed(t))}
		held := r.brings(t, item, Added)
		if err := r.SetVisibility(t.Context(), r.ada.ID, held.ID, Public); err != nil {
			t.Fatal(err)
		}
		block, badges, err := r.BlockIssuer(t.Context(), r.ada.ID, held.IssuerID, "spam")
		if err != nil || badges != 1 {
			t.Fatalf("%d badges, %v", badges, err)
		}
		if _, _, err := r.BlockIssuer(t.Context(), "", held.IssuerID, ""); !errors.Is(err, store.ErrTaken) {
			t.Errorf("twice: %v", err)
		}
		blocked := func(want bool) {
			t.Helper()
			b, err := s.AnyBadge(t.Context(), held.ID)
			if err != nil || b.IssuerBlocked != want {
				t.Errorf("blocked is %v, want %v, %v", b.IssuerBlocked, want, err)
			}
		}
		blocked(true)
		if _, err := r.Import(t.Context(), r.ada.ID, item); !errors.Is(err, ErrBlocked) {
			t.Errorf("the same once more: %v", err)
		}
		other := Item{Text: string(made{id: "urn:uuid:5a1c1e55-0c35-4a8e-9a2e-0d8f6a3c7b12", email: "ada@example.org"}.signed(t))}
		if _, err := r.Import(t.Context(), r.ada.ID, other); !errors.Is(err, ErrBlocked) {
			t.Errorf("another of theirs: %v", err)
		}
		if _, err := r.Check(t.Context(), r.ada.ID, held.ID); err != nil {
			t.Fatal(err)
		}
		blocked(true)
		if j := r.Judge(t.Context(), other, Judging{}); !j.IssuerBlocked || j.Genuine != "genuine" {
			t.Errorf("judged: blocked %v, %s", j.IssuerBlocked, j.Genuine)
		}
		if err := r.UnblockIssuer(t.Context(), r.ada.ID, block.ID); err != nil {
			t.Fatal(err)
		}
		blocked(false)
		if j := r.Judge(t.Context(), other, Judging{}); j.IssuerBlocked {
			t.Error("judged as blocked still")
		}
		r.brings(t, other, Added)
		entries, _, err := s.AuditAll(t.Context(), "", 5)
		if err != nil || len(entries) != 2 || entries[0].What+entries[1].What != IssuerUnblocked+IssuerBlocked && entries[0].What+entries[1].What != IssuerBlocked+IssuerUnblocked || entries[0].Detail != held.IssuerID {
			t.Errorf("the log says %+v, %v", entries, err)
		}
		for name, err := range map[string]error{"no issuer": ErrNoIssuer, "https://x.example": ErrReason} {
			if _, _, got := r.BlockIssuer(t.Context(), "", name, strings.Repeat("x", 250)); !errors.Is(got, err) {
				t.Errorf("%q: %v", name, got)
			}
		}
		if err := r.UnblockIssuer(t.Context(), "", "nobody.example"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("what is not blocked: %v", err)
		}
	})
}

func TestABlockIsLiftedAsItWasWritten(t *testing.T) {
	r := newRoom(t, storetest.Open(t))
	for _, name := range []string{"bücher.example", "did:web:evil.example"} {
		if _, _, err := r.BlockIssuer(t.Context(), "", name, ""); err != nil {
			t.Fatal(err)
		}
		if err := r.UnblockIssuer(t.Context(), "", strings.ToUpper(name[:1])+name[1:]); err != nil && name[0] == 'b' {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestStorageIsTriedAndLeavesNothingBehind(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		if err := r.TryFiles(t.Context(), r.ada.ID); err != nil {
			t.Fatal(err)
		}
		if stock, err := r.Stock(t.Context()); err != nil || stock.Files != 0 || !stock.Whole {
			t.Errorf("left: %+v, %v", stock, err)
		}
		r.files.full = true
		if err := r.TryFiles(t.Context(), ""); !errors.Is(err, errNoFile) {
			t.Errorf("a full disk: %v", err)
		}
		entries, _, err := s.AuditAll(t.Context(), "", 5)
		if err != nil || len(entries) != 2 || entries[0].What != StorageTested || entries[0].Detail == entries[1].Detail {
			t.Errorf("the log says %+v, %v", entries, err)
		}
	})
}
