package pdf

import (
	"bytes"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestCredentialsAreFoundWhereverTheyTravel(t *testing.T) {
	for named, c := range carriers() {
		t.Run(named, func(t *testing.T) { mustFind(t, c.document, c.want) })
	}
}

func TestUnsoundDocumentsAreRefused(t *testing.T) {
	attach := func(m *maker, file string) []byte {
		return m.close("/AF [ "+file+" ]", "")
	}
	m, locked, plain, large, filtered, circular := newMaker(), newMaker(), newMaker(), newMaker(), newMaker(), newMaker()
	for named, test := range map[string]struct {
		document []byte
		want     error
	}{
		"empty":             {nil, ErrNotPDF},
		"a picture":         {[]byte("\x89PNG\r\n\x1a\n"), ErrNotPDF},
		"a header alone":    {[]byte("%PDF-1.7"), ErrNotPDF},
		"no credential":     {plain.close("", ""), ErrNothing},
		"a letter":          {attach(m, m.file("a.txt", "Dear Sir")), ErrNothing},
		"encrypted":         {locked.close("/AF ["+locked.file("a", credential)+"]", "/Encrypt << /Filter /Standard >>"), ErrLocked},
		"too many bytes":    {append([]byte("%PDF-1.7\n"), make([]byte, MaxFile)...), ErrTooLarge},
		"a huge credential": {attach(large, large.file("a", "{"+strings.Repeat(" ", MaxCredential)+"}")), ErrNothing},
		"unknown filter":    {attach(filtered, filtered.object("<< /EF << /F "+filtered.stream("/Filter /JBIG2Decode", credential)+" >> >>")), ErrNothing},
		"circular tree":     {circular.close("/Names << /EmbeddedFiles "+circular.object("<< /Kids [ 1 0 R 1 0 R ] >>")+" >>", ""), ErrNothing},
	} {
		if found, err := Credentials(test.document); !errors.Is(err, test.want) {
			t.Errorf("%s: %q, %v; want %v", named, found, err, test.want)
		}
	}
}

// TestHostilePDFsStayWithinLimits measures everything that is allocated on the way, which no peak can exceed.
func TestHostilePDFsStayWithinLimits(t *testing.T) {
	if raced {
		t.Skip("nothing is measured with the race detector")
	}
	fill := func(unit string) []byte {
		return []byte("%PDF-1.7\n" + strings.Repeat(unit, (MaxFile-100)/len(unit)))
	}
	var objects strings.Builder
	for n := range 350_000 {
		fmt.Fprintf(&objects, "%d 0 obj %d endobj\n", n, n)
	}
	bomb := newMaker()
	bomb.stream("/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode", flated(strings.Repeat("1 0 ", 64<<20)))
	double := newMaker()
	twice := double.stream("/Filter [/FlateDecode /FlateDecode]", flated(flated(strings.Repeat("\x00", 256<<20))))
	for named, document := range map[string][]byte{
		"nested arrays":     fill("["),
		"nested objects":    fill("1 0 obj "),
		"nested strings":    fill("1 0 obj ("),
		"open dictionaries": fill("1 0 obj << /A "),
		"open streams":      fill("1 0 obj << /A 1 >> stream\n"),
		"trailers":          fill("trailer << /Root 1 0 R >> "),
		"trailers, open":    fill("obj trailer ("),
		"one endless array": append(fill("1 "), "obj"...),
		"many values":       append([]byte("%PDF-1.7 1 0 obj <</Type /Catalog /AF ["), fill("1 ")...),
		"many objects":      []byte("%PDF-1.7\n" + objects.String()),
		"a bomb of objects": bomb.Bytes(),
		"a bomb in a bomb":  double.close("/AF [ << /EF << /F "+twice+" >> >> ]", ""),
		"percent signs":     fill("1 0 obj %"),
		"names":             fill("1 0 obj /A#4"),
	} {
		t.Run(named, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			began := time.Now()
			found, err := Credentials(document)
			took := time.Since(began)
			runtime.ReadMemStats(&after)
			allocated := (after.TotalAlloc - before.TotalAlloc) >> 20
			t.Logf("%d MiB, %s: %v", allocated, took, err)
			if err == nil || allocated > 128 || took > 5*time.Second {
				t.Errorf("found %d, %v; allocated %d MiB in %s", len(found), err, allocated, took)
			}
		})
	}
}

// TestDocumentCutOffAnywhereIsRead looks for panics: a document cut off may still hold its credential.
func TestDocumentCutOffAnywhereIsRead(t *testing.T) {
	for _, c := range carriers() {
		for n := range c.document {
			_, err := credentials(c.document[:n])
			if err != nil && !errors.Is(err, ErrNothing) && !errors.Is(err, ErrNotPDF) {
				t.Fatalf("cut at %d: %v", n, err)
			}
		}
	}
}

func TestPDFIsKnownByItsBeginning(t *testing.T) {
	for text, want := range map[string]bool{"%PDF-1.4": true, "\r\n%PDF-2.0": true, "\ufeff%PDF-1.7": true, "": false, "%PS": false, "{\"%PDF-\":1}": false} {
		if Is([]byte(text)) != want {
			t.Errorf("%q: %v", text, !want)
		}
	}
}

func FuzzCredentials(f *testing.F) {
	for _, c := range carriers() {
		f.Add(c.document)
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		found, err := credentials(document)
		if (err == nil) != (len(found) > 0) || len(found) > maxFound {
			t.Fatalf("%d found, %v", len(found), err)
		}
		for _, one := range found {
			if len(bytes.TrimSpace(one)) == 0 || len(one) > MaxCredential {
				t.Fatalf("found %q", one)
			}
		}
	})
}

func FuzzInXMP(f *testing.F) {
	f.Add([]byte(`<x:xmpmeta xmlns:x="adobe:ns:meta/"><a:assertion xmlns:a="http://openbadges.org" verify="a.b.c"/></x:xmpmeta>`))
	f.Add([]byte(`<r xmlns:o="https://purl.imsglobal.org/ob/v3p0/"><o:credential><![CDATA[{"a":1}]]></o:credential></r>`))
	f.Add([]byte(`<r openbadges:assertion="{&quot;a&quot;:1}"/>`))
	f.Fuzz(func(t *testing.T, packet []byte) {
		if said := inXMP(packet); len(said) > 4*len(packet) {
			t.Errorf("%d bytes say %d", len(packet), len(said))
		}
	})
}
