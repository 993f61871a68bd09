package did

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/mr-tron/base58"

	"github.com/carnetbadges/carnet/pkg/openbadges/strict"
)

const (
	issuerURL = "https://issuer.example/profile"
	multikey  = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
	other     = "z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"
)

var errDown = errors.New("down")

// web answers from a table; what it does not hold is down.
func web(pages map[string]string) Fetch {
	return func(_ context.Context, url string) (int, string, []byte, error) {
		body, known := pages[url]
		if !known {
			return 0, "", nil, errDown
		}
		var status int
		if n, err := fmt.Sscanf(body, "status %d", &status); n == 1 && err == nil {
			return status, "", nil, nil
		}
		return 200, "application/json", []byte(body), nil
	}
}

func TestDIDKeysOfTheCorpusAreRead(t *testing.T) {
	root := os.Getenv("OPENBADGES_CORPUS")
	if root == "" {
		root = filepath.Join("..", "..", "..", "..", "shared", "corpus")
	}
	data, err := os.ReadFile(filepath.Join(root, "did-key", "vectors.open.json"))
	if err != nil {
		t.Skip("the test corpus is absent: set OPENBADGES_CORPUS or put it at ../shared/corpus")
	}
	var kinds map[string]json.RawMessage
	if err := json.Unmarshal(data, &kinds); err != nil {
		t.Fatal(err)
	}
	delete(kinds, "_source")
	for kind, list := range kinds {
		var keys map[string]map[string]any
		if err := json.Unmarshal(list, &keys); err != nil {
			t.Fatal(kind, err)
		}
		for name, entry := range keys {
			m, err := Resolve(context.Background(), name+"#"+strings.TrimPrefix(name, "did:key:"), nil)
			if err != nil {
				t.Error(name, err)
				continue
			}
			want, err := keyOf(entry)
			if err != nil || !reflect.DeepEqual(m.PublicKey, want) || m.BoundTo(name) != nil {
				t.Errorf("%s: %v %v", name, m, err)
			}
			if again, err := Key(m.PublicKey); err != nil || again != name {
				t.Errorf("%s is written as %s: %v", name, again, err)
			}
		}
	}
}

func TestEveryKindOfJWKMakesADIDJWK(t *testing.T) {
	p256, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	big, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	b64 := base64.RawURLEncoding.EncodeToString
	for _, c := range []struct {
		jwk  string
		want any
	}{
		{`{"kty":"OKP","crv":"Ed25519","x":"` + b64(make([]byte, 32)) + `"}`, ed25519.PublicKey(make([]byte, 32))},
		{`{"kty":"EC","crv":"P-256","x":"` + b64(p256.X.FillBytes(make([]byte, 32))) + `","y":"` + b64(p256.Y.FillBytes(make([]byte, 32))) + `"}`, &p256.PublicKey},
		{`{"kty":"RSA","n":"` + b64(big.N.Bytes()) + `","e":"AQAB"}`, &big.PublicKey},
	} {
		name := "did:jwk:" + b64([]byte(c.jwk))
		m, err := Resolve(context.Background(), name+"#0", nil)
		if err != nil || !reflect.DeepEqual(m.PublicKey, c.want) || m.BoundTo(name) != nil {
			t.Errorf("%s: %+v %v", c.jwk, m, err)
		}
	}
}

func TestDIDWebTellsWhereItsDocumentLies(t *testing.T) {
	for name, want := range map[string]string{
		"did:web:example.com":                 "https://example.com/.well-known/did.json",
		"did:web:example.com%3A3000":          "https://example.com:3000/.well-known/did.json",
		"did:web:example.com:u:bob":           "https://example.com/u/bob/did.json",
		"did:web:localhost%3A8443:a%20b:c":    "",
		"did:web:example.com%2F..%2Fx":        "",
		"did:web:user%40example.com":          "",
		"did:web:":                            "",
		"did:web:example.com::x":              "",
		"did:web:example.com:..":              "",
		"did:web:example.com%3Anotaport":      "",
		"did:web:example.com:..%2f..%2fother": "",
	} {
		got, err := webURL(name)
		if got != want || (err != nil) != (want == "") {
			t.Errorf("%s: %q %v", name, got, err)
		}
	}
}

func TestKeysAreFoundAsDocumentsStateThem(t *testing.T) {
	entry := `{"id":"` + issuerURL + `#k","type":"Multikey","controller":"` + issuerURL + `","publicKeyMultibase":"` + multikey + `"}`
	head := `{"id":"` + issuerURL + `",`
	for name, c := range map[string]struct {
		document string
		fragment string
		bound    error
	}{
		"a controller document":                    {head + `"verificationMethod":[` + entry + `],"assertionMethod":["` + issuerURL + `#k"]}`, "k", nil},
		"a relative assertionMethod":               {head + `"verificationMethod":[` + entry + `],"assertionMethod":["#k"]}`, "k", nil},
		"one object for an array":                  {head + `"verificationMethod":` + entry + `,"assertionMethod":"` + issuerURL + `#k"}`, "k", nil},
		"only embedded in assertionMethod":         {head + `"assertionMethod":[` + entry + `]}`, "k", nil},
		"not for assertions":                       {head + `"verificationMethod":[` + entry + `],"authentication":["#k"]}`, "k", ErrNotBound},
		"an empty assertionMethod":                 {head + `"type":"Profile","verificationMethod":[` + entry + `],"assertionMethod":[]}`, "k", ErrNotBound},
		"a profile":                                {head + `"type":["Profile"],"verificationMethod":` + entry + `}`, "k", nil},
		"a profile with an empty controller":       {head + `"type":"Profile","verificationMethod":{"id":"#k","type":"DataIntegrityProof","cryptosuite":"eddsa-rdf-2022","controller":"","publicKeyMultibase":"` + multikey + `"}}`, "k", nil},
		"a profile whose only method has no id":    {head + `"type":"Profile","verificationMethod":{"type":"DataIntegrityProof","publicKeyMultibase":"` + multikey + `"}}`, "key-0", nil},
		"another controller":                       {head + `"verificationMethod":[` + strings.Replace(entry, `"controller":"`+issuerURL, `"controller":"https://else.example`, 1) + `],"assertionMethod":["#k"]}`, "k", ErrNotBound},
		"a document that speaks for another":       {`{"id":"https://else.example","assertionMethod":[` + entry + `]}`, "k", ErrMalformed},
		"a key set":                                {`{"keys":[{"kid":"k","kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}`, "k", ErrNotBound},
		"a key in base58":                          {head + `"assertionMethod":[{"id":"#k","type":"Ed25519VerificationKey2018","publicKeyBase58":"4zvwRjXUKGfvwnParsHAS3HuSVzV5cA4McphgmoCtajS"}]}`, "k", nil},
		"a key in the fragment, found":             {head + `"assertionMethod":[{"publicKeyMultibase":"` + multikey + `"}]}`, multikey, nil},
		"a key in the fragment, under another id":  {head + `"verificationMethod":[{"id":"#k","publicKeyMultibase":"` + multikey + `"}],"assertionMethod":["#k"]}`, multikey, nil},
		"a key in the fragment, not to assert":     {head + `"verificationMethod":[{"id":"#k","publicKeyMultibase":"` + multikey + `"}],"assertionMethod":["#l"]}`, multikey, ErrNotBound},
		"a key in the fragment, not found":         {head + `"assertionMethod":[{"publicKeyMultibase":"` + other + `"}]}`, multikey, ErrAbsent},
		"a key in the fragment of what is no JSON": {`<html>`, multikey, ErrMalformed},
		"a key in the fragment of what is gone":    {`status 410`, multikey, ErrAbsent},
		"a key in the fragment, out of order":      {`status 503`, multikey, ErrUnreachable},
	} {
		m, err := Resolve(context.Background(), issuerURL+"#"+c.fragment, web(map[string]string{issuerURL: c.document}))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if m.PublicKey == nil {
			t.Errorf("%s: no key", name)
		}
		if err := m.BoundTo(issuerURL); !errors.Is(err, c.bound) {
			t.Errorf("%s: bound: %v, want %v", name, err, c.bound)
		}
		if err := m.BoundTo("https://else.example"); err == nil {
			t.Errorf("%s: bound to a stranger", name)
		}
	}
}

func TestWhatCannotBeFoundTellsWhy(t *testing.T) {
	pages := web(map[string]string{
		issuerURL: `{"id":"` + issuerURL + `","assertionMethod":[]}`, "https://gone.example/": "status 404", "https://ill.example/": "status 500",
		"https://html.example/": "<html>", "https://array.example/": "[]", "https://keyless.example/": `{"assertionMethod":[{"id":"#k"}]}`,
		"https://strange.example/": `{"assertionMethod":[{"id":"#k","publicKeyMultibase":"z` + base58.Encode([]byte{0xe7, 1, 2, 3}) + `"}]}`,
	})
	for id, want := range map[string]error{
		issuerURL + "#k": ErrAbsent, "https://gone.example/#k": ErrAbsent, "https://ill.example/#k": ErrUnreachable, "https://down.example/#k": ErrUnreachable,
		"https://html.example/#k": ErrMalformed, "https://array.example/#k": ErrMalformed, "https://keyless.example/#k": ErrMalformed,
		"https://strange.example/#k": ErrUnsupported, "did:web:down.example#k": ErrUnreachable, "did:web:#k": ErrMalformed, "did:foo:bar#k": ErrUnsupported,
		"ftp://issuer.example#k": ErrUnsupported, "": ErrUnsupported, "did:key:" + multikey + "#" + other: ErrAbsent, "did:key:z6Mk": ErrUnsupported, "did:key:y": ErrMalformed,
		"did:key:zz": ErrUnsupported, "did:key:" + strings.Repeat("z", 5000): ErrMalformed, "did:jwk:e30#0": ErrUnsupported, "did:jwk:e30#1": ErrAbsent, "did:jwk:!#0": ErrMalformed,
	} {
		if m, err := Resolve(context.Background(), id, pages); !errors.Is(err, want) {
			t.Errorf("%.80s: %v %v, want %v", id, m, err, want)
		}
	}
	if _, err := Resolve(context.Background(), issuerURL+"#k", nil); !errors.Is(err, ErrUnreachable) {
		t.Error(err)
	}
}

func TestAKeyWithAnAddressOfItsOwnIsBoundByItsController(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	armoured := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	document, err := json.Marshal(map[string]string{"id": "https://issuer.example/key", "owner": issuerURL, "publicKeyPem": string(armoured)})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		profile string
		want    error
	}{
		"the owner states it":    {`{"id":"` + issuerURL + `","type":"Issuer","publicKey":"https://issuer.example/key"}`, nil},
		"the owner lists it":     {`{"id":"` + issuerURL + `","assertionMethod":["https://issuer.example/key"]}`, nil},
		"the owner is silent":    {`{"id":"` + issuerURL + `","type":"Issuer"}`, ErrNotBound},
		"the owner is out":       {`status 500`, ErrUnreachable},
		"the owner is gone":      {`status 404`, ErrAbsent},
		"the owner is another":   {`{"id":"https://else.example","assertionMethod":["https://issuer.example/key"]}`, ErrMalformed},
		"the owner is no object": {`7`, ErrMalformed},
	} {
		m, err := Resolve(context.Background(), "https://issuer.example/key", web(map[string]string{"https://issuer.example/key": string(document), issuerURL: c.profile}))
		if err != nil || !reflect.DeepEqual(m.PublicKey, &key.PublicKey) {
			t.Errorf("%s: %+v %v", name, m, err)
		}
		if err := m.BoundTo(issuerURL); !errors.Is(err, c.want) {
			t.Errorf("%s: bound: %v, want %v", name, err, c.want)
		}
	}
}

func TestPrivateAndMalformedKeysAreRefused(t *testing.T) {
	for _, jwk := range []string{
		`{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","d":"AAAA"}`, `{"kty":"OKP","crv":"Ed25519","x":"AAAA"}`,
		`{"kty":"EC","crv":"P-256","x":"AAAA","y":"AAAA"}`, `{"kty":"EC","crv":"P-521","x":"AAAA","y":"AAAA"}`, `{"kty":"RSA","n":"","e":"AQAB"}`,
		`{"kty":"RSA","n":"AAAA","e":"AQABAQAB"}`, `{"kty":"oct","k":"AAAA"}`, `[]`, `{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHUR\n"}`,
	} {
		if key, err := decodeJWK([]byte(jwk)); err == nil {
			t.Errorf("%s: %v", jwk, key)
		}
	}
}

func FuzzResolveNeverPanics(f *testing.F) {
	f.Add("https://issuer.example#"+multikey, `{"id":"https://issuer.example","verificationMethod":{"publicKeyJwk":{"kty":"EC"}},"assertionMethod":["#k",{"id":"#k"}]}`)
	f.Add("did:web:a%3A1:b#k", `{"keys":[{"kid":"k","kty":"RSA"}]}`)
	f.Add("did:jwk:e30", "")
	f.Fuzz(func(t *testing.T, id, document string) {
		m, err := Resolve(context.Background(), id, func(context.Context, string) (int, string, []byte, error) { return 200, "", []byte(document), nil })
		if err == nil && m.PublicKey == nil {
			t.Error("neither a key nor an error")
		}
	})
}

func TestKeysOfOtherKindsAreReadOrRefusedByName(t *testing.T) {
	for bits, want := range map[int]bool{2048: true, 4096: true} {
		key, err := rsa.GenerateKey(rand.Reader, bits)
		if err != nil {
			t.Fatal(err)
		}
		name := "did:key:z" + base58.Encode(append([]byte{0x85, 0x24}, x509.MarshalPKCS1PublicKey(&key.PublicKey)...))
		m, err := Resolve(context.Background(), name, nil)
		if read, isRSA := m.PublicKey.(*rsa.PublicKey); err != nil || !isRSA || read.Equal(&key.PublicKey) != want {
			t.Errorf("RSA of %d bits: %v, %v", bits, m.PublicKey, err)
		}
	}
	for prefix, kind := range otherKinds {
		_, err := Resolve(context.Background(), "did:key:z"+base58.Encode(append(prefix[:], make([]byte, 67)...)), nil)
		if !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), kind) {
			t.Errorf("%s: %v", kind, err)
		}
	}
	for _, broken := range [][]byte{{0x85, 0x24}, {0x85, 0x24, 1, 2, 3}} {
		if _, err := DecodeMultikey("z" + base58.Encode(broken)); !errors.Is(err, ErrMalformed) {
			t.Errorf("%x: %v", broken, err)
		}
	}
}

func FuzzKeysAreReadOrRefused(f *testing.F) {
	f.Add(multikey, []byte(`{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`))
	f.Add("u7QE", []byte(`{"kty":"RSA","n":"AAAA","e":"AQAB","d":""}`))
	f.Add("zDnae", []byte(`{"publicKeyPem":"-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----"}`))
	f.Fuzz(func(t *testing.T, multibase string, document []byte) {
		if key, err := DecodeMultikey(multibase); err == nil && key == nil {
			t.Error("neither a key nor an error")
		}
		if key, err := decodeJWK(document); err == nil && key == nil {
			t.Error("neither a key nor an error")
		}
		value, _ := strict.Decode(document)
		if n, isObject := value.(map[string]any); isObject {
			if key, err := keyOf(n); err == nil && key == nil {
				t.Error("neither a key nor an error")
			}
		}
	})
}
