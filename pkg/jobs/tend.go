package jobs

import (
	"context"
	"errors"
	"fmt"

	"github.com/carnetbadges/carnet/store"
)

// What the audit says of what administrators do to jobs; Detail is the kind of the job.
const (
	Retried = "job-retried"
	Deleted = "job-deleted"
)

// Revivable tells whether a job of a kind can be tried again after it was given up: letters cannot, because what they say
// and to whom is erased then.
func (r *Runner) Revivable(kind string) bool { return r.plain[kind] }

// Kinds are all kinds of jobs there are.
func (r *Runner) Kinds() []string { return r.kinds }

// RetryNow lets a job be done at once: one that waits need not wait, one that was given up begins anew. By is who asks,
// empty for whoever runs the machine. store.ErrNotFound when it is done, or its payload was erased; store.ErrTaken when
// another one like it waits already.
func (r *Runner) RetryNow(ctx context.Context, by, id string) error {
	return r.tend(ctx, by, Retried, func(tx *store.Store) (store.Job, error) {
		job, err := tx.ReviveJob(ctx, id, r.now())
		if errors.Is(err, store.ErrNotFound) {
			return tx.HurryJob(ctx, id, r.now())
		}
		return job, err
	})
}

// Delete forgets a job that is not being done at this moment; store.ErrNotFound.
func (r *Runner) Delete(ctx context.Context, by, id string) error {
	return r.tend(ctx, by, Deleted, func(tx *store.Store) (store.Job, error) { return tx.DeleteJob(ctx, id, r.now()) })
}

// tend does something to a job and writes it down.
func (r *Runner) tend(ctx context.Context, by, what string, deed func(*store.Store) (store.Job, error)) error {
	err := r.store.Tx(ctx, func(tx *store.Store) error {
		job, err := deed(tx)
		if err != nil {
			return err
		}
		entry := store.AuditEntry{What: what, Detail: job.Kind, At: r.now()}
		if by != "" {
			entry.ActorID = &by
		}
		return tx.Audit(ctx, entry)
	})
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	r.Kick()
	return nil
}
