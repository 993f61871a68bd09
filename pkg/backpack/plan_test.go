package backpack

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

func TestEveryHostHasItsTurnBeforeAnyHasItsSecond(t *testing.T) {
	var due []store.Badge
	for i := range 5000 {
		due = append(due, store.Badge{ID: fmt.Sprint("bad", i), SourceURL: "https://dead.example/a/" + fmt.Sprint(i)})
	}
	for i := range 20 {
		due = append(due, store.Badge{ID: fmt.Sprint("good", i), CredentialID: fmt.Sprintf("https://good%d.example/a", i)})
	}
	due = append(due, store.Badge{ID: "key", IssuerID: "did:key:z6Mk"}, store.Badge{ID: "web", CredentialID: "urn:uuid:1", IssuerID: "did:web:Own.example:x"})
	chosen := inTurns(due, 100)
	if len(chosen) != 100 {
		t.Fatalf("%d chosen", len(chosen))
	}
	for i, b := range chosen {
		if bad := b.ID[:3] == "bad"; bad != (i == 0 || i >= 23) {
			t.Errorf("place %d: %s", i, b.ID)
		}
	}
	if all := inTurns(due, 10_000); len(all) != len(due) {
		t.Errorf("%d of %d", len(all), len(due))
	}
	if none := inTurns(nil, 5); len(none) != 0 {
		t.Error(none)
	}
}

func TestBadgesOfOneDayDoNotComeBackOnOneDay(t *testing.T) {
	checked := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	hours := map[time.Duration]int{}
	for i := range 4800 {
		wait := regularTurn(store.Badge{ID: fmt.Sprintf("01JDBX3Z8K0Q2V9W4T7N5M%04d", i), CheckedAt: &checked}).Sub(checked)
		if wait > regularly || wait <= regularly-jitter {
			t.Fatalf("after %s", wait)
		}
		hours[wait/time.Hour]++
	}
	for hour, n := range hours {
		if n < 50 || n > 160 {
			t.Errorf("hour %d: %d badges of 4800 in 48 hours", hour, n)
		}
	}
	if turn := regularTurn(store.Badge{ID: "x"}); !turn.IsZero() {
		t.Error(turn)
	}
}

func TestAnHourPlansNoMoreThanItsShareAndNothingTwice(t *testing.T) {
	s := storetest.Open(t)
	r := newRoom(t, s)
	err := s.Tx(t.Context(), func(tx *store.Store) error {
		for i := range atOnce + 100 {
			b := store.Badge{
				PersonID: r.ada.ID, CredentialKey: fmt.Sprint(i), State: "accepted", Visibility: Private, Name: "x", Verdict: "genuine",
				IssuerID: fmt.Sprintf("https://issuer%d.example", i%7), Document: []byte("{}"), CheckedAt: &time.Time{},
			}
			if err := tx.CreateBadge(t.Context(), &b); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []int{atOnce, 100, 0} {
		if err := r.PlanRechecks(t.Context()); err != nil {
			t.Fatal(err)
		}
		planned := 0
		for {
			job, err := s.Lease(t.Context(), []string{RecheckJob}, r.now.Add(spread), 100*time.Hour)
			if err != nil {
				t.Fatal(err)
			}
			if job == nil {
				break
			}
			planned++
			if len(job.Payload) > 100 {
				t.Errorf("a job of %d bytes", len(job.Payload))
			}
		}
		if planned != want {
			t.Errorf("%d planned, want %d", planned, want)
		}
	}
}

func TestDisabledAccountsAreLeftAlone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		b := r.brings(t, Item{Text: r.hosts(t, "ada@example.org")}, Added)
		r.ada.DisabledAt = &r.now
		if err := s.UpdatePerson(t.Context(), &r.ada); err != nil {
			t.Fatal(err)
		}
		r.asked = 0
		r.rechecks(t, b)
		r.pass(regularly)
		if err := r.PlanRechecks(t.Context()); err != nil {
			t.Fatal(err)
		}
		if job, err := s.Lease(t.Context(), []string{RecheckJob}, r.now.AddDate(1, 0, 0), time.Minute); err != nil || job != nil || r.asked != 0 {
			t.Errorf("asked %d times, job %+v, %v", r.asked, job, err)
		}
	})
}

func TestAHostIsAskedAboutFewBadgesAtOnceAndOthersAreNot(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	h := newHosts()
	var leaves []func()
	for range perHost {
		leave, err := h.enter("dead.example", now)
		if err != nil {
			t.Fatal(err)
		}
		leaves = append(leaves, leave)
	}
	var until []time.Time
	for range 3 {
		_, err := h.enter("dead.example", now)
		var busy *HostBusy
		if !errors.As(err, &busy) || busy.Host != "dead.example" {
			t.Fatal(err)
		}
		until = append(until, busy.Until)
	}
	if want := []time.Time{now.Add(hostApart), now.Add(2 * hostApart), now.Add(3 * hostApart)}; !slices.Equal(until, want) {
		t.Errorf("%v, want %v", until, want)
	}
	for i := range rechecksAtOnce - perHost {
		leave, err := h.enter([]string{"", "good.example"}[i%2], now)
		if err != nil {
			t.Fatal(err)
		}
		leaves = append(leaves, leave)
	}
	var busy *HostBusy
	if _, err := h.enter("other.example", now); !errors.As(err, &busy) || busy.Host != "" {
		t.Error(err)
	}
	for _, leave := range leaves {
		leave()
	}
	if len(h.known) != 0 {
		t.Errorf("%d hosts are remembered", len(h.known))
	}
}
