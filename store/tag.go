package store

import (
	"context"
	"errors"
	"strings"

	"gorm.io/gorm/clause"
)

// Tag is a word that a holder has put on badges. Key is by what two spellings are one tag.
type Tag struct {
	Key  string
	Name string
}

// TagCount is a tag and on how many badges it stands that are not deleted.
type TagCount struct {
	Tag
	Badges int
}

// badgeTag is a tag on one badge.
type badgeTag struct {
	ID       string `gorm:"primaryKey"`
	BadgeID  string
	PersonID string
	Key      string
	Name     string
	Words    string // folded; what searches look in
}

// TableName is where tags are kept.
func (badgeTag) TableName() string { return "badge_tags" }

func tagOn(badge, owner, name string) badgeTag {
	name = legible(name)
	return badgeTag{ID: NewID(), BadgeID: badge, PersonID: owner, Key: TagKey(name), Name: name, Words: Fold(name)}
}

// ErrFull is said when as many tags stand on a badge already as may.
var ErrFull = errors.New("there is no room for another tag")

// TagsMost is how many tags may stand on a badge.
const TagsMost = 20

// TagKey is by what two spellings of a tag are one: no case, no accents; empty of what shows nothing.
func TagKey(name string) string { return sortKey(strings.Join(strings.Fields(legible(name)), " ")) }

// Tags are a person's, in the order of the alphabet, with their numbers of badges.
func (s *Store) Tags(ctx context.Context, owner string) ([]TagCount, error) {
	var found []TagCount
	err := s.reader(ctx).Raw(`SELECT t.key, MIN(t.name) AS name, COUNT(*) AS badges FROM badge_tags t WHERE t.person_id = ?
		AND t.badge_id IN (SELECT id FROM badges WHERE person_id = ? AND state IN ('accepted', 'pending', 'refused') AND deleted_at IS NULL)
		GROUP BY t.key ORDER BY t.key`, owner, owner).Scan(&found).Error
	return found, failed("list tags", err)
}

// spelt is a tag as this person spells it already, else as it is given.
func (s *Store) spelt(ctx context.Context, owner, name string) (Tag, error) {
	tag := Tag{Key: TagKey(name), Name: name}
	var there []string
	err := s.reader(ctx).Raw(`SELECT name FROM badge_tags WHERE person_id = ? AND key = ? ORDER BY badge_id LIMIT 1`, owner, tag.Key).Scan(&there).Error
	if err == nil && len(there) == 1 {
		tag.Name = there[0]
	}
	return tag, err
}

// TagBadge puts a tag on a badge; one that stands there already is no error. ErrFull; ErrNotFound when the badge is not
// theirs, or deleted, or the tag shows nothing.
func (s *Store) TagBadge(ctx context.Context, owner, id, name string) error {
	return s.Tx(ctx, func(tx *Store) error {
		if _, err := tx.Badge(ctx, owner, id); err != nil {
			return err
		}
		changes, full, err := tx.TagBadges(ctx, owner, []string{id}, name)
		if err == nil && len(changes) == 0 && full > 0 {
			err = failed("tag a badge", ErrFull)
		}
		return err
	})
}

// MarkTaken gives a badge that has just come what its holder had marked it with elsewhere.
func (s *Store) MarkTaken(ctx context.Context, b Badge, favourite bool, names []string) error {
	const doing = "mark a badge"
	rows := make([]badgeTag, 0, len(names))
	for _, name := range names {
		tag, err := s.spelt(ctx, b.PersonID, name)
		if err != nil {
			return failed(doing, err)
		}
		rows = append(rows, tagOn(b.ID, b.PersonID, tag.Name))
	}
	if err := s.addTags(ctx, rows); err != nil || !favourite {
		return failed(doing, err)
	}
	return failed(doing, s.writer(ctx).Exec(`UPDATE wall_entries SET favourite = ? WHERE badge_id = ?`, true, b.ID).Error)
}

// UntagBadge takes a tag off a badge; one that does not stand there is no error.
func (s *Store) UntagBadge(ctx context.Context, owner, id, key string) error {
	return failed("take a tag off a badge", s.writer(ctx).Delete(&badgeTag{}, "badge_id = ? AND key = ? AND person_id = ?", id, key, owner).Error)
}

// TagBadges puts a tag on some badges that are not deleted. It tells what it changed, and how many had no room.
func (s *Store) TagBadges(ctx context.Context, owner string, badges []string, name string) (changes []Change, full int, err error) {
	const doing = "tag badges"
	tag, err := s.spelt(ctx, owner, name)
	if err != nil {
		return nil, 0, failed(doing, err)
	}
	if tag.Key == "" {
		return nil, 0, failed(doing, ErrNotFound)
	}
	err = inParts(badges, func(part []string) error {
		var rows []struct {
			ID   string
			Tags int
		}
		err := s.reader(ctx).Raw(`SELECT b.id, (SELECT COUNT(*) FROM badge_tags t WHERE t.badge_id = b.id) AS tags FROM badges b
			WHERE b.id IN ? AND b.person_id = ? AND b.deleted_at IS NULL
			AND NOT EXISTS (SELECT 1 FROM badge_tags t WHERE t.badge_id = b.id AND t.key = ?)`, part, owner, tag.Key).Scan(&rows).Error
		if err != nil {
			return err
		}
		var fresh []badgeTag
		for _, row := range rows {
			if row.Tags >= TagsMost {
				full++
				continue
			}
			fresh = append(fresh, tagOn(row.ID, owner, tag.Name))
			changes = append(changes, Change{Badge: row.ID, Place: TagPlace, Since: tag.Name})
		}
		return s.addTags(ctx, fresh)
	})
	return changes, full, failed(doing, err)
}

func (s *Store) addTags(ctx context.Context, rows []badgeTag) error {
	if len(rows) == 0 {
		return nil
	}
	return s.writer(ctx).Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(rows, partOfMany).Error
}

// UntagBadges takes a tag off some badges. It tells what it changed.
func (s *Store) UntagBadges(ctx context.Context, owner string, badges []string, key string) (changes []Change, err error) {
	err = inParts(badges, func(part []string) error {
		var gone []badgeTag
		err := s.writer(ctx).Raw(`DELETE FROM badge_tags WHERE badge_id IN ? AND key = ? AND person_id = ? RETURNING badge_id, name`, part, key, owner).Scan(&gone).Error
		changes = append(changes, untagged(gone)...)
		return err
	})
	return changes, failed("take a tag off badges", err)
}

func untagged(rows []badgeTag) (changes []Change) {
	for _, row := range rows {
		changes = append(changes, Change{Badge: row.BadgeID, Place: TagPlace, Former: row.Name})
	}
	return changes
}

// DropTag takes a tag off everything of a person's, deleted badges too. It tells what it changed.
func (s *Store) DropTag(ctx context.Context, owner, key string) ([]Change, error) {
	var gone []badgeTag
	err := s.writer(ctx).Raw(`DELETE FROM badge_tags WHERE person_id = ? AND key = ? RETURNING badge_id, name`, owner, key).Scan(&gone).Error
	return untagged(gone), failed("delete a tag", err)
}

// RenameTag calls a tag otherwise on everything of a person's; where the new one stands already, both become one. It
// tells what it changed. ErrNotFound when the new name shows nothing.
func (s *Store) RenameTag(ctx context.Context, owner, key, name string) (changes []Change, err error) {
	const doing = "rename a tag"
	fresh := Tag{Key: TagKey(name), Name: name}
	if fresh.Key == "" {
		return nil, failed(doing, ErrNotFound)
	}
	err = s.Tx(ctx, func(tx *Store) error {
		if fresh.Key != key {
			if fresh, err = tx.spelt(ctx, owner, name); err != nil {
				return err
			}
		}
		gone, err := tx.DropTag(ctx, owner, key)
		if err != nil {
			return err
		}
		var rows []badgeTag
		for _, change := range gone {
			rows = append(rows, tagOn(change.Badge, owner, fresh.Name))
		}
		there, err := tx.tagged(ctx, owner, fresh.Key)
		if err != nil {
			return err
		}
		changes = gone
		for _, row := range rows {
			if !there[row.BadgeID] {
				changes = append(changes, Change{Badge: row.BadgeID, Place: TagPlace, Since: row.Name})
			}
		}
		return tx.addTags(ctx, rows)
	})
	return changes, failed(doing, err)
}

// tagged are the badges on which a tag stands.
func (s *Store) tagged(ctx context.Context, owner, key string) (map[string]bool, error) {
	var ids []string
	err := s.reader(ctx).Raw(`SELECT badge_id FROM badge_tags WHERE person_id = ? AND key = ?`, owner, key).Scan(&ids).Error
	all := make(map[string]bool, len(ids))
	for _, id := range ids {
		all[id] = true
	}
	return all, err
}
