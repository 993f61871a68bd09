package openbadges

import (
	"bytes"
	"compress/zlib"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"testing"

	"github.com/mr-tron/base58"

	"github.com/carnetbadges/carnet/pkg/openbadges/bake"
)

// signedBadge2 is a signed OB 2.0 badge and the web of its issuer.
func signedBadge2(t testing.TB) ([]byte, RecordedWeb) {
	t.Helper()
	const keyURL = "https://issuer.example/key"
	key, publicPEM := newRSA(t)
	token, err := SignJWS(text(t, with(assertion2, node{"id": "urn:uuid:1", "verification": node{"type": "SignedBadge", "creator": keyURL}})), key)
	if err != nil {
		t.Fatal(err)
	}
	web := hostedWeb(t)
	delete(web, assertionURL)
	web[issuerURL] = page(t, with(issuer2, node{"publicKey": keyURL}))
	web[keyURL] = page(t, node{"id": keyURL, "type": "CryptographicKey", "owner": issuerURL, "publicKeyPem": publicPEM})
	return token, web
}

func TestSignedBadgesTravelInEveryCarrier(t *testing.T) {
	token, web := signedBadge2(t)
	inSVG, err := bake.SVG([]byte(drawing), token, bake.Assertion)
	if err != nil {
		t.Fatal(err)
	}
	for name, input := range map[string][]byte{
		"PNG": bakedPNG(t, token), "SVG": inSVG, "PDF": inPDF(string(token)), "text": token,
	} {
		t.Run(name, func(t *testing.T) {
			want(t, ask(t, input, web, "amina@example.org"), Genuine, "proof pass signed", "issuer pass key-is-issuers", "recipient pass recipient-matches")
		})
	}
}

func deflated(t *testing.T, said []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	if _, err := w.Write(said); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestOldAndOddChunksStillProveTheirBadge(t *testing.T) {
	amy, eve := newSigner('a'), newSigner('e')
	good := amy.sign(t, amy.badge3())
	other := eve.sign(t, with(eve.badge3(), node{"id": "urn:uuid:2"}))
	plain := func(credential []byte) []byte {
		return append([]byte("openbadgecredential\x00\x00\x00\x00\x00"), credential...)
	}
	for name, picture := range map[string][]byte{
		"compressed iTXt":    withChunk(blankPNG(t), "iTXt", append([]byte("openbadgecredential\x00\x01\x00\x00\x00"), deflated(t, good)...)),
		"zTXt":               withChunk(blankPNG(t), "zTXt", append([]byte("openbadges\x00\x00"), deflated(t, good)...)),
		"tEXt":               withChunk(blankPNG(t), "tEXt", append([]byte("openbadges\x00"), good...)),
		"twice the same":     withChunk(withChunk(blankPNG(t), "iTXt", plain(good)), "iTXt", plain(good)),
		"the first of two":   withChunk(withChunk(blankPNG(t), "iTXt", plain(other)), "iTXt", plain(good)),
		"under the old name": withChunk(blankPNG(t), "iTXt", append([]byte("openbadges\x00\x00\x00\x00\x00"), good...)),
	} {
		t.Run(name, func(t *testing.T) {
			v := ask(t, picture, nil)
			want(t, v, Genuine, "proof pass signed")
			if v.Badge.ID != asID(amy.badge3()) {
				t.Errorf("it is %s", v.Badge.ID)
			}
		})
	}
}

func TestTokenOfAnRSADIDKeyIsGenuine(t *testing.T) {
	s := rsaSigner(t, 2048)
	issuer := "did:key:z" + base58.Encode(append([]byte{0x85, 0x24}, x509.MarshalPKCS1PublicKey(s.public.(*rsa.PublicKey))...))
	doc := newSigner('a').badge3()
	doc["issuer"] = with(doc["issuer"].(node), node{"id": issuer})
	token := s.token(t, node{"alg": "RS256", "kid": issuer + "#" + issuer[len("did:key:"):]}, claims(doc, nil))
	want(t, ask(t, []byte(token), nil), Genuine, "proof pass signed", "issuer pass key-is-issuers")
}

func TestKeyOnACurveThatIsNotSupportedIsSaidSo(t *testing.T) {
	s := curve(t, "ES256", elliptic.P256())
	issuer := "did:key:z" + base58.Encode(append([]byte{0x82, 0x24, 2}, make([]byte, 66)...))
	doc := newSigner('a').badge3()
	doc["issuer"] = with(doc["issuer"].(node), node{"id": issuer})
	token := s.token(t, node{"alg": "ES256", "kid": issuer}, claims(doc, nil))
	want(t, ask(t, []byte(token), nil), CannotTell, "proof unknown key-unsupported")
	token = s.token(t, node{"alg": "ES512", "kid": issuer}, claims(doc, nil))
	want(t, ask(t, []byte(token), nil), CannotTell, "proof unknown suite-unknown")
}

// endorsing is an endorsement of the test badge, as OB 3.0 §B.1.12 has it.
func endorsing(s signer, target string) node {
	return node{
		"@context": []any{contextVC2, "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"},
		"id":       "urn:uuid:00000000-0000-4000-8000-00000000000e", "type": []any{"VerifiableCredential", "EndorsementCredential"},
		"issuer": node{"id": s.did, "type": []any{"Profile"}, "name": "Lake Friends"}, "validFrom": "2025-04-01T00:00:00Z", "name": "Endorsement",
		"credentialSubject": node{"id": target, "type": []any{"EndorsementSubject"}, "endorsementComment": "Well sampled."},
	}
}

// The badges are tokens themselves: context 3.0.3 as it was published first has no term endorsementJwt, so that a badge
// with an embedded proof can not state one safely.
func TestEndorsementTokensAreCheckedAsCredentials(t *testing.T) {
	amy, friend, eve := newSigner('a'), newSigner('f'), newSigner('e')
	badge, achievement := asID(amy.badge3()), "urn:uuid:00000000-0000-4000-8000-000000000002"
	good := string(friend.jwt(t, claims(endorsing(friend, badge), node{"nbf": 1743465600}), friend.vm))
	tampered := good[:len(good)-4] + "AAAA"
	expired := claims(with(endorsing(friend, badge), node{"validUntil": "2026-01-01T00:00:00Z"}), node{"nbf": 1743465600, "exp": 1767225600})
	for name, test := range map[string]struct {
		token, at string
		verdict   Verdict
		finding   string
	}{
		"of the badge":       {good, "badge", Genuine, "endorsement pass endorsed"},
		"of the achievement": {string(friend.jwt(t, claims(endorsing(friend, achievement), node{"nbf": 1743465600}), friend.vm)), "achievement", Genuine, "endorsement pass endorsed"},
		"of the issuer":      {string(friend.jwt(t, claims(endorsing(friend, amy.did), node{"nbf": 1743465600}), friend.vm)), "issuer", Genuine, "endorsement pass endorsed"},
		"of another badge":   {string(friend.jwt(t, claims(endorsing(friend, "urn:uuid:9"), node{"nbf": 1743465600}), friend.vm)), "badge", Genuine, "endorsement skipped endorsement-other"},
		"altered":            {tampered, "badge", Contradicted, "endorsement fail endorsement-failed"},
		"in another's name":  {string(eve.jwt(t, claims(endorsing(friend, badge), node{"nbf": 1743465600}), eve.vm)), "badge", Contradicted, "endorsement fail endorsement-failed"},
		"ended":              {string(friend.jwt(t, expired, friend.vm)), "badge", Contradicted, "endorsement fail endorsement-failed"},
		"no token":           {"roses are red", "badge", CannotTell, "endorsement unknown endorsement-unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			doc := decoded(text(t, amy.badge3()))
			holder := map[string]node{"badge": doc, "achievement": asNode(asNode(doc["credentialSubject"])["achievement"]), "issuer": asNode(doc["issuer"])}[test.at]
			holder["endorsementJwt"] = []any{test.token}
			want(t, ask(t, amy.jwt(t, claims(doc, nil), amy.vm), nil), test.verdict, test.finding)
		})
	}
}
