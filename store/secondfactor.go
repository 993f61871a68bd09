package store

import (
	"context"
	"time"

	"gorm.io/gorm/clause"
)

// SecondFactor says that a person is asked for a second proof after a password, a letter or a provider: one of their
// passkeys, one of their recovery codes or, where AppSecret is there, a code of their authenticator app (RFC 6238).
// AppSecret is sealed by whoever keeps it; AppStep is the last step of time of which a code was used.
type SecondFactor struct {
	PersonID  string `gorm:"primaryKey"`
	AppSecret []byte
	AppStep   int64
	AppAt     *time.Time // since when there is an app; nil: none
	CreatedAt time.Time  `gorm:"autoCreateTime:false"`
}

// TableName is where second factors are kept.
func (SecondFactor) TableName() string { return "second_factors" }

// RecoveryCode opens a passport once when the other second factors are lost. Hash is a PHC string.
type RecoveryCode struct {
	ID       string `gorm:"primaryKey"`
	PersonID string
	Hash     string
	UsedAt   *time.Time
}

// TableName is where recovery codes are kept.
func (RecoveryCode) TableName() string { return "recovery_codes" }

// SecondFactor is a person's, held while a Tx lasts; ErrNotFound when they are asked for none.
func (s *Store) SecondFactor(ctx context.Context, person string) (SecondFactor, error) {
	var f SecondFactor
	err := s.holder(ctx).Take(&f, "person_id = ?", person).Error
	return f, failed("find a second factor", err)
}

// KeepSecondFactor keeps a person's, new or changed; CreatedAt stays what it was.
func (s *Store) KeepSecondFactor(ctx context.Context, f *SecondFactor) error {
	born(&f.CreatedAt, &f.CreatedAt)
	stampAll(&f.CreatedAt, f.AppAt)
	known := clause.OnConflict{Columns: []clause.Column{{Name: "person_id"}}, DoUpdates: clause.AssignmentColumns([]string{"app_secret", "app_step", "app_at"})}
	return failed("keep a second factor", s.writer(ctx).Clauses(known).Create(f).Error)
}

// SpendStep uses up the codes of a person's app up to a step of time: of any number of tries one gets it, all others
// ErrNotFound.
func (s *Store) SpendStep(ctx context.Context, person string, step int64) error {
	return one("spend a code", s.writer(ctx).Model(&SecondFactor{}).
		Where("person_id = ? AND app_secret IS NOT NULL AND app_step < ?", person, step).Update("app_step", step))
}

// DropSecondFactor forgets a person's, with their recovery codes; ErrNotFound.
func (s *Store) DropSecondFactor(ctx context.Context, person string) error {
	return one("drop a second factor", s.writer(ctx).Where("person_id = ?", person).Delete(&SecondFactor{}))
}

// ReplaceRecoveryCodes keeps these hashes instead of all that a person had; do it in a Tx.
func (s *Store) ReplaceRecoveryCodes(ctx context.Context, person string, hashes []string) error {
	const doing = "replace recovery codes"
	if err := s.writer(ctx).Where("person_id = ?", person).Delete(&RecoveryCode{}).Error; err != nil {
		return failed(doing, err)
	}
	codes := make([]RecoveryCode, 0, len(hashes))
	for _, hash := range hashes {
		codes = append(codes, RecoveryCode{ID: NewID(), PersonID: person, Hash: hash})
	}
	return failed(doing, s.writer(ctx).Create(&codes).Error)
}

// RecoveryCodes are those of a person that are not used yet.
func (s *Store) RecoveryCodes(ctx context.Context, person string) ([]RecoveryCode, error) {
	var found []RecoveryCode
	err := s.reader(ctx).Where("person_id = ? AND used_at IS NULL", person).Order("id").Find(&found).Error
	return found, failed("list recovery codes", err)
}

// UseRecoveryCode uses one up: of any number of tries one gets it, all others ErrNotFound.
func (s *Store) UseRecoveryCode(ctx context.Context, person, id string, now time.Time) error {
	return one("use a recovery code", s.writer(ctx).Model(&RecoveryCode{}).
		Where("id = ? AND person_id = ? AND used_at IS NULL", id, person).Update("used_at", stamp(now)))
}
