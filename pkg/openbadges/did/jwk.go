package did

import (
	"crypto"
	"crypto/elliptic"
	"crypto/rsa"
	"fmt"
	"math/big"

	"github.com/carnetbadges/carnet/pkg/openbadges/strict"
)

// maxRSABytes bounds the cost of checking a signature: 8192 bits.
const maxRSABytes = 1024

// DecodeJWK reads a public JSON Web Key (RFC 7517) decoded by strict.Decode: OKP Ed25519, EC P-256 and P-384, RSA.
// A key that shows its private part is refused. Errors: ErrMalformed, ErrUnsupported.
func DecodeJWK(jwk map[string]any) (crypto.PublicKey, error) {
	if _, private := jwk["d"]; private {
		return nil, fmt.Errorf("a JWK that shows its private part: %w", ErrMalformed)
	}
	kind, _ := jwk["kty"].(string)
	curve, _ := jwk["crv"].(string)
	switch {
	case kind == "OKP" && curve == "Ed25519":
		key, err := member(jwk, "x")
		if err != nil {
			return nil, err
		}
		return edwards(key)
	case kind == "EC" && curve == "P-256":
		return point(jwk, elliptic.P256())
	case kind == "EC" && curve == "P-384":
		return point(jwk, elliptic.P384())
	case kind == "RSA":
		return rsaKey(jwk)
	}
	return nil, fmt.Errorf("a JWK of kind %.20q %.20q: %w", kind, curve, ErrUnsupported)
}

func decodeJWK(data []byte) (crypto.PublicKey, error) {
	value, err := strict.Decode(data)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	jwk, ok := value.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("a JWK that is no object: %w", ErrMalformed)
	}
	return DecodeJWK(jwk)
}

func member(jwk map[string]any, name string) ([]byte, error) {
	text, _ := jwk[name].(string)
	data, err := DecodeBase64(text)
	if err != nil || len(data) == 0 {
		return nil, fmt.Errorf("member %q of a JWK: %w", name, ErrMalformed)
	}
	return data, nil
}

func point(jwk map[string]any, curve elliptic.Curve) (crypto.PublicKey, error) {
	x, err := member(jwk, "x")
	if err != nil {
		return nil, err
	}
	y, err := member(jwk, "y")
	if err != nil {
		return nil, err
	}
	return coordinates(curve, x, y)
}

func rsaKey(jwk map[string]any) (crypto.PublicKey, error) {
	n, err := member(jwk, "n")
	if err != nil {
		return nil, err
	}
	e, err := member(jwk, "e")
	if err != nil {
		return nil, err
	}
	if len(n) > maxRSABytes || len(e) > 4 {
		return nil, fmt.Errorf("an RSA key beyond 8192 bits: %w", ErrMalformed)
	}
	return &rsa.PublicKey{N: new(big.Int).SetBytes(n), E: int(new(big.Int).SetBytes(e).Int64())}, nil
}
