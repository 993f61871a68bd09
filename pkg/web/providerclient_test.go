package web

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

func TestNoAnswerOfAProviderIsTakenWhole(t *testing.T) {
	for name, answers := range map[string]http.HandlerFunc{"10 MB": large, "unpacked to 10 MB": unpacks} {
		server := httptest.NewServer(answers)
		t.Cleanup(server.Close)
		r, err := http.NewRequestWithContext(t.Context(), "GET", server.URL, nil)
		must(t, err)
		got, err := NewProviderClient(10 * time.Second).Do(r)
		must(t, err)
		n, err := io.Copy(io.Discard, got.Body)
		if !errors.Is(err, errLargeAnswer) || n > largestAnswer {
			t.Errorf("%s: read %d bytes: %v", name, n, err)
		}
		if again, err := got.Body.Read(make([]byte, 10)); again != 0 || !errors.Is(err, errLargeAnswer) {
			t.Errorf("%s: reads on: %d %v", name, again, err)
		}
		must(t, got.Body.Close())
	}
}

func TestTheCookieOfAVisitIsBoundToThisHost(t *testing.T) {
	for _, one := range []struct {
		scheme, name string
		secure       bool
	}{{"https", "__Host-carnet-visit-", true}, {"http", "carnet-visit-", false}} {
		s, err := New(Options{PublicURL: one.scheme + "://carnet.example", Now: time.Now})
		must(t, err)
		answer := httptest.NewRecorder()
		s.bind(s.echo.NewContext(httptest.NewRequest("GET", "/", nil), answer), hashOf("state"), time.Minute)
		c := answer.Result().Cookies()[0]
		if c.Name != one.name+hashOf("state")[:8] || c.Secure != one.secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || c.MaxAge != 60 || c.Value != hashOf("state") {
			t.Errorf("%s: %+v", one.scheme, c)
		}
	}
}
