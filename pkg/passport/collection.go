package passport

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/carnetbadges/carnet/store"
)

// Collected is a collection as one viewer sees it.
type Collected struct {
	Collection store.Collection
	Person     store.Person
	Badges     []store.Placed // that this viewer may see, in their order, without their Documents
	Cover      *store.Badge   // whose picture is the cover; nil: none is
	Hidden     int            // for the holder alone: of Badges, how many those do not see to whom the collection is shown
}

// MaySeeCollection decides who may see that there is a collection: as MaySee of a badge.
func MaySeeCollection(v Viewer, c store.Collection) bool {
	if v.PersonID != "" && v.PersonID == c.PersonID {
		return true
	}
	return c.DeletedAt == nil && slices.Contains(visibilities(v), c.Visibility)
}

// CollectionOpenToAll says whether a collection is there for everybody, signed in or not.
func CollectionOpenToAll(c store.Collection) bool { return MaySeeCollection(Viewer{}, c) }

// MayShareCollection says whether a collection is seen by those who have a share link to it.
func MayShareCollection(c store.Collection) bool {
	return c.DeletedAt == nil && c.Visibility != store.Private
}

// Collection is a collection with those of its badges that this viewer may see; a deleted one for the holder too. It
// widens the visibility of no badge. ErrNotFound otherwise, as of Badge.
func (o *Office) Collection(ctx context.Context, v Viewer, id string) (Collected, error) {
	c, err := o.store.AnyCollection(ctx, id)
	if err != nil {
		return Collected{}, err
	}
	if !MaySeeCollection(v, c) {
		return Collected{}, fmt.Errorf("see a collection: %w", ErrNotFound)
	}
	return o.collected(ctx, v, c)
}

// collected fills a collection that may be seen with what this viewer sees in it.
func (o *Office) collected(ctx context.Context, v Viewer, c store.Collection) (Collected, error) {
	holder, _, err := o.holderOf(ctx, v, c.PersonID)
	if err != nil {
		return Collected{}, err
	}
	all, err := o.store.PlacedBadges(ctx, c.ID)
	if err != nil {
		return Collected{}, err
	}
	shown := Collected{Collection: c, Person: holder}
	for _, one := range all {
		if v.seesIn(one.Badge) {
			shown.Badges = append(shown.Badges, one)
		}
	}
	shown.Cover = coverOf(c, shown.Badges)
	if v.PersonID == c.PersonID {
		shown.Hidden = len(Unseen(c, shown.Badges))
	}
	return shown, nil
}

// InCollection is a badge of a collection, with its Document, as long as this viewer sees both. ErrNotFound.
func (o *Office) InCollection(ctx context.Context, v Viewer, id, badge string) (store.Badge, error) {
	c, err := o.store.AnyCollection(ctx, id)
	if err == nil && !MaySeeCollection(v, c) {
		err = fmt.Errorf("see a collection: %w", ErrNotFound)
	}
	if err != nil {
		return store.Badge{}, err
	}
	return o.in(ctx, v, c, badge)
}

// in is a badge of a collection that may be seen.
func (o *Office) in(ctx context.Context, v Viewer, c store.Collection, id string) (store.Badge, error) {
	if _, _, err := o.holderOf(ctx, v, c.PersonID); err != nil {
		return store.Badge{}, err
	}
	badge, err := o.store.AnyBadge(ctx, id)
	if err != nil {
		return store.Badge{}, err
	}
	in, err := o.store.CollectionsWith(ctx, c.PersonID, id)
	if err == nil && (!slices.Contains(in, c.ID) || badge.PersonID != c.PersonID || badge.DeletedAt != nil || !v.seesIn(badge)) {
		err = fmt.Errorf("see a badge in a collection: %w", ErrNotFound)
	}
	return badge, err
}

// seesIn says whether a viewer sees a badge within a collection they see: by a share link to the collection, what is seen
// by link at least.
func (v Viewer) seesIn(b store.Badge) bool {
	if v.byLink {
		return MayShare(b)
	}
	return MaySee(v, b)
}

// Unseen are those of a collection's badges that not all see to whom it is shown; of a private collection, none.
func Unseen(c store.Collection, badges []store.Placed) []store.Placed {
	var unseen []store.Placed
	for _, one := range badges {
		if c.Visibility != store.Private && (one.IssuerBlocked || narrower(one.Visibility, c.Visibility)) {
			unseen = append(unseen, one)
		}
	}
	return unseen
}

// narrower says whether fewer people see what has the one visibility than what has the other.
func narrower(a, b string) bool {
	order := []string{store.Private, store.Link, store.Members, store.Public}
	return slices.Index(order, a) < slices.Index(order, b)
}

// coverOf is the badge whose picture is a collection's cover, of those that are seen: the one chosen, else the first.
func coverOf(c store.Collection, badges []store.Placed) *store.Badge {
	if c.Cover != store.CoverBadge || len(badges) == 0 {
		return nil
	}
	chosen := func(p store.Placed) bool { return c.CoverBadgeID != nil && p.ID == *c.CoverBadgeID }
	return &badges[max(0, slices.IndexFunc(badges, chosen))].Badge
}

// KeptDeleted is how long what is deleted of collections can be brought back.
const KeptDeleted = 30 * 24 * time.Hour

// What a person may have.
const (
	MostCollections = 200 // of a person, those in the trash too
	MostCollected   = 500 // badges of a collection
)

// ErrFull refuses another collection, or another badge in one, to whoever has very many.
var ErrFull = errors.New("passport: this is full")

// Purge forgets what was deleted of collections long ago. Call it every hour.
func (o *Office) Purge(ctx context.Context, now time.Time) error {
	return o.store.PurgeCollections(ctx, now.Add(-KeptDeleted))
}
