// Package jobs does what was put off: it leases jobs from the store, runs one function per kind and keeps a schedule.
// It knows nothing of what the jobs are for, and never writes their payloads into the log.
package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/carnetbadges/carnet/store"
)

// ErrGiveUp, in an error's chain, says that trying again is of no use: the job is buried at once.
var ErrGiveUp = errors.New("trying again is of no use")

// Later, in an error's chain, says that a job could not be begun yet: it waits until then, and no attempt is counted.
type Later struct{ At time.Time }

// Error says until when.
func (l *Later) Error() string { return "jobs: not before " + l.At.UTC().Format(time.RFC3339) }

// errPanicked is what a job that panicked fails with; what it panicked with may hold what no log should.
var errPanicked = errors.New("the job panicked")

const (
	leaseFor = 60 * time.Second
	// handlerTime ends before the lease does, so that no second worker starts while the first may still write.
	handlerTime = leaseFor - 5*time.Second
	// grace is how long running jobs may go on after the end was asked for.
	grace   = 10 * time.Second
	wakeUp  = time.Second
	workers = 8
	// writeTime bounds what is written about a job when the context it ran in is over.
	writeTime = 5 * time.Second
)

// Runner does jobs. Several runners, in any number of processes, may share one database.
type Runner struct {
	store *store.Store
	now   func() time.Time
	log   *slog.Logger
	do    map[string]func(ctx context.Context, payload []byte) error
	plain map[string]bool // kinds whose payload holds no secret
	kinds []string
	turns []*turn
	kick  chan struct{}
	slots chan struct{}
}

// New is a runner without any kinds yet.
func New(s *store.Store, now func() time.Time, log *slog.Logger) *Runner {
	return &Runner{
		store: s, now: now, log: log,
		do:    map[string]func(context.Context, []byte) error{},
		plain: map[string]bool{},
		kick:  make(chan struct{}, 1),
		slots: make(chan struct{}, workers),
	}
}

// Handle says how jobs of a kind are done; before Run. A job may be done more than once (the machine may stop between
// deed and note), so do must bear that. Its ctx ends after 55 s.
func (r *Runner) Handle(kind string, do func(ctx context.Context, payload []byte) error) {
	if _, known := r.do[kind]; !known {
		r.kinds = append(r.kinds, kind)
	}
	r.do[kind] = do
}

// Plain says of kinds that their payload holds no secret and nothing of anybody but ids: one that was given up keeps it
// until it is purged, and can be revived. Before Run.
func (r *Runner) Plain(kinds ...string) {
	for _, kind := range kinds {
		r.plain[kind] = true
	}
}

// Kick tells the runner that there may be a job now. It never waits.
func (r *Runner) Kick() {
	select {
	case r.kick <- struct{}{}:
	default:
	}
}

// Run does jobs until ctx ends, then lets those that run finish (10 s) and returns nil. It looks for jobs when kicked,
// else every second, and goes on when the database is away.
func (r *Runner) Run(ctx context.Context) error {
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var running sync.WaitGroup
	tick := time.NewTicker(wakeUp)
	defer tick.Stop()
	for ctx.Err() == nil {
		r.takeTurns(ctx, work, &running)
		r.drain(ctx, work, &running)
		select {
		case <-ctx.Done():
		case <-r.kick:
		case <-tick.C:
		}
	}
	settle(&running, stop)
	return nil
}

// settle waits for what runs, and after the grace asks it to end.
func settle(running *sync.WaitGroup, stop context.CancelFunc) {
	late := time.AfterFunc(grace, stop)
	defer late.Stop()
	running.Wait()
}

// drain starts every job that is due, as many at once as there are slots.
func (r *Runner) drain(ctx, work context.Context, running *sync.WaitGroup) {
	for r.slot(ctx) {
		job, err := r.store.Lease(ctx, r.kinds, r.now(), leaseFor)
		if err != nil || job == nil {
			<-r.slots
			r.complain(ctx, "no job could be leased", err)
			return
		}
		running.Go(func() {
			defer func() { <-r.slots }()
			r.run(work, job)
		})
	}
}

// slot waits for a free worker; false when the end was asked for.
func (r *Runner) slot(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return false
	case r.slots <- struct{}{}:
		return ctx.Err() == nil || r.giveBack()
	}
}

func (r *Runner) giveBack() bool {
	<-r.slots
	return false
}

// complain logs what went wrong with the store itself; being stopped is no fault.
func (r *Runner) complain(ctx context.Context, what string, err error) {
	if err != nil && ctx.Err() == nil {
		r.log.ErrorContext(ctx, what, "error", err)
	}
}

// safely turns a panic into an error, so that one bad job does not end all others.
func safely(do func() error) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("%w: %T", errPanicked, fault)
		}
	}()
	return do()
}
