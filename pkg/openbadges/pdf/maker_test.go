package pdf

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// maker writes small PDFs for the tests.
type maker struct {
	bytes.Buffer
	next int
}

func newMaker() *maker {
	m := &maker{}
	m.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	return m
}

// object adds an object and answers how it is referred to.
func (m *maker) object(content string) string {
	m.next++
	fmt.Fprintf(m, "%d 0 obj\n%s\nendobj\n", m.next, content)
	return fmt.Sprintf("%d 0 R", m.next)
}

func (m *maker) stream(members, content string) string {
	return m.object(fmt.Sprintf("<< %s /Length %d >>\nstream\n%s\nendstream", members, len(content), content))
}

func (m *maker) file(named, content string) string {
	data := m.stream("/Type /EmbeddedFile", content)
	return m.object("<< /Type /Filespec /F (" + named + ") /EF << /F " + data + " >> >>")
}

// close writes the catalog and the trailer; the table of places is left out, as nothing here reads it.
func (m *maker) close(catalog, trailer string) []byte {
	root := m.object("<< /Type /Catalog " + catalog + " >>")
	fmt.Fprintf(m, "trailer\n<< /Size %d /Root %s %s >>\nstartxref\n0\n%%%%EOF\n", m.next+1, root, trailer)
	return m.Bytes()
}

func flated(content string) string {
	var out bytes.Buffer
	writer := zlib.NewWriter(&out)
	if _, err := writer.Write([]byte(content)); err != nil {
		panic(err)
	}
	if err := writer.Close(); err != nil {
		panic(err)
	}
	return out.String()
}

const (
	credential = `{"@context":"https://w3id.org/openbadges/v2","id":"https://x.example/1","name":"endstream \\(é\\)"}`
	token      = "eyJhbGciOiJFZERTQSJ9.eyJhIjoxfQ.c2ln"
)

// carriers are PDFs in which a credential travels, in every way that is read.
func carriers() map[string]struct {
	document []byte
	want     []string
} {
	type carrier = struct {
		document []byte
		want     []string
	}
	all := map[string]carrier{}
	add := func(named string, want []string, make func(*maker) []byte) {
		all[named] = carrier{make(newMaker()), want}
	}
	attach := func(m *maker, files ...string) []byte {
		return m.close("/Names << /EmbeddedFiles << /Names [ (a) "+strings.Join(files, " (b) ")+" ] >> >>", "")
	}
	add("attached file", []string{credential}, func(m *maker) []byte { return attach(m, m.file("badge.json", credential)) })
	add("attached token", []string{token}, func(m *maker) []byte { return attach(m, m.file("badge.jwt", "\n"+token+"\n")) })
	add("associated file", []string{credential}, func(m *maker) []byte { return m.close("/AF [ "+m.file("badge.json", credential)+" ]", "") })
	add("associated with a page", []string{credential}, func(m *maker) []byte {
		page := m.object("<< /Type /Page /AF [ " + m.file("badge.json", credential) + " ] >>")
		return m.close("/Pages << /Type /Pages /Count 1 /Kids [ "+page+" ] >>", "")
	})
	add("both at once", []string{credential}, func(m *maker) []byte {
		file := m.file("badge.json", credential)
		return m.close("/AF "+file+" /Names << /EmbeddedFiles << /Names [(a) "+file+"] >> >>", "")
	})
	add("two files, one no credential", []string{credential, token}, func(m *maker) []byte {
		return attach(m, m.file("letter.txt", "Dear Sir or Madam"), m.file("a.json", credential), m.file("b.jwt", token))
	})
	add("a tree of files", []string{credential}, func(m *maker) []byte {
		leaf := m.object("<< /Limits [(a) (a)] /Names [ (a) " + m.file("a", credential) + " ] >>")
		return m.close("/Names << /EmbeddedFiles << /Kids [ "+m.object("<< /Kids [ "+leaf+" ] >>")+" ] >> >>", "")
	})
	for filter, encode := range map[string]func(string) string{
		"/FlateDecode": flated, "/Fl": flated,
		"/ASCIIHexDecode":                  func(s string) string { return fmt.Sprintf("%X>", s) },
		"[ /ASCIIHexDecode /FlateDecode ]": func(s string) string { return fmt.Sprintf("%x >", flated(s)) },
	} {
		add("filter "+filter, []string{credential}, func(m *maker) []byte {
			data := m.stream("/Filter "+filter, encode(credential))
			return attach(m, m.object("<< /EF << /UF "+data+" >> >>"))
		})
	}
	add("length elsewhere", []string{credential}, func(m *maker) []byte {
		data := m.object("<< /Length 2 0 R >> stream\r\n" + credential + "\r\nendstream")
		m.object(fmt.Sprint(len(credential)))
		return attach(m, m.object("<< /EF << /F "+data+" >> >>"))
	})
	add("wrong length", []string{token + "\n"}, func(m *maker) []byte {
		data := m.object("<< /Length 9999 >> stream\n" + token + "\nendstream")
		return attach(m, m.object("<< /EF << /F "+data+" >> >>"))
	})
	add("in an object stream", []string{credential}, func(m *maker) []byte {
		data := m.stream("/Type /EmbeddedFile", credential)
		inside := "<< /EF << /F " + data + " >> >> << /Type /Catalog /AF [ 7 0 R ] >>"
		at := strings.Index(inside, "<< /Type")
		head := fmt.Sprintf("7 0 8 %d ", at)
		m.stream(fmt.Sprintf("/Type /ObjStm /N 2 /First %d /Filter /FlateDecode", len(head)), flated(head+inside))
		m.stream("/Type /XRef /Root 8 0 R /W [1 2 1]", "")
		return m.Bytes()
	})
	add("updated later", []string{token}, func(m *maker) []byte {
		document := attach(m, m.file("a", credential))
		update := fmt.Sprintf("1 0 obj << /Length %d >> stream\n%s\nendstream endobj\ntrailer << /Prev 0 >>\n%%%%EOF", len(token), token)
		return slices.Concat(document, []byte(update))
	})
	add("a PDF in the PDF", []string{token}, func(m *maker) []byte {
		inner := newMaker()
		innermost := attach(inner, inner.file("inner", credential))
		return attach(m, m.file("token", token), m.file("inner.pdf", string(innermost)))
	})
	add("pinned to a page", []string{credential}, func(m *maker) []byte {
		m.object("<< /Type /Annot /Subtype /FileAttachment /FS " + m.file("a", credential) + " >>")
		return m.close("", "")
	})
	add("no trailer", []string{credential}, func(m *maker) []byte {
		m.object("<< /Type /Catalog /AF [ " + m.file("a", credential) + " ] >>")
		return m.Bytes()
	})
	packet := func(inside string) string {
		return `<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">` +
			`<rdf:Description rdf:about="" xmlns:openbadges="http://openbadges.org" xmlns:o="https://purl.imsglobal.org/ob/v3p0/">` + inside + `</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`
	}
	for named, inside := range map[string]string{
		"verify":    `<openbadges:assertion verify="https://x.example/1"/>`,
		"text":      `<o:credential> https://x.example/1 </o:credential>`,
		"CDATA":     `<o:credential><![CDATA[https://x.example/1]]></o:credential>`,
		"attribute": `<rdf:Description openbadges:assertion="https://x.example/1"/>`,
	} {
		add("XMP "+named, []string{"https://x.example/1"}, func(m *maker) []byte {
			return m.close("/Metadata "+m.stream("/Type /Metadata /Subtype /XML", packet(inside)), "")
		})
	}
	for named, value := range map[string]string{
		"literal": `(https://x.example/1)`, "escaped": `(https:\057/x.exa\
mple/1)`, "hex": fmt.Sprintf("<%x>", "https://x.example/1"), "UTF-16": "<feff" + fmt.Sprintf("%x", utf16BE("https://x.example/1")) + ">",
	} {
		add("information, "+named, []string{"https://x.example/1"}, func(m *maker) []byte {
			return m.close("", "/Info "+m.object("<< /Title (Certificate) /openbadges "+value+" >>"))
		})
	}
	return all
}

func utf16BE(said string) string {
	var out strings.Builder
	for _, letter := range said {
		out.WriteByte(0)
		out.WriteRune(letter)
	}
	return out.String()
}

func texts(found [][]byte) []string {
	var all []string
	for _, one := range found {
		all = append(all, string(one))
	}
	return all
}

func mustFind(t *testing.T, document []byte, want []string) {
	t.Helper()
	found, err := Credentials(document)
	got := texts(found)
	for i := range got {
		got[i] = strings.TrimSpace(got[i])
	}
	for i := range want {
		want[i] = strings.TrimSpace(want[i])
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%q, %v; want %q", got, err, want)
	}
}
