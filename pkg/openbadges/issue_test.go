package openbadges_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/pkg/openbadges/did"
	"github.com/carnetbadges/carnet/pkg/openbadges/proof"
	"github.com/carnetbadges/carnet/pkg/openbadges/strict"
)

const (
	onVC20 = `{"@context":["https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],` +
		`"id":"urn:uuid:1","type":["VerifiableCredential","OpenBadgeCredential"],"issuer":{"id":"ISSUER","type":["Profile"],"name":"Atelier"},` +
		`"validFrom":"2026-02-03T04:05:06Z","validUntil":"2027-02-03T04:05:06+02:00","name":"Weaver",` +
		`"credentialSubject":{"id":"did:example:b","type":["AchievementSubject"],"achievement":{"id":"urn:uuid:2","type":["Achievement"],"name":"Weaver","description":"Weaves <fine> cloth","criteria":{"narrative":"Weave"}}}}`
	onVC11 = `{"@context":["https://www.w3.org/2018/credentials/v1","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json","https://w3id.org/security/suites/ed25519-2020/v1"],` +
		`"id":"urn:uuid:1","type":["VerifiableCredential","OpenBadgeCredential"],"issuer":{"id":"ISSUER","type":["Profile"],"name":"Atelier"},` +
		`"issuanceDate":"2026-02-03T04:05:06Z","name":"Weaver",` +
		`"credentialSubject":{"id":"did:example:b","type":["AchievementSubject"],"achievement":{"id":"urn:uuid:2","type":["Achievement"],"name":"Weaver","description":"Weaves cloth","criteria":{"narrative":"Weave"}}}}`
)

var signed = time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)

func key(t *testing.T) openbadges.Key {
	t.Helper()
	made, err := openbadges.NewKey(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func TestKeyIsItsSeeds(t *testing.T) {
	if a, b := key(t), key(t); a.DIDKey() != b.DIDKey() {
		t.Error("one seed, two keys")
	}
	if got := key(t).DIDKey(); !strings.HasPrefix(got, "did:key:z6Mk") {
		t.Errorf("%s is not an Ed25519 did:key", got)
	}
	if _, err := openbadges.NewKey([]byte("short")); !errors.Is(err, openbadges.ErrKey) {
		t.Error(err)
	}
}

func TestSignedCredentialIsWhatWasSignedAndNothingElse(t *testing.T) {
	k := key(t)
	for name, sign := range map[string]struct {
		credential string
		by         func(context.Context, []byte, openbadges.Key, string, time.Time) ([]byte, error)
	}{
		"eddsa-rdfc-2022":      {onVC20, openbadges.SignDataIntegrity},
		"Ed25519Signature2020": {onVC11, openbadges.SignEd25519Signature2020},
	} {
		credential := strings.ReplaceAll(sign.credential, "ISSUER", k.DIDKey())
		got, err := sign.by(t.Context(), []byte(credential), k, k.VerificationMethod(), signed)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !bytes.HasPrefix(got, []byte(strings.TrimSuffix(credential, "}"))) {
			t.Errorf("%s changed what it signed", name)
		}
		if err := firstProof(t, got); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := firstProof(t, bytes.Replace(got, []byte("Weaver"), []byte("Master"), 1)); !errors.Is(err, proof.ErrSignature) {
			t.Errorf("%s proves another name: %v", name, err)
		}
	}
}

func firstProof(t *testing.T, credential []byte) error {
	t.Helper()
	document, err := strict.Decode(credential)
	if err != nil {
		t.Fatal(err)
	}
	results, err := proof.VerifyDataIntegrity(t.Context(), document.(map[string]any), func(ctx context.Context, method string) (did.Method, error) {
		return did.Resolve(ctx, method, nil)
	})
	if err != nil {
		t.Fatal(err)
	}
	return results[0].Err
}

func TestClaimsOfJWTRepeatTheCredential(t *testing.T) {
	for name, credential := range map[string]string{"VC 2.0": onVC20, "VC 1.1": onVC11} {
		k := key(t)
		compact, err := openbadges.SignJWT([]byte(strings.ReplaceAll(credential, "ISSUER", k.DIDKey())), k, k.VerificationMethod())
		if err != nil {
			t.Fatal(err)
		}
		claims := payload(t, compact)
		for claim, want := range map[string]any{"iss": k.DIDKey(), "sub": "did:example:b", "jti": "urn:uuid:1", "nbf": float64(signed.Unix())} {
			if claims[claim] != want {
				t.Errorf("%s: claim %s is %v, want %v", name, claim, claims[claim], want)
			}
		}
		inside, isVC11 := claims["vc"].(map[string]any)
		if isVC11 != (name == "VC 1.1") || isVC11 && inside["name"] != "Weaver" || !isVC11 && claims["name"] != "Weaver" {
			t.Errorf("%s: the credential is not where it belongs: %v", name, claims)
		}
		if _, has := claims["exp"]; has != !isVC11 {
			t.Errorf("%s: exp is %v", name, claims["exp"])
		}
		parsed, err := proof.ParseJWS(compact)
		if err != nil || parsed.Algorithm != "EdDSA" || parsed.KeyID != k.VerificationMethod() || parsed.Type != "JWT" {
			t.Fatalf("%s: %+v, %v", name, parsed, err)
		}
		method, err := did.Resolve(t.Context(), parsed.KeyID, nil)
		if err != nil || parsed.Verify(method.PublicKey) != nil {
			t.Errorf("%s: its own key does not prove it: %v", name, err)
		}
	}
}

func payload(t *testing.T, compact []byte) map[string]any {
	t.Helper()
	parts := strings.Split(string(compact), ".")
	if len(parts) != 3 {
		t.Fatalf("%d parts", len(parts))
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	claims := map[string]any{}
	if err := json.Unmarshal(text, &claims); err != nil {
		t.Fatal(err)
	}
	return claims
}

func TestWhatLacksIssuerOrBeginningIsNotSigned(t *testing.T) {
	for _, credential := range []string{
		"", "[]", `{"issuer":"x"}`,
		strings.ReplaceAll(onVC20, `"id":"ISSUER",`, ""),
		strings.ReplaceAll(onVC20, "2026-02-03T04:05:06Z", "February"),
		strings.ReplaceAll(onVC20, "2027-02-03T04:05:06+02:00", "2027-02-03"),
		onVC20[:40],
	} {
		if _, err := openbadges.SignJWT([]byte(credential), key(t), "k"); !errors.Is(err, openbadges.ErrUnsignable) {
			t.Errorf("%.60s: %v", credential, err)
		}
	}
}

func TestSignedBadgeCarriesTheAssertionItself(t *testing.T) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	assertion := []byte(`{"type":"Assertion", "id":"urn:uuid:3"}`)
	compact, err := openbadges.SignJWS(assertion, private)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := proof.ParseJWS(compact)
	if err != nil || parsed.Payload != string(assertion) || parsed.Algorithm != "RS256" || parsed.Verify(&private.PublicKey) != nil {
		t.Fatalf("%+v, %v", parsed, err)
	}
	if _, err := openbadges.SignJWS([]byte("no"), private); !errors.Is(err, openbadges.ErrUnsignable) {
		t.Error(err)
	}
}
