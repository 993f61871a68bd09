package store

import (
	"context"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
	"gorm.io/gorm"
)

// Address is an e-mail address somebody claims. Email is as it was typed, EmailKey what it is compared by. Many may
// claim one address; only one person can have it verified. One that was removed is a claim no longer; its row stays for a
// while, so that this can be undone, and for as long as badges that were made out to it are held, so that they can still
// be compared with it.
type Address struct {
	ID         string `gorm:"primaryKey"`
	PersonID   string
	Email      string
	EmailKey   string
	VerifiedAt *time.Time
	Primary    bool      `gorm:"column:is_primary"`
	CreatedAt  time.Time `gorm:"autoCreateTime:false"`
	RemovedAt  *time.Time
}

// TableName is where addresses are kept.
func (Address) TableName() string { return "addresses" }

// EmailKey is what addresses are compared by: without outer space, composed (NFC), lower case.
func EmailKey(email string) string {
	return norm.NFC.String(strings.ToLower(norm.NFC.String(strings.TrimSpace(email))))
}

// AddAddress keeps a claim; an empty ID, a zero CreatedAt and the EmailKey are filled. One that this person removed is
// claimed anew under its former ID, and not verified unless VerifiedAt is set. ErrTaken when this person claims it
// already, has another primary one, or, where VerifiedAt is set, when somebody else has it verified.
func (s *Store) AddAddress(ctx context.Context, a *Address) error {
	if a.ID == "" {
		a.ID = NewID()
	}
	a.EmailKey = EmailKey(a.Email)
	born(&a.CreatedAt, &a.CreatedAt)
	stampAll(&a.CreatedAt, a.VerifiedAt)
	known, err := s.claimAnew(ctx, a)
	if err != nil || known {
		return failed("add an address", err)
	}
	return s.create(ctx, "add an address", a)
}

// claimAnew takes up a claim that was removed.
func (s *Store) claimAnew(ctx context.Context, a *Address) (known bool, err error) {
	err = s.guarded(ctx, func(db *gorm.DB) error {
		done := db.Exec(`UPDATE addresses SET email = ?, verified_at = ?, is_primary = ?, created_at = ?, removed_at = NULL
			WHERE person_id = ? AND email_key = ? AND removed_at IS NOT NULL`,
			a.Email, a.VerifiedAt, a.Primary, a.CreatedAt, a.PersonID, a.EmailKey)
		known = done.RowsAffected > 0
		return done.Error
	})
	if err != nil || !known {
		return false, err
	}
	return true, s.reader(ctx).Raw(`SELECT id FROM addresses WHERE person_id = ? AND email_key = ?`, a.PersonID, a.EmailKey).Scan(&a.ID).Error
}

// Addresses are all a person claims, the primary one first, then the oldest.
func (s *Store) Addresses(ctx context.Context, person string) ([]Address, error) {
	return s.addresses(ctx, "person_id = ? AND removed_at IS NULL", person)
}

// RemovedAddresses are those a person claimed once and removed, as far as they are still known, the oldest first.
func (s *Store) RemovedAddresses(ctx context.Context, person string) ([]Address, error) {
	return s.addresses(ctx, "person_id = ? AND removed_at IS NOT NULL", person)
}

func (s *Store) addresses(ctx context.Context, where, person string) ([]Address, error) {
	var found []Address
	err := s.reader(ctx).Where(where, person).Order("is_primary DESC, created_at, id").Find(&found).Error
	return found, failed("list a person's addresses", err)
}

// AddressByID is one of this person's addresses; ErrNotFound when it is not theirs, or removed.
func (s *Store) AddressByID(ctx context.Context, person, id string) (Address, error) {
	var a Address
	err := s.reader(ctx).Take(&a, "id = ? AND person_id = ? AND removed_at IS NULL", id, person).Error
	return a, failed("find an address", err)
}

// VerifiedAddress is the claim of the one person who proved it theirs; ErrNotFound when nobody has.
func (s *Store) VerifiedAddress(ctx context.Context, emailKey string) (Address, error) {
	var a Address
	err := s.reader(ctx).Take(&a, "email_key = ? AND verified_at IS NOT NULL AND removed_at IS NULL", EmailKey(emailKey)).Error
	return a, failed("find who verified an address", err)
}

// VerifyAddress marks a claim as proved. Proved already is no error. ErrNotFound when it is not this person's;
// ErrTaken when somebody else has proved it.
func (s *Store) VerifyAddress(ctx context.Context, person, id string, now time.Time) error {
	const doing = "verify an address"
	return failed(doing, s.guarded(ctx, func(db *gorm.DB) error {
		done := db.Exec(`UPDATE addresses SET verified_at = COALESCE(verified_at, ?) WHERE id = ? AND person_id = ? AND removed_at IS NULL`,
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
	err := s.reader(ctx).Model(&Address{}).Where("person_id = ? AND verified_at IS NOT NULL AND removed_at IS NULL", person).Limit(1).Count(&n).Error
	return n > 0, failed("look for a verified address", err)
}

// ChoosePrimary makes one of a person's verified addresses the one they are written to; ErrNotFound when it is none.
func (s *Store) ChoosePrimary(ctx context.Context, person, id string) error {
	const doing = "choose the primary address"
	return s.Tx(ctx, func(tx *Store) error {
		err := tx.writer(ctx).Exec(`UPDATE addresses SET is_primary = ? WHERE person_id = ? AND is_primary AND id <> ?`, false, person, id).Error
		if err != nil {
			return failed(doing, err)
		}
		return one(doing, tx.writer(ctx).Exec(`UPDATE addresses SET is_primary = ?
			WHERE id = ? AND person_id = ? AND verified_at IS NOT NULL AND removed_at IS NULL`, true, id, person))
	})
}

// RemoveAddress ends a claim; ErrNotFound when it is not this person's, is their primary one, or removed already.
func (s *Store) RemoveAddress(ctx context.Context, person, id string, now time.Time) error {
	return one("remove an address", s.writer(ctx).Exec(`UPDATE addresses SET removed_at = ?
		WHERE id = ? AND person_id = ? AND removed_at IS NULL AND NOT is_primary`, stamp(now), id, person))
}

// RestoreAddress takes up a claim that was removed after a time, as it was; ErrNotFound when there is none, ErrTaken when
// somebody else has proved the address meanwhile.
func (s *Store) RestoreAddress(ctx context.Context, person, id string, after time.Time) (Address, error) {
	const doing = "take a removed address back"
	err := s.guarded(ctx, func(db *gorm.DB) error {
		return one(doing, db.Exec(`UPDATE addresses SET removed_at = NULL WHERE id = ? AND person_id = ? AND removed_at >= ?`,
			id, person, stamp(after)))
	})
	if err != nil {
		return Address{}, failed(doing, err)
	}
	return s.AddressByID(ctx, person, id)
}

// RespellAddress keeps another way to write one of a person's addresses, which must differ in case only; ErrNotFound.
func (s *Store) RespellAddress(ctx context.Context, person, id, email string) error {
	return one("respell an address", s.writer(ctx).Exec(`UPDATE addresses SET email = ?
		WHERE id = ? AND person_id = ? AND email_key = ?`, email, id, person, EmailKey(email)))
}

// AddressUse is how many badges, not deleted, were made out to an address: accepted by it, or waiting for it.
type AddressUse struct{ Accepted, Waiting int }

// AddressUses are those of a person's addresses, by their ids; the removed ones too.
func (s *Store) AddressUses(ctx context.Context, person string) (map[string]AddressUse, error) {
	var rows []struct {
		AddressID         string
		Accepted, Waiting int
	}
	err := s.reader(ctx).Raw(`SELECT address_id, SUM(CASE WHEN state = 'accepted' THEN 1 ELSE 0 END) AS accepted,
		SUM(CASE WHEN state = 'pending' THEN 1 ELSE 0 END) AS waiting FROM badges
		WHERE person_id = ? AND deleted_at IS NULL AND address_id IS NOT NULL GROUP BY address_id`, person).Scan(&rows).Error
	uses := map[string]AddressUse{}
	for _, row := range rows {
		uses[row.AddressID] = AddressUse{Accepted: row.Accepted, Waiting: row.Waiting}
	}
	return uses, failed("count the badges of addresses", err)
}

// PurgeAddresses forgets the addresses that were removed before a time and that no badge was made out to.
func (s *Store) PurgeAddresses(ctx context.Context, before time.Time) error {
	return failed("purge removed addresses", s.writer(ctx).Exec(`DELETE FROM addresses WHERE removed_at IS NOT NULL AND removed_at < ?
		AND NOT EXISTS (SELECT 1 FROM badges WHERE badges.address_id = addresses.id)`, stamp(before)).Error)
}

// PurgeClaims forgets the members made before a time who have proved no address, hold no badge, and were sent no secret
// that was good after it; what is left of a joined passport stays.
func (s *Store) PurgeClaims(ctx context.Context, before time.Time) error {
	before = stamp(before)
	return failed("purge claims", s.writer(ctx).Exec(`DELETE FROM persons WHERE created_at < ? AND role = 'member'
		AND NOT EXISTS (SELECT 1 FROM addresses a WHERE a.person_id = persons.id AND a.verified_at IS NOT NULL)
		AND NOT EXISTS (SELECT 1 FROM badges b WHERE b.person_id = persons.id)
		AND NOT EXISTS (SELECT 1 FROM merges m WHERE m.from_id = persons.id)
		AND NOT EXISTS (SELECT 1 FROM tokens t WHERE t.person_id = persons.id AND t.expires_at >= ?)`, before, before).Error)
}
