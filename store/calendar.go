package store

import (
	"context"
	"time"

	"gorm.io/gorm/clause"
)

// Calendar is the secret address at which a person's own calendar reads when their badges end. Secret is 26 characters
// of base 32, 130 random bits, kept as it is because its owner copies it again from a page; it opens nothing else.
type Calendar struct {
	PersonID  string `gorm:"primaryKey"`
	Secret    string
	CreatedAt time.Time `gorm:"autoCreateTime:false"`
}

// TableName is where calendars are kept.
func (Calendar) TableName() string { return "calendars" }

// Calendar is a person's; ErrNotFound while it is switched off.
func (s *Store) Calendar(ctx context.Context, person string) (Calendar, error) {
	var c Calendar
	err := s.reader(ctx).Take(&c, "person_id = ?", person).Error
	return c, failed("find a calendar", err)
}

// CalendarBySecret is the one at this secret; ErrNotFound.
func (s *Store) CalendarBySecret(ctx context.Context, secret string) (Calendar, error) {
	var c Calendar
	err := s.reader(ctx).Take(&c, "secret = ?", secret).Error
	return c, failed("find a calendar by its secret", err)
}

// SetCalendar keeps a person's calendar in place of the one before it, whose secret opens nothing from then on.
func (s *Store) SetCalendar(ctx context.Context, c Calendar) error {
	stampAll(&c.CreatedAt)
	known := clause.OnConflict{Columns: []clause.Column{{Name: "person_id"}}, DoUpdates: clause.AssignmentColumns([]string{"secret", "created_at"})}
	return kept("keep a calendar", s.writer(ctx).Clauses(known).Create(&c).Error)
}

// DropCalendar switches a person's calendar off; off already is no error.
func (s *Store) DropCalendar(ctx context.Context, person string) error {
	return failed("drop a calendar", s.writer(ctx).Delete(&Calendar{}, "person_id = ?", person).Error)
}

// mostEnding is how many badges a calendar holds.
const mostEnding = 1000

// BadgesEnding are a person's accepted badges that end at or after a time, those that end first first, without their
// Documents; at most a thousand.
func (s *Store) BadgesEnding(ctx context.Context, owner string, after time.Time) ([]Badge, error) {
	var found []Badge
	err := s.reader(ctx).Omit("document").
		Where("person_id = ? AND deleted_at IS NULL AND state = 'accepted' AND expires_at IS NOT NULL AND expires_at >= ?", owner, stamp(after)).
		Order("expires_at, id").Limit(mostEnding).Find(&found).Error
	return found, failed("list what ends", err)
}
