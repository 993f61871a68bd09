package account

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"time"

	"github.com/carnetbadges/carnet/store"
)

// The kinds of tokens and how long their letters are good.
const (
	tokenVerify = "verify"
	tokenReset  = "reset"
	tokenSetup  = "setup"
	tokenCode   = "address-code"

	verifyLasts = 24 * time.Hour
	resetLasts  = time.Hour
	codeLasts   = time.Hour
	setupLasts  = 100 * 365 * 24 * time.Hour // until used, or until the next start
)

// newSecret is 32 random bytes in base64url: 43 characters.
func (d *Desk) newSecret() (string, error) {
	secret := make([]byte, 32)
	if _, err := io.ReadFull(d.random, secret); err != nil {
		return "", fmt.Errorf("make a secret: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(secret), nil
}

// hashed is the only form in which a secret is kept.
func hashed(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// issue keeps a new token and returns its secret. Empty ids mean that the token is nobody's.
func (d *Desk) issue(ctx context.Context, tx *store.Store, kind, person, address string, lasts time.Duration) (string, error) {
	secret, err := d.newSecret()
	if err != nil {
		return "", err
	}
	now := d.now()
	token := store.Token{Hash: hashed(secret), Kind: kind, PersonID: orNone(person), AddressID: orNone(address), CreatedAt: now, ExpiresAt: now.Add(lasts)}
	return secret, tx.CreateToken(ctx, &token)
}

func orNone(id string) *string {
	if id == "" {
		return nil
	}
	return &id
}
