package providertest

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"testing"
)

// Key signs tokens with RS256, and in every way one must not.
type Key struct{ private *rsa.PrivateKey }

// NewKey makes a key.
func NewKey(t testing.TB) *Key {
	t.Helper()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return &Key{private}
}

// Sign is a compact JWS of claims under a header, signed by RS256 whatever the header says.
func (k *Key) Sign(header, claims map[string]any) string {
	input := Part(header) + "." + Part(claims)
	sum := sha256.Sum256([]byte(input))
	signature, err := rsa.SignPKCS1v15(rand.Reader, k.private, crypto.SHA256, sum[:])
	if err != nil {
		panic(err)
	}
	return input + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// SignWithPublic is a token signed by HS256 with this key's public half as the shared secret: as PEM's bytes (DER), or as
// the modulus a set of keys shows.
func (k *Key) SignWithPublic(header, claims map[string]any, der bool) string {
	secret := []byte(base64.RawURLEncoding.EncodeToString(k.private.N.Bytes()))
	if der {
		secret, _ = x509.MarshalPKIXPublicKey(&k.private.PublicKey)
	}
	input := Part(header) + "." + Part(claims)
	sum := hmac.New(sha256.New, secret)
	sum.Write([]byte(input))
	return input + "." + base64.RawURLEncoding.EncodeToString(sum.Sum(nil))
}

// Part is a part of a token.
func Part(of map[string]any) string {
	text, err := json.Marshal(of)
	if err != nil {
		panic(err)
	}
	return base64.RawURLEncoding.EncodeToString(text)
}

func (k *Key) public(id string) map[string]any {
	return map[string]any{
		"kty": "RSA", "use": "sig", "alg": "RS256", "kid": id,
		"n": base64.RawURLEncoding.EncodeToString(k.private.N.Bytes()),
		"e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(k.private.E)).Bytes()),
	}
}

// Public is the key as a set of keys shows it, for tokens that bring their own (jwk).
func (k *Key) Public(id string) map[string]any { return k.public(id) }
