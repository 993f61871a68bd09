package store

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"
)

// The states of a badge.
const (
	Accepted = "accepted" // it is its holder's
	Pending  = "pending"  // it waits until the address it was made out to is verified
	Refused  = "refused"  // its holder does not want it
)

// Who sees a badge that was accepted.
const (
	Private = "private" // its holder
	Link    = "link"    // whoever has a share link to it
	Members = "members" // whoever is signed in
	Public  = "public"  // everybody
)

// Badge is a badge somebody holds. State is Accepted, Pending or Refused; Visibility Private, Link, Members or Public; Verdict as in Verification, or empty while it was never verified.
// Empty text means that the credential does not say.
type Badge struct {
	ID            string `gorm:"primaryKey"`
	PersonID      string
	CredentialKey string // by which the same credential is known again
	State         string
	Visibility    string
	AddressID     *string // the address it was made out to; while that is unverified the badge is pending

	Standard      string
	Proof         string
	Container     string
	CredentialID  string
	AchievementID string
	Name          string
	NameKey       string // what Name sorts by; filled by the store
	Description   string
	IssuerName    string
	IssuerKey     string // what IssuerName sorts by; filled by the store
	IssuerID      string
	IssuerURL     string
	IssuedAt      *time.Time
	ExpiresAt     *time.Time
	Language      string // BCP 47

	DocumentType string // media type of Document
	OriginalKey  string // blob key, media type and name of the very file that came in; empty for text and links
	OriginalType string
	OriginalName string
	PictureKey   string // blob key and media type of the picture to show
	PictureType  string
	SourceURL    string

	Verdict       string
	VerdictReason string
	CheckedAt     *time.Time
	CreatedAt     time.Time `gorm:"autoCreateTime:false"`
	UpdatedAt     time.Time `gorm:"autoUpdateTime:false"`
	DeletedAt     *time.Time

	Document []byte // the credential, byte for byte; nil in a badge that came in a list

	IssuerBlocked bool `gorm:"-"` // the house has blocked its issuer; told of a badge that was asked for alone

	// What its wall is to know, written with the badge and told by Marks.
	SelfMade bool `gorm:"-"`
	Endorsed bool `gorm:"-"`
}

// TableName is where badges are kept.
func (Badge) TableName() string { return "badges" }

// CreateBadge keeps a new badge; an empty ID, zero times and the sort keys are filled. ErrTaken when this person
// holds the same credential already (deleted ones do not count).
func (s *Store) CreateBadge(ctx context.Context, b *Badge) error {
	if b.ID == "" {
		b.ID = NewID()
	}
	born(&b.CreatedAt, &b.UpdatedAt)
	b.tidy()
	return s.Tx(ctx, func(tx *Store) error {
		if err := tx.create(ctx, "create a badge", b); err != nil {
			return err
		}
		return tx.enter(ctx, b)
	})
}

// Badge is one of this person's badges, not deleted, with its Document; ErrNotFound when it is not theirs.
func (s *Store) Badge(ctx context.Context, owner, id string) (Badge, error) {
	return s.badge(ctx, "id = ? AND person_id = ? AND deleted_at IS NULL", id, owner)
}

// AnyBadge is the badge with this id, whoever holds it, deleted or not; ErrNotFound. Only pkg/passport may ask, which
// decides who sees it.
func (s *Store) AnyBadge(ctx context.Context, id string) (Badge, error) {
	return s.badge(ctx, "id = ?", id)
}

// BadgeByKey is this person's badge of this credential, not deleted; ErrNotFound.
func (s *Store) BadgeByKey(ctx context.Context, owner, key string) (Badge, error) {
	return s.badge(ctx, "person_id = ? AND credential_key = ? AND deleted_at IS NULL", owner, legible(key))
}

// BadgesByKeys are the ids of a person's badges by the keys of their credentials: of those in the trash too, where none is
// held.
func (s *Store) BadgesByKeys(ctx context.Context, owner string, keys []string) (map[string]string, error) {
	ids := map[string]string{}
	for some := range slices.Chunk(keys, blobsAtOnce) {
		var found []Badge
		err := s.reader(ctx).Select("id", "credential_key", "deleted_at").Where("person_id = ? AND credential_key IN ?", owner, some).Find(&found).Error
		if err != nil {
			return nil, failed("find some badges", err)
		}
		for _, b := range found {
			if ids[b.CredentialKey] == "" || b.DeletedAt == nil {
				ids[b.CredentialKey] = b.ID
			}
		}
	}
	return ids, nil
}

func (s *Store) badge(ctx context.Context, where string, values ...any) (Badge, error) {
	var row struct {
		Badge   `gorm:"embedded"`
		Blocked bool
	}
	err := s.holder(ctx).Table("badges").Select("*, EXISTS (SELECT 1 FROM blocked_badges x WHERE x.badge_id = badges.id) AS blocked").Where(where, values...).Take(&row).Error
	row.IssuerBlocked = row.Blocked
	return row.Badge, failed("find a badge", err)
}

// UpdateBadge keeps every field but PersonID and CreatedAt; UpdatedAt is the caller's to set. It refuses a badge out of
// a list, whose Document is missing. ErrNotFound; ErrTaken when the person holds the same credential in another badge.
func (s *Store) UpdateBadge(ctx context.Context, b *Badge) error {
	b.tidy()
	return s.Tx(ctx, func(tx *Store) error {
		if err := tx.update(ctx, "update a badge", b, "id", "person_id", "created_at"); err != nil {
			return err
		}
		return tx.enter(ctx, b)
	})
}

// tidy makes a badge fit to be kept. Its words come out of files of all kinds; the Document stays as it came.
func (b *Badge) tidy() {
	for _, text := range []*string{
		&b.CredentialKey, &b.Standard, &b.Proof, &b.Container, &b.CredentialID, &b.AchievementID, &b.Name, &b.Description,
		&b.IssuerName, &b.IssuerID, &b.IssuerURL, &b.Language, &b.DocumentType, &b.OriginalType, &b.OriginalName,
		&b.PictureType, &b.SourceURL, &b.VerdictReason,
	} {
		*text = legible(*text)
	}
	b.NameKey, b.IssuerKey = sortKey(b.Name), sortKey(b.IssuerName)
	stampAll(&b.CreatedAt, &b.UpdatedAt, b.IssuedAt, b.ExpiresAt, b.CheckedAt, b.DeletedAt)
}

// CountHeld is how many badges a person has, not deleted, whatever their state.
func (s *Store) CountHeld(ctx context.Context, person string) (int, error) {
	var n int64
	err := s.reader(ctx).Model(&Badge{}).Where("person_id = ? AND deleted_at IS NULL", person).Count(&n).Error
	return int(n), failed("count a person's badges", err)
}

// SetVisibility changes who may see a badge; ErrNotFound when it is not this person's, or deleted, or not accepted and to be
// seen by others.
func (s *Store) SetVisibility(ctx context.Context, owner, id, visibility string, now time.Time) error {
	return one("set a badge's visibility", s.writer(ctx).Exec(`UPDATE badges SET visibility = ?, updated_at = ?
		WHERE id = ? AND person_id = ? AND deleted_at IS NULL`+mayBecome, visibility, stamp(now), id, owner, visibility))
}

// mayBecome lets others see what its holder has accepted and nothing else: what waits for an address would be seen as soon
// as that is proved, by whoever reads its letters. Its one value is the visibility.
const mayBecome = ` AND (CAST(? AS text) = 'private' OR state = 'accepted')`

// DeleteBadge puts a badge into the trash; ErrNotFound when it is not this person's, or there already.
func (s *Store) DeleteBadge(ctx context.Context, owner, id string, now time.Time) error {
	now = stamp(now)
	return one("delete a badge", s.writer(ctx).Exec(`UPDATE badges SET deleted_at = ?, updated_at = ?
		WHERE id = ? AND person_id = ? AND deleted_at IS NULL`, now, now, id, owner))
}

// RestoreBadge takes a badge out of the trash; ErrNotFound when it is not there, ErrTaken when the person has
// imported the same credential again meanwhile.
func (s *Store) RestoreBadge(ctx context.Context, owner, id string, now time.Time) error {
	return failed("restore a badge", s.guarded(ctx, func(db *gorm.DB) error {
		done := db.Exec(`UPDATE badges SET deleted_at = NULL, updated_at = ?
			WHERE id = ? AND person_id = ? AND deleted_at IS NOT NULL`, stamp(now), id, owner)
		if done.Error == nil && done.RowsAffected == 0 {
			return gorm.ErrRecordNotFound
		}
		return done.Error
	}))
}

// AcceptPending accepts what was waiting for this address to be verified, for its holder's eyes; it tells how many badges.
func (s *Store) AcceptPending(ctx context.Context, person, address string, now time.Time) (int, error) {
	done := s.writer(ctx).Exec(`UPDATE badges SET state = 'accepted', visibility = 'private', updated_at = ?
		WHERE person_id = ? AND address_id = ? AND state = 'pending'`, stamp(now), person, address)
	return int(done.RowsAffected), failed("accept pending badges", done.Error)
}
