package did

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"fmt"
)

// DecodePEM reads a public key in PEM: SubjectPublicKeyInfo, or PKCS #1 for RSA, as OB 1.0 and 2.0 publish them.
// Errors: ErrMalformed, ErrUnsupported.
func DecodePEM(data []byte) (crypto.PublicKey, error) {
	block, _ := pem.Decode(data)
	if block == nil {
		return nil, fmt.Errorf("no PEM block: %w", ErrMalformed)
	}
	if key, err := x509.ParsePKCS1PublicKey(block.Bytes); err == nil {
		return key, nil
	}
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("a PEM block %.30q: %w", block.Type, ErrMalformed)
	}
	switch key.(type) {
	case ed25519.PublicKey, *ecdsa.PublicKey, *rsa.PublicKey:
		return key, nil
	}
	return nil, fmt.Errorf("a key of type %T: %w", key, ErrUnsupported)
}
