package store

import (
	"context"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"gorm.io/gorm"
)

// WallQuery asks for a page of somebody's badges. Empty fields have defaults: State "accepted", Filter "all", Sort
// "newest", the first page, 30 badges (at most 200).
type WallQuery struct {
	Owner  string
	State  string // "accepted", "pending" or "refused"
	Filter string // "all", "private", "public" or "attention" (whose verdict is anything but genuine)
	Sort   string // "newest", "name" or "issuer"
	After  string // the cursor the page before ended with
	Limit  int
}

// order is a way to sort a wall: by a column, then by id, so that no two badges share a place.
type order struct {
	name, column, direction, beyond string
	place                           func(Badge) string
	value                           func(string) (any, error)
}

func orders() map[string]order {
	text := func(s string) (any, error) { return s, nil }
	return map[string]order{
		"newest": {"newest", "created_at", "DESC", "<", newestPlace, newestValue},
		"name":   {"name", "name_key", "ASC", ">", func(b Badge) string { return b.NameKey }, text},
		"issuer": {"issuer", "issuer_key", "ASC", ">", func(b Badge) string { return b.IssuerKey }, text},
	}
}

func newestPlace(b Badge) string { return b.CreatedAt.UTC().Format(time.RFC3339Nano) }

func newestValue(place string) (any, error) { return time.Parse(time.RFC3339Nano, place) }

// Wall is a page of badges, without their Documents, and the cursor of the next page; empty on the last. A cursor that
// is none, or belongs to another order, is ErrNotFound. Unknown filters and orders fall back to the defaults.
func (s *Store) Wall(ctx context.Context, q WallQuery) ([]Badge, string, error) {
	by, known := orders()[q.Sort]
	if !known {
		by = orders()["newest"]
	}
	db := s.reader(ctx).Where("person_id = ? AND state = ? AND deleted_at IS NULL", q.Owner, q.state())
	return by.page(filtered(db, q.Filter), "list a wall", q.After, q.Limit)
}

// ShownBadges is a page of a person's accepted badges that have one of these visibilities and no blocked issuer, the
// newest first.
func (s *Store) ShownBadges(ctx context.Context, owner string, visibilities []string, after string, limit int) ([]Badge, string, error) {
	db := s.reader(ctx).
		Where("person_id = ? AND visibility IN ? AND deleted_at IS NULL AND state = 'accepted'", owner, visibilities).Where(notBlocked)
	return orders()["newest"].page(db, "list shown badges", after, limit)
}

// ShownCounts is how many accepted badges of a person there are of each visibility, those of blocked issuers left out:
// they are counted apart, because counting all needs no look at any badge.
func (s *Store) ShownCounts(ctx context.Context, owner string) (map[string]int, error) {
	var rows []struct {
		Visibility string
		Badges     int
	}
	err := s.reader(ctx).Raw(`SELECT visibility, COUNT(*) AS badges FROM badges
		WHERE person_id = ? AND state = 'accepted' AND deleted_at IS NULL GROUP BY visibility
		UNION ALL SELECT b.visibility, -COUNT(DISTINCT b.id) FROM blocked_badges x JOIN badges b ON b.id = x.badge_id
		WHERE x.person_id = ? AND b.state = 'accepted' AND b.deleted_at IS NULL GROUP BY b.visibility`, owner, owner).Scan(&rows).Error
	counts := map[string]int{}
	for _, row := range rows {
		counts[row.Visibility] += row.Badges
	}
	return counts, failed("count shown badges", err)
}

func (q WallQuery) state() string {
	if q.State == "" {
		return Accepted
	}
	return q.State
}

func filtered(db *gorm.DB, filter string) *gorm.DB {
	switch filter {
	case "private", "public":
		return db.Where("visibility = ?", filter)
	case "attention":
		return db.Where("verdict <> 'genuine'")
	}
	return db
}

const (
	usualPage   = 30
	largestPage = 200
)

func (o order) page(db *gorm.DB, doing, after string, limit int) ([]Badge, string, error) {
	if limit <= 0 {
		limit = usualPage
	}
	limit = min(limit, largestPage)
	db, err := o.from(db, after)
	if err != nil {
		return nil, "", failed(doing, err)
	}
	var found []Badge
	err = db.Omit("document").Order(o.column + " " + o.direction + ", id " + o.direction).Limit(limit + 1).Find(&found).Error
	if err != nil || len(found) <= limit {
		return found, "", failed(doing, err)
	}
	last := found[limit-1]
	return found[:limit], cursor{Order: o.name, Place: o.place(last), ID: last.ID}.String(), nil
}

func (o order) from(db *gorm.DB, after string) (*gorm.DB, error) {
	if after == "" {
		return db, nil
	}
	c, err := parseCursor(after)
	if err != nil {
		return nil, err
	}
	value, err := o.value(c.Place)
	if err != nil || c.Order != o.name {
		return nil, errNotACursor
	}
	return db.Where("("+o.column+", id) "+o.beyond+" (?, ?)", value, c.ID), nil
}

// WallCounts is how many accepted badges a person holds: all, those with the two visibilities, those that need
// attention; and how many badges are in the trash.
func (s *Store) WallCounts(ctx context.Context, owner string) (all, private, public, attention, deleted int, err error) {
	var n struct{ All, Private, Public, Attention, Deleted int }
	err = s.reader(ctx).Raw(`SELECT
		COALESCE(SUM(CASE WHEN state = 'accepted' AND deleted_at IS NULL THEN 1 ELSE 0 END), 0) AS "all",
		COALESCE(SUM(CASE WHEN state = 'accepted' AND deleted_at IS NULL AND visibility = 'private' THEN 1 ELSE 0 END), 0) AS private,
		COALESCE(SUM(CASE WHEN state = 'accepted' AND deleted_at IS NULL AND visibility = 'public' THEN 1 ELSE 0 END), 0) AS public,
		COALESCE(SUM(CASE WHEN state = 'accepted' AND deleted_at IS NULL AND verdict <> 'genuine' THEN 1 ELSE 0 END), 0) AS attention,
		COALESCE(SUM(CASE WHEN deleted_at IS NOT NULL THEN 1 ELSE 0 END), 0) AS deleted
		FROM badges WHERE person_id = ?`, owner).Scan(&n).Error
	return n.All, n.Private, n.Public, n.Attention, n.Deleted, failed("count a wall", err)
}

// sortKey folds a name so that plain byte order reads like an alphabet: no accents, no case, no outer space.
func sortKey(name string) string {
	bare := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(strings.ToLower(name)))
	return strings.TrimSpace(bare)
}
