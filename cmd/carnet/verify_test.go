package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestVerifyAnswersAboutEveryInput: about each one line, whatever the others are; those that can not be opened are told of
// where complaints belong.
func TestVerifyAnswersAboutEveryInput(t *testing.T) {
	folder := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	poem, web := file("poem.txt", "roses are red"), file("web.json", "{}")
	large := file("large.json", "{"+strings.Repeat("x", inputLimit))
	signed := file("vc.json", `{"@context":"https://www.w3.org/ns/credentials/v2","type":"VerifiableCredential","credentialSubject":{"name":"a"}}`)
	for name, test := range map[string]struct {
		args   []string
		status int
		said   []string
		lines  int
	}{
		"a poem":              {[]string{poem}, 3, []string{"not a badge", "not a badge in any form"}, 2},
		"too much":            {[]string{"--json", large}, 3, []string{`"reason":"too-large"`}, 1},
		"a missing one first": {[]string{"--json", filepath.Join(folder, "none"), poem, poem}, 3, []string{"not-recognised"}, 2},
		"only a missing one":  {[]string{filepath.Join(folder, "none")}, 1, nil, 0},
		"an address in caps":  {[]string{"HTTPS://issuer.example/1"}, 2, []string{"issuer.example/1 did not answer"}, 2},
		"no Open Badge":       {[]string{signed}, 1, []string{"contradicted (Verifiable Credential, none)"}, 9},
	} {
		t.Run(name, func(t *testing.T) {
			var out, complaint bytes.Buffer
			got := run(t.Context(), append([]string{"verify", "--web", web}, test.args...), nil, streams{out: &out, err: &complaint})
			if got != test.status || strings.Count(out.String(), "\n") != test.lines {
				t.Errorf("status %d, want %d\n%s%s", got, test.status, &out, &complaint)
			}
			for _, said := range test.said {
				if !strings.Contains(out.String(), said) {
					t.Errorf("does not say %q: %s", said, &out)
				}
			}
			if missing := strings.Contains(name, "missing"); missing != strings.Contains(complaint.String(), "no such file") {
				t.Errorf("complains: %q", &complaint)
			}
		})
	}
}
