package jobs_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/pkg/jobs"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// TestAPlainJobThatWasGivenUpIsRevivedAndALetterIsNot: what a letter says is erased when it is given up.
func TestAPlainJobThatWasGivenUpIsRevivedAndALetterIsNot(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		var c clock
		b := c.runner(s)
		done := make(chan string, 4)
		fails := true
		do := func(_ context.Context, payload []byte) error {
			if fails {
				return jobs.ErrGiveUp
			}
			done <- string(payload)
			return nil
		}
		b.Handle("recheck", do)
		b.Handle("letter", do)
		b.Plain("recheck")
		for _, kind := range b.Kinds() {
			must(t, s.Enqueue(ctx, store.Job{Kind: kind, Payload: []byte(kind), RunAt: noon}))
		}
		b.start(t)
		dead := map[string]store.ListedJob{}
		for range 200 {
			list, _, err := s.Jobs(ctx, store.JobQuery{State: "dead", Limit: 5})
			must(t, err)
			for _, j := range list {
				dead[j.Kind] = j
			}
			if len(dead) == 2 {
				break
			}
			time.Sleep(20 * time.Millisecond)
		}
		b.end(t)
		if !dead["recheck"].HasPayload || dead["letter"].HasPayload || !b.Revivable("recheck") || b.Revivable("letter") {
			t.Fatalf("given up: %+v", dead)
		}
		if err := b.RetryNow(ctx, "", dead["letter"].ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a letter is revived: %v", err)
		}
		fails = false
		again := c.runner(s)
		again.Handle("recheck", do)
		must(t, again.RetryNow(ctx, "", dead["recheck"].ID))
		again.start(t)
		select {
		case got := <-done:
			if got != "recheck" {
				t.Errorf("done is %q", got)
			}
		case <-time.After(20 * time.Second):
			t.Error("it was not done")
		}
		again.end(t)
	})
}

// ASVS: V16.2.1
func TestWhatIsDoneToAJobIsWrittenDown(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		var c clock
		b := c.runner(s)
		admin := store.Person{Handle: "eeva", Language: "en", Theme: "auto", Role: "admin"}
		must(t, s.CreatePerson(ctx, &admin))
		must(t, s.Enqueue(ctx, store.Job{ID: store.NewID(), Kind: "letter", RunAt: noon.Add(time.Hour)}))
		list, _, err := s.Jobs(ctx, store.JobQuery{State: "ready", Limit: 5})
		must(t, err)
		id := list[0].ID
		must(t, b.RetryNow(ctx, admin.ID, id))
		if list, _, _ = s.Jobs(ctx, store.JobQuery{State: "ready", Limit: 5}); !list[0].RunAt.Equal(noon) {
			t.Errorf("it waits until %v", list[0].RunAt)
		}
		must(t, b.Delete(ctx, admin.ID, id))
		if err := b.Delete(ctx, admin.ID, id); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("deleted twice: %v", err)
		}
		entries, _, err := s.AuditAll(ctx, "", 5)
		must(t, err)
		if len(entries) != 2 || entries[0].ActorID == nil || *entries[0].ActorID != admin.ID || entries[0].Detail != "letter" {
			t.Errorf("the log says %+v", entries)
		}
	})
}
