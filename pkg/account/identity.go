package account

import (
	"context"
	"errors"
	"fmt"

	"github.com/carnetbadges/carnet/store"
)

// Identity is who somebody is to a sign-in provider, as the front door has verified it. Issuer and Subject are all that
// tells one from another: never an e-mail address, which providers let people change and some let them invent.
type Identity struct {
	Provider string // the word for the provider in this house's settings, such as "google"
	Title    string // what the provider is called, such as "Google"
	Issuer   string // who vouches: an https address
	Subject  string // whom they mean
	Account  string // what the account is called there; for showing only
}

// SignInBy finds the person an identity belongs to. ErrStranger when it is nobody's; ErrUnproved, with the person, when
// they have not proved an address yet: that browser is the claimant's, and no more; ErrWrong when they are disabled.
func (d *Desk) SignInBy(ctx context.Context, i Identity) (store.Person, error) {
	linked, err := d.store.IdentityOf(ctx, i.Issuer, i.Subject)
	if err != nil {
		return store.Person{}, strangerOr(err)
	}
	person, err := d.store.Person(ctx, linked.PersonID)
	if err != nil {
		return store.Person{}, strangerOr(err)
	}
	if person.DisabledAt != nil {
		return store.Person{}, ErrWrong
	}
	proved, err := d.store.AnyVerifiedAddress(ctx, person.ID)
	if err != nil {
		return store.Person{}, err
	}
	if !proved {
		return person, ErrUnproved
	}
	return person, strangerOr(d.store.UseIdentity(ctx, linked.ID, i.Account, d.now()))
}

// JoinBy makes a passport without a password, which an identity opens once the letter to its address is answered.
// Whatever the provider says of the address, it is proved like everybody's. Answers and errors are those of Join;
// store.ErrTaken when somebody has proved the identity theirs meanwhile.
func (d *Desk) JoinBy(ctx context.Context, i Identity, j Joining) (store.Person, error) {
	defer d.alike(ctx)()
	j, mistakes := claimed(j)
	if len(mistakes) > 0 {
		return store.Person{}, mistakes
	}
	if err := d.mayClaim(j.From, j.Email); err != nil {
		return store.Person{}, err
	}
	var person store.Person
	err := d.store.Tx(ctx, func(tx *store.Store) error {
		if err := d.letJoin(ctx, tx, j.Email, j.Invitation); err != nil {
			return err
		}
		owner, err := tx.Owner(ctx, j.Email)
		if err != nil {
			return err
		}
		if owner.ID != "" {
			return d.admitNobody(ctx, tx, j, "", owner)
		}
		if person, err = d.admit(ctx, tx, j, "", "member"); err != nil {
			return err
		}
		return d.attach(ctx, tx, person.ID, i)
	})
	if err != nil {
		return store.Person{}, fmt.Errorf("join by a provider: %w", err)
	}
	if person.ID == "" {
		return store.Person{}, ErrAlreadyHere
	}
	return person, nil
}

// LinkIdentity makes an identity a way of signing in as a person, who has just shown again that it is them. Linked
// already is no error. It ends their other sessions, writes the log and a letter; keepToken is their session's here.
// store.ErrTaken when it is somebody else's.
func (d *Desk) LinkIdentity(ctx context.Context, person string, i Identity, keepToken string) error {
	return d.store.Tx(ctx, func(tx *store.Store) error {
		p, err := tx.Person(ctx, person)
		if err != nil {
			return fmt.Errorf("link an identity: %w", err)
		}
		linked, err := tx.IdentityOf(ctx, i.Issuer, i.Subject)
		if err == nil && linked.PersonID == person {
			return nil
		}
		if err := d.attach(ctx, tx, person, i); err != nil {
			return err
		}
		return d.secured(ctx, tx, p, keepToken, ProviderLinked, i.Title)
	})
}

// UnlinkIdentity takes one of a person's ways of signing in away, if another remains; else ErrLastWay. Title is what its
// provider is called; all else as in LinkIdentity. store.ErrNotFound when the identity is not theirs.
func (d *Desk) UnlinkIdentity(ctx context.Context, person, id, title, keepToken string) error {
	return d.store.Tx(ctx, func(tx *store.Store) error {
		p, err := tx.Person(ctx, person)
		if err != nil {
			return fmt.Errorf("unlink an identity: %w", err)
		}
		if err := tx.DropIdentity(ctx, person, id); err != nil {
			return err
		}
		remains, err := waysRemain(ctx, tx, p)
		if err != nil {
			return err
		}
		if !remains {
			return ErrLastWay
		}
		return d.secured(ctx, tx, p, keepToken, ProviderUnlinked, title)
	})
}

// waysRemain tells whether a person can still sign in: by a password, by another provider, or by a letter to an address
// they have proved.
func waysRemain(ctx context.Context, tx *store.Store, p store.Person) (bool, error) {
	if p.PasswordHash != "" {
		return true, nil
	}
	others, err := tx.Identities(ctx, p.ID)
	if err != nil || len(others) > 0 {
		return len(others) > 0, err
	}
	return tx.AnyVerifiedAddress(ctx, p.ID)
}

// attach keeps an identity as a person's. It takes it from a passport whose address nobody has proved, since that is no
// more than a claim; store.ErrTaken when it is anybody's else.
func (d *Desk) attach(ctx context.Context, tx *store.Store, person string, i Identity) error {
	linked, err := tx.IdentityOf(ctx, i.Issuer, i.Subject)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if err == nil {
		proved, err := tx.AnyVerifiedAddress(ctx, linked.PersonID)
		if err != nil {
			return err
		}
		if proved {
			return fmt.Errorf("link an identity: %w", store.ErrTaken)
		}
		if err := tx.DropIdentity(ctx, linked.PersonID, linked.ID); err != nil {
			return err
		}
	}
	now := d.now()
	return tx.AddIdentity(ctx, &store.Identity{
		PersonID: person, Provider: i.Provider, Issuer: i.Issuer, Subject: i.Subject, Account: i.Account, LinkedAt: now, LastUsedAt: now,
	})
}

// dropClaimants drops the identities of a person who has not proved an address yet.
func dropClaimants(ctx context.Context, tx *store.Store, person string) error {
	proved, err := tx.AnyVerifiedAddress(ctx, person)
	if err != nil || proved {
		return err
	}
	linked, err := tx.Identities(ctx, person)
	if err != nil {
		return err
	}
	for _, one := range linked {
		if err := tx.DropIdentity(ctx, person, one.ID); err != nil {
			return err
		}
	}
	return nil
}

func strangerOr(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return ErrStranger
	}
	return err
}
