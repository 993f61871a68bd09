package store

import (
	"context"
	"time"
)

// FormerDocument is what a badge was until a newer version of its credential took its place: the credential byte for
// byte, and the blobs that belonged to it. It goes when its badge is purged.
type FormerDocument struct {
	ID           string `gorm:"primaryKey"`
	BadgeID      string
	DocumentType string // media type of Document
	OriginalKey  string // blob key and media type of the very file it came in; empty for text and links
	OriginalType string
	PictureKey   string
	ReplacedAt   time.Time
	Document     []byte // nil in a list
}

// TableName is where former documents are kept.
func (FormerDocument) TableName() string { return "former_documents" }

// AddFormerDocument keeps what a badge was; an empty ID is filled.
func (s *Store) AddFormerDocument(ctx context.Context, f *FormerDocument) error {
	if f.ID == "" {
		f.ID = NewID()
	}
	stampAll(&f.ReplacedAt)
	return s.create(ctx, "keep a former document", f)
}

// FormerDocuments are what a badge was, without their Documents, the last replaced first, at most limit.
func (s *Store) FormerDocuments(ctx context.Context, badge string, limit int) ([]FormerDocument, error) {
	var found []FormerDocument
	err := s.reader(ctx).Omit("document").Where("badge_id = ?", badge).Order("replaced_at DESC, id DESC").Limit(limit).Find(&found).Error
	return found, failed("list former documents", err)
}

// FormerDocument is one of a badge's, with its Document; ErrNotFound.
func (s *Store) FormerDocument(ctx context.Context, badge, id string) (FormerDocument, error) {
	var f FormerDocument
	err := s.reader(ctx).Take(&f, "id = ? AND badge_id = ?", id, badge).Error
	return f, failed("find a former document", err)
}
