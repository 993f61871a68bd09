package web

import (
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/time/rate"
)

// ASVS: V3.7.2
func TestRedirectsStayWithin(t *testing.T) {
	for _, path := range []string{"/", "/badges", "/b/01J?done=added", "/@amina", "/badges?after=a%2Fb"} {
		if !within(path) {
			t.Errorf("%q is refused", path)
		}
	}
	for _, path := range []string{
		"", "badges", "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "https:evil.example",
		"https://evil.example", "http://localhost@evil.example", "/\r\nLocation: https://evil.example", "javascript:alert(1)",
		"///evil.example", "/\x00//evil.example", "mailto:a@b.example", "//localhost:8080/badges", " //evil.example",
		"/%2F/evil.example/..//evil.example\\", "data:text/html,x", "?next=//evil.example", "/%zz",
		"//%65vil.example", "/./\\evil.example",
	} {
		if within(path) {
			t.Errorf("%q would lead off this site", path)
		}
	}
}

// ASVS: V4.1.3, V15.3.4
func TestForwardedAddressesAreOnlyBelievedFromTrustedProxies(t *testing.T) {
	nobody := clientAddress(nil)
	proxy := clientAddress([]netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")})
	for i := range 30 {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = "203.0.113.7:4000"
		r.Header.Set("X-Forwarded-For", "198.51.100."+strconv.Itoa(i))
		r.Header.Set("X-Real-IP", "198.51.100."+strconv.Itoa(i))
		if got := nobody(r); got != "203.0.113.7" {
			t.Fatalf("without a proxy the address is %s", got)
		}
		if got := proxy(r); got != "203.0.113.7" {
			t.Fatalf("from outside the proxy the address is %s", got)
		}
		r.RemoteAddr = "10.1.2.3:4000"
		if got := proxy(r); got != "198.51.100."+strconv.Itoa(i) {
			t.Fatalf("from the proxy the address is %s", got)
		}
	}
}

// ASVS: V2.4.1
func TestAnAllowanceRunsOutAndComesBack(t *testing.T) {
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	a := newAllowance(func() time.Time { return now }, rate.Every(6*time.Second), 10)
	spent := 0
	for range 1000 {
		if a.spend("203.0.113.7") == 0 {
			spent++
		}
	}
	if spent != 10 {
		t.Fatalf("%d of 1000 were let through, want 10", spent)
	}
	if a.spend("203.0.113.8") != 0 {
		t.Error("one address's guesses lock out another")
	}
	now = now.Add(6 * time.Second)
	if a.spend("203.0.113.7") != 0 || a.spend("203.0.113.7") == 0 {
		t.Error("after six seconds exactly one more is allowed")
	}
}

func TestOneHouseholdHasOneAllowance(t *testing.T) {
	if household("2001:db8:1:2::1") != household("2001:db8:1:2:ffff::9") {
		t.Error("two addresses of one /64 count apart")
	}
	if household("2001:db8:1:2::1") == household("2001:db8:1:3::1") {
		t.Error("two /64 count together")
	}
	if household("::ffff:203.0.113.7") != household("203.0.113.7") {
		t.Error("the mapped form of an IPv4 address counts apart")
	}
}

// ASVS: V1.3.1, V1.3.5
func TestProseCannotHarm(t *testing.T) {
	clean := newSanitizer()
	for _, hostile := range []string{
		"<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))", "[x](javascript&colon;alert(1))",
		"<a href=\"javascript:alert(1)\">x</a><p></p>", "<p onclick=alert(1)>x</p>", "<svg onload=alert(1)></svg><p></p>",
		"<iframe src=https://evil.example></iframe><p></p>", "<form action=https://evil.example><button>x</button></form><p></p>",
		"![x](https://evil.example/pixel.png)", "<p hx-get=/badges hx-trigger=load>x</p>", "<style>*{display:none}</style><p></p>",
		"<p style=\"background:url(https://evil.example)\">x</p>", "<a href=\"data:text/html,<script>alert(1)</script>\">x</a><p></p>",
		"<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math><p></p>",
		"<p id=main class=site-header data-theme=dark>x</p>", "<base href=https://evil.example><p></p>", "<meta http-equiv=refresh content=0><p></p>",
	} {
		out := strings.ToLower(string(clean.prose(hostile)))
		for _, bad := range []string{"<script", "onerror", "onclick", "onload", "javascript:", "<img", "<iframe", "<form", "hx-", "<style", "style=", "data:", "<svg", "<math", "class=", "id=", "<base", "<meta"} {
			if strings.Contains(out, bad) {
				t.Errorf("%q keeps %q: %s", hostile, bad, out)
			}
		}
	}
}

func TestProseKeepsWhatTheIssuerMeant(t *testing.T) {
	clean := newSanitizer()
	for source, want := range map[string]string{
		"Led *ten* sessions:\n\n- one\n- two": "<p>Led <em>ten</em> sessions:</p>\n<ul>\n<li>one</li>\n<li>two</li>\n</ul>",
		"# Aim\n\nTo **learn**":               "<p><b>Aim</b></p>\n<p>To <strong>learn</strong></p>",
		"<p>Written as <b>HTML</b></p>":       "<p>Written as <b>HTML</b></p>",
		"See https://example.org/a":           `<p>See <a href="https://example.org/a" rel="nofollow noreferrer">https://example.org/a</a></p>`,
		"":                                    "",
		"a < b & c":                           "<p>a &lt; b &amp; c</p>",
	} {
		if got := string(clean.prose(source)); got != want {
			t.Errorf("%q\n gives %q\n want  %q", source, got, want)
		}
	}
}

// ASVS: V1.2.2
func TestOnlyWebLinksAreLinks(t *testing.T) {
	for _, bad := range []string{"javascript:alert(1)", "data:text/html,x", "ftp://a.example", "//a.example", "/b", "mailto:a@b.example", "https://user:pass@a.example/", "https://", "urn:uuid:1"} {
		if got := weblink(bad); got != "" {
			t.Errorf("%q becomes the link %q", bad, got)
		}
	}
	if got := weblink(" https://a.example/x?y=1#z "); got != "https://a.example/x?y=1#z" {
		t.Errorf("a good link becomes %q", got)
	}
}
