// Package static serves the built front end: one sheet, two scripts, one sprite of icons, each under the hash of its bytes.
// It knows nothing of HTTP: it names files and hands out bytes, compressed where the reader accepts it.
package static

import (
	"embed"
	"encoding/json"
	"io/fs"
	"mime"
	"path"
	"strings"
	"sync"
)

//go:embed all:dist
var dist embed.FS

// Prefix is where the files are served.
const Prefix = "/_/"

var manifest = sync.OnceValue(func() map[string]string { return readManifest(dist) })

// Path is the address of a file by its plain name: "carnet.css" is "/_/carnet.HASH.css". A file that was not built keeps
// its plain name, which Open then does not find.
func Path(name string) string {
	if hashed, ok := manifest()[name]; ok {
		return Prefix + hashed
	}
	return Prefix + name
}

// Built tells whether the front end was built before this program was compiled.
func Built() bool { return len(manifest()) > 0 }

// Open finds a built file by its hashed name. Encoding is "br", "gzip" or "" as acceptEncoding (RFC 9110 §12.5.3) allows;
// such a name never changes its bytes, so that it can be cached for ever.
func Open(name, acceptEncoding string) (body []byte, contentType, encoding string, ok bool) {
	return open(dist, name, acceptEncoding)
}

func open(files fs.FS, name, acceptEncoding string) (body []byte, contentType, encoding string, ok bool) {
	if name == "manifest.json" || strings.ContainsAny(name, "/\\") || !plain(name) {
		return nil, "", "", false
	}
	for _, e := range []struct{ encoding, suffix string }{{"br", ".br"}, {"gzip", ".gz"}, {"", ""}} {
		if e.encoding != "" && !accepts(acceptEncoding, e.encoding) {
			continue
		}
		if body, err := fs.ReadFile(files, path.Join("dist", name+e.suffix)); err == nil {
			return body, typeOf(name), e.encoding, true
		}
	}
	return nil, "", "", false
}

func plain(name string) bool {
	ext := path.Ext(name)
	return ext != "" && ext != ".gz" && ext != ".br" && !strings.HasPrefix(name, ".")
}

func accepts(header, encoding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		if !strings.EqualFold(strings.TrimSpace(name), encoding) {
			continue
		}
		q, found := strings.CutPrefix(strings.ReplaceAll(weight, " ", ""), "q=")
		return !found || strings.Trim(q, "0.") != ""
	}
	return false
}

func typeOf(name string) string {
	switch path.Ext(name) {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	}
	return mime.TypeByExtension(path.Ext(name))
}

func readManifest(files fs.FS) map[string]string {
	names := map[string]string{}
	body, err := fs.ReadFile(files, "dist/manifest.json")
	if err != nil {
		return nil // not built: Built says so, and the command that serves refuses to start
	}
	if err := json.Unmarshal(body, &names); err != nil {
		return nil
	}
	return names
}

// File is a built file by its plain name; nil when it was not built.
func File(name string) []byte {
	hashed, ok := manifest()[name]
	if !ok {
		return nil
	}
	body, err := fs.ReadFile(dist, path.Join("dist", hashed))
	if err != nil {
		return nil
	}
	return body
}
