package backpack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"time"

	"github.com/carnetbadges/carnet/store"
)

// RecheckJob is the kind of the jobs that verify a badge again.
const RecheckJob = store.RecheckJob

// When a badge is verified again by itself.
const (
	soonest   = 10 * time.Minute   // what could not be told is asked again after this, then after twice as long as it
	latest    = 24 * time.Hour     // has been so, at most after this
	regularly = 7 * 24 * time.Hour // every badge, also a genuine one: issuers revoke
	jitter    = 2 * 24 * time.Hour // up to this earlier, so that what came on one day does not come back on one day
	atOnce    = 500                // badges planned in one go
	looked    = 20_000             // badges among which these are chosen
	spread    = time.Hour          // over which what is late is spread
)

// recheck is the payload of a RecheckJob.
type recheck struct{ Person, Badge string }

// Recheck does a RecheckJob. A badge that is gone needs no check, and that of a disabled account gets none. What is found
// as before adds nothing to the history; it only dates the last look. *HostBusy when the badge's host is being asked
// about enough others: the job should wait.
func (b *Backpack) Recheck(ctx context.Context, payload []byte) error {
	var job recheck
	if err := json.Unmarshal(payload, &job); err != nil {
		return fmt.Errorf("read what is to be verified again: %w", err)
	}
	badge, err := b.held(ctx, job)
	if err != nil {
		return goneIsDone(err)
	}
	leave, err := b.hosts.enter(hostOf(badge), b.now())
	if err != nil {
		return err
	}
	defer leave()
	_, err = b.check(ctx, badge, true)
	return goneIsDone(err)
}

// goneIsDone: what is no longer there needs nothing more.
func goneIsDone(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}

// held is the badge of a job; store.ErrNotFound when it is gone or its holder's account is disabled.
func (b *Backpack) held(ctx context.Context, job recheck) (store.Badge, error) {
	badge, err := b.store.Badge(ctx, job.Person, job.Badge)
	if err != nil {
		return store.Badge{}, err
	}
	holder, err := b.store.Person(ctx, job.Person)
	if err == nil && holder.DisabledAt != nil {
		err = store.ErrNotFound
	}
	return badge, err
}

// PlanRechecks writes jobs for the badges that were last verified long ago; call it every hour. Each host has its turn
// before any has a second one, so that an issuer with thousands of badges delays nobody else's.
func (b *Backpack) PlanRechecks(ctx context.Context) error {
	now := b.now()
	due, err := b.store.RecheckDue(ctx, now.Add(jitter-regularly), looked)
	if err != nil {
		return err
	}
	chosen := inTurns(due, atOnce)
	for i, one := range chosen {
		late := now.Add(spread * time.Duration(i) / time.Duration(len(chosen)))
		if err := enqueue(ctx, b.store, one, later(regularTurn(one), late), now, store.RecheckKey(one.ID)); err != nil {
			return err
		}
	}
	return nil
}

// regularTurn is when a badge is to be verified again: at most jitter before it was not for regularly. Nobody knows it
// beforehand, and it is the same whoever asks; the zero time for a badge that never was verified.
func regularTurn(badge store.Badge) time.Time {
	if badge.CheckedAt == nil {
		return time.Time{}
	}
	hash := fnv.New64a()
	fmt.Fprint(hash, badge.ID, badge.CheckedAt.UnixMicro())
	early := time.Duration(hash.Sum64()>>1) % jitter
	return badge.CheckedAt.Add(regularly - early)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// inTurns chooses at most so many badges: of every host the one that waits longest, then of every host the next.
func inTurns(due []store.Badge, most int) []store.Badge {
	queues, order := map[string][]store.Badge{}, []string{}
	for _, one := range due {
		host := hostOf(one)
		if queues[host] == nil {
			order = append(order, host)
		}
		queues[host] = append(queues[host], one)
	}
	chosen := make([]store.Badge, 0, min(most, len(due)))
	for len(order) > 0 && len(chosen) < most {
		waiting := order[:0]
		for _, host := range order {
			if len(chosen) < most {
				chosen = append(chosen, queues[host][0])
			}
			if queues[host] = queues[host][1:]; len(queues[host]) > 0 {
				waiting = append(waiting, host)
			}
		}
		order = waiting
	}
	return chosen
}

func enqueue(ctx context.Context, tx *store.Store, badge store.Badge, at, now time.Time, once string) error {
	payload, err := json.Marshal(recheck{Person: badge.PersonID, Badge: badge.ID})
	if err != nil {
		return fmt.Errorf("plan to verify a badge again: %w", err)
	}
	return tx.Enqueue(ctx, store.Job{Kind: RecheckJob, Payload: payload, UniqueKey: &once, RunAt: at, CreatedAt: now})
}
