package web

import (
	"bytes"
	"compress/gzip"
	"maps"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/golang-lru/v2/expirable"

	"github.com/carnetbadges/carnet/views"
)

const (
	keptPages = 2_000
	keptBytes = 128 << 10        // a page larger than this is made anew
	keptInAll = 32 << 20         // bytes
	keptFor   = 30 * time.Second // pages say how long ago a badge was checked, and whether it has expired
)

// keptPage is a whole answer to visitors, and of what generation of the database it was made.
type keptPage struct {
	generation uint64
	header     http.Header // what its handler set
	page       []byte
	packed     func() []byte // as gzip packs it, once somebody asks for that; nil where it cannot
	packedTag  string        // other bytes have another ETag (RFC 9110 §8.8.3)
}

// keeping answers visitors from memory: pages that everybody may keep, as long as nothing of what others may see was
// written since they were made, by this process or another (store.Generation), and for half a minute at most. So a badge
// that is made private is gone from here with the answer to whoever did it.
type keeping struct {
	*Site
	next  http.Handler
	pages *expirable.LRU[string, keptPage]
	mu    sync.Mutex
	bytes atomic.Int64
	packs packer
}

func (s *Site) keeping(next http.Handler) http.Handler {
	k := &keeping{Site: s, next: next, packs: packer{level: gzip.DefaultCompression}}
	k.pages = expirable.NewLRU(keptPages, func(_ string, p keptPage) { k.bytes.Add(-p.size()) }, keptFor)
	return k
}

// keep remembers a page in the place of the one there was, and forgets the oldest until there is room.
func (k *keeping) keep(key string, p keptPage) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.pages.Remove(key)
	k.bytes.Add(p.size())
	k.pages.Add(key, p)
	for k.bytes.Load() > keptInAll {
		if _, _, more := k.pages.RemoveOldest(); !more {
			return
		}
	}
}

// size is about how many bytes a page takes, a quarter of it being for how gzip packs it.
func (p keptPage) size() int64 { return int64(len(p.page))*5/4 + 2<<10 }

func (k *keeping) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	generation, known := k.Store.Generation()
	if !known || !k.isForAll(r) {
		k.next.ServeHTTP(w, r)
		return
	}
	key := k.keyOf(r)
	page, kept := k.pages.Get(key)
	if !kept || page.generation != generation {
		made := &recording{ResponseWriter: w}
		k.next.ServeHTTP(made, unpacked(r))
		var worth bool
		if page, worth = k.worth(made, generation); !worth {
			made.play()
			return
		}
		k.keep(key, page)
	}
	page.answer(w, r)
}

// unpacked is a request for a page as it is before it is packed.
func unpacked(r *http.Request) *http.Request {
	plain := *r
	plain.Header = maps.Clone(r.Header)
	plain.Header.Del("Accept-Encoding")
	return &plain
}

// isForAll says whether a request is for a page that may be the same for everybody: of a visitor, for people.
func (k *keeping) isForAll(r *http.Request) bool {
	if r.Method != http.MethodGet || r.URL.RawQuery != "" || !isShownToAll(r.URL.Path) {
		return false
	}
	if _, err := r.Cookie(k.sessions.Cookie.Name); err == nil {
		return false
	}
	accept := r.Header.Get("Accept")
	return !wantsCredential(accept, false) && !wantsCredential(accept, true)
}

// isShownToAll tells the pages of badges, collections and passports from what lies below them.
func isShownToAll(path string) bool {
	for _, begins := range []string{"/b/", "/c/", "/@"} {
		if rest, ok := strings.CutPrefix(path, begins); ok {
			return !strings.ContainsAny(rest, "/.")
		}
	}
	return false
}

// keyOf is what a visitor's page depends on: which, in which language, in which colours.
func (k *keeping) keyOf(r *http.Request) string {
	theme := k.chosen(r, themeCookie)
	if !oneOf(theme, []string{"light", "dark"}) {
		theme = ""
	}
	return r.URL.Path + "\n" + views.BestLanguage(k.chosen(r, languageCookie), r.Header.Get("Accept-Language")) + "\n" + theme
}

func (p keptPage) answer(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	for name, values := range p.header {
		h[name] = values
	}
	page, tag := p.page, p.header.Get("Etag")
	if takesPacked(r) {
		if packed := p.packed(); packed != nil {
			page, tag = packed, p.packedTag
			h.Set("Content-Encoding", "gzip")
			h.Set("Etag", tag)
		}
	}
	if hasAlready(r.Header, tag) {
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	_, _ = w.Write(page) // nobody is left to be told
}

// recording remembers an answer, to be written later.
type recording struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (r *recording) WriteHeader(status int) {
	if r.status == 0 {
		r.status = status
	}
}

func (r *recording) Write(some []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	return r.body.Write(some)
}

// play writes the answer as it was given.
func (r *recording) play() {
	if r.status != 0 {
		r.ResponseWriter.WriteHeader(r.status)
	}
	_, _ = r.ResponseWriter.Write(r.body.Bytes()) // nobody is left to be told
}

// worth is what was answered, if it is a page that everybody may keep.
func (k *keeping) worth(r *recording, generation uint64) (keptPage, bool) {
	h := r.Header()
	if r.status != http.StatusOK || r.body.Len() > keptBytes || h.Get("Cache-Control") != mayBeKept || h.Get("Etag") == "" || len(h["Set-Cookie"]) > 0 {
		return keptPage{}, false
	}
	p := keptPage{generation: generation, header: http.Header{}, page: r.body.Bytes()}
	for name, values := range h {
		if name != "X-Request-Id" && name != "Content-Length" {
			p.header[name] = values
		}
	}
	p.packed = sync.OnceValue(func() []byte {
		packed, err := k.packs.packed(p.page)
		if err != nil {
			return nil
		}
		return packed
	})
	p.packedTag = strings.TrimSuffix(h.Get("Etag"), `"`) + `-gzip"`
	return p, true
}
