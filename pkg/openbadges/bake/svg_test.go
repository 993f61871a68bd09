package bake

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

const plainSVG = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<!-- drawn by hand --><svg  xmlns="http://www.w3.org/2000/svg"` + "\r\n" + ` viewBox='0 0 9 9'><title>A &amp; B</title><path d="M0 0"/></svg>
`

func TestBakedSVGHasTheFormsOfTheStandards(t *testing.T) {
	const drawn = `<svg viewBox="0 0 9 9"><g/></svg>`
	for name, test := range map[string]struct {
		credential string
		keyword    Keyword
		want       string
	}{
		"OB 3.0 with embedded proof": {
			`{"id":"urn:x"}`, Credential,
			`<svg xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0" viewBox="0 0 9 9"><openbadges:credential><![CDATA[{"id":"urn:x"}]]></openbadges:credential><g/></svg>`,
		},
		"OB 3.0 as JWT": {
			`eyJ.e30.c2ln`, Credential,
			`<svg xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0" viewBox="0 0 9 9"><openbadges:credential verify="eyJ.e30.c2ln"/><g/></svg>`,
		},
		"OB 2.0 hosted": {
			`{"id":"https://x.example/a?b=1&c=2"}`, Assertion,
			`<svg xmlns:openbadges="http://openbadges.org" viewBox="0 0 9 9"><openbadges:assertion verify="https://x.example/a?b=1&amp;c=2"><![CDATA[{"id":"https://x.example/a?b=1&c=2"}]]></openbadges:assertion><g/></svg>`,
		},
		"OB 1.0 hosted": {
			`{"uid":"1","verify":{"type":"hosted","url":"https://x.example/1"}}`, Assertion,
			`<svg xmlns:openbadges="http://openbadges.org" viewBox="0 0 9 9"><openbadges:assertion verify="https://x.example/1"><![CDATA[{"uid":"1","verify":{"type":"hosted","url":"https://x.example/1"}}]]></openbadges:assertion><g/></svg>`,
		},
		"OB 2.0 signed": {
			"eyJ.e30.c2ln", Assertion,
			`<svg xmlns:openbadges="http://openbadges.org" viewBox="0 0 9 9"><openbadges:assertion verify="eyJ.e30.c2ln"/><g/></svg>`,
		},
	} {
		got, err := SVG([]byte(drawn), []byte(test.credential), test.keyword)
		if err != nil || string(got) != test.want {
			t.Errorf("%s:\n got %s\nwant %s (%v)", name, got, test.want, err)
		}
	}
}

func TestBakingAnSVGKeepsEveryOtherByte(t *testing.T) {
	baked, err := SVG([]byte(plainSVG), []byte(`{"x":"]]>"}`), Credential)
	if err != nil {
		t.Fatal(err)
	}
	_, after, found := strings.Cut(string(baked), "<openbadges:credential>")
	if !found {
		t.Fatal("no badge element")
	}
	_, tail, _ := strings.Cut(after, "</openbadges:credential>")
	head, _, _ := strings.Cut(string(baked), "<openbadges:credential>")
	head = strings.Replace(head, ` xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0"`, "", 1)
	if head+tail != plainSVG {
		t.Fatalf("changed:\n%s\nwant\n%s", head+tail, plainSVG)
	}
}

func TestBakingAnSVGOverReplacesEveryOlderBadge(t *testing.T) {
	once, err := SVG([]byte(plainSVG), []byte(`{"old":1}`), Assertion)
	if err != nil {
		t.Fatal(err)
	}
	twice, err := SVG(once, []byte(`{"new":1}`), Credential)
	if err != nil {
		t.Fatal(err)
	}
	got, err := FromSVG(twice)
	if err != nil || string(got) != `{"new":1}` || bytes.Contains(twice, []byte("old")) {
		t.Fatalf("%s, %v in %s", got, err, twice)
	}
	again, err := SVG(twice, []byte(`{"new":1}`), Credential)
	if err != nil || !bytes.Equal(again, twice) {
		t.Fatalf("baking the same again changed the drawing:\n%s\n%s", twice, again)
	}
}

func TestBadgesOfOtherProgramsAreFoundInSVG(t *testing.T) {
	const json = `{"id":"https://x.example/1"}`
	for name, test := range map[string]struct{ drawn, want string }{
		"body before attribute":    {`<svg xmlns:o="http://openbadges.org"><o:assertion verify="https://x.example/2"><![CDATA[` + json + `]]></o:assertion></svg>`, json},
		"empty body, attribute":    {`<svg xmlns:o="http://openbadges.org"><o:assertion verify=" https://x.example/2 "><![CDATA[]]> ` + "\n" + `</o:assertion></svg>`, "https://x.example/2"},
		"at the end, own prefix":   {`<svg><g/><ob:assertion xmlns:ob="http://openbadges.org" verify="eyJ.e30.c2ln"/></svg>`, "eyJ.e30.c2ln"},
		"default namespace on tag": {`<svg><credential xmlns="https://purl.imsglobal.org/ob/v3p0">` + json + `</credential></svg>`, json},
		"text with entities":       {`<svg xmlns:o="http://openbadges.org"><o:assertion> {"n":"&quot;&lt;"} </o:assertion></svg>`, `{"n":""<"}`},
		"not a child of the root":  {`<svg xmlns:o="https://purl.imsglobal.org/ob/v3p0"><metadata><o:credential verify="eyJ.e30.c2ln"/></metadata></svg>`, "eyJ.e30.c2ln"},
		"names mixed":              {`<svg xmlns:o="https://purl.imsglobal.org/ob/v3p0"><o:assertion verify="eyJ.e30.c2ln"/></svg>`, "eyJ.e30.c2ln"},
		"prefix undeclared":        {`<svg><openbadges:assertion verify="eyJ.e30.c2ln"/></svg>`, "eyJ.e30.c2ln"},
		"slash and https":          {`<svg xmlns:o="https://openbadges.org/"><o:assertion verify="eyJ.e30.c2ln"/></svg>`, "eyJ.e30.c2ln"},
		"empty one before":         {`<svg xmlns:o="http://openbadges.org"><o:assertion/><o:assertion verify="eyJ.e30.c2ln"/></svg>`, "eyJ.e30.c2ln"},
		"first of two":             {`<svg xmlns:o="http://openbadges.org"><o:assertion verify="eyJ.e30.c2ln"/><o:assertion verify="second"/></svg>`, "eyJ.e30.c2ln"},
		"line ends kept":           {"<svg xmlns:o='http://openbadges.org'><o:assertion>\r\n<![CDATA[\r\n{}\r\n]]></o:assertion></svg>", "\r\n{}\r\n"},
		"prefixed svg":             {`<s:svg xmlns:s="http://www.w3.org/2000/svg" xmlns:o="http://openbadges.org"><o:assertion verify="eyJ.e30.c2ln"/></s:svg>`, "eyJ.e30.c2ln"},
		"Latin-1":                  {"<?xml version='1.0' encoding='ISO-8859-1'?><svg xmlns:o='http://openbadges.org'><o:assertion><![CDATA[{\"n\":\"\xe9\"}]]></o:assertion></svg>", `{"n":"é"}`},
		"byte order mark":          {"\ufeff<svg xmlns:o='http://openbadges.org'><o:assertion verify='eyJ.e30.c2ln'/></svg>", "eyJ.e30.c2ln"},
	} {
		got, err := FromSVG([]byte(test.drawn))
		if err != nil || string(got) != test.want {
			t.Errorf("%s: %q, %v; want %q", name, got, err, test.want)
		}
	}
}

// ASVS: V1.5.1
func TestUnsoundDrawingsAreRefused(t *testing.T) {
	for name, test := range map[string]struct {
		drawn string
		want  error
	}{
		"no badge":             {plainSVG, ErrNothing},
		"other namespace":      {`<svg xmlns:o="http://evil.example"><o:assertion verify="x"/></svg>`, ErrNothing},
		"empty":                {"", ErrNotImage},
		"words":                {"hello", ErrNotImage},
		"html":                 {"<html><svg/></html>", ErrNotImage},
		"unfinished":           {"<svg><g>", ErrNotImage},
		"two roots":            {"<svg/><svg/>", ErrNotImage},
		"declares an entity":   {`<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg>&a;</svg>`, ErrNotImage},
		"unknown entity":       {`<svg>&a;</svg>`, ErrNotImage},
		"UTF-16":               {"\xff\xfe<\x00s\x00v\x00g\x00/\x00>\x00", ErrNotImage},
		"nested 65 deep":       {strings.Repeat("<svg>", 65), ErrTooLarge},
		"nested 200,000 deep":  {strings.Repeat("<svg>", 200_000), ErrTooLarge},
		"10,001 elements":      {"<svg>" + strings.Repeat("<g/>", 10_000) + "</svg>", ErrTooLarge},
		"comments":             {"<svg>" + strings.Repeat("<!---->", 10_000) + "</svg>", ErrTooLarge},
		"too many bytes":       {"<svg>" + strings.Repeat(" ", maxBaked) + "</svg>", ErrTooLarge},
		"too large a body":     {`<svg xmlns:o="http://openbadges.org"><o:assertion>` + strings.Repeat("x", MaxCredential+1) + "</o:assertion></svg>", ErrTooLarge},
		"PNG":                  {pngSignature, ErrNotImage},
		"cut in the badge":     {`<svg xmlns:o="http://openbadges.org"><o:assertion verify="x">{}`, ErrNotImage},
		"an entity in another": {`<!DOCTYPE svg [<!entity % x SYSTEM "file:///etc/passwd">]><svg/>`, ErrNotImage},
	} {
		if _, err := FromSVG([]byte(test.drawn)); !errors.Is(err, test.want) {
			t.Errorf("%s: %v, want %v", name, err, test.want)
		}
		if _, err := SVG([]byte(test.drawn), []byte("{}"), Credential); test.want != ErrNothing && name != "too large a body" && !errors.Is(err, test.want) {
			t.Errorf("baking %s: %v, want %v", name, err, test.want)
		}
	}
}

// ASVS: V1.2.1
func TestNothingIsBakedThatXMLForbids(t *testing.T) {
	for _, credential := range []string{"{\x01}", "{\ufffe}", "{\uffff}", "{\x00}", ""} {
		if _, err := SVG([]byte(plainSVG), []byte(credential), Credential); !errors.Is(err, ErrNotText) {
			t.Errorf("%q: %v", credential, err)
		}
	}
	if _, err := SVG([]byte("<?xml version='1.0' encoding='ISO-8859-1'?><svg/>"), []byte("{}"), Credential); !errors.Is(err, ErrNotImage) {
		t.Error("baked UTF-8 into a drawing that says it is Latin-1")
	}
}

func TestSelfClosingRootIsOpened(t *testing.T) {
	got, err := SVG([]byte(`<x:svg xmlns:x="http://www.w3.org/2000/svg" />`), []byte("{}"), Credential)
	want := `<x:svg xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0" xmlns:x="http://www.w3.org/2000/svg" ><openbadges:credential><![CDATA[{}]]></openbadges:credential></x:svg>`
	if err != nil || string(got) != want {
		t.Fatalf("%s, %v", got, err)
	}
}

func FuzzFromSVG(f *testing.F) {
	f.Add([]byte(plainSVG))
	f.Add([]byte(`<svg xmlns:openbadges="http://openbadges.org"><openbadges:assertion verify="https://x.example"><![CDATA[{}]]></openbadges:assertion></svg>`))
	f.Add([]byte(`<svg xmlns:openbadges="http://x"/>`))
	f.Fuzz(func(t *testing.T, picture []byte) {
		found, err := FromSVG(picture)
		if err == nil && blank(found) {
			t.Fatal("found nothing and said so to nobody")
		}
		credential := []byte(`{"id":"]]>"}`)
		baked, err := SVG(picture, credential, Credential)
		if err != nil {
			return
		}
		if got, err := FromSVG(baked); err != nil || !bytes.Equal(got, credential) {
			t.Fatalf("%q, %v from %q", got, err, baked)
		}
	})
}
