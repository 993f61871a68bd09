package backpack

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/carnetbadges/carnet/store"
)

const (
	mostFormer   = 1000     // former documents that an archive knows of
	formerAtOnce = 64 << 20 // bytes of former documents and files that it holds
)

// keepFormer keeps what an update is about to replace. The same bytes brought once more replace nothing.
func (b *Backpack) keepFormer(ctx context.Context, tx *store.Store, held, fresh store.Badge) error {
	lost := func(was, is string) bool { return was != "" && was != is }
	if bytes.Equal(held.Document, fresh.Document) && !lost(held.OriginalKey, fresh.OriginalKey) && !lost(held.PictureKey, fresh.PictureKey) {
		return nil
	}
	return tx.AddFormerDocument(ctx, &store.FormerDocument{
		BadgeID: held.ID, Document: held.Document, DocumentType: held.DocumentType,
		OriginalKey: held.OriginalKey, OriginalType: held.OriginalType, PictureKey: held.PictureKey, ReplacedAt: b.now(),
	})
}

// formerOnes writes what a badge was, the last replaced first, and names what there is no room for.
func (a Archive) formerOnes(ctx context.Context, put func(string, []byte) error) error {
	var left []string
	room := formerAtOnce
	for _, one := range a.former {
		folder := folderOf(one.ReplacedAt)
		if room <= 0 {
			left = append(left, strings.TrimSuffix(folder, "/"))
			continue
		}
		files, err := a.formerFiles(ctx, one)
		if err != nil {
			return err
		}
		size := 0
		for _, content := range files {
			size += len(content)
		}
		if room -= size; room < 0 {
			left = append(left, strings.TrimSuffix(folder, "/"))
			continue
		}
		for name, content := range files {
			if err := put("former/"+folder+name, content); err != nil {
				return err
			}
		}
	}
	if len(left) == 0 {
		return nil
	}
	return put("former/left-out.txt", []byte(strings.Join(left, "\n")+"\n"))
}

// formerFiles are a former document and the file it came in, by their names.
func (a Archive) formerFiles(ctx context.Context, one store.FormerDocument) (map[string][]byte, error) {
	one, err := a.from.FormerDocument(ctx, a.badge.ID, one.ID)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{"credential." + ending(one.DocumentType): one.Document}
	if one.OriginalKey == "" {
		return files, nil
	}
	original, err := a.files.Read(ctx, one.OriginalKey)
	if err != nil {
		return nil, fmt.Errorf("read a former file of a badge: %w", err)
	}
	files["original."+ending(one.OriginalType)] = original
	return files, nil
}

// folderOf names a folder by a moment; folders sort by it.
func folderOf(at time.Time) string { return at.UTC().Format("2006-01-02T150405.000000Z") + "/" }

// The parts of a former version.
const (
	FormerCredential = "credential"
	FormerOriginal   = "original"
)

// Versions are what a badge was, without the credentials, the last replaced first.
func (b *Backpack) Versions(ctx context.Context, badge store.Badge) ([]store.FormerDocument, error) {
	return b.store.FormerDocuments(ctx, badge.ID, mostFormer)
}

// Former is one part of what a badge was, byte for byte, with its media type and the ending of its name.
// store.ErrNotFound where there is no such version, or it came in no file.
func (b *Backpack) Former(ctx context.Context, badge store.Badge, id, part string) (one store.FormerDocument, content []byte, kind, end string, err error) {
	one, err = b.store.FormerDocument(ctx, badge.ID, id)
	switch {
	case err != nil:
	case part == FormerCredential:
		content, kind = one.Document, one.DocumentType
	case one.OriginalKey == "":
		err = fmt.Errorf("read a former file of a badge: %w", store.ErrNotFound)
	default:
		kind = one.OriginalType
		if content, err = b.files.Read(ctx, one.OriginalKey); err != nil {
			err = fmt.Errorf("read a former file of a badge: %w", err)
		}
	}
	return one, content, kind, ending(kind), err
}
