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
	Opens int           // in all
	Days  []store.Opens // of the last days on which it was opened, the latest first
}

// Shared is what a share link leads to.
type Shared struct {
	Link   store.ShareLink
	Badge  store.Badge
	Person store.Person
}

// NewLink is what a share link is made of. Expires is nil for one that stays; PasswordHash a PHC string, or empty.
type NewLink struct {
	Label        string
	Expires      *time.Time
	PasswordHash string
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
		made, err := tx.CountShareLinks(ctx, person, now.Add(-linksWithin))
		if err != nil {
			return err
		}
		if made >= mostLinks {
			return ErrTooMany
		}
		if b.Visibility == store.Private {
			if err := tx.SetVisibility(ctx, person, badge, store.Link, now); err != nil {
				return err
			}
		}
		link = store.ShareLink{
			PersonID: person, BadgeID: &b.ID, Secret: strings.ToLower(rand.Text()), Label: cut(n.Label),
			ExpiresAt: n.Expires, PasswordHash: n.PasswordHash, CreatedAt: now,
		}
		return tx.CreateShareLink(ctx, &link)
	})
	return link, err
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
	if err != nil || len(found) == 0 {
		return nil, err
	}
	ids := make([]string, len(found))
	for i, l := range found {
		ids[i] = l.ID
	}
	all, err := o.store.OpensInAll(ctx, ids)
	if err != nil {
		return nil, err
	}
	links := make([]Link, len(found))
	for i, l := range found {
		links[i] = Link{ShareLink: l, Opens: all[l.ID]}
		if links[i].Opens == 0 {
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
	link, err := o.store.ShareLink(ctx, secret)
	if err != nil {
		return Shared{}, err
	}
	if link.WithdrawnAt != nil || link.ExpiresAt != nil && !now.Before(*link.ExpiresAt) || link.BadgeID == nil {
		return Shared{}, ErrEnded
	}
	badge, err := o.store.AnyBadge(ctx, *link.BadgeID)
	if err != nil {
		return Shared{}, endedOr(err)
	}
	if !MayShare(badge) {
		return Shared{}, ErrEnded
	}
	holder, err := o.store.Person(ctx, badge.PersonID)
	if err == nil {
		holder, _, err = o.holder(ctx, Viewer{PersonID: v.PersonID, byLink: true}, holder)
	}
	if err != nil {
		return Shared{}, endedOr(err)
	}
	if link.PasswordHash != "" && v.Unlocked != link.ID && v.PersonID != link.PersonID {
		return Shared{Link: link}, ErrLocked
	}
	return Shared{Link: link, Badge: badge, Person: holder}, nil
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
	counts map[string]int
}

// mostCounted bounds the links that are counted between two writings.
const mostCounted = 10_000

// Opened counts that somebody has looked at what a link shows; its maker's own looking counts for nothing.
func (o *Office) Opened(v Viewer, l store.ShareLink) {
	if v.PersonID == l.PersonID {
		return
	}
	o.opens.mu.Lock()
	defer o.opens.mu.Unlock()
	if _, known := o.opens.counts[l.ID]; known || len(o.opens.counts) < mostCounted {
		o.opens.counts[l.ID]++
	}
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
			o.opens.counts[link] += n
			o.opens.mu.Unlock()
		}
	}
	return all
}
