package store

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// ShareLink is a secret address by which whoever has it sees one thing of its maker's. Secret is 26 characters of base
// 32, 130 random bits, kept as it is because its maker copies it again from a page; Label is what its maker calls it;
// PasswordHash a PHC string, or empty.
type ShareLink struct {
	ID           string `gorm:"primaryKey"`
	PersonID     string
	BadgeID      *string // what it leads to: a badge, or
	CollectionID *string // a collection, or
	Passport     bool    // the whole passport
	Secret       string
	Label        string
	PasswordHash string
	ExpiresAt    *time.Time
	CreatedAt    time.Time `gorm:"autoCreateTime:false"`
	WithdrawnAt  *time.Time
}

// TableName is where share links are kept.
func (ShareLink) TableName() string { return "share_links" }

// shareOpen is how often a link was opened on a day ("2026-11-26", UTC), and how many files were taken away by it; by whom
// is not kept.
type shareOpen struct {
	LinkID    string `gorm:"primaryKey"`
	Day       string `gorm:"primaryKey"`
	Opens     int
	Downloads int
}

// TableName is where it is counted how often links are opened.
func (shareOpen) TableName() string { return "share_opens" }

// Opens is how often a link was opened on a day, in UTC, and how many files were taken away by it.
type Opens struct {
	Day       string // 2026-11-26; empty: in all
	Opens     int
	Downloads int
}

// CreateShareLink keeps a new link; an empty ID and a zero CreatedAt are filled.
func (s *Store) CreateShareLink(ctx context.Context, l *ShareLink) error {
	if l.ID == "" {
		l.ID = NewID()
	}
	l.Label = legible(l.Label)
	born(&l.CreatedAt, &l.CreatedAt)
	stampAll(&l.CreatedAt, l.ExpiresAt, l.WithdrawnAt)
	return s.create(ctx, "keep a share link", l)
}

// ShareLink is the link with this secret, ended ones too; ErrNotFound.
func (s *Store) ShareLink(ctx context.Context, secret string) (ShareLink, error) {
	var l ShareLink
	err := s.reader(ctx).Take(&l, "secret = ?", secret).Error
	return l, failed("find a share link", err)
}

// ShareLinksOf are the links to a badge that its holder has not withdrawn, the newest first, at most 100.
func (s *Store) ShareLinksOf(ctx context.Context, person, badge string) ([]ShareLink, error) {
	var found []ShareLink
	err := s.reader(ctx).Where("badge_id = ? AND person_id = ? AND withdrawn_at IS NULL", badge, person).
		Order("created_at DESC, id DESC").Limit(100).Find(&found).Error
	return found, failed("list share links", err)
}

// ShareLinksTo are the links to a collection that its maker has not withdrawn, the newest first, at most 100.
func (s *Store) ShareLinksTo(ctx context.Context, person, collection string) ([]ShareLink, error) {
	var found []ShareLink
	err := s.reader(ctx).Where("collection_id = ? AND person_id = ? AND withdrawn_at IS NULL", collection, person).
		Order("created_at DESC, id DESC").Limit(100).Find(&found).Error
	return found, failed("list share links to a collection", err)
}

// ShareLinksToPassport are the links to a person's whole passport that they have not withdrawn, the newest first, at most
// 100.
func (s *Store) ShareLinksToPassport(ctx context.Context, person string) ([]ShareLink, error) {
	var found []ShareLink
	err := s.reader(ctx).Where("person_id = ? AND passport AND withdrawn_at IS NULL", person).
		Order("created_at DESC, id DESC").Limit(100).Find(&found).Error
	return found, failed("list share links to a passport", err)
}

// CountShareLinks is how many links a person has made since a time.
func (s *Store) CountShareLinks(ctx context.Context, person string, since time.Time) (int, error) {
	var n int64
	err := s.reader(ctx).Model(&ShareLink{}).Where("person_id = ? AND created_at >= ?", person, stamp(since)).Count(&n).Error
	return int(n), failed("count share links", err)
}

// WithdrawShareLink ends a link at once, for good; withdrawn already is no error. ErrNotFound when it is not theirs.
func (s *Store) WithdrawShareLink(ctx context.Context, person, id string, now time.Time) error {
	return one("withdraw a share link", s.writer(ctx).Exec(
		`UPDATE share_links SET withdrawn_at = COALESCE(withdrawn_at, ?) WHERE id = ? AND person_id = ?`, stamp(now), id, person))
}

// CountOpens adds to how often a link was opened, and to how many files were taken away by it, on the day of a time. A link
// that is gone meanwhile is no error.
func (s *Store) CountOpens(ctx context.Context, link string, now time.Time, more Opens) error {
	const doing = "count the opening of a share link"
	row := shareOpen{LinkID: link, Day: now.UTC().Format(time.DateOnly), Opens: more.Opens, Downloads: more.Downloads}
	known := clause.OnConflict{
		Columns: []clause.Column{{Name: "link_id"}, {Name: "day"}},
		DoUpdates: clause.Assignments(map[string]any{
			"opens": gorm.Expr("share_opens.opens + ?", more.Opens), "downloads": gorm.Expr("share_opens.downloads + ?", more.Downloads),
		}),
	}
	return s.Tx(ctx, func(tx *Store) error {
		var n int64
		if err := tx.reader(ctx).Model(&ShareLink{}).Where("id = ?", link).Count(&n).Error; err != nil || n == 0 {
			return failed(doing, err)
		}
		return failed(doing, tx.writer(ctx).Clauses(known).Create(&row).Error)
	})
}

// OpensOf is how often a link was opened on each of the last days that it was, the latest first.
func (s *Store) OpensOf(ctx context.Context, link string, days int) ([]Opens, error) {
	var found []Opens
	err := s.reader(ctx).Model(&shareOpen{}).Where("link_id = ?", link).Order("day DESC").Limit(days).Find(&found).Error
	return found, failed("list how often a share link was opened", err)
}

// OpensInAll is how often each of these links was opened.
func (s *Store) OpensInAll(ctx context.Context, links []string) (map[string]Opens, error) {
	var rows []struct {
		LinkID    string
		Opens     int
		Downloads int
	}
	err := s.reader(ctx).Model(&shareOpen{}).Select("link_id, SUM(opens) AS opens, SUM(downloads) AS downloads").Where("link_id IN ?", links).
		Group("link_id").Find(&rows).Error
	all := map[string]Opens{}
	for _, r := range rows {
		all[r.LinkID] = Opens{Opens: r.Opens, Downloads: r.Downloads}
	}
	return all, failed("add up how often share links were opened", err)
}

// MadeOutTo are the ids of the addresses that a person's accepted badges of these visibilities are made out to, sorted.
func (s *Store) MadeOutTo(ctx context.Context, owner string, visibilities []string) ([]string, error) {
	var ids []string
	err := s.reader(ctx).Raw(`SELECT DISTINCT address_id FROM badges WHERE person_id = ? AND state = 'accepted' AND deleted_at IS NULL
		AND visibility IN ? AND address_id IS NOT NULL AND `+notBlocked+` ORDER BY address_id`, owner, visibilities).Scan(&ids).Error
	return ids, failed("list what badges are made out to", err)
}
