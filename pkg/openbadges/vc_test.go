package openbadges

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/carnetbadges/carnet/pkg/openbadges/proof"
)

// ASVS: V9.1.1
func TestCredentialIsProvedAndBoundToItsIssuer(t *testing.T) {
	amy, eve := newSigner('a'), newSigner('e')
	for name, test := range map[string]struct {
		signer  signer
		change  node
		verdict Verdict
		finding string
	}{
		"sound":              {amy, nil, Genuine, "issuer pass key-is-issuers"},
		"another's key":      {eve, nil, Contradicted, "issuer fail key-not-bound"},
		"expired":            {amy, node{"validUntil": "2026-06-30T00:00:00Z"}, NotCurrent, "dates fail expired"},
		"still in force":     {amy, node{"validUntil": "2029-06-30T00:00:00Z"}, Genuine, "dates pass in-force"},
		"not yet":            {amy, node{"validFrom": "2030-01-01T00:00:00Z"}, NotCurrent, "dates fail not-yet-valid"},
		"ends before":        {amy, node{"validUntil": "2020-06-30T00:00:00Z"}, Contradicted, "dates fail dates-reversed"},
		"no validFrom":       {amy, node{"validFrom": nil}, Contradicted, "structure fail missing"},
		"no id":              {amy, node{"id": nil}, Contradicted, "structure fail missing"},
		"not a badge's type": {amy, node{"type": []any{"VerifiableCredential"}}, Contradicted, "structure fail wrong-form"},
		"typed wrong":        {amy, node{"issuer": node{"id": amy.did, "type": []any{"Image"}}}, Contradicted, "structure fail wrong-type"},
		"issuer by id alone": {amy, node{"issuer": amy.did}, Genuine, "issuer pass key-is-issuers"},
		"nobody's":           {amy, node{"credentialSubject": with(amy.badge3()["credentialSubject"].(node), node{"id": nil, "identifier": nil})}, Contradicted, "structure fail no-subject"},
		"for nothing":        {amy, node{"credentialSubject": with(amy.badge3()["credentialSubject"].(node), node{"achievement": nil})}, Contradicted, "structure fail missing"},
		"two subjects":       {amy, node{"credentialSubject": []any{amy.badge3()["credentialSubject"], node{"id": "did:example:eve"}}}, Contradicted, "structure fail wrong-form"},
		"1EdTech's schema":   {amy, node{"credentialSchema": []any{node{"id": "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json", "type": "1EdTechJsonSchemaValidator2019"}}}, Genuine, "structure skipped schema-own"},
		"schema gone":        {amy, node{"credentialSchema": node{"id": "https://issuer.example/s", "type": "JsonSchema"}}, CannotTell, "structure unknown schema-not-checked"},
		"status unknown":     {amy, node{"credentialStatus": node{"id": "urn:uuid:9", "type": "BitstringStatusList"}}, CannotTell, "revocation unknown status-unsupported"},
	} {
		t.Run(name, func(t *testing.T) {
			input := test.signer.sign(t, with(amy.badge3(), test.change))
			want(t, ask(t, input, RecordedWeb{}), test.verdict, test.finding)
		})
	}
}

// TestNarrowerDatesCount: a credential of VC 1.1 may state the dates of VC 2.0 beside its own.
func TestNarrowerDatesCount(t *testing.T) {
	amy := newSigner('a')
	old := with(amy.badge3(), node{"@context": []any{contextVC1, "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json", "https://w3id.org/security/data-integrity/v2"}, "issuanceDate": "2025-03-14T00:00:00Z"})
	for finding, change := range map[string]node{
		"dates fail expired":       {"expirationDate": "2026-01-01T00:00:00Z", "validUntil": "2030-01-01T00:00:00Z"},
		"dates fail not-yet-valid": {"issuanceDate": "2030-01-01T00:00:00Z", "validFrom": "2025-03-14T00:00:00Z"},
	} {
		want(t, ask(t, amy.sign(t, with(old, change)), nil), NotCurrent, finding)
	}
}

func TestSchemaOfTheIssuerCounts(t *testing.T) {
	amy := newSigner('a')
	input := amy.sign(t, with(amy.badge3(), node{"credentialSchema": node{"id": "https://issuer.example/s", "type": "JsonSchema"}}))
	web := RecordedWeb{"https://issuer.example/s": page(t, node{"required": []any{"id"}})}
	want(t, ask(t, input, web), Genuine, "structure pass schema-followed")
	web["https://issuer.example/s"] = page(t, node{"required": []any{"narrative"}})
	want(t, ask(t, input, web), Contradicted, "structure fail schema-failed")
}

func TestWhatWasChangedAfterSigningIsSeen(t *testing.T) {
	amy := newSigner('a')
	signed := amy.sign(t, amy.badge3())
	for name, change := range map[string][2]string{
		"a word":           {"Takes samples.", "Takes bribes."},
		"a word more":      {`"validFrom"`, `"validUntil":"2040-01-01T00:00:00Z","validFrom"`},
		"an unknown word":  {`"validFrom"`, `"genius":true,"validFrom"`},
		"a hidden word":    {`"https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"]`, `"https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",{"image":null}],"image":{"id":"https://evil.example","type":"Image"}`},
		"another proof":    {`"proofValue":"z`, `"proofValue":"z1`},
		"a status deleted": {`"validFrom"`, `"https://www.w3.org/2018/credentials#validUntil":"2027-01-01T00:00:00Z","validFrom"`},
	} {
		t.Run(name, func(t *testing.T) {
			altered := bytes.Replace(signed, []byte(change[0]), []byte(change[1]), 1)
			if bytes.Equal(altered, signed) {
				t.Fatal("nothing was changed")
			}
			v := ask(t, altered, RecordedWeb{})
			if v.Verdict != Contradicted || v.Proved() {
				t.Errorf("%s\n%s", v.Verdict, say(v))
			}
		})
	}
}

func TestOneGoodProofIsEnough(t *testing.T) {
	amy := newSigner('a')
	signed := amy.sign(t, amy.badge3())
	unknown := bytes.Replace(signed, []byte(`"proof":{`), []byte(`"proof":[{"type":"DataIntegrityProof","cryptosuite":"rot13","created":"2026-01-01T00:00:00Z","proofPurpose":"assertionMethod","verificationMethod":"`+amy.vm+`","proofValue":"z1"},{`), 1)
	both := append(bytes.TrimSuffix(unknown, []byte("}")), "]}"...)
	want(t, ask(t, both, RecordedWeb{}), Genuine, "proof pass signed")
}

func TestUnsignedCredentialIsAnybodys(t *testing.T) {
	want(t, ask(t, text(t, newSigner('a').badge3()), RecordedWeb{}), Contradicted, "proof fail no-proof")
}

// claims wraps a credential as OB 3.0 §8.2.4.1 asks.
func claims(doc node, changes node) node {
	return with(with(doc, node{
		"iss": doc["issuer"].(node)["id"], "jti": doc["id"], "sub": doc["credentialSubject"].(node)["id"], "nbf": 1741910400,
	}), changes)
}

// ASVS: V2.2.3
func TestEnvelopeAndCredentialAgree(t *testing.T) {
	amy, eve := newSigner('a'), newSigner('e')
	for name, test := range map[string]struct {
		changes node
		kid     string
		verdict Verdict
		finding string
	}{
		"sound":               {nil, amy.vm, Genuine, "proof pass signed"},
		"key of the issuer":   {nil, "", Genuine, "issuer pass key-is-issuers"},
		"relative key":        {nil, amy.vm[len(amy.did):], Genuine, "issuer pass key-is-issuers"},
		"another's key":       {nil, eve.vm, Contradicted, "proof fail altered"},
		"unknown key":         {nil, "urn:example:key", CannotTell, "proof unknown key-unsupported"},
		"other issuer":        {node{"iss": eve.did}, amy.vm, Contradicted, "structure fail claims-differ"},
		"other id":            {node{"jti": "urn:uuid:2"}, amy.vm, Contradicted, "structure fail claims-differ"},
		"other subject":       {node{"sub": "did:example:eve"}, amy.vm, Contradicted, "structure fail claims-differ"},
		"other date":          {node{"nbf": 1}, amy.vm, Contradicted, "structure fail claims-differ"},
		"no issuer":           {node{"iss": nil}, amy.vm, Contradicted, "structure fail claim-missing"},
		"no subject":          {node{"sub": nil}, amy.vm, Contradicted, "structure fail claim-missing"},
		"no date":             {node{"nbf": nil}, amy.vm, Contradicted, "structure fail claim-missing"},
		"date is no number":   {node{"nbf": "1741910400"}, amy.vm, Contradicted, "structure fail claims-differ"},
		"ended":               {node{"exp": 1751910400}, amy.vm, NotCurrent, "dates fail expired"},
		"ended, inside later": {node{"exp": 1751910400, "validUntil": "2040-01-01T00:00:00Z"}, amy.vm, Contradicted, "structure fail claims-differ"},
	} {
		t.Run(name, func(t *testing.T) {
			token := amy.jwt(t, claims(amy.badge3(), test.changes), test.kid)
			want(t, ask(t, token, RecordedWeb{}), test.verdict, test.finding)
		})
	}
}

func TestOldEnvelopeWrapsTheCredential(t *testing.T) {
	amy := newSigner('a')
	inner := with(amy.badge3(), node{
		"@context":     []any{contextVC1, "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"},
		"issuanceDate": "2025-03-14T00:00:00Z", "validFrom": nil,
	})
	outer := node{"vc": inner, "iss": amy.did, "jti": inner["id"], "sub": "did:example:amina", "nbf": 1741910400}
	v := ask(t, amy.jwt(t, outer, amy.vm), RecordedWeb{}, "amina@example.org")
	want(t, v, Genuine, "proof pass signed", "recipient pass recipient-matches")

	slim := node{"vc": with(inner, node{"issuer": nil, "id": nil, "issuanceDate": nil}), "iss": amy.did, "jti": inner["id"], "sub": "did:example:amina", "nbf": 1741910400}
	want(t, ask(t, amy.jwt(t, slim, amy.vm), RecordedWeb{}), Genuine, "issuer pass key-is-issuers")
}

func TestOlderSuiteOnOlderModel(t *testing.T) {
	amy := newSigner('a')
	doc := with(amy.badge3(), node{
		"@context":     []any{contextVC1, "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json", "https://w3id.org/security/suites/ed25519-2020/v1"},
		"issuanceDate": "2025-03-14T00:00:00Z", "validFrom": nil,
	})
	signed, err := proof.SignEd25519Signature2020(context.Background(), text(t, doc), amy.key, amy.vm, now)
	if err != nil {
		t.Fatal(err)
	}
	want(t, ask(t, signed, RecordedWeb{}), Genuine, "proof pass signed")
}

func TestNewerEditionReplacesOnlyItself(t *testing.T) {
	amy, eve := newSigner('a'), newSigner('e')
	const at = "https://issuer.example/refresh"
	old := with(amy.badge3(), node{"validUntil": "2026-01-01T00:00:00Z", "refreshService": node{"id": at, "type": "1EdTechCredentialRefresh"}})
	newer := with(amy.badge3(), node{"validFrom": "2026-01-01T00:00:00Z", "validUntil": "2028-01-01T00:00:00Z"})
	for name, test := range map[string]struct {
		edition any
		verdict Verdict
	}{
		"newer":          {string(amy.sign(t, newer)), Genuine},
		"somebody's":     {string(eve.sign(t, newer)), NotCurrent},
		"another badge":  {string(amy.sign(t, with(newer, node{"id": "urn:uuid:2"}))), NotCurrent},
		"unsigned":       {newer, NotCurrent},
		"older":          {string(amy.sign(t, with(newer, node{"validFrom": "2020-01-01T00:00:00Z"}))), NotCurrent},
		"nothing useful": {"hello", NotCurrent},
	} {
		t.Run(name, func(t *testing.T) {
			want(t, ask(t, amy.sign(t, old), RecordedWeb{at: page(t, test.edition)}), test.verdict)
		})
	}
	want(t, ask(t, amy.sign(t, old), RecordedWeb{}), NotCurrent)
}

func TestEndorsementIsVerifiedAsItself(t *testing.T) {
	amy, eve := newSigner('a'), newSigner('e')
	vouching := with(eve.badge3(), node{
		"id": "urn:uuid:7", "type": []any{"VerifiableCredential", "EndorsementCredential"},
		"credentialSubject": node{"id": amy.did, "type": []any{"EndorsementSubject"}, "endorsementComment": "Sound."},
	})
	parsed := func(data []byte) node {
		n, err := parse(data)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	for name, test := range map[string]struct {
		endorsement node
		verdict     Verdict
		finding     string
	}{
		"sound":          {parsed(eve.sign(t, vouching)), Genuine, "endorsement pass endorsed"},
		"forged":         {parsed(amy.sign(t, vouching)), Contradicted, "endorsement fail endorsement-failed"},
		"expired":        {parsed(eve.sign(t, with(vouching, node{"validUntil": "2026-01-01T00:00:00Z"}))), Contradicted, "endorsement fail endorsement-failed"},
		"unsigned":       {vouching, Genuine, "endorsement skipped endorsement-unknown"},
		"by the issuer":  {parsed(amy.sign(t, with(amy.badge3(), node{"type": vouching["type"], "credentialSubject": vouching["credentialSubject"], "issuer": node{"id": amy.did, "type": []any{"Profile"}, "name": "Harvard University"}}))), Genuine, "endorsement skipped endorsement-own"},
		"something else": {parsed(eve.sign(t, with(vouching, node{"credentialSubject": node{"id": "urn:uuid:8", "type": []any{"EndorsementSubject"}}}))), Genuine, "endorsement skipped endorsement-other"},
	} {
		t.Run(name, func(t *testing.T) {
			input := amy.sign(t, with(amy.badge3(), node{"endorsement": []any{test.endorsement}}))
			want(t, ask(t, input, RecordedWeb{}), test.verdict, test.finding)
		})
	}
}

// TestEndorserIsNamedByWhatProvesIt gives an endorser a name and an address on the web that are not its own.
func TestEndorserIsNamedByWhatProvesIt(t *testing.T) {
	amy, eve := newSigner('a'), newSigner('e')
	vouching := with(endorsing(eve, amy.did), node{"issuer": node{"id": eve.did, "type": []any{"Profile"}, "name": "Harvard University", "url": "https://www.harvard.edu"}})
	signed, err := parse(eve.sign(t, vouching))
	if err != nil {
		t.Fatal(err)
	}
	v := ask(t, amy.sign(t, with(amy.badge3(), node{"endorsement": []any{signed}})), RecordedWeb{})
	want(t, v, Genuine, "endorsement pass endorsed")
	if !strings.Contains(say(v), "Harvard University ("+eve.did+") endorses it") || strings.Contains(say(v), "harvard.edu") {
		t.Error(say(v))
	}
	for id, want := range map[string]string{"https://Friend.example/issuer": "friend.example", "did:web:friend.example:e": "friend.example", "did:key:z6Mk": "did:key:z6Mk", "urn:x": "urn:x"} {
		if got := (Profile{ID: id, URL: "https://www.harvard.edu"}).ProvenBy(); got != want {
			t.Errorf("%s is proved by %s", id, got)
		}
	}
}

// TestIssuerIsNamedByWhatProvesIt gives issuers of every standard an address on the web that is not their own: no finding
// may name it.
func TestIssuerIsNamedByWhatProvesIt(t *testing.T) {
	amy, elsewhere := newSigner('a'), "https://www.harvard.edu"
	doc := with(amy.badge3(), node{"issuer": node{"id": amy.did, "type": []any{"Profile"}, "name": "Harvard University", "url": elsewhere}})
	urn := with(doc, node{"issuer": node{"id": "urn:uuid:00000000-0000-4000-8000-00000000000f", "type": []any{"Profile"}, "name": "Harvard University", "url": elsewhere}})
	lent := claims(urn, nil)
	profile := with(issuer2, node{"id": "urn:uuid:00000000-0000-4000-8000-00000000000f", "url": elsewhere})
	hosted := hostedWeb(t)
	hosted[issuerURL] = page(t, profile)
	signed, web := signedBadge2(t)
	web[issuerURL] = page(t, with(decoded(web[issuerURL].Body), node{"id": profile["id"], "url": elsewhere}))
	web["https://issuer.example/key"] = page(t, with(decoded(web["https://issuer.example/key"].Body), node{"owner": profile["id"]}))
	for name, test := range map[string]struct {
		input   []byte
		web     RecordedWeb
		finding string
		naming  string
	}{
		"embedded proof":  {amy.sign(t, doc), nil, "issuer pass key-is-issuers", "The key belongs to " + amy.did + "."},
		"token":           {amy.jwt(t, claims(doc, nil), amy.vm), nil, "issuer pass key-is-issuers", "The key belongs to " + amy.did + "."},
		"key of a header": {[]byte(edwards('a').token(t, node{"alg": "EdDSA", "jwk": edwards('a').jwk()}, lent)), nil, "issuer unknown key-from-header", ""},
		"hosted":          {text(t, assertion2), hosted, "issuer pass origin-is-issuers", "where issuer.example keeps its badges"},
		"signed":          {signed, web, "issuer pass key-is-issuers", "The key belongs to issuer.example."},
	} {
		t.Run(name, func(t *testing.T) {
			v := ask(t, test.input, test.web)
			want(t, v, v.Verdict, test.finding)
			for _, f := range v.Findings {
				for _, said := range f.Params {
					if f.Check == CheckIssuer && strings.Contains(said, "harvard.edu") {
						t.Errorf("%s names %s", f.Reason, said)
					}
				}
			}
			if !strings.Contains(say(v), test.naming) {
				t.Error(say(v))
			}
		})
	}
}

// TestNobodyEndorsesTheirOwnBadge lets those endorse whom a badge was made out to, however it names them.
func TestNobodyEndorsesTheirOwnBadge(t *testing.T) {
	amy, eve := newSigner('a'), newSigner('e')
	for name, subject := range map[string]node{
		"by id":      {"id": eve.did},
		"by address": {"identifier": []any{node{"type": "IdentityObject", "identityType": "emailAddress", "identityHash": "Eve@example.org", "hashed": false}}},
	} {
		doc := amy.badge3()
		doc["credentialSubject"] = with(asNode(doc["credentialSubject"]), subject)
		vouching := with(endorsing(eve, amy.did), node{"issuer": node{"id": eve.did, "type": []any{"Profile"}, "name": "Eve", "email": "eve@example.org"}})
		signed, err := parse(eve.sign(t, vouching))
		if err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) {
			want(t, ask(t, amy.sign(t, with(doc, node{"endorsement": []any{signed}})), RecordedWeb{}), Genuine, "endorsement skipped endorsement-own")
		})
	}
}

func TestKeyMustBeTheIssuersWhenItSigns(t *testing.T) {
	amy := newSigner('a')
	const issuerID, keyID = "https://issuer.example/issuer", "https://issuer.example/issuer#key"
	x := base64.RawURLEncoding.EncodeToString(amy.key.Public().(ed25519.PublicKey))
	jwk := node{"kty": "OKP", "crv": "Ed25519", "x": x}
	method := node{"id": keyID, "type": "JsonWebKey", "controller": issuerID, "publicKeyJwk": jwk}
	document := func(method node) node {
		return node{"id": issuerID, "verificationMethod": []any{method}, "assertionMethod": []any{keyID}}
	}
	doc := with(amy.badge3(), node{"issuer": node{"id": issuerID, "type": "Profile", "name": "River Watch"}})
	for name, test := range map[string]struct {
		kid     string
		web     map[string]any
		verdict Verdict
		finding string
	}{
		"listed":                {keyID, map[string]any{issuerID: document(method)}, Genuine, "issuer pass key-is-issuers"},
		"not listed":            {keyID, map[string]any{issuerID: with(document(method), node{"assertionMethod": []any{}})}, Contradicted, "issuer fail key-not-bound"},
		"withdrawn":             {keyID, map[string]any{issuerID: document(with(method, node{"revoked": "2026-01-01T00:00:00Z"}))}, Contradicted, "issuer fail key-withdrawn"},
		"withdrawn later":       {keyID, map[string]any{issuerID: document(with(method, node{"revoked": "2027-01-01T00:00:00Z"}))}, Genuine, "issuer pass key-is-issuers"},
		"ended before":          {keyID, map[string]any{issuerID: document(with(method, node{"expires": "2024-01-01T00:00:00Z"}))}, Contradicted, "issuer fail key-ended"},
		"ended after":           {keyID, map[string]any{issuerID: document(with(method, node{"expires": "2026-01-01T00:00:00Z"}))}, Genuine, "issuer pass key-is-issuers"},
		"document silent":       {keyID, nil, CannotTell, "proof unknown key-silent"},
		"bare, where issuer is": {"https://issuer.example/key", map[string]any{"https://issuer.example/key": jwk}, Genuine, "issuer pass key-is-issuers"},
		"bare, elsewhere":       {"https://evil.example/key", map[string]any{"https://evil.example/key": jwk}, Contradicted, "issuer fail key-not-bound"},
	} {
		t.Run(name, func(t *testing.T) {
			web := RecordedWeb{}
			for address, answer := range test.web {
				web[address] = page(t, answer)
			}
			want(t, ask(t, amy.jwt(t, claims(doc, nil), test.kid), web), test.verdict, test.finding)
		})
	}
}
