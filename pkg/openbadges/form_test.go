package openbadges

import (
	"bytes"
	"testing"
)

// TestFieldsOfTheFirstVersions compares with what the first validator of Open Badges said, field by field.
func TestFieldsOfTheFirstVersions(t *testing.T) {
	for _, line := range bytes.Split(bytes.TrimSpace(corpusFile(t, "mozvalidator/field-vectors.open.jsonl")), []byte("\n")) {
		vector, err := parse(line)
		if err != nil {
			t.Fatal(err)
		}
		doc := asNode(vector["document"])
		var f *form
		switch object, version := vector["object"], vector["version"]; {
		case object == "badge":
			f = formClass(doc, V10)
		case object == "issuer":
			f = formProfile(doc, V10)
		case version == "0.5.0":
			f = form05(doc)
		default:
			f = form1(doc, V10)
		}
		if f.sound() != (vector["expected"] == "valid") {
			t.Errorf("%v: sound %v (%+v)", vector["upstream_test"], f.sound(), *f)
		}
	}
}

func TestFormOfCredentials(t *testing.T) {
	amy := newSigner('a')
	good := amy.badge3()
	plain := node{"@context": []any{contextVC2}, "type": []any{"VerifiableCredential"}, "issuer": "did:example:a", "credentialSubject": node{"name": "a"}}
	subject := good["credentialSubject"].(node)
	achievement := subject["achievement"].(node)
	give := func(changes node) node { return node{"credentialSubject": with(subject, changes)} }
	for name, test := range map[string]struct {
		doc      node
		standard Standard
		sound    bool
	}{
		"a badge":                   {good, V30, true},
		"any credential":            {plain, VC, true},
		"contexts swapped":          {with(good, node{"@context": []any{contextOB3 + "context.json", contextVC2}}), V30, false},
		"no badge context":          {with(good, node{"@context": []any{contextVC2}}), V30, false},
		"context that is no URL":    {with(plain, node{"@context": []any{contextVC2, "https ://a"}}), VC, false},
		"inline context":            {with(plain, node{"@context": []any{contextVC2, node{"a": "https://a.example"}}}), VC, true},
		"id that is no URL":         {with(plain, node{"id": "not a url"}), VC, false},
		"two ids":                   {with(plain, node{"id": []any{"urn:a:1", "urn:a:2"}}), VC, false},
		"issuer that is no URL":     {with(plain, node{"issuer": "me"}), VC, false},
		"issuer null":               {with(plain, node{"issuer": nil, "x": 1}), VC, true},
		"empty subject":             {with(plain, node{"credentialSubject": node{}}), VC, false},
		"no subject":                {with(plain, node{"credentialSubject": []any{}}), VC, false},
		"name with more":            {with(plain, node{"name": node{"@value": "a", "url": "b"}}), VC, false},
		"name in languages":         {with(plain, node{"name": []any{node{"@value": "a", "@language": "en", "@direction": "ltr"}}}), VC, true},
		"status without type":       {with(plain, node{"credentialStatus": node{"id": "urn:a:1"}}), VC, false},
		"status with two ids":       {with(plain, node{"credentialStatus": node{"id": []any{"urn:a:1"}, "type": "A"}}), VC, false},
		"status without id":         {with(plain, node{"credentialStatus": node{"type": "A"}}), VC, true},
		"schema without id":         {with(plain, node{"credentialSchema": node{"type": "A"}}), VC, false},
		"terms without type":        {with(plain, node{"termsOfUse": []any{node{"id": "urn:a:1"}}}), VC, false},
		"date without zone":         {with(plain, node{"validFrom": "2025-01-01T00:00:00"}), VC, false},
		"no day":                    {with(plain, node{"validUntil": "2025-02-30T00:00:00Z"}), VC, false},
		"evidence of another type":  {with(good, node{"evidence": node{"type": "Proof"}}), V30, false},
		"parent of another type":    {with(good, node{"issuer": node{"id": amy.did, "type": "Profile", "parentOrg": node{"id": "urn:a:1", "type": "A"}}}), V30, false},
		"identifier of its own":     {with(good, give(node{"identifier": []any{node{"type": "Identity", "identityHash": "a", "identityType": "b", "hashed": true}}})), V30, false},
		"identifier as text":        {with(good, give(node{"identifier": "a"})), V30, false},
		"subject by identifier":     {with(good, give(node{"id": nil})), V30, true},
		"result of another type":    {with(good, give(node{"result": []any{node{"type": "A"}}})), V30, false},
		"achievement without name":  {with(good, give(node{"achievement": with(achievement, node{"name": nil})})), V30, false},
		"criteria that say nothing": {with(good, give(node{"achievement": with(achievement, node{"criteria": node{}})})), V30, false},
		"criteria elsewhere":        {with(good, give(node{"achievement": with(achievement, node{"criteria": node{"id": "https://a.example"}})})), V30, true},
		"achievement as an address": {with(good, give(node{"achievement": "https://a.example"})), V30, false},
	} {
		t.Run(name, func(t *testing.T) {
			if f := formVC(test.doc, test.standard); f.sound() != test.sound {
				t.Errorf("sound %v: %+v", f.sound(), *f)
			}
		})
	}
}

func TestFormOfHostedBadges(t *testing.T) {
	for name, test := range map[string]struct {
		changes node
		sound   bool
	}{
		"as it is":               {nil, true},
		"verify for short":       {node{"verification": nil, "verify": node{"type": "hosted"}}, true},
		"verified by nothing":    {node{"verification": nil}, false},
		"verified by hearsay":    {node{"verification": node{"type": "word of mouth"}}, false},
		"picture inside":         {node{"image": "data:image/png;base64,AA=="}, false},
		"picture with caption":   {node{"image": node{"id": pictureURL, "caption": "a"}}, true},
		"evidence and more":      {node{"evidence": []any{"https://a.example", node{"narrative": "a"}}}, true},
		"evidence in prose":      {node{"evidence": "see my blog"}, false},
		"one more type":          {node{"type": []any{"Assertion", "https://a.example/Other"}}, true},
		"another type":           {node{"type": "BadgeClass"}, false},
		"recipient without type": {node{"recipient": node{"identity": "a", "hashed": false}}, false},
		"seconds left out":       {node{"issuedOn": "2017-09-30T00:00Z"}, true},
		"seconds since 1970":     {node{"issuedOn": "1506729600"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			if f := form2(with(assertion2, test.changes)); f.sound() != test.sound {
				t.Errorf("sound %v: %+v", f.sound(), *f)
			}
		})
	}
}
