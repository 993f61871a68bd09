package openbadges

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"maps"
	"time"

	"github.com/carnetbadges/carnet/pkg/openbadges/proof"
)

// jwt is a signed text, opened but not proved: OB 1.x and 2.0 sign the assertion, VC 1.1 wraps the credential in the
// claim vc, VC 2.0 has the claims beside it.
type jwt struct {
	jws        *proof.JWS
	refused    error // why its header is not acceptable
	claims     node
	credential node
}

// openJWT also opens what a verifier must refuse, so that it can be said what was refused. Errors: *[NotBadge].
func openJWT(text []byte) (*jwt, error) {
	jws, refused := proof.ParseJWS(text)
	claims, err := claimsIn(text, jws)
	if err != nil {
		return nil, err
	}
	envelope := &jwt{jws: jws, refused: refused, claims: claims}
	if wrapped := asNode(claims["vc"]); wrapped != nil {
		envelope.credential = unwrap(claims, wrapped)
	} else {
		envelope.credential = unwrap(claims, claims)
	}
	return envelope, nil
}

func claimsIn(text []byte, jws *proof.JWS) (node, error) {
	if jws != nil {
		return parseText(jws.Payload)
	}
	return payloadOf(text)
}

// standIns are the claims that may stand in for a property, under any of its names (VC 1.1 §6.3.1, OB 3.0 §8.2.4).
var standIns = []struct {
	claim      string
	properties []string
}{
	{"iss", []string{"issuer"}},
	{"jti", []string{"id"}},
	{"nbf", []string{"issuanceDate", "validFrom"}},
	{"exp", []string{"expirationDate", "validUntil"}},
}

// unwrap gives a credential back what its claims stand in for, on a copy.
func unwrap(claims, inner node) node {
	if inner["credentialSubject"] == nil {
		return inner
	}
	credential, copied := inner, false
	for _, s := range standIns {
		value, there := claims[s.claim]
		if !there || first(inner, s.properties...) != nil {
			continue
		}
		if !copied {
			credential, copied = maps.Clone(inner), true
		}
		credential[s.properties[0]] = dateText(value)
	}
	return credential
}

// dateText writes a NumericDate as a credential would; other values stay as they are.
func dateText(v any) any {
	if _, isNumber := v.(json.Number); !isNumber {
		return v
	}
	t := dateOf(v)
	if t.IsZero() {
		return v
	}
	return t.Format(time.RFC3339)
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
