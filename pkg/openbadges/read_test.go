package openbadges

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"image"
	"image/png"
	"strings"
	"testing"

	"github.com/carnetbadges/carnet/pkg/openbadges/bake"
)

const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0"/></svg>`

func blankPNG(t testing.TB) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewGray(image.Rect(0, 0, 4, 4))); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func bakedPNG(t testing.TB, credential []byte) []byte {
	t.Helper()
	baked, err := bake.PNG(blankPNG(t), credential, bake.Assertion)
	if err != nil {
		t.Fatal(err)
	}
	return baked
}

func bakedSVG(t testing.TB, credential []byte) []byte {
	t.Helper()
	baked, err := bake.SVG([]byte(drawing), credential, bake.Credential)
	if err != nil {
		t.Fatal(err)
	}
	return baked
}

// inPDF is a PDF to which files are attached.
func inPDF(files ...string) []byte {
	var out strings.Builder
	out.WriteString("%PDF-1.7\n")
	attached := ""
	for i, file := range files {
		fmt.Fprintf(&out, "%d 0 obj << /Length %d >> stream\n%s\nendstream endobj\n", i+10, len(file), file)
		attached += fmt.Sprintf("(%d) << /Type /Filespec /EF << /F %d 0 R >> >> ", i, i+10)
	}
	fmt.Fprintf(&out, "1 0 obj << /Type /Catalog /Names << /EmbeddedFiles << /Names [ %s ] >> >> >> endobj\ntrailer << /Root 1 0 R >>\n%%%%EOF", attached)
	return []byte(out.String())
}

// namingPDF is a PDF whose document information names an address.
func namingPDF(address string) []byte {
	return []byte("%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj 2 0 obj << /openbadges (" + address + ") >> endobj\ntrailer << /Root 1 0 R /Info 2 0 R >>\n%%EOF")
}

func lockedPDF() []byte {
	return bytes.Replace(inPDF("{}"), []byte("trailer <<"), []byte("trailer << /Encrypt << /Filter /Standard >>"), 1)
}

func TestEveryContainerGivesItsCredential(t *testing.T) {
	amy := newSigner('a')
	json2, json3 := text(t, assertion2), amy.sign(t, amy.badge3())
	token := amy.jwt(t, claims(amy.badge3(), nil), amy.vm)
	web := hostedWeb(t)
	web["https://issuer.example/1.png"] = Recording{Status: 200, ContentType: "image/png", Body: bakedPNG(t, json3)}
	web["https://issuer.example/1.pdf"] = Recording{Status: 200, ContentType: "application/pdf", Body: inPDF(string(json3))}
	for name, test := range map[string]struct {
		input     []byte
		container Container
		standard  Standard
		proof     Proof
		raw       []byte
		picture   string
	}{
		"JSON":               {json2, ContainerJSON, V20, ProofHosted, json2, ""},
		"JSON, byte order":   {append([]byte("\xef\xbb\xbf"), json2...), ContainerJSON, V20, ProofHosted, json2, ""},
		"JSON amid space":    {[]byte("\r\n\t " + string(json3) + "\n "), ContainerJSON, V30, ProofDataIntegrity, json3, ""},
		"token":              {token, ContainerJWS, V30, ProofJWT, token, ""},
		"token amid space":   {[]byte(" " + string(token) + "\r\n"), ContainerJWS, V30, ProofJWT, token, ""},
		"PNG":                {bakedPNG(t, json2), ContainerPNG, V20, ProofHosted, json2, "image/png"},
		"PNG with a token":   {bakedPNG(t, token), ContainerPNG, V30, ProofJWT, token, "image/png"},
		"PNG with a link":    {bakedPNG(t, []byte(assertionURL)), ContainerPNG, V20, ProofHosted, json2, "image/png"},
		"SVG":                {bakedSVG(t, json3), ContainerSVG, V30, ProofDataIntegrity, json3, "image/svg+xml"},
		"SVG with a token":   {bakedSVG(t, token), ContainerSVG, V30, ProofJWT, token, "image/svg+xml"},
		"PDF":                {inPDF(string(json3)), ContainerPDF, V30, ProofDataIntegrity, json3, ""},
		"PDF with a token":   {inPDF(string(token)), ContainerPDF, V30, ProofJWT, token, ""},
		"PDF, later file":    {inPDF(`{"a":1}`, `{"id":1,"id":2}`, string(json2)), ContainerPDF, V20, ProofHosted, json2, ""},
		"PDF naming a link":  {namingPDF(assertionURL), ContainerPDF, V20, ProofHosted, json2, ""},
		"link to a PDF":      {[]byte("https://issuer.example/1.pdf"), ContainerURL, V30, ProofDataIntegrity, json3, ""},
		"link":               {[]byte(assertionURL), ContainerURL, V20, ProofHosted, json2, ""},
		"link to a picture":  {[]byte(" https://issuer.example/1.png\n"), ContainerURL, V30, ProofDataIntegrity, json3, "image/png"},
		"data address":       {[]byte("data:image/png;base64," + base64.StdEncoding.EncodeToString(bakedPNG(t, json3))), ContainerPNG, V30, ProofDataIntegrity, json3, "image/png"},
		"enveloped":          {[]byte(`{"@context":"` + contextVC2 + `","type":"EnvelopedVerifiableCredential","id":"data:application/vc+jwt,` + string(token) + `"}`), ContainerJSON, V30, ProofJWT, token, ""},
		"unsigned":           {text(t, amy.badge3()), ContainerJSON, V30, ProofNone, text(t, amy.badge3()), ""},
		"some other VC":      {[]byte(`{"@context":["` + contextVC2 + `"],"type":["VerifiableCredential"],"credentialSubject":{"id":"did:example:a"}}`), ContainerJSON, VC, ProofNone, nil, ""},
		"a hosted OB 1.1":    {[]byte(`{"@context":"https://w3id.org/openbadges/v1","type":"Assertion","id":"https://a.example/1"}`), ContainerJSON, V11, ProofHosted, nil, ""},
		"a hosted OB 1.0":    {[]byte(`{"uid":"1","badge":"https://a.example/b"}`), ContainerJSON, V10, ProofHosted, nil, ""},
		"an OB 0.5":          {[]byte(`{"recipient":"a@b.example","badge":{"version":"0.5.0","issuer":{"origin":"https://a.example"}}}`), ContainerJSON, V05, ProofHosted, nil, ""},
		"signed, as JSON":    {text(t, with(assertion2, node{"verification": node{"type": "SignedBadge"}})), ContainerJSON, V20, ProofNone, nil, ""},
		"a context of OB 3.": {[]byte(`{"@context":["` + contextVC1 + `","` + contextOB3 + `context.json"],"type":["VerifiableCredential"],"credentialSubject":{}}`), ContainerJSON, V30, ProofNone, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := Read(context.Background(), test.input, web.Fetch)
			if err != nil {
				t.Fatal(err)
			}
			if c.Container != test.container || c.Standard != test.standard || c.Proof != test.proof || c.PictureType != test.picture {
				t.Errorf("%s %s %s %q", c.Container, c.Standard, c.Proof, c.PictureType)
			}
			if test.raw != nil && !bytes.Equal(c.Raw, test.raw) {
				t.Errorf("raw: %.80s", c.Raw)
			}
		})
	}
}

func TestWhatIsNoBadgeIsSaidWhy(t *testing.T) {
	web := RecordedWeb{
		"https://a.example/loop": page(t, "https://a.example/loop"),
		"https://a.example/1":    page(t, "https://a.example/2"), "https://a.example/2": page(t, "https://a.example/3"),
		"https://a.example/3": page(t, "https://a.example/4"), "https://a.example/4": page(t, assertion2),
		"https://a.example/410": {Status: 410}, "https://a.example/html": page(t, "<html></html>"),
		"https://a.example/pdf":  {Status: 200, Body: namingPDF("https://a.example/pdf")},
		"https://a.example/nest": {Status: 200, Body: bakedPNG(t, []byte("https://a.example/nest"))},
	}
	signedText := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"EdDSA"}`)) + "." +
		base64.RawURLEncoding.EncodeToString([]byte(`{"@context":"https://w3id.org/openbadges/v2","type":"Assertion"}`))
	for input, want := range map[string]Reason{
		"":                                       ReasonEmpty,
		" \n":                                    ReasonEmpty,
		"nope":                                   ReasonNotRecognised,
		"<html></html>":                          ReasonNotRecognised,
		"%PDF-1.7":                               ReasonBrokenPDF,
		string(inPDF()):                          ReasonNotInPDF,
		string(inPDF(`{"a":1}`)):                 ReasonNotABadge,
		string(inPDF("{}", `{"id":1,"id":2}`)):   ReasonNotABadge,
		string(lockedPDF()):                      ReasonLockedPDF,
		"%PDF-" + strings.Repeat(" x", 6<<20):    ReasonTooLarge,
		"\"a.b.c\"":                              ReasonNotRecognised,
		drawing:                                  ReasonNotBaked,
		string(blankPNG(t)):                      ReasonNotBaked,
		string(blankPNG(t)[:20]):                 ReasonBrokenPicture,
		"<svg":                                   ReasonBrokenPicture,
		"{":                                      ReasonNotJSON,
		"{}":                                     ReasonNotABadge,
		"{} {}":                                  ReasonNotJSON,
		`{"id":1,"id":2}`:                        ReasonAmbiguousJSON,
		`{"id":1,"ID":2}`:                        ReasonAmbiguousJSON,
		strings.Repeat(`{"a":`, 100):             ReasonAmbiguousJSON,
		"{\"a\":\"\xff\"}":                       ReasonAmbiguousJSON,
		string(text(t, class2)):                  ReasonPartOfABadge,
		string(text(t, issuer2)):                 ReasonPartOfABadge,
		`{"type":"VerifiablePresentation"}`:      ReasonPresentation,
		"a.b.c":                                  ReasonBrokenJWS,
		"e30.W10.c2ln":                           ReasonNotABadge,
		"e30.e30.c2ln":                           ReasonNotABadge,
		"e30.eyIx.c2ln":                          ReasonNotJSON,
		signedText + "\n.c2ln":                   ReasonNotRecognised,
		signedText + ".###":                      ReasonNotRecognised,
		signedText + ".c2ln\nc2ln":               ReasonNotRecognised,
		signedText[:len(signedText)-1] + "\n.c2": ReasonNotRecognised,
		"data:application/vc+jwt,e30.e30.#":      ReasonNotRecognised,
		strings.Split(signedText, ".")[0] + "..c": ReasonNotRecognised,
		strings.Repeat(" x", maxText):             ReasonTooLarge,
		"https://a.example/none":                  ReasonAddressSilent,
		"https://user:secret@a.example/":          ReasonAddressSilent,
		"http://":                                 ReasonAddressSilent,
		"https://a.example/410":                   ReasonAddressFailed,
		"https://a.example/html":                  ReasonNotRecognised,
		"https://a.example/loop":                  ReasonTooManyHops,
		"https://a.example/1":                     ReasonTooManyHops,
		"https://a.example/nest":                  ReasonTooManyHops,
		"https://a.example/pdf":                   ReasonTooManyHops,
		"data:text/plain,hello":                   ReasonNotRecognised,
		"data:text/plain;base64,!!":               ReasonNotRecognised,
		"data:text/plain;base64,bm9wZQ==":         ReasonNotRecognised,
		"data:text/plain;base64,ZGF0YTosaGVsbG8":  ReasonNotRecognised,
	} {
		c, err := Read(context.Background(), []byte(input), web.Fetch)
		var not *NotBadge
		if c != nil || !errors.As(err, &not) || not.Reason != want {
			t.Errorf("%.60q: %v, want %s", input, err, want)
			continue
		}
		if not.Detail == "" || strings.ContainsAny(not.Detail, "{}") {
			t.Errorf("%.60q: the sentence is %q", input, not.Detail)
		}
	}
}

func TestThreeHopsAreFollowed(t *testing.T) {
	web := hostedWeb(t)
	web["https://a.example/2"] = page(t, "https://a.example/3")
	web["https://a.example/3"] = page(t, assertionURL)
	c, err := Read(context.Background(), []byte("https://a.example/2"), web.Fetch)
	if err != nil || c.URL != assertionURL {
		t.Fatal(c, err)
	}
}

func FuzzRead(f *testing.F) {
	amy := newSigner('a')
	f.Add([]byte(`{"recipient":"a@b.example","badge":{"version":"0.5.0","issuer":{"origin":"https://a.example"}}}`))
	f.Add([]byte(`{"uid":"1","verify":{"type":"signed","url":"https://a.example"},"badge":{"issuer":[]},"issuedOn":7}`))
	f.Add([]byte(`{"@context":"https://w3id.org/openbadges/v2","id":"https://a.example/","type":"Assertion","badge":{"id":"urn:a","endorsement":[{}]},"expires":"2013"}`))
	f.Add([]byte(`{"@context":["` + contextVC2 + `"],"credentialSubject":[{"achievement":{"creator":{"parentOrg":{}}}}],"proof":{},"credentialStatus":{"type":"BitstringStatusListEntry"}}`))
	f.Add([]byte("eyJhbGciOiJub25lIn0.eyJ2YyI6eyJjcmVkZW50aWFsU3ViamVjdCI6e319LCJuYmYiOjF9."))
	f.Add([]byte(drawing))
	f.Add([]byte("https://a.example/"))
	f.Add(inPDF("e30.e30.e30", `{"uid":"1"}`))
	f.Add(namingPDF("https://a.example/"))
	f.Add(bakedPNG(f, []byte("e30.e30.e30")))
	f.Add([]byte(amy.did))
	answer := []byte(`{"id":"https://a.example/","type":"Assertion","@context":"https://w3id.org/openbadges/v2"}`)
	fetch := func(_ context.Context, url string) (Document, error) {
		return Document{URL: url, Status: 200, Body: answer}, nil
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		c, err := Read(context.Background(), input, fetch)
		if err != nil {
			return
		}
		v := Verify(context.Background(), c, Options{Fetch: fetch, At: now, Recipients: []string{"a@b.example"}})
		if v.Verdict == Genuine {
			t.Errorf("genuine: %q", input)
		}
		if len(c.Key()) > 80 || len(v.Web) > maxFetches {
			t.Errorf("key %s, %d addresses", c.Key(), len(v.Web))
		}
		if _, err := Report(v); err != nil {
			t.Error(err)
		}
	})
}
