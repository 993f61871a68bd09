package store

import (
	"context"
	"time"

	"gorm.io/gorm"
)

// JobQuery asks for a page of jobs. State is "ready" (the first to be done first), "dead" or "done" (the last to end
// first); an empty Kind is every kind. After is the cursor the page before ended with.
type JobQuery struct {
	State string
	Kind  string
	After string
	Limit int
}

// ListedJob is a job in a list: without its payload, but with the word whether there still is one.
type ListedJob struct {
	Job
	HasPayload bool
}

// JobCount is how many jobs of one state and kind there are.
type JobCount struct {
	State string
	Kind  string
	Count int
}

// Jobs is a page of jobs and the cursor of the next; empty on the last. ErrNotFound when the cursor is none.
func (s *Store) Jobs(ctx context.Context, q JobQuery) ([]ListedJob, string, error) {
	const doing = "list jobs"
	column, order, beyond, state := "finished_at", "DESC", "<", "state = 'done'"
	switch q.State {
	case "ready":
		column, order, beyond, state = "run_at", "ASC", ">", "state = 'ready'"
	case "dead":
		state = "state = 'dead'"
	}
	db := s.reader(ctx).Table("jobs").Select(`id, kind, unique_key, run_at, attempts, max_attempts, leased_until, state, last_error,
		created_at, finished_at, payload IS NOT NULL AS has_payload`).Where(state)
	if q.Kind != "" {
		db = db.Where("kind || '' = ?", q.Kind) // by its end or turn, not by kind: the first few will do
	}
	if q.After != "" {
		at, id, err := placeInTime("jobs "+q.State, q.After)
		if err != nil {
			return nil, "", failed(doing, err)
		}
		db = db.Where("("+column+", id) "+beyond+" (?, ?)", at, id)
	}
	var found []ListedJob
	err := db.Order(column + " " + order + ", id " + order).Limit(q.Limit + 1).Scan(&found).Error
	if err != nil || len(found) <= q.Limit {
		return found, "", failed(doing, err)
	}
	last := found[q.Limit-1]
	at := last.RunAt
	if last.FinishedAt != nil {
		at = *last.FinishedAt
	}
	return found[:q.Limit], cursorInTime("jobs "+q.State, at, last.ID), nil
}

// JobCounts are how many jobs there are, by kind and state.
func (s *Store) JobCounts(ctx context.Context) ([]JobCount, error) {
	var counts []JobCount
	err := s.reader(ctx).Raw("SELECT state, kind, COUNT(*) AS count FROM jobs GROUP BY kind, state ORDER BY kind, state").Scan(&counts).Error
	return counts, failed("count the jobs", err)
}

// ReviveJob gives a job that was shelved another round of attempts, at once; ErrNotFound when it is not dead or its
// payload was erased, ErrTaken when one with its UniqueKey is ready already.
func (s *Store) ReviveJob(ctx context.Context, id string, now time.Time) (Job, error) {
	return s.jobDeed(ctx, id, "revive a job", `UPDATE jobs SET state = 'ready', attempts = 0, run_at = ?, leased_until = NULL,
		finished_at = NULL WHERE id = ? AND state = 'dead' AND payload IS NOT NULL`, stamp(now), id)
}

// HurryJob lets a ready job be done at once; ErrNotFound when it is not ready.
func (s *Store) HurryJob(ctx context.Context, id string, now time.Time) (Job, error) {
	return s.jobDeed(ctx, id, "hurry a job", `UPDATE jobs SET run_at = ? WHERE id = ? AND state = 'ready'`, stamp(now), id)
}

// DeleteJob forgets a job that is not being done at this moment; ErrNotFound.
func (s *Store) DeleteJob(ctx context.Context, id string, now time.Time) (Job, error) {
	return s.jobDeed(ctx, id, "delete a job", `DELETE FROM jobs WHERE id = ? AND (leased_until IS NULL OR leased_until <= ?)`, id, stamp(now))
}

// jobDeed does something to one job and tells what it was.
func (s *Store) jobDeed(ctx context.Context, id, doing, deed string, values ...any) (Job, error) {
	var j Job
	if err := s.writer(ctx).Omit("payload").Take(&j, "id = ?", id).Error; err != nil {
		return Job{}, failed(doing, err)
	}
	return j, failed(doing, s.guarded(ctx, func(db *gorm.DB) error {
		done := db.Exec(deed, values...)
		if done.Error == nil && done.RowsAffected == 0 {
			return gorm.ErrRecordNotFound
		}
		return done.Error
	}))
}

// LastErrors are the newest reasons why jobs were given up.
func (s *Store) LastErrors(ctx context.Context, limit int) ([]ListedJob, error) {
	jobs, _, err := s.Jobs(ctx, JobQuery{State: "dead", Limit: limit})
	return jobs, err
}

// since is used where a count begins at a time.
func since(db *gorm.DB, column string, from, until time.Time) *gorm.DB {
	return db.Where(column+" >= ? AND "+column+" < ?", stamp(from), stamp(until))
}
