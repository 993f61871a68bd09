package store

import (
	"context"
	"time"
)

// Verification is what one verification of a badge found. Findings is JSON; Badge what the credential said, in JSON, or
// nil; Web the recorded web it saw, JSON in gzip, or nil. Verdict is "genuine", "not-current", "contradicted" or "unknown".
type Verification struct {
	ID       string `gorm:"primaryKey"`
	BadgeID  string
	Verdict  string
	Standard string
	Proof    string
	Findings []byte
	Badge    []byte
	Web      []byte
	At       time.Time
	Brought  bool // it was not made here: it came with the badge in an archive
}

// TableName is where verifications are kept.
func (Verification) TableName() string { return "verifications" }

// AddVerification adds to a badge's history; an empty ID is filled.
func (s *Store) AddVerification(ctx context.Context, v *Verification) error {
	if v.ID == "" {
		v.ID = NewID()
	}
	stampAll(&v.At)
	return s.create(ctx, "add a verification", v)
}

// LatestVerification is a badge's newest; ErrNotFound when it was never verified.
func (s *Store) LatestVerification(ctx context.Context, badge string) (Verification, error) {
	var v Verification
	err := s.reader(ctx).Where("badge_id = ?", badge).Order("at DESC, id DESC").Take(&v).Error
	return v, failed("find the latest verification", err)
}

// UpdateVerification keeps every field but BadgeID; ErrNotFound when there is no such verification.
func (s *Store) UpdateVerification(ctx context.Context, v *Verification) error {
	stampAll(&v.At)
	return s.update(ctx, "renew a verification", v, "id", "badge_id")
}

// VerificationWeb is the recorded web of one verification of a badge; nil when none was kept, ErrNotFound when there is
// no such verification.
func (s *Store) VerificationWeb(ctx context.Context, badge, id string) ([]byte, error) {
	var v Verification
	err := s.reader(ctx).Select("web").Take(&v, "id = ? AND badge_id = ?", id, badge).Error
	return v.Web, failed("find the web of a verification", err)
}

// VerificationBadge is what the credential said at one verification of a badge; nil when none was kept, ErrNotFound when
// there is no such verification.
func (s *Store) VerificationBadge(ctx context.Context, badge, id string) ([]byte, error) {
	var v Verification
	err := s.reader(ctx).Select("badge").Take(&v, "id = ? AND badge_id = ?", id, badge).Error
	return v.Badge, failed("find what a credential said", err)
}

// Verifications are a badge's without their Badge and Web, the newest first, at most limit.
func (s *Store) Verifications(ctx context.Context, badge string, limit int) ([]Verification, error) {
	var found []Verification
	err := s.reader(ctx).Omit("badge", "web").Where("badge_id = ?", badge).Order("at DESC, id DESC").Limit(limit).Find(&found).Error
	return found, failed("list verifications", err)
}
