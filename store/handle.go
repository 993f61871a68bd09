package store

import (
	"context"
	"errors"
	"strings"
	"time"

	"gorm.io/gorm/clause"
)

// FormerHandle is a handle that somebody had: it leads to them, and nobody else gets it. HandleKey is in lower case.
type FormerHandle struct {
	HandleKey string `gorm:"primaryKey"`
	PersonID  string
	LeftAt    time.Time
}

// TableName is where former handles are kept.
func (FormerHandle) TableName() string { return "former_handles" }

// LeaveHandle remembers that a person had a handle, and since when they have not.
func (s *Store) LeaveHandle(ctx context.Context, person, handle string, now time.Time) error {
	row := FormerHandle{HandleKey: strings.ToLower(handle), PersonID: person, LeftAt: stamp(now)}
	known := clause.OnConflict{Columns: []clause.Column{{Name: "handle_key"}}, DoUpdates: clause.AssignmentColumns([]string{"person_id", "left_at"})}
	return failed("remember a former handle", s.writer(ctx).Clauses(known).Create(&row).Error)
}

// HandlesLeft is how many handles a person has given up since a time.
func (s *Store) HandlesLeft(ctx context.Context, person string, since time.Time) (int, error) {
	var n int64
	err := s.reader(ctx).Model(&FormerHandle{}).Where("person_id = ? AND left_at >= ?", person, stamp(since)).Count(&n).Error
	return int(n), failed("count former handles", err)
}

// WhoHas is the id of the person who has a handle or, when nobody has it, who had it; ErrNotFound when nobody did.
func (s *Store) WhoHas(ctx context.Context, handle string) (string, error) {
	p, err := s.PersonByHandle(ctx, handle)
	if err == nil || !errors.Is(err, ErrNotFound) {
		return p.ID, err
	}
	var former FormerHandle
	err = s.reader(ctx).Take(&former, "handle_key = ?", strings.ToLower(handle)).Error
	return former.PersonID, failed("find who had a handle", err)
}
