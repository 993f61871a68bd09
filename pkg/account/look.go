package account

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/carnetbadges/carnet/store"
)

// LookingLasts is how long an administrator may look as somebody else, from the moment they gave their reason.
const LookingLasts = 30 * time.Minute

// ErrNoLooking is said of looking as somebody whom nobody may look as: another administrator, oneself, a disabled
// account or one that is leaving; or without a reason.
var ErrNoLooking = errors.New("account: nobody may look as this person")

// Reasons are why an administrator may look as somebody else. They stand in the person's own log, so they are words that
// have a sentence in every language.
func Reasons() []string { return []string{"asked", "broken", "reported", "law"} }

// LookAs lets an administrator see and do what a person could (what else the front door leaves out), and tells the person:
// in their log, with who and why, and by letter to every confirmed address. ErrNoLooking.
func (d *Desk) LookAs(ctx context.Context, admin store.Person, person, reason string) (store.Person, error) {
	var seen store.Person
	err := d.store.Tx(ctx, func(tx *store.Store) error {
		var err error
		if seen, err = tx.Person(ctx, person); err != nil {
			return err
		}
		if !MayLook(admin, seen) || !slices.Contains(Reasons(), reason) {
			return ErrNoLooking
		}
		if err := d.note(ctx, tx, admin.ID, person, LookedAs, reason); err != nil {
			return err
		}
		return d.tellLooked(ctx, tx, admin, seen, reason)
	})
	return seen, err
}

func (d *Desk) tellLooked(ctx context.Context, tx *store.Store, admin, seen store.Person, reason string) error {
	addresses, err := tx.Addresses(ctx, seen.ID)
	if err != nil {
		return err
	}
	for _, one := range addresses {
		if one.VerifiedAt == nil {
			continue
		}
		letter := Letter{Kind: LetterLooked, To: one.Email, Language: seen.Language, Name: seen.Name, Link: d.public + "/you/log", Detail: reason, By: admin.Name}
		if err := post(ctx, tx, letter); err != nil {
			return err
		}
	}
	return nil
}

// MayLook tells whether an administrator may look as a person, now: asked again for every page.
func MayLook(admin, person store.Person) bool {
	return admin.Role == "admin" && admin.DisabledAt == nil && person.Role == "member" && person.DisabledAt == nil && person.LeavingAt == nil && admin.ID != person.ID
}

// DidAs writes down in a person's log, under a word such as "deleted", what an administrator did while looking as them.
func (d *Desk) DidAs(ctx context.Context, admin, person, word string) error {
	return d.note(ctx, d.store, admin, person, DoneAs, word)
}

// StopLooking writes down that an administrator no longer looks as a person; gone meanwhile is no error.
func (d *Desk) StopLooking(ctx context.Context, admin, person string) error {
	return d.store.Tx(ctx, func(tx *store.Store) error {
		if _, err := tx.Person(ctx, person); err != nil {
			if errors.Is(err, store.ErrNotFound) {
				return nil
			}
			return err
		}
		return d.note(ctx, tx, admin, person, LookEnded, "")
	})
}
