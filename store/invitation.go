package store

import (
	"context"
	"time"

	"gorm.io/gorm"
)

// Invitation lets somebody join where joining is by invitation. Hash is that of its secret, as a Token's; Email whom it
// is for, as it was typed (empty: whoever has the link); Most how often it may be used, Used how often it was.
type Invitation struct {
	ID          string `gorm:"primaryKey"`
	Hash        string
	Email       string
	Most        int
	Used        int
	CreatedBy   *string
	CreatedAt   time.Time `gorm:"autoCreateTime:false"`
	ExpiresAt   time.Time
	WithdrawnAt *time.Time
}

// TableName is where invitations are kept.
func (Invitation) TableName() string { return "invitations" }

const invitationIsGood = "hash = ? AND withdrawn_at IS NULL AND used < most AND expires_at > ?"

// CreateInvitation keeps a new invitation; an empty ID is filled.
func (s *Store) CreateInvitation(ctx context.Context, i *Invitation) error {
	if i.ID == "" {
		i.ID = NewID()
	}
	born(&i.CreatedAt, &i.CreatedAt)
	stampAll(&i.CreatedAt, &i.ExpiresAt, i.WithdrawnAt)
	return s.create(ctx, "keep an invitation", i)
}

// Invitation is the one with this hash that can still be used; ErrNotFound. It stays as it is.
func (s *Store) Invitation(ctx context.Context, hash string, now time.Time) (Invitation, error) {
	var i Invitation
	err := s.reader(ctx).Take(&i, invitationIsGood, hash, stamp(now)).Error
	return i, failed("find an invitation", err)
}

// UseInvitation counts one use: no more of them succeed than it is good for, all others get ErrNotFound.
func (s *Store) UseInvitation(ctx context.Context, hash string, now time.Time) (Invitation, error) {
	var used []Invitation
	err := s.writer(ctx).Raw("UPDATE invitations SET used = used + 1 WHERE "+invitationIsGood+" RETURNING *", hash, stamp(now)).
		Scan(&used).Error
	if err == nil && len(used) == 0 {
		err = gorm.ErrRecordNotFound
	}
	if err != nil {
		return Invitation{}, failed("use an invitation", err)
	}
	return used[0], nil
}

// WithdrawInvitation makes an invitation worthless; ErrNotFound when it is not there, or withdrawn already.
func (s *Store) WithdrawInvitation(ctx context.Context, id string, now time.Time) error {
	return one("withdraw an invitation", s.writer(ctx).Exec(
		`UPDATE invitations SET withdrawn_at = ? WHERE id = ? AND withdrawn_at IS NULL`, stamp(now), id))
}

// Invitations are the newest, at most limit, whatever has become of them.
func (s *Store) Invitations(ctx context.Context, limit int) ([]Invitation, error) {
	var found []Invitation
	err := s.reader(ctx).Order("created_at DESC, id DESC").Limit(limit).Find(&found).Error
	return found, failed("list invitations", err)
}

// PurgeInvitations forgets what ran out before a time.
func (s *Store) PurgeInvitations(ctx context.Context, before time.Time) error {
	return failed("purge invitations", s.writer(ctx).Delete(&Invitation{}, "expires_at < ?", stamp(before)).Error)
}
