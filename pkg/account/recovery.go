package account

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/carnetbadges/carnet/store"
)

const (
	recoveryCodes  = 10
	recoveryLength = 16 // characters of 5 bits: 80 bits, too many to guess and few enough to type
	crockford      = "0123456789abcdefghjkmnpqrstvwxyz"
	longestCode    = 64 // bytes typed as a code
)

// newCodes makes ten recovery codes and their hashes: argon2id as for passwords, all with one salt, so that a code is
// sought among ten for the price of one.
func (d *Desk) newCodes(ctx context.Context) (codes, hashes []string, err error) {
	salt := make([]byte, saltLength)
	if _, err := io.ReadFull(d.random, salt); err != nil {
		return nil, nil, fmt.Errorf("make a salt: %w", err)
	}
	for range recoveryCodes {
		random := make([]byte, recoveryLength)
		if _, err := io.ReadFull(d.random, random); err != nil {
			return nil, nil, fmt.Errorf("make a recovery code: %w", err)
		}
		for i, b := range random {
			random[i] = crockford[b%32]
		}
		p := phc{cost: d.hasher.cost, salt: salt}
		if p.key, err = d.hasher.derive(ctx, string(random), p); err != nil {
			return nil, nil, err
		}
		codes, hashes = append(codes, grouped(string(random))), append(hashes, p.String())
	}
	return codes, hashes, nil
}

// grouped sets a code in fours, as it is read aloud.
func grouped(code string) string {
	var groups []string
	for ; len(code) > 4; code = code[4:] {
		groups = append(groups, code[:4])
	}
	return strings.Join(append(groups, code), "-")
}

// bare is a code without what people put between its characters.
func bare(code string) string {
	if len(code) > longestCode {
		return ""
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) {
			return -1
		}
		return r
	}, code)
}

// alike reads the letters that look like digits as those (Crockford's base 32 has no other use for them).
var alike = strings.NewReplacer("o", "0", "i", "1", "l", "1")

// openByRecovery uses up one of a person's recovery codes: a device is lost, so every session ends and a letter tells;
// ErrCode. It derives one key, also where there are no codes.
func (d *Desk) openByRecovery(ctx context.Context, person, code string) error {
	codes, err := d.store.RecoveryCodes(ctx, person)
	if err != nil {
		return err
	}
	like := phc{cost: d.hasher.cost, salt: make([]byte, saltLength)}
	if len(codes) > 0 {
		if like, err = parsePHC(codes[0].Hash); err != nil {
			return fmt.Errorf("read a recovery code's hash: %w", err)
		}
	}
	key, err := d.hasher.derive(ctx, alike.Replace(strings.ToLower(bare(code))), like)
	if err != nil {
		return err
	}
	for _, one := range codes {
		if kept, err := parsePHC(one.Hash); err == nil && subtle.ConstantTimeCompare(kept.key, key) == 1 {
			return d.spend(ctx, person, one.ID, len(codes)-1)
		}
	}
	return ErrCode
}

// spend uses up a recovery code: of many tries at once one is heard.
func (d *Desk) spend(ctx context.Context, person, id string, left int) error {
	err := d.store.Tx(ctx, func(tx *store.Store) error {
		present, err := tx.Person(ctx, person)
		if err != nil {
			return err
		}
		if err := tx.UseRecoveryCode(ctx, person, id, d.now()); err != nil {
			return err
		}
		return d.secured(ctx, tx, present, "", RecoveryUsed, fmt.Sprint(left))
	})
	if errors.Is(err, store.ErrNotFound) {
		return ErrCode
	}
	return err
}

// RenewCodes makes a person ten new recovery codes in place of those there were, and tells them, once. The other
// sessions end and a letter is written. store.ErrNotFound when their second step is off.
func (d *Desk) RenewCodes(ctx context.Context, person, session string) ([]string, error) {
	codes, hashes, err := d.newCodes(ctx)
	if err != nil {
		return nil, err
	}
	err = d.store.Tx(ctx, func(tx *store.Store) error {
		present, err := tx.Person(ctx, person)
		if err != nil {
			return err
		}
		if _, err := tx.SecondFactor(ctx, person); err != nil {
			return err
		}
		if err := tx.ReplaceRecoveryCodes(ctx, person, hashes); err != nil {
			return err
		}
		return d.secured(ctx, tx, present, session, RecoveryRenewed, "")
	})
	if err != nil {
		return nil, fmt.Errorf("make new recovery codes: %w", err)
	}
	return codes, nil
}
