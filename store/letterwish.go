package store

import (
	"context"

	"gorm.io/gorm/clause"
)

// LetterWish is which letters a person wants besides those about their account. Secret is what the letters carry by
// which they are ended without signing in: 43 characters, worth nothing else. Badges is "daily" or "never".
type LetterWish struct {
	PersonID string `gorm:"primaryKey"`
	Secret   string
	Badges   string
}

// TableName is where wishes are kept.
func (LetterWish) TableName() string { return "letter_wishes" }

// LetterWish is what a person wishes; ErrNotFound while they have said nothing and no letter went to them.
func (s *Store) LetterWish(ctx context.Context, person string) (LetterWish, error) {
	var w LetterWish
	err := s.reader(ctx).Take(&w, "person_id = ?", person).Error
	return w, failed("find a person's wish for letters", err)
}

// LetterWishBySecret is the wish that a letter's secret speaks of; ErrNotFound.
func (s *Store) LetterWishBySecret(ctx context.Context, secret string) (LetterWish, error) {
	var w LetterWish
	err := s.reader(ctx).Take(&w, "secret = ?", secret).Error
	return w, failed("find a wish by its secret", err)
}

// BeginLetterWish keeps a wish where there is none; one that is there stays, and that is no error.
func (s *Store) BeginLetterWish(ctx context.Context, w LetterWish) error {
	once := clause.OnConflict{Columns: []clause.Column{{Name: "person_id"}}, DoNothing: true}
	return failed("keep a wish for letters", s.writer(ctx).Clauses(once).Create(&w).Error)
}

// SetLetterWish changes what a person wishes about letters of badges; ErrNotFound when there is no wish yet.
func (s *Store) SetLetterWish(ctx context.Context, person, badges string) error {
	return one("change a wish for letters", s.writer(ctx).Exec("UPDATE letter_wishes SET badges = ? WHERE person_id = ?", badges, person))
}
