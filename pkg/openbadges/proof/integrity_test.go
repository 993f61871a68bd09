package proof

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/pkg/openbadges/contexts"
	"github.com/carnetbadges/carnet/pkg/openbadges/did"
	"github.com/carnetbadges/carnet/pkg/openbadges/jsonld"
	"github.com/carnetbadges/carnet/pkg/openbadges/strict"
	"github.com/mr-tron/base58"
)

const badge = `{
  "@context": ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json", "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json", "https://w3id.org/security/suites/ed25519-2020/v1"],
  "id": "https://issuer.example/credentials/1", "type": ["VerifiableCredential", "OpenBadgeCredential"],
  "issuer": {"id": "https://issuer.example", "type": ["Profile"], "name": "An issuer"}, "validFrom": "2026-01-01T00:00:00Z", "validUntil": "2027-01-01T00:00:00Z", "name": "A badge",
  "credentialStatus": {"id": "https://issuer.example/status", "type": "1EdTechRevocationList"},
  "credentialSubject": {"type": ["AchievementSubject"], "identifier": [{"type": "IdentityObject", "identityHash": "sha256$00", "identityType": "emailAddress", "hashed": true, "salt": "x"}],
    "achievement": {"id": "https://issuer.example/achievements/1", "type": ["Achievement"], "name": "Something", "description": "Done", "criteria": {"narrative": "Do it."},
      "resultDescription": [{"id": "urn:uuid:6e1d1b1a-1c4b-4b53-9c8a-111111111111", "type": ["ResultDescription"], "name": "Grade", "resultType": "LetterGrade", "allowedValue": ["A", "B", "C"]},
        {"id": "urn:uuid:6e1d1b1a-1c4b-4b53-9c8a-222222222222", "type": ["ResultDescription"], "name": "Grade", "resultType": "LetterGrade", "allowedValue": ["A", "B", "C"]}]}}
}
`

var made = time.Date(2026, 11, 1, 12, 0, 0, 5e8, time.FixedZone("", 3600))

// issued signs the badge with a did:key of its own.
func issued(t testing.TB, sign func(context.Context, []byte, privateKey, string, time.Time) ([]byte, error)) []byte {
	t.Helper()
	key := seed(bytes.Repeat([]byte{3}, 32))
	name, err := did.Key(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	signed, err := sign(context.Background(), []byte(badge), key, name+"#"+strings.TrimPrefix(name, "did:key:"), made)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

func outcome(t testing.TB, document any) error {
	t.Helper()
	results, err := VerifyDataIntegrity(context.Background(), document.(map[string]any), offline)
	if err != nil {
		return err
	}
	return results[0].Err
}

func TestWhatWeSignVerifiesAndStaysAsItWas(t *testing.T) {
	for name, sign := range map[string]func(context.Context, []byte, privateKey, string, time.Time) ([]byte, error){
		"eddsa-rdfc-2022": SignEdDSARDFC2022, "Ed25519Signature2020": SignEd25519Signature2020,
	} {
		signed := issued(t, sign)
		if again := issued(t, sign); !bytes.Equal(signed, again) {
			t.Errorf("%s: not the same twice", name)
		}
		if err := outcome(t, object(t, signed)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		head := strings.TrimRight(badge, "}\n ")
		if !strings.HasPrefix(string(signed), head) || !strings.Contains(string(signed), `"created":"2026-11-01T11:00:00Z"`) {
			t.Errorf("%s changed the document: %s", name, signed)
		}
	}
}

func TestSigningRefusesWhatItCannotCover(t *testing.T) {
	for text, want := range map[string]error{
		`{"proof":{}}`: ErrMalformed, `{}`: ErrMalformed, `[]`: ErrMalformed, `{"a":1,"a":2}`: strict.ErrDuplicate,
		`{"@context":"https://www.w3.org/ns/credentials/v2","type":"VerifiableCredential","undefinedTerm":1}`: jsonld.ErrUnsafe,
		`{"@context":"https://unknown.example/","type":"VerifiableCredential"}`:                               contexts.ErrUnknownContext,
		`{"@context":"https://www.w3.org/2018/credentials/v1","type":"VerifiableCredential"}`:                 jsonld.ErrUnsafe,
	} {
		if _, err := SignEdDSARDFC2022(context.Background(), []byte(text), seed(make([]byte, 32)), "did:key:z#z", made); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", text, err, want)
		}
	}
}

// tampered calls visit with every document that differs from this one in a single leaf, name or element.
func tampered(value any, visit func(what string)) {
	switch v := value.(type) {
	case map[string]any:
		for key, member := range v {
			if key == "@context" {
				continue // not signed itself, only the meaning it gives
			}
			delete(v, key)
			visit("without " + key)
			v["x"+key] = member
			visit("with x" + key)
			delete(v, "x"+key)
			v[key] = member
			for _, leaf := range leaves(member) {
				v[key] = leaf
				visit(fmt.Sprintf("%s = %v", key, leaf))
			}
			v[key] = member
			tampered(member, visit)
		}
	case []any:
		for i, item := range v {
			for _, leaf := range leaves(item) {
				v[i] = leaf
				visit(fmt.Sprintf("[%d] = %v", i, leaf))
			}
			v[i] = item
			tampered(item, visit)
		}
	}
}

func leaves(value any) []any {
	switch v := value.(type) {
	case string:
		return []any{v + "x", "x" + v, strings.ToUpper(v) + "!", json.Number("7"), map[string]any{}}
	case bool:
		return []any{!v, "true "}
	}
	return nil
}

func TestEveryChangeToASignedBadgeIsNoticed(t *testing.T) {
	for _, sign := range []func(context.Context, []byte, privateKey, string, time.Time) ([]byte, error){SignEdDSARDFC2022, SignEd25519Signature2020} {
		document := object(t, issued(t, sign))
		tried := 0
		tampered(document, func(what string) {
			tried++
			if err := outcome(t, document); err == nil {
				t.Errorf("unnoticed: %s", what)
			}
		})
		if err := outcome(t, document); err != nil {
			t.Fatal(err)
		}
		t.Logf("%d changes noticed", tried)
	}
}

func TestProofsTellWhyTheyDoNotHold(t *testing.T) {
	change := func(name string, value any) func(map[string]any) { return func(p map[string]any) { p[name] = value } }
	drop := func(name string) func(map[string]any) { return func(p map[string]any) { delete(p, name) } }
	for name, c := range map[string]struct {
		change func(map[string]any)
		want   error
	}{
		"another purpose":        {change("proofPurpose", "authentication"), ErrPurpose},
		"no purpose":             {drop("proofPurpose"), ErrMalformed},
		"an unknown suite":       {change("cryptosuite", "bbs-2023"), ErrUnknownSuite},
		"no suite":               {drop("cryptosuite"), ErrMalformed},
		"an unknown type":        {change("type", "FooSignature"), ErrUnknownSuite},
		"a suite for a type":     {change("type", "eddsa-rdfc-2022"), ErrUnknownSuite},
		"a type for a suite":     {change("cryptosuite", "Ed25519Signature2020"), ErrUnknownSuite},
		"no value":               {drop("proofValue"), ErrMalformed},
		"a value in base64url":   {change("proofValue", "uAAAA"), ErrMalformed},
		"a short value":          {change("proofValue", "z1111"), ErrMalformed},
		"a value of another":     {change("proofValue", "z"+base58.Encode(make([]byte, 64))), ErrSignature},
		"no method":              {drop("verificationMethod"), ErrMalformed},
		"an unreachable method":  {change("verificationMethod", "https://issuer.example/keys#1"), did.ErrUnreachable},
		"an unsupported method":  {change("verificationMethod", "did:foo:bar"), did.ErrUnsupported},
		"another curve":          {change("cryptosuite", "ecdsa-rdfc-2019"), ErrKeyType},
		"no date":                {change("created", "yesterday"), ErrMalformed},
		"an end that is no date": {change("expires", json.Number("7")), ErrMalformed},
		"a link to nowhere":      {change("previousProof", "urn:uuid:none"), ErrMalformed},
		"a foreign word":         {change("undefinedTerm", "x"), jsonld.ErrUnsafe},
	} {
		document := object(t, issued(t, SignEdDSARDFC2022))
		c.change(document["proof"].(map[string]any))
		if err := outcome(t, document); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	for text, want := range map[string]error{
		`{}`: ErrNoProof, `{"proof":[]}`: ErrNoProof, `{"proof":"x"}`: ErrMalformed, `{"proof":[7]}`: ErrMalformed,
		`{"proof":[` + strings.Repeat("{},", maxProofs) + `{}]}`: ErrMalformed,
	} {
		if err := outcome(t, object(t, []byte(text))); !errors.Is(err, want) {
			t.Errorf("%.40s: %v, want %v", text, err, want)
		}
	}
}

// TestNothingIsAskedForAProofOverOneThatDoesNotHold, which would cost as much for every proof of a long chain.
func TestNothingIsAskedForAProofOverOneThatDoesNotHold(t *testing.T) {
	document := object(t, issued(t, SignEdDSARDFC2022))
	link := func(id, before string) map[string]any {
		p := maps.Clone(document["proof"].(map[string]any))
		if p["id"] = id; before != "" {
			p["previousProof"] = before
		}
		return p
	}
	broken := link("urn:a", "")
	broken["proofValue"] = "z" + base58.Encode(make([]byte, 64))
	for order, proofs := range map[string][]any{
		"as they were made": {broken, link("urn:b", "urn:a"), link("urn:c", "urn:b")},
		"backwards":         {link("urn:c", "urn:b"), link("urn:b", "urn:a"), broken},
	} {
		document["proof"] = proofs
		asked := 0
		results, err := VerifyDataIntegrity(t.Context(), document, func(ctx context.Context, method string) (did.Method, error) {
			asked++
			return offline(ctx, method)
		})
		for _, r := range results {
			if r.Err == nil {
				t.Errorf("%s: %s holds", order, r.ID)
			}
		}
		if err != nil || order == "as they were made" && asked != 1 {
			t.Errorf("%s: %d keys were asked for, %v", order, asked, err)
		}
	}
}

func TestOneGoodProofAmongBadOnesIsSeen(t *testing.T) {
	document := object(t, issued(t, SignEdDSARDFC2022))
	document["proof"] = []any{map[string]any{"type": "SomeProofType"}, document["proof"]}
	results, err := VerifyDataIntegrity(context.Background(), document, offline)
	if err != nil || results[0].Err == nil || results[1].Err != nil {
		t.Error(err, results)
	}
}

// TestEveryCurveAndFormHolds covers the curves and forms for which no vector is at hand.
// ASVS: V11.6.1, V11.4.3
func TestEveryCurveAndFormHolds(t *testing.T) {
	for _, curve := range []elliptic.Curve{elliptic.P256(), elliptic.P384()} {
		for _, name := range []string{"ecdsa-rdfc-2019", "ecdsa-jcs-2019"} {
			private := curvePair(t, curve)
			method, err := did.Key(private.Public())
			if err != nil {
				t.Fatal(err)
			}
			document := object(t, []byte(badge))
			p := map[string]any{"type": dataIntegrity, "cryptosuite": name, "proofPurpose": "assertionMethod", "verificationMethod": method}
			k, err := curveKey(private.Public())
			if err != nil {
				t.Fatal(err)
			}
			v := &verifier{ctx: context.Background(), document: document, digests: map[string][]byte{}}
			data, err := v.hashed(suites[name], k, p)
			if err != nil {
				t.Fatal(err)
			}
			r, s, err := ecdsa.Sign(rand.Reader, private, k.digest(data))
			if err != nil {
				t.Fatal(err)
			}
			size := (curve.Params().BitSize + 7) / 8
			signature := append(r.FillBytes(make([]byte, size)), s.FillBytes(make([]byte, size))...)
			p["proofValue"] = "z" + base58.Encode(signature)
			document["proof"] = p
			if err := outcome(t, document); err != nil {
				t.Errorf("%s %s: %v", name, curve.Params().Name, err)
			}
			document["name"] = "Another"
			if err := outcome(t, document); !errors.Is(err, ErrSignature) {
				t.Errorf("%s %s: %v", name, curve.Params().Name, err)
			}
		}
	}
}

func FuzzVerifyNeverPanics(f *testing.F) {
	f.Add(issued(f, SignEdDSARDFC2022))
	f.Add([]byte(`{"proof":[{"type":"DataIntegrityProof","cryptosuite":"ecdsa-sd-2023","id":"a","previousProof":["a"],"proofPurpose":"assertionMethod","verificationMethod":"did:key:zDnaepBuvsQ8cpsWrVKw8fbpGpvPeNSjVPTWoq6cRqaYzBKVP","proofValue":"u2V0BhVhA"}]}`))
	f.Add([]byte(`{"proof":{"type":"Ed25519Signature2018","proofPurpose":"assertionMethod","verificationMethod":"did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2","jws":"e30..AA"}}`))
	f.Fuzz(func(_ *testing.T, data []byte) {
		value, err := strict.Decode(data)
		document, isObject := value.(map[string]any)
		if err != nil || !isObject {
			return
		}
		_, _ = VerifyDataIntegrity(context.Background(), document, offline)
	})
}

func FuzzReadDisclosureNeverPanics(f *testing.F) {
	f.Add("u2V0BhVhA")
	f.Add("u2V0BhUBAgKCA")
	f.Fuzz(func(_ *testing.T, value string) { _, _ = readDisclosure(value) })
}

func BenchmarkVerifyABadge(b *testing.B) {
	signed := issued(b, SignEdDSARDFC2022)
	for b.Loop() {
		if err := outcome(b, object(b, signed)); err != nil {
			b.Fatal(err)
		}
	}
}
