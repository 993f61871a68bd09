package store

import (
	"context"
	"time"

	"gorm.io/gorm/clause"
)

// News is something about a badge that its holder is to be told. What is "revoked", "suspended", "expired",
// "contradicted", "restored" or "ends"; Why the issuer's own words, or empty; About the day an end falls on, where What
// speaks of one; At when it was found.
type News struct {
	ID       string `gorm:"primaryKey"`
	PersonID string
	BadgeID  string
	What     string
	Why      string
	About    *time.Time
	At       time.Time
	ToldAt   *time.Time // when it was put in a letter; nil: not yet
}

// TableName is where news are kept.
func (News) TableName() string { return "news" }

// NamedNews are news with what the badge is called.
type NamedNews struct {
	News
	Name       string
	IssuerName string
	Language   string
}

// newsAtOnce bounds how many news are listed.
const newsAtOnce = 200

// AddNews keeps news that nobody was told yet; an empty ID is filled. That one badge ends on one day is news once: a
// second time nothing is kept, and that is no error.
func (s *Store) AddNews(ctx context.Context, n *News) error {
	if n.ID == "" {
		n.ID = NewID()
	}
	n.Why = legible(n.Why)
	stampAll(&n.At, n.About, n.ToldAt)
	return failed("keep news", s.writer(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(n).Error)
}

// UntoldNews are what this person was not told yet of badges not deleted, the oldest first, at most 200.
func (s *Store) UntoldNews(ctx context.Context, person string) ([]NamedNews, error) {
	return s.news(ctx, `news.person_id = ? AND news.told_at IS NULL`, `news.at, news.id`, newsAtOnce, person)
}

// RecentNews are what was found since a time about badges of this person, told or not, the newest first.
func (s *Store) RecentNews(ctx context.Context, person string, since time.Time, limit int) ([]NamedNews, error) {
	return s.news(ctx, `news.person_id = ? AND news.at >= ?`, `news.at DESC, news.id DESC`, limit, person, stamp(since))
}

func (s *Store) news(ctx context.Context, where, order string, limit int, values ...any) ([]NamedNews, error) {
	var found []NamedNews
	err := s.reader(ctx).Raw(`SELECT news.*, badges.name, badges.issuer_name, badges.language FROM news
		JOIN badges ON badges.id = news.badge_id AND badges.deleted_at IS NULL AND badges.state = 'accepted'
		WHERE `+where+` ORDER BY `+order+` LIMIT ?`, append(values, limit)...).Scan(&found).Error
	return found, failed("list news", err)
}

// TellNews marks as told all that this person was not told yet.
func (s *Store) TellNews(ctx context.Context, person string, now time.Time) error {
	return failed("mark news as told", s.writer(ctx).Exec(`UPDATE news SET told_at = ? WHERE person_id = ? AND told_at IS NULL`,
		stamp(now), person).Error)
}

// LastTold is when this person was told anything last; the zero time when never.
func (s *Store) LastTold(ctx context.Context, person string) (time.Time, error) {
	var last []News
	err := s.reader(ctx).Where("person_id = ? AND told_at IS NOT NULL", person).Order("told_at DESC").Limit(1).Find(&last).Error
	if err != nil || len(last) == 0 {
		return time.Time{}, failed("look when news were told last", err)
	}
	return *last[0].ToldAt, nil
}

// PurgeNews forgets what was found before a time.
func (s *Store) PurgeNews(ctx context.Context, before time.Time) error {
	return failed("purge news", s.writer(ctx).Exec(`DELETE FROM news WHERE at < ?`, stamp(before)).Error)
}
