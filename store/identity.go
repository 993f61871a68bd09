package store

import (
	"context"
	"time"

	"gorm.io/gorm"
)

// Identity says that whom an issuer calls by a subject is a person here: a way of signing in. Issuer and Subject are
// compared byte for byte, and together are had only once. Provider is the word for it in this house's settings, Account
// what the account is called there, for showing only.
type Identity struct {
	ID         string `gorm:"primaryKey"`
	PersonID   string
	Provider   string
	Issuer     string
	Subject    string
	Account    string
	LinkedAt   time.Time
	LastUsedAt time.Time
}

// TableName is where identities are kept.
func (Identity) TableName() string { return "identities" }

// AddIdentity keeps a new identity; an empty ID and zero times are filled. ErrTaken when it is linked already, to
// whomever.
func (s *Store) AddIdentity(ctx context.Context, i *Identity) error {
	if i.ID == "" {
		i.ID = NewID()
	}
	born(&i.LinkedAt, &i.LastUsedAt)
	stampAll(&i.LinkedAt, &i.LastUsedAt)
	return s.create(ctx, "link an identity", i)
}

// IdentityOf is whom an issuer means by a subject, held while a Tx lasts; ErrNotFound.
func (s *Store) IdentityOf(ctx context.Context, issuer, subject string) (Identity, error) {
	var i Identity
	err := s.holder(ctx).Take(&i, "issuer = ? AND subject = ?", issuer, subject).Error
	return i, failed("find an identity", err)
}

// Identities are all of a person's, the one linked first at the top.
func (s *Store) Identities(ctx context.Context, person string) ([]Identity, error) {
	var found []Identity
	err := s.reader(ctx).Where("person_id = ?", person).Order("linked_at, id").Find(&found).Error
	return found, failed("list a person's identities", err)
}

// UseIdentity writes down when an identity signed its person in, and what its account is called now. ErrNotFound when it
// has been unlinked.
func (s *Store) UseIdentity(ctx context.Context, id, account string, at time.Time) error {
	return failed("use an identity", found(s.writer(ctx).Exec("UPDATE identities SET account = ?, last_used_at = ? WHERE id = ?", account, stamp(at), id)))
}

// DropIdentity unlinks one of a person's identities; ErrNotFound when it is not theirs.
func (s *Store) DropIdentity(ctx context.Context, person, id string) error {
	return failed("unlink an identity", found(s.writer(ctx).Delete(&Identity{}, "id = ? AND person_id = ?", id, person)))
}

// found is the error of a deed that must have met a row.
func found(done *gorm.DB) error {
	if done.Error == nil && done.RowsAffected == 0 {
		return gorm.ErrRecordNotFound
	}
	return done.Error
}
