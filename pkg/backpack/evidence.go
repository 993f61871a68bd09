package backpack

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/pkg/pixels"
	"github.com/carnetbadges/carnet/store"
)

// What a holder may put beside a badge.
const (
	MaxEvidenceTitle = 120      // characters
	MaxEvidenceWords = 5000     // characters
	MaxEvidenceLink  = 2000     // bytes
	MaxEvidenceFile  = 10 << 20 // bytes, of files that are no pictures; pictures: pixels.MaxBytes
	MaxEvidence      = 30       // pieces beside one badge, and as many again in its trash
	MaxEvidenceBytes = 500 << 20
)

const (
	evidenceSide    = 2400    // pixels a picture keeps at most
	evidenceDrawing = 2 << 20 // bytes up to which a PNG stays one
)

// KeptEvidence is how long a piece of evidence that was taken away can be put back.
const KeptEvidence = KeptDeleted

// EvidenceMistake refuses a piece of evidence: Field is title, words, link or file, Why what is wrong with it.
type EvidenceMistake struct{ Field, Why string }

// Error names the field and what is wrong with it.
func (m *EvidenceMistake) Error() string { return "evidence: " + m.Field + ": " + m.Why }

// Piece is a piece of evidence as a holder brings it. One of Words, Link and File is there at least; FileName is what
// they call the file.
type Piece struct {
	Title, Words, Link string
	File               []byte // nil: none, or the one there is stays
	FileName           string
}

// AddEvidence puts a piece of the holder's own evidence beside a badge. It is seen by whoever sees the badge. Errors:
// *EvidenceMistake; store.ErrNotFound.
func (b *Backpack) AddEvidence(ctx context.Context, person, badge string, p Piece) (store.Evidence, error) {
	e := store.Evidence{BadgeID: badge, CreatedAt: b.now()}
	if err := inOrder(&e, p); err != nil {
		return store.Evidence{}, err
	}
	if err := roomFor(ctx, b.store, person, e); err != nil {
		return store.Evidence{}, err
	}
	err := b.withFile(ctx, person, &e, p, func() error {
		return b.store.Tx(ctx, func(tx *store.Store) error {
			if err := roomFor(ctx, tx, person, e); err != nil {
				return err
			}
			return tx.AddEvidence(ctx, &e)
		})
	})
	return e, err
}

// ChangeEvidence gives a piece of one's own evidence other words, another link or another file; a file that is not
// brought anew stays, one that another takes the place of is deleted. Errors as of AddEvidence.
func (b *Backpack) ChangeEvidence(ctx context.Context, person, badge, id string, p Piece) error {
	var fresh store.Evidence
	var replaced string
	if err := b.mayChange(ctx, person, badge, id); err != nil {
		return err
	}
	err := b.withFile(ctx, person, &fresh, p, func() error {
		return b.changing(ctx, person, badge, id, func(tx *store.Store, e *store.Evidence) error {
			if e.DeletedAt != nil {
				return store.ErrNotFound
			}
			if fresh.FileKey != "" {
				replaced = e.FileKey
				e.FileKey, e.FileType, e.FileName, e.FileSize = fresh.FileKey, fresh.FileType, fresh.FileName, fresh.FileSize
				if err := roomForBytes(ctx, tx, person, e.FileSize); err != nil {
					return err
				}
			}
			return inOrder(e, p)
		})
	})
	if err != nil || replaced == "" {
		return err
	}
	return b.Forget(context.WithoutCancel(ctx), []string{replaced})
}

// mayChange says whether there is such a piece of one's own evidence, before anything is written for it.
func (b *Backpack) mayChange(ctx context.Context, person, badge, id string) error {
	if _, err := b.store.Badge(ctx, person, badge); err != nil {
		return err
	}
	e, err := b.store.EvidenceOf(ctx, badge, id)
	if err == nil && e.DeletedAt != nil {
		err = store.ErrNotFound
	}
	return err
}

// ShowEvidence shows a piece of one's own evidence to whoever sees its badge, or hides it from them. store.ErrNotFound.
func (b *Backpack) ShowEvidence(ctx context.Context, person, badge, id string, hidden bool) error {
	return b.changing(ctx, person, badge, id, func(_ *store.Store, e *store.Evidence) error {
		e.Hidden = hidden
		return nil
	})
}

// RemoveEvidence puts a piece of one's own evidence in the trash, for KeptEvidence; there already, it stays as it is.
// store.ErrNotFound.
func (b *Backpack) RemoveEvidence(ctx context.Context, person, badge, id string) error {
	return b.changing(ctx, person, badge, id, func(_ *store.Store, e *store.Evidence) error {
		if now := b.now(); e.DeletedAt == nil {
			e.DeletedAt = &now
		}
		return nil
	})
}

// RestoreEvidence takes a piece back out of the trash: soon as it was, later hidden, since its holder may no longer have in
// mind who sees the badge. store.ErrNotFound.
func (b *Backpack) RestoreEvidence(ctx context.Context, person, badge, id string) error {
	return b.changing(ctx, person, badge, id, func(tx *store.Store, e *store.Evidence) error {
		if e.DeletedAt == nil {
			return nil
		}
		e.Hidden = e.Hidden || b.now().Sub(*e.DeletedAt) > undone
		e.DeletedAt = nil
		return roomFor(ctx, tx, person, *e)
	})
}

// HideIssuerEvidence hides a piece of the issuer's evidence on the badge's page from everybody but the holder, or shows it
// again; the credential keeps it, whoever gets that. Piece is a PieceOf. store.ErrNotFound.
func (b *Backpack) HideIssuerEvidence(ctx context.Context, person, badge, piece string, hidden bool) error {
	return b.store.Tx(ctx, func(tx *store.Store) error {
		if _, err := tx.Badge(ctx, person, badge); err != nil {
			return err
		}
		if !hidden {
			return tx.UnhideEvidence(ctx, badge, piece)
		}
		known, err := tx.HiddenEvidence(ctx, badge)
		if err != nil || len(piece) != pieceLength || len(known) >= mostHidden {
			return errors.Join(err, fmt.Errorf("hide evidence: %w", store.ErrNotFound))
		}
		return tx.HideEvidence(ctx, badge, piece)
	})
}

const (
	pieceLength = 24
	mostHidden  = 1000
)

// PieceOf names a piece of the issuer's evidence within a badge: by its id, so that it stays hidden when the issuer words
// it otherwise; else by what it says.
func PieceOf(e openbadges.Evidence) string {
	said := e.ID
	if said == "" {
		said = strings.Join([]string{"", e.Name, e.Description, e.Narrative, e.Genre, e.Audience}, "\x00")
	}
	sum := sha256.Sum256([]byte(said))
	return base64.RawURLEncoding.EncodeToString(sum[:pieceLength*3/4])
}

// EvidenceFile is the file of a piece. It is somebody's own: whoever shows it locks it up.
func (b *Backpack) EvidenceFile(ctx context.Context, e store.Evidence) ([]byte, error) {
	if e.FileKey == "" {
		return nil, fmt.Errorf("read a file of evidence: %w", store.ErrNotFound)
	}
	content, err := b.files.Read(ctx, e.FileKey)
	if err != nil {
		return nil, fmt.Errorf("read a file of evidence: %w", err)
	}
	return content, nil
}

// changing changes one piece of evidence of a badge of one's own.
func (b *Backpack) changing(ctx context.Context, person, badge, id string, change func(*store.Store, *store.Evidence) error) error {
	return b.store.Tx(ctx, func(tx *store.Store) error {
		if _, err := tx.Badge(ctx, person, badge); err != nil {
			return err
		}
		e, err := tx.EvidenceOf(ctx, badge, id)
		if err != nil {
			return err
		}
		if err := change(tx, &e); err != nil {
			return err
		}
		e.UpdatedAt = b.now()
		return tx.UpdateEvidence(ctx, &e)
	})
}

// inOrder puts the words of a piece in order.
func inOrder(e *store.Evidence, p Piece) error {
	e.Title, e.Link = line(p.Title), strings.TrimSpace(p.Link)
	e.Words = strings.TrimSpace(clean(strings.ReplaceAll(p.Words, "\r\n", "\n"), 4*MaxEvidenceWords+1))
	switch {
	case utf8.RuneCountInString(e.Title) > MaxEvidenceTitle:
		return &EvidenceMistake{"title", "too-long"}
	case utf8.RuneCountInString(e.Words) > MaxEvidenceWords:
		return &EvidenceMistake{"words", "too-long"}
	case e.Link != "" && !isLink(e.Link):
		return &EvidenceMistake{"link", "malformed"}
	case e.Words == "" && e.Link == "" && e.FileKey == "" && len(p.File) == 0:
		return &EvidenceMistake{"words", "required"}
	}
	return nil
}

func isLink(address string) bool {
	parsed, err := url.Parse(address)
	return err == nil && len(address) <= MaxEvidenceLink && parsed.Host != "" && parsed.User == nil && (parsed.Scheme == "http" || parsed.Scheme == "https")
}

// withFile keeps the file of a piece as it may be given away, pictures written anew, all else as it came, and does what is
// to use it. Where that fails, the file goes again.
func (b *Backpack) withFile(ctx context.Context, person string, e *store.Evidence, p Piece, use func() error) error {
	var content []byte
	if len(p.File) > 0 {
		var err error
		if content, e.FileType, err = cleanFile(ctx, p.File); err != nil {
			return err
		}
		e.FileName, e.FileSize = fileNamed(p.FileName, e.FileType), int64(len(content))
		if err := roomForBytes(ctx, b.store, person, e.FileSize); err != nil {
			return err
		}
	}
	err := b.filed(ctx, e, content, use)
	if err != nil && e.FileKey != "" {
		err = errors.Join(err, b.Forget(context.WithoutCancel(ctx), []string{e.FileKey}))
	}
	return err
}

// filed writes a file and does what is to use it, while nobody deletes files that are not used.
func (b *Backpack) filed(ctx context.Context, e *store.Evidence, content []byte, use func() error) (err error) {
	b.filing.RLock()
	defer b.filing.RUnlock()
	if len(content) > 0 {
		if e.FileKey, err = b.files.Put(ctx, content); err != nil {
			return fmt.Errorf("keep a file of evidence: %w", err)
		}
	}
	return use()
}

// roomFor lets a person put so much beside a badge of theirs and no more.
func roomFor(ctx context.Context, tx *store.Store, person string, e store.Evidence) error {
	if _, err := tx.Badge(ctx, person, e.BadgeID); err != nil {
		return err
	}
	all, err := tx.Evidence(ctx, e.BadgeID)
	if err != nil {
		return err
	}
	here := 0
	for _, one := range all {
		if one.DeletedAt == nil {
			here++
		}
	}
	if here >= MaxEvidence || len(all) >= 2*MaxEvidence && !slices.ContainsFunc(all, func(one store.Evidence) bool { return one.ID == e.ID }) {
		return &EvidenceMistake{"words", "too-many"}
	}
	return roomForBytes(ctx, tx, person, e.FileSize)
}

func roomForBytes(ctx context.Context, tx *store.Store, person string, size int64) error {
	if size == 0 {
		return nil
	}
	used, err := tx.EvidenceBytes(ctx, person)
	if err == nil && used+size > MaxEvidenceBytes {
		err = &EvidenceMistake{"file", "full"}
	}
	return err
}

// cleanFile is a file as it is kept, and its media type: one of few, told by what is in it and by nobody's word. A picture
// is turned as its camera says and written anew, so that nothing of what a camera hides in it stays.
func cleanFile(ctx context.Context, file []byte) (content []byte, kind string, err error) {
	picture, err := pixels.Recognise(file)
	switch {
	case errors.Is(err, pixels.ErrTooLarge):
		return nil, "", &EvidenceMistake{"file", "too-large"}
	case err == nil:
		return cleanPicture(ctx, picture)
	case picture.Kind != "":
		return nil, "", &EvidenceMistake{"file", "damaged"}
	case len(file) > MaxEvidenceFile:
		return nil, "", &EvidenceMistake{"file", "too-large"}
	}
	if kind = fileKind(file); kind == "" {
		return nil, "", &EvidenceMistake{"file", "unknown"}
	}
	return file, kind, nil
}

func cleanPicture(ctx context.Context, p pixels.Picture) (content []byte, kind string, err error) {
	decoded, err := pixels.Decode(ctx, p)
	switch {
	case errors.Is(err, pixels.ErrTooLarge):
		return nil, "", &EvidenceMistake{"file", "too-large"}
	case errors.Is(err, pixels.ErrNotPicture):
		return nil, "", &EvidenceMistake{"file", "damaged"}
	case err != nil:
		return nil, "", err
	}
	upright := pixels.Shrink(pixels.Upright(decoded, p), evidenceSide)
	if p.Kind == pixels.PNG || p.Kind == pixels.GIF { // drawings and screens keep their edges
		content, err = pixels.EncodePNG(upright)
		if err != nil || len(content) <= evidenceDrawing {
			return content, pixels.PNG, err
		}
	}
	content, err = pixels.EncodeJPEG(upright)
	return content, pixels.JPEG, err
}

const (
	typePDF  = "application/pdf"
	typeText = "text/plain; charset=utf-8"
)

// fileKind is the media type of a file that is no picture; empty where it is none that is taken.
func fileKind(file []byte) string {
	switch {
	case bytes.HasPrefix(file, []byte("%PDF-")):
		return typePDF
	case len(file) > 0 && utf8.Valid(file) && !bytes.ContainsFunc(file, unprintable):
		return typeText
	}
	return ""
}

func unprintable(r rune) bool {
	return r < ' ' && r != '\n' && r != '\r' && r != '\t' && r != '\f' || r == 0x7f
}

// fileNamed is what a file is called: as its owner calls it, but with the ending of what it is.
func fileNamed(name, kind string) string {
	name = strings.ReplaceAll(name, `\`, "/")
	name = line(strings.TrimSpace(name[strings.LastIndex(name, "/")+1:]))
	endings := map[string][]string{
		pixels.PNG: {".png"}, pixels.JPEG: {".jpg", ".jpeg"}, typePDF: {".pdf"}, typeText: {".txt", ".md", ".csv"},
	}[kind]
	lower := strings.ToLower(name)
	for _, ending := range endings {
		if strings.HasSuffix(lower, ending) && len(name) > len(ending) {
			return name
		}
	}
	if dot := strings.LastIndex(name, "."); dot > 0 && len(name)-dot <= 6 {
		name = name[:dot]
	}
	if name == "" {
		name = "evidence"
	}
	return name + endings[0]
}
