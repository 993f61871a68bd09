package store

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// deadShown is how many dead jobs are listed: more are a flood, not a list.
const deadShown = 1000

// DeadJobs are the jobs that were given up, the last first, at most 1000.
func (s *Store) DeadJobs(ctx context.Context) ([]Job, error) {
	var dead []Job
	err := s.reader(ctx).Where("state = 'dead'").Order("finished_at DESC, id DESC").Limit(deadShown).Find(&dead).Error
	return dead, failed("list dead jobs", err)
}

// Revive makes a dead job ready again, with all its attempts before it; ErrNotFound when it is not dead, ErrTaken when
// a ready job has its unique key.
func (s *Store) Revive(ctx context.Context, id string, now time.Time) error {
	return failed("revive a job", s.guarded(ctx, func(db *gorm.DB) error {
		done := db.Exec(`UPDATE jobs SET state = 'ready', attempts = 0, run_at = ?, finished_at = NULL
			WHERE id = ? AND state = 'dead'`, stamp(now), id)
		if done.Error == nil && done.RowsAffected == 0 {
			return gorm.ErrRecordNotFound
		}
		return done.Error
	}))
}

// PurgeJobs forgets jobs that were done before a time.
func (s *Store) PurgeJobs(ctx context.Context, before time.Time) error {
	err := s.writer(ctx).Where("state = 'done' AND finished_at < ?", stamp(before)).Delete(&Job{}).Error
	return failed("purge done jobs", err)
}

// schedule is when something that comes again and again was last taken on.
type schedule struct {
	Name   string `gorm:"primaryKey"`
	LastAt time.Time
}

// TableName is where schedules are kept.
func (schedule) TableName() string { return "schedules" }

// Schedule asks for the turn of something that is to happen every so often. It is due at first and then when the last
// turn is that long ago; of all who ask at once, in any number of processes, one is told so and has the turn.
func (s *Store) Schedule(ctx context.Context, name string, every time.Duration, now time.Time) (bool, error) {
	now = stamp(now)
	turn := s.writer(ctx).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "name"}},
		DoUpdates: clause.AssignmentColumns([]string{"last_at"}),
		Where:     clause.Where{Exprs: []clause.Expression{clause.Expr{SQL: "schedules.last_at <= ?", Vars: []any{now.Add(-every)}}}},
	}).Create(&schedule{Name: name, LastAt: now})
	return turn.RowsAffected == 1, failed("take a turn", turn.Error)
}
