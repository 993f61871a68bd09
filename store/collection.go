package store

import (
	"context"
	"time"

	"gorm.io/gorm/clause"
)

// What stands at the head of a collection, and how its badges are laid out.
const (
	CoverPattern = "pattern" // a security print drawn from the collection itself
	CoverBadge   = "badge"   // the picture of one of its badges
	CoverNone    = "none"

	LayoutWall  = "wall"  // cards side by side
	LayoutPages = "pages" // one under another, with what its holder says of each
)

// Collection is an ordered set of badges that somebody shows together. Visibility is as a badge's, and widens that of no
// badge in it. Note is Markdown. Place orders the sections of the holder's passport; nil: it is none of them.
type Collection struct {
	ID           string `gorm:"primaryKey"`
	PersonID     string
	Title        string
	Note         string
	Cover        string
	CoverBadgeID *string // the badge whose picture is the cover; nil: the first
	Layout       string
	Visibility   string
	Place        *int
	CreatedAt    time.Time `gorm:"autoCreateTime:false"`
	UpdatedAt    time.Time `gorm:"autoUpdateTime:false"`
	DeletedAt    *time.Time
}

// TableName is where collections are kept.
func (Collection) TableName() string { return "collections" }

// CollectionBadge is a badge's place in a collection, with what its holder says of it there. RemovedAt is when it was
// taken out, as long as it can be put back.
type CollectionBadge struct {
	CollectionID string `gorm:"primaryKey"`
	BadgeID      string `gorm:"primaryKey"`
	Position     int
	Text         string
	RemovedAt    *time.Time
}

// TableName is where it is kept which badges are in which collection.
func (CollectionBadge) TableName() string { return "collection_badges" }

// Placed is a badge in a collection, without its Document.
type Placed struct {
	Badge
	CollectionID string
	Text         string
	Blocked      bool
}

// CreateCollection keeps a new collection; an empty ID and zero times are filled.
func (s *Store) CreateCollection(ctx context.Context, c *Collection) error {
	if c.ID == "" {
		c.ID = NewID()
	}
	born(&c.CreatedAt, &c.UpdatedAt)
	c.tidy()
	return s.create(ctx, "make a collection", c)
}

// UpdateCollection keeps every field but PersonID and CreatedAt; ErrNotFound.
func (s *Store) UpdateCollection(ctx context.Context, c *Collection) error {
	c.tidy()
	return s.update(ctx, "change a collection", c, "id", "person_id", "created_at")
}

func (c *Collection) tidy() {
	c.Title, c.Note = legible(c.Title), legible(c.Note)
	stampAll(&c.CreatedAt, &c.UpdatedAt, c.DeletedAt)
}

// Collection is one of this person's collections, not deleted, held while a Tx lasts; ErrNotFound when it is not theirs.
func (s *Store) Collection(ctx context.Context, owner, id string) (Collection, error) {
	return s.collection(ctx, "id = ? AND person_id = ? AND deleted_at IS NULL", id, owner)
}

// AnyCollection is the collection with this id, whoever made it, deleted or not; ErrNotFound. Only pkg/passport may ask,
// which decides who sees it.
func (s *Store) AnyCollection(ctx context.Context, id string) (Collection, error) {
	return s.collection(ctx, "id = ?", id)
}

func (s *Store) collection(ctx context.Context, where string, values ...any) (Collection, error) {
	var c Collection
	err := s.holder(ctx).Where(where, values...).Take(&c).Error
	return c, failed("find a collection", err)
}

// Collections are a person's collections, deleted ones too, the newest first.
func (s *Store) Collections(ctx context.Context, owner string) ([]Collection, error) {
	var found []Collection
	err := s.reader(ctx).Where("person_id = ?", owner).Order("created_at DESC, id DESC").Find(&found).Error
	return found, failed("list collections", err)
}

// DeleteCollection puts a collection into the trash, or takes it out again, as of now; ErrNotFound when it is not theirs
// or is there already.
func (s *Store) DeleteCollection(ctx context.Context, owner, id string, now time.Time) error {
	return one("delete a collection", s.writer(ctx).Exec(`UPDATE collections SET deleted_at = ?
		WHERE id = ? AND person_id = ? AND deleted_at IS NULL`, stamp(now), id, owner))
}

// RestoreCollection takes a collection out of the trash; ErrNotFound when it is not there.
func (s *Store) RestoreCollection(ctx context.Context, owner, id string) error {
	return one("restore a collection", s.writer(ctx).Exec(`UPDATE collections SET deleted_at = NULL
		WHERE id = ? AND person_id = ? AND deleted_at IS NOT NULL`, id, owner))
}

// PurgeCollections forgets for good what was deleted, and which badges were taken out, before a time.
func (s *Store) PurgeCollections(ctx context.Context, before time.Time) error {
	err := s.writer(ctx).Exec(`DELETE FROM collections WHERE deleted_at IS NOT NULL AND deleted_at < ?`, stamp(before)).Error
	if err == nil {
		err = s.writer(ctx).Exec(`DELETE FROM collection_badges WHERE removed_at IS NOT NULL AND removed_at < ?`, stamp(before)).Error
	}
	return failed("purge collections", err)
}

// placedBadges are the badges in collections that those who made them hold, and have not thrown away. SQLite is kept to
// this order, from a collection to its badges: it would look through all that a person holds.
const placedBadges = ` FROM collection_badges p CROSS JOIN collections c CROSS JOIN badges b
	WHERE p.collection_id IN ? AND c.id = p.collection_id AND b.id = p.badge_id AND b.person_id || '' = c.person_id
	AND p.removed_at IS NULL AND b.deleted_at IS NULL AND b.state || '' = 'accepted'`

// shownPlaced are those of them that have one of these visibilities, and no blocked issuer.
const shownPlaced = placedBadges + ` AND b.visibility || '' IN ? AND NOT EXISTS (SELECT 1 FROM blocked_badges x WHERE x.badge_id = b.id)`

// PlacedBadges are the badges in a collection, in their order, without their Documents: those that are accepted, not in the
// trash, and still whose the collection is.
func (s *Store) PlacedBadges(ctx context.Context, collection string) ([]Placed, error) {
	return s.placed(ctx, `SELECT `+placedColumns+placedBadges+` ORDER BY p.position, p.badge_id`, []string{collection})
}

// FirstPlaced are the first of a collection's badges that have one of these visibilities, and no blocked issuer.
func (s *Store) FirstPlaced(ctx context.Context, collection string, visibilities []string, most int) ([]Placed, error) {
	return s.placed(ctx, `SELECT `+placedColumns+shownPlaced+` ORDER BY p.position, p.badge_id LIMIT ?`, []string{collection}, visibilities, most)
}

// CountPlaced is how many badges there are in each of these collections that have one of these visibilities, and no blocked
// issuer.
func (s *Store) CountPlaced(ctx context.Context, collections, visibilities []string) (map[string]int, error) {
	all := map[string]int{}
	if len(collections) == 0 {
		return all, nil
	}
	var counts []struct {
		CollectionID string
		Badges       int
	}
	err := s.reader(ctx).Raw(`SELECT p.collection_id, COUNT(*) AS badges`+shownPlaced+` GROUP BY p.collection_id`, collections, visibilities).Scan(&counts).Error
	for _, one := range counts {
		all[one.CollectionID] = one.Badges
	}
	return all, failed("count the badges of collections", err)
}

// placedColumns are those of a badge but its document, and those of its place.
const placedColumns = `b.id, b.person_id, b.credential_key, b.state, b.visibility, b.address_id, b.standard, b.proof, b.container,
	b.credential_id, b.achievement_id, b.name, b.name_key, b.description, b.issuer_name, b.issuer_key, b.issuer_id, b.issuer_url,
	b.issued_at, b.expires_at, b.language, b.document_type, b.original_key, b.original_type, b.original_name, b.picture_key,
	b.picture_type, b.source_url, b.verdict, b.verdict_reason, b.checked_at, b.created_at, b.updated_at, b.deleted_at,
	p.collection_id, p.text, EXISTS (SELECT 1 FROM blocked_badges x WHERE x.badge_id = b.id) AS blocked`

func (s *Store) placed(ctx context.Context, question string, values ...any) ([]Placed, error) {
	var found []Placed
	err := s.reader(ctx).Raw(question, values...).Scan(&found).Error
	for i := range found {
		found[i].IssuerBlocked = found[i].Blocked
	}
	return found, failed("list the badges of a collection", err)
}

// PlacesIn are all places of a collection in their order, those taken out too, whatever became of the badges.
func (s *Store) PlacesIn(ctx context.Context, collection string) ([]CollectionBadge, error) {
	var found []CollectionBadge
	err := s.reader(ctx).Where("collection_id = ?", collection).Order("position, badge_id").Find(&found).Error
	return found, failed("list the places of a collection", err)
}

// SetPlaces keeps places of a collection, new or known, as they are.
func (s *Store) SetPlaces(ctx context.Context, places []CollectionBadge) error {
	if len(places) == 0 {
		return nil
	}
	for i := range places {
		places[i].Text = legible(places[i].Text)
		stampAll(places[i].RemovedAt)
	}
	return kept("keep the places of a collection", s.writer(ctx).Clauses(clause.OnConflict{UpdateAll: true}).CreateInBatches(&places, 200).Error)
}

// CollectionsWith are the ids of a person's collections that have a badge in them.
func (s *Store) CollectionsWith(ctx context.Context, owner, badge string) ([]string, error) {
	var found []string
	err := s.reader(ctx).Raw(`SELECT p.collection_id FROM collection_badges p JOIN collections c ON c.id = p.collection_id
		WHERE p.badge_id = ? AND c.person_id = ? AND c.deleted_at IS NULL AND p.removed_at IS NULL`, badge, owner).Scan(&found).Error
	return found, failed("list the collections of a badge", err)
}
