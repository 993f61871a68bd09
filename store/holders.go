package store

import (
	"context"
	"time"
)

// Holder is somebody who holds a badge, as a list of those who hold the like shows them.
type Holder struct {
	PersonID string
	Handle   string
	Name     string
	BadgeID  string
	IssuedAt *time.Time
}

// HolderQuery asks who else holds an achievement.
type HolderQuery struct {
	Achievement, Issuer string   // the ids; where one is empty nobody is found
	But                 string   // the person whose badge's page lists them
	Viewer              string   // who looks; empty: nobody who is signed in
	Visibilities        []string // of badges, and of names, that the viewer may know
	Limit               int
}

// holdersAtOnce bounds how many badges of one achievement a question looks at, whoever of their holders may be named.
const holdersAtOnce = 500

// Holders are the others who hold an achievement, each once, the newest first, among the newest holdersAtOnce: those who
// let the viewer know both the badge and the name, have proved an address, have not blocked the viewer and are not
// blocked by them. Two credentials speak of one achievement where its id and the id of the issuer are the same.
func (s *Store) Holders(ctx context.Context, q HolderQuery) (found []Holder, err error) {
	if q.Achievement == "" || q.Issuer == "" {
		return nil, nil
	}
	err = s.reader(ctx).Raw(`SELECT p.id AS person_id, p.handle, p.name, bounded.id AS badge_id, bounded.issued_at FROM (
			SELECT b.id, b.person_id, b.issued_at, b.created_at FROM badges b
			WHERE b.achievement_id = ? AND b.achievement_id <> '' AND b.issuer_id = ? AND b.deleted_at IS NULL
			AND b.state = 'accepted' AND b.visibility IN ('members', 'public') AND b.visibility IN ?
			ORDER BY b.created_at DESC, b.id DESC LIMIT ?) bounded
		JOIN persons p ON p.id = bounded.person_id LEFT JOIN profiles f ON f.person_id = p.id
		WHERE p.id <> ? AND p.disabled_at IS NULL AND p.leaving_at IS NULL AND COALESCE(f.name_shown, 'public') IN ?
		AND NOT EXISTS (SELECT 1 FROM blocked_badges x WHERE x.badge_id = bounded.id)
		AND EXISTS (SELECT 1 FROM addresses a WHERE a.person_id = p.id AND a.verified_at IS NOT NULL AND a.removed_at IS NULL)
		AND NOT EXISTS (SELECT 1 FROM person_blocks k WHERE k.person_id = p.id AND k.blocked_id = ?)
		AND NOT EXISTS (SELECT 1 FROM person_blocks k WHERE k.person_id = ? AND k.blocked_id = p.id)
		ORDER BY bounded.created_at DESC, bounded.id DESC LIMIT ?`,
		q.Achievement, q.Issuer, q.Visibilities, holdersAtOnce, q.But, q.Visibilities, q.Viewer, q.Viewer, 2*q.Limit).Scan(&found).Error
	return onceEach(found, q.Limit), failed("list who holds an achievement", err)
}

// onceEach lists everybody once, by their newest badge.
func onceEach(all []Holder, most int) (each []Holder) {
	seen := map[string]bool{}
	for _, one := range all {
		if !seen[one.PersonID] && len(each) < most {
			seen[one.PersonID] = true
			each = append(each, one)
		}
	}
	return each
}
