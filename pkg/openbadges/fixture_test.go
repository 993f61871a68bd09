package openbadges

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/mr-tron/base58"

	"github.com/carnetbadges/carnet/pkg/openbadges/proof"
)

// now is the moment the tests judge by.
var now = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

// with answers a copy of a document in which some properties differ; a nil value takes one out.
func with(doc node, changes node) node {
	changed := maps.Clone(doc)
	for name, value := range changes {
		if value == nil {
			delete(changed, name)
		} else {
			changed[name] = value
		}
	}
	return changed
}

func text(t testing.TB, v any) []byte {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func page(t testing.TB, v any) Recording {
	t.Helper()
	if s, isText := v.(string); isText {
		return Recording{Status: 200, ContentType: "text/plain", Body: []byte(s)}
	}
	return Recording{Status: 200, ContentType: "application/ld+json", Body: text(t, v)}
}

// ask reads and verifies in one go.
func ask(t *testing.T, input []byte, web RecordedWeb, recipients ...string) Verification {
	t.Helper()
	c, err := Read(context.Background(), input, web.Fetch)
	if err != nil {
		t.Fatalf("Read: %v", err)
	}
	return Verify(context.Background(), c, Options{Fetch: web.Fetch, At: now, Recipients: recipients})
}

// want checks a verdict and, for each "check result reason", that it was found.
func want(t *testing.T, v Verification, verdict Verdict, findings ...string) {
	t.Helper()
	if v.Verdict != verdict {
		t.Errorf("verdict %s, want %s\n%s", v.Verdict, verdict, say(v))
	}
	for _, finding := range findings {
		parts := strings.Fields(finding)
		if !has(v.Findings, Check(parts[0]), Result(parts[1]), Reason(parts[2])) {
			t.Errorf("no finding %q\n%s", finding, say(v))
		}
	}
}

func say(v Verification) string {
	var out strings.Builder
	for _, f := range v.Findings {
		out.WriteString("\t" + string(f.Check) + " " + string(f.Result) + " " + string(f.Reason) + ": " + f.Detail + "\n")
	}
	return out.String()
}

// The hosted badge of these tests: issuer, class and assertion at one host.
const (
	assertionURL = "https://issuer.example/assertions/1"
	classURL     = "https://issuer.example/classes/1"
	issuerURL    = "https://issuer.example/issuer"
	pictureURL   = "https://issuer.example/classes/1.png"
)

var (
	issuer2 = node{
		"@context": "https://w3id.org/openbadges/v2", "id": issuerURL, "type": "Profile",
		"name": "River Watch", "url": "https://issuer.example", "email": "badges@issuer.example",
	}
	class2 = node{
		"@context": "https://w3id.org/openbadges/v2", "id": classURL, "type": "BadgeClass",
		"name": "Water sampling", "description": "Takes samples.", "image": pictureURL,
		"criteria": node{"narrative": "Ten samples."}, "issuer": issuerURL, "tags": []any{"water"},
	}
	assertion2 = node{
		"@context": "https://w3id.org/openbadges/v2", "id": assertionURL, "type": "Assertion",
		"recipient":    node{"type": "email", "hashed": false, "identity": "amina@example.org"},
		"badge":        classURL,
		"issuedOn":     "2025-03-14T00:00:00Z",
		"verification": node{"type": "HostedBadge"},
	}
)

func hostedWeb(t testing.TB) RecordedWeb {
	t.Helper()
	return RecordedWeb{
		assertionURL: page(t, assertion2), classURL: page(t, class2), issuerURL: page(t, issuer2),
		pictureURL: page(t, "\x89PNG\r\n\x1a\n and so on"),
	}
}

// signer is an Ed25519 key of the tests, the same for the same letter.
type signer struct {
	key ed25519.PrivateKey
	did string
	vm  string
}

func newSigner(letter byte) signer {
	return signerOf([]byte(strings.Repeat(string(letter), ed25519.SeedSize)))
}

func signerOf(seed []byte) signer {
	key := ed25519.NewKeyFromSeed(seed)
	multikey := "z" + base58.Encode(append([]byte{0xed, 0x01}, key.Public().(ed25519.PublicKey)...))
	return signer{key: key, did: "did:key:" + multikey, vm: "did:key:" + multikey + "#" + multikey}
}

// badge3 is an Open Badge 3.0 on VC 2.0, issued by a signer.
func (s signer) badge3() node {
	return node{
		"@context":  []any{contextVC2, "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json", "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"},
		"id":        "urn:uuid:00000000-0000-4000-8000-000000000001",
		"type":      []any{"VerifiableCredential", "OpenBadgeCredential"},
		"issuer":    node{"id": s.did, "type": []any{"Profile"}, "name": "River Watch"},
		"validFrom": "2025-03-14T00:00:00Z",
		"credentialSubject": node{
			"id": "did:example:amina", "type": []any{"AchievementSubject"},
			"identifier": []any{node{"type": "IdentityObject", "hashed": false, "identityHash": "amina@example.org", "identityType": "emailAddress"}},
			"achievement": node{
				"id": "urn:uuid:00000000-0000-4000-8000-000000000002", "type": []any{"Achievement"},
				"name": "Water sampling", "description": "Takes samples.", "criteria": node{"narrative": "Ten samples."},
			},
		},
	}
}

func (s signer) sign(t testing.TB, doc node) []byte {
	t.Helper()
	signed, err := proof.SignEdDSARDFC2022(context.Background(), text(t, doc), s.key, s.vm, now)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

func (s signer) jwt(t testing.TB, claims node, kid string) []byte {
	t.Helper()
	token, err := proof.SignEdDSA(text(t, claims), s.key, kid, "JWT")
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func newRSA(t testing.TB) (key *rsa.PrivateKey, publicPEM string) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	return key, string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}
