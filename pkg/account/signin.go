package account

import (
	"context"
	"errors"

	"github.com/carnetbadges/carnet/store"
)

// SignIn finds the person who has proved this address theirs and whose password this is. It takes the same time whether
// the address is known or not: one question, one argon2id hash. An address that was
// claimed and never proved is answered like one nobody knows. Errors: ErrWrong, *SlowDown, ErrBusy, the store's.
func (d *Desk) SignIn(ctx context.Context, email, password string) (store.Person, error) {
	defer d.alike(ctx)()
	if canonical, ok := parseEmail(email); ok {
		email = canonical
	}
	return d.guess(ctx, keyFor(email), password, func() (store.Person, error) { return d.owner(ctx, email) })
}

// CheckPassword tells whether the password is that of the person whose claim a letter's secret speaks of (Claim). Tries
// are slowed for this claim alone, so that no stranger at the door slows its owner down. Errors as of SignIn.
func (d *Desk) CheckPassword(ctx context.Context, claimant store.Person, password string) error {
	_, err := d.guess(ctx, keyFor(claimant.ID), password, func() (store.Person, error) { return claimant, nil })
	return err
}

// guess tries a password on whoever is found, slowed down by key.
func (d *Desk) guess(ctx context.Context, key tried, password string, find func() (store.Person, error)) (store.Person, error) {
	if wait := d.guesses.take(key); wait > 0 {
		return store.Person{}, &SlowDown{After: wait}
	}
	person, err := find()
	if err == nil {
		person, err = d.opened(ctx, person, password)
	}
	switch {
	case err == nil:
		d.guesses.forget(key)
	case !errors.Is(err, ErrWrong):
		d.guesses.giveBack(key)
	}
	return person, err
}

func (d *Desk) opened(ctx context.Context, person store.Person, password string) (store.Person, error) {
	opens, err := d.hasher.opens(ctx, asTyped(password), person.PasswordHash)
	if err != nil {
		return store.Person{}, err
	}
	if !opens || person.DisabledAt != nil {
		return store.Person{}, ErrWrong
	}
	return person, d.refresh(ctx, &person, password)
}

// owner is who has proved an address theirs; when nobody has, somebody without an id, whom no password opens.
func (d *Desk) owner(ctx context.Context, email string) (store.Person, error) {
	claim, err := d.store.Owner(ctx, email)
	return claim.Person, err
}

// refresh hashes a password anew when its hash was made at another cost; busy, it waits for another time.
func (d *Desk) refresh(ctx context.Context, p *store.Person, password string) error {
	if !d.hasher.outdated(p.PasswordHash) {
		return nil
	}
	hash, err := d.hasher.hash(ctx, asTyped(password))
	if errors.Is(err, ErrBusy) {
		return nil
	}
	if err != nil {
		return err
	}
	return d.store.Tx(ctx, func(tx *store.Store) error {
		present, err := tx.Person(ctx, p.ID)
		if err != nil || present.PasswordHash != p.PasswordHash {
			return err
		}
		present.PasswordHash, present.UpdatedAt = hash, d.now()
		*p = present
		return tx.UpdatePerson(ctx, &present)
	})
}
