package openbadges

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"hash"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/carnetbadges/carnet/pkg/openbadges/did"
)

// jwtSigner signs what it is given, header and all.
type jwtSigner struct {
	alg    string
	public crypto.PublicKey
	sign   func(signed []byte) []byte
}

func b64(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }

// token is a compact JWS with any header.
func (s jwtSigner) token(t *testing.T, header, payload node) string {
	t.Helper()
	signed := b64(text(t, header)) + "." + b64(text(t, payload))
	return signed + "." + b64(s.sign([]byte(signed)))
}

func edwards(letter byte) jwtSigner {
	key := newSigner(letter).key
	return jwtSigner{"EdDSA", key.Public(), func(signed []byte) []byte { return ed25519.Sign(key, signed) }}
}

func curve(t *testing.T, alg string, c elliptic.Curve) jwtSigner {
	t.Helper()
	key, err := ecdsa.GenerateKey(c, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	size := (c.Params().BitSize + 7) / 8
	return jwtSigner{alg, &key.PublicKey, func(signed []byte) []byte {
		digest := sha256.Sum256(signed)
		hashed := digest[:]
		if size == 48 {
			long := sha512.Sum384(signed)
			hashed = long[:]
		}
		r, s, err := ecdsa.Sign(rand.Reader, key, hashed)
		if err != nil {
			panic(err)
		}
		return append(r.FillBytes(make([]byte, size)), s.FillBytes(make([]byte, size))...)
	}}
}

func rsaSigner(t *testing.T, bits int) jwtSigner {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return jwtSigner{"RS256", &key.PublicKey, func(signed []byte) []byte {
		digest := sha256.Sum256(signed)
		signature, err := rsa.SignPKCS1v15(nil, key, crypto.SHA256, digest[:])
		if err != nil {
			panic(err)
		}
		return signature
	}}
}

func (s jwtSigner) jwk() node {
	switch key := s.public.(type) {
	case ed25519.PublicKey:
		return node{"kty": "OKP", "crv": "Ed25519", "x": b64(key)}
	case *ecdsa.PublicKey:
		point, err := key.Bytes()
		if err != nil {
			panic(err)
		}
		size := (len(point) - 1) / 2
		return node{"kty": "EC", "crv": key.Params().Name, "x": b64(point[1 : 1+size]), "y": b64(point[1+size:])}
	case *rsa.PublicKey:
		return node{"kty": "RSA", "n": b64(key.N.Bytes()), "e": b64(big.NewInt(int64(key.E)).Bytes())}
	}
	return nil
}

// jwtForm is a VC-JWT that is genuine, and how it was made.
type jwtForm struct {
	original
	signer          jwtSigner
	header, payload node
}

// jwtForms are the ways in which a VC-JWT names its key: a did:key, a did:jwk, and a document of the issuer's.
func jwtForms(t *testing.T) []jwtForm {
	t.Helper()
	var forms []jwtForm
	add := func(name string, s jwtSigner, issuer, kid string, web RecordedWeb) {
		doc := newSigner('a').badge3()
		doc["issuer"] = with(doc["issuer"].(node), node{"id": issuer})
		header, payload := node{"alg": s.alg, "kid": kid, "typ": "JWT"}, claims(doc, nil)
		forms = append(forms, jwtForm{original{name, []byte(s.token(t, header, payload)), web, Genuine}, s, header, payload})
	}
	for name, s := range map[string]jwtSigner{
		"EdDSA did:key": edwards('j'), "ES256 did:key": curve(t, "ES256", elliptic.P256()), "ES384 did:key": curve(t, "ES384", elliptic.P384()),
	} {
		key, err := did.Key(s.public)
		if err != nil {
			t.Fatal(err)
		}
		add(name, s, key, key+"#"+strings.TrimPrefix(key, "did:key:"), nil)
	}
	for name, s := range map[string]jwtSigner{"EdDSA did:jwk": edwards('j'), "ES256 did:jwk": curve(t, "ES256", elliptic.P256()), "RS256 did:jwk": rsaSigner(t, 2048)} {
		key := "did:jwk:" + b64(text(t, s.jwk()))
		add(name, s, key, key+"#0", nil)
	}
	s := rsaSigner(t, 2048)
	document := node{"id": "did:web:issuer.example", "assertionMethod": []any{node{"id": "did:web:issuer.example#k", "type": "JsonWebKey", "controller": "did:web:issuer.example", "publicKeyJwk": s.jwk()}}}
	add("RS256 did:web", s, "did:web:issuer.example", "did:web:issuer.example#k", RecordedWeb{"https://issuer.example/.well-known/did.json": page(t, document)})
	return forms
}

func TestJWTsOfEveryAlgorithmAreGenuine(t *testing.T) {
	for _, f := range jwtForms(t) {
		t.Run(f.name, func(t *testing.T) {
			want(t, ask(t, f.input, f.web), Genuine, "proof pass signed", "issuer pass key-is-issuers")
		})
	}
}

// TestNoForgedJWTIsGenuine tries what has been tried on JWT libraries, and every byte.
func TestNoForgedJWTIsGenuine(t *testing.T) {
	var flipped tally
	forged, genuine, proved := 0, 0, 0
	for _, f := range jwtForms(t) {
		for name, token := range f.forgeries(t) {
			forged++
			c, err := Read(context.Background(), []byte(token), f.web.Fetch)
			if err != nil {
				continue
			}
			v := Verify(context.Background(), c, Options{Fetch: f.web.Fetch, At: now})
			if v.Verdict == Genuine {
				genuine++
				t.Errorf("%s, %s: genuine\n%s", f.name, name, say(v))
			}
			if v.Proved() && !strings.HasPrefix(name, "eve") {
				proved++
				t.Errorf("%s, %s: proved\n%s", f.name, name, say(v))
			}
		}
		turn := 0
		for m := range flips(f.input) {
			if turn++; *prove || turn%3 == 0 && !raced {
				f.judge(t, m, &flipped)
			}
		}
	}
	t.Logf("%d forgeries: %d genuine, %d proved with a key of the issuer's; %d with one byte changed: %d proved",
		forged, genuine, proved, flipped.all.Load(), flipped.proved.Load())
	if forged < 200 {
		t.Error("too few forgeries to mean anything")
	}
}

// forgeries are tokens that must not be genuine; those whose name begins with eve are well signed by somebody else.
func (f jwtForm) forgeries(t *testing.T) map[string]string {
	t.Helper()
	parts := strings.Split(string(f.input), ".")
	all := map[string]string{}
	f.bentHeaders(t, all, parts)
	f.bentSignatures(t, all, parts)
	f.bentParts(t, all, parts)
	f.ofEve(t, all)
	return all
}

// bentHeaders changes what the header asks for and keeps the signature, or leaves it out, or makes one with what is public.
func (f jwtForm) bentHeaders(t *testing.T, all map[string]string, parts []string) {
	t.Helper()
	header := func(changes node) string { return b64(text(t, with(f.header, changes))) }
	for _, alg := range []any{"none", "None", "NONE", "nOnE", "", nil, "HS256", "HS384", "HS512", "RS256", "RS1", "PS256", "PS512", "ES256", "ES384", "ES512", "ES256K", "EdDSA", "Ed25519", "dir", "RSA-OAEP", []any{f.signer.alg}, 256} {
		if alg == f.signer.alg {
			continue
		}
		all[fmt.Sprint("alg ", alg)] = header(node{"alg": alg}) + "." + parts[1] + "." + parts[2]
		all[fmt.Sprint("alg unsigned ", alg)] = header(node{"alg": alg}) + "." + parts[1] + "."
	}
	for name, secret := range f.publicBytes(t) {
		for alg, hashed := range map[string]func() hash.Hash{"HS256": sha256.New, "HS384": sha512.New384, "HS512": sha512.New} {
			signed := header(node{"alg": alg}) + "." + parts[1]
			mac := hmac.New(hashed, secret)
			mac.Write([]byte(signed))
			all[alg+" with "+name] = signed + "." + b64(mac.Sum(nil))
		}
	}
	for name, changes := range map[string]node{
		"crit b64": {"crit": []any{"b64"}, "b64": false}, "crit exp": {"crit": []any{"exp"}}, "crit none": {"crit": []any{}}, "b64": {"b64": false},
		"jku": {"jku": "https://evil.example/jwks"}, "x5u": {"x5u": "https://evil.example/x5u"}, "x5c": {"x5c": []any{"MIIB"}}, "zip": {"zip": "DEF"},
		"kid up": {"kid": "../../../../dev/null"}, "kid SQL": {"kid": "' OR 1=1 --"}, "kid file": {"kid": "file:///etc/passwd"}, "kid inside": {"kid": "http://127.0.0.1/key"},
		"kid list": {"kid": []any{f.header["kid"]}}, "kid NUL": {"kid": asString(f.header["kid"]) + "\x00"}, "no kid": {"kid": nil}, "typ": {"typ": "none"}, "twice": {"ALG": "none"},
	} {
		all["header "+name] = header(changes) + "." + parts[1] + "." + parts[2]
	}
}

// publicBytes are the forms of a public key that somebody might be fooled into using as a secret.
func (f jwtForm) publicBytes(t *testing.T) map[string][]byte {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(f.signer.public)
	if err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{
		"PEM": pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), "DER": der, "JWK": text(t, f.signer.jwk()), "nothing": {}, "kid": []byte(asString(f.header["kid"])),
	}
}

func (f jwtForm) bentSignatures(t *testing.T, all map[string]string, parts []string) {
	t.Helper()
	signature, err := base64.RawURLEncoding.DecodeString(parts[2])
	if err != nil {
		t.Fatal(err)
	}
	half, n := len(signature)/2, len(signature)
	zero := make([]byte, n)
	forged := map[string][]byte{
		"empty": {}, "zero": zero, "ones": bytes.Repeat([]byte{0xff}, n), "one": append(make([]byte, n-1), 1), "short": signature[:n-1], "long": append(bytes.Clone(signature), 0),
		"doubled": append(bytes.Clone(signature), signature...), "half": signature[:half], "swapped": slices.Concat(signature[half:], signature[:half]),
		"r zero": slices.Concat(zero[:half], signature[half:]), "s zero": slices.Concat(signature[:half], zero[half:]), "led by zero": append([]byte{0}, signature...),
	}
	if key, isCurve := f.signer.public.(*ecdsa.PublicKey); isCurve {
		order := key.Params().N
		forged["r = s = n"] = slices.Concat(order.FillBytes(make([]byte, half)), order.FillBytes(make([]byte, half)))
		r, s := new(big.Int).SetBytes(signature[:half]), new(big.Int).SetBytes(signature[half:])
		if forged["DER"], err = asn1.Marshal(struct{ R, S *big.Int }{r, s}); err != nil {
			t.Fatal(err)
		}
	}
	for name, one := range forged {
		all["signature "+name] = parts[0] + "." + parts[1] + "." + b64(one)
	}
	for name, spelling := range map[string]string{"padded": parts[2] + "=", "padded twice": parts[2] + "==", "spaced": parts[2][:4] + " " + parts[2][4:], "broken": parts[2][:4] + "\n" + parts[2][4:], "plus": "+" + parts[2][1:]} {
		all["spelling "+name] = parts[0] + "." + parts[1] + "." + spelling
	}
}

func (f jwtForm) bentParts(t *testing.T, all map[string]string, parts []string) {
	t.Helper()
	for name, token := range map[string]string{
		"two": parts[0] + "." + parts[1], "four": strings.Join(append(parts[:3:3], parts[2]), "."), "five": strings.Join(append(parts[:3:3], "", ""), "."),
		"payload twice": parts[0] + "." + parts[1] + "." + parts[1] + "." + parts[2], "payload doubled": parts[0] + "." + parts[1] + parts[1] + "." + parts[2],
		"detached": parts[0] + ".." + parts[2], "led by a dot": "." + string(f.input), "swapped": parts[1] + "." + parts[0] + "." + parts[2],
		"flattened": fmt.Sprintf(`{"protected":%q,"payload":%q,"signature":%q}`, parts[0], parts[1], parts[2]), "payload padded": parts[0] + "." + parts[1] + "=." + parts[2],
	} {
		all["parts "+name] = token
	}
	bent := func(name string, payload []byte) {
		all["payload "+name] = parts[0] + "." + b64(payload) + "." + parts[2]
	}
	for _, claim := range slices.Sorted(maps.Keys(f.payload)) {
		bent("without "+claim, text(t, with(f.payload, node{claim: nil})))
	}
	plain := text(t, f.payload)
	bent("spaced", append([]byte(" "), plain...))
	bent("twice named", append([]byte(`{"name":"Emperor",`), plain[1:]...))
	bent("wrapped", text(t, node{"vc": f.payload}))
	bent("empty", []byte("{}"))
	bent("renamed", bytes.Replace(plain, []byte("Water sampling"), []byte("Water drinking"), 1))
	bent("to eve", bytes.Replace(plain, []byte("amina@example.org"), []byte("eve00@example.org"), 1))
}

// ofEve are tokens that Eve signs with her own key in the name of the issuer.
func (f jwtForm) ofEve(t *testing.T, all map[string]string) {
	t.Helper()
	eve, her := newSigner('e'), edwards('e')
	weak := rsaSigner(t, 1024)
	for name, header := range map[string]node{
		"kid of the issuer": {"kid": f.header["kid"]}, "own kid": {"kid": eve.vm}, "own did": {"kid": eve.did}, "no kid": {}, "own jwk": {"jwk": her.jwk()},
		"own jwk, kid of the issuer": {"kid": f.header["kid"], "jwk": her.jwk()}, "own jwk, unknown kid": {"kid": "urn:x", "jwk": her.jwk()},
		"own jwk, kid of nowhere": {"kid": "https://nowhere.example/k", "jwk": her.jwk()}, "jku": {"jku": "https://evil.example/", "jwk": her.jwk()},
	} {
		all["eve: "+name] = her.token(t, with(header, node{"alg": "EdDSA"}), f.payload)
	}
	all["eve: issuer's name for her kid"] = her.token(t, node{"alg": "EdDSA", "kid": asString(f.payload["iss"]) + "#" + eve.vm}, f.payload)
	all["eve: iss hers, issuer not"] = her.token(t, node{"alg": "EdDSA", "kid": eve.vm}, with(f.payload, node{"iss": eve.did}))
	all["eve: wrapped, iss hers"] = her.token(t, node{"alg": "EdDSA", "kid": eve.vm}, node{"iss": eve.did, "vc": f.payload})
	all["eve: weak key"] = weak.token(t, node{"alg": "RS256", "jwk": weak.jwk()}, f.payload)
	all["eve: key of 1 bit"] = weak.token(t, node{"alg": "RS256", "jwk": node{"kty": "RSA", "n": "AQ", "e": "AQ"}}, f.payload)
}
