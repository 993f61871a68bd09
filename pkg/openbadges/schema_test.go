package openbadges

import (
	"errors"
	"testing"
)

func TestSchemasAreFollowedOrNotUnderstood(t *testing.T) {
	for _, test := range []struct {
		rules, value string
		want         error
	}{
		{`{"type":"string"}`, `"a"`, nil},
		{`{"type":"string"}`, `1`, errSchema},
		{`{"type":["string","null"]}`, `null`, nil},
		{`{"type":"integer"}`, `1.5`, errSchema},
		{`{"type":"number"}`, `1.5`, nil},
		{`{"type":"boolean"}`, `"true"`, errSchema},
		{`{"enum":["a","b"]}`, `"b"`, nil},
		{`{"enum":["a","b"]}`, `"c"`, errSchema},
		{`{"const":{"a":1}}`, `{"a":1}`, nil},
		{`{"required":["a"]}`, `{"b":1}`, errSchema},
		{`{"required":["a"]}`, `"no object"`, nil},
		{`{"properties":{"a":{"minimum":3}}}`, `{"a":2}`, errSchema},
		{`{"properties":{"a":{"maximum":3}}}`, `{"a":2}`, nil},
		{`{"properties":{"a":true},"additionalProperties":false}`, `{"a":1}`, nil},
		{`{"properties":{"a":true},"additionalProperties":false}`, `{"b":1}`, errSchema},
		{`{"additionalProperties":{"type":"string"}}`, `{"b":1}`, errSchema},
		{`{"items":{"type":"string"},"minItems":1,"maxItems":2}`, `["a","b"]`, nil},
		{`{"items":{"type":"string"}}`, `["a",1]`, errSchema},
		{`{"minItems":1}`, `[]`, errSchema},
		{`{"uniqueItems":true}`, `[1,1]`, errSchema},
		{`{"minLength":2,"maxLength":3,"pattern":"^é"}`, `"éé"`, nil},
		{`{"minLength":2}`, `"é"`, errSchema},
		{`{"pattern":"^a"}`, `"b"`, errSchema},
		{`{"pattern":"(?=a)"}`, `"a"`, errSchemaUnknown},
		{`{"allOf":[{"type":"string"},{"minLength":2}]}`, `"a"`, errSchema},
		{`{"anyOf":[{"type":"string"},{"type":"number"}]}`, `1`, nil},
		{`{"oneOf":[{"type":"string"},{"minLength":1}]}`, `"a"`, errSchema},
		{`{"not":{"type":"string"}}`, `"a"`, errSchema},
		{`{"not":{"type":"string"}}`, `1`, nil},
		{`{"$ref":"#/definitions/a","definitions":{"a":{"type":"string"}}}`, `1`, errSchema},
		{`{"$ref":"#"}`, `1`, errSchemaUnknown},
		{`{"$ref":"https://a.example"}`, `1`, errSchemaUnknown},
		{`{"if":{}}`, `1`, errSchemaUnknown},
		{`{"anyOf":[{"if":{}},{"type":"number"}]}`, `1`, errSchemaUnknown},
	} {
		rules, err := parse([]byte(test.rules))
		if err != nil {
			t.Fatal(err)
		}
		value, err := parse([]byte(`{"v":` + test.value + `}`))
		if err != nil {
			t.Fatal(err)
		}
		if err := (schema{root: rules}).check(rules, value["v"], "", 0); !errors.Is(err, test.want) {
			t.Errorf("%s on %s: %v", test.rules, test.value, err)
		}
	}
}
