package store_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

var letters = []string{"letter"}

func job(t testing.TB, s *store.Store, payload string) {
	t.Helper()
	must(t, s.Enqueue(ctx, store.Job{Kind: "letter", Payload: []byte(payload), RunAt: noon, CreatedAt: noon}))
}

func lease(t testing.TB, s *store.Store, now time.Time) *store.Job {
	t.Helper()
	j, err := s.Lease(ctx, letters, now, time.Minute)
	must(t, err)
	return j
}

func TestJobsAreDoneInTheOrderTheyAreDue(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		must(t, s.Enqueue(ctx, store.Job{Kind: "letter", Payload: []byte("late"), RunAt: noon.Add(time.Hour), CreatedAt: noon}))
		must(t, s.Enqueue(ctx, store.Job{Kind: "other", RunAt: noon.Add(-time.Hour), CreatedAt: noon}))
		job(t, s, "now")
		if j := lease(t, s, noon.Add(-time.Second)); j != nil {
			t.Fatalf("leased too early: %+v", j)
		}
		j := lease(t, s, noon)
		if j == nil || string(j.Payload) != "now" || j.Attempts != 1 || j.MaxAttempts != 12 || !j.LeasedUntil.Equal(noon.Add(time.Minute)) {
			t.Fatalf("leased %+v", j)
		}
		if again := lease(t, s, noon); again != nil {
			t.Fatalf("leased twice: %+v", again)
		}
		must(t, s.Finish(ctx, j.ID, noon))
		wants(t, s.Finish(ctx, j.ID, noon), store.ErrNotFound)
		wants(t, s.Retry(ctx, j.ID, noon, "x"), store.ErrNotFound)
		wants(t, s.Bury(ctx, j.ID, "x", noon), store.ErrNotFound)
		if j := lease(t, s, noon.Add(time.Hour)); j == nil || string(j.Payload) != "late" {
			t.Fatalf("leased %+v", j)
		}
		if j, err := s.Lease(ctx, nil, noon, time.Minute); j != nil || err != nil {
			t.Fatalf("leased without kinds: %v, %v", j, err)
		}
	})
}

func TestFinishErasesThePayload(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		job(t, s, "secret")
		must(t, s.Finish(ctx, lease(t, s, noon).ID, noon))
		var left int
		must(t, s.SQL().QueryRowContext(ctx, "SELECT COUNT(*) FROM jobs WHERE payload IS NOT NULL").Scan(&left))
		if left != 0 {
			t.Error("the payload is still there")
		}
		must(t, s.PurgeJobs(ctx, noon.Add(time.Second)))
		must(t, s.SQL().QueryRowContext(ctx, "SELECT COUNT(*) FROM jobs").Scan(&left))
		if left != 0 {
			t.Error("the job is still there")
		}
	})
}

// ASVS: V15.4.1
func TestEachJobIsDoneOnceByEightWorkers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		const many = 200
		must(t, s.Tx(ctx, func(tx *store.Store) error {
			for i := range many {
				job(t, tx, fmt.Sprint(i))
			}
			return nil
		}))
		var lock sync.Mutex
		done := map[string]int{}
		hands := []*store.Store{s, storetest.Beside(t, s)}
		ends := together(8, func(i int) error {
			for {
				j, err := hands[i%2].Lease(ctx, letters, noon, time.Minute)
				if err != nil || j == nil {
					return err
				}
				lock.Lock()
				done[string(j.Payload)]++
				lock.Unlock()
				if err := hands[i%2].Finish(ctx, j.ID, noon); err != nil {
					return err
				}
			}
		})
		if ends[nil] != 8 || len(done) != many {
			t.Errorf("ends %v, %d jobs done", ends, len(done))
		}
		for payload, times := range done {
			if times != 1 {
				t.Errorf("job %s was done %d times", payload, times)
			}
		}
	})
}

func TestJobOfALostWorkerIsDueAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		job(t, s, "x")
		first := lease(t, s, noon)
		if early := lease(t, s, noon.Add(59*time.Second)); early != nil {
			t.Fatalf("leased while another has it: %+v", early)
		}
		second := lease(t, s, noon.Add(time.Minute))
		if second == nil || second.ID != first.ID || second.Attempts != 2 {
			t.Fatalf("leased %+v", second)
		}
	})
}

func TestJobIsTriedAgainWhenItIsTime(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		job(t, s, "x")
		j := lease(t, s, noon)
		must(t, s.Retry(ctx, j.ID, noon.Add(10*time.Second), "the server was away"))
		if early := lease(t, s, noon.Add(9*time.Second)); early != nil {
			t.Fatalf("leased too early: %+v", early)
		}
		again := lease(t, s, noon.Add(10*time.Second))
		if again == nil || again.LastError != "the server was away" || string(again.Payload) != "x" {
			t.Fatalf("leased %+v", again)
		}
	})
}

// TestBuriedJobKeepsItsReasonAndNothingElse: a letter that was given up must not keep its secret.
func TestBuriedJobKeepsItsReasonAndNothingElse(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		key := "one"
		once := store.Job{Kind: "letter", Payload: []byte("secret"), UniqueKey: &key, RunAt: noon, CreatedAt: noon}
		must(t, s.Enqueue(ctx, once))
		must(t, s.Bury(ctx, lease(t, s, noon).ID, "no such mailbox", noon))
		has := func(want ...string) {
			t.Helper()
			if got := storetest.Ask(t, s, "SELECT last_error, COALESCE(length(payload), 0) FROM jobs WHERE state = 'dead'"); !slices.Equal(got, want) {
				t.Errorf("dead: %q, want %q", got, want)
			}
		}
		has("no such mailbox 0")
		if got := lease(t, s, noon.Add(time.Hour)); got != nil {
			t.Fatalf("leased a dead job: %+v", got)
		}
		must(t, s.Enqueue(ctx, once)) // a new one may be made while the old one is dead
		must(t, s.PurgeJobs(ctx, noon))
		has("no such mailbox 0")
		must(t, s.PurgeJobs(ctx, noon.Add(time.Second)))
		has()
		if got := lease(t, s, noon); got == nil || string(got.Payload) != "secret" {
			t.Errorf("the one that is ready is purged: %+v", got)
		}
	})
}

func TestUniqueJobIsEnqueuedOnceWhileReady(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		key, other := "badge-1", "badge-2"
		count := func() (n int) {
			must(t, s.SQL().QueryRowContext(ctx, "SELECT COUNT(*) FROM jobs WHERE state = 'ready'").Scan(&n))
			return n
		}
		ends := together(20, func(int) error {
			return s.Enqueue(ctx, store.Job{Kind: "letter", UniqueKey: &key, RunAt: noon, CreatedAt: noon})
		})
		if ends[nil] != 20 || count() != 1 {
			t.Errorf("ends %v, %d ready", ends, count())
		}
		must(t, s.Enqueue(ctx, store.Job{Kind: "letter", UniqueKey: &other, RunAt: noon, CreatedAt: noon}))
		must(t, s.Enqueue(ctx, store.Job{Kind: "recheck", UniqueKey: &key, RunAt: noon, CreatedAt: noon}))
		job(t, s, "no key")
		job(t, s, "no key")
		if count() != 5 {
			t.Errorf("%d ready, want 5", count())
		}
		j := lease(t, s, noon)
		must(t, s.Finish(ctx, j.ID, noon))
		must(t, s.Enqueue(ctx, store.Job{Kind: "letter", UniqueKey: j.UniqueKey, RunAt: noon, CreatedAt: noon}))
		if count() != 5 {
			t.Errorf("%d ready after one was done and made again, want 5", count())
		}
	})
}

// ASVS: V2.3.3
func TestJobIsKeptOnlyWithItsDeed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		sorry := errors.New("sorry")
		wants(t, s.Tx(ctx, func(tx *store.Store) error {
			job(t, tx, "x")
			return sorry
		}), sorry)
		if j := lease(t, s, noon); j != nil {
			t.Errorf("leased %+v", j)
		}
	})
}

func TestTurnIsHadByOneOfAllProcesses(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		hands := []*store.Store{s, storetest.Beside(t, s)}
		for round, at := range []time.Duration{0, time.Hour, 3 * time.Hour} {
			var lock sync.Mutex
			turns := 0
			ends := together(16, func(i int) error {
				due, err := hands[i%2].Schedule(ctx, "purge", time.Hour, noon.Add(at))
				lock.Lock()
				defer lock.Unlock()
				if due {
					turns++
				}
				return err
			})
			if ends[nil] != 16 || turns != 1 {
				t.Errorf("round %d: ends %v, %d turns", round, ends, turns)
			}
			if due, err := s.Schedule(ctx, "purge", time.Hour, noon.Add(at+59*time.Minute)); due || err != nil {
				t.Errorf("round %d: due again too early, %v", round, err)
			}
		}
		if due, err := s.Schedule(ctx, "other", time.Hour, noon); !due || err != nil {
			t.Errorf("another's turn: %v, %v", due, err)
		}
	})
}
