package store

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"
)

// DeletedBadges are those in a person's trash, without their Documents, the last deleted first.
func (s *Store) DeletedBadges(ctx context.Context, owner string) ([]Badge, error) {
	var found []Badge
	err := s.reader(ctx).Omit("document").Where("person_id = ? AND deleted_at IS NOT NULL", owner).
		Order("deleted_at DESC, id DESC").Find(&found).Error
	return found, failed("list deleted badges", err)
}

// PurgeDeleted erases for good what was deleted before a time, with its verifications, former documents and evidence. It tells
// which blobs no badge uses any more: they are the caller's to delete.
func (s *Store) PurgeDeleted(ctx context.Context, before time.Time) ([]string, error) {
	var unused []string
	err := s.Tx(ctx, func(tx *Store) error {
		var former, gone []Badge
		var beside []string
		err := tx.writer(ctx).Raw(`SELECT f.original_key, f.picture_key FROM badges b JOIN former_documents f ON f.badge_id = b.id
			WHERE b.deleted_at IS NOT NULL AND b.deleted_at < ?`, stamp(before)).Scan(&former).Error
		if err != nil {
			return err
		}
		err = tx.writer(ctx).Raw(`SELECT e.file_key FROM badges b JOIN evidence e ON e.badge_id = b.id
			WHERE b.deleted_at IS NOT NULL AND b.deleted_at < ?`, stamp(before)).Scan(&beside).Error
		if err != nil {
			return err
		}
		err = tx.writer(ctx).Raw(`DELETE FROM badges WHERE deleted_at IS NOT NULL AND deleted_at < ?
			RETURNING original_key, picture_key`, stamp(before)).Scan(&gone).Error
		if err != nil {
			return err
		}
		unused, err = withoutUse(tx.writer(ctx), blobsOf(append(gone, former...), beside...))
		return err
	})
	if err != nil {
		return nil, failed("purge deleted badges", err)
	}
	return unused, nil
}

func blobsOf(badges []Badge, others ...string) []string {
	for _, b := range badges {
		others = append(others, b.OriginalKey, b.PictureKey)
	}
	return distinct(others)
}

// UnusedBlobs are those of some blobs that nothing uses.
func (s *Store) UnusedBlobs(ctx context.Context, keys []string) ([]string, error) {
	unused, err := withoutUse(s.reader(ctx), keys)
	return unused, failed("look for files nobody uses", err)
}

// blobsAtOnce is about how many blobs one question is asked.
const blobsAtOnce = 500

func withoutUse(db *gorm.DB, keys []string) ([]string, error) {
	var unused []string
	for some := range slices.Chunk(keys, blobsAtOnce) {
		var used []string
		err := db.Raw(`SELECT original_key FROM badges WHERE original_key IN ? AND original_key <> ''
			UNION ALL SELECT picture_key FROM badges WHERE picture_key IN ? AND picture_key <> ''
			UNION ALL SELECT original_key FROM former_documents WHERE original_key IN ? AND original_key <> ''
			UNION ALL SELECT picture_key FROM former_documents WHERE picture_key IN ? AND picture_key <> ''
			UNION ALL SELECT blob_key FROM import_items WHERE blob_key IN ? AND blob_key <> ''
			UNION ALL SELECT file_key FROM evidence WHERE file_key IN ? AND file_key <> ''`, some, some, some, some, some, some).Scan(&used).Error
		if err != nil {
			return nil, err
		}
		inUse := map[string]bool{}
		for _, key := range used {
			inUse[key] = true
		}
		for _, key := range some {
			if !inUse[key] {
				unused = append(unused, key)
			}
		}
	}
	return unused, nil
}

// AnyBlobs says whether this database speaks of any blob at all: one that does not may be another than the blobs belong to.
func (s *Store) AnyBlobs(ctx context.Context) (bool, error) {
	var any bool
	err := s.reader(ctx).Raw(`SELECT EXISTS (SELECT 1 FROM badges WHERE original_key <> '') OR EXISTS (SELECT 1 FROM badges WHERE picture_key <> '')
		OR EXISTS (SELECT 1 FROM import_items WHERE blob_key <> '') OR EXISTS (SELECT 1 FROM evidence WHERE file_key <> '')`).Scan(&any).Error
	return any, failed("look for files at all", err)
}
