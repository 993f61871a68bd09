package web

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"strings"
)

// hostile is one file made to do harm, with the name it is brought under.
type hostile struct {
	name string
	data []byte
}

// hostiles are more than two hundred files: cut at every byte, bombs of pixels and text, scripts, deep and ambiguous JSON.
func hostiles() []hostile {
	var list []hostile
	add := func(name string, data []byte) { list = append(list, hostile{name, data}) }

	whole := pngOf(chunk("IHDR", header(1, 1)), chunk("iTXt", itxt("openbadges", 0, []byte(`{"@context":"https://w3id.org/openbadges/v2","type":"Assertion"}`))), chunk("IDAT", squeezed([]byte{0, 0})), chunk("IEND", nil))
	for cut := range whole {
		add(fmt.Sprintf("cut-%d.png", cut), whole[:cut])
	}
	svg := []byte(`<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="http://openbadges.org"><openbadges:assertion verify="https://a.example/1"><![CDATA[{}]]></openbadges:assertion></svg>`)
	for cut := 0; cut < len(svg); cut += 3 {
		add(fmt.Sprintf("cut-%d.svg", cut), svg[:cut])
	}

	add("pixels.png", pngOf(chunk("IHDR", header(12000, 12000)), chunk("IDAT", squeezed(make([]byte, 1<<20))), chunk("IEND", nil)))
	add("pixels-max.png", pngOf(chunk("IHDR", header(1<<31-1, 1<<31-1)), chunk("IEND", nil)))
	add("pixels-with-badge.png", pngOf(chunk("IHDR", header(60000, 60000)), chunk("iTXt", itxt("openbadges", 0, []byte(`{"id":"x"}`))), chunk("IEND", nil)))
	add("text-bomb.png", pngOf(chunk("IHDR", header(1, 1)), chunk("iTXt", itxt("openbadges", 1, bomb(256<<20))), chunk("IEND", nil)))
	add("ztext-bomb.png", pngOf(chunk("IHDR", header(1, 1)), chunk("zTXt", append([]byte("openbadges\x00\x00"), bomb(256<<20)...)), chunk("IEND", nil)))
	add("wrong-crc.png", bytes.Replace(whole, []byte("Assertion"), []byte("assertion"), 1))
	add("long-chunk.png", append(pngOf(chunk("IHDR", header(1, 1))), 0xff, 0xff, 0xff, 0xff, 'i', 'T', 'X', 't'))
	add("two-badges.png", pngOf(chunk("IHDR", header(1, 1)), chunk("iTXt", itxt("openbadges", 0, []byte("{}"))), chunk("iTXt", itxt("openbadges", 0, []byte(`{"a":1}`))), chunk("IEND", nil)))
	add("html.png", append(append([]byte{}, whole...), "<html><script>alert(1)</script>"...))

	for i, inside := range []string{
		`<script>alert(1)</script>`, `<foreignObject><iframe src="https://evil.example"/></foreignObject>`, `<image href="https://evil.example/p.png"/>`,
		`<use href="http://evil.example/x#y"/>`, `<style>@import url(https://evil.example)</style>`, `<a href="javascript:alert(1)"><text>x</text></a>`,
	} {
		add(fmt.Sprintf("script-%d.svg", i), []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">`+inside+`</svg>`))
	}
	add("entities.svg", []byte(`<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg"><text>&b;</text></svg>`))
	add("outside.svg", []byte(`<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg"><text>&x;</text></svg>`))
	add("deep.svg", []byte(`<svg xmlns="http://www.w3.org/2000/svg">`+strings.Repeat("<g>", 200_000)))
	add("utf16.svg", []byte("\xff\xfe<\x00s\x00v\x00g\x00/\x00>\x00"))

	add("deep-array.json", []byte(strings.Repeat("[", 20_000)+strings.Repeat("]", 20_000)))
	add("deep-object.json", []byte(strings.Repeat(`{"a":`, 20_000)+"1"+strings.Repeat("}", 20_000)))
	add("twice.json", []byte(`{"@context":"https://w3id.org/openbadges/v2","type":"Assertion","id":"https://a.example/1","id":"https://b.example/1"}`))
	add("case.json", []byte(`{"@context":"https://w3id.org/openbadges/v2","type":"Assertion","issuer":"good","ISSUER":"evil"}`))
	add("surrogate.json", []byte(`{"type":"Assertion","name":"\ud800"}`))
	add("not-utf8.json", []byte("{\"type\":\"Assertion\",\"name\":\"\xff\xfe\"}"))
	add("long-text.json", []byte(`{"type":"Assertion","name":"`+strings.Repeat("a", 9<<20)+`"}`))
	add("number.json", []byte(`{"type":"Assertion","n":`+strings.Repeat("9", 100_000)+`}`))
	add("local-context.json", []byte(`{"@context":["https://www.w3.org/ns/credentials/v2","/etc/passwd"],"type":["VerifiableCredential","OpenBadgeCredential"],"issuer":"did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK","credentialSubject":{"type":"AchievementSubject","achievement":{"id":"urn:x","name":"x"}},"proof":{"type":"DataIntegrityProof","cryptosuite":"eddsa-rdfc-2022","verificationMethod":"did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK#z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK","proofPurpose":"assertionMethod","proofValue":"z1"}}`))
	add("private-host.json", []byte(`{"@context":"https://w3id.org/openbadges/v2","type":"Assertion","id":"http://127.0.0.1:1/x","badge":"http://[::1]/b","verification":{"type":"hosted"},"recipient":{"type":"email","hashed":false,"identity":"a@b.example"},"issuedOn":"2020-01-01T00:00:00Z"}`))
	add("poison.json", poison(10))

	for _, link := range []string{
		"http://127.0.0.1/x", "http://169.254.169.254/latest/meta-data/", "http://[::ffff:7f00:1]/", "http://0x7f000001/", "http://2130706433/", "file:///etc/passwd",
		"gopher://127.0.0.1/", "http://user:pass@a.example/", "https://a.example:22/", "http://①②⑦.0.0.1/", "http://localhost/", "javascript:alert(1)",
	} {
		add("link "+link, []byte(link))
	}
	part := base64.RawURLEncoding.EncodeToString
	for i, token := range []string{
		"..", "a.b.c", part([]byte(`{"alg":"none"}`)) + "." + part([]byte(`{"type":"Assertion"}`)) + ".", part([]byte(`{"alg":"HS256"}`)) + "." + part([]byte(`{}`)) + "." + part([]byte("x")),
		part([]byte(`{"alg":"RS256","jku":"http://127.0.0.1/"}`)) + "." + part([]byte(`{"vc":{}}`)) + "." + part(make([]byte, 256)), strings.Repeat("a.", 5) + "a", strings.Repeat("A", 1<<20) + ".e30.AA",
		part([]byte(`{"alg":"ES256","crit":["b64"],"b64":false}`)) + "." + part([]byte(`{}`)) + "." + part(make([]byte, 64)),
	} {
		add(fmt.Sprintf("token-%d.jwt", i), []byte(token))
	}
	add("empty.png", nil)
	add("zeros.bin", make([]byte, 1<<20))
	add("archive.zip", append([]byte("PK\x03\x04"), make([]byte, 4096)...))
	add("page.html", []byte("<!doctype html><script>alert(1)</script>"))
	add("paper.pdf", []byte("%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n"))
	add("too-large.json", append([]byte(`{"a":"`), bytes.Repeat([]byte("a"), 10<<20)...))
	add("../../../etc/cron.d/x.json", []byte(`{"type":"Assertion"}`))
	add("name\r\nwith\u202elines.json", []byte(`{"type":"Assertion"}`))
	return list
}

// poison is a credential whose graph is a clique of n blank nodes, which costs naive canonicalization years.
func poison(n int) []byte {
	var nodes []string
	for i := range n {
		var to []string
		for j := range n {
			if i != j {
				to = append(to, fmt.Sprintf(`{"id":"_:n%d"}`, j))
			}
		}
		nodes = append(nodes, fmt.Sprintf(`{"id":"_:n%d","type":["Evidence"],"https://x.example/p":[%s]}`, i, strings.Join(to, ",")))
	}
	return []byte(`{"@context":["https://www.w3.org/ns/credentials/v2","https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"],"type":["VerifiableCredential","OpenBadgeCredential"],"issuer":{"id":"did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK","type":["Profile"]},"validFrom":"2026-01-01T00:00:00Z","credentialSubject":{"type":["AchievementSubject"],"achievement":{"id":"urn:uuid:1","type":["Achievement"],"name":"x","description":"x","criteria":{"narrative":"x"}}},"evidence":[` + strings.Join(nodes, ",") + `],"proof":{"type":"DataIntegrityProof","cryptosuite":"eddsa-rdfc-2022","created":"2026-01-01T00:00:00Z","verificationMethod":"did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK#z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK","proofPurpose":"assertionMethod","proofValue":"z` + strings.Repeat("2", 88) + `"}}`)
}

func pngOf(chunks ...[]byte) []byte {
	return append([]byte("\x89PNG\r\n\x1a\n"), bytes.Join(chunks, nil)...)
}

func chunk(kind string, data []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	body := append([]byte(kind), data...)
	return binary.BigEndian.AppendUint32(append(out, body...), crc32.ChecksumIEEE(body))
}

func header(width, height uint32) []byte {
	out := binary.BigEndian.AppendUint32(nil, width)
	return append(binary.BigEndian.AppendUint32(out, height), 8, 0, 0, 0, 0)
}

func itxt(keyword string, compressed byte, text []byte) []byte {
	return append(append([]byte(keyword), 0, compressed, 0, 0, 0), text...)
}

func squeezed(data []byte) []byte {
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	w.Write(data)
	w.Close()
	return out.Bytes()
}

// bomb is size zero bytes, deflated to a thousandth.
func bomb(size int) []byte {
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	block := make([]byte, 1<<20)
	for range size >> 20 {
		w.Write(block)
	}
	w.Close()
	return out.Bytes()
}
