package store

import (
	"context"
	"time"

	"gorm.io/gorm/clause"
)

// Job is a deed to be done later. Payload is JSON; UniqueKey, where set, is had by one ready job of a Kind only.
// State is "ready" (waiting, or being done while LeasedUntil lies ahead), "done" or "dead".
type Job struct {
	ID          string `gorm:"primaryKey"`
	Kind        string
	Payload     []byte
	UniqueKey   *string
	RunAt       time.Time
	Attempts    int // how often it was leased
	MaxAttempts int
	LeasedUntil *time.Time
	State       string
	LastError   string
	CreatedAt   time.Time `gorm:"autoCreateTime:false"`
	FinishedAt  *time.Time
}

// TableName is where jobs are kept.
func (Job) TableName() string { return "jobs" }

// EraseJob is the kind of the jobs that erase a person: the one job about them that stays while they are erased.
const EraseJob = "erase"

// usualAttempts is how often a job is tried that does not say.
const usualAttempts = 12

// Enqueue keeps a job for later, in the caller's Tx if there is one. Empty fields are filled: ID, RunAt and CreatedAt
// (now), MaxAttempts (12), State "ready". A job with the UniqueKey of a ready one of its Kind is silently that one:
// nothing is kept, and that is no error. It waits or runs already, so its payload must say what, not the state of it.
func (s *Store) Enqueue(ctx context.Context, j Job) error {
	j.fill()
	once := clause.OnConflict{
		Columns:     []clause.Column{{Name: "kind"}, {Name: "unique_key"}},
		TargetWhere: clause.Where{Exprs: []clause.Expression{clause.Expr{SQL: "state = 'ready'"}}},
		DoNothing:   true,
	}
	return failed("enqueue a job", s.writer(ctx).Clauses(once).Create(&j).Error)
}

func (j *Job) fill() {
	if j.ID == "" {
		j.ID = NewID()
	}
	born(&j.CreatedAt, &j.RunAt)
	if j.MaxAttempts == 0 {
		j.MaxAttempts = usualAttempts
	}
	j.State, j.Attempts, j.LeasedUntil, j.FinishedAt = "ready", 0, nil, nil
	stampAll(&j.CreatedAt, &j.RunAt)
}

// Lease takes the job of one of these kinds that is due the longest, for a while in which nobody else gets it; nil
// when none is due. A job whose lease ran out, because its worker died, is due again. Attempts counts this lease.
func (s *Store) Lease(ctx context.Context, kinds []string, now time.Time, lease time.Duration) (*Job, error) {
	if len(kinds) == 0 {
		return nil, nil
	}
	var leased []Job
	now = stamp(now)
	// kind || '' keeps SQLite from finding jobs by kind and then sorting them all; by run_at the first will do.
	err := s.writer(ctx).Raw(`UPDATE jobs SET leased_until = ?, attempts = attempts + 1 WHERE id = (
			SELECT id FROM jobs WHERE state = 'ready' AND run_at <= ? AND kind || '' IN ?
			AND (leased_until IS NULL OR leased_until <= ?) ORDER BY run_at, id LIMIT 1 `+s.skipLocked()+`)
		RETURNING *`, stamp(now.Add(lease)), now, kinds, now).Scan(&leased).Error
	if err != nil || len(leased) == 0 {
		return nil, failed("lease a job", err)
	}
	return &leased[0], nil
}

// Finish marks a ready job as done and erases its payload, which may hold a secret; ErrNotFound when it is not ready.
func (s *Store) Finish(ctx context.Context, id string, now time.Time) error {
	return one("finish a job", s.writer(ctx).Exec(`UPDATE jobs SET state = 'done', payload = NULL, leased_until = NULL,
		last_error = '', finished_at = ? WHERE id = ? AND state = 'ready'`, stamp(now), id))
}

// Retry gives a ready job back, to be tried again at a time; ErrNotFound when it is not ready.
func (s *Store) Retry(ctx context.Context, id string, at time.Time, lastError string) error {
	return one("put a job off", s.writer(ctx).Exec(`UPDATE jobs SET run_at = ?, leased_until = NULL, last_error = ?
		WHERE id = ? AND state = 'ready'`, stamp(at), legible(lastError), id))
}

// PutOff gives a ready job back, to be tried at a time, as if it had not been tried; ErrNotFound when it is not ready.
func (s *Store) PutOff(ctx context.Context, id string, at time.Time) error {
	return one("let a job wait", s.writer(ctx).Exec(`UPDATE jobs SET run_at = ?, leased_until = NULL,
		attempts = CASE WHEN attempts > 0 THEN attempts - 1 ELSE 0 END WHERE id = ? AND state = 'ready'`, stamp(at), id))
}

// Bury gives a ready job up and erases its payload, which may hold a secret; why is kept. ErrNotFound when it is not ready.
func (s *Store) Bury(ctx context.Context, id, lastError string, now time.Time) error {
	return one("bury a job", s.writer(ctx).Exec(`UPDATE jobs SET state = 'dead', payload = NULL, leased_until = NULL,
		last_error = ?, finished_at = ? WHERE id = ? AND state = 'ready'`, legible(lastError), stamp(now), id))
}

// Shelve gives a ready job up as Bury does, and keeps its payload, which holds no secret: it can be revived.
func (s *Store) Shelve(ctx context.Context, id, lastError string, now time.Time) error {
	return one("shelve a job", s.writer(ctx).Exec(`UPDATE jobs SET state = 'dead', leased_until = NULL,
		last_error = ?, finished_at = ? WHERE id = ? AND state = 'ready'`, legible(lastError), stamp(now), id))
}

// PurgeJobs forgets jobs that were done or given up before a time.
func (s *Store) PurgeJobs(ctx context.Context, before time.Time) error {
	for _, state := range []string{"state = 'done'", "state = 'dead'"} { // as the indexes have them
		if err := s.writer(ctx).Where(state+" AND finished_at < ?", stamp(before)).Delete(&Job{}).Error; err != nil {
			return failed("purge jobs", err)
		}
	}
	return nil
}
