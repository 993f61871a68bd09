package account

import (
	"context"

	"github.com/carnetbadges/carnet/store"
)

// EndSession ends one of a person's sessions, by its id; store.ErrNotFound when it is not theirs or has ended.
func (d *Desk) EndSession(ctx context.Context, person, id string) error {
	return d.store.Tx(ctx, func(tx *store.Store) error {
		if err := tx.EndSession(ctx, person, id); err != nil {
			return err
		}
		return d.record(ctx, tx, person, SessionEnded, "")
	})
}

// EndSessions ends all of a person's sessions but the one of keepToken, as the cookie has it; empty ends that too.
// With them end the letters under way: whoever had one of these sessions may have asked for them.
func (d *Desk) EndSessions(ctx context.Context, person, keepToken string) error {
	return d.store.Tx(ctx, func(tx *store.Store) error {
		if _, err := tx.Person(ctx, person); err != nil { // held: no session of theirs is renewed meanwhile
			return err
		}
		if err := tx.DropSessions(ctx, person, keepToken); err != nil {
			return err
		}
		for _, kind := range []string{tokenReset, tokenVerify, tokenCode, tokenStep} {
			if err := tx.DropTokens(ctx, kind, person); err != nil {
				return err
			}
		}
		if err := tx.DropSignInLetters(ctx, person); err != nil {
			return err
		}
		return d.record(ctx, tx, person, SessionsEnded, "")
	})
}
