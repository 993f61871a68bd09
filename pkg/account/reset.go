package account

import (
	"context"
	"fmt"

	"github.com/carnetbadges/carnet/store"
)

// ForgotPassword writes the letter by which a new password can be chosen, if there is anybody to write to. The answer
// is the same either way, and both ways read and write as much: nil, *SlowDown when enough letters went to this address,
// known or not, or an error of the store's. From is the network that asks, as in Joining.
func (d *Desk) ForgotPassword(ctx context.Context, from, email, language string) error {
	defer d.alike(ctx)()
	address, ok := parseEmail(email)
	if !ok {
		return nil
	}
	if err := d.mayWrite(from, address); err != nil {
		return err
	}
	claim, err := d.store.LatestClaim(ctx, address)
	if err != nil {
		return err
	}
	return d.store.Tx(ctx, func(tx *store.Store) error {
		if claim.ID == "" || claim.DisabledAt != nil {
			return d.askNobody(ctx, tx)
		}
		return d.askToReset(ctx, tx, claim, language)
	})
}

// askToReset writes the letter to the owner of an address or, while nobody has proved it, to its latest claimant.
func (d *Desk) askToReset(ctx context.Context, tx *store.Store, claim store.Claim, language string) error {
	secret, err := d.issue(ctx, tx, tokenReset, claim.ID, claim.AddressID, resetLasts)
	if err != nil {
		return err
	}
	if language == "" {
		language = claim.Language
	}
	return post(ctx, tx, Letter{Kind: LetterReset, To: claim.Email, Language: languageOf(language), Name: claim.Name, Link: d.public + "/reset/" + secret})
}

// askNobody writes a secret that opens nothing and a letter that is not sent, so that the clock does not tell who is known.
func (d *Desk) askNobody(ctx context.Context, tx *store.Store) error {
	if _, err := d.issue(ctx, tx, tokenReset, "", "", 0); err != nil {
		return err
	}
	return post(ctx, tx, Letter{Kind: LetterNone})
}

// MayReset tells whether the secret of a letter still sets a password, and changes nothing. ErrSecret.
func (d *Desk) MayReset(ctx context.Context, secret string) error {
	_, _, err := d.resets(ctx, secret)
	return err
}

// resets is whose password the secret of a letter sets, and the address it went to; ErrSecret.
func (d *Desk) resets(ctx context.Context, secret string) (store.Person, store.Address, error) {
	token, err := d.store.Token(ctx, tokenReset, hashed(secret), d.now())
	if err != nil {
		return store.Person{}, store.Address{}, secretOr(err)
	}
	return d.claimOf(ctx, d.store, token)
}

// ResetPassword sets a new password by the secret of a letter (1 h, once). It proves the address the letter went to,
// ends every session of the person, makes their other reset letters worthless and tells them by letter. ErrSecret;
// Mistakes, which leave the secret good; ErrBusy.
func (d *Desk) ResetPassword(ctx context.Context, secret, password string) (store.Person, error) {
	person, address, err := d.resets(ctx, secret)
	if err != nil {
		return store.Person{}, err
	}
	if reason := d.passwordMistake(password, person.Name, address.Email); reason != "" {
		return store.Person{}, Mistakes{"password": reason}
	}
	hash, err := d.hasher.hash(ctx, asTyped(password))
	if err != nil {
		return store.Person{}, err
	}
	err = d.store.Tx(ctx, func(tx *store.Store) error {
		person, err = d.reset(ctx, tx, secret, hash)
		return err
	})
	if err != nil {
		return store.Person{}, fmt.Errorf("set a new password: %w", err)
	}
	d.guesses.forget(keyFor(address.Email))
	return person, nil
}

// reset is what ResetPassword writes, all of it or nothing.
func (d *Desk) reset(ctx context.Context, tx *store.Store, secret, hash string) (store.Person, error) {
	token, err := tx.UseToken(ctx, tokenReset, hashed(secret), d.now())
	if err != nil {
		return store.Person{}, secretOr(err)
	}
	person, address, err := d.claimOf(ctx, tx, token)
	if err != nil {
		return store.Person{}, err
	}
	if _, err := d.prove(ctx, tx, &person, &address); err != nil {
		return store.Person{}, err
	}
	person.PasswordHash, person.UpdatedAt = hash, d.now()
	if err := tx.UpdatePerson(ctx, &person); err != nil {
		return store.Person{}, err
	}
	return person, d.secured(ctx, tx, person, "", PasswordChanged, "")
}
