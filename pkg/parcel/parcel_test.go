package parcel

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

var usual = Limits{Item: 1 << 20, Bytes: 4 << 20, Items: 100}

// opened is everything that is found, each in a word: its link, its name or the beginning of its bytes, and its trouble.
func opened(t testing.TB, l Limits, open func(*Opening) error) (found []string, left int) {
	t.Helper()
	o := New(l, func(f Find) error {
		word := f.Link
		if word == "" {
			if word = f.Name; word == "" {
				word = strings.Join(strings.Fields(string(f.Data[:min(len(f.Data), 60)])), "")
			}
		}
		if f.Trouble != "" {
			word += "!" + f.Trouble
		}
		if f.Trouble == "" && (len(f.Data) == 0) == (f.Link == "") && f.Size != 0 {
			t.Errorf("%q has neither bytes nor a link", word)
		}
		found = append(found, word)
		return nil
	})
	if err := open(o); err != nil {
		t.Fatal(err)
	}
	return found, o.LeftOut()
}

func zipped(t testing.TB, files ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for i := 0; i+1 < len(files); i += 2 {
		f, err := w.Create(files[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(f, files[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

const (
	badge2 = `{"@context":"https://w3id.org/openbadges/v2","type":"Assertion","id":"https://x.example/a/1"}`
	badge3 = `{"type":["VerifiableCredential","OpenBadgeCredential"],"id":"urn:uuid:3"}`
	badge1 = `{"uid":"1","recipient":{"identity":"a@b"},"badge":"https://x.example/b"}`
)

var jws = "eyJhbGciOiJSUzI1NiJ9." + strings.Repeat("eyJpZCI6", 20) + "." + strings.Repeat("c2ln", 20)

func TestTextsAreTakenApart(t *testing.T) {
	for name, row := range map[string]struct {
		text string
		want []string
	}{
		"nothing":           {" \n", nil},
		"a badge":           {badge2, []string{`{"@context":"https://w3id.org/openbadges/v2","type":"Asserti`}},
		"a badge of OB 1":   {badge1, []string{`{"uid":"1","recipient":{"identity":"a@b"},"badge":"https://x`}},
		"a link":            {" https://x.example/1 ", []string{"https://x.example/1"}},
		"a signed badge":    {jws, []string{jws[:60]}},
		"links":             {"https://x.example/1\nhttp://y.example/2 https://x.example/1", []string{"https://x.example/1", "http://y.example/2"}},
		"links and a token": {"https://x.example/1\n" + jws, []string{"https://x.example/1", jws[:60]}},
		"no badge":          {"Good morning", []string{"Goodmorning"}},
		"other JSON":        {`{"a":1}`, []string{`{"a":1}`}},
		"JSON links":        {`["https://x.example/1","https://x.example/2"]`, []string{"https://x.example/1", "https://x.example/2"}},
		"JSON badges":       {"[" + badge2 + "," + badge3 + `,"` + jws + `"]`, []string{badge2[:60], badge3[:60], jws[:60]}},
		"a letter": {
			"Dear Ada,\n\nyour badge: https://badges.example/assertions/7?x=1&y=2.\nSee (https://badges.example/badge/8), or our site https://example.org/news.\nUnsubscribe: https://mail.example/unsubscribe/badge/3\n",
			[]string{"https://badges.example/assertions/7?x=1&y=2", "https://badges.example/badge/8"},
		},
		"a letter with plain links": {"Look: https://example.org/a1 and https://example.org/privacy", []string{"https://example.org/a1"}},
		"a letter with JSON":        {"Here it is {smile}:\n" + badge3 + "\nand { more } " + badge2 + "bye", []string{badge3[:60], badge2[:60]}},
		"a letter with a token":     {"Here:\n\n" + jws + ".\n", []string{jws[:60]}},
		"HTML": {
			`<html><body><a href="https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fbadges.example%2Fbadge%2F9&amp;data=5">open</a><img src="https://badges.example/badge.png"><a href="https://badges.example/unsubscribe">x</a></body></html>`,
			[]string{"https://badges.example/badge/9"},
		},
		"HTML with a picture only": {`<p><img src="https://badges.example/badge/5.png"> <a href="https://badges.example/help">help</a>`, []string{"https://badges.example/badge/5.png"}},
		"a drawing":                {`<svg xmlns="http://www.w3.org/2000/svg"/>`, []string{`<svgxmlns="http://www.w3.org/2000/svg"/>`}},
	} {
		t.Run(name, func(t *testing.T) {
			got, _ := opened(t, usual, func(o *Opening) error { return o.Text(row.text) })
			if !slices.Equal(got, row.want) {
				t.Errorf("got  %q\nwant %q", got, row.want)
			}
		})
	}
}

func TestExportsOfOtherPassportsAreTakenApart(t *testing.T) {
	for name, row := range map[string]struct {
		file string
		want []string
	}{
		"Badgr's backpack": {
			`{"status":{"success":true},"result":[{"entityType":"BackpackAssertion","entityId":"a","openBadgeId":"https://api.badgr.example/public/assertions/a","image":"https://api.badgr.example/a.png","recipient":{"identity":"a@b"},"badgeclass":"x"},
			  {"entityType":"BackpackAssertion","openBadgeId":"https://api.badgr.example/public/assertions/b"}]}`,
			[]string{"https://api.badgr.example/public/assertions/a", "https://api.badgr.example/public/assertions/b"},
		},
		"Badgr's earner":        {`[{"id":"x","json":` + badge2 + `,"image":"data:image/png;base64,"}]`, []string{badge2[:60]}},
		"the Mozilla backpack":  {`{"userId":1,"groupId":2,"badges":[{"lastValidated":"x","hostedUrl":"https://h.example/a","assertion":` + badge1 + `,"imageUrl":"https://h.example/i.png"},{"hostedUrl":"https://h.example/b"}]}`, []string{badge1[:60], "https://h.example/b"}},
		"Open Badge Passport":   {`{"badges":[{"id":5,"name":"Weaver","image_file":"file/a.png","assertion_url":"https://obp.example/obpv1/assertion/5","visibility":"public"}]}`, []string{"https://obp.example/obpv1/assertion/5"}},
		"Badge Connect":         {`{"status":{},"results":[` + badge2 + `],"signedResults":["` + jws + `"]}`, []string{badge2[:60], jws[:60]}},
		"the Open Badges 3 API": {`{"credential":[` + badge3 + `],"compactJwsString":["` + jws + `"]}`, []string{badge3[:60], jws[:60]}},
		"a presentation":        {`{"type":"VerifiablePresentation","verifiableCredential":[` + badge3 + `]}`, []string{badge3[:60]}},
		"a wallet":              {`{"profileRecord":{},"credentials":[{"credential":` + badge3 + `},{"raw":"{\"type\":\"Assertion\"}"}]}`, []string{badge3[:60], `{"type":"Assertion"}`}},
		"a table":               {"name,badge url\nWeaver,https://x.example/badges/1\nSailor,https://x.example/badges/2\n", []string{"https://x.example/badges/1", "https://x.example/badges/2"}},
		"a bookmark":            {"[InternetShortcut]\r\nURL=https://x.example/a/1\r\n", []string{"https://x.example/a/1"}},
		"an issuer":             {`{"type":"Issuer","id":"https://x.example/i"}`, []string{`{"type":"Issuer","id":"https://x.example/i"}`}},
		"endorsements":          {`{"type":["VerifiableCredential","EndorsementCredential"]}`, []string{`{"type":["VerifiableCredential","EndorsementCredential"]}`}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			o := New(usual, func(f Find) error {
				if f.Link == "" && f.Name != "export.json" {
					t.Errorf("what was found in it is called %q", f.Name)
				}
				got = append(got, f.Link+strings.Join(strings.Fields(string(f.Data[:min(len(f.Data), 60)])), ""))
				return nil
			})
			if err := o.File("export.json", []byte(row.file)); err != nil || !slices.Equal(got, row.want) {
				t.Errorf("got  %q\nwant %q", got, row.want)
			}
		})
	}
}

func TestBytesOfAFoundCredentialAreThoseThatCame(t *testing.T) {
	odd := "{\n  \"type\" : [\"VerifiableCredential\"], \"b\": 1.50, \"a\": \"\\u00e9\" }"
	var got []byte
	o := New(usual, func(f Find) error { got = f.Data; return nil })
	if err := o.Text(`{"credential":[` + odd + `]}`); err != nil || string(got) != odd {
		t.Errorf("%v: %s", err, got)
	}
}

func TestZIPsAreTakenApartWithTheirFolders(t *testing.T) {
	inner := string(zipped(t, "deep/inner.png", "\x89PNG inner", "third.zip", string(zipped(t, "x.json", badge2))))
	file := zipped(t,
		"badges/2024/a.png", "\x89PNG a", "badges/b.json", badge2, "links.txt", "https://x.example/1\nhttps://x.example/2",
		"../../etc/passwd", "not written anywhere", "__MACOSX/badges/._a.png", "x", ".DS_Store", "x", "Thumbs.db", "x", "folder/", "",
		"inner.zip", inner, `C:\w\c.json`, badge3)
	got, left := opened(t, usual, func(o *Opening) error { return o.Zip("all.zip", bytes.NewReader(file), int64(len(file))) })
	want := []string{"a.png", "b.json", "https://x.example/1", "https://x.example/2", "passwd", "inner.png", "third.zip!nested", "c.json"}
	if !slices.Equal(got, want) || left != 0 {
		t.Errorf("got  %q, %d left out\nwant %q", got, left, want)
	}
}

func TestHostileZIPsCostNoMoreThanTheLimits(t *testing.T) {
	zeros := strings.Repeat("\x00", 1<<20)
	bomb := []string{}
	for i := range 200 {
		bomb = append(bomb, fmt.Sprint(i, ".png"), zeros)
	}
	locked := zipped(t, "a.png", "secret")
	for _, at := range []int{6, bytes.Index(locked, []byte("PK\x01\x02")) + 8} {
		locked[at] |= 1
	}
	liar := zipped(t, "a.png", strings.Repeat("x", 100))
	at := bytes.Index(liar, []byte("PK\x01\x02")) + 24
	copy(liar[at:], []byte{1, 0, 0, 0}) // one byte, it says
	many := []string{}
	for i := range 150 {
		many = append(many, fmt.Sprint(i, ".json"), badge2)
	}
	for name, row := range map[string]struct {
		file        []byte
		found, left int
		trouble     string
	}{
		"a bomb":          {zipped(t, bomb...), 4, 196, ""},
		"too many files":  {zipped(t, many...), 100, 50, ""},
		"a large file":    {zipped(t, "a.png", zeros+"x"), 1, 0, TooLarge},
		"encrypted":       {locked, 1, 0, Locked},
		"a false size":    {liar, 1, 0, Damaged},
		"cut off":         {zipped(t, "a.png", "x")[:40], 1, 0, Damaged},
		"only its sign":   {[]byte("PK\x03\x04"), 1, 0, Damaged},
		"a quine of many": {zipped(t, "a.zip", string(zipped(t, "b.zip", string(zipped(t, "c.zip", "PK\x03\x04"))))), 1, 0, Nested},
	} {
		t.Run(name, func(t *testing.T) {
			got, left := opened(t, usual, func(o *Opening) error { return o.File("all.zip", row.file) })
			if len(got) != row.found || left != row.left || row.trouble != "" && !strings.HasSuffix(got[0], "!"+row.trouble) {
				t.Errorf("%d found, %d left out: %.300q", len(got), left, got)
			}
		})
	}
}

func TestLettersAreTakenApart(t *testing.T) {
	picture := "\x89PNG\r\n\x1a\n openbadges https://x.example/a"
	letter := strings.ReplaceAll(`Return-Path: <badges@issuer.example>
From: Issuer <badges@issuer.example>
To: ada@example.org
Subject: =?UTF-8?Q?Your_badge_=C3=A9?=
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b1"

--b1
Content-Type: multipart/alternative; boundary="b2"

--b2
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Your badge: https://badges.example/assertions/7?a=3D1&long=3Dyesyesyesyes=
yes
--b2
Content-Type: text/html; charset=utf-8

<a href="https://badges.example/assertions/7?a=1&amp;long=yesyesyesyesyes">Open</a> <a href="https://mail.example/unsubscribe">no more</a>
--b2--
--b1
Content-Type: image/png; name="weaver.png"
Content-Disposition: attachment; filename="weaver.png"
Content-Transfer-Encoding: base64

`+base64.StdEncoding.EncodeToString([]byte(picture))+`
--b1
Content-Type: image/png; name="logo.png"
Content-Transfer-Encoding: base64

`+base64.StdEncoding.EncodeToString([]byte("\x89PNG\r\n\x1a\n logo"))+`
--b1
Content-Type: application/json
Content-Disposition: attachment; filename="badge.json"

`+badge3+`
--b1--
`, "\n", "\r\n")
	want := []string{"weaver.png", "badge.json", "https://badges.example/assertions/7?a=1&long=yesyesyesyesyes"}
	got, _ := opened(t, usual, func(o *Opening) error { return o.File("letter.eml", []byte(letter)) })
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if got, _ := opened(t, usual, func(o *Opening) error { return o.Text(letter) }); !slices.Equal(got, want) {
		t.Errorf("pasted: %q", got)
	}
	told := "Subject: Your badges\r\nFrom: a@issuer.example\r\n\r\nHere they are: " + badge2 + " and " + badge3
	if got, _ := opened(t, usual, func(o *Opening) error { return o.File("two.eml", []byte(told)) }); !slices.Equal(got, []string{"two.eml", "two.eml"}) {
		t.Errorf("in the words of a letter: %q", got)
	}
	if got, _ := opened(t, usual, func(o *Opening) error { return o.File("odd.eml", []byte("no letter at all")) }); !slices.Equal(got, []string{"odd.eml"}) {
		t.Errorf("%q", got)
	}
}

func TestTheFirstFaultOfWhoTakesEndsAll(t *testing.T) {
	full := errors.New("the disk is full")
	calls := 0
	o := New(usual, func(Find) error { calls++; return full })
	if err := o.File("a.zip", zipped(t, "a.json", badge2, "b.json", badge3)); !errors.Is(err, full) || calls != 1 {
		t.Errorf("%v after %d", err, calls)
	}
}

func TestNamesAreShownWithoutWhatAPageCannotBear(t *testing.T) {
	for name, want := range map[string]string{
		"a/b/c.png": "c.png", `C:\x\c.png`: "c.png", "..": "..", "gard\xffener\u202e.png": "gardener.png", "/": "",
		strings.Repeat("é", 200) + ".png": strings.Repeat("é", 60) + "…" + strings.Repeat("é", 55) + ".png",
	} {
		if got := shown(name); got != want {
			t.Errorf("%q is shown as %q", name, got)
		}
	}
}

// limitsOf are small, so that a fuzzer meets them.
var limitsOf = Limits{Item: 1 << 16, Bytes: 1 << 18, Items: 20}

// held fails for anything found beyond the limits.
func held(t *testing.T, open func(*Opening) error) {
	t.Helper()
	count, bytes := 0, 0
	o := New(limitsOf, func(f Find) error {
		count++
		bytes += len(f.Data)
		if int64(len(f.Data)) > limitsOf.Item || f.Link != "" && !isLink(f.Link) || f.Trouble != "" && len(f.Data) > 0 {
			t.Errorf("found %.200q with %d bytes", f.Link+f.Name, len(f.Data))
		}
		if strings.ContainsAny(f.Name, "/\\\x00\n\u202e") {
			t.Errorf("named %q", f.Name)
		}
		return nil
	})
	if err := open(o); err != nil {
		t.Error(err)
	}
	if count > limitsOf.Items || count != o.Took() {
		t.Errorf("%d found, %d said", count, o.Took())
	}
}

func FuzzZip(f *testing.F) {
	f.Add(zipped(f, "a.json", badge2, "b/c.txt", "https://x.example/1"))
	f.Add(zipped(f, "a.zip", string(zipped(f, "b.png", "\x89PNG"))))
	f.Fuzz(func(t *testing.T, file []byte) {
		held(t, func(o *Opening) error { return o.zip("f.zip", bytes.NewReader(file), int64(len(file)), 0) })
	})
}

func FuzzText(f *testing.F) {
	for _, seed := range []string{badge1, "Dear Ada, https://x.example/badge/1). {" + badge3 + "} " + jws, `<a href="https://x.example/badge">x</a>`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) { held(t, func(o *Opening) error { return o.Text(text) }) })
}

func FuzzExport(f *testing.F) {
	for _, seed := range []string{`{"badges":[{"hostedUrl":"https://h.example/a","assertion":` + badge1 + `}]}`, `{"result":[{"openBadgeId":"https://x.example/1"}]}`, `["` + jws + `"]`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		held(t, func(o *Opening) error { return o.File("export.json", file) })
	})
}

func FuzzLetter(f *testing.F) {
	f.Add([]byte("From: a@b\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nhttps://x.example/badge\r\n--b\r\nContent-Disposition: attachment; filename=a.json\r\nContent-Transfer-Encoding: base64\r\n\r\ne30=\r\n--b--"))
	f.Fuzz(func(t *testing.T, file []byte) { held(t, func(o *Opening) error { return o.File("letter.eml", file) }) })
}
