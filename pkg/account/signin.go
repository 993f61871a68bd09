package account

import (
	"context"
	"errors"

	"github.com/carnetbadges/carnet/store"
)

// mostClaimants bounds how many unproved claims of one address are looked at.
const mostClaimants = 8

// nobody is an id no person has: looking for it costs what looking for somebody does.
const nobody = "00000000000000000000000000"

// SignIn finds the person whose address and password these are. It takes the same time whether the address is known
// or not: one question for claims, at least one for a person, one argon2id hash. While nobody has proved an address
// its claimants may sign in, each by their own password. Errors: ErrWrong, *SlowDown, ErrBusy, the store's.
func (d *Desk) SignIn(ctx context.Context, email, password string) (store.Person, error) {
	key := keyFor(email)
	if canonical, ok := parseEmail(email); ok {
		email, key = canonical, keyFor(canonical)
	}
	if wait := d.guesses.take(key); wait > 0 {
		return store.Person{}, &SlowDown{After: wait}
	}
	person, err := d.whoOpens(ctx, email, password)
	switch {
	case err == nil:
		d.guesses.forget(key)
	case !errors.Is(err, ErrWrong):
		d.guesses.giveBack(key)
	}
	return person, err
}

func (d *Desk) whoOpens(ctx context.Context, email, password string) (store.Person, error) {
	hashes, people, err := d.claimants(ctx, email)
	if err != nil {
		return store.Person{}, err
	}
	i, err := d.hasher.match(ctx, asTyped(password), hashes)
	if err != nil {
		return store.Person{}, err
	}
	if i < 0 || people[i].DisabledAt != nil {
		return store.Person{}, ErrWrong
	}
	return people[i], d.refresh(ctx, &people[i], password)
}

// claimants are the people who may mean this address, and their hashes.
func (d *Desk) claimants(ctx context.Context, email string) (hashes []string, people []store.Person, err error) {
	claims, err := d.store.SignInCandidates(ctx, email)
	if err != nil {
		return nil, nil, err
	}
	if len(claims) == 0 {
		claims = []store.Address{{PersonID: nobody}}
	}
	for _, claim := range claims[:min(len(claims), mostClaimants)] {
		person, err := d.store.Person(ctx, claim.PersonID)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, nil, err
		}
		hashes, people = append(hashes, person.PasswordHash), append(people, person)
	}
	return hashes, people, nil
}

// refresh hashes a password anew when its hash was made at another cost; busy, it waits for another time.
func (d *Desk) refresh(ctx context.Context, p *store.Person, password string) error {
	if !d.hasher.outdated(p.PasswordHash) {
		return nil
	}
	hash, err := d.hasher.hash(ctx, asTyped(password), nil)
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
