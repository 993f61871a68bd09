package store

import (
	"context"
	"errors"

	"gorm.io/gorm/clause"
)

// Face is how a person's passport is laid out: its colours, and the places of the sections that are no collections among
// those that are (Collection.Place).
type Face struct {
	PersonID        string `gorm:"primaryKey"`
	Look            string
	AboutPlace      int
	FavouritesPlace int
	BadgesPlace     int
}

// TableName is where faces are kept.
func (Face) TableName() string { return "faces" }

// plainLook is the colours of a passport whose holder has chosen none.
const plainLook = "navy"

// lastPlace is beyond the places of all collections.
const lastPlace = 1000

// Face is how a person's passport is laid out. Whose holder has chosen nothing begins with what they say of themselves and
// ends with all badges.
func (s *Store) Face(ctx context.Context, person string) (Face, error) {
	var f Face
	err := failed("find a face", s.holder(ctx).Take(&f, "person_id = ?", person).Error)
	if errors.Is(err, ErrNotFound) {
		return Face{PersonID: person, Look: plainLook, FavouritesPlace: 1, BadgesPlace: lastPlace}, nil
	}
	return f, err
}

// SaveFace keeps how a passport is laid out, new or known.
func (s *Store) SaveFace(ctx context.Context, f Face) error {
	f.Look = legible(f.Look)
	return kept("save a face", s.writer(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&f).Error)
}

// ShownFavourites are a person's favourites among their accepted badges that have one of these visibilities and no blocked
// issuer, the newest first, without their Documents.
func (s *Store) ShownFavourites(ctx context.Context, owner string, visibilities []string, most int) ([]Badge, error) {
	var found []Badge
	err := s.reader(ctx).Omit("document").
		Where("id IN (SELECT w.badge_id FROM wall_entries w WHERE w.person_id = ? AND w.favourite)", owner).
		Where("person_id = ? AND visibility IN ? AND deleted_at IS NULL AND state = 'accepted'", owner, visibilities).Where(notBlocked).
		Order("created_at DESC, id DESC").Limit(most).Find(&found).Error
	return found, failed("list favourites", err)
}
