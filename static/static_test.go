package static

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/andybalholm/brotli"
)

var some = fstest.MapFS{
	"dist/manifest.json":       {Data: []byte(`{"carnet.css":"carnet.abc.css"}`)},
	"dist/carnet.abc.css.br":   {Data: brotlied("a{color:red}")},
	"dist/icons.def.svg":       {Data: []byte("<svg/>")},
	"dist/.keep":               {},
	"secrets.txt":              {Data: []byte("secret")},
	"dist/folder.css/file.css": {Data: []byte("deep")},
}

func brotlied(text string) []byte {
	var out bytes.Buffer
	w := brotli.NewWriter(&out)
	_, _ = w.Write([]byte(text)) // a buffer takes all
	_ = w.Close()
	return out.Bytes()
}

// read is what a browser makes of an answer.
func read(t *testing.T, body []byte, encoding string) string {
	t.Helper()
	var r io.Reader = bytes.NewReader(body)
	switch encoding {
	case "br":
		r = brotli.NewReader(r)
	case "gzip":
		z, err := gzip.NewReader(r)
		if err != nil {
			t.Fatal(err)
		}
		r = z
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestTheSmallestFormTheReaderAcceptsIsGiven(t *testing.T) {
	s := &shelf{files: some}
	for range 2 { // the second time it is made already
		for accept, want := range map[string]string{
			"gzip, deflate, br": "br", "gzip": "gzip", "GZIP;q=0.8, br;q=0": "gzip", "br; q=0.0, gzip; q=0": "", "br;q=0.001": "br", "": "", "identity": "",
		} {
			body, kind, encoding, ok := s.open("carnet.abc.css", accept)
			if !ok || read(t, body, encoding) != "a{color:red}" || encoding != want || !strings.HasPrefix(kind, "text/css") {
				t.Errorf("%q: %q %q %q %v", accept, body, kind, encoding, ok)
			}
		}
	}
	if body, kind, encoding, ok := s.open("icons.def.svg", "br"); !ok || string(body) != "<svg/>" || kind != "image/svg+xml" || encoding != "" {
		t.Errorf("a file that gets no smaller: %q %q %q %v", body, kind, encoding, ok)
	}
}

// ASVS: V13.4.3, V14.2.5
func TestOnlyBuiltFilesAreGiven(t *testing.T) {
	s := &shelf{files: some}
	for _, name := range []string{
		"", ".", "..", ".keep", "manifest.json", "carnet.css", "carnet.abc.css.gz", "carnet.abc.css.br",
		"../secrets.txt", "..\\secrets.txt", "folder.css", "folder.css/file.css", "/carnet.abc.css", "carnet.abc.css\x00",
	} {
		if body, _, _, ok := s.open(name, "br"); ok {
			t.Errorf("%q gave %q", name, body)
		}
	}
}

func TestAFileIsAskedForByTheHashOfItsBytes(t *testing.T) {
	if got := readManifest(some)["carnet.css"]; got != "carnet.abc.css" {
		t.Errorf("got %q", got)
	}
	if names := readManifest(fstest.MapFS{}); len(names) != 0 {
		t.Errorf("nothing built gave %v", names)
	}
	if !strings.HasPrefix(Path("carnet.css"), Prefix+"carnet.") {
		t.Errorf("got %q", Path("carnet.css"))
	}
}
