package jobs

import (
	"context"
	"sync"
	"time"
)

// turn is something that happens every so often.
type turn struct {
	name     string
	interval time.Duration
	do       func(context.Context) error
	askAt    time.Time
}

// mostAsking bounds how rarely the store is asked whether it is our turn.
const mostAsking = time.Minute

// Every has do run once an interval, in one of all processes that share the database; before Run. One that fails is
// logged and has its next turn as usual, so do should look for all that is due, not for what is new.
func (r *Runner) Every(name string, interval time.Duration, do func(ctx context.Context) error) {
	r.turns = append(r.turns, &turn{name: name, interval: interval, do: do})
}

// takeTurns starts what is due. Asking writes to the store, so it is done less often than looking for jobs.
func (r *Runner) takeTurns(ctx, work context.Context, running *sync.WaitGroup) {
	for _, t := range r.turns {
		now := r.now()
		if now.Before(t.askAt) || !r.slot(ctx) {
			continue
		}
		t.askAt = now.Add(min(t.interval/4, mostAsking))
		due, err := r.store.Schedule(ctx, t.name, t.interval, now)
		r.complain(ctx, "no turn could be taken", err)
		if !due {
			<-r.slots
			continue
		}
		running.Go(func() {
			defer func() { <-r.slots }()
			r.runTurn(work, t)
		})
	}
}

func (r *Runner) runTurn(work context.Context, t *turn) {
	ctx, cancel := context.WithTimeout(work, max(handlerTime, t.interval/2))
	defer cancel()
	if err := safely(func() error { return t.do(ctx) }); err != nil {
		r.log.ErrorContext(ctx, "a turn failed", "name", t.name, "error", err)
	}
}
