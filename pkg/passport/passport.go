// Package passport is the one place that decides what somebody may see of another person's badges.
// It knows nothing of pages or of how badges came to be; it reads what their holders chose, and changes nothing.
package passport

import (
	"context"
	"fmt"
	"slices"

	"github.com/carnetbadges/carnet/store"
)

// ErrNotFound is said of what is not there and of what the viewer may not see, without telling which.
var ErrNotFound = store.ErrNotFound

// pageOfBadges is how many badges a page of a passport shows.
const pageOfBadges = 24

// Viewer is who looks.
type Viewer struct {
	PersonID string // empty: nobody is signed in
}

// Shown is a page of a passport: only what this viewer may see.
type Shown struct {
	Person store.Person
	Badges []store.Badge // the newest first, without their Documents
	Next   string        // the cursor of the next page; empty: this is the last
	Count  int           // of all badges this viewer may see
	Public int           // of those, what everybody may see
}

// Office answers what may be seen.
type Office struct{ store *store.Store }

// New opens the office.
func New(s *store.Store) *Office { return &Office{store: s} }

// MaySee decides: holders see all that is theirs; others see what was accepted, is not in the trash, and was made
// public, or shown to members while they are signed in. What is unknown is private.
func MaySee(v Viewer, b store.Badge) bool {
	if v.PersonID != "" && v.PersonID == b.PersonID {
		return true
	}
	if b.State != store.Accepted || b.DeletedAt != nil {
		return false
	}
	return slices.Contains(visibilities(v), b.Visibility)
}

// OpenToAll says whether a badge is there for everybody, signed in or not.
func OpenToAll(b store.Badge) bool { return MaySee(Viewer{}, b) }

// visibilities are those of the badges that a viewer sees of somebody's passport. On the page of their own the holder
// sees what members see, because a passport is the face shown to others; the wall is where they see all.
func visibilities(v Viewer) []string {
	if v.PersonID == "" {
		return []string{store.Public}
	}
	return []string{store.Members, store.Public}
}

// Badge is a badge and who holds it, when the viewer may see it: deleted and pending ones for the holder too.
// ErrNotFound otherwise, also when the holder's account is disabled or, for others, none of its addresses is proved.
func (o *Office) Badge(ctx context.Context, v Viewer, id string) (store.Badge, store.Person, error) {
	badge, err := o.store.AnyBadge(ctx, id)
	if err != nil {
		return store.Badge{}, store.Person{}, err
	}
	if !MaySee(v, badge) {
		return store.Badge{}, store.Person{}, fmt.Errorf("see a badge: %w", ErrNotFound)
	}
	holder, err := o.store.Person(ctx, badge.PersonID)
	if err == nil {
		holder, err = o.holder(ctx, v, holder)
	}
	if err != nil {
		return store.Badge{}, store.Person{}, err
	}
	return badge, holder, nil
}

// Person is a page of the passport with this handle; after is the cursor the page before ended with. ErrNotFound when
// there is no such person, their account is disabled, they have proved no address, or the cursor is none.
func (o *Office) Person(ctx context.Context, v Viewer, handle, after string) (Shown, error) {
	holder, err := o.store.PersonByHandle(ctx, handle)
	if err == nil {
		holder, err = o.holder(ctx, v, holder)
	}
	if err != nil {
		return Shown{}, err
	}
	shown := Shown{Person: holder}
	shown.Badges, shown.Next, err = o.store.ShownBadges(ctx, holder.ID, visibilities(v), after, pageOfBadges)
	if err != nil {
		return Shown{}, err
	}
	counts, err := o.store.ShownCounts(ctx, holder.ID)
	if err != nil {
		return Shown{}, err
	}
	for _, visibility := range visibilities(v) {
		shown.Count += counts[visibility]
	}
	shown.Public = counts[store.Public]
	return shown, nil
}

// holder lets nobody see the passport of a disabled account, nobody else that of somebody who has proved no address, and
// nobody a password hash.
func (o *Office) holder(ctx context.Context, v Viewer, p store.Person) (store.Person, error) {
	proved, err := p.ID == v.PersonID, error(nil)
	if !proved {
		proved, err = o.store.AnyVerifiedAddress(ctx, p.ID)
	}
	if err == nil && (p.DisabledAt != nil || p.LeavingAt != nil || !proved) {
		err = fmt.Errorf("see a passport: %w", ErrNotFound)
	}
	if err != nil {
		return store.Person{}, err
	}
	p.PasswordHash = ""
	return p, nil
}
