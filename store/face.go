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
