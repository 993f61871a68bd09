package backpack

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/carnetbadges/carnet/pkg/pixels"
	"github.com/carnetbadges/carnet/store"
)

// EvidencePapers are a piece of the holder's own evidence in an archive.
type EvidencePapers struct {
	Title     string     `json:"title,omitempty"`
	Words     string     `json:"words,omitempty"` // Markdown
	Link      string     `json:"link,omitempty"`
	File      string     `json:"file,omitempty"`
	FileName  string     `json:"file_name,omitempty"` // as its owner calls it
	Hidden    bool       `json:"hidden,omitempty"`
	AddedAt   time.Time  `json:"added_at"`
	ChangedAt time.Time  `json:"changed_at"`
	DeletedAt *time.Time `json:"deleted_at,omitempty"` // it is in the trash
}

// beside writes what the holder put beside a badge, and what of the issuer's evidence they hide.
func (c *clerk) beside(ctx context.Context) (err error) {
	if c.papers.Hidden, err = c.store.HiddenEvidence(ctx, c.badge.ID); err != nil {
		return err
	}
	all, err := c.store.Evidence(ctx, c.badge.ID)
	if err != nil {
		return err
	}
	for i, e := range all {
		p := EvidencePapers{
			Title: e.Title, Words: e.Words, Link: e.Link, Hidden: e.Hidden, AddedAt: e.CreatedAt, ChangedAt: e.UpdatedAt, DeletedAt: e.DeletedAt,
		}
		if e.FileKey != "" {
			content, err := c.EvidenceFile(ctx, e)
			if err != nil {
				if err := c.misses(ctx, fmt.Sprintf("evidence %d", i+1)); err != nil {
					return err
				}
			} else {
				p.FileName = e.FileName
				p.File = fmt.Sprintf("evidence/%d%s", i+1, e.FileName[strings.LastIndex(e.FileName, "."):])
				if err := c.put(p.File, e.CreatedAt, content); err != nil {
					return err
				}
			}
		}
		c.papers.Evidence = append(c.papers.Evidence, p)
	}
	return nil
}

// takeBeside reads what a holder had put beside the badge. Whoever brings an archive may have written it, so each piece is
// looked at like one that is brought by a form; what is none is left out.
func (a *taken) takeBeside(ctx context.Context, take Take, now time.Time) error {
	if len(a.papers.Evidence) > 2*MaxEvidence || len(a.papers.Hidden) > mostHidden {
		return ErrPapers
	}
	for _, p := range a.papers.Evidence {
		e := store.Evidence{Hidden: p.Hidden, CreatedAt: now, UpdatedAt: now}
		piece := Piece{Title: p.Title, Words: p.Words, Link: p.Link}
		if p.File != "" {
			content, err := take(p.File, MaxEvidenceFile)
			if err != nil {
				return err
			}
			if piece.File, e.FileType, err = keptFile(ctx, content); err == nil {
				e.FileName, e.FileSize = fileNamed(p.FileName, e.FileType), int64(len(piece.File))
			}
		}
		if inOrder(&e, piece) != nil {
			continue
		}
		plausible := func(t time.Time) bool { return t.Year() >= 2000 && !t.After(now) }
		if plausible(p.AddedAt) {
			e.CreatedAt = p.AddedAt
		}
		if plausible(p.ChangedAt) && !p.ChangedAt.Before(e.CreatedAt) {
			e.UpdatedAt = p.ChangedAt
		}
		if p.DeletedAt != nil && plausible(*p.DeletedAt) {
			e.DeletedAt = p.DeletedAt
		}
		a.evidence, a.beside = append(a.evidence, e), append(a.beside, piece.File)
	}
	return nil
}

// keptFile is cleanFile for what an archive brings: a picture that is clean already stays as it is, so that a passport that
// moves house twice has the same pictures.
func keptFile(ctx context.Context, file []byte) (content []byte, kind string, err error) {
	content, kind, err = cleanFile(ctx, file)
	if err != nil || !strings.HasPrefix(kind, "image/") || !pixels.Bare(pixels.Picture{Data: file, Kind: kind}) {
		return content, kind, err
	}
	return file, kind, nil
}

// keepBeside keeps the pieces and what is hidden, for as much of it as there is room.
func (b *Backpack) keepBeside(ctx context.Context, tx *store.Store, badge store.Badge, a taken) error {
	for _, e := range a.evidence {
		e.BadgeID = badge.ID
		if roomForBytes(ctx, tx, badge.PersonID, e.FileSize) != nil {
			continue
		}
		if err := tx.AddEvidence(ctx, &e); err != nil {
			return err
		}
	}
	for _, piece := range slices.Compact(a.papers.Hidden) {
		if len(piece) != pieceLength {
			continue
		}
		if err := tx.HideEvidence(ctx, badge.ID, piece); err != nil {
			return err
		}
	}
	return nil
}

// fileBeside keeps the files of the pieces.
func (b *Backpack) fileBeside(ctx context.Context, a *taken) (err error) {
	for i := range a.evidence {
		if len(a.beside[i]) == 0 {
			continue
		}
		if a.evidence[i].FileKey, err = b.files.Put(ctx, a.beside[i]); err != nil {
			return fmt.Errorf("keep a file of evidence: %w", err)
		}
	}
	return nil
}
