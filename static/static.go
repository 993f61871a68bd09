// Package static serves the built front end: one sheet, two scripts, one sprite of icons, each under the hash of its bytes.
// It knows nothing of HTTP: it names files and hands out bytes, compressed where the reader accepts it.
package static

import (
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/json"
	"io"
	"io/fs"
	"mime"
	"path"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
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
	return built.open(name, acceptEncoding)
}

var built = shelf{files: dist}

// shelf holds built files as brotli packs them, and those that it does not make smaller as they are. What is asked for
// otherwise, gzip where a browser has no https and so no brotli, is made once.
type shelf struct {
	files fs.FS
	made  sync.Map // of a name and an encoding, the bytes
}

func (s *shelf) open(name, acceptEncoding string) (body []byte, contentType, encoding string, ok bool) {
	if name == "manifest.json" || strings.ContainsAny(name, "/\\") || !plain(name) {
		return nil, "", "", false
	}
	if body, err := fs.ReadFile(s.files, path.Join("dist", name)); err == nil {
		return body, typeOf(name), "", true
	}
	packed, err := fs.ReadFile(s.files, path.Join("dist", name+".br"))
	if err != nil {
		return nil, "", "", false
	}
	if Accepts(acceptEncoding, "br") {
		return packed, typeOf(name), "br", true
	}
	if Accepts(acceptEncoding, "gzip") {
		encoding = "gzip"
	}
	body, err = s.otherwise(name, encoding, packed)
	return body, typeOf(name), encoding, err == nil
}

// otherwise is a file in another encoding than it is kept in.
func (s *shelf) otherwise(name, encoding string, packed []byte) ([]byte, error) {
	key := encoding + " " + name
	if made, known := s.made.Load(key); known {
		if body, ok := made.([]byte); ok {
			return body, nil
		}
	}
	body, err := io.ReadAll(brotli.NewReader(bytes.NewReader(packed)))
	if err == nil && encoding == "gzip" {
		body, err = zipped(body)
	}
	if err == nil {
		s.made.Store(key, body)
	}
	return body, err
}

func zipped(body []byte) ([]byte, error) {
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(body); err != nil {
		return nil, err
	}
	err = z.Close()
	return out.Bytes(), err
}

func plain(name string) bool {
	ext := path.Ext(name)
	return ext != "" && ext != ".gz" && ext != ".br" && !strings.HasPrefix(name, ".")
}

// Accepts says whether a list of encodings (Accept-Encoding, RFC 9110 §12.5.3) names this one, and does not refuse it.
func Accepts(header, encoding string) bool {
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
	body, _, _, _ := Open(hashed, "")
	return body
}
