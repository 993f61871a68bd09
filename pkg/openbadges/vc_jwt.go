package openbadges

import (
	"context"
	"crypto"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/carnetbadges/carnet/pkg/openbadges/did"
)

// askJWT checks a VC-JWT (OB 3.0 §8.2). The key is found by kid or, failing that, through the issuer's own DID; a key in
// the header proves that nothing was changed, and who made it only where the issuer publishes the same key.
func (q *inquiry) askJWT(ctx context.Context, c *Credential) {
	if err := c.jwt.refused; err != nil {
		result, reason := proofTrouble(err)
		q.say(CheckProof, result, reason)
		q.sayIssuer(Unknown, reason)
		return
	}
	issuer := profileOf(c.doc["issuer"])
	named := keyNamed(c.jwt.jws.KeyID, issuer.ID)
	if named == "" {
		q.askHeaderKey(ctx, c, issuer)
		return
	}
	method, err := q.resolve(ctx, named)
	if err != nil && c.jwt.jws.JWK != nil {
		q.askHeaderKey(ctx, c, issuer)
		return
	}
	if err != nil {
		q.jwtKeyFailed(err, named)
		return
	}
	q.askJWTSignature(c.jwt, method.PublicKey, ReasonSigned)
	q.askBound(method, issuer, c.said.ValidFrom)
}

func (q *inquiry) jwtKeyFailed(err error, named string) {
	result, reason := proofTrouble(err)
	q.say(CheckProof, result, reason, "address", named)
	q.sayIssuer(Unknown, reason, "address", named)
}

func (q *inquiry) askJWTSignature(envelope *jwt, key crypto.PublicKey, good Reason) {
	if err := envelope.jws.Verify(key); err != nil {
		result, reason := proofTrouble(err)
		q.say(CheckProof, result, reason)
		return
	}
	q.say(CheckProof, Pass, good)
}

// askHeaderKey proves integrity with the key the header brings, if any. It is the issuer's when the issuer publishes it.
func (q *inquiry) askHeaderKey(ctx context.Context, c *Credential, issuer Profile) {
	if c.jwt.jws.JWK == nil {
		q.say(CheckProof, Unknown, ReasonNoKey)
		q.sayIssuer(Unknown, ReasonNoKey)
		return
	}
	q.askJWTSignature(c.jwt, c.jwt.jws.JWK, ReasonSignedByHeader)
	switch method, err := did.Find(ctx, issuer.ID, c.jwt.jws.JWK, q.page); {
	case err == nil:
		q.askBound(method, issuer, c.said.ValidFrom)
	case errors.Is(err, did.ErrAbsent) && strings.HasPrefix(issuer.ID, "did:"):
		q.sayIssuer(Fail, ReasonKeyAbsent, "address", issuer.ID)
	default:
		q.sayIssuer(Unknown, ReasonKeyFromHeader, "issuer", issuer.ProvenBy())
	}
}

// keyNamed reads a kid that may be relative to the issuer; a did:key or did:jwk issuer is its own key.
func keyNamed(kid, issuer string) string {
	switch {
	case strings.HasPrefix(kid, "#") && issuer != "":
		return issuer + kid
	case strings.HasPrefix(kid, "did:") || isWeb(kid):
		return kid
	case kid == "" && (strings.HasPrefix(issuer, "did:key:") || strings.HasPrefix(issuer, "did:jwk:")):
		return issuer
	case kid != "" && !strings.Contains(kid, ":") && strings.HasPrefix(issuer, "did:"):
		return issuer + "#" + kid
	}
	return kid
}

// compare compares the envelope with the credential inside (OB 3.0 §8.2.4.1): what both state must be the same, and what
// the standard wants stated must be there.
func (envelope *jwt) compare(strictly bool) (missing, differing []string) {
	doc := envelope.credential
	pairs := []struct {
		claim  string
		stated string
	}{
		{"iss", asID(doc["issuer"])}, {"jti", asID(doc)}, {"sub", asID(subjectOf(doc))},
	}
	for _, p := range pairs {
		claim, there := envelope.claims[p.claim]
		switch {
		case !there && strictly && p.stated != "":
			missing = append(missing, p.claim)
		case there && asString(claim) != p.stated:
			differing = append(differing, p.claim)
		}
	}
	moreMissing, moreDiffering := dateClaims(envelope, strictly)
	return append(missing, moreMissing...), append(differing, moreDiffering...)
}

func dateClaims(envelope *jwt, strictly bool) (missing, differing []string) {
	doc := envelope.credential
	from, until := first(doc, "validFrom", "issuanceDate"), first(doc, "validUntil", "expirationDate")
	if nbf, there := envelope.claims["nbf"]; there {
		if from != nil && !sameSecond(nbf, from) {
			differing = append(differing, "nbf")
		}
	} else if strictly {
		missing = append(missing, "nbf")
	}
	if exp, there := envelope.claims["exp"]; there && until != nil && !sameSecond(exp, until) {
		differing = append(differing, "exp")
	}
	return missing, differing
}

// sameSecond compares a NumericDate (RFC 7519 §2), which may have a fraction, with a date.
func sameSecond(claim, date any) bool {
	n, isNumber := claim.(json.Number)
	if !isNumber {
		return false
	}
	seconds, err := n.Float64()
	t, _, known := parseDate(date)
	return err == nil && known && time.Unix(int64(seconds), 0).Equal(t.Truncate(time.Second))
}
