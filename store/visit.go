package store

import (
	"context"
	"time"

	"gorm.io/gorm"
)

// ProviderVisit is somebody's way to a sign-in provider and back: what was asked there, to be held against what comes
// home. Of the state only its hash is kept (SHA-256, 64 hex digits). PersonID is who links an identity (Links) or
// proves once more who they are; nil: somebody signs in.
type ProviderVisit struct {
	StateHash string `gorm:"primaryKey"`
	Provider  string
	Nonce     string
	Verifier  string
	PersonID  *string
	Links     bool
	Onward    string
	ExpiresAt time.Time
}

// TableName is where visits are kept.
func (ProviderVisit) TableName() string { return "provider_visits" }

// CreateVisit keeps a visit that begins.
func (s *Store) CreateVisit(ctx context.Context, v *ProviderVisit) error {
	stampAll(&v.ExpiresAt)
	return s.create(ctx, "begin a visit", v)
}

// EndVisit takes a visit that has not run out yet, once: of any number of callbacks one gets it, all others ErrNotFound.
func (s *Store) EndVisit(ctx context.Context, stateHash, provider string, now time.Time) (ProviderVisit, error) {
	var ended []ProviderVisit
	err := s.writer(ctx).Raw("DELETE FROM provider_visits WHERE state_hash = ? AND provider = ? AND expires_at > ? RETURNING *",
		stateHash, provider, stamp(now)).Scan(&ended).Error
	if err == nil && len(ended) == 0 {
		err = gorm.ErrRecordNotFound
	}
	if err != nil {
		return ProviderVisit{}, failed("end a visit", err)
	}
	return ended[0], nil
}

// PurgeVisits forgets visits from which nobody came back.
func (s *Store) PurgeVisits(ctx context.Context, now time.Time) error {
	return failed("purge visits", s.writer(ctx).Where("expires_at <= ?", stamp(now)).Delete(&ProviderVisit{}).Error)
}
