package store

import "context"

// Places are what a search engine is told of: the addresses of public badges, and the handles of passports.
type Places struct {
	Badges  []string
	Handles []string
}

// openlyThere is a person p, with the profile f, who lets everybody know their name.
const openlyThere = `p.disabled_at IS NULL AND p.leaving_at IS NULL AND COALESCE(f.name_shown, 'public') = 'public'
	AND EXISTS (SELECT 1 FROM addresses a WHERE a.person_id = p.id AND a.verified_at IS NOT NULL AND a.removed_at IS NULL)`

// openBadge is a badge b that everybody may see and that is not known to be forged or altered.
const openBadge = `b.deleted_at IS NULL AND b.state = 'accepted' AND b.visibility = 'public' AND ` + lastKnown + ` <> 'contradicted'`

// OpenBounds are the ids after which the pages of public badges begin, each with at most so many of them: what there is
// on the pages is asked with OpenBadges. The first is empty.
func (s *Store) OpenBounds(ctx context.Context, size int) ([]string, error) {
	bounds := []string{""}
	for {
		var next []string
		err := s.reader(ctx).Raw(`SELECT b.id FROM badges b WHERE `+openBadge+` AND b.id > ? ORDER BY b.id LIMIT 1 OFFSET ?`, bounds[len(bounds)-1], size-1).Scan(&next).Error
		if err != nil || len(next) == 0 {
			return bounds, failed("find the pages of public badges", err)
		}
		bounds = append(bounds, next[0])
	}
}

// OpenBadges are the places to be told of on one page of public badges, which begins after an id: badges that everybody
// may see and that are not contradicted, of holders whom everybody may know by name, and the passports of these.
func (s *Store) OpenBadges(ctx context.Context, after string, size int) (found Places, err error) {
	var rows []struct{ ID, Handle string }
	err = s.reader(ctx).Raw(`SELECT bounded.id, p.handle FROM (SELECT b.id, b.person_id FROM badges b
			WHERE `+openBadge+` AND b.id > ? ORDER BY b.id LIMIT ?) bounded
		JOIN persons p ON p.id = bounded.person_id LEFT JOIN profiles f ON f.person_id = p.id
		WHERE `+openlyThere+` AND NOT EXISTS (SELECT 1 FROM blocked_badges x WHERE x.badge_id = bounded.id) ORDER BY bounded.id`, after, size).Scan(&rows).Error
	for _, row := range rows {
		found.Badges = append(found.Badges, row.ID)
		found.Handles = append(found.Handles, row.Handle)
	}
	found.Handles = distinct(found.Handles)
	return found, failed("list public badges", err)
}

// openCollection is a collection c that everybody may see.
const openCollection = `c.deleted_at IS NULL AND c.visibility = 'public'`

// OpenCollectionBounds are the ids after which the pages of public collections begin, as OpenBounds are those of badges.
func (s *Store) OpenCollectionBounds(ctx context.Context, size int) ([]string, error) {
	bounds := []string{""}
	for {
		var next []string
		err := s.reader(ctx).Raw(`SELECT c.id FROM collections c WHERE `+openCollection+` AND c.id > ? ORDER BY c.id LIMIT 1 OFFSET ?`, bounds[len(bounds)-1], size-1).Scan(&next).Error
		if err != nil || len(next) == 0 {
			return bounds, failed("find the pages of public collections", err)
		}
		bounds = append(bounds, next[0])
	}
}

// OpenCollections are the ids on one page of public collections, which begins after an id: of holders whom everybody may
// know by name, with at least one badge that is told of itself.
func (s *Store) OpenCollections(ctx context.Context, after string, size int) ([]string, error) {
	var ids []string
	err := s.reader(ctx).Raw(`SELECT bounded.id FROM (SELECT c.id, c.person_id FROM collections c
			WHERE `+openCollection+` AND c.id > ? ORDER BY c.id LIMIT ?) bounded
		JOIN persons p ON p.id = bounded.person_id LEFT JOIN profiles f ON f.person_id = p.id
		WHERE `+openlyThere+` AND EXISTS (SELECT 1 FROM collection_badges l JOIN badges b ON b.id = l.badge_id
			WHERE l.collection_id = bounded.id AND l.removed_at IS NULL AND b.person_id = bounded.person_id AND `+openBadge+`
			AND NOT EXISTS (SELECT 1 FROM blocked_badges x WHERE x.badge_id = b.id)) ORDER BY bounded.id`, after, size).Scan(&ids).Error
	return ids, failed("list public collections", err)
}
