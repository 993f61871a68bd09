package store

import (
	"context"
	"time"

	"gorm.io/gorm"
)

// Token is a secret sent to somebody, worth one deed. Only its hash is kept: SHA-256 of the secret, 64 hex digits.
// Kind is "verify", "reset" or "setup".
type Token struct {
	Hash      string `gorm:"primaryKey"`
	Kind      string
	PersonID  *string
	AddressID *string
	ExpiresAt time.Time
	UsedAt    *time.Time
	CreatedAt time.Time `gorm:"autoCreateTime:false"`
}

// TableName is where tokens are kept.
func (Token) TableName() string { return "tokens" }

const tokenIsGood = "hash = ? AND kind = ? AND used_at IS NULL AND expires_at > ?" //nolint:gosec // a condition, no secret

// CreateToken keeps a new token; a zero CreatedAt is filled. ErrTaken when the hash is there already.
func (s *Store) CreateToken(ctx context.Context, t *Token) error {
	born(&t.CreatedAt, &t.CreatedAt)
	stampAll(&t.ExpiresAt, &t.CreatedAt, t.UsedAt)
	return s.create(ctx, "create a token", t)
}

// Token is the unused, unexpired token with this hash; ErrNotFound otherwise. It stays unused.
func (s *Store) Token(ctx context.Context, kind, hash string, now time.Time) (Token, error) {
	var t Token
	err := s.reader(ctx).Take(&t, tokenIsGood, hash, kind, stamp(now)).Error
	return t, failed("find a token", err)
}

// UseToken uses a token up: of any number of tries one gets it, all others ErrNotFound.
func (s *Store) UseToken(ctx context.Context, kind, hash string, now time.Time) (Token, error) {
	var used []Token
	now = stamp(now)
	err := s.writer(ctx).Raw("UPDATE tokens SET used_at = ? WHERE "+tokenIsGood+" RETURNING *", now, hash, kind, now).
		Scan(&used).Error
	if err == nil && len(used) == 0 {
		err = gorm.ErrRecordNotFound
	}
	if err != nil {
		return Token{}, failed("use a token", err)
	}
	return used[0], nil
}

// DropTokens forgets a person's tokens of a kind; an empty person means those that are nobody's (setup).
func (s *Store) DropTokens(ctx context.Context, kind, person string) error {
	db := s.writer(ctx).Where("kind = ?", kind)
	if person == "" {
		db = db.Where("person_id IS NULL")
	} else {
		db = db.Where("person_id = ?", person)
	}
	return failed("drop tokens", db.Delete(&Token{}).Error)
}

// DropAddressTokens forgets the tokens of a kind that were sent to an address.
func (s *Store) DropAddressTokens(ctx context.Context, kind, address string) error {
	return failed("drop the tokens of an address", s.writer(ctx).Where("kind = ? AND address_id = ?", kind, address).Delete(&Token{}).Error)
}

// PurgeTokens forgets tokens that expired before a time, used or not.
func (s *Store) PurgeTokens(ctx context.Context, before time.Time) error {
	err := s.writer(ctx).Where("expires_at < ?", stamp(before)).Delete(&Token{}).Error
	return failed("purge tokens", err)
}
