package passport

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/carnetbadges/carnet/store"
)

var (
	// ErrEnded is said of a share link that led somewhere and does not any more: withdrawn, run out, or its badge is no
	// longer shown by link.
	ErrEnded = errors.New("passport: this link has ended")
	// ErrLocked is said of a share link whose password this viewer has not given.
	ErrLocked = errors.New("passport: this link asks for a password")
	// ErrTooMany refuses another share link to somebody who has made very many of late.
	ErrTooMany = errors.New("passport: too many share links")
)

const (
	mostLinks    = 200 // that a person makes within linksWithin
	linksWithin  = 24 * time.Hour
	longestLabel = 80 // characters
	daysOfOpens  = 30
)

// Link is a share link as its maker sees it.
type Link struct {
	store.ShareLink
	Opens store.Opens   // in all
	Days  []store.Opens // of the last days on which it was opened, the latest first
}

// Shared is what a share link leads to: a collection where that is not nil, a whole passport where its Link says so (whose
// pages SharedPassport has), else a badge.
type Shared struct {
	Link       store.ShareLink
	Badge      store.Badge
	Collection *Collected
	Person     store.Person
	Title      string // of a badge that SharedIn has: what the collection is called, or whose passport it is
}

// OneBadge says whether the link leads to one badge.
func (s Shared) OneBadge() bool { return s.Link.BadgeID != nil }

// NewLink is what a share link is made of. Expires is nil for one that stays; PasswordHash a PHC string, or empty; Knowing
// as in Wish.
type NewLink struct {
	Label        string
	Expires      *time.Time
	PasswordHash string
	Knowing      bool
}

// MakeLink makes a secret address for a badge. A private badge is from then on seen by link, as its holder was told; no
// other visibility changes. store.ErrNotFound, also for badges in the trash or not accepted; ErrTooMany.
func (o *Office) MakeLink(ctx context.Context, person, badge string, n NewLink, now time.Time) (link store.ShareLink, err error) {
	err = o.store.Tx(ctx, func(tx *store.Store) error {
		b, err := tx.Badge(ctx, person, badge)
		if err != nil {
			return err
		}
		if b.State != store.Accepted || b.DeletedAt != nil {
			return fmt.Errorf("share a badge: %w", ErrNotFound)
		}
		if err := mayMake(ctx, tx, person, now); err != nil {
			return err
		}
		if b.Visibility == store.Private {
			if err := tx.SetVisibility(ctx, person, badge, store.Link, now); err != nil {
				return err
			}
		}
		link = n.link(person, now)
		link.BadgeID = &b.ID
		return tx.CreateShareLink(ctx, &link)
	})
	return link, err
}

// MakeCollectionLink makes a secret address for a collection. A private one is from then on seen by link, as its maker was
// told; what is seen of no badge changes. ErrNotFound; ErrTooMany; *Joins.
func (o *Office) MakeCollectionLink(ctx context.Context, person, id string, n NewLink, now time.Time) (link store.ShareLink, err error) {
	err = o.change(ctx, person, id, n.Knowing, now, func(tx *store.Store, c *store.Collection) error {
		if err := mayMake(ctx, tx, person, now); err != nil {
			return err
		}
		if c.Visibility == store.Private {
			c.Visibility = store.Link
		}
		link = n.link(person, now)
		link.CollectionID = &c.ID
		return tx.CreateShareLink(ctx, &link)
	})
	return link, err
}

func mayMake(ctx context.Context, tx *store.Store, person string, now time.Time) error {
	made, err := tx.CountShareLinks(ctx, person, now.Add(-linksWithin))
	if err == nil && made >= mostLinks {
		err = ErrTooMany
	}
	return err
}

func (n NewLink) link(person string, now time.Time) store.ShareLink {
	return store.ShareLink{
		PersonID: person, Secret: strings.ToLower(rand.Text()), Label: cut(n.Label),
		ExpiresAt: n.Expires, PasswordHash: n.PasswordHash, CreatedAt: now,
	}
}

func cut(label string) string {
	label = strings.Join(strings.Fields(label), " ")
	if utf8.RuneCountInString(label) > longestLabel {
		label = string([]rune(label)[:longestLabel])
	}
	return label
}

// WithdrawLink ends a share link at once, for good. store.ErrNotFound.
func (o *Office) WithdrawLink(ctx context.Context, person, link string, now time.Time) error {
	return o.store.WithdrawShareLink(ctx, person, link, now)
}

// Links are the share links to a badge of one's own that are not withdrawn, the newest first.
func (o *Office) Links(ctx context.Context, person, badge string) ([]Link, error) {
	found, err := o.store.ShareLinksOf(ctx, person, badge)
	if err != nil {
		return nil, err
	}
	return o.counted(ctx, found)
}

// CollectionLinks are the share links to a collection of one's own that are not withdrawn, the newest first.
func (o *Office) CollectionLinks(ctx context.Context, person, collection string) ([]Link, error) {
	found, err := o.store.ShareLinksTo(ctx, person, collection)
	if err != nil {
		return nil, err
	}
	return o.counted(ctx, found)
}

// counted are links with how often they were opened.
func (o *Office) counted(ctx context.Context, found []store.ShareLink) (links []Link, err error) {
	if len(found) == 0 {
		return nil, nil
	}
	ids := make([]string, len(found))
	for i, l := range found {
		ids[i] = l.ID
	}
	all, err := o.store.OpensInAll(ctx, ids)
	if err != nil {
		return nil, err
	}
	links = make([]Link, len(found))
	for i, l := range found {
		links[i] = Link{ShareLink: l, Opens: all[l.ID]}
		if links[i].Opens == (store.Opens{}) {
			continue
		}
		if links[i].Days, err = o.store.OpensOf(ctx, l.ID, daysOfOpens); err != nil {
			return nil, err
		}
	}
	return links, nil
}

// Shared is what the share link with this secret shows a viewer. ErrNotFound where no link has it; ErrEnded; ErrLocked,
// with nothing but the link.
func (o *Office) Shared(ctx context.Context, v Viewer, secret string, now time.Time) (Shared, error) {
	link, err := o.open(ctx, secret, now)
	if err != nil {
		return Shared{}, err
	}
	shared, err := o.leadsTo(ctx, Viewer{PersonID: v.PersonID, byLink: true}, link)
	if err != nil {
		return Shared{}, endedOr(err)
	}
	if v.lockedOut(link) {
		return Shared{Link: link}, ErrLocked
	}
	return shared, nil
}

// SharedIn is a badge of the collection or the passport that a share link leads to, with its Document, as long as the link
// shows it to this viewer; which tells the badge's id. ErrNotFound; ErrEnded; ErrLocked.
func (o *Office) SharedIn(ctx context.Context, v Viewer, secret string, which func(store.ShareLink) string, now time.Time) (Shared, error) {
	link, err := o.unlocked(ctx, v, secret, now)
	if err != nil {
		return Shared{}, err
	}
	shared, v := Shared{Link: link}, Viewer{PersonID: v.PersonID, byLink: true}
	switch {
	case link.Passport:
		shared.Badge, err = o.inPassport(ctx, link, which(link))
	case link.CollectionID != nil:
		shared.Badge, shared.Title, err = o.inShared(ctx, v, *link.CollectionID, which(link))
	default:
		err = ErrEnded
	}
	if err != nil {
		return Shared{}, endedOr(err)
	}
	shared.Person, _, err = o.holderOf(ctx, v, link.PersonID)
	if link.Passport {
		shared.Title = shared.Person.Name
	}
	return shared, endedOr(err)
}

// inPassport is a badge of the passport that a link leads to.
func (o *Office) inPassport(ctx context.Context, link store.ShareLink, id string) (store.Badge, error) {
	badge, err := o.store.AnyBadge(ctx, id)
	if err == nil && (badge.PersonID != link.PersonID || !MayShare(badge)) {
		err = ErrEnded
	}
	return badge, err
}

// inShared is a badge of the collection that a link leads to, and what that is called.
func (o *Office) inShared(ctx context.Context, v Viewer, collection, id string) (store.Badge, string, error) {
	c, err := o.store.AnyCollection(ctx, collection)
	if err == nil && !MayShareCollection(c) {
		err = ErrEnded
	}
	if err != nil {
		return store.Badge{}, "", err
	}
	badge, err := o.in(ctx, v, c, id)
	return badge, c.Title, err
}

// unlocked is the link with this secret, if it has not ended and this viewer has its password.
func (o *Office) unlocked(ctx context.Context, v Viewer, secret string, now time.Time) (store.ShareLink, error) {
	link, err := o.open(ctx, secret, now)
	if err == nil && v.lockedOut(link) {
		err = ErrLocked
	}
	return link, err
}

// open is the link with this secret, if it has not ended.
func (o *Office) open(ctx context.Context, secret string, now time.Time) (store.ShareLink, error) {
	link, err := o.store.ShareLink(ctx, secret)
	if err == nil && (link.WithdrawnAt != nil || link.ExpiresAt != nil && !now.Before(*link.ExpiresAt)) {
		err = ErrEnded
	}
	return link, err
}

func (v Viewer) lockedOut(link store.ShareLink) bool {
	return link.PasswordHash != "" && v.Unlocked != link.ID && v.PersonID != link.PersonID
}

// leadsTo is what a link that has not ended leads to.
func (o *Office) leadsTo(ctx context.Context, v Viewer, link store.ShareLink) (Shared, error) {
	switch {
	case link.BadgeID != nil:
		badge, err := o.store.AnyBadge(ctx, *link.BadgeID)
		if err != nil {
			return Shared{}, err
		}
		holder, _, err := o.holderOf(ctx, v, badge.PersonID)
		if err == nil && !MayShare(badge) {
			err = ErrEnded
		}
		return Shared{Link: link, Badge: badge, Person: holder}, err
	case link.CollectionID != nil:
		c, err := o.store.AnyCollection(ctx, *link.CollectionID)
		if err != nil {
			return Shared{}, err
		}
		if !MayShareCollection(c) {
			return Shared{}, ErrEnded
		}
		shown, err := o.collected(ctx, v, c)
		return Shared{Link: link, Collection: &shown, Person: shown.Person}, err
	case link.Passport:
		holder, _, err := o.sharedHolder(ctx, v, link)
		return Shared{Link: link, Person: holder}, err
	}
	return Shared{}, ErrEnded
}

// MayShare says whether a badge is seen by those who have a share link to it.
func MayShare(b store.Badge) bool {
	return b.State == store.Accepted && b.DeletedAt == nil && !b.IssuerBlocked && b.Visibility != store.Private
}

func endedOr(err error) error {
	if errors.Is(err, ErrNotFound) {
		return ErrEnded
	}
	return err
}

// opens counts how often links are opened until that is written down, so that looking does not write.
type opens struct {
	mu     sync.Mutex
	counts map[string]store.Opens
}

// mostCounted bounds the links that are counted between two writings.
const mostCounted = 10_000

// Opened counts that somebody has looked at what a link shows; its maker's own looking counts for nothing.
func (o *Office) Opened(v Viewer, l store.ShareLink) { o.counts(v, l, store.Opens{Opens: 1}) }

// Downloaded counts that somebody has taken a file away by a link, as Opened does.
func (o *Office) Downloaded(v Viewer, l store.ShareLink) { o.counts(v, l, store.Opens{Downloads: 1}) }

func (o *Office) counts(v Viewer, l store.ShareLink, more store.Opens) {
	if v.PersonID == l.PersonID {
		return
	}
	o.opens.mu.Lock()
	defer o.opens.mu.Unlock()
	if _, known := o.opens.counts[l.ID]; known || len(o.opens.counts) < mostCounted {
		o.opens.add(l.ID, more)
	}
}

// add is for whoever holds mu.
func (c *opens) add(link string, more store.Opens) {
	n := c.counts[link]
	c.counts[link] = store.Opens{Opens: n.Opens + more.Opens, Downloads: n.Downloads + more.Downloads}
}

// WriteOpens writes down what was counted; what cannot be written is counted on.
func (o *Office) WriteOpens(ctx context.Context, now time.Time) error {
	o.opens.mu.Lock()
	counted := maps.Clone(o.opens.counts)
	clear(o.opens.counts)
	o.opens.mu.Unlock()
	var all error
	for link, n := range counted {
		if err := o.store.CountOpens(ctx, link, now, n); err != nil {
			all = errors.Join(all, err)
			o.opens.mu.Lock()
			o.opens.add(link, n)
			o.opens.mu.Unlock()
		}
	}
	return all
}
