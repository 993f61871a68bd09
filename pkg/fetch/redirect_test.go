package fetch

import (
	"crypto/x509"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// passOn is a server that answers /n with a redirect to /n-1 until /0, and /to?… with a redirect to what follows.
func passOn(w http.ResponseWriter, r *http.Request) {
	var n int
	if to := r.URL.Query().Get("to"); to != "" {
		w.Header().Set("Location", to)
		w.WriteHeader(http.StatusFound)
		return
	}
	if _, err := fmt.Sscanf(r.URL.Path, "/%d", &n); err == nil && n > 0 {
		http.Redirect(w, r, fmt.Sprintf("/%d", n-1), []int{301, 302, 303, 307, 308}[n%5])
		return
	}
	_, _ = w.Write([]byte("arrived"))
}

func TestThreeRedirectsAreFollowed(t *testing.T) {
	server, _ := serve(t, passOn)
	for n := range 6 {
		f := newFetcher(t, Options{Dial: to("example.org", server)})
		page, err := f.Page(t.Context(), fmt.Sprintf("http://example.org/%d", n))
		if n > maxHops {
			isFault(t, err, ErrRefused, fmt.Sprint(n, " redirects"))
			continue
		}
		if err != nil || page.URL != "http://example.org/0" || string(page.Body) != "arrived" {
			t.Errorf("%d redirects: %s, %v", n, page.URL, err)
		}
	}
}

// ASVS: V1.3.6, V15.3.2
func TestRedirectsObeyTheRules(t *testing.T) {
	server, asked := serve(t, passOn)
	o := Options{Dial: to("example.org", server), PublicURL: "https://carnet.example.org"}
	for n, location := range []string{
		"ftp://example.org/", "file:///etc/passwd", "gopher://example.org/", "data:text/plain,x", "javascript:alert(1)",
		"http://127.0.0.1/", "http://2130706433/", "http://[::1]/", "http://localhost/", "//169.254.169.254/", "http://example.org:6379/",
		"http://user@example.org/", `http:\\example.org`, `/\127.0.0.1/`, "http://example.org/%00", "http://exa mple.org/", "http://%zz/",
		"https://carnet.example.org/settings", "http://carnet.example.org/", "//CARNET.example.org/",
	} {
		f := newFetcher(t, o)
		_, err := f.Page(t.Context(), fmt.Sprintf("http://a%d.example.org/?to=%s", n, strings.NewReplacer("%", "%25", " ", "%20", `\`, "%5C").Replace(location)))
		isFault(t, err, ErrRefused, location)
		if asked.Swap(0) != 1 {
			t.Errorf("%s was followed", location)
		}
	}
}

// ASVS: V15.3.2
func TestCirclesAreRefused(t *testing.T) {
	server, asked := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, map[string]string{"/": "/", "/a": "/b#x", "/b": "/a#y"}[r.URL.Path], http.StatusFound)
	})
	for path, most := range map[string]int64{"/": 1, "/a": 2} {
		_, err := newFetcher(t, Options{Dial: to("example.org", server)}).Page(t.Context(), "http://example.org"+path)
		isFault(t, err, ErrRefused, path)
		if n := asked.Swap(0); n > most {
			t.Errorf("%s was asked %d times", path, n)
		}
	}
}

// ASVS: V15.3.2
func TestProtectionIsNeverGivenUp(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(passOn))
	t.Cleanup(server.Close)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	f := newFetcher(t, Options{Dial: to("example.com", server.Listener.Addr().String()), Roots: roots})
	page, err := f.Page(t.Context(), "https://example.com/?to=https://example.com/1")
	if err != nil || string(page.Body) != "arrived" {
		t.Fatalf("https to https: %v", err)
	}
	_, err = f.Page(t.Context(), "https://example.com/?to=http://example.com/")
	isFault(t, err, ErrRefused, "https to http")
	_, err = newFetcher(t, Options{Dial: to("example.com", server.Listener.Addr().String())}).Page(t.Context(), "https://example.com/")
	isFault(t, err, ErrUnreachable, "an unknown certificate authority")
}

func TestRedirectWithoutALocationIsAnAnswer(t *testing.T) {
	server, _ := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusFound) })
	page, err := newFetcher(t, Options{Dial: to("example.org", server)}).Page(t.Context(), "http://example.org/")
	if err != nil || page.Status != http.StatusFound {
		t.Errorf("%d, %v", page.Status, err)
	}
}
