package strict

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
)

// ASVS: V1.5.2, V15.3.5
func TestValuesKeepTheirShape(t *testing.T) {
	got, err := Decode([]byte(` {"a":[1,-0.5e+3,1.0,true,false,null,"\u00e9\ud83c\uDF4E\n\/"],"b":{},"c":[],"":12345678901234567890} `))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"a": []any{json.Number("1"), json.Number("-0.5e+3"), json.Number("1.0"), true, false, nil, "é🍎\n/"},
		"b": map[string]any{}, "c": []any{}, "": json.Number("12345678901234567890"),
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %#v", got)
	}
}

// ASVS: V1.1.1, V1.5.2, V1.5.3, V15.3.5
func TestAmbiguousTextIsRefused(t *testing.T) {
	many := `"k0":0`
	for _, c := range "abcdefghijlmnopqrsuvwxyz" {
		many += `,"` + string(c) + `":1`
	}
	for text, want := range map[string]error{
		``: ErrSyntax, ` `: ErrSyntax, `{`: ErrSyntax, `[`: ErrSyntax, `[1,]`: ErrSyntax, `{"a":1,}`: ErrSyntax, `[1 2]`: ErrSyntax,
		`{"a" 1}`: ErrSyntax, `{a:1}`: ErrSyntax, `{"a":}`: ErrSyntax, `{}{}`: ErrSyntax, `1 x`: ErrSyntax, `NaN`: ErrSyntax,
		`-Infinity`: ErrSyntax, `01`: ErrSyntax, `1.`: ErrSyntax, `.5`: ErrSyntax, `+1`: ErrSyntax, `1e`: ErrSyntax, `-`: ErrSyntax,
		`tru`: ErrSyntax, `nul`: ErrSyntax, `True`: ErrSyntax, `'a'`: ErrSyntax, `"a`: ErrSyntax, `"\`: ErrSyntax, `"\x"`: ErrSyntax,
		`"\u12"`: ErrSyntax, `"\u+123"`: ErrSyntax, "\"a\nb\"": ErrSyntax, "\"\\n\x01\"": ErrSyntax, "\ufeff{}": ErrSyntax, "{}\x00": ErrSyntax,
		`"\ud800"`: ErrText, `"\udc00x"`: ErrText, `"\ud800\ud800"`: ErrText, `"\ud800\n"`: ErrText, "\"\xff\"": ErrText, "\"\xed\xa0\x80\"": ErrText,
		`{"a":1,"a":1}`: ErrDuplicate, `{"id":1,"ID":2}`: ErrDuplicate, `{"a":1,"\u0061":2}`: ErrDuplicate,
		`{"k":1,"` + "\u212a" + `":2}`: ErrDuplicate, `[{"x":{"s":1,"` + "\u017f" + `":2}}]`: ErrDuplicate,
		`{` + many + `,"B":1}`: ErrDuplicate, `{` + many + `,"K0":1}`: ErrDuplicate, `{` + many + `,"` + "\u017f" + `":1}`: ErrDuplicate,
		strings.Repeat("[", MaxDepth+1) + strings.Repeat("]", MaxDepth+1): ErrTooDeep,
		strings.Repeat(`{"a":`, 100000):                                   ErrTooDeep,
	} {
		if _, err := Decode([]byte(text)); !errors.Is(err, want) {
			t.Errorf("%.60q: %v, want %v", text, err, want)
		}
	}
}

func TestTheDeepestAllowedIsRead(t *testing.T) {
	text := strings.Repeat("[", MaxDepth) + strings.Repeat("]", MaxDepth)
	if _, err := Decode([]byte("[" + text[1:len(text)-1] + "]")); err != nil {
		t.Error(err)
	}
}

// FuzzDecodeAgreesWithTheStandardLibrary holds that whatever is accepted is what encoding/json reads too.
func FuzzDecodeAgreesWithTheStandardLibrary(f *testing.F) {
	for _, seed := range []string{`{"a":[1,2.5e3,"\u00e9\ud83c\udf4e",{"b":null}]}`, `{"id":1,"ID":2}`, `"\ud800"`, `[[[[]]]] `, "-0", `{"a":1,"a":2}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := Decode(data)
		if err != nil {
			return
		}
		d := json.NewDecoder(strings.NewReader(string(data)))
		d.UseNumber()
		var want any
		if err := d.Decode(&want); err != nil {
			t.Fatalf("accepted what the standard library refuses: %v", err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("got %#v, want %#v", got, want)
		}
	})
}
