// Package passport is the one place that decides what somebody may see of another person's badges, by who they are or by
// the share link they have. It knows nothing of pages or of how badges came to be; it reads what their holders chose.
package passport

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/carnetbadges/carnet/store"
)

// ErrNotFound is said of what is not there and of what the viewer may not see, without telling which.
var ErrNotFound = store.ErrNotFound

// pageOfBadges is how many badges a page of a passport shows.
const pageOfBadges = 24

// Viewer is who looks.
type Viewer struct {
	PersonID string // empty: nobody is signed in
	Unlocked string // the share link whose password this browser has given; empty: none
	byLink   bool   // a share link is what leads here
}

// Shown is a page of a passport: only what this viewer may see.
type Shown struct {
	Person store.Person
	Told   Told
	Badges []store.Badge // the newest first, without their Documents
	Next   string        // the cursor of the next page; empty: this is the last
	Count  int           // of all badges this viewer may see
	Public int           // of those, what everybody may see

	Look     string    // the colours its holder chose
	Sections []Section // that the viewer sees something of, in the order their holder gave them
}

// Told is what a holder tells a viewer of themselves; what they do not is empty.
type Told struct {
	About     string
	Languages []string // BCP 47 tags
	Links     []store.ProfileLink
	Portrait  string // names the content of the portrait; empty: none is shown
	Indexed   bool   // everybody may know the name
}

// Office answers what may be seen.
type Office struct {
	store *store.Store
	opens opens
}

// New opens the office.
func New(s *store.Store) *Office {
	return &Office{store: s, opens: opens{counts: map[string]store.Opens{}}}
}

// MaySee decides: holders see all that is theirs; others see what was accepted, is not in the trash, is of no issuer the
// house has blocked, and was made public, or shown to members while they are signed in. What is unknown is private.
func MaySee(v Viewer, b store.Badge) bool {
	if v.PersonID != "" && v.PersonID == b.PersonID {
		return true
	}
	if b.State != store.Accepted || b.DeletedAt != nil || b.IssuerBlocked {
		return false
	}
	return slices.Contains(visibilities(v), b.Visibility)
}

// OpenToAll says whether a badge is there for everybody, signed in or not.
func OpenToAll(b store.Badge) bool { return MaySee(Viewer{}, b) }

// visibilities are those of the badges that a viewer sees of somebody's passport. On the page of their own the holder
// sees what members see, because a passport is the face shown to others; the wall is where they see all. Whoever comes by a
// share link sees what is shown by link at least: fewer see what is shown by link than what members see.
func visibilities(v Viewer) []string {
	switch {
	case v.byLink:
		return []string{store.Link, store.Members, store.Public}
	case v.PersonID == "":
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
	holder, _, err := o.holderOf(ctx, v, badge.PersonID)
	if err != nil {
		return store.Badge{}, store.Person{}, err
	}
	return badge, holder, nil
}

// Kept is the badge that was kept when two passports were joined that both had it, for the id of the one that was not.
// Only what everybody saw, and sees, leads on; ErrNotFound otherwise.
func (o *Office) Kept(ctx context.Context, v Viewer, id string) (string, error) {
	left, err := o.store.AnyBadge(ctx, id)
	if err != nil {
		return "", err
	}
	joined, err := o.store.MergeOf(ctx, left.PersonID)
	if err != nil {
		return "", err
	}
	kept, err := o.store.BadgeByKey(ctx, joined.IntoID, left.CredentialKey)
	if err != nil {
		return "", err
	}
	if !OpenToAll(left) || !OpenToAll(kept) {
		return "", fmt.Errorf("see a badge: %w", ErrNotFound)
	}
	_, _, err = o.Badge(ctx, v, kept.ID)
	return kept.ID, err
}

// Person is a page of the passport with this handle, or of whoever had it; after is the cursor the page before ended
// with. ErrNotFound when there is no such person, their account is disabled, they have proved no address or have blocked
// the viewer, or the cursor is none.
func (o *Office) Person(ctx context.Context, v Viewer, handle, after string) (Shown, error) {
	holder, profile, err := o.byHandle(ctx, v, handle)
	if err != nil {
		return Shown{}, err
	}
	return o.shown(ctx, v, holder, profile, after)
}

// shown is a page of a passport that is not shut to this viewer: what they see of it.
func (o *Office) shown(ctx context.Context, v Viewer, holder store.Person, profile store.Profile, after string) (shown Shown, err error) {
	shown.Person = holder
	if shown.Told, err = o.told(ctx, v, profile); err != nil {
		return Shown{}, err
	}
	shown.Badges, shown.Next, err = o.store.ShownBadges(ctx, holder.ID, visibilities(v), after, pageOfBadges)
	if err != nil {
		return Shown{}, err
	}
	if shown.Look, shown.Sections, err = o.sections(ctx, v, holder.ID); err != nil {
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

// Portrait is the portrait, a JPEG, of the passport with this handle, and whether everybody may see it. ErrNotFound.
func (o *Office) Portrait(ctx context.Context, v Viewer, handle string) (picture []byte, open bool, err error) {
	holder, profile, err := o.byHandle(ctx, v, handle)
	if err != nil {
		return nil, false, err
	}
	if profile.PortraitKey == "" || v.PersonID != holder.ID && !slices.Contains(visibilities(v), profile.PortraitShown) {
		return nil, false, fmt.Errorf("see a portrait: %w", ErrNotFound)
	}
	picture, err = o.store.Portrait(ctx, holder.ID)
	return picture, profile.PortraitShown == store.Public, err
}

func (o *Office) byHandle(ctx context.Context, v Viewer, handle string) (store.Person, store.Profile, error) {
	id, err := o.store.WhoHas(ctx, handle)
	if err != nil {
		return store.Person{}, store.Profile{}, err
	}
	return o.holderOf(ctx, v, id)
}

// told is the part of a profile that this viewer may know. Like the badges, holders see it as members do.
func (o *Office) told(ctx context.Context, v Viewer, p store.Profile) (t Told, err error) {
	may := func(shown string) bool { return slices.Contains(visibilities(v), shown) }
	t.Indexed = p.NameShown == store.Public
	if may(p.AboutShown) {
		t.About = p.About
	}
	if may(p.LanguagesShown) {
		t.Languages = strings.Fields(p.Languages)
	}
	if may(p.PortraitShown) {
		t.Portrait = p.PortraitKey
	}
	if may(p.LinksShown) {
		t.Links, err = o.store.ProfileLinks(ctx, p.PersonID)
	}
	return t, err
}

// holderOf is whose passport it is, as this viewer may know them. It lets nobody see the passport of a disabled account,
// nobody else that of somebody who has proved no address, nobody who is blocked there, and nobody a password hash; and it
// keeps a name from whom it is not shown to.
func (o *Office) holderOf(ctx context.Context, v Viewer, id string) (store.Person, store.Profile, error) {
	h, err := o.store.Holding(ctx, id)
	if err != nil {
		return store.Person{}, store.Profile{}, err
	}
	if err := o.shut(ctx, v, h); err != nil {
		return store.Person{}, store.Profile{}, err
	}
	if id != v.PersonID && !slices.Contains(visibilities(v), h.Profile.NameShown) {
		h.Person.Name = "@" + h.Person.Handle
	}
	h.Person.PasswordHash = ""
	return h.Person, h.Profile, nil
}

// shut is ErrNotFound where a passport is shut to this viewer as a whole.
func (o *Office) shut(ctx context.Context, v Viewer, h store.Holding) error {
	shut := fmt.Errorf("see a passport: %w", ErrNotFound)
	switch {
	case h.Person.DisabledAt != nil || h.Person.LeavingAt != nil:
		return shut
	case h.Person.ID == v.PersonID:
		return nil
	case !h.Proved:
		return shut
	case v.PersonID == "":
		return nil
	}
	blocked, err := o.store.HasBlocked(ctx, h.Person.ID, v.PersonID)
	if err == nil && blocked {
		err = shut
	}
	return err
}
