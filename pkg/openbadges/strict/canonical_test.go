package strict

import (
	"bytes"
	"errors"
	"testing"
)

func TestCanonicalFormIsThatOfRFC8785(t *testing.T) {
	for text, want := range map[string]string{
		`{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}`: `{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
		`{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}`:                                                                                         "{\"\\r\":2,\"1\":4,\"\u0080\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\ufb33\":3}",
		`[-0,0.0,1e21,1e20,-1.5e-7,123456789012345678901234567890,0.000001,9007199254740993]`:                                                                                 `[0,0,1e+21,100000000000000000000,-1.5e-7,1.2345678901234568e+29,0.000001,9007199254740992]`,
	} {
		value, err := Decode([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := Canonical(value); err != nil || string(got) != want {
			t.Errorf("%v\n%s\nwant\n%s", err, got, want)
		}
	}
	value, err := Decode([]byte(`[1e400]`))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Canonical(value); !errors.Is(err, ErrNumber) {
		t.Error(err)
	}
}

func FuzzCanonicalFormIsItsOwn(f *testing.F) {
	f.Add([]byte(`{"b":[1e-7,"\u0007\u20ac"],"a":{"\ud83d\ude00":1,"\ufb33":2}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		value, err := Decode(data)
		if err != nil {
			return
		}
		once, err := Canonical(value)
		if err != nil {
			return
		}
		again, err := Decode(once)
		if err != nil {
			t.Fatalf("%s: %v", once, err)
		}
		if twice, err := Canonical(again); err != nil || !bytes.Equal(once, twice) {
			t.Fatalf("%v\n%s\n%s", err, once, twice)
		}
	})
}
