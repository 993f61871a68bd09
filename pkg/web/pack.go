package web

import (
	"bytes"
	"compress/gzip"
	"errors"
	"net/http"
	"strings"
	"sync"

	"github.com/carnetbadges/carnet/static"
)

// leastPacked is how many bytes a page has at least that is packed: a smaller one fits in one packet anyway.
const leastPacked = 1400

// packer packs pages as gzip does. A gzip.Writer is 800 kB of tables, so they are used again.
type packer struct {
	level   int
	writers sync.Pool
}

func (p *packer) packed(page []byte) ([]byte, error) {
	small := bytes.NewBuffer(make([]byte, 0, len(page)/4))
	zip, ok := p.writers.Get().(*gzip.Writer)
	if ok {
		zip.Reset(small)
	} else {
		var err error
		if zip, err = gzip.NewWriterLevel(small, p.level); err != nil {
			return nil, err
		}
	}
	defer p.writers.Put(zip)
	_, err := zip.Write(page)
	err = errors.Join(err, zip.Close())
	return small.Bytes(), err
}

func takesPacked(r *http.Request) bool {
	return static.Accepts(strings.Join(r.Header.Values("Accept-Encoding"), ","), "gzip")
}

// mayPack says whether a page made for a request may be packed. By how small a page gets, somebody who makes a browser ask
// for it with words of theirs in the address could guess what else stands on it (BREACH), such as the secret of a share link. So of
// whom we know, only pages are packed that no other site made their browser ask for, as it tells us itself (Sec-Fetch-Site).
func (s *Site) mayPack(r *http.Request) bool {
	if !takesPacked(r) {
		return false
	}
	if _, err := r.Cookie(s.sessions.Cookie.Name); err != nil {
		return true
	}
	from := r.Header.Get("Sec-Fetch-Site")
	return from == "same-origin" || from == "none"
}
