package account

import (
	"context"
	"errors"
	"fmt"

	"github.com/carnetbadges/carnet/store"
)

// askToConfirm writes the letter that proves an address.
func (d *Desk) askToConfirm(ctx context.Context, tx *store.Store, p store.Person, a store.Address) error {
	secret, err := d.issue(ctx, tx, tokenVerify, p.ID, a.ID, verifyLasts)
	if err != nil {
		return err
	}
	return post(ctx, tx, Letter{Kind: LetterConfirm, To: a.Email, Language: p.Language, Name: p.Name, Link: d.public + "/confirm/" + secret})
}

// Claim tells whose claim of which address a letter's secret would confirm, and changes nothing. ErrSecret.
//
// Whoever reads the letter need not be who chose the password: ask for it where the browser is not the one that
// joined, else a stranger who joined with somebody's address would share their passport.
func (d *Desk) Claim(ctx context.Context, secret string) (store.Person, store.Address, error) {
	token, err := d.store.Token(ctx, tokenVerify, hashed(secret), d.now())
	if err != nil {
		return store.Person{}, store.Address{}, secretOr(err)
	}
	return d.claimOf(ctx, d.store, token)
}

// claimOf is the person and address a token speaks of; ErrSecret when they are gone, disabled or proved already.
func (d *Desk) claimOf(ctx context.Context, from *store.Store, t store.Token) (store.Person, store.Address, error) {
	if t.PersonID == nil || t.AddressID == nil {
		return store.Person{}, store.Address{}, ErrSecret
	}
	person, err := from.Person(ctx, *t.PersonID)
	if err != nil {
		return store.Person{}, store.Address{}, secretOr(err)
	}
	address, err := from.AddressByID(ctx, person.ID, *t.AddressID)
	if err != nil {
		return store.Person{}, store.Address{}, secretOr(err)
	}
	if person.DisabledAt != nil || address.VerifiedAt != nil && (t.Kind == tokenVerify || t.Kind == tokenCode) {
		return store.Person{}, store.Address{}, ErrSecret
	}
	return person, address, nil
}

// ConfirmAddress proves an address to be its claimant's by the secret of the letter sent there (24 h, once), and lets
// in the badges that waited for it; it tells how many. ErrSecret, also when somebody else proved the address first.
//
// Call it where whoever presses the button is known to be the claimant (see Claim); ConfirmByLetter where they are not.
func (d *Desk) ConfirmAddress(ctx context.Context, secret string) (person store.Person, address store.Address, accepted int, err error) {
	return d.confirmBy(ctx, secret, d.proveClaimed)
}

// ErrOpenFirst is said where a letter alone does not do: its claimant has a passport that other addresses open, so that
// whoever reads it may be a stranger whose address was added there.
var ErrOpenFirst = errors.New("account: whoever claims this address signs in first")

// ConfirmByLetter is ConfirmAddress where nothing but the letter speaks for whoever presses the button: the sign-in
// provider by which the claimant joined opens the passport no more. ErrOpenFirst.
func (d *Desk) ConfirmByLetter(ctx context.Context, secret string) (person store.Person, address store.Address, accepted int, err error) {
	return d.confirmBy(ctx, secret, func(ctx context.Context, tx *store.Store, p *store.Person, a *store.Address) (int, error) {
		known, err := tx.AnyVerifiedAddress(ctx, p.ID)
		if err == nil && known {
			err = ErrOpenFirst
		}
		if err != nil {
			return 0, err
		}
		return d.prove(ctx, tx, p, a)
	})
}

type proving func(ctx context.Context, tx *store.Store, p *store.Person, a *store.Address) (accepted int, err error)

func (d *Desk) confirmBy(ctx context.Context, secret string, prove proving) (person store.Person, address store.Address, accepted int, err error) {
	now := d.now()
	err = d.store.Tx(ctx, func(tx *store.Store) error {
		token, err := tx.UseToken(ctx, tokenVerify, hashed(secret), now)
		if err != nil {
			return secretOr(err)
		}
		if person, address, err = d.claimOf(ctx, tx, token); err != nil {
			return err
		}
		accepted, err = d.confirm(ctx, tx, &person, &address, prove)
		return err
	})
	if err != nil {
		return store.Person{}, store.Address{}, 0, err
	}
	return person, address, accepted, nil
}

// confirm proves an address; who had another one before is told of it there, since all of them open the passport now.
func (d *Desk) confirm(ctx context.Context, tx *store.Store, p *store.Person, a *store.Address, prove proving) (accepted int, err error) {
	known, err := tx.AnyVerifiedAddress(ctx, p.ID)
	if err != nil {
		return 0, err
	}
	if accepted, err = prove(ctx, tx, p, a); err != nil || !known {
		return accepted, err
	}
	return accepted, d.told(ctx, tx, *p, AddressAdded, "")
}

// prove is proveClaimed on the word of a letter alone: the first time, what whoever joined could sign in by besides is
// dropped, since they need not be who reads the letter.
func (d *Desk) prove(ctx context.Context, tx *store.Store, p *store.Person, a *store.Address) (accepted int, err error) {
	if err := dropClaimants(ctx, tx, p.ID); err != nil {
		return 0, err
	}
	return d.proveClaimed(ctx, tx, p, a)
}

// proveClaimed marks an address as proved, accepts what waited for it and, the first time, gives its owner their handle.
func (d *Desk) proveClaimed(ctx context.Context, tx *store.Store, p *store.Person, a *store.Address) (accepted int, err error) {
	now := d.now()
	if err := tx.VerifyAddress(ctx, p.ID, a.ID, now); err != nil {
		return 0, secretOr(err)
	}
	if a.VerifiedAt == nil {
		a.VerifiedAt = &now
		if err := look(ctx, tx, p.ID, now); err != nil {
			return 0, err
		}
	}
	if err := d.takeHandle(ctx, tx, p); err != nil {
		return 0, err
	}
	return tx.AcceptPending(ctx, p.ID, a.ID, now)
}

// ResendConfirmation writes the letter for one of a person's addresses, named by its id, once more. Proved already is
// no error. *SlowDown after three letters; store.ErrNotFound when the address is not theirs.
func (d *Desk) ResendConfirmation(ctx context.Context, person, address string) error {
	claimed, err := d.store.AddressByID(ctx, person, address)
	if err != nil {
		return fmt.Errorf("send a letter again: %w", err)
	}
	if claimed.VerifiedAt != nil {
		return nil
	}
	if err := d.mayClaim(person, claimed.Email); err != nil {
		return err
	}
	return d.store.Tx(ctx, func(tx *store.Store) error {
		p, err := tx.Person(ctx, person)
		if err != nil {
			return err
		}
		known, err := tx.AnyVerifiedAddress(ctx, person)
		if err != nil {
			return err
		}
		if known {
			return d.askForMore(ctx, tx, p, claimed)
		}
		return d.askToConfirm(ctx, tx, p, claimed)
	})
}

// secretOr turns what is not there, or is somebody else's, into ErrSecret.
func secretOr(err error) error {
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrTaken) {
		return ErrSecret
	}
	return err
}
