package web

import "testing"

func TestAProgramThatPrefersCredentialsGetsTheCredential(t *testing.T) {
	for _, row := range []struct {
		accept string
		token  bool
		want   bool
	}{
		{"", false, false},
		{"*/*", false, false},
		{"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", false, false},
		{"image/avif,image/webp,*/*;q=0.8", false, false},
		{"application/json", false, true},
		{"application/ld+json, application/json;q=0.9, */*;q=0.1", false, true},
		{"application/vc+ld+json", false, true},
		{"application/vc", false, true},
		{"text/html, application/json;q=0.9", false, false},
		{"text/html;q=0.5, application/json", false, true},
		{"text/plain", false, false},
		{"text/plain", true, true},
		{"application/jwt", true, true},
		{"application/json", true, true},
		{"text/*", true, false},
		{"application/json;q=nonsense", false, true},
		{";;;,/,", false, false},
		{"application/json, text/plain, */*", false, true}, // what axios sends
		{"application/json, text/plain, */*", true, true},
		{"application/ld+json;q=0.8, */*;q=0.8", false, true},
		{"application/json;q=0.5, */*", false, false},
		{"application/json;q=0, */*;q=0", false, false},
		{"text/html, application/xhtml+xml, application/json, */*", false, false},
		{"text/html;q=0, */*;q=0.5, application/json;q=0.2", false, true},
		{"text/html;q=0.3, application/json;q=0.5, */*", false, true},
	} {
		if got := wantsCredential(row.accept, row.token); got != row.want {
			t.Errorf("Accept %q, token %v: credential %v, want %v", row.accept, row.token, got, row.want)
		}
	}
}
