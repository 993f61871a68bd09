package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/carnetbadges/carnet/store"
)

var (
	// ErrCode is said of a code that is not the app's now, is used, or is none of the recovery codes left.
	ErrCode = errors.New("account: this code does not open")
	// ErrNeeded is said when the last second factor of somebody who must have one would go.
	ErrNeeded = errors.New("account: a second factor is needed here")
)

// SecondStep is what a person is asked for after a password, a letter or a provider. A passkey is never followed by it:
// it is both at once.
type SecondStep struct {
	On       bool
	AppAt    *time.Time // since when there is an authenticator app; nil: none
	Codes    int        // recovery codes left
	Passkeys int
	Needed   bool // by the rules of the house: it cannot be turned off
}

// SecondStep tells what second step a person has.
func (d *Desk) SecondStep(ctx context.Context, person store.Person) (SecondStep, error) {
	var step SecondStep
	keys, err := d.store.Passkeys(ctx, person.ID)
	if err != nil {
		return step, err
	}
	step.Passkeys = len(keys)
	if step.Needed, err = d.needs(ctx, person); err != nil {
		return step, err
	}
	factor, err := d.store.SecondFactor(ctx, person.ID)
	if errors.Is(err, store.ErrNotFound) {
		return step, nil
	}
	if err != nil {
		return step, err
	}
	codes, err := d.store.RecoveryCodes(ctx, person.ID)
	step.On, step.AppAt, step.Codes = true, factor.AppAt, len(codes)
	return step, err
}

// AsksSecond tells whether a person has turned the second step on.
func (d *Desk) AsksSecond(ctx context.Context, person string) (bool, error) {
	_, err := d.store.SecondFactor(ctx, person)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// Lacks tells whether a person must have a second factor and has none: they may only set one up.
func (d *Desk) Lacks(ctx context.Context, person store.Person) (bool, error) {
	needs, err := d.needs(ctx, person)
	if err != nil || !needs {
		return false, err
	}
	asks, err := d.AsksSecond(ctx, person.ID)
	return err == nil && !asks, err
}

// needs tells whether the house demands a second factor of a person.
func (d *Desk) needs(ctx context.Context, person store.Person) (bool, error) {
	if person.Role != "admin" || d.adminsNeed == nil {
		return false, nil
	}
	return d.adminsNeed(ctx)
}

func (d *Desk) needed(ctx context.Context, person string) (bool, error) {
	present, err := d.store.Person(ctx, person)
	if err != nil {
		return false, err
	}
	return d.needs(ctx, present)
}

// UsePasskeysAsSecond turns the second step on for a person who has passkeys, and tells their recovery codes, once.
// On already is store.ErrTaken; without a passkey store.ErrNotFound.
func (d *Desk) UsePasskeysAsSecond(ctx context.Context, person, session string) ([]string, error) {
	codes, hashes, err := d.newCodes(ctx)
	if err != nil {
		return nil, err
	}
	err = d.store.Tx(ctx, func(tx *store.Store) error {
		present, err := tx.Person(ctx, person)
		if err != nil {
			return err
		}
		keys, err := tx.Passkeys(ctx, person)
		if err != nil {
			return err
		}
		if len(keys) == 0 {
			return store.ErrNotFound
		}
		if _, err := tx.SecondFactor(ctx, person); !errors.Is(err, store.ErrNotFound) {
			return errors.Join(err, store.ErrTaken)
		}
		if err := tx.KeepSecondFactor(ctx, &store.SecondFactor{PersonID: person, CreatedAt: d.now()}); err != nil {
			return err
		}
		return d.turnedOn(ctx, tx, present, session, "passkey", hashes)
	})
	if err != nil {
		return nil, fmt.Errorf("use passkeys as the second step: %w", err)
	}
	return codes, nil
}

func (d *Desk) turnedOn(ctx context.Context, tx *store.Store, person store.Person, session, by string, hashes []string) error {
	if err := tx.ReplaceRecoveryCodes(ctx, person.ID, hashes); err != nil {
		return err
	}
	return d.secured(ctx, tx, person, session, SecondOn, by)
}

// TurnOffSecond ends the second step of a person, with their app and their recovery codes; passkeys stay. ErrNeeded;
// store.ErrNotFound when it is not on.
func (d *Desk) TurnOffSecond(ctx context.Context, person, session string) error {
	needed, err := d.needed(ctx, person)
	if err != nil {
		return err
	}
	if needed {
		return ErrNeeded
	}
	return d.store.Tx(ctx, func(tx *store.Store) error {
		present, err := tx.Person(ctx, person)
		if err != nil {
			return err
		}
		return d.turnOff(ctx, tx, present, session)
	})
}

func (d *Desk) turnOff(ctx context.Context, tx *store.Store, person store.Person, session string) error {
	if err := tx.DropSecondFactor(ctx, person.ID); err != nil {
		return err
	}
	return d.secured(ctx, tx, person, session, SecondOff, "")
}

// offWithoutMeans turns the second step off when neither an app nor a passkey is left for it. ErrNeeded.
func (d *Desk) offWithoutMeans(ctx context.Context, tx *store.Store, person store.Person, session string, needed bool) error {
	factor, err := tx.SecondFactor(ctx, person.ID)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil || factor.AppAt != nil {
		return err
	}
	keys, err := tx.Passkeys(ctx, person.ID)
	if err != nil || len(keys) > 0 {
		return err
	}
	if needed {
		return ErrNeeded
	}
	return d.turnOff(ctx, tx, person, session)
}

// OpenSecond tells whether a code is that of a person's app now, or one of their recovery codes, and uses it up; way is
// "app" or "recovery". Tries are slowed for this person and kind of code alone: a passkey, or the other kind, is heard
// all the same. ErrCode; *SlowDown; ErrBusy.
func (d *Desk) OpenSecond(ctx context.Context, person, code string) (way string, err error) {
	way, open := "recovery", d.openByRecovery
	if isAppCode(code) {
		way, open = "app", d.openByApp
	}
	key := keyFor(way + " " + person)
	if wait := d.seconds.take(key); wait > 0 {
		return "", &SlowDown{After: wait}
	}
	err = open(ctx, person, code)
	switch {
	case err == nil:
		d.seconds.forget(key)
	case !errors.Is(err, ErrCode):
		d.seconds.giveBack(key)
	case d.seconds.count(key) == d.seconds.pace.free:
		return "", errors.Join(err, d.guessed(ctx, person))
	}
	return way, err
}

// guessed tells a person by letter that somebody who came past their password tries codes in vain.
func (d *Desk) guessed(ctx context.Context, person string) error {
	return d.store.Tx(ctx, func(tx *store.Store) error {
		present, err := tx.Person(ctx, person)
		if err != nil {
			return err
		}
		if err := d.record(ctx, tx, person, SecondGuessed, ""); err != nil {
			return err
		}
		addresses, err := tx.Addresses(ctx, person)
		if err != nil || len(addresses) == 0 {
			return err
		}
		return post(ctx, tx, Letter{Kind: LetterGuessed, To: addresses[0].Email, Language: present.Language, Name: present.Name, Link: d.public + "/forgot"})
	})
}
