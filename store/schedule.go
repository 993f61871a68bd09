package store

import (
	"context"
	"time"

	"gorm.io/gorm/clause"
)

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
