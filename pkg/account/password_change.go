package account

import (
	"context"
	"errors"
	"fmt"

	"github.com/carnetbadges/carnet/store"
)

// ErrLastWay is said of the only way by which somebody can sign in: it stays.
var ErrLastWay = errors.New("account: there is no other way to sign in")

// SetPassword gives a person a password, or another one, and follows it as secured does, sparing the session of
// keepToken. Whoever calls has made sure that it is this person who asks: by their present password, or just now by
// another way. Mistakes; ErrBusy.
func (d *Desk) SetPassword(ctx context.Context, person, keepToken, password string) (store.Person, error) {
	p, err := d.store.Person(ctx, person)
	if err != nil {
		return store.Person{}, fmt.Errorf("set a password: %w", err)
	}
	addresses, err := d.store.Addresses(ctx, person)
	if err != nil {
		return store.Person{}, err
	}
	email := ""
	if len(addresses) > 0 {
		email = addresses[0].Email
	}
	if reason := d.passwordMistake(password, p.Name, email); reason != "" {
		return store.Person{}, Mistakes{"password": reason}
	}
	hash, err := d.hasher.hash(ctx, asTyped(password))
	if err != nil {
		return store.Person{}, err
	}
	return d.keepPassword(ctx, person, keepToken, hash)
}

// RemovePassword takes a person's password away: from now on they sign in by letter or by what else they have. Otherwise
// as SetPassword. None there is no error; ErrLastWay where there is no other, since no letter could go to them either.
func (d *Desk) RemovePassword(ctx context.Context, person, keepToken string) (store.Person, error) {
	return d.keepPassword(ctx, person, keepToken, "")
}

// keepPassword writes a hash, or none, in the place of what there was, and all that follows.
func (d *Desk) keepPassword(ctx context.Context, person, keepToken, hash string) (p store.Person, err error) {
	err = d.store.Tx(ctx, func(tx *store.Store) error {
		if p, err = tx.Person(ctx, person); err != nil {
			return err
		}
		what := whatBecame(p.PasswordHash, hash)
		if what == "" {
			return nil
		}
		p.PasswordHash, p.UpdatedAt = hash, d.now()
		remains, err := waysRemain(ctx, tx, p)
		if err != nil {
			return err
		}
		if !remains {
			return ErrLastWay
		}
		if err := tx.UpdatePerson(ctx, &p); err != nil {
			return err
		}
		return d.secured(ctx, tx, p, keepToken, what, "")
	})
	if err != nil {
		return store.Person{}, fmt.Errorf("keep a password: %w", err)
	}
	return p, nil
}

// whatBecame is the word for going from one hash to another; empty when there is nothing to do.
func whatBecame(before, after string) string {
	switch {
	case before == after:
		return ""
	case before == "":
		return PasswordSet
	case after == "":
		return PasswordRemoved
	}
	return PasswordChanged
}
