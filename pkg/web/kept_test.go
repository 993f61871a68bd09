package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// hears has a town's store hear what others write, as serve does.
func (town *town) hears() {
	town.t.Helper()
	listening, stop := context.WithCancel(town.t.Context())
	done := make(chan struct{})
	go func() { town.store.Listen(listening); close(done) }()
	town.t.Cleanup(func() { stop(); <-done })
	for until := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		if _, known := town.store.Generation(); known {
			return
		}
		if time.Now().After(until) {
			town.t.Fatal("it does not hear")
		}
	}
}

// fromMemory says whether an answer was not made for its request: those are numbered.
func (a answer) fromMemory() bool { return a.header.Get("X-Request-Id") == "" }

func TestAPageForEverybodyIsAnsweredFromMemoryUntilAnythingIsWritten(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		town := newTown(t, s)
		amina := town.member("Amina Diallo", "amina@savoirs.example")
		badge := "/b/" + amina.bring("gardener.json", credential(t, "00000000-0000-4000-8000-000000000001", "amina@savoirs.example", "Gardener")).imported(t)
		amina.post(badge+"/visibility", url.Values{"visibility": {"public"}})
		visitor := town.visitor()
		visitor.get(badge)
		if visitor.get(badge).fromMemory() {
			t.Fatal("from memory though nobody hears what other processes write")
		}
		town.hears()

		first := visitor.get(badge)
		second := visitor.untilKept(badge)
		if first.fromMemory() || !second.fromMemory() || first.body != second.body || second.status != http.StatusOK {
			t.Fatalf("first from memory %v, then %v (%d), equal %v", first.fromMemory(), second.fromMemory(), second.status, first.body == second.body)
		}
		for _, name := range []string{"Content-Type", "Cache-Control", "Content-Security-Policy", "Link", "Referrer-Policy"} {
			if first.header.Get(name) != second.header.Get(name) {
				t.Errorf("%s: %q, then %q", name, first.header.Get(name), second.header.Get(name))
			}
		}
		if again := visitor.get(badge, "If-None-Match", second.header.Get("Etag")); again.status != http.StatusNotModified || again.body != "" {
			t.Errorf("asked again: %d", again.status)
		}
		tag := second.header.Get("Etag")
		for _, list := range []string{"W/" + tag, `"another", ` + tag, `"another",W/` + tag, "*"} {
			if again := visitor.get(badge, "If-None-Match", list); again.status != http.StatusNotModified || !again.fromMemory() {
				t.Errorf("asked again with %s: %d", list, again.status)
			}
		}
		for name, headers := range map[string][]string{
			"in French":            {"Accept-Language", "fr"},
			"as a program":         {"Accept", "application/ld+json"},
			"in the dark":          {"Cookie", themeCookie + "=dark"},
			"in French by choice":  {"Cookie", languageCookie + "=fr"},
			"with a question mark": nil,
		} {
			path := badge
			if headers == nil {
				path += "?done=public"
			}
			if other := visitor.get(path, headers...); other.status != http.StatusOK || other.body == first.body {
				t.Errorf("%s: %d, the same %v", name, other.status, other.body == first.body)
			}
		}
		if amina.get(badge).fromMemory() {
			t.Error("its holder's page comes from memory")
		}

		small := packed(t, town, badge)
		if small != second.body {
			t.Error("compressed it is another page")
		}

		if a := amina.post("/you", saying("public")); a.path != "/you?done=saved" {
			t.Fatalf("saving leads to %s", a.path)
		}
		if a := visitor.get(badge); a.fromMemory() {
			t.Error("her new name is not there")
		}
		visitor.get(badge)
		amina.post(badge+"/visibility", url.Values{"visibility": {"private"}})
		for range 3 {
			if a := visitor.get(badge); a.status != http.StatusNotFound {
				t.Fatalf("private, and yet answered with %d (from memory: %v)", a.status, a.fromMemory())
			}
		}
		amina.post(badge+"/visibility", url.Values{"visibility": {"public"}})
		visitor.untilKept(badge)
		beside := storetest.Beside(t, s)
		must(t, beside.SetVisibility(t.Context(), amina.person.ID, badge[len("/b/"):], store.Private, town.now))
		for until := time.Now().Add(10 * time.Second); visitor.get(badge).status != http.StatusNotFound; time.Sleep(10 * time.Millisecond) {
			if time.Now().After(until) {
				t.Fatal("made private by another process, and yet there")
			}
		}
	})
}

// untilKept asks for a page until it comes from memory: SQLite tells of this process's own writing a second time, a moment later.
func (v *visitor) untilKept(path string) answer {
	v.town.t.Helper()
	for until := time.Now().Add(10 * time.Second); ; {
		if a := v.get(path); a.fromMemory() {
			return a
		}
		if time.Now().After(until) {
			v.town.t.Fatalf("%s never comes from memory", path)
		}
	}
}

// packed is a page as a browser that takes gzip gets it from memory.
func packed(t *testing.T, town *town, path string) string {
	t.Helper()
	for {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, town.server.URL+path, http.NoBody)
		must(t, err)
		r.Header.Set("Accept-Encoding", "gzip")
		a, err := http.DefaultTransport.RoundTrip(r)
		must(t, err)
		content, err := io.ReadAll(a.Body)
		must(t, err)
		must(t, a.Body.Close())
		if a.Header.Get("X-Request-Id") != "" {
			continue
		}
		if a.Header.Get("Content-Encoding") != "gzip" || a.Header.Get("Etag") == "" || len(content) > 8<<10 {
			t.Fatalf("%d bytes as %q, ETag %q", len(content), a.Header.Get("Content-Encoding"), a.Header.Get("Etag"))
		}
		small, err := gzip.NewReader(bytes.NewReader(content))
		must(t, err)
		page, err := io.ReadAll(small)
		must(t, err)
		return string(page)
	}
}

func TestKeptPagesTakeNoMoreThanTheirRoom(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	k, ok := town.site.keeping(http.NotFoundHandler()).(*keeping)
	if !ok {
		t.Fatal("keeps nothing")
	}
	large := keptPage{page: make([]byte, 100<<10)}
	for i := range 1_000 {
		k.keep(fmt.Sprint(i%600), large)
	}
	if n := int64(k.pages.Len()); k.bytes.Load() > keptInAll || k.bytes.Load() != n*large.size() || n < 200 {
		t.Errorf("%d pages of %d bytes count as %d", n, large.size(), k.bytes.Load())
	}
}
