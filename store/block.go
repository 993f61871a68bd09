package store

import (
	"context"
	"time"

	"gorm.io/gorm/clause"
)

// The kinds of blocks.
const (
	BlockedDomain = "domain" // of e-mail addresses: nobody joins with one, or adds one
	BlockedIssuer = "issuer" // of badges: by host, or by its whole id
)

// Block is somebody the house does not deal with. Name is what is compared: a domain or host in lower-case punycode, or
// the id of an issuer; Reason what an administrator wrote for other administrators.
type Block struct {
	ID        string `gorm:"primaryKey"`
	Kind      string
	Name      string
	Reason    string
	CreatedBy *string
	CreatedAt time.Time `gorm:"autoCreateTime:false"`
}

// TableName is where blocks are kept.
func (Block) TableName() string { return "blocks" }

// blockedBadge says that a badge is of a blocked issuer. They are few and stand apart, so that badges stay as lean as
// they are for everybody else.
type blockedBadge struct {
	BadgeID  string `gorm:"primaryKey"`
	BlockID  string `gorm:"primaryKey"`
	PersonID string
}

// TableName is where the badges of blocked issuers are marked.
func (blockedBadge) TableName() string { return "blocked_badges" }

// notBlocked leaves out the badges of blocked issuers.
const notBlocked = "NOT EXISTS (SELECT 1 FROM blocked_badges x WHERE x.badge_id = badges.id)"

// Issuer is by what an issuer of badges is known: two of the words on its badges.
type Issuer struct{ IssuerID, IssuerURL string }

// CreateBlock keeps a block; an empty ID is filled. ErrTaken when there is one of this kind and name.
func (s *Store) CreateBlock(ctx context.Context, b *Block) error {
	if b.ID == "" {
		b.ID = NewID()
	}
	b.Reason = legible(b.Reason)
	born(&b.CreatedAt, &b.CreatedAt)
	stampAll(&b.CreatedAt)
	return s.create(ctx, "keep a block", b)
}

// BlockOf is the block of this kind with this id or name; ErrNotFound.
func (s *Store) BlockOf(ctx context.Context, kind, idOrName string) (Block, error) {
	var b Block
	err := s.reader(ctx).Where("kind = ? AND name = ?", kind, idOrName).Or("id = ? AND kind = ?", idOrName, kind).Take(&b).Error
	return b, failed("find a block", err)
}

// Blocks are all of a kind, by name.
func (s *Store) Blocks(ctx context.Context, kind string) ([]Block, error) {
	var found []Block
	err := s.reader(ctx).Where("kind = ?", kind).Order("name").Find(&found).Error
	return found, failed("list blocks", err)
}

// BlocksHeld are the blocks of issuers, of which there will be no other until the Tx ends: what is kept by them is not
// overtaken by a new one. Ask before anything else is held.
func (s *Store) BlocksHeld(ctx context.Context) ([]Block, error) {
	if s.inTx && s.kind == "postgres" {
		if err := s.writer(ctx).Exec("LOCK TABLE blocks IN SHARE MODE").Error; err != nil {
			return nil, failed("hold the blocks", err)
		}
	}
	return s.Blocks(ctx, BlockedIssuer)
}

// AnyBlock tells whether one of these names is blocked.
func (s *Store) AnyBlock(ctx context.Context, kind string, names []string) (bool, error) {
	var n int64
	err := s.reader(ctx).Model(&Block{}).Where("kind = ? AND name IN ?", kind, names).Limit(1).Count(&n).Error
	return n > 0, failed("look for a block", err)
}

// DropBlock lifts a block, and with it the marks it put on badges; ErrNotFound.
func (s *Store) DropBlock(ctx context.Context, id string) error {
	return one("lift a block", s.writer(ctx).Exec("DELETE FROM blocks WHERE id = ?", id))
}

// Issuers are all whose badges anybody here holds, each once.
func (s *Store) Issuers(ctx context.Context) ([]Issuer, error) {
	var found []Issuer
	err := s.reader(ctx).Raw("SELECT DISTINCT issuer_id, issuer_url FROM badges").Scan(&found).Error
	return found, failed("list the issuers", err)
}

// MarkIssuer marks every badge of an issuer as blocked.
func (s *Store) MarkIssuer(ctx context.Context, block string, i Issuer) error {
	return failed("mark the badges of an issuer", s.writer(ctx).Exec(`INSERT INTO blocked_badges (badge_id, block_id, person_id)
		SELECT id, ?, person_id FROM badges WHERE issuer_id = ? AND issuer_url = ? ON CONFLICT DO NOTHING`,
		block, i.IssuerID, i.IssuerURL).Error)
}

// MarkBadge makes these the only blocks a badge is under; none: it is free.
func (s *Store) MarkBadge(ctx context.Context, person, badge string, blocks []string) error {
	const doing = "mark a badge"
	if err := s.writer(ctx).Delete(&blockedBadge{}, "badge_id = ?", badge).Error; err != nil || len(blocks) == 0 {
		return failed(doing, err)
	}
	rows := make([]blockedBadge, 0, len(blocks))
	for _, block := range blocks {
		rows = append(rows, blockedBadge{BadgeID: badge, BlockID: block, PersonID: person})
	}
	return failed(doing, s.writer(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error)
}

// IssuerBlocked tells whether a badge is under any block.
func (s *Store) IssuerBlocked(ctx context.Context, badge string) (bool, error) {
	var n int64
	err := s.reader(ctx).Model(&blockedBadge{}).Where("badge_id = ?", badge).Limit(1).Count(&n).Error
	return n > 0, failed("look whether an issuer is blocked", err)
}

// BlockedCount is how many badges are under a block.
func (s *Store) BlockedCount(ctx context.Context, block string) (int, error) {
	var n int64
	err := s.reader(ctx).Model(&blockedBadge{}).Where("block_id = ?", block).Count(&n).Error
	return int(n), failed("count the badges under a block", err)
}
