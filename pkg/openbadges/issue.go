package openbadges

import (
	"context"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/carnetbadges/carnet/pkg/openbadges/proof"
)

// ErrUnsignable means that a credential lacks what the standard demands of a signed one.
var ErrUnsignable = errors.New("openbadges: the credential can not be signed")

// SignDataIntegrity returns the credential with an eddsa-rdfc-2022 proof as its last member, otherwise byte for byte
// (OB 3.0 §8.3). verificationMethod is how the issuer's document names key. A credential on VC 1.1 must itself name the
// context https://w3id.org/security/data-integrity/v2.
func SignDataIntegrity(ctx context.Context, credential []byte, key Key, verificationMethod string, created time.Time) ([]byte, error) {
	signed, err := proof.SignEdDSARDFC2022(ctx, credential, key.private, verificationMethod, created)
	if err != nil {
		return nil, fmt.Errorf("sign with eddsa-rdfc-2022: %w", err)
	}
	return signed, nil
}

// SignEd25519Signature2020 is [SignDataIntegrity] in the older suite; the credential must name the context
// https://w3id.org/security/suites/ed25519-2020/v1.
func SignEd25519Signature2020(ctx context.Context, credential []byte, key Key, verificationMethod string, created time.Time) ([]byte, error) {
	signed, err := proof.SignEd25519Signature2020(ctx, credential, key.private, verificationMethod, created)
	if err != nil {
		return nil, fmt.Errorf("sign with Ed25519Signature2020: %w", err)
	}
	return signed, nil
}

// SignJWT returns the credential as a compact VC-JWT signed with EdDSA (OB 3.0 §8.2). On VC 2.0 the credential is the
// payload, with the claims iss, jti, sub, nbf and exp beside it; on VC 1.1 it is the claim vc. kid names the key to
// verifiers. The error wraps [ErrUnsignable] when the credential has no issuer or no beginning.
func SignJWT(credential []byte, key Key, kid string) ([]byte, error) {
	claims, err := claimsOf(credential)
	if err != nil {
		return nil, err
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		return nil, fmt.Errorf("write the claims: %w", err)
	}
	signed, err := proof.SignEdDSA(payload, key.private, kid, "JWT")
	if err != nil {
		return nil, fmt.Errorf("sign as a JWT: %w", err)
	}
	return signed, nil
}

// SignJWS returns an OB 2.0 assertion as a signed badge: a compact JWS with RS256 (OB 2.0 §"SignedBadge"). The assertion's
// verification must name the key in the issuer's profile.
func SignJWS(payload []byte, key *rsa.PrivateKey) ([]byte, error) {
	if !json.Valid(payload) {
		return nil, fmt.Errorf("%w: it is not JSON", ErrUnsignable)
	}
	signed, err := proof.SignRS256(payload, key, "", "")
	if err != nil {
		return nil, fmt.Errorf("sign as a JWS: %w", err)
	}
	return signed, nil
}

// claimsOf makes the claims of a VC-JWT (VC-JOSE-COSE §3.1.1, VC Data Model 1.1 §6.3.1, RFC 7519 §4.1).
func claimsOf(credential []byte) (node, error) {
	said, err := parse(credential)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnsignable, err)
	}
	claims, from, until := node{}, "validFrom", "validUntil"
	if slices.Contains(asStrings(said["@context"]), "https://www.w3.org/2018/credentials/v1") {
		claims["vc"], from, until = said, "issuanceDate", "expirationDate"
	} else {
		maps.Copy(claims, said)
	}
	for claim, id := range map[string]string{"iss": asID(said["issuer"]), "sub": asID(said["credentialSubject"]), "jti": asID(said["id"])} {
		if id != "" {
			claims[claim] = id
		}
	}
	if claims["iss"] == nil {
		return nil, fmt.Errorf("%w: it has no issuer", ErrUnsignable)
	}
	return claims, errors.Join(claimTime(claims, "nbf", said[from]), claimTime(claims, "exp", said[until]))
}

// claimTime adds a date as a NumericDate. Only nbf must be there.
func claimTime(claims node, claim string, date any) error {
	if date == nil && claim == "exp" {
		return nil
	}
	moment, zoned, ok := parseDate(date)
	if !ok || !zoned {
		return fmt.Errorf("%w: its date for %s is %q", ErrUnsignable, claim, asString(date))
	}
	claims[claim] = moment.Unix()
	return nil
}
