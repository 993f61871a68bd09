package store

import (
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"
)

// among narrows a question about badges to those that a wall's filters and search leave.
func (s *Store) among(db *gorm.DB, q WallQuery) *gorm.DB {
	db = filtered(db.Where("person_id = ? AND state = ? AND deleted_at IS NULL", q.Owner, q.state()), q.Filter)
	if q.Issuer != "" {
		db = db.Where("issuer_key = ?", sortKey(legible(q.Issuer)))
	}
	if len(q.Verdicts) > 0 {
		db = db.Where("verdict IN ?", q.Verdicts)
	}
	if len(q.Reasons) > 0 {
		db = db.Where("verdict_reason IN ?", q.Reasons)
	}
	if q.Language != "" {
		asked := strings.ToLower(legible(q.Language))
		db = db.Where("(lower(language) = ? OR substr(lower(language), 1, ?) = ?)", asked, utf8.RuneCountInString(asked)+1, asked+"-")
	}
	if q.Year != 0 {
		from := time.Date(q.Year, 1, 1, 0, 0, 0, 0, time.UTC)
		db = db.Where("COALESCE(issued_at, created_at) >= ? AND COALESCE(issued_at, created_at) < ?", from, from.AddDate(1, 0, 0))
	}
	for _, wanted := range []struct {
		is     bool
		column string
	}{{q.Favourite, "favourite"}, {q.SelfMade, "self_made"}, {q.Endorsed, "endorsed"}} {
		if wanted.is {
			db = db.Where("id IN (SELECT badge_id FROM wall_entries WHERE person_id = ? AND "+wanted.column+")", q.Owner)
		}
	}
	if q.Tag != "" {
		db = db.Where("id IN (SELECT badge_id FROM badge_tags WHERE person_id = ? AND key = ?)", q.Owner, TagKey(q.Tag))
	}
	return s.searched(db, q)
}

// searched leaves the badges in whose name, issuer, description or tags a word begins with each term. All terms are looked
// for in one question: of several, PostgreSQL thinks each finds so little that it asks the second anew for every badge.
func (s *Store) searched(db *gorm.DB, q WallQuery) *gorm.DB {
	find := "instr" // SQLite's; both look for the very bytes, and know no wildcards
	if s.kind == "postgres" {
		find = "strpos"
	}
	where, values := "", []any{q.Owner}
	for _, term := range terms(legible(q.Search)) {
		where += ` AND (` + find + `(words, ?) > 0 OR badge_id IN (SELECT badge_id FROM badge_tags t WHERE t.person_id = ? AND ` + find + `(t.words, ?) > 0))`
		values = append(values, term, q.Owner, term)
	}
	if where == "" {
		return db
	}
	return db.Where(`id IN (SELECT badge_id FROM wall_entries WHERE person_id = ?`+where+`)`, values...)
}
