package store

import (
	"context"
	"time"

	"gorm.io/gorm"
)

// RecheckJob is the kind of the jobs that verify a badge again.
const RecheckJob = "recheck"

// RecheckKey is the UniqueKey of the regular job that verifies a badge again.
func RecheckKey(badge string) string { return badge + regular }

const regular = ":regular"

// RecheckDue are accepted badges never verified, or last before a time, for which no RecheckJob with their RecheckKey is
// ready: the longest waiting first, at most limit. Those of disabled accounts are left alone. Only ID, PersonID,
// CheckedAt, CredentialID, IssuerID and SourceURL are filled.
func (s *Store) RecheckDue(ctx context.Context, before time.Time, limit int) ([]Badge, error) {
	var never, long []Badge
	err := recheck(s.reader(ctx), limit).Where("checked_at IS NULL").Find(&never).Error
	if err == nil && len(never) < limit {
		err = recheck(s.reader(ctx), limit-len(never)).Where("checked_at < ?", stamp(before)).Find(&long).Error
	}
	return append(never, long...), failed("look for badges to verify again", err)
}

func recheck(db *gorm.DB, limit int) *gorm.DB {
	return enabled(db).Select("id", "person_id", "checked_at", "credential_id", "issuer_id", "source_url").
		Where(`NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.kind = ? AND jobs.unique_key = badges.id || ? AND jobs.state = 'ready')`,
			RecheckJob, regular).
		Order("checked_at, id").Limit(limit)
}

// EndingSoon are genuine badges that end between two times, which their holders have no news of yet: the first to end
// first, at most limit. Only ID, PersonID and ExpiresAt are filled.
func (s *Store) EndingSoon(ctx context.Context, from, until time.Time, limit int) ([]Badge, error) {
	var found []Badge
	err := enabled(s.reader(ctx)).Select("id", "person_id", "expires_at").
		Where("verdict = 'genuine' AND expires_at > ? AND expires_at <= ?", stamp(from), stamp(until)).
		Where(`NOT EXISTS (SELECT 1 FROM news WHERE news.badge_id = badges.id AND news.what = 'ends' AND news.about = badges.expires_at)`).
		Order("expires_at, id").Limit(limit).Find(&found).Error
	return found, failed("look for badges that end soon", err)
}

// enabled leaves out what is not held: pending and deleted badges, and those of disabled accounts.
func enabled(db *gorm.DB) *gorm.DB {
	return db.Where(`deleted_at IS NULL AND state = 'accepted'
		AND NOT EXISTS (SELECT 1 FROM persons WHERE persons.id = badges.person_id AND persons.disabled_at IS NOT NULL)`)
}
