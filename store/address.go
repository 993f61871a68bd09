package store

import (
	"context"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
	"gorm.io/gorm"
)

// Address is an e-mail address somebody claims. Email is as it was typed, EmailKey what it is compared by. Many may
// claim one address; only one person can have it verified.
type Address struct {
	ID         string `gorm:"primaryKey"`
	PersonID   string
	Email      string
	EmailKey   string
	VerifiedAt *time.Time
	Primary    bool      `gorm:"column:is_primary"`
	CreatedAt  time.Time `gorm:"autoCreateTime:false"`
}

// TableName is where addresses are kept.
func (Address) TableName() string { return "addresses" }

// EmailKey is what addresses are compared by: without outer space, composed (NFC), lower case.
func EmailKey(email string) string {
	return norm.NFC.String(strings.ToLower(norm.NFC.String(strings.TrimSpace(email))))
}

// AddAddress keeps a claim; an empty ID, a zero CreatedAt and the EmailKey are filled. ErrTaken when this person claims it already, has
// another primary one, or, where VerifiedAt is set, when somebody else has it verified.
func (s *Store) AddAddress(ctx context.Context, a *Address) error {
	if a.ID == "" {
		a.ID = NewID()
	}
	a.EmailKey = EmailKey(a.Email)
	born(&a.CreatedAt, &a.CreatedAt)
	stampAll(&a.CreatedAt, a.VerifiedAt)
	return s.create(ctx, "add an address", a)
}

// Addresses are all a person claims, the primary one first, then the oldest.
func (s *Store) Addresses(ctx context.Context, person string) ([]Address, error) {
	var found []Address
	err := s.reader(ctx).Where("person_id = ?", person).Order("is_primary DESC, created_at, id").Find(&found).Error
	return found, failed("list a person's addresses", err)
}

// AddressByID is one of this person's addresses; ErrNotFound when it is not theirs.
func (s *Store) AddressByID(ctx context.Context, person, id string) (Address, error) {
	var a Address
	err := s.reader(ctx).Take(&a, "id = ? AND person_id = ?", id, person).Error
	return a, failed("find an address", err)
}

// VerifiedAddress is the claim of the one person who proved it theirs; ErrNotFound when nobody has.
func (s *Store) VerifiedAddress(ctx context.Context, emailKey string) (Address, error) {
	var a Address
	err := s.reader(ctx).Take(&a, "email_key = ? AND verified_at IS NOT NULL", EmailKey(emailKey)).Error
	return a, failed("find who verified an address", err)
}

// VerifyAddress marks a claim as proved. Proved already is no error. ErrNotFound when it is not this person's;
// ErrTaken when somebody else has proved it.
func (s *Store) VerifyAddress(ctx context.Context, person, id string, now time.Time) error {
	const doing = "verify an address"
	return failed(doing, s.guarded(ctx, func(db *gorm.DB) error {
		done := db.Exec(`UPDATE addresses SET verified_at = COALESCE(verified_at, ?) WHERE id = ? AND person_id = ?`,
			stamp(now), id, person)
		if done.Error == nil && done.RowsAffected == 0 {
			return gorm.ErrRecordNotFound
		}
		return done.Error
	}))
}

// AnyVerifiedAddress tells whether a person has proved any of their addresses.
func (s *Store) AnyVerifiedAddress(ctx context.Context, person string) (bool, error) {
	var n int64
	err := s.reader(ctx).Model(&Address{}).Where("person_id = ? AND verified_at IS NOT NULL", person).Limit(1).Count(&n).Error
	return n > 0, failed("look for a verified address", err)
}

// LatestClaim is whom a letter to this address means: its verified owner where there is one, else whoever joined with it
// last. An address that somebody has only added to others of theirs means nobody. ErrNotFound.
func (s *Store) LatestClaim(ctx context.Context, emailKey string) (Address, error) {
	var a Address
	err := s.reader(ctx).Where("email_key = ? AND (verified_at IS NOT NULL OR is_primary)", EmailKey(emailKey)).
		Order("CASE WHEN verified_at IS NULL THEN 1 ELSE 0 END, created_at DESC, id DESC").Take(&a).Error
	return a, failed("find the latest claim", err)
}

// PurgeClaims forgets the members made before a time who have proved no address, hold no badge, and were sent no secret
// that was good after it.
func (s *Store) PurgeClaims(ctx context.Context, before time.Time) error {
	before = stamp(before)
	return failed("purge claims", s.writer(ctx).Exec(`DELETE FROM persons WHERE created_at < ? AND role = 'member'
		AND NOT EXISTS (SELECT 1 FROM addresses a WHERE a.person_id = persons.id AND a.verified_at IS NOT NULL)
		AND NOT EXISTS (SELECT 1 FROM badges b WHERE b.person_id = persons.id)
		AND NOT EXISTS (SELECT 1 FROM tokens t WHERE t.person_id = persons.id AND t.expires_at >= ?)`, before, before).Error)
}
