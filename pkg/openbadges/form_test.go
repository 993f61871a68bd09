package openbadges

import (
	"bytes"
	"maps"
	"strings"
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

// adding answers a copy of a document with one more property, as it would be read: null too.
func adding(doc node, property string) node {
	changed := maps.Clone(doc)
	maps.Copy(changed, decoded([]byte("{"+property+"}")))
	return changed
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
		"a badge":                    {good, V30, true},
		"any credential":             {plain, VC, true},
		"contexts swapped":           {with(good, node{"@context": []any{contextOB3 + "context.json", contextVC2}}), V30, false},
		"no badge context":           {with(good, node{"@context": []any{contextVC2}}), V30, false},
		"context that is no URL":     {with(plain, node{"@context": []any{contextVC2, "https ://a"}}), VC, false},
		"inline context":             {with(plain, node{"@context": []any{contextVC2, node{"a": "https://a.example"}}}), VC, true},
		"id that is no URL":          {with(plain, node{"id": "not a url"}), VC, false},
		"two ids":                    {with(plain, node{"id": []any{"urn:a:1", "urn:a:2"}}), VC, false},
		"issuer that is no URL":      {with(plain, node{"issuer": "me"}), VC, false},
		"issuer null":                {with(plain, node{"issuer": nil, "x": 1}), VC, true},
		"id null":                    {adding(plain, `"id":null`), VC, false},
		"issuer stated as null":      {adding(plain, `"issuer":null`), VC, false},
		"status with null for id":    {adding(plain, `"credentialStatus":{"id":null,"type":"A"}`), VC, false},
		"type that is no text":       {with(plain, node{"type": []any{"VerifiableCredential", node{"id": "A"}}}), VC, false},
		"type that is empty":         {with(plain, node{"type": []any{"VerifiableCredential", ""}}), VC, false},
		"type that is an address":    {with(plain, node{"type": []any{"VerifiableCredential", "https://a.example/A"}}), VC, true},
		"milliseconds":               {with(plain, node{"validFrom": "2025-01-01T00:00:00.123Z"}), VC, true},
		"zone with a colon":          {with(plain, node{"validFrom": "2025-01-01T00:00:00-14:00"}), VC, true},
		"zone without a colon":       {with(plain, node{"validFrom": "2025-01-01T00:00:00+0500"}), VC, false},
		"no seconds":                 {with(plain, node{"validFrom": "2025-01-01T00:00Z"}), VC, false},
		"a space for the T":          {with(plain, node{"validUntil": "2025-01-01 00:00:00Z"}), VC, false},
		"midnight as 24":             {with(plain, node{"validUntil": "2025-01-01T24:00:00Z"}), VC, true},
		"date that is a number":      {with(plain, node{"validFrom": 1735689600}), VC, false},
		"language that is none":      {with(plain, node{"name": node{"@value": "a", "@language": "the English one"}}), VC, false},
		"language as a number":       {with(plain, node{"name": node{"@value": "a", "@language": 5}}), VC, false},
		"direction that is none":     {with(plain, node{"description": node{"@value": "a", "@direction": "sideways"}}), VC, false},
		"issuer's name with more":    {with(plain, node{"issuer": node{"id": "urn:a:1", "name": []any{node{"@value": "a", "url": "b"}}}}), VC, false},
		"subjects, one of them bare": {with(plain, node{"credentialSubject": []any{node{"name": "a"}, node{}}}), VC, false},
		"evidence without type":      {with(plain, node{"evidence": []any{node{"type": "A"}, node{"id": "urn:a:1"}}}), VC, false},
		"refresh without type":       {with(plain, node{"refreshService": node{"id": "urn:a:1"}}), VC, false},
		"proof without type":         {with(plain, node{"proof": node{"created": "2025-01-01T00:00:00Z"}}), VC, false},
		"related, pinned":            {with(plain, node{"relatedResource": []any{node{"id": "https://a.example/", "digestSRI": "sha384-a"}, node{"id": "https://b.example/", "digestMultibase": "uEi"}}}), VC, true},
		"related, not pinned":        {with(plain, node{"relatedResource": node{"id": "https://a.example/"}}), VC, false},
		"related, nameless":          {with(plain, node{"relatedResource": node{"digestSRI": "sha384-a"}}), VC, false},
		"related twice":              {with(plain, node{"relatedResource": []any{node{"id": "https://a.example/", "digestSRI": "sha384-a"}, node{"id": "https://a.example/", "digestSRI": "sha384-b"}}}), VC, false},
		"related as an address":      {with(plain, node{"relatedResource": "https://a.example/"}), VC, false},
		"source of another type":     {with(good, give(node{"source": node{"id": "urn:a:1", "type": "A"}})), V30, false},
		"subject of another type":    {with(good, give(node{"type": []any{"A"}})), V30, false},
		"parent's other identifier":  {with(good, node{"issuer": node{"id": amy.did, "type": "Profile", "parentOrg": node{"id": "urn:a:1", "type": "Profile", "otherIdentifier": []any{node{"type": "A"}}}}}), V30, false},
		"other identifier":           {with(good, node{"issuer": node{"id": amy.did, "type": "Profile", "otherIdentifier": []any{node{"type": "A"}}}}), V30, false},
		"issuer of another type":     {with(good, node{"issuer": node{"id": amy.did, "type": "A"}}), V30, false},
		"issuer without type":        {with(good, node{"issuer": node{"id": amy.did}}), V30, false},
		"creator of another type":    {with(good, give(node{"achievement": with(achievement, node{"creator": node{"id": "urn:a:1", "type": "A"}})})), V30, false},
		"description of a result":    {with(good, give(node{"achievement": with(achievement, node{"resultDescription": []any{node{"id": "urn:a:1", "type": "A"}}})})), V30, false},
		"picture of another type":    {with(good, node{"image": node{"id": "urn:a:1", "type": "A"}}), V30, false},
		"empty subject":              {with(plain, node{"credentialSubject": node{}}), VC, false},
		"no subject":                 {with(plain, node{"credentialSubject": []any{}}), VC, false},
		"name with more":             {with(plain, node{"name": node{"@value": "a", "url": "b"}}), VC, false},
		"name in languages":          {with(plain, node{"name": []any{node{"@value": "a", "@language": "en", "@direction": "ltr"}}}), VC, true},
		"status without type":        {with(plain, node{"credentialStatus": node{"id": "urn:a:1"}}), VC, false},
		"status with two ids":        {with(plain, node{"credentialStatus": node{"id": []any{"urn:a:1"}, "type": "A"}}), VC, false},
		"status without id":          {with(plain, node{"credentialStatus": node{"type": "A"}}), VC, true},
		"schema without id":          {with(plain, node{"credentialSchema": node{"type": "A"}}), VC, false},
		"terms without type":         {with(plain, node{"termsOfUse": []any{node{"id": "urn:a:1"}}}), VC, false},
		"date without zone":          {with(plain, node{"validFrom": "2025-01-01T00:00:00"}), VC, false},
		"no day":                     {with(plain, node{"validUntil": "2025-02-30T00:00:00Z"}), VC, false},
		"evidence of another type":   {with(good, node{"evidence": node{"type": "Proof"}}), V30, false},
		"parent of another type":     {with(good, node{"issuer": node{"id": amy.did, "type": "Profile", "parentOrg": node{"id": "urn:a:1", "type": "A"}}}), V30, false},
		"identifier of its own":      {with(good, give(node{"identifier": []any{node{"type": "Identity", "identityHash": "a", "identityType": "b", "hashed": true}}})), V30, false},
		"identifier as text":         {with(good, give(node{"identifier": "a"})), V30, false},
		"subject by identifier":      {with(good, give(node{"id": nil})), V30, true},
		"result of another type":     {with(good, give(node{"result": []any{node{"type": "A"}}})), V30, false},
		"achievement without name":   {with(good, give(node{"achievement": with(achievement, node{"name": nil})})), V30, false},
		"criteria that say nothing":  {with(good, give(node{"achievement": with(achievement, node{"criteria": node{}})})), V30, false},
		"criteria elsewhere":         {with(good, give(node{"achievement": with(achievement, node{"criteria": node{"id": "https://a.example"}})})), V30, true},
		"achievement as an address":  {with(good, give(node{"achievement": "https://a.example"})), V30, false},
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
		"picture inside one":     {node{"image": node{"id": "data:image/png;base64,AA==", "type": "Image"}}, false},
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

// TestOneFormHoldsForEveryFieldOfTheFirstVersions tries what the first validator tried on one field on all of its kind.
func TestOneFormHoldsForEveryFieldOfTheFirstVersions(t *testing.T) {
	recipient := node{"type": "email", "hashed": true, "identity": "sha256$00"}
	old := node{"uid": "abc", "recipient": recipient, "badge": "https://a.example/b", "verify": node{"type": "hosted", "url": "https://a.example/1"}, "issuedOn": "2013-02-21"}
	bare := node{"not": "a string"}
	values := map[string]map[bool][]any{
		"address": {
			true:  {"https://example.org", "http://localhost:8080/rad?query=grand", "https://example.org:443/this-is_/athing.json"},
			false: {"/not-absolute", "not even relative", "gopher://for-real?", "ftp://example.org/a", []any{"not", "a", "string"}, bare, true},
		},
		"date": {
			true:  {"2012-01-01", "2013-02", "2013-02-21T15:18Z", "2013-02-21T15:18:00.000-0500", "20130221T1518-0500", "1361561067"},
			false: {"forever ago", "08/13/1985", "2013022", "1361561085305", "000000000000000000000", "2001-10-190-19", []any{"not", "a", "string"}, bare},
		},
		"text": {true: {"OH"}, false: {[]any{"not", "a", "string"}, bare, true}},
	}
	for kind, fields := range map[string][]string{"address": {"badge", "evidence", "verify.url"}, "date": {"issuedOn", "expires"}, "text": {"uid", "recipient.identity", "recipient.salt"}} {
		for _, field := range fields {
			for sound, all := range values[kind] {
				for _, value := range all {
					doc := with(old, node{field: value})
					if outer, inner, within := strings.Cut(field, "."); within {
						doc = with(old, node{outer: with(asNode(old[outer]), node{inner: value})})
					}
					if f := form1(doc, V10); f.sound() != sound {
						t.Errorf("%s %v: sound %v", field, value, f.sound())
					}
				}
			}
		}
	}
}
