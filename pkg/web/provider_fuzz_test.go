package web

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzWhatAProviderSays holds that whatever a provider writes fits a line, and that whom it means is ASCII of one spelling.
func FuzzWhatAProviderSays(f *testing.F) {
	for _, seed := range []string{"amina", "a\x00b", "é\xff", strings.Repeat("€", 90), "https://login.example/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0", "{tenantid}"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		line := short(text, 254)
		if len(line) > 254 || !utf8.ValidString(line) || strings.ContainsAny(line, "\x00\n\r\x7f") || short(line, 254) != line {
			t.Errorf("%q becomes %q", text, line)
		}
		if isSubject(text) && (line != text && len(text) < 254 || text != strings.TrimSpace(text)) {
			t.Errorf("%q is a subject, and the line is %q", text, line)
		}
		const template = "https://login.example/{tenantid}/v2.0"
		if fits(template, text) && (len(text) != len(template)-len(tenantHole)+36 || strings.Count(text, "/") != strings.Count(template, "/")) {
			t.Errorf("%q fits", text)
		}
		if p := (Provider{Issuer: "https://id.example"}); p.secure(text) == nil && !strings.HasPrefix(strings.ToLower(text), "https:") {
			t.Errorf("%q is secure", text)
		}
		plainly(errPlain(text))
	})
}

type errPlain string

func (e errPlain) Error() string { return string(e) }
