package backpack

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// proves does what the secret of a letter does: it holds the person, marks the address and lets in what waits.
func (r *room) proves(t *testing.T, a store.Address) {
	t.Helper()
	err := r.store.Tx(t.Context(), func(tx *store.Store) error {
		_, err := tx.Person(t.Context(), a.PersonID)
		if err == nil {
			err = tx.VerifyAddress(t.Context(), a.PersonID, a.ID, r.Now())
		}
		if err == nil {
			_, err = tx.AcceptPending(t.Context(), a.PersonID, a.ID, r.Now())
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func (r *room) state(t *testing.T, b store.Badge) string {
	t.Helper()
	b, err := r.store.AnyBadge(t.Context(), b.ID)
	if err != nil {
		t.Fatal(err)
	}
	return b.State
}

func TestAddressProvedWhileABadgeIsVerifiedLetsItIn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		work := r.address(t, r.ada, "ada@work.example", false)
		item := Item{Text: string(r.web[r.hosts(t, "ada@work.example")].Body)}
		r.meanwhile = func() { r.proves(t, work) }
		if b := r.brings(t, item, Added); b.State != store.Accepted || r.state(t, b) != store.Accepted {
			t.Errorf("waits for ever for an address that is proved: %s", b.State)
		}
	})
}

// TestAddressProvedAtTheSameMomentLetsItsBadgeIn has no order that leaves a badge behind.
func TestAddressProvedAtTheSameMomentLetsItsBadgeIn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		for i := range 8 {
			work := r.address(t, r.ada, fmt.Sprintf("ada%d@work.example", i), false)
			item, done := Item{Text: string(made{email: work.Email, id: fmt.Sprint("urn:example:", i)}.signed(t))}, make(chan struct{})
			go func() { defer close(done); r.proves(t, work) }()
			got, err := r.Import(t.Context(), r.ada.ID, item)
			if <-done; err != nil || r.state(t, got.Badge) != store.Accepted {
				t.Errorf("%s waits: %v", got.Badge.CredentialID, err)
			}
		}
	})
}

func TestWhatWaitsForAnAddressThatIsProvedIsLetInByCheckAndImport(t *testing.T) {
	for how, lets := range map[string]func(r *room, t *testing.T, b store.Badge, item Item) error{
		"check": func(r *room, t *testing.T, b store.Badge, _ Item) error {
			_, err := r.Check(t.Context(), r.ada.ID, b.ID)
			return err
		},
		"the same again": func(r *room, t *testing.T, _ store.Badge, item Item) error {
			if b := r.brings(t, item, Already); b.State != store.Accepted {
				t.Errorf("told that it is %s", b.State)
			}
			return nil
		},
		"another copy": func(r *room, t *testing.T, _ store.Badge, _ Item) error {
			older := made{email: "ada@work.example", from: "2026-01-01T00:00:00Z"}
			if b := r.brings(t, Item{Text: string(older.signed(t))}, Already); b.State != store.Accepted {
				t.Errorf("told that it is %s", b.State)
			}
			return nil
		},
	} {
		t.Run(how, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, s *store.Store) {
				r := newRoom(t, s)
				work := r.address(t, r.ada, "ada@work.example", false)
				item := Item{Text: string(made{email: "ada@work.example"}.signed(t))}
				b := r.brings(t, item, Waiting)
				if err := s.VerifyAddress(t.Context(), r.ada.ID, work.ID, r.now); err != nil { // and nobody lets anything in
					t.Fatal(err)
				}
				if err := lets(r, t, b, item); err != nil || r.state(t, b) != store.Accepted {
					t.Errorf("%s %v", r.state(t, b), err)
				}
			})
		})
	}
}

// TestCopyMadeOutToAProvedAddressLetsNothingIn: a forged copy is no proof of whose the held badge is.
func TestCopyMadeOutToAProvedAddressLetsNothingIn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		r.address(t, r.ada, "grace@example.org", false)
		b := r.brings(t, Item{Text: string(made{email: "grace@example.org"}.signed(t))}, Waiting)
		forged := made{email: "grace@example.org"}.signed(t)
		_, err := r.Import(t.Context(), r.ada.ID, Item{Data: bytes.ReplaceAll(forged, []byte("grace@"), []byte("ada@"))})
		if err != nil || r.state(t, b) != store.Pending {
			t.Errorf("%s %v", r.state(t, b), err)
		}
	})
}
