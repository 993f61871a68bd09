package jsonld

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/pkg/openbadges/contexts"
	"github.com/carnetbadges/carnet/pkg/openbadges/rdf"
	"github.com/carnetbadges/carnet/pkg/openbadges/strict"
)

const vc = `"@context":["https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"`

func decode(t testing.TB, text string) any {
	t.Helper()
	value, err := strict.Decode([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func TestWhatAProofWouldNotCoverIsRefused(t *testing.T) {
	for text, want := range map[string]error{
		`{` + vc + `],"type":"VerifiableCredential","undefinedTerm":1}`:                             ErrUnsafe,
		`{` + vc + `],"type":"VerifiableCredential","credentialSubject":{"undefinedTerm":1}}`:       ErrUnsafe,
		`{` + vc + `],"type":["VerifiableCredential","UndefinedType"]}`:                             ErrUnsafe,
		`{` + vc + `],"type":"VerifiableCredential","":"x"}`:                                        ErrUnsafe,
		`{` + vc + `],"id":"relative","type":"VerifiableCredential"}`:                               ErrUnsafe,
		`{` + vc + `],"id":"","type":"VerifiableCredential"}`:                                       ErrUnsafe,
		`{` + vc + `],"type":"VerifiableCredential","issuer":"me"}`:                                 ErrUnsafe,
		`{` + vc + `],"type":"VerifiableCredential","issuer":"https://a b.example"}`:                ErrUnsafe,
		`{` + vc + `],"type":"VerifiableCredential","name":{"@value":null}}`:                        ErrUnsafe,
		`{` + vc + `],"type":"VerifiableCredential","name":{"@value":"x","@language":"not a tag"}}`: ErrUnsafe,
		`{` + vc + `],"type":"VerifiableCredential","name":{"@value":"x","@direction":"rtl"}}`:      ErrUnsafe,
		`{` + vc + `],"type":"VerifiableCredential","name":{"@value":"x","@index":"i"}}`:            ErrUnsafe,
		`{` + vc + `],"type":"VerifiableCredential","evidence":{"@set":[{"undefinedTerm":1}]}}`:     ErrUnsafe,
		`{` + vc + `],"type":"VerifiableCredential","evidence":{"@list":[{"undefinedTerm":1}]}}`:    ErrUnsafe,
		`{` + vc + `,{"set":"@set"}],"type":"VerifiableCredential","evidence":{"set":[{"x":1}]}}`:   ErrUnsafe,
		`{` + vc + `,{"nest":{"@id":"@nest"}}],"type":"VerifiableCredential","nest":{}}`:            ErrUnsafe,
		`{` + vc + `,{"back":{"@reverse":"https://x.example/p"}}],"type":"VerifiableCredential"}`:   ErrUnsafe,
		`{` + vc + `,{"ix":{"@id":"https://x.example/p","@container":["@index"]}}],"ix":{"a":{}}}`:  ErrUnsafe,
		`{` + vc + `,{"gone":null}],"type":"VerifiableCredential","gone":1}`:                        ErrUnsafe,
		`{` + vc + `],"@graph":[{"type":"VerifiableCredential"}]}`:                                  ErrUnsafe,
		`{` + vc + `],"type":"VerifiableCredential","_:p":"x"}`:                                     ErrUnsafe,
		`{` + vc + `,{"n":"https://x.example/n"}],"type":"VerifiableCredential","n":1e999}`:         ErrUnsafe,
		`{"@context":"https://evil.example/context","id":"https://x.example"}`:                      contexts.ErrUnknownContext,
		`{"@context":"relative/context","id":"https://x.example"}`:                                  contexts.ErrUnknownContext,
		`{"@context":"/etc/passwd"}`: contexts.ErrUnknownContext,
		`{"@context":{"a":{"@id":"https://x.example/a","@context":"file:///etc/passwd"}},"a":{"id":"x"}}`: contexts.ErrUnknownContext,
		`{` + vc + `,{"name":"https://x.example/name"}],"type":"VerifiableCredential"}`:                   ErrInvalid,
		`{` + vc + `],"type":7}`:                        ErrInvalid,
		`{` + vc + `,7],"type":"VerifiableCredential"}`: ErrInvalid,
		`[]`: ErrUnsafe, `{}`: ErrUnsafe, `"https://x.example"`: nil, `7`: nil, `null`: nil,
	} {
		quads, err := ToRDF(decode(t, text))
		if err == nil || want != nil && !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v; %s", text, err, want, rdf.Serialize(quads))
		}
	}
}

func TestAnUnknownContextIsNamed(t *testing.T) {
	_, err := ToRDF(decode(t, `{"@context":"https://evil.example/context"}`))
	if err == nil || !strings.Contains(err.Error(), "https://evil.example/context") {
		t.Error(err)
	}
}

// TestDecisiveStatementsCannotHideBehindOtherNames holds that a proof cannot be kept while its credential loses,
// in the eyes of those who read JSON, its status, its end or its id.
func TestDecisiveStatementsCannotHideBehindOtherNames(t *testing.T) {
	for _, text := range []string{
		`{` + vc + `],"type":"VerifiableCredential","https://www.w3.org/2018/credentials#credentialStatus":{"id":"https://x.example/1"}}`,
		`{` + vc + `,{"later":{"@id":"https://www.w3.org/2018/credentials#validUntil"}}],"type":"VerifiableCredential","later":"2020-01-01T00:00:00Z"}`,
		`{` + vc + `,{"cred":"https://www.w3.org/2018/credentials#"}],"type":"VerifiableCredential","cred:validUntil":"2020-01-01T00:00:00Z"}`,
		`{` + vc + `],"@id":"https://x.example/1","type":"VerifiableCredential"}`,
		`{` + vc + `],"id":"https://x.example/1","@type":"VerifiableCredential"}`,
		`{` + vc + `,{"kind":"@type"}],"id":"https://x.example/1","kind":"VerifiableCredential"}`,
		`{` + vc + `],"type":["VerifiableCredential"],"@type":["OpenBadgeCredential"]}`,
		`{` + vc + `],"type":"VerifiableCredential","credentialStatus":{"type":"BitstringStatusListEntry","id":"https://x.example/1"},"https://www.w3.org/2018/credentials#credentialStatus":{"type":"BitstringStatusListEntry","id":"https://x.example/2"}}`,
		`{` + vc + `],"type":"VerifiableCredential","credentialStatus":[null,{"type":"BitstringStatusListEntry","id":"https://x.example/1"}],"https://www.w3.org/2018/credentials#credentialStatus":{"type":"BitstringStatusListEntry","id":"https://x.example/2"}}`,
		`{` + vc + `],"type":"VerifiableCredential","https://www.w3.org/2018/credentials#credentialSchema":{"type":"JsonSchema","id":"https://x.example/1"}}`,
		`{` + vc + `],"type":"VerifiableCredential","credentialStatus":{"type":"BitstringStatusListEntry","https://www.w3.org/ns/credentials/status#statusSize":2}}`,
		`{` + vc + `,{"large":"https://www.w3.org/ns/credentials/status#statusSize"}],"type":"VerifiableCredential","credentialStatus":{"type":"BitstringStatusListEntry","large":2}}`,
		moved(`"evidence":[{"id":"https://x.example/1","type":"Evidence","https://www.w3.org/2018/credentials#validUntil":"2020-01-01T00:00:00Z"}]`),
		moved(`"evidence":[{"type":"Evidence","https://x.example/see":{"id":"https://x.example/1","https://www.w3.org/2018/credentials#credentialStatus":{"type":"BitstringStatusListEntry"}}}]`),
		moved(`"endorsement":[{"type":["VerifiableCredential","EndorsementCredential"],"credentialSubject":{"id":"https://x.example/1","type":"EndorsementSubject","https://www.w3.org/2018/credentials#validUntil":"2020-01-01T00:00:00Z"}}]`),
		moved(`"credentialStatus":[{"id":"https://x.example/s","type":"BitstringStatusListEntry"},{"id":"https://x.example/t","type":"BitstringStatusListEntry","https://x.example/see":{"id":"https://x.example/s","https://www.w3.org/ns/credentials/status#statusSize":2}}]`),
		`{` + vc + `],"type":"DataIntegrityProof","https://w3id.org/security#expiration":{"@type":"http://www.w3.org/2001/XMLSchema#dateTime","@value":"2020-01-01T00:00:00Z"}}`,
	} {
		if _, err := ToRDF(decode(t, text)); !errors.Is(err, ErrUnsafe) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// moved is a credential with one more member.
func moved(member string) string {
	return `{` + vc + `],"id":"https://x.example/1","type":["VerifiableCredential","OpenBadgeCredential"],` + member + `}`
}

// TestWhatIsSpokenOfTwiceMayBeSpokenOf: an endorsement has an end of its own, and names what it endorses.
func TestWhatIsSpokenOfTwiceMayBeSpokenOf(t *testing.T) {
	for _, member := range []string{
		`"validUntil":"2030-01-01T00:00:00Z","endorsement":[{"id":"https://x.example/2","type":["VerifiableCredential","EndorsementCredential"],"validUntil":"2029-01-01T00:00:00Z","credentialSubject":{"id":"https://x.example/1","type":"EndorsementSubject","endorsementComment":"x"}}]`,
		`"validFrom":"2025-01-01T00:00:00Z","evidence":[{"id":"https://x.example/1","type":["Evidence","VerifiableCredential"],"validFrom":"2025-01-01T00:00:00Z"}]`,
		`"credentialStatus":[{"id":"https://x.example/s","type":"BitstringStatusListEntry","statusSize":2}],"evidence":[{"id":"https://x.example/s","type":"Evidence","name":"x"}]`,
	} {
		if _, err := ToRDF(decode(t, moved(member))); err != nil {
			t.Errorf("%s: %v", member, err)
		}
	}
}

func TestLiteralsAreWrittenAsTheStandardSays(t *testing.T) {
	text := `{"@context":{"v":"https://x.example/v","d":{"@id":"https://x.example/d","@type":"http://www.w3.org/2001/XMLSchema#double"},
		"j":{"@id":"https://x.example/j","@type":"@json"},"l":{"@id":"https://x.example/l","@container":"@list"},"m":{"@id":"https://x.example/m","@container":"@language"},
		"@version":1.1,"id":"@id"},"id":"https://x.example/s",
		"v":[0,-0,1.0,-7,5.5,-1.5e-7,1e21,1e20,123456789012345680000,0.1,true,false,"text"],"d":[1,2.5],"j":{"b":[1.0,null],"a":"\u20ac"},"l":[1,"x"],"m":{"EN-gb":"hello"}}`
	quads, err := ToRDF(decode(t, text))
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Split(strings.TrimSpace(rdf.Serialize(quads)), "\n")
	slices.Sort(got)
	s, x := "<https://x.example/s> <https://x.example/", "^^<http://www.w3.org/2001/XMLSchema#"
	for _, want := range []string{
		s + `v> "0"` + x + `integer> .`, s + `v> "1"` + x + `integer> .`, s + `v> "-7"` + x + `integer> .`, s + `v> "5.5E0"` + x + `double> .`,
		s + `v> "-1.5E-7"` + x + `double> .`, s + `v> "1.0E21"` + x + `double> .`, s + `v> "100000000000000000000"` + x + `integer> .`,
		s + `v> "123456789012345683968"` + x + `integer> .`, s + `v> "1.0E-1"` + x + `double> .`, s + `v> "true"` + x + `boolean> .`, s + `v> "text" .`,
		s + `d> "1.0E0"` + x + `double> .`, s + `d> "2.5E0"` + x + `double> .`, s + `m> "hello"@en-gb .`,
		s + `j> "{\"a\":\"€\",\"b\":[1,null]}"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON> .`, s + `l> _:b3 .`,
	} {
		if !slices.Contains(got, want) {
			t.Errorf("missing %s", want)
		}
	}
	if t.Failed() {
		t.Log(strings.Join(got, "\n"))
	}
}

func TestHostileDocumentsAreRefusedInTime(t *testing.T) {
	node := `{"type":"Achievement","name":"x"},`
	nested := `{"@context":"https://www.w3.org/ns/credentials/v2","type":"VerifiableCredential"},`
	for name, text := range map[string]string{
		"many definitions":     `{` + vc + `,{` + terms(1001) + `}],"type":"VerifiableCredential"}`,
		"many nested contexts": `{` + vc + `],"type":"VerifiableCredential","evidence":[` + strings.Repeat(nested, 10000) + `{}]}`,
		"many nodes":           `{` + vc + `],"type":"VerifiableCredential","credentialSubject":{"type":"AchievementSubject","achievement":[` + strings.Repeat(node, 30000) + `{}]}}`,
	} {
		started := time.Now()
		_, err := ToRDF(decode(t, text))
		took := time.Since(started)
		if !errors.Is(err, rdf.ErrTooCostly) || took > 2*time.Second {
			t.Errorf("%s: %v after %v", name, err, took)
		}
		t.Logf("%s: %v", name, took)
	}
}

func terms(n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf(`"t%d":"https://x.example/%d"`, i, i)
	}
	return strings.Join(all, ",")
}

func TestContextsAreSharedSafely(t *testing.T) {
	document := decode(t, `{`+vc+`],"type":["VerifiableCredential","OpenBadgeCredential"],"credentialSubject":{"type":"AchievementSubject","achievement":{"type":"Achievement","name":"x"}}}`)
	first, err := ToRDF(document)
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if again, err := ToRDF(document); err != nil || len(again) != len(first) {
				t.Error(err, len(again))
			}
		})
	}
	all.Wait()
}

func FuzzToRDFNeverPanicsNorLosesWords(f *testing.F) {
	f.Add([]byte(`{` + vc + `],"type":["VerifiableCredential","OpenBadgeCredential"],"credentialSubject":{"type":"AchievementSubject","achievement":{"type":"Achievement","name":"x","tag":["a"]}}}`))
	f.Add([]byte(`{"@context":{"a":{"@id":"https://x.example/a","@container":"@list"}},"a":[[1],{"@value":true,"@type":"https://x.example/t"}]}`))
	f.Add([]byte(`{"@context":{"a":{"@id":"https://x.example/a","@container":["@graph","@id"]}},"a":{"https://x.example/g":{"a":{}}}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		value, err := strict.Decode(data)
		if err != nil {
			return
		}
		quads, err := ToRDF(value)
		if err != nil {
			return
		}
		if _, err := rdf.Parse([]byte(rdf.Serialize(quads))); err != nil {
			t.Fatal(err)
		}
	})
}
