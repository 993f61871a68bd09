package backpack

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"

	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// hashedFor are identities that state addresses by their hashes.
func hashedFor(emails ...string) string {
	var all []string
	for _, email := range emails {
		all = append(all, fmt.Sprintf(`{"type":"IdentityObject","identityHash":"sha256$%x","identityType":"emailAddress","hashed":true,"salt":"salt"}`, sha256.Sum256([]byte(email+"salt"))))
	}
	return `"identifier":[` + strings.Join(all, ",") + `],`
}

// looks does every job that waits to look through badges or to verify one again.
func (r *room) looks(t *testing.T) (checked int) {
	t.Helper()
	for {
		job, err := r.store.Lease(t.Context(), []string{store.MatchJob, RecheckJob}, r.Now(), 0)
		if err != nil {
			t.Fatal(err)
		}
		if job == nil {
			return checked
		}
		do := map[string]func(context.Context, []byte) error{store.MatchJob: r.Match, RecheckJob: r.Recheck}[job.Kind]
		if err := do(t.Context(), job.Payload); err != nil {
			t.Fatal(err)
		}
		if job.Kind == RecheckJob {
			checked++
		}
		if err := r.store.Finish(t.Context(), job.ID, r.Now()); err != nil {
			t.Fatal(err)
		}
	}
}

// found is the result of the finding on whose a badge is.
func (r *room) found(t *testing.T, b store.Badge) openbadges.Result {
	t.Helper()
	report, err := r.Report(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range report.Findings {
		if f.Check == openbadges.CheckRecipient {
			return f.Result
		}
	}
	return ""
}

// mismatched takes a badge in by an address and then makes that address somebody's no longer, without a trace.
func (r *room) mismatched(t *testing.T, identity, by string) store.Badge {
	t.Helper()
	once := r.address(t, r.ada, by, true)
	b := r.brings(t, Item{Text: string(made{identity: identity}.signed(t))}, Added)
	if err := r.store.RemoveAddress(t.Context(), r.ada.ID, once.ID, r.now); err != nil {
		t.Fatal(err)
	}
	b.AddressID = nil
	if err := r.store.UpdateBadge(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	if err := r.store.PurgeAddresses(t.Context(), r.now.AddDate(0, 0, 1)); err != nil {
		t.Fatal(err)
	}
	if v, err := r.Check(t.Context(), r.ada.ID, b.ID); err != nil || v.Verdict != openbadges.Contradicted {
		t.Fatalf("%s %v", v.Verdict, err)
	}
	return b
}

func TestABadgeFoundToBeSomebodyElsesIsTheirsOnceTheAddressIsProved(t *testing.T) {
	for name, c := range map[string]struct{ identity, by, later string }{
		"hashed":                      {hashedFor("ada@work.example"), "ada@work.example", "ada@work.example"},
		"hashed in the case as typed": {hashedFor("Ada.L@work.example"), "Ada.L@work.example", "Ada.L@work.example"},
		"hashed in lower case":        {hashedFor("ada.l@work.example"), "ada.l@work.example", "Ada.L@work.example"},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, s *store.Store) {
				r := newRoom(t, s)
				b := r.mismatched(t, c.identity, c.by)
				later := r.address(t, r.ada, c.later, false)
				r.proves(t, later)
				if err := s.Enqueue(t.Context(), store.MatchJobFor(r.ada.ID, r.now)); err != nil {
					t.Fatal(err)
				}
				if n := r.looks(t); n != 1 {
					t.Errorf("%d badges verified again", n)
				}
				b, err := s.AnyBadge(t.Context(), b.ID)
				if err != nil || b.Verdict != string(openbadges.Genuine) || r.found(t, b) != openbadges.Pass || b.Visibility != Private {
					t.Errorf("%s %s %s %v", b.Verdict, b.VerdictReason, r.found(t, b), err)
				}
			})
		})
	}
}

func TestABadgeThatWaitsForOneAddressComesInByAnother(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		waits := r.address(t, r.ada, "ada@work.example", false)
		b := r.brings(t, Item{Text: string(made{identity: hashedFor("ada@work.example", "ada@home.example")}.signed(t))}, Waiting)
		home := r.address(t, r.ada, "ada@home.example", false)
		r.proves(t, home)
		if err := s.Enqueue(t.Context(), store.MatchJobFor(r.ada.ID, r.now)); err != nil {
			t.Fatal(err)
		}
		r.looks(t)
		got, err := s.AnyBadge(t.Context(), b.ID)
		if err != nil || got.State != store.Accepted || got.AddressID == nil || *got.AddressID != home.ID || *b.AddressID != waits.ID {
			t.Errorf("%+v %v", got, err)
		}
	})
}

func TestNobodyElsesBadgeIsLetIn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		r.address(t, r.ada, "grace@example.org", false)
		b := r.brings(t, Item{Text: string(made{identity: hashedFor("grace@example.org")}.signed(t))}, Waiting)
		more := r.address(t, r.ada, "ada@work.example", false)
		r.proves(t, more)
		if err := s.Enqueue(t.Context(), store.MatchJobFor(r.ada.ID, r.now)); err != nil {
			t.Fatal(err)
		}
		if n := r.looks(t); n != 0 || r.state(t, b) != store.Pending {
			t.Errorf("%d verified again, %s", n, r.state(t, b))
		}
	})
}

// TestBadgesAcceptedByAnAddressOutliveItsRemoval in every check, import and update that follows, also once it is purged
// of what can be purged and after somebody else has proved the address.
func TestBadgesAcceptedByAnAddressOutliveItsRemoval(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		work := r.address(t, r.ada, "ada@work.example", true)
		item := Item{Text: string(made{identity: hashedFor("ada@work.example")}.signed(t))}
		b := r.brings(t, item, Added)
		if err := s.RemoveAddress(t.Context(), r.ada.ID, work.ID, r.now); err != nil {
			t.Fatal(err)
		}
		if err := s.PurgeAddresses(t.Context(), r.now.AddDate(1, 0, 0)); err != nil {
			t.Fatal(err)
		}
		grace := r.person(t, "grace", "ada@work.example", true)
		if v, err := r.Check(t.Context(), r.ada.ID, b.ID); err != nil || v.Verdict != openbadges.Genuine {
			t.Errorf("checked: %s %v", v.Verdict, err)
		}
		if got := r.brings(t, item, Already); got.ID != b.ID || got.State != store.Accepted {
			t.Errorf("brought again: %+v", got)
		}
		newer := Item{Text: string(made{identity: hashedFor("ada@work.example"), from: "2026-05-06T07:08:09Z"}.signed(t))}
		if got := r.brings(t, newer, Updated); got.ID != b.ID || got.State != store.Accepted || r.found(t, got) != openbadges.Pass {
			t.Errorf("updated: %+v", got)
		}
		other := Item{Text: string(made{id: "urn:uuid:another", identity: hashedFor("ada@work.example")}.signed(t))}
		if got, err := r.Import(t.Context(), r.ada.ID, other); err == nil {
			t.Errorf("a new badge comes by a removed address: %+v", got)
		}
		if got, err := r.Import(t.Context(), grace.ID, other); err != nil || got.Outcome != Added {
			t.Errorf("whose it is now: %v", err)
		}

		again := r.address(t, r.ada, "ada@work.example", false) // claimed again, not proved again
		if again.ID != work.ID {
			t.Errorf("%s is not %s", again.ID, work.ID)
		}
		newest := Item{Text: string(made{identity: hashedFor("ada@work.example"), from: "2026-06-06T07:08:09Z"}.signed(t))}
		if got := r.brings(t, newest, Updated); got.State != store.Accepted {
			t.Errorf("an accepted badge waits again: %+v", got)
		}
		r.brings(t, other, Waiting)
	})
}
