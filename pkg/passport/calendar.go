package passport

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"time"

	"github.com/carnetbadges/carnet/store"
)

// endedFor is how long a calendar still shows what has ended.
const endedFor = 366 * 24 * time.Hour

// Calendar is the secret of a person's calendar; empty while it is switched off.
func (o *Office) Calendar(ctx context.Context, person string) (secret string, err error) {
	c, err := o.store.Calendar(ctx, person)
	if errors.Is(err, ErrNotFound) {
		return "", nil
	}
	return c.Secret, err
}

// RenewCalendar gives a person's calendar a new secret, and with it switches it on; the one before opens nothing any more.
func (o *Office) RenewCalendar(ctx context.Context, person string, now time.Time) error {
	return o.store.SetCalendar(ctx, store.Calendar{PersonID: person, Secret: strings.ToLower(rand.Text()), CreatedAt: now})
}

// EndCalendar switches a person's calendar off; off already is no error.
func (o *Office) EndCalendar(ctx context.Context, person string) error {
	return o.store.DropCalendar(ctx, person)
}

// Ends are whose calendar has this secret, and which of their badges end from now on or have ended within the last year,
// whoever may see them: the secret is as good as being them for this alone. ErrNotFound where no calendar has it, and
// while its owner's passport is shut.
func (o *Office) Ends(ctx context.Context, secret string, now time.Time) (store.Person, []store.Badge, error) {
	c, err := o.store.CalendarBySecret(ctx, secret)
	if err != nil {
		return store.Person{}, nil, err
	}
	holder, _, err := o.holderOf(ctx, Viewer{PersonID: c.PersonID}, c.PersonID)
	if err != nil {
		return store.Person{}, nil, err
	}
	badges, err := o.store.BadgesEnding(ctx, holder.ID, now.Add(-endedFor))
	return holder, badges, err
}
