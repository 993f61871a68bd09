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

// What a question looks at, whoever of the holders may be named.
const (
	holdersAtOnce = 500  // people
	holdingsRead  = 5000 // badges
)

// lastKnown is the verdict of a badge b; where none can be told now, the last one this Carnet could tell; else "unknown".
const lastKnown = `CASE WHEN b.verdict IN ('genuine', 'not-current', 'contradicted') THEN b.verdict ELSE COALESCE((
	SELECT v.verdict FROM verifications v WHERE v.badge_id = b.id AND v.verdict <> 'unknown' AND NOT v.brought
	ORDER BY v.at DESC, v.id DESC LIMIT 1), 'unknown') END`

// Holders are the others who hold an achievement, each once by their newest badge, the newest first, among the newest
// holdersAtOnce: those who let the viewer know both the badge and the name, have proved an address, have not blocked the
// viewer and are not blocked by them. Two credentials speak of one achievement where its id and the id of the issuer are
// the same; anybody can write these, so that only badges count that are genuine and current as far as is known.
func (s *Store) Holders(ctx context.Context, q HolderQuery) (found []Holder, err error) {
	if q.Achievement == "" || q.Issuer == "" {
		return nil, nil
	}
	err = s.reader(ctx).Raw(`SELECT p.id AS person_id, p.handle, p.name, newest.id AS badge_id, newest.issued_at FROM (
			SELECT id, person_id, issued_at, created_at FROM (
				SELECT id, person_id, issued_at, created_at, ROW_NUMBER() OVER (PARTITION BY person_id ORDER BY created_at DESC, id DESC) AS nth FROM (
					SELECT b.id, b.person_id, b.issued_at, b.created_at FROM badges b
					WHERE b.achievement_id = ? AND b.achievement_id <> '' AND b.issuer_id = ? AND b.deleted_at IS NULL
					AND b.state = 'accepted' AND b.visibility IN ('members', 'public') AND b.visibility IN ?
					AND `+lastKnown+` = 'genuine'
					ORDER BY b.created_at DESC, b.id DESC LIMIT ?) bounded) ranked
			WHERE nth = 1 ORDER BY created_at DESC, id DESC LIMIT ?) newest
		JOIN persons p ON p.id = newest.person_id LEFT JOIN profiles f ON f.person_id = p.id
		WHERE p.id <> ? AND p.disabled_at IS NULL AND p.leaving_at IS NULL AND COALESCE(f.name_shown, 'public') IN ?
		AND NOT EXISTS (SELECT 1 FROM blocked_badges x WHERE x.badge_id = newest.id)
		AND EXISTS (SELECT 1 FROM addresses a WHERE a.person_id = p.id AND a.verified_at IS NOT NULL AND a.removed_at IS NULL)
		AND NOT EXISTS (SELECT 1 FROM person_blocks k WHERE k.person_id = p.id AND k.blocked_id = ?)
		AND NOT EXISTS (SELECT 1 FROM person_blocks k WHERE k.person_id = ? AND k.blocked_id = p.id)
		ORDER BY newest.created_at DESC, newest.id DESC LIMIT ?`,
		q.Achievement, q.Issuer, q.Visibilities, holdingsRead, holdersAtOnce, q.But, q.Visibilities, q.Viewer, q.Viewer, q.Limit).Scan(&found).Error
	return found, failed("list who holds an achievement", err)
}
