package openbadges

import (
	"errors"
	"fmt"
	"strings"
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
		if err := followed(t, test.rules, test.value); !errors.Is(err, test.want) {
			t.Errorf("%s on %s: %v", test.rules, test.value, err)
		}
	}
}

// TestSchemasThatAskForTooMuchAreNotUnderstood: the work they stand for would take years.
func TestSchemasThatAskForTooMuchAreNotUnderstood(t *testing.T) {
	var multiplying strings.Builder
	for i := range 10 {
		next := fmt.Sprintf(`{"$ref":"#/definitions/%d"}`, i+1)
		fmt.Fprintf(&multiplying, `"%d":{"allOf":[%s]},`, i, strings.Repeat(next+",", 50)+next)
	}
	numbers := func(n int) string {
		var all strings.Builder
		for i := range n {
			fmt.Fprintf(&all, "%d,", i)
		}
		return "[" + strings.TrimSuffix(all.String(), ",") + "]"
	}
	for name, test := range map[string]struct{ rules, value string }{
		"references that multiply":  {`{"$ref":"#/definitions/0","definitions":{` + multiplying.String() + `"10":{"type":"number"}}}`, "1"},
		"each compared with each":   {`{"uniqueItems":true}`, numbers(200_000)},
		"a list in a long list":     {`{"items":{"enum":` + numbers(20_000) + `}}`, `[` + strings.Repeat(`19999,`, 20_000) + `0]`},
		"a pattern for a long text": {`{"items":{"pattern":"^(a|b|ab)*c$"}}`, `["` + strings.Repeat("ab", 2_000_000) + `"]`},
	} {
		t.Run(name, func(t *testing.T) {
			if err := followed(t, test.rules, test.value); !errors.Is(err, errSchemaUnknown) {
				t.Error(err)
			}
		})
	}
}

func followed(t *testing.T, rules, value string) error {
	t.Helper()
	root, err := parse([]byte(rules))
	if err != nil {
		t.Fatal(err)
	}
	wrapped, err := parse([]byte(`{"v":` + value + `}`))
	if err != nil {
		t.Fatal(err)
	}
	return newSchema(root).check(root, wrapped["v"], "", 0)
}
