package account

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/carnetbadges/carnet/store"
)

const (
	// MostAddresses is how many addresses one person may have.
	MostAddresses = 20
	// UndoRemoval is how long a removed address can be taken back without another letter.
	UndoRemoval = 10 * time.Minute
)

// ErrAddressNeeded is said of an address that cannot be removed: it is the one its owner is written to, or the last they proved.
var ErrAddressNeeded = errors.New("account: this address is needed")

// AddAddress claims one more address for a person and writes the letter that proves it: with a link and with a code that
// is typed where it was asked for. Whether somebody else has proved the address theirs is not told: they get a letter
// instead, and nothing of theirs changes. From is the network that asks, as in Joining. One that is claimed already and
// not proved gets its letter again; of one that is proved, another spelling is kept where none is lost by it. Errors:
// Mistakes ("email": required, malformed, blocked, yours, too-many), *SlowDown, the store's.
func (d *Desk) AddAddress(ctx context.Context, person, from, email string) (store.Address, error) {
	defer d.alike(ctx)()
	typed, ok := parseEmail(email)
	switch {
	case strings.TrimSpace(email) == "":
		return store.Address{}, Mistakes{"email": "required"}
	case !ok:
		return store.Address{}, Mistakes{"email": "malformed"}
	}
	mine, err := d.store.Addresses(ctx, person)
	if err != nil {
		return store.Address{}, err
	}
	same := func(a store.Address) bool { return a.EmailKey == store.EmailKey(typed) }
	if i := slices.IndexFunc(mine, same); i >= 0 && mine[i].VerifiedAt != nil {
		return mine[i], d.respell(ctx, mine[i], typed)
	} else if i < 0 && len(mine) >= MostAddresses {
		return store.Address{}, Mistakes{"email": "too-many"}
	}
	if err := d.mayClaim(from, typed); err != nil {
		return store.Address{}, err
	}
	claim := store.Address{PersonID: person, Email: typed, CreatedAt: d.now()}
	err = d.store.Tx(ctx, func(tx *store.Store) error { return d.claimAndAsk(ctx, tx, &claim) })
	return claim, err
}

// respell keeps the way in which an address was typed now, since some badges are made out to that very spelling. Lower
// case is tried in any case, so only a spelling in lower case may be given up for another.
func (d *Desk) respell(ctx context.Context, known store.Address, typed string) error {
	if known.Email == typed || known.Email != strings.ToLower(known.Email) {
		return Mistakes{"email": "yours"}
	}
	return d.store.Tx(ctx, func(tx *store.Store) error {
		if err := tx.RespellAddress(ctx, known.PersonID, known.ID, typed); err != nil {
			return err
		}
		return look(ctx, tx, known.PersonID, d.now())
	})
}

// claimAndAsk keeps a claim and writes its letter. Of many at once for one person, no more are kept than may be.
func (d *Desk) claimAndAsk(ctx context.Context, tx *store.Store, claim *store.Address) error {
	if err := domainMistake(ctx, tx, claim.Email); err != nil {
		return err
	}
	person, err := tx.Person(ctx, claim.PersonID)
	if err != nil {
		return err
	}
	mine, err := tx.Addresses(ctx, person.ID)
	if err != nil {
		return err
	}
	claimed := func(a store.Address) bool { return a.EmailKey == store.EmailKey(claim.Email) }
	if i := slices.IndexFunc(mine, claimed); i >= 0 {
		*claim = mine[i]
	} else if len(mine) >= MostAddresses {
		return Mistakes{"email": "too-many"}
	} else if err := tx.AddAddress(ctx, claim); err != nil {
		return err
	}
	return d.askForMore(ctx, tx, person, *claim)
}

// askForMore writes the letter that proves one more address of somebody who has a passport already. Where somebody else
// has proved it theirs the letter says so to them, and as much is written.
func (d *Desk) askForMore(ctx context.Context, tx *store.Store, p store.Person, a store.Address) error {
	owner, err := tx.Owner(ctx, a.Email)
	if err != nil {
		return err
	}
	known := owner.ID != ""
	if err := tx.DropAddressTokens(ctx, tokenCode, a.ID); err != nil {
		return err
	}
	d.addressCodes.forget(keyFor(a.ID))
	code, err := d.issueCode(ctx, tx, p.ID, a.ID, known)
	if err != nil {
		return err
	}
	// Where it is somebody else's the secret goes into no letter, so nobody knows it; kept in the same way, it costs the same.
	secret, err := d.issue(ctx, tx, tokenVerify, p.ID, a.ID, verifyLasts)
	if err != nil {
		return err
	}
	if known {
		return d.tellHolder(ctx, tx, owner)
	}
	return post(ctx, tx, Letter{Kind: LetterAddress, To: a.Email, Language: p.Language, Name: p.Name, Link: d.public + "/confirm/" + secret, Code: code})
}

// tellHolder writes to whoever has an address that somebody else wanted to add it to a passport of theirs.
func (d *Desk) tellHolder(ctx context.Context, tx *store.Store, owner store.Claim) error {
	if owner.DisabledAt != nil {
		return post(ctx, tx, Letter{Kind: LetterNone})
	}
	return post(ctx, tx, Letter{Kind: LetterAddressHeld, To: owner.Email, Language: owner.Language, Name: owner.Name, Link: d.public + "/you/data"})
}

// issueCode keeps six digits for an address, in the place of those before, and returns them.
func (d *Desk) issueCode(ctx context.Context, tx *store.Store, person, address string, worthless bool) (string, error) {
	code, err := d.newCode()
	if err != nil {
		return "", err
	}
	now := d.now()
	token := store.Token{Hash: hashedCode(address, code), Kind: tokenCode, PersonID: &person, AddressID: &address, CreatedAt: now, ExpiresAt: now.Add(codeLasts)}
	if worthless {
		secret, err := d.newSecret()
		if err != nil {
			return "", err
		}
		token.Hash = hashed(secret)
	}
	return code, tx.CreateToken(ctx, &token)
}

// ConfirmByCode proves an address by the code of its letter, typed by the person who claims it; it tells how many badges
// waited for it. ErrSecret when it is not the code, or that ran out; *SlowDown after a few tries, until another letter is
// asked for; store.ErrNotFound when the address is not theirs. Proved already is no error.
func (d *Desk) ConfirmByCode(ctx context.Context, person, address, code string) (accepted int, err error) {
	claim, err := d.store.AddressByID(ctx, person, address)
	if err != nil || claim.VerifiedAt != nil {
		return 0, err
	}
	if wait := d.addressCodes.take(keyFor(claim.ID)); wait > 0 {
		return 0, &SlowDown{After: wait}
	}
	err = d.store.Tx(ctx, func(tx *store.Store) error {
		token, err := tx.UseToken(ctx, tokenCode, hashedCode(claim.ID, readCode(code)), d.now())
		if err != nil {
			return secretOr(err)
		}
		p, a, err := d.claimOf(ctx, tx, token)
		if err != nil {
			return err
		}
		accepted, err = d.confirm(ctx, tx, &p, &a, d.proveClaimed)
		return err
	})
	if err == nil {
		d.addressCodes.forget(keyFor(claim.ID))
	}
	return accepted, err
}

// ChoosePrimary makes one of a person's proved addresses the one they are written to. Every other session but that of
// keep ends, and all their addresses, the former one too, are told. store.ErrNotFound; chosen already is no error.
func (d *Desk) ChoosePrimary(ctx context.Context, person, address, keep string) (store.Person, error) {
	var p store.Person
	err := d.store.Tx(ctx, func(tx *store.Store) (err error) {
		if p, err = tx.Person(ctx, person); err != nil {
			return err
		}
		chosen, err := tx.AddressByID(ctx, person, address)
		if err != nil || chosen.Primary {
			return err
		}
		if err := tx.ChoosePrimary(ctx, person, address); err != nil {
			return err
		}
		return d.secured(ctx, tx, p, keep, PrimaryChanged, "")
	})
	return p, err
}

// RemoveAddress ends a person's claim of an address; the badges that were accepted by it stay theirs. Of one that was
// proved all their addresses are told, that one too, and every other session but that of keep ends. ErrAddressNeeded;
// store.ErrNotFound; removed already is no error.
func (d *Desk) RemoveAddress(ctx context.Context, person, address, keep string) (store.Person, error) {
	var p store.Person
	err := d.store.Tx(ctx, func(tx *store.Store) (err error) {
		if p, err = tx.Person(ctx, person); err != nil {
			return err
		}
		mine, err := tx.Addresses(ctx, person)
		if err != nil {
			return err
		}
		is := func(a store.Address) bool { return a.ID == address }
		i := slices.IndexFunc(mine, is)
		if i < 0 {
			removed, err := tx.RemovedAddresses(ctx, person)
			if err == nil && !slices.ContainsFunc(removed, is) {
				err = fmt.Errorf("remove an address: %w", store.ErrNotFound)
			}
			return err
		}
		proved := func(a store.Address) bool { return a.VerifiedAt != nil && a.ID != address }
		if mine[i].Primary || !slices.ContainsFunc(mine, proved) {
			return ErrAddressNeeded
		}
		if err := tx.RemoveAddress(ctx, person, address, d.now()); err != nil || mine[i].VerifiedAt == nil {
			return err
		}
		if err := d.secured(ctx, tx, p, keep, AddressRemoved, ""); err != nil {
			return err
		}
		return post(ctx, tx, Letter{ // which no letter to it could set right
			Kind: LetterChanged, What: AddressRemoved, Detail: RemovedHere, To: mine[i].Email, Language: p.Language, Name: p.Name, Link: d.public + "/you",
		})
	})
	return p, err
}

// RestoreAddress takes back, within UndoRemoval, that an address was removed. Back already is no error; store.ErrNotFound
// when it is too late; store.ErrTaken when somebody else has proved the address theirs meanwhile.
func (d *Desk) RestoreAddress(ctx context.Context, person, address string) error {
	return d.store.Tx(ctx, func(tx *store.Store) error {
		p, err := tx.Person(ctx, person)
		if err != nil {
			return err
		}
		if _, err := tx.AddressByID(ctx, person, address); !errors.Is(err, store.ErrNotFound) {
			return err
		}
		restored, err := tx.RestoreAddress(ctx, person, address, d.now().Add(-UndoRemoval))
		if err != nil || restored.VerifiedAt == nil {
			return err
		}
		return d.told(ctx, tx, p, AddressRestored, "")
	})
}

// look plans to look through the badges of a person whose addresses have changed: some may be theirs now.
func look(ctx context.Context, tx *store.Store, person string, now time.Time) error {
	return tx.Enqueue(ctx, store.MatchJobFor(person, now))
}
