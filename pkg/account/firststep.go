package account

import (
	"context"
	"errors"
	"time"

	"github.com/carnetbadges/carnet/store"
)

// StepLasts is how long somebody may take from the first step into a passport to what it was taken for.
const StepLasts = 10 * time.Minute

// tokenStep stands for a first step that was taken. It is dropped with a person's sessions, since it is half of one.
const tokenStep = "first-step"

// FirstStep remembers that somebody has taken the first step into a person's passport: to sign in by a second one, or to
// join it to another. The proof is for their session to hold.
func (d *Desk) FirstStep(ctx context.Context, person string) (proof string, err error) {
	return d.issue(ctx, d.store, tokenStep, person, "", StepLasts)
}

// StillTaken tells whether the first step that a proof stands for was into this person's passport, within StepLasts, and
// nothing has ended their sessions since: a change of how they sign in, or they themselves.
func (d *Desk) StillTaken(ctx context.Context, person, proof string) (bool, error) {
	token, err := d.store.Token(ctx, tokenStep, hashed(proof), d.now())
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return err == nil && deref(token.PersonID) == person, err
}
