package fetch

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
)

// oddAddresses are SSRF-3: what must be refused before any name is looked up.
var oddAddresses = []string{
	// no address of the web
	"", "example.org", "/badge.json", "//example.org/x", `\\example.org\x`, "http:", "http:/", "http://", "http:///x", "http:example.org",
	"http:/example.org", "https://:443/", "http://?x", "http://#x", " http://example.org", "http://example.org/a b", "http://example.org/\n", "http://example.org\r\nX: y",
	"http://exa\tmple.org/", "http://example.org/\x00", "http://example.org/%00", "http://example.org%00.evil.example/", "http://example.org/%0d%0aX:y", `http://example.org\@evil.example/`,
	`http:\\example.org/`, "http://example.org/\u200b", "http://example.org/\u202e", "https://example.org/" + strings.Repeat("x", maxURL),
	// other schemes
	"gopher://example.org/_x", "file:///etc/passwd", "file://example.org/x", "data:application/json,{}", "ftp://example.org/x", "dict://example.org:11211/", "ldap://example.org/",
	"javascript:alert(1)", "ws://example.org/", "jar:http://example.org!/x", "HTTPS+x://example.org/",
	// user names
	"http://user@example.org/", "http://user:secret@example.org/", "https://good.example@evil.example/", "https://@example.org/", "https://:@example.org/",
	// ports
	"http://example.org:22/", "http://example.org:25/", "http://example.org:6379/", "http://example.org:8080/", "http://example.org:0/", "http://example.org:0080/", "http://example.org:65616/",
	"http://example.org:-80/", "http://example.org:80x/", "http://example.org:8０/",
	// addresses in disguise
	"http://127.1/", "http://127.0.1/", "http://2130706433/", "http://0x7f000001/", "http://0X7F000001/", "http://0177.0.0.1/", "http://017700000001/", "http://0x7f.0.0.1/", "http://127.0.0.0x1/",
	"http://127.0.0.1./", "http://00000127.0.0.1/", "http://127.0.0.256/", "http://1.2.3/", "http://example.0x/", "http://①②⑦.0.0.1/", "http://１２７.0.0.1/", "http://127。0。0。1/", "http://127．0．0．1/",
	"http://%E2%91%A0②⑦.0.0.1/", "http://%31%32%37.0.0.1/", "http://[::ffff:7f00:1]/", "http://[::ffff:127.0.0.1]/", "http://[::127.0.0.1]/", "http://[0:0:0:0:0:0:0:1]/", "http://[fe80::1%25lo]/",
	"http://[::1]:80/", "http://[::]/", "http://[127.0.0.1]/", "http://[8.8.8.8]/", "http://[8.8.8.8/", "http://::1/", "http://[::1]evil.example/", "http://[]/", "http://127.0.0.1/", "http://169.254.169.254/latest/meta-data/",
	// names
	"http://localhost/", "http://LOCALHOST/", "http://localhost./", "http://example.org./", "http://example..org/", "http://.example.org/", "http://metadata/", "http://metadata.google.internal/", "http://printer.local/",
	"http://x.localhost/", "http://router.home.arpa/", "http://hidden.onion/", "http://ex*mple.org/", "http://exa$mple.org/", "http://ex!ample.org/", "http://ⓛocalhost/", "http://loc\u00adalhost/",
	"http://" + strings.Repeat("a", 64) + ".org/", "http://" + strings.Repeat("a.", 127) + "org/",
}

// ASVS: V1.3.6
func TestOddAddressesAreRefused(t *testing.T) {
	r := newRules(Options{})
	count := 0
	for _, odd := range oddAddresses {
		u, err := r.address(odd)
		if err == nil {
			t.Errorf("%q was taken for %s", odd, u)
			continue
		}
		isFault(t, err, ErrRefused, odd)
		count++
	}
	t.Logf("SSRF-3: %d/%d odd addresses refused", count, len(oddAddresses))
}

// ASVS: V1.1.1, V1.3.6
func TestGoodAddressesAreSpelledOneWay(t *testing.T) {
	for raw, want := range map[string]string{
		"https://example.org/a/b.json?c=d#e": "https://example.org/a/b.json?c=d",
		"HTTPS://Example.ORG/A":              "https://example.org/A",
		"http://example.org:80":              "http://example.org:80",
		"https://example.org:/x":             "https://example.org/x",
		"https://münchen.example/ü":          "https://xn--mnchen-3ya.example/%C3%BC",
		"https://xn--mnchen-3ya.example/":    "https://xn--mnchen-3ya.example/",
		"https://my_badges.example.org/":     "https://my_badges.example.org/",
		"https://8.8.8.8/x":                  "https://8.8.8.8/x",
		"https://[2606:4700:0::1111]:443/":   "https://[2606:4700::1111]:443/",
		"https://1.example.org/a|b?{c}":      "https://1.example.org/a%7Cb?{c}",
	} {
		u, err := newRules(Options{}).address(raw)
		if err != nil {
			t.Errorf("%s: %v", raw, err)
			continue
		}
		if u.String() != want {
			t.Errorf("%s became %s, want %s", raw, u, want)
		}
	}
}

func TestTestsMayAskForMore(t *testing.T) {
	for raw, o := range map[string]Options{
		"http://127.0.0.1:12345/": {AllowPrivate: true},
		"http://localhost:80/":    {AllowPrivate: true},
		"http://[::1]:12345/":     {AllowPrivate: true},
		"http://example.org:8080": {Ports: []int{8080}},
	} {
		if _, err := newRules(o).address(raw); err != nil {
			t.Errorf("%s: %v", raw, err)
		}
	}
	if _, err := newRules(Options{Ports: []int{8080}}).address("http://127.0.0.1:8080/"); !errors.Is(err, ErrRefused) {
		t.Errorf("an allowed port opened a private address: %v", err)
	}
}

func FuzzAddress(f *testing.F) {
	for _, odd := range oddAddresses {
		f.Add(odd)
	}
	f.Add("https://example.org/a?b=c")
	f.Add("https://münchen.example:443/")
	r := newRules(Options{})
	f.Fuzz(func(t *testing.T, raw string) {
		u, err := r.address(raw)
		if err != nil {
			if !errors.Is(err, ErrRefused) {
				t.Errorf("%q: %v is no refusal", raw, err)
			}
			return
		}
		if u.User != nil || u.Opaque != "" || (u.Scheme != "http" && u.Scheme != "https") {
			t.Errorf("%q became %s", raw, u)
		}
		if ip, err := netip.ParseAddr(u.Hostname()); err == nil && r.guard.SafeAddr(ip) != nil {
			t.Errorf("%q leads to %s", raw, ip)
		}
		again, err := r.address(u.String())
		if err != nil && len(u.String()) <= maxURL {
			t.Errorf("%q became %s, which is refused: %v", raw, u, err)
		}
		if err == nil && again.String() != u.String() {
			t.Errorf("%q became %s and then %s", raw, u, again)
		}
	})
}
