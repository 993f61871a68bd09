package proof

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	mathrand "math/rand/v2"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"
)

var encode = base64.RawURLEncoding.EncodeToString

func rsaPair(t testing.TB, bits int) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func curvePair(t testing.TB, curve elliptic.Curve) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// token is a JWS of each algorithm together with the key that verifies it.
type token struct {
	compact []byte
	public  crypto.PublicKey
}

func tokens(t testing.TB) map[string]token {
	t.Helper()
	rsaKey, p256, p384 := rsaPair(t, 2048), curvePair(t, elliptic.P256()), curvePair(t, elliptic.P384())
	edwards := seed(bytes.Repeat([]byte{7}, 32))
	all := map[string]token{}
	for algorithm, key := range map[string]crypto.Signer{
		"RS256": rsaKey, "RS384": rsaKey, "RS512": rsaKey, "ES256": p256, "ES384": p384, "EdDSA": edwards,
	} {
		compact, err := signJWS([]byte(`{"iss":"https://issuer.example","n":1}`), jose.SignatureAlgorithm(algorithm), key, "key-1", "JWT")
		if err != nil {
			t.Fatal(err)
		}
		all[algorithm] = token{compact, key.Public()}
	}
	return all
}

// ASVS: V9.1.2, V11.2.2, V11.6.1
func TestEveryAlgorithmVerifiesWithItsOwnKeyOnly(t *testing.T) {
	all := tokens(t)
	for algorithm, token := range all {
		jws, err := ParseJWS(token.compact)
		if err != nil {
			t.Fatal(algorithm, err)
		}
		if jws.Algorithm != algorithm || jws.KeyID != "key-1" || jws.Type != "JWT" || jws.Payload != `{"iss":"https://issuer.example","n":1}` {
			t.Errorf("%s is read as %+v", algorithm, jws)
		}
		for other, key := range all {
			err := jws.Verify(key.public)
			switch {
			case algorithm == other || algorithm[:2] == "RS" && other[:2] == "RS":
				if err != nil {
					t.Errorf("%s with its key: %v", algorithm, err)
				}
			case !errors.Is(err, ErrKeyType):
				t.Errorf("%s with the key of %s: %v", algorithm, other, err)
			}
		}
	}
}

func TestAnotherKeyOfTheSameKindDoesNotVerify(t *testing.T) {
	for algorithm, token := range tokens(t) {
		jws, err := ParseJWS(token.compact)
		if err != nil {
			t.Fatal(err)
		}
		if err := jws.Verify(tokens(t)[algorithm].public); !errors.Is(err, ErrSignature) && algorithm != "EdDSA" {
			t.Errorf("%s: %v", algorithm, err)
		}
	}
}

// ASVS: V9.1.3
func TestDangerousHeadersAreRefused(t *testing.T) {
	key := rsaPair(t, 2048)
	der, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		t.Fatal(err)
	}
	secret := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	for header, want := range map[string]error{
		`{"alg":"none"}`: ErrRefused, `{"alg":"None"}`: ErrRefused, `{"alg":"HS256"}`: ErrRefused, `{"alg":"HS512"}`: ErrRefused,
		`{"alg":"RS256","crit":["exp"]}`: ErrRefused, `{"alg":"RS256","b64":false,"crit":["b64"]}`: ErrRefused, `{"alg":"RS256","b64":true}`: ErrRefused,
		`{"alg":"RS256","jku":"https://evil.example/keys"}`: ErrRefused, `{"alg":"RS256","x5u":"https://evil.example/key"}`: ErrRefused,
		`{"alg":"PS256"}`: ErrUnknownSuite, `{"alg":"ES512"}`: ErrUnknownSuite, `{}`: ErrMalformed, `{"alg":7}`: ErrMalformed, `[]`: ErrMalformed,
		`{"alg":"RS256","alg":"RS256"}`: ErrMalformed, `{"alg":"RS256","ALG":"none"}`: ErrMalformed, `{"alg":"RS256","jwk":"x"}`: ErrMalformed,
	} {
		input := encode([]byte(header)) + "." + encode([]byte(`{}`))
		mac := hmac.New(sha256.New, secret)
		mac.Write([]byte(input))
		for _, signature := range []string{"", encode(mac.Sum(nil))} {
			if _, err := ParseJWS([]byte(input + "." + signature)); !errors.Is(err, want) {
				t.Errorf("%s: %v, want %v", header, err, want)
			}
		}
	}
}

// ASVS: V11.6.1
func TestAShortRSAKeyIsRefused(t *testing.T) {
	t.Setenv("GODEBUG", "rsa1024min=0")
	key := rsaPair(t, 1024)
	compact, err := signJWS([]byte(`{}`), jose.RS256, key, "", "")
	if err != nil {
		t.Fatal(err)
	}
	jws, err := ParseJWS(compact)
	if err != nil {
		t.Fatal(err)
	}
	if err := jws.Verify(key.Public()); !errors.Is(err, ErrKeyType) {
		t.Error(err)
	}
	if _, err := SignRS256([]byte(`{}`), key, "", ""); !errors.Is(err, ErrKeyType) {
		t.Error(err)
	}
}

func TestTheHeadersOwnKeyIsReadButNotItsPrivatePart(t *testing.T) {
	header := `{"alg":"EdDSA","jwk":{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}}`
	jws, err := ParseJWS([]byte(encode([]byte(header)) + "." + encode([]byte("{}")) + "." + encode(make([]byte, 64))))
	if err != nil || jws.JWK == nil {
		t.Fatal(err)
	}
	leaked := strings.Replace(header, `"x":`, `"d":"AAAA","x":`, 1)
	if _, err := ParseJWS([]byte(encode([]byte(leaked)) + "." + encode([]byte("{}")) + "." + encode(make([]byte, 64)))); err == nil {
		t.Error("a private key was accepted")
	}
}

// mutate changes one byte, drops one, doubles one, swaps two or cuts the end.
func mutate(r *mathrand.Rand, compact []byte) []byte {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/\n \x00\xff"
	m, at := bytes.Clone(compact), r.IntN(len(compact))
	switch r.IntN(5) {
	case 0:
		m[at] = alphabet[r.IntN(len(alphabet))]
	case 1:
		m = append(m[:at], m[at+1:]...)
	case 2:
		m = append(m[:at+1], m[at:]...)
	case 3:
		other := r.IntN(len(m))
		m[at], m[other] = m[other], m[at]
	case 4:
		m = m[:at]
	}
	return m
}

// ASVS: V9.1.1
func TestNoMutantOfAJWTIsAccepted(t *testing.T) {
	r := mathrand.New(mathrand.NewPCG(1, 2))
	tried := 0
	for algorithm, token := range tokens(t) {
		mutants := [][]byte{}
		for _, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=\n") {
			mutants = append(mutants, append(bytes.Clone(token.compact[:len(token.compact)-1]), c), append(bytes.Clone(token.compact), c))
		}
		for range 400 {
			mutants = append(mutants, mutate(r, token.compact))
		}
		for _, m := range mutants {
			if bytes.Equal(m, token.compact) {
				continue
			}
			tried++
			if jws, err := ParseJWS(m); err == nil && jws.Verify(token.public) == nil {
				t.Errorf("%s: accepted %q", algorithm, m)
			}
		}
	}
	t.Logf("%d mutants", tried)
}

func FuzzParseJWSNeverPanics(f *testing.F) {
	f.Add([]byte("eyJhbGciOiJFZERTQSJ9.e30.AAAA"))
	f.Add([]byte("eyJhbGciOiJub25lIn0.e30."))
	f.Fuzz(func(t *testing.T, data []byte) {
		jws, err := ParseJWS(data)
		if err == nil && jws.Verify(seed(make([]byte, 32)).Public()) == nil {
			t.Error("a signature nobody made")
		}
	})
}

func TestAPartIsReadInItsOneSpellingWhereverItIsCut(t *testing.T) {
	long := encode(bytes.Repeat([]byte("a text of many bytes "), 400))
	for _, part := range []string{"", "e30", long, long[:2048], long[:2052]} {
		want, err := base64.RawURLEncoding.Strict().DecodeString(part)
		if got, known := decodePart([]byte(part)); !known || err != nil || got != string(want) {
			t.Errorf("%d characters are read otherwise: %v", len(part), err)
		}
	}
	for name, part := range map[string]string{
		"a line break after a piece": long[:2048] + "\n" + long[2048:], "one at the end": long[:2048] + "\n", "stray bits": "e31",
		"one too many": long[:2049], "padding": "e30=", "padding within": long[:2046] + "==" + long[2048:], "another alphabet": "++++",
	} {
		if _, known := decodePart([]byte(part)); known {
			t.Errorf("%s: read", name)
		}
	}
}
