package store

import (
	"context"

	"gorm.io/gorm/clause"
)

// wallEntry is what a wall needs to know of a badge besides the badge itself. It stands apart because a badge's row ends
// with the credential: whoever reads behind that reads all of it.
type wallEntry struct {
	BadgeID   string `gorm:"primaryKey"`
	PersonID  string
	Words     string // folded; what searches look in
	Favourite bool
	SelfMade  bool
	Endorsed  bool
}

// TableName is where the entries of walls are kept.
func (wallEntry) TableName() string { return "wall_entries" }

// Mark is what only its holder sees on a badge.
type Mark struct {
	Favourite bool
	SelfMade  bool  // its issuer is whom it was made out to
	Endorsed  bool  // it carries an endorsement that was verified
	Tags      []Tag // in the order of the alphabet
}

// enter writes what can be computed of a badge; what its holder chose stays.
func (s *Store) enter(ctx context.Context, b *Badge) error {
	row := wallEntry{BadgeID: b.ID, PersonID: b.PersonID, Words: searchedOf(*b), SelfMade: b.SelfMade, Endorsed: b.Endorsed}
	computed := clause.OnConflict{
		Columns:   []clause.Column{{Name: "badge_id"}},
		DoUpdates: clause.AssignmentColumns([]string{"words", "self_made", "endorsed"}),
	}
	return failed("enter a badge on a wall", s.writer(ctx).Clauses(computed).Create(&row).Error)
}

// Marks are those of some of a person's badges, by the badge's id.
func (s *Store) Marks(ctx context.Context, owner string, badges ...string) (map[string]Mark, error) {
	const doing = "find the marks of badges"
	all := make(map[string]Mark, len(badges))
	if len(badges) == 0 {
		return all, nil
	}
	var rows []wallEntry
	err := s.reader(ctx).Select("badge_id, favourite, self_made, endorsed").Where("badge_id IN ? AND person_id = ?", badges, owner).Find(&rows).Error
	if err != nil {
		return nil, failed(doing, err)
	}
	for _, row := range rows {
		all[row.BadgeID] = Mark{Favourite: row.Favourite, SelfMade: row.SelfMade, Endorsed: row.Endorsed}
	}
	var tags []badgeTag
	err = s.reader(ctx).Where("badge_id IN ? AND person_id = ?", badges, owner).Order("key").Find(&tags).Error
	for _, tag := range tags {
		one := all[tag.BadgeID]
		one.Tags = append(one.Tags, Tag{Key: tag.Key, Name: tag.Name})
		all[tag.BadgeID] = one
	}
	return all, failed(doing, err)
}

// SetFavourite makes a badge its holder's favourite, or not; ErrNotFound when it is not theirs, or deleted.
func (s *Store) SetFavourite(ctx context.Context, owner, id string, favourite bool) error {
	return one("mark a favourite", s.writer(ctx).Exec(`UPDATE wall_entries SET favourite = ? WHERE badge_id = ? AND person_id = ?
		AND EXISTS (SELECT 1 FROM badges b WHERE b.id = wall_entries.badge_id AND b.person_id = wall_entries.person_id AND b.deleted_at IS NULL)`, favourite, id, owner))
}
