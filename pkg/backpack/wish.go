package backpack

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"

	"github.com/carnetbadges/carnet/store"
)

// How often somebody wants letters about their badges.
const (
	LettersDaily = "daily"
	LettersNever = "never"
)

// ErrWish is said of a wish for letters that nobody can have, and of a secret that speaks of none.
var ErrWish = errors.New("backpack: no such wish")

// Wish is what a person wishes about letters of their badges: LettersDaily until they say otherwise.
func (b *Backpack) Wish(ctx context.Context, person string) (string, error) {
	wish, err := b.store.LetterWish(ctx, person)
	if errors.Is(err, store.ErrNotFound) {
		return LettersDaily, nil
	}
	return wish.Badges, err
}

// SetWish keeps what a person wishes. ErrWish.
func (b *Backpack) SetWish(ctx context.Context, person, badges string) error {
	if !slices.Contains([]string{LettersDaily, LettersNever}, badges) {
		return ErrWish
	}
	return b.store.Tx(ctx, func(tx *store.Store) error {
		if _, err := beginWish(ctx, tx, person); err != nil {
			return err
		}
		return tx.SetLetterWish(ctx, person, badges)
	})
}

// WishBySecret is what the person wishes whose letters carry this secret. ErrWish.
func (b *Backpack) WishBySecret(ctx context.Context, secret string) (string, error) {
	wish, err := b.store.LetterWishBySecret(ctx, secret)
	if errors.Is(err, store.ErrNotFound) {
		return "", ErrWish
	}
	return wish.Badges, err
}

// Unsubscribe ends the letters about badges by the secret that they carry, for whoever has it: it is worth nothing else,
// and no harm is done by ending them twice. ErrWish.
func (b *Backpack) Unsubscribe(ctx context.Context, secret string) error {
	wish, err := b.store.LetterWishBySecret(ctx, secret)
	if errors.Is(err, store.ErrNotFound) {
		return ErrWish
	}
	if err != nil {
		return err
	}
	return b.store.SetLetterWish(ctx, wish.PersonID, LettersNever)
}

// beginWish is a person's wish, with the secret their letters carry; it is made where there is none.
func beginWish(ctx context.Context, tx *store.Store, person string) (store.LetterWish, error) {
	wish, err := tx.LetterWish(ctx, person)
	if !errors.Is(err, store.ErrNotFound) {
		return wish, err
	}
	secret := make([]byte, 32)
	if _, err := rand.Read(secret); err != nil {
		return store.LetterWish{}, fmt.Errorf("make a secret: %w", err)
	}
	begun := store.LetterWish{PersonID: person, Secret: base64.RawURLEncoding.EncodeToString(secret), Badges: LettersDaily}
	if err := tx.BeginLetterWish(ctx, begun); err != nil {
		return store.LetterWish{}, err
	}
	return tx.LetterWish(ctx, person)
}
