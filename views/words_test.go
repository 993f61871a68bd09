package views

import (
	"encoding/json"
	"go/scanner"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// spokenWords are the messages of one language as they stand in its files: key → plural form → sentence.
func spokenWords(t *testing.T, lang string) map[string]map[string]string {
	t.Helper()
	all := map[string]map[string]string{}
	files, err := filepath.Glob("locales/" + lang + "/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no words for %s: %v", lang, err)
	}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var messages map[string]any
		if err := json.Unmarshal(body, &messages); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for key, message := range messages {
			if all[key] != nil {
				t.Errorf("%s says %q twice", lang, key)
			}
			all[key] = forms(message)
		}
	}
	return all
}

func forms(message any) map[string]string {
	if sentence, ok := message.(string); ok {
		return map[string]string{"other": sentence}
	}
	forms := map[string]string{}
	plural, _ := message.(map[string]any)
	for form, sentence := range plural {
		forms[form], _ = sentence.(string)
	}
	return forms
}

var placeholder = regexp.MustCompile(`{{\s*\.\w+\s*}}`)

func placeholders(forms map[string]string) []string {
	found := placeholder.FindAllString(forms["other"], -1)
	slices.Sort(found)
	return slices.Compact(found)
}

func TestEveryLanguageSaysEverythingWithTheSameParameters(t *testing.T) {
	english := spokenWords(t, "en")
	for _, lang := range Languages()[1:] {
		other := spokenWords(t, lang)
		for key, forms := range english {
			switch {
			case other[key] == nil:
				t.Errorf("%s does not say %q", lang, key)
			case !slices.Equal(placeholders(forms), placeholders(other[key])):
				t.Errorf("%s: %q has %v, English has %v", lang, key, placeholders(other[key]), placeholders(forms))
			case (len(forms) > 1) != (len(other[key]) > 1):
				t.Errorf("%s: %q is plural in one language only", lang, key)
			}
		}
		for key := range other {
			if english[key] == nil {
				t.Errorf("only %s says %q", lang, key)
			}
		}
	}
}

func TestEverySentenceIsWholeAndWellSet(t *testing.T) {
	for _, lang := range Languages() {
		for key, forms := range spokenWords(t, lang) {
			if len(forms) > 1 && (forms["one"] == "" || forms["other"] == "") {
				t.Errorf("%s: %q needs the forms one and other", lang, key)
			}
			for _, sentence := range forms {
				if strings.TrimSpace(sentence) == "" {
					t.Errorf("%s: %q is empty", lang, key)
				}
				if strings.Contains(sentence, "'") {
					t.Errorf("%s: %q has a typewriter apostrophe", lang, key)
				}
			}
		}
	}
}

func TestFrenchSignsStayWithTheirWord(t *testing.T) {
	ctx := WithLanguage(t.Context(), "fr")
	for key := range spokenWords(t, "fr") {
		if said := T(ctx, key); regexp.MustCompile(`[\pL\d"] ?[?!;:»](\s|$)|« `).MatchString(said) {
			t.Errorf("%q: %q wants a no-break space before ? ! ; : »", key, said)
		}
	}
}

// literals are all string constants of the Go sources matching pattern.
func literals(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		body, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		set := token.NewFileSet()
		var s scanner.Scanner
		s.Init(set.AddFile(name, set.Base(), len(body)), body, nil, 0)
		for {
			_, kind, text := s.Scan()
			if kind == token.EOF {
				break
			}
			if value, err := strconv.Unquote(text); kind == token.STRING && err == nil {
				found = append(found, value)
			}
		}
	}
	return found
}

func TestEveryWordIsUsed(t *testing.T) {
	used, prefixes, suffixes := map[string]bool{}, []string{}, []string{}
	for _, text := range slices.Concat(literals(t, "*.go"), literals(t, "../pkg/web/*.go")) {
		switch {
		case len(text) > 1 && strings.HasPrefix(text, ".") && !strings.Contains(text, " "):
			suffixes = append(suffixes, text)
		case len(text) > 2 && strings.HasSuffix(text, ".") && !strings.Contains(text, " "):
			prefixes = append(prefixes, text)
		}
		used[text] = true
	}
	for key := range spokenWords(t, "en") {
		known := used[key] ||
			slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(key, p) }) ||
			slices.ContainsFunc(suffixes, func(s string) bool { return strings.HasSuffix(key, s) && used[strings.TrimSuffix(key, s)] })
		if !known {
			t.Errorf("nobody says %q", key)
		}
	}
}

var asked = regexp.MustCompile(`\b(?:views\.)?T\((?:ctx|c\.Request\(\)\.Context\(\)), "([^"]+)"[,)]`)

func TestEveryWordAskedForExists(t *testing.T) {
	english := spokenWords(t, "en")
	for _, pattern := range []string{"*.templ", "*.go", "../pkg/web/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			body, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, match := range asked.FindAllSubmatch(body, -1) {
				if english[string(match[1])] == nil {
					t.Errorf("%s asks for %q, which no language says", name, match[1])
				}
			}
		}
	}
}

func TestPluralsFollowTheLanguage(t *testing.T) {
	for _, c := range []struct {
		lang string
		n    int
		want string
	}{
		{"en", 0, "0 minutes ago"},
		{"en", 1, "1 minute ago"},
		{"en", 1234, "1,234 minutes ago"},
		{"fr", 0, "il y a 0 minute"},
		{"fr", 1, "il y a 1 minute"},
		{"fr", 2, "il y a 2 minutes"},
		{"fr", 1_000_000, "il y a 1\u00a0000\u00a0000 minutes"},
	} {
		got := T(WithLanguage(t.Context(), c.lang), "ago.minutes", "Count", c.n)
		if got != c.want {
			t.Errorf("%s, %d: %q, want %q", c.lang, c.n, got, c.want)
		}
	}
}

func TestASentenceWithoutFormsTakesAnyCount(t *testing.T) {
	for _, lang := range Languages() {
		for n := range 3 {
			if said := T(WithLanguage(t.Context(), lang), "carnet.name", "Count", n); said != "Carnet" {
				t.Errorf("%s, %d: %q", lang, n, said)
			}
		}
	}
}

func TestAnUnknownWordFallsBackToWhatItWasGiven(t *testing.T) {
	if got := Say(t.Context(), "finding.of-tomorrow", "Seen but not known"); got != "Seen but not known" {
		t.Errorf("got %q", got)
	}
	if got := T(t.Context(), "nobody.says.this"); got != "nobody.says.this" {
		t.Errorf("got %q", got)
	}
}

func TestTheLanguageIsTheSavedOneElseTheBestAsked(t *testing.T) {
	for _, c := range []struct{ saved, asked, want string }{
		{"fr", "en", "fr"},
		{"", "fr-CA, en;q=0.5", "fr"},
		{"xx", "fr", "fr"},
		{"", "ja, de;q=0.9", "en"},
		{"", "en-GB;q=0.2, fr-BE;q=0.8", "fr"},
		{"", "", "en"},
		{"", ";;;", "en"},
	} {
		if got := BestLanguage(c.saved, c.asked); got != c.want {
			t.Errorf("saved %q, asked %q: %q, want %q", c.saved, c.asked, got, c.want)
		}
	}
}
