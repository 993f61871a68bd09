package jobs

import (
	"context"
	"errors"
	"hash/fnv"
	"strconv"
	"time"

	"github.com/carnetbadges/carnet/store"
)

// errLostWorker is noted of a job that was leased for the last time and never heard of again.
var errLostWorker = errors.New("its workers were lost on every attempt")

// run does one job and notes how it ended.
func (r *Runner) run(work context.Context, job *store.Job) {
	if job.Attempts > job.MaxAttempts {
		r.bury(work, job, errLostWorker)
		return
	}
	ctx, cancel := context.WithTimeout(work, handlerTime)
	defer cancel()
	err := safely(func() error { return r.do[job.Kind](ctx, job.Payload) })
	var later *Later
	switch {
	case errors.As(err, &later):
		r.note(work, job, "wait", func(ctx context.Context) error { return r.store.PutOff(ctx, job.ID, later.At) })
	case err == nil:
		r.note(work, job, "finish", func(ctx context.Context) error { return r.store.Finish(ctx, job.ID, r.now()) })
	case work.Err() != nil:
		r.note(work, job, "retry", func(ctx context.Context) error { return r.store.Retry(ctx, job.ID, r.now(), err.Error()) })
	case errors.Is(err, ErrGiveUp), job.Attempts >= job.MaxAttempts:
		r.bury(work, job, err)
	default:
		r.putOff(work, job, err)
	}
}

func (r *Runner) putOff(work context.Context, job *store.Job, reason error) {
	at := r.now().Add(BackOff(job.ID, job.Attempts))
	r.log.WarnContext(work, "a job failed and will be tried again; its reason is kept with it",
		"kind", job.Kind, "job", job.ID, "attempt", job.Attempts, "again", at)
	r.note(work, job, "retry", func(ctx context.Context) error { return r.store.Retry(ctx, job.ID, at, reason.Error()) })
}

func (r *Runner) bury(work context.Context, job *store.Job, reason error) {
	r.log.ErrorContext(work, "a job was given up; its reason is kept with it",
		"kind", job.Kind, "job", job.ID, "attempt", job.Attempts)
	giveUp := r.store.Bury
	if r.plain[job.Kind] {
		giveUp = r.store.Shelve
	}
	r.note(work, job, "bury", func(ctx context.Context) error { return giveUp(ctx, job.ID, reason.Error(), r.now()) })
}

// note writes how a job ended, even while everything is being stopped. If that fails, the lease runs out by itself.
func (r *Runner) note(work context.Context, job *store.Job, what string, write func(context.Context) error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(work), writeTime)
	defer cancel()
	if err := write(ctx); err != nil {
		r.log.ErrorContext(ctx, "a job's end could not be noted", "kind", job.Kind, "job", job.ID, "what", what, "error", err)
	}
}

const (
	firstBackOff   = 10 * time.Second
	longestBackOff = 6 * time.Hour
)

// BackOff is how long a job waits after its nth attempt (from 1): 10 s, doubled each time, up to a quarter more or
// less so that jobs which failed together do not return together; 6 h at most. The jitter comes from the job's id,
// so it needs no randomness and is the same for every process.
func BackOff(id string, attempt int) time.Duration {
	wait := longestBackOff
	if n := max(attempt, 1) - 1; n < 16 {
		wait = min(firstBackOff<<n, longestBackOff)
	}
	hash := fnv.New32a()
	hash.Write([]byte(id + strconv.Itoa(attempt)))
	jitter := time.Duration(float64(wait) * (float64(hash.Sum32())/float64(1<<32) - 0.5) / 2)
	return min(wait+jitter, longestBackOff)
}
