package backpack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/store"
)

// matchedAtOnce is how many badges of one person are loaded at a time while they are looked through.
const matchedAtOnce = 100

// Match does a store.MatchJob: it looks through a person's badges that wait, or were found to be somebody else's, and has
// those verified again that name an address they have proved, which lets them in and writes down what is found now. Whose a badge
// is counts as always: by the addresses proved, in the letter case given and in lower case, hashed or not.
func (b *Backpack) Match(ctx context.Context, payload []byte) error {
	var job store.Matching
	if err := json.Unmarshal(payload, &job); err != nil {
		return fmt.Errorf("read whose badges are to be looked through: %w", err)
	}
	last := ""
	for {
		ids, err := b.store.Unmatched(ctx, job.Person, last, matchedAtOnce)
		if err != nil {
			return err
		}
		if len(ids) == 0 {
			return b.tryNotYours(ctx, job.Person)
		}
		for _, id := range ids {
			if err := b.matchOne(ctx, job.Person, id); err != nil {
				return err
			}
		}
		last = ids[len(ids)-1]
	}
}

// matchOne has a badge verified again if it names an address its holder has proved.
func (b *Backpack) matchOne(ctx context.Context, person, id string) error {
	badge, err := b.store.Badge(ctx, person, id)
	if err != nil {
		return goneIsDone(err)
	}
	w, err := b.wallet(ctx, person)
	if err != nil {
		return err
	}
	credential, err := openbadges.Read(ctx, badge.Document, b.fetch)
	var none *openbadges.NotBadge
	if errors.As(err, &none) {
		return nil // what can no longer be read stays as it is
	}
	if err != nil {
		return fmt.Errorf("read a badge again: %w", err)
	}
	if _, theirs := w.by(credential.Badge.Recipient); !theirs {
		return nil
	}
	now := b.now()
	return enqueue(ctx, b.store, badge, now, now, badge.ID+":match:"+now.UTC().Format(time.RFC3339Nano))
}

// letInByName accepts a badge that waits and was just found to name an address that is proved, whichever it waits for.
func (b *Backpack) letInByName(ctx context.Context, tx *store.Store, w wallet, badge *store.Badge, r openbadges.Recipient) error {
	if badge.State != store.Pending {
		return nil
	}
	proved, theirs := w.by(r)
	if !theirs {
		return nil // it waits on
	}
	if err := tx.AcceptBadge(ctx, badge.PersonID, badge.ID, proved.ID, b.now()); err != nil {
		return err
	}
	badge.State, badge.AddressID = store.Accepted, &proved.ID
	return nil
}
