package openbadges

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"reflect"
	"regexp"
	"testing"
	"time"
)

func FuzzOpenJWT(f *testing.F) {
	f.Add([]byte(`{"alg":"EdDSA","kid":"did:key:z6Mk"}`), []byte(`{"iss":"a:b","jti":"a:c","nbf":1.5,"exp":2e9,"vc":{"credentialSubject":{"id":"a:d"},"type":["VerifiableCredential"]}}`))
	f.Add([]byte(`{"alg":"none"}`), []byte(`{"nbf":-1,"credentialSubject":[],"issuer":{"id":"a:b"},"validFrom":"2025-01-01T00:00:00Z"}`))
	f.Add([]byte(`{"alg":"ES256","jwk":{"kty":"EC"}}`), []byte(`{"vc":{"vc":{}},"sub":7}`))
	f.Fuzz(func(t *testing.T, header, payload []byte) {
		encode := base64.RawURLEncoding.EncodeToString
		envelope, err := openJWT([]byte(encode(header) + "." + encode(payload) + ".AAAA"))
		if err != nil {
			return
		}
		stated, err := parse(payload)
		if err != nil || !reflect.DeepEqual(stated, envelope.claims) {
			t.Fatalf("%v: %v were %s", err, envelope.claims, payload)
		}
		missing, differing := envelope.compare(true)
		if len(missing)+len(differing) > 5 {
			t.Errorf("%v %v", missing, differing)
		}
		if envelope.refused == nil && envelope.jws.Verify(newSigner('a').key.Public()) == nil {
			t.Error("a signature nobody made")
		}
	})
}

func FuzzStatusList(f *testing.F) {
	for _, encoded := range []string{encodedList(f, []byte{0x80, 1, 2, 3}), "H4sI", "u", "uH4sIAAAAAAAA_-3BMQEAAADCoPVPbQsvoAAAAAAAAAAAAAAAAP4GcwM92tQwAAA"} {
		f.Add(encoded, 0, 1)
		f.Add(encoded, 31, 2)
	}
	f.Fuzz(func(t *testing.T, encoded string, index, size int) {
		bits, err := inflateList(encoded)
		if err != nil {
			return
		}
		list := &statusBits{bits: bits}
		value, ok := list.value(index, size)
		if len(bits) > maxListBytes || ok && (index < 0 || index >= list.entries(size) || value>>size != 0) {
			t.Errorf("%d bytes; entry %d of %d bits is %d", len(bits), index, size, value)
		}
	})
}

func FuzzRecordedWeb(f *testing.F) {
	f.Add([]byte(`{"https://a.example/":{"status":200,"content_type":"text/plain","body":"l’eau"},"b":{"status":410,"body_b64":"/w=="},"c":{"body":null}}`))
	f.Add([]byte(`{"a":{"body":"\ud800","body_b64":"AA=="}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var web, again RecordedWeb
		if json.Unmarshal(data, &web) != nil {
			return
		}
		written, err := json.Marshal(web)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(written, &again); err != nil || len(again) != len(web) {
			t.Fatalf("%v\n%s", err, written)
		}
		for address, answer := range web {
			if other := again[address]; other.Status != answer.Status || !bytes.Equal(other.Body, answer.Body) || other.ContentType != answer.ContentType {
				t.Errorf("%q: %+v became %+v", address, answer, other)
			}
		}
	})
}

// isoDate says in one line what datePartsOf says at length.
var isoDate = regexp.MustCompile(`^(\d{4})-?(\d{2})(?:-?(\d{2}))?(?:[T ](\d{2}):?(\d{2})(?::?(\d{2}))?([.,]\d+)?(Z|z|[+-]\d{2}:?\d{2})?)?$`)

func FuzzDates(f *testing.F) {
	for _, text := range []string{"2013-02-21", "201302", "20130221T1518Z", "2013-02-21T15:18:59.5-0500", "2016-12-31T24:00:00Z", "1361561067", "9999-12-31T23:59:60-14:00", "2013-02-21 15:18"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if n := json.Number(text); text != "" {
			parseDate(n)
		}
		want := isoDate.FindStringSubmatch(text)
		if p, ok := datePartsOf(text); ok != (want != nil && len(text) != 6) || ok && p != (dateParts{want[1], want[2], want[3], want[4], want[5], want[6], want[7], want[8]}) {
			t.Errorf("%q is read as %+v %v, not %q", text, p, ok, want)
		}
		date, _, ok := parseDate(text)
		if !ok {
			return
		}
		if date.Year() < 1 || date.Year() > 10000 || date.Location() != time.UTC {
			t.Fatalf("%q is %v", text, date)
		}
		if shown := dateOf(text); shown.Year() > 9999 || date.Year() < 10000 && !shown.Equal(date) {
			t.Errorf("%q is shown as %v", text, shown)
		}
		if again, zoned, ok := parseDate(date.Format(time.RFC3339Nano)); date.Year() < 10000 && (!ok || !zoned || !again.Equal(date)) {
			t.Errorf("%q is %v, written again %v", text, date, again)
		}
	})
}

func FuzzSchema(f *testing.F) {
	f.Add([]byte(`{"$ref":"#/definitions/a","definitions":{"a":{"type":["object"],"required":["b"],"properties":{"b":{"enum":[1,null,{"c":[]}]}},"additionalProperties":false}}}`), []byte(`{"b":{"c":[]}}`))
	f.Add([]byte(`{"allOf":[{"$ref":"#"},{"items":{"uniqueItems":true,"minItems":1}}],"not":[{"pattern":"^(a+)+$"}]}`), []byte(`{"v":[[1,1]]}`))
	f.Add([]byte(`{"minimum":3,"maxLength":"2","const":"x"}`), []byte(`{"v":1e999}`))
	f.Fuzz(func(t *testing.T, rules, value []byte) {
		root, err := parse(rules)
		if err != nil {
			return
		}
		v, err := parse(value)
		if err != nil {
			return
		}
		for _, said := range []any{v, v["v"]} {
			if err := newSchema(root).check(root, said, "", 0); err != nil && !errors.Is(err, errSchema) && !errors.Is(err, errSchemaUnknown) {
				t.Error(err)
			}
		}
	})
}

// FuzzIssuersWeb lets everything a signed badge depends on be hostile: profile, key, class and list are one document.
func FuzzIssuersWeb(f *testing.F) {
	token, web := signedBadge2(f)
	for _, answer := range web {
		f.Add(answer.Body)
	}
	f.Add([]byte(`{"revokedAssertions":[{"uid":7}],"publicKey":[{"publicKeyPem":"-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----"}],"verification":{"startsWith":[]}}`))
	f.Fuzz(func(t *testing.T, answer []byte) {
		fetch := func(_ context.Context, url string) (Document, error) {
			return Document{URL: url, Status: 200, Body: answer}, nil
		}
		c, err := Read(context.Background(), token, fetch)
		if err != nil {
			t.Fatal(err)
		}
		if v := Verify(context.Background(), c, Options{Fetch: fetch, At: now}); v.Verdict == Genuine {
			t.Errorf("genuine: %q", answer)
		}
	})
}

// FuzzPlainAddresses: what is taken for plain without parsing is what parsing finds.
func FuzzPlainAddresses(f *testing.F) {
	for _, text := range []string{
		"https://a.example/b?c#d", "HTTP://A.example", "https://u:p@a.example:443/", "http://a.example:80", "https://a.example/%zz", "https://é.example",
		"urn:uuid:1", "did:web:a%3A1", "did:key:z6Mk#z6Mk", "urn:?", "did:/a", "https://a..example/a#b#c", "https://-", "https:///a", "urn:a?b",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if isWeb(text) != isWebParsed(text) || isURI(text) != isURIParsed(text) || authority(text) != authorityParsed(text) {
			t.Errorf("%q: web %v %v, URI %v %v, authority %q %q", text, isWeb(text), isWebParsed(text), isURI(text), isURIParsed(text), authority(text), authorityParsed(text))
		}
	})
}
