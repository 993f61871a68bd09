package store

import (
	"context"
	"reflect"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"gorm.io/gorm"
)

// WallQuery asks for a page of somebody's badges. Empty fields have defaults: State "accepted", Filter "all", Sort
// "newest", the first page, 30 badges (at most 200); an empty field of the filters below lets all through.
type WallQuery struct {
	Owner  string
	State  string // "accepted", "pending" or "refused"
	Filter string // "all", "attention" (whose verdict is anything but genuine), or a visibility
	Sort   string // "newest", "issued", "name", "issuer" or "expiring"
	After  string // the cursor the page before ended with
	Limit  int

	Search    string   // words, each of which must begin a word of the badge's name, issuer, description or tags
	Issuer    string   // the name of an issuer, however it is written
	Tag       string   // a tag, however it is written
	Verdicts  []string // any of these
	Reasons   []string // any of these reasons of the verdict
	Language  string   // a language with all its regions: "en" is "en-GB" too
	Year      int      // in which the badge was issued or, where that is not known, came
	Favourite bool
	SelfMade  bool
	Endorsed  bool
	Now       time.Time // from when on "expiring" counts; zero: now
}

// order is a way to sort a wall: by a column, then by id, so that no two badges share a place.
type order struct {
	name, column, direction, beyond string
	place                           func(Badge) string
	value                           func(string) (any, error)
}

// issuedColumn is when a badge was issued, as far as that is known.
const issuedColumn = "COALESCE(issued_at, created_at)"

func orders() map[string]order {
	text := func(s string) (any, error) { return s, nil }
	return map[string]order{
		"newest": {"newest", "created_at", "DESC", "<", newestPlace, newestValue},
		"issued": {"issued", issuedColumn, "DESC", "<", issuedPlace, newestValue},
		"name":   {"name", "name_key", "ASC", ">", func(b Badge) string { return b.NameKey }, text},
		"issuer": {"issuer", "issuer_key", "ASC", ">", func(b Badge) string { return b.IssuerKey }, text},
	}
}

func issuedPlace(b Badge) string {
	if b.IssuedAt != nil {
		return b.IssuedAt.UTC().Format(time.RFC3339Nano)
	}
	return newestPlace(b)
}

// The places, behind all that ends, of what never does and of what has ended.
var (
	neverEnds = time.Date(9990, 1, 1, 0, 0, 0, 0, time.UTC)
	hasEnded  = time.Date(9991, 1, 1, 0, 0, 0, 0, time.UTC)
)

// expiring is the order in which badges end from now on; then come those that never do, and then those that have.
func expiring(kind string, now time.Time) order {
	written := func(t time.Time) string {
		if kind == "postgres" {
			return "timestamptz '" + t.Format(time.RFC3339Nano) + "'"
		}
		return "'" + t.Format("2006-01-02 15:04:05.999999999-07:00") + "'"
	}
	now = stamp(now)
	column := "CASE WHEN expires_at IS NULL THEN " + written(neverEnds) + " WHEN expires_at < " + written(now) + " THEN " + written(hasEnded) + " ELSE expires_at END"
	place := func(b Badge) string {
		at := neverEnds
		if b.ExpiresAt != nil {
			at = *b.ExpiresAt
			if at.Before(now) {
				at = hasEnded
			}
		}
		return at.UTC().Format(time.RFC3339Nano)
	}
	return order{"expiring", column, "ASC", ">", place, newestValue}
}

func (s *Store) order(q WallQuery) order {
	if q.Sort == "expiring" {
		if q.Now.IsZero() {
			q.Now = time.Now()
		}
		return expiring(s.kind, q.Now)
	}
	if by, known := orders()[q.Sort]; known {
		return by
	}
	return orders()["newest"]
}

func newestPlace(b Badge) string { return b.CreatedAt.UTC().Format(time.RFC3339Nano) }

func newestValue(place string) (any, error) { return time.Parse(time.RFC3339Nano, place) }

// Wall is a page of badges, without their Documents, and the cursor of the next page; empty on the last. A cursor that
// is none, or belongs to another order, is ErrNotFound. Unknown filters and orders fall back to the defaults.
func (s *Store) Wall(ctx context.Context, q WallQuery) ([]Badge, string, error) {
	by, plain := s.order(q), WallQuery{Owner: q.Owner, State: q.State, Sort: q.Sort, After: q.After, Limit: q.Limit}
	plain.Now = q.Now
	if by.name != "expiring" && reflect.DeepEqual(q, plain) {
		return by.page(s.among(s.reader(ctx), q), "list a wall", q.After, q.Limit)
	}
	if s.kind == "sqlite" {
		by.column = "+" + by.column // else it takes the index in this order, and reads every row
	}
	return by.sifted(s.reader(ctx), s.among(s.reader(ctx).Model(&Badge{}), q), "list a wall", q.After, q.Limit)
}

// Found is how many badges a question finds in all.
func (s *Store) Found(ctx context.Context, q WallQuery) (int, error) {
	var n int64
	err := s.among(s.reader(ctx).Model(&Badge{}), q).Count(&n).Error
	return int(n), failed("count what a wall shows", err)
}

// FoundIDs are the ids of all badges a question finds, at most most.
func (s *Store) FoundIDs(ctx context.Context, q WallQuery, most int) ([]string, error) {
	var ids []string
	err := s.among(s.reader(ctx).Model(&Badge{}), q).Limit(most).Pluck("id", &ids).Error
	return ids, failed("find what a wall shows", err)
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
	case Private, Link, Members, Public:
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

// sifted is page for a question that leaves out many: which badges are on the page is found in an index that has all that
// filters ask for, because the rows themselves lie scattered among everybody's; only those of the page are read.
func (o order) sifted(db, among *gorm.DB, doing, after string, limit int) ([]Badge, string, error) {
	if limit <= 0 {
		limit = usualPage
	}
	limit = min(limit, largestPage)
	among, err := o.from(among, after)
	if err != nil {
		return nil, "", failed(doing, err)
	}
	by := o.column + " " + o.direction + ", id " + o.direction
	var found []Badge
	err = db.Omit("document").Where("id IN (SELECT id FROM (?) AS page)", among.Select("id").Order(by).Limit(limit+1)).Order(by).Find(&found).Error
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
	bare = strings.TrimSpace(bare)
	if runes := []rune(bare); len(runes) > longestKey {
		return string(runes[:longestKey])
	}
	return bare
}

// longestKey is how many characters a name is sorted by: an index has no room for all of a long one.
const longestKey = 150
