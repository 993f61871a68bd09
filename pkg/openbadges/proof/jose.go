package proof

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
)

// JWS is a compact JWS whose header has been read and found acceptable, and nothing more.
type JWS struct {
	Algorithm string           // RS256, RS384, RS512, ES256, ES384 or EdDSA
	KeyID     string           // kid; may be empty
	Type      string           // typ; may be empty
	JWK       crypto.PublicKey // the key the header brings along: proves integrity, never identity; nil when none
	Payload   []byte           // not yet proved
}

// ParseJWS reads a compact JWS (RFC 7515 §7.1). Errors: ErrMalformed, ErrRefused, ErrUnknownSuite.
func ParseJWS(compact []byte) (*JWS, error) { return nil, ErrMalformed }

// Verify checks the signature with a key of the type the algorithm demands. Errors: ErrSignature, ErrKeyType.
func (j *JWS) Verify(key crypto.PublicKey) error { return ErrSignature }

// SignRS256 makes a compact JWS with RSASSA-PKCS1-v1_5 and SHA-256; kid and typ are left out when empty.
// Errors: ErrKeyType below 2048 bits.
func SignRS256(payload []byte, key *rsa.PrivateKey, kid, typ string) ([]byte, error) {
	return nil, ErrKeyType
}

// SignEdDSA makes a compact JWS with Ed25519 (RFC 8037 §3.1); kid and typ are left out when empty.
func SignEdDSA(payload []byte, key ed25519.PrivateKey, kid, typ string) ([]byte, error) {
	return nil, ErrKeyType
}
