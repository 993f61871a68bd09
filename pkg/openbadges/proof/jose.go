package proof

import (
	"bytes"
	"crypto"
	"encoding/base64"
	"fmt"
	"slices"
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
	Payload   string           // not yet proved
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
	jws, err := parseJWS(compact)
	if err != nil {
		return nil, fmt.Errorf("reading a JWS: %w", err)
	}
	return jws, nil
}

func parseJWS(compact []byte) (*JWS, error) {
	parts := bytes.SplitN(compact, []byte("."), 4)
	if len(parts) != 3 {
		return nil, fmt.Errorf("%d parts instead of 3: %w", len(parts), ErrMalformed)
	}
	var decoded [3]string
	for i, part := range parts {
		var known bool
		if decoded[i], known = decodePart(part); !known {
			return nil, fmt.Errorf("part %d: %w", i+1, ErrMalformed)
		}
	}
	jws, err := readHeader(decoded[0])
	if err != nil {
		return nil, err
	}
	jws.Payload, jws.signed, jws.signature = decoded[1], bytes.Clone(compact[:len(parts[0])+1+len(parts[1])]), []byte(decoded[2])
	return jws, nil
}

var base64url = base64.RawURLEncoding.Strict()

// decodePart reads base64url without padding in its one spelling, as did.DecodeBase64, but piece by piece into one string.
func decodePart(part []byte) (string, bool) {
	if bytes.IndexByte(part, '\n') >= 0 || bytes.IndexByte(part, '\r') >= 0 { // which the decoder would pass over
		return "", false
	}
	const most = 2048 // a multiple of four, so that each piece but the last is whole
	var b strings.Builder
	b.Grow(base64url.DecodedLen(len(part)))
	for piece := range slices.Chunk(part, most) {
		var buffer [most / 4 * 3]byte
		n, err := base64url.Decode(buffer[:], piece)
		if err != nil {
			return "", false
		}
		b.Write(buffer[:n])
	}
	return b.String(), true
}

func readHeader(said string) (*JWS, error) {
	value, err := strict.DecodeString(said)
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
