package store

import (
	"context"
	"time"

	"gorm.io/gorm/clause"
)

// PersonBlock is one person's wish that another sees nothing of theirs.
type PersonBlock struct {
	PersonID  string    `gorm:"primaryKey"`
	BlockedID string    `gorm:"primaryKey"`
	CreatedAt time.Time `gorm:"autoCreateTime:false"`
}

// TableName is where people's blocks are kept.
func (PersonBlock) TableName() string { return "person_blocks" }

// BlockPerson lets a person see nothing of another's any more; blocked already is no error.
func (s *Store) BlockPerson(ctx context.Context, person, blocked string, now time.Time) error {
	row := PersonBlock{PersonID: person, BlockedID: blocked, CreatedAt: stamp(now)}
	return failed("block a person", s.writer(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error)
}

// UnblockPerson takes it back; not blocked is no error.
func (s *Store) UnblockPerson(ctx context.Context, person, blocked string) error {
	return failed("unblock a person", s.writer(ctx).Delete(&PersonBlock{}, "person_id = ? AND blocked_id = ?", person, blocked).Error)
}

// HasBlocked tells whether a person has blocked another.
func (s *Store) HasBlocked(ctx context.Context, person, other string) (bool, error) {
	var n int64
	err := s.reader(ctx).Model(&PersonBlock{}).Where("person_id = ? AND blocked_id = ?", person, other).Count(&n).Error
	return n > 0, failed("look for a block", err)
}

// BlockedPeople are the people whom a person has blocked, the latest first, at most 500.
func (s *Store) BlockedPeople(ctx context.Context, person string) ([]Person, error) {
	var found []Person
	err := s.reader(ctx).Joins("JOIN person_blocks ON person_blocks.blocked_id = persons.id").Where("person_blocks.person_id = ?", person).
		Order("person_blocks.created_at DESC, persons.id").Limit(500).Find(&found).Error
	return found, failed("list whom a person has blocked", err)
}
