package static

import (
	"strings"
	"testing"
	"testing/fstest"
)

var built = fstest.MapFS{
	"dist/manifest.json":       {Data: []byte(`{"carnet.css":"carnet.abc.css"}`)},
	"dist/carnet.abc.css":      {Data: []byte("plain")},
	"dist/carnet.abc.css.gz":   {Data: []byte("gzipped")},
	"dist/carnet.abc.css.br":   {Data: []byte("brotli")},
	"dist/icons.def.svg":       {Data: []byte("<svg/>")},
	"dist/.keep":               {},
	"secrets.txt":              {Data: []byte("secret")},
	"dist/folder.css/file.css": {Data: []byte("deep")},
}

func TestTheSmallestFormTheReaderAcceptsIsGiven(t *testing.T) {
	for _, c := range []struct{ accept, encoding, body string }{
		{"gzip, deflate, br", "br", "brotli"},
		{"gzip", "gzip", "gzipped"},
		{"GZIP;q=0.8, br;q=0", "gzip", "gzipped"},
		{"br; q=0.0, gzip; q=0", "", "plain"},
		{"br;q=0.001", "br", "brotli"},
		{"", "", "plain"},
		{"identity", "", "plain"},
	} {
		body, kind, encoding, ok := open(built, "carnet.abc.css", c.accept)
		if !ok || string(body) != c.body || encoding != c.encoding || !strings.HasPrefix(kind, "text/css") {
			t.Errorf("%q: %q %q %q %v", c.accept, body, kind, encoding, ok)
		}
	}
	if body, kind, encoding, ok := open(built, "icons.def.svg", "br"); !ok || string(body) != "<svg/>" || kind != "image/svg+xml" || encoding != "" {
		t.Errorf("a file without compressed forms: %q %q %q %v", body, kind, encoding, ok)
	}
}

// ASVS: V13.4.3, V14.2.5
func TestOnlyBuiltFilesAreGiven(t *testing.T) {
	for _, name := range []string{
		"", ".", "..", ".keep", "manifest.json", "carnet.css", "carnet.abc.css.gz", "carnet.abc.css.br",
		"../secrets.txt", "..\\secrets.txt", "folder.css", "folder.css/file.css", "/carnet.abc.css", "carnet.abc.css\x00",
	} {
		if body, _, _, ok := open(built, name, "br"); ok {
			t.Errorf("%q gave %q", name, body)
		}
	}
}

func TestAFileIsAskedForByTheHashOfItsBytes(t *testing.T) {
	if got := readManifest(built)["carnet.css"]; got != "carnet.abc.css" {
		t.Errorf("got %q", got)
	}
	if names := readManifest(fstest.MapFS{}); len(names) != 0 {
		t.Errorf("nothing built gave %v", names)
	}
	if !strings.HasPrefix(Path("carnet.css"), Prefix+"carnet.") {
		t.Errorf("got %q", Path("carnet.css"))
	}
}
