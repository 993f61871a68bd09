package account

import (
	"cmp"
	"context"
	"errors"

	"github.com/carnetbadges/carnet/store"
)

// ErrOver is said to whoever changes how somebody signs in, from a session that has ended meanwhile.
var ErrOver = errors.New("account: this session has ended")

// secured is what follows every change of how somebody signs in (password, passkey, second factor, provider, primary or
// removed address), in the deed's own transaction: every session of theirs but the one of keepToken ends, as do first
// steps that were taken and letters under way by which somebody could still come in or set a password; the deed stands in
// their log under what and detail; and a letter says so to every address they have confirmed.
//
// What is a constant of audit.go; its sentence, log.<what> in log.json, is said in the letter as well as in the log, so
// it tells what was done and not who did it: "The password was changed." Detail is given to it as {{.Detail}}; where
// there is a sentence log.<what>.<detail>, that one is taken. KeepToken is as the cookie has it, and empty ends all.
// The person is as they are after the deed. The front door calls renew afterwards, for the session that was kept. ErrOver
// when that one has ended since whoever does this was let in: by another deed of this kind, maybe to keep them out.
func (d *Desk) secured(ctx context.Context, tx *store.Store, person store.Person, keepToken, what, detail string) error {
	if over, err := tx.SessionOver(ctx, keepToken); err != nil || over {
		return cmp.Or(err, ErrOver)
	}
	if err := tx.DropSessions(ctx, person.ID, keepToken); err != nil {
		return err
	}
	for _, kind := range []string{tokenReset, tokenStep} {
		if err := tx.DropTokens(ctx, kind, person.ID); err != nil {
			return err
		}
	}
	if err := tx.DropSignInLetters(ctx, person.ID); err != nil {
		return err
	}
	if err := d.record(ctx, tx, person.ID, what, detail); err != nil {
		return err
	}
	return d.warn(ctx, tx, person, what, detail)
}

// warn writes to every confirmed address of a person what was done to how they sign in.
func (d *Desk) warn(ctx context.Context, tx *store.Store, person store.Person, what, detail string) error {
	return d.toAll(ctx, tx, person, Letter{Kind: LetterChanged, What: what, Detail: detail})
}

// told writes down what was done to a person's account where that ends no session, and writes it to every confirmed
// address of theirs.
func (d *Desk) told(ctx context.Context, tx *store.Store, person store.Person, what, detail string) error {
	if err := d.record(ctx, tx, person.ID, what, detail); err != nil {
		return err
	}
	return d.toAll(ctx, tx, person, Letter{Kind: LetterTold, What: what, Detail: detail})
}

// toAll writes one letter to every confirmed address of a person.
func (d *Desk) toAll(ctx context.Context, tx *store.Store, person store.Person, letter Letter) error {
	addresses, err := tx.Addresses(ctx, person.ID)
	if err != nil {
		return err
	}
	for _, one := range addresses {
		if one.VerifiedAt == nil {
			continue
		}
		letter.To, letter.Language, letter.Name, letter.Link = one.Email, person.Language, person.Name, d.public+"/you"
		if err := post(ctx, tx, letter); err != nil {
			return err
		}
	}
	return nil
}
