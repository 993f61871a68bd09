package proof

import (
	"crypto"
	"fmt"
	"strings"

	"github.com/carnetbadges/carnet/pkg/openbadges/did"
	"github.com/carnetbadges/carnet/pkg/openbadges/strict"
)

// JWS is a compact JWS whose header has been read and found acceptable, and nothing more.
type JWS struct {
	Algorithm string           // RS256, RS384, RS512, ES256, ES384 or EdDSA
	KeyID     string           // kid; may be empty
	Type      string           // typ; may be empty
	JWK       crypto.PublicKey // the key the header brings along: proves integrity, never identity; nil when none
	Payload   []byte           // not yet proved
	signed    []byte           // header and payload as they came, with the dot between them (RFC 7515 §5.2)
	signature []byte
}

// refused are header members that change what is signed or that name a key for the verifier to fetch (RFC 7515 §4.1,
// RFC 7797). A verifier that lets the attacker choose its key verifies nothing.
var refused = []string{"crit", "b64", "jku", "x5u", "zip"}

// ParseJWS reads a compact JWS (RFC 7515 §7.1), in the one spelling that base64url allows, so that no byte of it can
// change unseen. Errors: ErrMalformed; ErrRefused for none, HS* and the members refused; ErrUnknownSuite for other
// algorithms; did.ErrUnsupported or did.ErrMalformed for the jwk in the header.
func ParseJWS(compact []byte) (*JWS, error) {
	jws, err := parseJWS(string(compact))
	if err != nil {
		return nil, fmt.Errorf("reading a JWS: %w", err)
	}
	return jws, nil
}

func parseJWS(compact string) (*JWS, error) {
	parts := strings.SplitN(compact, ".", 4)
	if len(parts) != 3 {
		return nil, fmt.Errorf("%d parts instead of 3: %w", len(parts), ErrMalformed)
	}
	var decoded [3][]byte
	for i, part := range parts {
		var err error
		if decoded[i], err = did.DecodeBase64(part); err != nil {
			return nil, fmt.Errorf("part %d: %w", i+1, ErrMalformed)
		}
	}
	jws, err := readHeader(decoded[0])
	if err != nil {
		return nil, err
	}
	jws.Payload, jws.signed, jws.signature = decoded[1], []byte(compact[:len(parts[0])+1+len(parts[1])]), decoded[2]
	return jws, nil
}

func readHeader(data []byte) (*JWS, error) {
	value, err := strict.Decode(data)
	if err != nil {
		return nil, fmt.Errorf("header: %w: %w", ErrMalformed, err)
	}
	header, isObject := value.(map[string]any)
	if !isObject {
		return nil, fmt.Errorf("a header that is no object: %w", ErrMalformed)
	}
	for _, name := range refused {
		if _, has := header[name]; has {
			return nil, fmt.Errorf("the header states %s: %w", name, ErrRefused)
		}
	}
	jws := &JWS{Algorithm: text(header, "alg"), KeyID: text(header, "kid"), Type: text(header, "typ")}
	if err := jws.permitted(); err != nil {
		return nil, err
	}
	return jws, jws.readKey(header["jwk"])
}

func (j *JWS) permitted() error {
	if _, known := signers[j.Algorithm]; known {
		return nil
	}
	if strings.EqualFold(j.Algorithm, "none") || strings.HasPrefix(j.Algorithm, "HS") {
		return fmt.Errorf("the algorithm %.20q: %w", j.Algorithm, ErrRefused)
	}
	if j.Algorithm == "" {
		return fmt.Errorf("a header without alg: %w", ErrMalformed)
	}
	return fmt.Errorf("the algorithm %.20q: %w", j.Algorithm, ErrUnknownSuite)
}

func (j *JWS) readKey(stated any) error {
	if stated == nil {
		return nil
	}
	jwk, isObject := stated.(map[string]any)
	if !isObject {
		return fmt.Errorf("a jwk that is no object: %w", ErrMalformed)
	}
	key, err := did.DecodeJWK(jwk)
	if err != nil {
		return fmt.Errorf("the header's jwk: %w", err)
	}
	j.JWK = key
	return nil
}

// Verify checks the signature with a key of the type the algorithm demands: ed25519.PublicKey, *ecdsa.PublicKey or
// *rsa.PublicKey of 2048 bits and more. Errors: ErrSignature, ErrKeyType.
func (j *JWS) Verify(key crypto.PublicKey) error {
	s, known := signers[j.Algorithm]
	if !known || !s.fits(key) {
		return fmt.Errorf("a %T for %s: %w", key, j.Algorithm, ErrKeyType)
	}
	if !s.verify(key, j.signed, j.signature) {
		return fmt.Errorf("checking a JWS: %w", ErrSignature)
	}
	return nil
}
