package web

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/carnetbadges/carnet/store/storetest"
)

func TestHeadAnswersLikeGetWithoutABody(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	town.member("Amina Diallo", "amina@savoirs.example")
	for _, path := range []string{"/", "/join", "/@amina-diallo", "/robots.txt", "/nothing"} {
		visitor := town.visitor()
		get, head := visitor.get(path), visitor.do(visitor.request("HEAD", path, nil))
		if head.status != get.status || head.body != "" || head.header.Get("Content-Type") != get.header.Get("Content-Type") {
			t.Errorf("%s: HEAD %d with %d bytes, GET %d", path, head.status, len(head.body), get.status)
		}
	}
}

func TestMalformedFormsAreTheSendersFault(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	for name, row := range map[string][2]string{
		"cut off":          {"multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.json\"\r\n\r\n{"},
		"no boundary":      {"multipart/form-data", "--x\r\n"},
		"header no colon":  {"multipart/form-data; boundary=x", "--x\r\nContent-Disposition\r\n\r\nx\r\n--x--\r\n"},
		"control in name":  {"multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\x01b\"\r\n\r\nx\r\n--x--\r\n"},
		"not even a form":  {"application/octet-stream", "\x00\x01\x02"},
		"broken url codes": {"application/x-www-form-urlencoded", "text=%zz"},
	} {
		town.site.limits.imports.buckets.Purge()
		a := holder.do(holder.request("POST", "/badges", strings.NewReader(row[1]), "Content-Type", row[0]))
		if a.status < 400 || a.status >= 500 {
			t.Errorf("%s: %d", name, a.status)
		}
	}
}

func TestWhoIsSlowedDownKeepsWhatWasTyped(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	v := town.visitor()
	var a answer
	for i := range 60 {
		a = v.post("/join", url.Values{"name": {"Amina Diallo"}, "email": {fmt.Sprintf("amina%d@savoirs.example", i)}, "password": {"short"}})
		if a.status == http.StatusTooManyRequests {
			break
		}
	}
	name, _ := a.find(t, `input[name="name"]`).Attr("value")
	if a.status != http.StatusTooManyRequests || name != "Amina Diallo" || a.header.Get("Retry-After") == "" || a.find(t, ".notice").Length() != 1 {
		t.Errorf("%d, name %q, Retry-After %q, %d notices", a.status, name, a.header.Get("Retry-After"), a.find(t, ".notice").Length())
	}
}

// ASVS: V2.3.2
func TestNoLinkIsDroppedInSilence(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	var links []string
	for i := range 25 {
		links = append(links, fmt.Sprintf("https://issuer.example/%d", i))
	}
	a := holder.post("/badges", url.Values{"text": {strings.Join(links, "\n")}})
	rows := a.find(t, ".results tbody tr")
	for i, link := range links {
		if got := rows.Eq(i).Text(); !strings.Contains(got, link) {
			t.Errorf("row %d is %q", i, got)
		}
	}
}

// TestCrawlersTakeNothingFromThoseBesideThem: what anybody may ask for is not counted with what members do from one house.
func TestCrawlersTakeNothingFromThoseBesideThem(t *testing.T) {
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	at := holder.collects("For all", "public", holder.holds("Gardener")...)
	crawler := town.visitor()
	for _, path := range []string{"/sitemap.xml", "/sitemap/1.xml", at + "/badges.zip"} {
		for crawler.get(path).status != http.StatusTooManyRequests {
			continue
		}
	}
	holder.bring("baker.json", credential(t, "00000000-0000-4000-8000-000000000002", "amina@savoirs.example", "Baker")).imported(t)
}

func TestLargeUploadsLeaveNothingBehind(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	town := newTown(t, storetest.Open(t))
	holder := town.member("Amina Diallo", "amina@savoirs.example")
	large := strings.Repeat("a", 5<<20)
	holder.bring("1.json", large, "2.json", large, "3.json", large, "4.json", large+"tail past what is kept in memory"+strings.Repeat("b", 1<<10))
	left, err := os.ReadDir(os.TempDir())
	must(t, err)
	for _, entry := range left {
		if strings.HasPrefix(entry.Name(), "multipart-") {
			t.Errorf("%s is left behind", entry.Name())
		}
	}
}

// ASVS: V4.1.3, V13.4.2, V15.2.3
func TestKeptLettersAreNobodysOnAPublicSite(t *testing.T) {
	for address, shown := range map[string]bool{"http://localhost:8080": true, "http://127.0.0.1:8080": true, "http://[::1]:8080": true, "https://carnet.example": false, "http://192.168.1.4:8080": false, "https://localhost.example": false} {
		public, err := url.Parse(address)
		must(t, err)
		if KeptLettersAreShown(public) != shown {
			t.Errorf("%s: shown %v", address, !shown)
		}
	}
	town := newTown(t, storetest.Open(t))
	for _, sign := range []string{"X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via"} {
		if a := town.visitor().get("/dev/mail", sign, "203.0.113.7"); a.status != http.StatusNotFound {
			t.Errorf("with %s: %d", sign, a.status)
		}
	}
}
