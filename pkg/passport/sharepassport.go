package passport

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/carnetbadges/carnet/store"
)

// MakePassportLink makes a secret address for a person's whole passport, as they have laid it out: through it one sees what
// is shown by link at least. What is seen of anything by anybody else does not change. ErrTooMany; *Joins.
func (o *Office) MakePassportLink(ctx context.Context, person string, n NewLink, now time.Time) (link store.ShareLink, err error) {
	err = o.store.Tx(ctx, func(tx *store.Store) error {
		if err := mayMake(ctx, tx, person, now); err != nil {
			return err
		}
		if err := joinsPassport(ctx, tx, person, n.Knowing); err != nil {
			return err
		}
		link = n.link(person, now)
		link.Passport = true
		return tx.CreateShareLink(ctx, &link)
	})
	return link, err
}

// joinsPassport is *Joins when more addresses are seen together through a link than everybody sees together.
func joinsPassport(ctx context.Context, tx *store.Store, person string, knowing bool) error {
	if knowing {
		return nil
	}
	was, err := tx.MadeOutTo(ctx, person, visibilities(Viewer{}))
	if err != nil {
		return err
	}
	is, err := tx.MadeOutTo(ctx, person, visibilities(Viewer{byLink: true}))
	fresh := func(id string) bool { return !slices.Contains(was, id) }
	if err != nil || len(is) < 2 || !slices.ContainsFunc(is, fresh) {
		return err
	}
	typed, err := addresses(ctx, tx, person, is)
	if err != nil {
		return err
	}
	return &Joins{Addresses: typed}
}

// PassportLinks are the share links to one's whole passport that are not withdrawn, the newest first.
func (o *Office) PassportLinks(ctx context.Context, person string) ([]Link, error) {
	found, err := o.store.ShareLinksToPassport(ctx, person)
	if err != nil {
		return nil, err
	}
	return o.counted(ctx, found)
}

// IsSharedWhole says whether there is a link to somebody's whole passport that has not ended: what they show by link is seen
// there too.
func (o *Office) IsSharedWhole(ctx context.Context, person string, now time.Time) (bool, error) {
	found, err := o.store.ShareLinksToPassport(ctx, person)
	open := func(l store.ShareLink) bool { return l.ExpiresAt == nil || now.Before(*l.ExpiresAt) }
	return slices.ContainsFunc(found, open), err
}

// ByLink counts what one's passport shows to whoever has a link to it, by visibility.
func (o *Office) ByLink(ctx context.Context, person string) (map[string]int, error) {
	counts, err := o.store.ShownCounts(ctx, person)
	for visibility := range counts {
		if !slices.Contains(visibilities(Viewer{byLink: true}), visibility) {
			delete(counts, visibility)
		}
	}
	return counts, err
}

// SharedPassport is a page of the passport that the share link with this secret leads to, as Person is. ErrNotFound;
// ErrEnded, also of a link to something else; ErrLocked.
func (o *Office) SharedPassport(ctx context.Context, v Viewer, secret, after string, now time.Time) (Shown, error) {
	link, err := o.unlocked(ctx, v, secret, now)
	if err != nil {
		return Shown{}, err
	}
	v.byLink = true
	holder, profile, err := o.sharedHolder(ctx, v, link)
	if err != nil {
		return Shown{}, endedOr(err)
	}
	return o.shown(ctx, v, holder, profile, after)
}

// SharedPortrait is the portrait, a JPEG, in the passport that a share link leads to. Errors as of SharedPassport, and
// ErrNotFound where none is shown.
func (o *Office) SharedPortrait(ctx context.Context, v Viewer, secret string, now time.Time) ([]byte, error) {
	link, err := o.unlocked(ctx, v, secret, now)
	if err != nil {
		return nil, err
	}
	v.byLink = true
	_, profile, err := o.sharedHolder(ctx, v, link)
	if err != nil {
		return nil, endedOr(err)
	}
	if profile.PortraitKey == "" || !slices.Contains(visibilities(v), profile.PortraitShown) {
		return nil, fmt.Errorf("see a portrait: %w", ErrNotFound)
	}
	return o.store.Portrait(ctx, link.PersonID)
}

// SharedCollection is a collection in the passport that a share link leads to: one of its sections, as long as it is shown
// by link at least. Errors as of SharedPassport.
func (o *Office) SharedCollection(ctx context.Context, v Viewer, secret, id string, now time.Time) (Collected, error) {
	link, err := o.unlocked(ctx, v, secret, now)
	if err != nil {
		return Collected{}, err
	}
	c, err := o.sharedSection(ctx, link, id)
	if err != nil {
		return Collected{}, endedOr(err)
	}
	shown, err := o.collected(ctx, Viewer{PersonID: v.PersonID, byLink: true}, c)
	return shown, endedOr(err)
}

func (o *Office) sharedSection(ctx context.Context, link store.ShareLink, id string) (store.Collection, error) {
	if !link.Passport {
		return store.Collection{}, ErrEnded
	}
	c, err := o.store.AnyCollection(ctx, id)
	if err == nil && (c.PersonID != link.PersonID || c.Place == nil || !MayShareCollection(c)) {
		err = ErrEnded
	}
	return c, err
}

// sharedHolder is whose passport a link leads to, unless it is shut to this viewer.
func (o *Office) sharedHolder(ctx context.Context, v Viewer, link store.ShareLink) (store.Person, store.Profile, error) {
	if !link.Passport {
		return store.Person{}, store.Profile{}, ErrEnded
	}
	return o.holderOf(ctx, v, link.PersonID)
}
