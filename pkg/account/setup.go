package account

import (
	"context"
	"errors"
	"fmt"

	"github.com/carnetbadges/carnet/store"
)

// SetupSecret makes the secret by which the first administrator comes in, and drops those made before. It is not
// needed, and there is none, when there is an administrator.
func (d *Desk) SetupSecret(ctx context.Context) (secret string, needed bool, err error) {
	err = d.store.Tx(ctx, func(tx *store.Store) error {
		known, err := tx.AnyAdmin(ctx)
		if err != nil || known {
			return err
		}
		if err := tx.DropTokens(ctx, tokenSetup, ""); err != nil {
			return err
		}
		secret, err = d.issue(ctx, tx, tokenSetup, "", "", setupLasts)
		return err
	})
	if err != nil {
		return "", false, fmt.Errorf("make the first administrator's secret: %w", err)
	}
	return secret, secret != "", nil
}

// MaySetUp tells whether a secret still makes the first administrator, and changes nothing. ErrSecret.
func (d *Desk) MaySetUp(ctx context.Context, secret string) error {
	_, err := d.store.Token(ctx, tokenSetup, hashed(secret), d.now())
	return secretOr(err)
}

// Setup makes the first administrator, once. Their address is proved by letter like everybody's. ErrSecret; Mistakes,
// which leave the secret good ("email": taken when somebody has proved the address theirs, blocked for a blocked domain);
// ErrBusy. Its secret is its invitation: it works however one may join.
func (d *Desk) Setup(ctx context.Context, secret string, j Joining) (store.Person, error) {
	if err := d.MaySetUp(ctx, secret); err != nil {
		return store.Person{}, err
	}
	j, mistakes := claimed(j)
	// Not without a password: whoever has the address, if it was mistyped, would be let in by the letter that confirms it.
	if reason := d.passwordMistake(j.Password, j.Name, j.Email); reason != "" {
		mistakes["password"] = reason
	}
	if err := mistakes.orNil(); err != nil {
		return store.Person{}, err
	}
	_, err := d.store.VerifiedAddress(ctx, j.Email)
	if err == nil {
		return store.Person{}, Mistakes{"email": "taken"}
	}
	if !errors.Is(err, store.ErrNotFound) {
		return store.Person{}, err
	}
	hash, err := d.hasher.hash(ctx, asTyped(j.Password))
	if err != nil {
		return store.Person{}, err
	}
	var person store.Person
	err = d.store.Tx(ctx, func(tx *store.Store) error {
		person, err = d.firstAdmin(ctx, tx, secret, j, hash)
		return err
	})
	if err != nil {
		return store.Person{}, err
	}
	return person, nil
}

func (d *Desk) firstAdmin(ctx context.Context, tx *store.Store, secret string, j Joining, hash string) (store.Person, error) {
	if _, err := tx.UseToken(ctx, tokenSetup, hashed(secret), d.now()); err != nil {
		return store.Person{}, secretOr(err)
	}
	known, err := tx.AnyAdmin(ctx)
	if err != nil {
		return store.Person{}, err
	}
	if known {
		return store.Person{}, ErrSecret
	}
	if err := domainMistake(ctx, tx, j.Email); err != nil {
		return store.Person{}, err
	}
	person, err := d.admit(ctx, tx, j, hash, "admin")
	if err != nil {
		return store.Person{}, err
	}
	return person, d.takeHandle(ctx, tx, &person)
}
