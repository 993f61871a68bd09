package views

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// TestOurWordsAreSaidAsGoI18nSaysThem says every sentence in every form with all its values, and with none, in both ways.
func TestOurWordsAreSaidAsGoI18nSaysThem(t *testing.T) {
	bundle := i18n.NewBundle(language.English)
	keys := map[string]bool{}
	for _, lang := range Languages() {
		entries, err := locales.ReadDir("locales/" + lang)
		if err != nil {
			t.Fatal(err)
		}
		for _, entry := range entries {
			body, err := locales.ReadFile("locales/" + lang + "/" + entry.Name())
			if err != nil {
				t.Fatal(err)
			}
			file, err := i18n.ParseMessageFileBytes(body, lang+".json", nil)
			if err != nil {
				t.Fatal(err)
			}
			for _, message := range file.Messages {
				typeset(lang, message)
				keys[message.ID] = true
			}
			if err := bundle.AddMessages(language.Make(lang), file.Messages...); err != nil {
				t.Fatal(err)
			}
		}
	}
	said := 0
	for _, lang := range Languages() {
		ctx, localizer := WithLanguage(t.Context(), lang), i18n.NewLocalizer(bundle, lang)
		for _, key := range slices.Sorted(maps.Keys(keys)) {
			names := namesIn(key)
			for _, n := range []int{0, 1, 2, 11, 999, 1000, 1_000_000, 1_000_001, 2_000_000} {
				for _, value := range []string{"", "{{<“été”>}}"} {
					data, params := map[string]any{"Count": Number(ctx, n)}, []any{"Count", n}
					for _, name := range names {
						if name != "Count" {
							data[name], params = value, append(params, name, value)
						}
					}
					want, err := localizer.Localize(&i18n.LocalizeConfig{MessageID: key, TemplateData: data, PluralCount: n})
					if err != nil {
						want, err = localizer.Localize(&i18n.LocalizeConfig{MessageID: key, TemplateData: data})
					}
					if got := Say(ctx, key, want, params...); got != want || err != nil {
						t.Errorf("%s %q, %d: %q, not %q (%v)", lang, key, n, got, want, err)
					}
					said++
				}
			}
		}
	}
	t.Logf("%d sentences", said)
}

// namesIn are the names a message speaks of, in any language and form.
func namesIn(key string) (names []string) {
	all, _ := words()
	var in func(phrase)
	in = func(p phrase) {
		for _, b := range p {
			if b.name != "" {
				names = append(names, b.name)
			}
			in(b.then)
			in(b.other)
		}
	}
	for _, lang := range Languages() {
		for _, p := range all[lang][key] {
			in(p)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func TestWhatIsNoSentenceOfOursIsAMistakeOfTheBuild(t *testing.T) {
	for _, text := range []string{"{{", "{{.A", "{{A}}", "{{.}}", "{{.A.B}}", "{{.A | html}}", "{{range .A}}{{end}}", "{{if .A}}", "{{if .A}}{{else}}", "{{end}}", "a{{else}}b", "{{if .A}}{{else}}{{else}}{{end}}"} {
		if p, err := takenApart(text); err == nil {
			t.Errorf("%q was read as %v", text, p)
		}
	}
}

func TestASentenceMayAskWithinWhatItAsks(t *testing.T) {
	p, err := takenApart("a{{ if .B }}b{{if .C}}{{.C}}{{else}}-{{end}}{{end}}{{.D}}")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		values map[string]string
		want   string
	}{
		{map[string]string{}, "a"},
		{map[string]string{"B": "x"}, "ab-"},
		{map[string]string{"B": "x", "C": "c", "D": "d"}, "abcd"},
	} {
		if got := p.said(func(name string) (string, bool) { return c.values[name], c.values[name] != "" }); got != c.want {
			t.Errorf("%v: %q, not %q", c.values, got, c.want)
		}
	}
	if got := T(t.Context(), "history.revoked", "Why", fmt.Stringer(nil)); got != "Revoked on <no value>." {
		t.Errorf("%q", got)
	}
}

func BenchmarkWords(b *testing.B) {
	ctx := WithLanguage(b.Context(), "fr")
	b.Run("plain", func(b *testing.B) {
		for b.Loop() {
			T(ctx, "wall.empty.title")
		}
	})
	b.Run("counted", func(b *testing.B) {
		for b.Loop() {
			T(ctx, "ago.minutes", "Count", 7)
		}
	})
	b.Run("language", func(b *testing.B) {
		for b.Loop() {
			BestLanguage("", "fr-CA,fr;q=0.8,en-US;q=0.5,en;q=0.3")
		}
	})
}
