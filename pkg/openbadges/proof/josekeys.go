package proof

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"fmt"
	"maps"

	"github.com/go-jose/go-jose/v4"
)

const (
	minRSABits = 2048
	maxRSABits = 8192
)

// signers are the algorithms that are accepted, each with the keys that fit it. The header names an algorithm; only the
// key decides whether it is used, so that no RSA key is ever taken for an HMAC secret.
var signers = map[string]func(crypto.PublicKey) bool{
	"RS256": isRSA, "RS384": isRSA, "RS512": isRSA,
	"ES256": onCurve(elliptic.P256()), "ES384": onCurve(elliptic.P384()),
	"EdDSA": isEdwards,
}

func algorithms() []jose.SignatureAlgorithm {
	var all []jose.SignatureAlgorithm
	for name := range maps.Keys(signers) {
		all = append(all, jose.SignatureAlgorithm(name))
	}
	return all
}

func isRSA(key crypto.PublicKey) bool {
	k, ok := key.(*rsa.PublicKey)
	return ok && k != nil && k.N != nil && k.N.BitLen() >= minRSABits && k.N.BitLen() <= maxRSABits && k.E > 1 && k.E&1 == 1
}

func onCurve(curve elliptic.Curve) func(crypto.PublicKey) bool {
	return func(key crypto.PublicKey) bool {
		k, ok := key.(*ecdsa.PublicKey)
		return ok && k != nil && k.Curve == curve
	}
}

func isEdwards(key crypto.PublicKey) bool {
	k, ok := key.(ed25519.PublicKey)
	return ok && len(k) == ed25519.PublicKeySize
}

// SignRS256 makes a compact JWS with RSASSA-PKCS1-v1_5 and SHA-256; kid and typ are left out when empty.
// Errors: ErrKeyType for a key below 2048 bits.
func SignRS256(payload []byte, key *rsa.PrivateKey, kid, typ string) ([]byte, error) {
	if key == nil || !isRSA(&key.PublicKey) {
		return nil, fmt.Errorf("signing with RSA: %w", ErrKeyType)
	}
	return signJWS(payload, jose.RS256, key, kid, typ)
}

// SignEdDSA makes a compact JWS with Ed25519 (RFC 8037 §3.1); kid and typ are left out when empty.
// The same input yields the same bytes.
func SignEdDSA(payload []byte, key ed25519.PrivateKey, kid, typ string) ([]byte, error) {
	if len(key) != ed25519.PrivateKeySize {
		return nil, fmt.Errorf("signing with Ed25519: %w", ErrKeyType)
	}
	return signJWS(payload, jose.EdDSA, key, kid, typ)
}

func signJWS(payload []byte, algorithm jose.SignatureAlgorithm, key any, kid, typ string) ([]byte, error) {
	options := &jose.SignerOptions{}
	if kid != "" {
		options.WithHeader(jose.HeaderKey("kid"), kid)
	}
	if typ != "" {
		options.WithType(jose.ContentType(typ))
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: key}, options)
	if err != nil {
		return nil, fmt.Errorf("signing a JWS: %w", err)
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		return nil, fmt.Errorf("signing a JWS: %w", err)
	}
	compact, err := signed.CompactSerialize()
	return []byte(compact), err
}
