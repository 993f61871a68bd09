package did

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"

	"github.com/mr-tron/base58"
)

// maxBase58 is the longest base58 text that is decoded, for that costs the square of its length: an RSA key of 8192 bits.
const maxBase58 = 1440

// The multicodec prefixes of public keys (Controlled Identifiers 1.0 §2.2.2).
var (
	prefixEd25519 = []byte{0xed, 0x01}
	prefixP256    = []byte{0x80, 0x24}
	prefixP384    = []byte{0x81, 0x24}
	prefixRSA     = []byte{0x85, 0x24}
)

// otherKinds are keys that are known and not supported: none of the proofs that are checked here is made with them.
var otherKinds = map[[2]byte]string{
	{0x82, 0x24}: "P-521", {0xe7, 0x01}: "secp256k1", {0xec, 0x01}: "X25519", {0xeb, 0x01}: "BLS12-381", {0xea, 0x01}: "BLS12-381",
}

// DecodeMultibase reads base58btc (z) and base64url (u), the encodings Data Integrity uses. Errors: ErrMalformed.
func DecodeMultibase(text string) ([]byte, error) {
	if len(text) < 2 || text[0] == 'z' && len(text) > maxBase58 {
		return nil, fmt.Errorf("a multibase text of %d bytes: %w", len(text), ErrMalformed)
	}
	var data []byte
	err := ErrMalformed
	switch text[0] {
	case 'z':
		data, err = base58.Decode(text[1:])
	case 'u':
		data, err = DecodeBase64(text[1:])
	}
	if err != nil {
		return nil, fmt.Errorf("decoding multibase %.12q…: %w", text, ErrMalformed)
	}
	return data, nil
}

var base64url = base64.RawURLEncoding.Strict()

// DecodeBase64 reads base64url without padding (RFC 7515 §2), in its one spelling: no line breaks, no stray bits.
// Errors: ErrMalformed.
func DecodeBase64(text string) ([]byte, error) {
	data, err := base64url.DecodeString(text)
	if err != nil || strings.IndexByte(text, '\n') >= 0 || strings.IndexByte(text, '\r') >= 0 {
		return nil, fmt.Errorf("decoding base64url %.12q…: %w", text, ErrMalformed)
	}
	return data, nil
}

// DecodeMultikey reads a publicKeyMultibase of Ed25519, P-256, P-384 or RSA (PKCS #1, did:key Method §"RSA"). Errors: ErrMalformed, ErrUnsupported.
func DecodeMultikey(text string) (crypto.PublicKey, error) {
	data, err := DecodeMultibase(text)
	if err != nil {
		return nil, err
	}
	if key, ok := bytes.CutPrefix(data, prefixEd25519); ok {
		return edwards(key)
	}
	if point, ok := bytes.CutPrefix(data, prefixP256); ok {
		return curvePoint(elliptic.P256(), point)
	}
	if point, ok := bytes.CutPrefix(data, prefixP384); ok {
		return curvePoint(elliptic.P384(), point)
	}
	if pkcs1, ok := bytes.CutPrefix(data, prefixRSA); ok {
		return rsaMultikey(pkcs1)
	}
	if len(data) > 2 && otherKinds[[2]byte(data)] != "" {
		return nil, fmt.Errorf("a multikey of %s: %w", otherKinds[[2]byte(data)], ErrUnsupported)
	}
	return nil, fmt.Errorf("a multikey of another kind than Ed25519, P-256, P-384 or RSA: %w", ErrUnsupported)
}

func rsaMultikey(pkcs1 []byte) (crypto.PublicKey, error) {
	key, err := x509.ParsePKCS1PublicKey(pkcs1)
	if err != nil || key.Size() > maxRSABytes {
		return nil, fmt.Errorf("not an RSA key of at most 8192 bits: %w", ErrMalformed)
	}
	return key, nil
}

func edwards(key []byte) (crypto.PublicKey, error) {
	if len(key) != ed25519.PublicKeySize {
		return nil, fmt.Errorf("an Ed25519 key of %d bytes: %w", len(key), ErrMalformed)
	}
	return ed25519.PublicKey(key), nil
}

func curvePoint(curve elliptic.Curve, point []byte) (crypto.PublicKey, error) {
	x, y := elliptic.UnmarshalCompressed(curve, point)
	if x == nil {
		return nil, fmt.Errorf("not a point of %s: %w", curve.Params().Name, ErrMalformed)
	}
	size := coordinateSize(curve)
	return coordinates(curve, x.FillBytes(make([]byte, size)), y.FillBytes(make([]byte, size)))
}

func coordinates(curve elliptic.Curve, x, y []byte) (crypto.PublicKey, error) {
	if size := coordinateSize(curve); len(x) != size || len(y) != size {
		return nil, fmt.Errorf("coordinates of %d and %d bytes: %w", len(x), len(y), ErrMalformed)
	}
	key, err := ecdsa.ParseUncompressedPublicKey(curve, slices.Concat([]byte{4}, x, y))
	if err != nil {
		return nil, fmt.Errorf("not a point of %s: %w", curve.Params().Name, ErrMalformed)
	}
	return key, nil
}

func coordinateSize(curve elliptic.Curve) int { return (curve.Params().BitSize + 7) / 8 }

// Multikey writes an Ed25519, P-256 or P-384 key as publicKeyMultibase. Errors: ErrUnsupported.
func Multikey(key crypto.PublicKey) (string, error) {
	switch k := key.(type) {
	case ed25519.PublicKey:
		return "z" + base58.Encode(append(bytes.Clone(prefixEd25519), k...)), nil
	case *ecdsa.PublicKey:
		prefix, known := map[elliptic.Curve][]byte{elliptic.P256(): prefixP256, elliptic.P384(): prefixP384}[k.Curve]
		point, err := k.Bytes()
		if known && err == nil {
			return "z" + base58.Encode(append(bytes.Clone(prefix), compressed(point)...)), nil
		}
	}
	return "", fmt.Errorf("a multikey of a %T: %w", key, ErrUnsupported)
}

// compressed shortens an uncompressed point to its x and the parity of its y (SEC 1 §2.3.3).
func compressed(point []byte) []byte {
	size := (len(point) - 1) / 2
	return append([]byte{2 + point[len(point)-1]&1}, point[1:1+size]...)
}

// Key names a public key as did:key (did:key v0.9); its only verification method is KEY + "#" + the key's multikey.
func Key(key crypto.PublicKey) (string, error) {
	multikey, err := Multikey(key)
	return "did:key:" + multikey, err
}
