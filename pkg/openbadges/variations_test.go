package openbadges

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"strings"
	"testing"

	"github.com/carnetbadges/carnet/pkg/openbadges/proof"
)

// wrapped breaks a text into lines, as letters and terminals do.
func wrapped(text, end string) string {
	var out strings.Builder
	for len(text) > 76 {
		out.WriteString(text[:76] + end)
		text = text[76:]
	}
	return out.String() + text + end
}

func TestBadgesArriveInEveryDisguise(t *testing.T) {
	amy := newSigner('a')
	badge := string(amy.sign(t, amy.badge3()))
	token := string(amy.jwt(t, claims(amy.badge3(), nil), amy.vm))
	signed, web := signedBadge2(t)
	escaped := strings.NewReplacer(`&`, "&amp;", `"`, "&quot;", "<", "&lt;").Replace(badge)
	inElement := func(namespace, element, attribute, body string) string {
		return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="` + namespace + `"><x:` + element + attribute + `>` + body + `</x:` + element + `></svg>`
	}
	const ns2, ns3 = "http://openbadges.org", "https://purl.imsglobal.org/ob/v3p0"
	for name, input := range map[string]string{
		"JSON after a byte order mark":  "\ufeff" + badge,
		"JSON with CR and LF around":    "\r\n\r\n" + badge + "\r\n",
		"token after a byte order mark": "\ufeff" + token + "\r\n",
		"JSON as text in SVG":           inElement(ns3, "credential", "", strings.NewReplacer("<", "&lt;", "&", "&amp;").Replace(badge)),
		"JSON in CDATA, CR and LF":      inElement(ns3, "credential", "", "\r\n<![CDATA[\r\n"+badge+"\r\n]]>\r\n"),
		"JSON in the attribute verify":  inElement(ns3, "credential", ` verify="`+escaped+`"`, ""),
		"token in the attribute verify": inElement(ns3, "credential", ` verify="`+token+`"`, ""),
		"token under the old namespace": inElement(ns2, "assertion", ` verify="`+token+`"`, ""),
		"token as text in SVG":          inElement(ns3, "credential", "", token),
		"token in PNG":                  string(bakedPNG(t, []byte(token))),
		"JSON after a mark, in PNG":     string(bakedPNG(t, []byte("\ufeff"+badge))),
		"data: of JSON":                 "data:application/json;base64," + base64.StdEncoding.EncodeToString([]byte(badge)),
		"data: of a picture":            "data:image/png;base64," + wrapped(base64.StdEncoding.EncodeToString(bakedPNG(t, []byte(badge))), "\n"),
		"data: of a token":              "data:application/vc+jwt," + token,
		"data: of an old token":         "data:text/plain," + string(signed),
		"data: in percents":             "data:application/json," + percents(badge),
		"enveloped":                     `{"@context":"` + contextVC2 + `","id":"data:application/vc+jwt,` + token + `","type":"EnvelopedVerifiableCredential"}`,
		"PDF with XMP":                  string(namingPDF(token)),
	} {
		t.Run(name, func(t *testing.T) { want(t, ask(t, []byte(input), web), Genuine) })
	}
}

func percents(text string) string {
	return strings.NewReplacer("%", "%25", `"`, "%22", " ", "%20", "#", "%23").Replace(text)
}

// TestOldSignedBadges: OB 1.1 names the assertion by id, keys come in every PEM, lists are objects by uid or id.
func TestOldSignedBadges(t *testing.T) {
	key, publicPEM := newRSA(t)
	pkcs1 := string(pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: x509.MarshalPKCS1PublicKey(&key.PublicKey)}))
	const context1, keyURL, listURL = "https://w3id.org/openbadges/v1", "https://issuer.example/key.pem", "https://issuer.example/r"
	class1 := node{"@context": context1, "type": "BadgeClass", "id": classURL, "name": "Water sampling", "description": "Takes samples.", "image": pictureURL, "criteria": "https://issuer.example/c", "issuer": issuerURL}
	issuer1 := node{"@context": context1, "type": "Issuer", "id": issuerURL, "name": "River Watch", "url": "https://issuer.example"}
	signed := node{
		"@context": context1, "type": "Assertion", "id": "urn:uuid:1", "uid": "abc", "badge": classURL, "issuedOn": "2013-02-18T00:00:00Z",
		"recipient": node{"type": "email", "hashed": "true", "salt": "x", "identity": "sha256$" + digest("sha256", []byte("amina@example.orgx"))},
		"verify":    node{"type": "signed", "url": keyURL},
	}
	for name, test := range map[string]struct {
		changes node
		key     string
		list    any
		verdict Verdict
		finding string
	}{
		"sound":                {nil, publicPEM, nil, Genuine, "recipient pass recipient-matches"},
		"hashed as text":       {node{"recipient": with(signed["recipient"].(node), node{"hashed": "TrUE"})}, publicPEM, nil, Genuine, "recipient pass recipient-matches"},
		"issued in seconds":    {node{"issuedOn": 1361145600}, publicPEM, nil, Genuine, "dates pass no-end"},
		"key in CR and LF":     {nil, strings.ReplaceAll(publicPEM, "\n", "\r\n"), nil, Genuine, "issuer pass key-is-issuers"},
		"key after a mark":     {nil, "\ufeff" + publicPEM, nil, Genuine, "issuer pass key-is-issuers"},
		"key of PKCS #1":       {nil, pkcs1, nil, Genuine, "issuer pass key-is-issuers"},
		"key with words":       {nil, "The key of River Watch:\n\n" + publicPEM, nil, Genuine, "issuer pass key-is-issuers"},
		"in nobody's list":     {nil, publicPEM, node{}, Genuine, "revocation pass not-revoked"},
		"revoked by uid":       {nil, publicPEM, node{"abc": "my bad"}, NotCurrent, "revocation fail revoked"},
		"revoked by id":        {nil, publicPEM, node{"urn:uuid:1": "my bad"}, NotCurrent, "revocation fail revoked"},
		"revoked for nothing":  {nil, publicPEM, node{"abc": ""}, NotCurrent, "revocation fail revoked"},
		"without uid, revoked": {node{"uid": nil}, publicPEM, node{"urn:uuid:1": true}, NotCurrent, "revocation fail revoked"},
		"revoked as in 2.0":    {nil, publicPEM, node{"revokedAssertions": []any{node{"uid": "abc"}}}, NotCurrent, "revocation fail revoked"},
		"expired":              {node{"expires": "2014-01-01"}, publicPEM, nil, NotCurrent, "dates fail expired"},
	} {
		t.Run(name, func(t *testing.T) {
			token, err := proof.SignRS256(text(t, with(signed, test.changes)), key, "", "")
			if err != nil {
				t.Fatal(err)
			}
			web := hostedWeb(t)
			web[classURL], web[issuerURL], web[keyURL] = page(t, class1), page(t, issuer1), page(t, test.key)
			if test.list != nil {
				web[issuerURL], web[listURL] = page(t, with(issuer1, node{"revocationList": listURL})), page(t, test.list)
			}
			want(t, ask(t, token, web, "amina@example.org"), test.verdict, "proof pass signed", test.finding)
		})
	}
}

func TestTokensOfBothModels(t *testing.T) {
	amy := newSigner('a')
	const ob3 = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
	old := with(amy.badge3(), node{"@context": []any{contextVC1, ob3}, "issuanceDate": "2025-03-14T00:00:00Z", "validFrom": nil})
	around := func(inner, more node) node {
		return with(node{"vc": inner, "iss": amy.did, "jti": inner["id"], "sub": "did:example:amina", "nbf": 1741910400}, more)
	}
	for name, test := range map[string]struct {
		claims  node
		header  node
		verdict Verdict
	}{
		"VC 2.0":                      {claims(amy.badge3(), nil), nil, Genuine},
		"VC 1.1 in vc":                {around(old, nil), nil, Genuine},
		"VC 2.0 in vc":                {around(amy.badge3(), nil), nil, Genuine},
		"VC 1.1 beside its claims":    {claims(old, nil), nil, Genuine},
		"typ vc+jwt":                  {claims(amy.badge3(), nil), node{"typ": "vc+jwt", "cty": "vc"}, Genuine},
		"typ vc+ld+json+jwt":          {claims(amy.badge3(), nil), node{"typ": "vc+ld+json+jwt"}, Genuine},
		"a date with a fraction":      {claims(amy.badge3(), node{"nbf": 1741910400.5}), nil, Genuine},
		"iat beside nbf":              {claims(amy.badge3(), node{"iat": 1741910400, "aud": "x"}), nil, Genuine},
		"kid without the DID":         {claims(amy.badge3(), nil), node{"kid": amy.vm[len(amy.did)+1:]}, Genuine},
		"another badge in vc":         {with(claims(amy.badge3(), nil), node{"vc": with(old, node{"id": "urn:uuid:2"})}), nil, Contradicted},
		"ended in the envelope":       {around(old, node{"exp": 1751910400}), nil, NotCurrent},
		"two editions of its end":     {around(with(old, node{"expirationDate": "2027-01-01T00:00:00Z"}), node{"exp": 1751910400}), nil, Contradicted},
		"a presentation of the badge": {node{"iss": amy.did, "vp": node{"type": "VerifiablePresentation"}}, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			header := with(node{"alg": "EdDSA", "typ": "JWT", "kid": amy.vm}, test.header)
			token := []byte(edwards('a').token(t, header, test.claims))
			if test.verdict == "" {
				if _, err := Read(t.Context(), token, nil); err == nil {
					t.Error("it is read as a badge")
				}
				return
			}
			want(t, ask(t, token, nil), test.verdict)
		})
	}
}

func TestEndorsementsInEveryPlace(t *testing.T) {
	amy, friend, eve := newSigner('a'), newSigner('f'), newSigner('e')
	const org, source = "https://issuer.example/org", "https://source.example/"
	parent := node{"id": org, "type": []any{"Profile"}, "name": "Watch"}
	for name, target := range map[string]string{"credential": "urn:uuid:00000000-0000-4000-8000-000000000001", "achievement": "urn:uuid:00000000-0000-4000-8000-000000000002", "issuer": amy.did, "parentOrg": org, "creator": "https://creator.example/", "source": source} {
		t.Run(name, func(t *testing.T) {
			for _, s := range []signer{friend, eve} {
				vouching := decoded(s.sign(t, endorsing(friend, target)))
				doc := decoded(text(t, amy.badge3()))
				subject, issuer := asNode(doc["credentialSubject"]), asNode(doc["issuer"])
				achievement := asNode(subject["achievement"])
				issuer["parentOrg"] = parent
				achievement["creator"] = node{"id": "https://creator.example/", "type": []any{"Profile"}, "name": "Creator"}
				subject["source"] = node{"id": source, "type": []any{"Profile"}, "name": "Source"}
				issuer["parentOrg"] = with(parent, nil)
				map[string]node{"credential": doc, "achievement": achievement, "issuer": issuer, "parentOrg": asNode(issuer["parentOrg"]), "creator": asNode(achievement["creator"]), "source": asNode(subject["source"])}[name]["endorsement"] = []any{vouching}
				if s.did == friend.did {
					want(t, ask(t, amy.jwt(t, claims(doc, node{"sub": "did:example:amina"}), amy.vm), nil), Genuine, "endorsement pass endorsed")
				} else {
					want(t, ask(t, amy.jwt(t, claims(doc, node{"sub": "did:example:amina"}), amy.vm), nil), Contradicted, "endorsement fail endorsement-failed")
				}
			}
		})
	}
}
