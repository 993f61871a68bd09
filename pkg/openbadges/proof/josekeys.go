package proof

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	_ "crypto/sha256" // so that crypto.SHA256 is there
	_ "crypto/sha512"
	"fmt"
	"math/big"

	"github.com/go-jose/go-jose/v4"
)

const (
	minRSABits = 2048
	maxRSABits = 8192
)

// signer is one algorithm: the keys that fit it, and how a signature is checked with one of them (RFC 7518 §3, RFC 8037 §3.1).
type signer struct {
	fits   func(crypto.PublicKey) bool
	verify func(key crypto.PublicKey, signed, signature []byte) bool
}

// signers are the algorithms that are accepted. The header names an algorithm; only the key decides whether it is used, so
// that no RSA key is ever taken for an HMAC secret.
var signers = map[string]signer{
	"RS256": {isRSA, byRSA(crypto.SHA256)}, "RS384": {isRSA, byRSA(crypto.SHA384)}, "RS512": {isRSA, byRSA(crypto.SHA512)},
	"ES256": {onCurve(elliptic.P256()), byCurve(crypto.SHA256)}, "ES384": {onCurve(elliptic.P384()), byCurve(crypto.SHA384)},
	"EdDSA": {isEdwards, byEdwards},
}

func byRSA(hash crypto.Hash) func(crypto.PublicKey, []byte, []byte) bool {
	return func(key crypto.PublicKey, signed, signature []byte) bool {
		k, ok := key.(*rsa.PublicKey)
		return ok && rsa.VerifyPKCS1v15(k, hash, digest(hash, signed), signature) == nil
	}
}

// byCurve takes r and s as numbers of the curve's size side by side (RFC 7518 §3.4).
func byCurve(hash crypto.Hash) func(crypto.PublicKey, []byte, []byte) bool {
	return func(key crypto.PublicKey, signed, signature []byte) bool {
		k, ok := key.(*ecdsa.PublicKey)
		if !ok || len(signature) != 2*((k.Curve.Params().BitSize+7)/8) {
			return false
		}
		r, s := new(big.Int).SetBytes(signature[:len(signature)/2]), new(big.Int).SetBytes(signature[len(signature)/2:])
		return ecdsa.Verify(k, digest(hash, signed), r, s)
	}
}

func byEdwards(key crypto.PublicKey, signed, signature []byte) bool {
	k, ok := key.(ed25519.PublicKey)
	return ok && len(k) == ed25519.PublicKeySize && len(signature) == ed25519.SignatureSize && verifyEdwards(k, signed, signature)
}

func digest(hash crypto.Hash, data []byte) []byte {
	h := hash.New()
	h.Write(data)
	return h.Sum(nil)
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
