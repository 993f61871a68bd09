package openbadges

import (
	"crypto/ed25519"
	"errors"
	"fmt"

	"github.com/mr-tron/base58"
)

// ErrKey means that a signing key can not be made from what was given.
var ErrKey = errors.New("openbadges: not a signing key")

// Key is an Ed25519 key that signs credentials.
type Key struct{ private ed25519.PrivateKey }

// NewKey is the key that grows from a seed of 32 bytes; the same seed is the same key. The error is [ErrKey].
func NewKey(seed []byte) (Key, error) {
	if len(seed) != ed25519.SeedSize {
		return Key{}, fmt.Errorf("%w: a seed of %d bytes, not %d", ErrKey, len(seed), ed25519.SeedSize)
	}
	return Key{ed25519.NewKeyFromSeed(seed)}, nil
}

// PublicKeyMultibase is the public key as a Multikey: z, base58btc, multicodec ed25519-pub (Controlled Identifiers 1.0 §2.2.2).
func (k Key) PublicKeyMultibase() string {
	public, isEd25519 := k.private.Public().(ed25519.PublicKey)
	if !isEd25519 {
		return ""
	}
	return "z" + base58.Encode(append([]byte{0xed, 0x01}, public...))
}

// DIDKey is the identity that is nothing but this key (did:key Method §3).
func (k Key) DIDKey() string { return "did:key:" + k.PublicKeyMultibase() }

// VerificationMethod is how a proof names this key where the issuer is its [Key.DIDKey].
func (k Key) VerificationMethod() string { return k.DIDKey() + "#" + k.PublicKeyMultibase() }
