package openbadges

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/carnetbadges/carnet/pkg/openbadges/proof"
)

func TestSignedBadgeIsProvedByItsIssuersKey(t *testing.T) {
	key, publicPEM := newRSA(t)
	_, otherPEM := newRSA(t)
	const keyURL, listURL = "https://issuer.example/key", "https://issuer.example/revoked"
	listed := node{"id": keyURL, "type": "CryptographicKey", "owner": issuerURL, "publicKeyPem": publicPEM}
	signed := with(assertion2, node{"id": "urn:uuid:1", "verification": node{"type": "SignedBadge", "creator": keyURL}})
	for name, test := range map[string]struct {
		issuer  node
		key     any
		list    any
		verdict Verdict
		finding string
	}{
		"sound":               {node{"publicKey": keyURL}, listed, nil, Genuine, "issuer pass key-is-issuers"},
		"key inside":          {node{"publicKey": listed}, nil, nil, Genuine, "proof pass signed"},
		"one of several":      {node{"publicKey": []any{"https://issuer.example/old", keyURL}}, listed, nil, Genuine, "proof pass signed"},
		"another key":         {node{"publicKey": keyURL}, with(listed, node{"publicKeyPem": otherPEM}), nil, Contradicted, "proof fail altered"},
		"key not listed":      {node{"publicKey": "https://issuer.example/old"}, listed, nil, Contradicted, "proof fail key-absent"},
		"no key at all":       {node{}, listed, nil, Contradicted, "proof fail key-absent"},
		"somebody else's":     {node{"publicKey": keyURL}, with(listed, node{"owner": "https://evil.example"}), nil, Contradicted, "issuer fail key-not-bound"},
		"key gone":            {node{"publicKey": keyURL}, nil, nil, CannotTell, "proof unknown key-silent"},
		"key that is none":    {node{"publicKey": keyURL}, with(listed, node{"publicKeyPem": "secret"}), nil, CannotTell, "proof unknown key-malformed"},
		"not revoked":         {node{"publicKey": keyURL, "revocationList": listURL}, listed, node{"revokedAssertions": []any{"urn:uuid:2"}}, Genuine, "revocation pass not-revoked"},
		"revoked by id":       {node{"publicKey": keyURL, "revocationList": listURL}, listed, node{"revokedAssertions": []any{"urn:uuid:1"}}, NotCurrent, "revocation fail revoked"},
		"revoked with reason": {node{"publicKey": keyURL, "revocationList": listURL}, listed, node{"revokedAssertions": []any{node{"id": "urn:uuid:1", "revocationReason": "Given twice."}}}, NotCurrent, "revocation fail revoked"},
		"revoked by uid":      {node{"publicKey": keyURL, "revocationList": listURL}, listed, node{"revokedAssertions": []any{node{"uid": "urn:uuid:1"}}}, NotCurrent, "revocation fail revoked"},
		"list gone":           {node{"publicKey": keyURL, "revocationList": listURL}, listed, nil, CannotTell, "revocation unknown status-silent"},
		"list that is a poem": {node{"publicKey": keyURL, "revocationList": listURL}, listed, "roses are red", CannotTell, "revocation unknown status-malformed"},
		"list of nothing":     {node{"publicKey": keyURL, "revocationList": listURL}, listed, node{"error": "try later"}, CannotTell, "revocation unknown status-malformed"},
		"list without entry":  {node{"publicKey": keyURL, "revocationList": listURL}, listed, node{"type": "RevocationList"}, Genuine, "revocation pass not-revoked"},
		"no list":             {node{"publicKey": keyURL}, listed, nil, Genuine, "revocation skipped no-status"},
	} {
		t.Run(name, func(t *testing.T) {
			web := hostedWeb(t)
			delete(web, assertionURL)
			web[issuerURL] = page(t, with(issuer2, test.issuer))
			if test.key != nil {
				web[keyURL] = page(t, test.key)
			}
			if test.list != nil {
				web[listURL] = page(t, test.list)
			}
			token, err := proof.SignRS256(text(t, signed), key, "", "")
			if err != nil {
				t.Fatal(err)
			}
			want(t, ask(t, token, web), test.verdict, test.finding)
		})
	}
}

// ASVS: V9.1.2, V9.1.3
func TestSignatureNeverBringsItsOwnKeyOrRules(t *testing.T) {
	key, publicPEM := newRSA(t)
	web := hostedWeb(t)
	web[issuerURL] = page(t, with(issuer2, node{"publicKey": node{"id": "urn:key", "publicKeyPem": publicPEM}}))
	signed := with(assertion2, node{"id": "urn:uuid:1", "verification": node{"type": "SignedBadge"}})
	token, err := proof.SignRS256(text(t, signed), key, "", "")
	if err != nil {
		t.Fatal(err)
	}
	want(t, ask(t, token, web), Genuine)

	parts := strings.Split(string(token), ".")
	encode := base64.RawURLEncoding.EncodeToString
	altered := encode(text(t, with(signed, node{"narrative": "A genius."})))
	want(t, ask(t, []byte(parts[0]+"."+altered+"."+parts[2]), web), Contradicted, "proof fail altered")
	for _, header := range []string{`{"alg":"none"}`, `{"alg":"HS256"}`} {
		forged := encode([]byte(header)) + "." + altered + "." + parts[2]
		want(t, ask(t, []byte(forged), web), Contradicted, "proof fail algorithm-refused")
	}
	want(t, ask(t, text(t, signed), web), Contradicted, "proof fail signature-missing")
}

func TestKeyOfOldSignedBadgeIsAtItsIssuers(t *testing.T) {
	key, publicPEM := newRSA(t)
	class1 := node{"name": "Water sampling", "description": "Takes samples.", "image": pictureURL, "criteria": "https://issuer.example/c", "issuer": issuerURL}
	for name, test := range map[string]struct {
		keyURL  string
		list    node
		verdict Verdict
		finding string
	}{
		"theirs":    {"https://issuer.example/key.pem", node{"found": "true"}, Genuine, "issuer pass key-is-issuers"},
		"revoked":   {"https://issuer.example/key.pem", node{"abc": "my bad"}, NotCurrent, "revocation fail revoked"},
		"elsewhere": {"https://evil.example/key.pem", node{}, Contradicted, "issuer fail out-of-scope"},
	} {
		t.Run(name, func(t *testing.T) {
			signed := node{
				"uid": "abc", "recipient": node{"type": "email", "hashed": false, "identity": "amina@example.org"},
				"badge": classURL, "verify": node{"type": "signed", "url": test.keyURL}, "issuedOn": "2013-02-18",
			}
			token, err := proof.SignRS256(text(t, signed), key, "", "")
			if err != nil {
				t.Fatal(err)
			}
			web := hostedWeb(t)
			web[classURL], web[test.keyURL], web["https://issuer.example/r"] = page(t, class1), page(t, publicPEM), page(t, test.list)
			web[issuerURL] = page(t, node{"name": "River Watch", "url": "https://issuer.example", "revocationList": "https://issuer.example/r"})
			want(t, ask(t, token, web), test.verdict, test.finding)
		})
	}
}

func TestIssuerThatTheBadgeBringsAlongIsNobody(t *testing.T) {
	key, publicPEM := newRSA(t)
	selfmade := with(issuer2, node{"id": "urn:uuid:9", "publicKey": node{"id": "urn:key", "publicKeyPem": publicPEM}})
	for name, issuer := range map[string]node{"a urn": selfmade, "a DID": with(selfmade, node{"id": "did:example:1"})} {
		t.Run(name, func(t *testing.T) {
			signed := with(assertion2, node{
				"id": "urn:uuid:1", "verification": node{"type": "SignedBadge"}, "badge": with(class2, node{"id": "urn:uuid:2", "issuer": issuer}),
			})
			token, err := proof.SignRS256(text(t, signed), key, "", "")
			if err != nil {
				t.Fatal(err)
			}
			want(t, ask(t, token, hostedWeb(t)), CannotTell, "proof pass signed", "issuer unknown issuer-no-address")
		})
	}
}
