package openbadges

import (
	"crypto/ed25519"
	"testing"

	"github.com/carnetbadges/carnet/pkg/openbadges/proof"
)

// didPage is the document of a did:web that publishes the key of a signer.
func (s signer) didPage(id string) node {
	x := b64(s.key.Public().(ed25519.PublicKey))
	return node{
		"id":                 id,
		"verificationMethod": []any{node{"id": id + "#1", "type": "JsonWebKey2020", "controller": id, "publicKeyJwk": node{"kty": "OKP", "crv": "Ed25519", "x": x}}},
		"assertionMethod":    []any{id + "#1"},
	}
}

// TestKeyInTheHeaderIsTheIssuersWhereTheyPublishIt: OB 3.0 §8.2.3 lets a header bring jwk instead of kid.
func TestKeyInTheHeaderIsTheIssuersWhereTheyPublishIt(t *testing.T) {
	amy, eve := newSigner('a'), newSigner('e')
	const issuer, at = "did:web:issuer.example", "https://issuer.example/.well-known/did.json"
	header := func(s signer) node {
		return node{"alg": "EdDSA", "typ": "JWT", "jwk": node{"kty": "OKP", "crv": "Ed25519", "x": b64(s.key.Public().(ed25519.PublicKey))}}
	}
	unlisted := with(amy.didPage(issuer), node{"assertionMethod": []any{}})
	for name, test := range map[string]struct {
		signer  byte
		page    any
		verdict Verdict
		finding string
	}{
		"published":               {'a', amy.didPage(issuer), Genuine, "issuer pass key-is-issuers"},
		"after a byte order mark": {'a', "\ufeff" + string(text(t, amy.didPage(issuer))), Genuine, "issuer pass key-is-issuers"},
		"not for assertions":      {'a', unlisted, Contradicted, "issuer fail key-not-bound"},
		"somebody else's":         {'e', amy.didPage(issuer), Contradicted, "issuer fail key-absent"},
		"their page is silent":    {'a', nil, CannotTell, "issuer unknown key-from-header"},
		"another's page":          {'a', amy.didPage("did:web:other.example"), Contradicted, "issuer fail key-not-bound"},
	} {
		t.Run(name, func(t *testing.T) {
			doc := amy.badge3()
			doc["issuer"] = with(doc["issuer"].(node), node{"id": issuer})
			web := RecordedWeb{}
			if test.page != nil {
				web[at] = page(t, test.page)
			}
			signs := map[byte]signer{'a': amy, 'e': eve}[test.signer]
			token := edwards(test.signer).token(t, header(signs), claims(doc, nil))
			want(t, ask(t, []byte(token), web), test.verdict, "proof pass signed-by-header", test.finding)
		})
	}
}

// TestHostedBadgeThatIsSignedTooIsJudgedByItsHost: openbadgeslib bakes such.
func TestHostedBadgeThatIsSignedTooIsJudgedByItsHost(t *testing.T) {
	key, _ := newRSA(t)
	token, err := proof.SignRS256(text(t, assertion2), key, "", "")
	if err != nil {
		t.Fatal(err)
	}
	v := ask(t, token, hostedWeb(t), "amina@example.org")
	want(t, v, Genuine, "proof pass hosted", "issuer pass origin-is-issuers", "recipient pass recipient-matches")
	if v.Proof != ProofHosted {
		t.Errorf("proof %s", v.Proof)
	}
	lie, err := proof.SignRS256(text(t, with(assertion2, node{"narrative": "A genius."})), key, "", "")
	if err != nil {
		t.Fatal(err)
	}
	if v := ask(t, lie, hostedWeb(t)); v.Badge.Narrative != "" {
		t.Errorf("the badge says %q", v.Badge.Narrative)
	}
	want(t, ask(t, token, RecordedWeb{}), CannotTell, "proof unknown host-silent")
}
