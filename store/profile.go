package store

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// Profile is what a person says of themselves besides name and handle, and who sees each part: Private, Members or
// Public. Languages are BCP 47 tags with a space between, PortraitKey names the content of their portrait.
type Profile struct {
	PersonID       string `gorm:"primaryKey"`
	About          string
	Languages      string
	PortraitKey    string // empty: there is none
	NameShown      string
	AboutShown     string
	LanguagesShown string
	LinksShown     string
	PortraitShown  string
	UpdatedAt      time.Time `gorm:"autoUpdateTime:false"`
}

// TableName is where profiles are kept.
func (Profile) TableName() string { return "profiles" }

// ProfileLink is an address on the web that a person shows; Label is what they call it, or empty.
type ProfileLink struct {
	PersonID string `gorm:"primaryKey"`
	Position int    `gorm:"primaryKey;autoIncrement:false"`
	Label    string
	URL      string
}

// TableName is where the links of profiles are kept.
func (ProfileLink) TableName() string { return "profile_links" }

// portrait is the picture of a person, and one they have not cut to size yet.
type portrait struct {
	PersonID string `gorm:"primaryKey"`
	Picture  []byte
	Draft    []byte
}

// TableName is where portraits are kept.
func (portrait) TableName() string { return "portraits" }

// Profile is what a person says of themselves. Who has said nothing yet shows their name to everybody, and no more.
func (s *Store) Profile(ctx context.Context, person string) (Profile, error) {
	var p Profile
	err := failed("find a profile", s.holder(ctx).Take(&p, "person_id = ?", person).Error)
	if errors.Is(err, ErrNotFound) {
		return Profile{
			PersonID: person, NameShown: Public, AboutShown: Private, LanguagesShown: Private, LinksShown: Private, PortraitShown: Private,
		}, nil
	}
	return p, err
}

// SaveProfile keeps a profile, new or known.
func (s *Store) SaveProfile(ctx context.Context, p Profile) error {
	stampAll(&p.UpdatedAt)
	p.About = legible(p.About)
	return kept("save a profile", s.writer(ctx).Clauses(clause.OnConflict{UpdateAll: true}).Create(&p).Error)
}

// ProfileLinks are the links of a person's profile, in their order.
func (s *Store) ProfileLinks(ctx context.Context, person string) ([]ProfileLink, error) {
	var links []ProfileLink
	err := s.reader(ctx).Where("person_id = ?", person).Order("position").Find(&links).Error
	return links, failed("list the links of a profile", err)
}

// SetProfileLinks replaces the links of a person's profile by these, in this order.
func (s *Store) SetProfileLinks(ctx context.Context, person string, links []ProfileLink) error {
	const doing = "keep the links of a profile"
	return s.Tx(ctx, func(tx *Store) error {
		if err := tx.writer(ctx).Delete(&ProfileLink{}, "person_id = ?", person).Error; err != nil || len(links) == 0 {
			return failed(doing, err)
		}
		for i := range links {
			links[i].PersonID, links[i].Position = person, i
		}
		return kept(doing, tx.writer(ctx).Create(&links).Error)
	})
}

// Portrait is a person's portrait, a JPEG; ErrNotFound.
func (s *Store) Portrait(ctx context.Context, person string) ([]byte, error) {
	return s.portrait(ctx, person, func(p portrait) []byte { return p.Picture })
}

// PortraitDraft is the picture a person has brought and not cut to size yet, a JPEG; ErrNotFound.
func (s *Store) PortraitDraft(ctx context.Context, person string) ([]byte, error) {
	return s.portrait(ctx, person, func(p portrait) []byte { return p.Draft })
}

func (s *Store) portrait(ctx context.Context, person string, which func(portrait) []byte) ([]byte, error) {
	const doing = "find a portrait"
	var p portrait
	if err := s.reader(ctx).Take(&p, "person_id = ?", person).Error; err != nil {
		return nil, failed(doing, err)
	}
	if len(which(p)) == 0 {
		return nil, failed(doing, gorm.ErrRecordNotFound)
	}
	return which(p), nil
}

// SetPortraitDraft keeps a picture to be cut to size, in the place of the one before.
func (s *Store) SetPortraitDraft(ctx context.Context, person string, draft []byte) error {
	known := clause.OnConflict{Columns: []clause.Column{{Name: "person_id"}}, DoUpdates: clause.AssignmentColumns([]string{"draft"})}
	return failed("keep a draft of a portrait", s.writer(ctx).Clauses(known).Create(&portrait{PersonID: person, Draft: draft}).Error)
}

// SetPortrait keeps a person's portrait and forgets the draft; nil keeps none of either.
func (s *Store) SetPortrait(ctx context.Context, person string, picture []byte) error {
	if picture == nil {
		return failed("drop a portrait", s.writer(ctx).Delete(&portrait{}, "person_id = ?", person).Error)
	}
	known := clause.OnConflict{Columns: []clause.Column{{Name: "person_id"}}, DoUpdates: clause.AssignmentColumns([]string{"picture", "draft"})}
	return failed("keep a portrait", s.writer(ctx).Clauses(known).Create(&portrait{PersonID: person, Picture: picture}).Error)
}
