package web

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/carnetbadges/carnet/store/storetest"
)

func TestPagesOfMembersArePackedUnlessAnotherSiteAskedForThem(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	amina := town.member("Amina Diallo", "amina@savoirs.example")
	amina.client.Transport = &http.Transport{DisableCompression: true} // so that the test sees what is sent
	plain := amina.get("/badges")
	if plain.header.Get("Content-Encoding") != "" || len(plain.body) < leastPacked {
		t.Fatal("packed for who did not ask", len(plain.body))
	}
	for from, packed := range map[string]bool{"same-origin": true, "none": true, "same-site": false, "cross-site": false, "": false} {
		page := amina.get("/badges?q=guess", "Accept-Encoding", "gzip, br", "Sec-Fetch-Site", from)
		if got := page.header.Get("Content-Encoding") == "gzip"; got != packed {
			t.Errorf("asked for by %q: packed %v", from, got)
		}
		if !strings.Contains(strings.Join(page.header["Vary"], ", "), "Accept-Encoding") {
			t.Errorf("asked for by %q: Vary %v", from, page.header["Vary"])
		}
		if packed && !strings.Contains(unzipped(t, page.body), `value="guess"`) {
			t.Errorf("asked for by %q: it holds something else", from)
		}
	}
	visitor := town.visitor()
	visitor.client.Transport = amina.client.Transport
	for _, from := range []string{"", "cross-site"} {
		page := visitor.get("/sign-in", "Accept-Encoding", "gzip", "Sec-Fetch-Site", from)
		if page.header.Get("Content-Encoding") != "gzip" || !strings.Contains(unzipped(t, page.body), "</html>") {
			t.Errorf("a visitor's page is not packed when asked for by %q", from)
		}
	}
}

func unzipped(t *testing.T, body string) string {
	t.Helper()
	z, err := gzip.NewReader(strings.NewReader(body))
	must(t, err)
	all, err := io.ReadAll(z)
	must(t, err)
	return string(all)
}

func TestPagesArePackedOnlyForWhoTakesThemSo(t *testing.T) {
	for header, want := range map[string]bool{
		"": false, "gzip": true, "br, GZIP": true, "gzip;q=0.5, br": true, "br;q=1.0, gzip; q=0.001": true,
		"gzip;q=0": false, "gzip; q=0.000, br": false, "x-gzip": false, "gzipped": false, "identity": false,
	} {
		r := &http.Request{Header: http.Header{"Accept-Encoding": {header}}}
		if got := takesPacked(r); got != want {
			t.Errorf("%q: %v", header, got)
		}
	}
}
