package store

import (
	"context"
	"time"

	"gorm.io/gorm/clause"
)

// Evidence is what the holder of a badge put beside it: words (Markdown), a link, a file, or several of these. It goes
// with its badge, whoever holds that. What is Hidden, and what lies in the trash, is for the holder's eyes.
type Evidence struct {
	ID        string `gorm:"primaryKey"`
	BadgeID   string
	Title     string
	Words     string
	Link      string // http(s), or empty
	FileKey   string // blob key, media type, name and bytes of the file; empty and 0: there is none
	FileType  string
	FileName  string
	FileSize  int64
	Hidden    bool
	CreatedAt time.Time `gorm:"autoCreateTime:false"`
	UpdatedAt time.Time `gorm:"autoUpdateTime:false"`
	DeletedAt *time.Time
}

// TableName is where evidence of holders is kept.
func (Evidence) TableName() string { return "evidence" }

// hiddenEvidence is a piece of the issuer's evidence that the holder of a badge shows to nobody on its page.
type hiddenEvidence struct {
	BadgeID string `gorm:"primaryKey"`
	Piece   string `gorm:"primaryKey"` // what names the piece within its badge
}

// TableName is where it is kept which evidence of issuers is hidden.
func (hiddenEvidence) TableName() string { return "hidden_evidence" }

// AddEvidence keeps a new piece; an empty ID and zero times are filled.
func (s *Store) AddEvidence(ctx context.Context, e *Evidence) error {
	if e.ID == "" {
		e.ID = NewID()
	}
	born(&e.CreatedAt, &e.UpdatedAt)
	e.tidy()
	return s.create(ctx, "keep a piece of evidence", e)
}

// UpdateEvidence keeps every field but BadgeID and CreatedAt. ErrNotFound.
func (s *Store) UpdateEvidence(ctx context.Context, e *Evidence) error {
	e.tidy()
	return s.update(ctx, "update a piece of evidence", e, "id", "badge_id", "created_at")
}

func (e *Evidence) tidy() {
	for _, text := range []*string{&e.Title, &e.Words, &e.Link, &e.FileType, &e.FileName} {
		*text = legible(*text)
	}
	stampAll(&e.CreatedAt, &e.UpdatedAt, e.DeletedAt)
}

// Evidence is all its holder put beside a badge, the trash too, the first first.
func (s *Store) Evidence(ctx context.Context, badge string) ([]Evidence, error) {
	var found []Evidence
	err := s.reader(ctx).Where("badge_id = ?", badge).Order("created_at, id").Find(&found).Error
	return found, failed("list evidence", err)
}

// EvidenceOf is one piece of a badge's, from the trash too; ErrNotFound.
func (s *Store) EvidenceOf(ctx context.Context, badge, id string) (Evidence, error) {
	var e Evidence
	err := s.holder(ctx).Take(&e, "id = ? AND badge_id = ?", id, badge).Error
	return e, failed("find a piece of evidence", err)
}

// EvidenceBytes is how many bytes the files beside a person's badges have, those in the trash too.
func (s *Store) EvidenceBytes(ctx context.Context, person string) (int64, error) {
	var n int64
	err := s.reader(ctx).Raw(`SELECT COALESCE(SUM(e.file_size), 0) FROM badges b JOIN evidence e ON e.badge_id = b.id
		WHERE b.person_id = ?`, person).Scan(&n).Error
	return n, failed("add up files of evidence", err)
}

// PurgeEvidence erases for good what was put in the trash before a time. It tells which blobs nobody uses any more: they
// are the caller's to delete.
func (s *Store) PurgeEvidence(ctx context.Context, before time.Time) (unused []string, err error) {
	err = s.Tx(ctx, func(tx *Store) error {
		var keys []string
		err := tx.writer(ctx).Raw(`DELETE FROM evidence WHERE deleted_at IS NOT NULL AND deleted_at < ? RETURNING file_key`,
			stamp(before)).Scan(&keys).Error
		if err == nil {
			unused, err = withoutUse(tx.writer(ctx), distinct(keys))
		}
		return err
	})
	return unused, failed("purge evidence", err)
}

// HiddenEvidence names the pieces of the issuer's evidence that the holder of a badge has hidden.
func (s *Store) HiddenEvidence(ctx context.Context, badge string) ([]string, error) {
	var pieces []string
	err := s.reader(ctx).Model(&hiddenEvidence{}).Where("badge_id = ?", badge).Order("piece").Pluck("piece", &pieces).Error
	return pieces, failed("look what evidence is hidden", err)
}

// HideEvidence hides a piece of the issuer's evidence; hidden already is no error.
func (s *Store) HideEvidence(ctx context.Context, badge, piece string) error {
	row := hiddenEvidence{BadgeID: badge, Piece: piece}
	return failed("hide evidence", s.writer(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error)
}

// UnhideEvidence shows such a piece again; shown already is no error.
func (s *Store) UnhideEvidence(ctx context.Context, badge, piece string) error {
	return failed("show evidence", s.writer(ctx).Delete(&hiddenEvidence{}, "badge_id = ? AND piece = ?", badge, piece).Error)
}
