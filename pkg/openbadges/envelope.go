package openbadges

import (
	"bytes"
	"encoding/base64"

	"github.com/carnetbadges/carnet/pkg/openbadges/proof"
)

// jwt is a signed text, opened but not proved: OB 1.x and 2.0 sign the assertion, VC 1.1 wraps the credential in the
// claim vc, VC 2.0 has the claims beside it.
type jwt struct {
	jws        *proof.JWS
	refused    error // why its header is not acceptable
	claims     node
	credential node
	wrapped    bool // the credential is in the claim vc
}

// openJWT also opens what a verifier must refuse, so that it can be said what was refused. Errors: *[NotBadge].
func openJWT(text []byte) (*jwt, error) {
	claims, err := payloadOf(text)
	if err != nil {
		return nil, err
	}
	envelope := &jwt{claims: claims, credential: claims}
	if wrapped := asNode(claims["vc"]); wrapped != nil {
		envelope.credential, envelope.wrapped = wrapped, true
	}
	envelope.jws, envelope.refused = proof.ParseJWS(text)
	return envelope, nil
}

// payloadOf decodes the middle of a compact JWS without judging its header.
func payloadOf(text []byte) (node, error) {
	parts := bytes.SplitN(text, []byte("."), 3)
	if len(parts) != 3 {
		return nil, notBadge(ReasonBrokenJWS, nil)
	}
	if _, err := base64.RawURLEncoding.DecodeString(string(parts[0])); err != nil {
		return nil, notBadge(ReasonBrokenJWS, err)
	}
	payload, err := base64.RawURLEncoding.Strict().DecodeString(string(parts[1]))
	if err != nil {
		return nil, notBadge(ReasonBrokenJWS, err)
	}
	return parse(payload)
}
