package account

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/gob"
	"errors"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// browser keeps a session of a person as the front door does and is its key in the store.
func browser(t *testing.T, s *store.Store, person, token string) string {
	t.Helper()
	var data bytes.Buffer
	held := struct {
		Deadline time.Time
		Values   map[string]any
	}{time.Now().Add(time.Hour), map[string]any{store.SessionPerson: person}}
	if err := gob.NewEncoder(&data).Encode(held); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(token))
	key := base64.RawURLEncoding.EncodeToString(sum[:])
	if err := s.Sessions().CommitCtx(t.Context(), key, data.Bytes(), time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	return key
}

func isOpen(t *testing.T, s *store.Store, key string) bool {
	t.Helper()
	_, found, err := s.Sessions().FindCtx(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// ASVS: V7.4.3
func TestAChangeOfHowOneSignsInEndsOtherSessionsAndIsToldToEveryConfirmedAddress(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, clock := desk(s)
		ctx := t.Context()
		ada := confirmed(t, d, s, ada())
		bob := confirmed(t, d, s, Joining{Name: "Bob", Email: "bob@example.org", Password: goodPassword})
		now := clock.Now()
		for _, a := range []store.Address{
			{PersonID: ada.ID, Email: "ada@work.example", VerifiedAt: &now, CreatedAt: now},
			{PersonID: ada.ID, Email: "ada@open.example", CreatedAt: now},
		} {
			if err := s.AddAddress(ctx, &a); err != nil {
				t.Fatal(err)
			}
		}
		if err := d.ForgotPassword(ctx, "192.0.2.1", "ada@example.org", "en"); err != nil {
			t.Fatal(err)
		}
		_, secret := oneLetter(t, s, LetterReset)
		here, elsewhere, his := browser(t, s, ada.ID, "here"), browser(t, s, ada.ID, "elsewhere"), browser(t, s, bob.ID, "his")

		err := s.Tx(ctx, func(tx *store.Store) error { return d.secured(ctx, tx, ada, "here", "of-tomorrow", "more") })
		if err != nil {
			t.Fatal(err)
		}
		if !isOpen(t, s, here) || isOpen(t, s, elsewhere) || !isOpen(t, s, his) {
			t.Errorf("open: here %v, elsewhere %v, somebody else's %v", isOpen(t, s, here), isOpen(t, s, elsewhere), isOpen(t, s, his))
		}
		told := map[string]bool{}
		for _, l := range letters(t, s) {
			told[l.To] = l.Kind == LetterChanged && l.What == "of-tomorrow" && l.Detail == "more"
		}
		if len(told) != 2 || !told["ada@example.org"] || !told["ada@work.example"] {
			t.Errorf("told: %v", told)
		}
		log, _, err := s.AuditOf(ctx, ada.ID, "", 1)
		if err != nil || len(log) != 1 || log[0].What != "of-tomorrow" || log[0].Detail != "more" {
			t.Errorf("the log has %+v, %v", log, err)
		}
		if _, err := d.ResetPassword(ctx, secret, "another walk by the sea"); err == nil {
			t.Error("a letter sent before the change still sets a password")
		}
	})
}

func TestTheOnlyWayInStays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		p := join(t, d, ada()) // whose address is not confirmed: no letter could let them in
		if _, err := d.RemovePassword(t.Context(), p.ID, ""); !errors.Is(err, ErrLastWay) {
			t.Errorf("removing the password of somebody without an address: %v", err)
		}
		if kept, err := s.Person(t.Context(), p.ID); err != nil || kept.PasswordHash == "" {
			t.Errorf("the password is gone: %v", err)
		}
	})
}
