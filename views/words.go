// Package views draws Carnet's pages, fragments and letters in the reader's language.
// It knows nothing of rules, queries or HTTP: it is handed plain values and turns them into words and markup.
package views

import (
	"context"
	"embed"
	"fmt"
	"path"
	"strings"
	"sync"

	"github.com/hashicorp/golang-lru/v2/expirable"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed locales
var locales embed.FS

// words reads the embedded locales once. A locale that cannot be read is a mistake of the build, which a test shows.
var words = sync.OnceValues(func() (dictionary, error) { return readLocales(locales) })

// dictionary is what every language says: by language, then by key.
type dictionary map[string]map[string]plurals

// plurals are the plural forms of a message, as CLDR names them; all have "other".
type plurals map[string]phrase

type languageKey struct{}

// Languages lists the languages Carnet speaks, as BCP 47 tags, the fallback first.
func Languages() []string { return []string{"en", "fr"} }

// WithLanguage returns a context in which pages speak lang, or the fallback where Carnet does not speak it.
func WithLanguage(ctx context.Context, lang string) context.Context {
	return context.WithValue(ctx, languageKey{}, spoken(lang))
}

// Language is the BCP 47 tag in which pages speak in ctx: one of Languages.
func Language(ctx context.Context) string {
	if lang, ok := ctx.Value(languageKey{}).(string); ok {
		return lang
	}
	return Languages()[0]
}

// Direction is "rtl" for languages written from right to left, else "ltr".
func Direction(lang string) string {
	base, _ := language.Make(lang).Base()
	switch base.String() {
	case "ar", "fa", "he", "ur":
		return "rtl"
	}
	return "ltr"
}

// BestLanguage chooses among Languages: the saved one where it is spoken, else by an Accept-Language header
// (RFC 9110 §12.5.4), else the fallback.
func BestLanguage(saved, acceptLanguage string) string {
	if spoken(saved) == saved {
		return saved
	}
	if len(acceptLanguage) > longestWish {
		return bestOf(acceptLanguage)
	}
	best, known := wishes().Get(acceptLanguage)
	if !known {
		best = bestOf(acceptLanguage)
		wishes().Add(acceptLanguage, best)
	}
	return best
}

func bestOf(acceptLanguage string) string {
	wanted, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil {
		return Languages()[0]
	}
	_, index, _ := matcher().Match(wanted...)
	return Languages()[index]
}

// longestWish is how long an Accept-Language may be to be remembered; browsers have few, and short ones.
const longestWish = 200

// wishes are what Accept-Language headers came to: to understand one costs as much as a page from memory.
var wishes = sync.OnceValue(func() *expirable.LRU[string, string] { return expirable.NewLRU[string, string](1000, nil, 0) })

// matcher is made once: it costs more than many a page.
var matcher = sync.OnceValue(func() language.Matcher {
	tags := make([]language.Tag, 0, len(Languages()))
	for _, lang := range Languages() {
		tags = append(tags, language.Make(lang))
	}
	return language.NewMatcher(tags)
})

// T is the sentence of key in the language of ctx. Params are pairs of name and value; an int named Count chooses the
// plural form and is written as the language writes numbers. A key nobody has translated is returned as it is.
func T(ctx context.Context, key string, params ...any) string {
	return Say(ctx, key, key, params...)
}

// Say is T with a fallback sentence for keys that only arrive while running, such as the reason of a finding.
func Say(ctx context.Context, key, fallback string, params ...any) string {
	all, err := words()
	if err != nil {
		return fallback
	}
	lang := Language(ctx)
	found := all[lang][key]
	if found == nil {
		lang = Languages()[0]
		if found = all[lang][key]; found == nil {
			return fallback
		}
	}
	said := found["other"]
	if len(found) > 1 {
		if one := found[formFor(lang, params)]; one != nil {
			said = one // a form the translation does without, such as French for whole millions, is the plain plural
		}
	}
	sentence := said.said(func(name string) (string, bool) { return valueOf(ctx, params, name) })
	if sentence == "" {
		return fallback
	}
	return sentence
}

// valueOf is a parameter as it is written, and whether it is anything; the last of a name counts.
func valueOf(ctx context.Context, params []any, name string) (text string, is bool) {
	for i := len(params) - len(params)%2 - 2; i >= 0; i -= 2 {
		if params[i] != any(name) {
			continue
		}
		switch value := params[i+1].(type) {
		case string:
			return value, value != ""
		case int:
			return Number(ctx, value), true
		default:
			return fmt.Sprint(value), value != nil && value != false
		}
	}
	return "<no value>", false
}

// formFor is the plural form (CLDR, for whole numbers) in which a language says the int named Count.
func formFor(lang string, params []any) string {
	for i := len(params) - len(params)%2 - 2; i >= 0; i -= 2 {
		n, counted := params[i+1].(int)
		if params[i] != any("Count") || !counted {
			continue
		}
		n = max(n, -n)
		switch {
		case n == 1, n == 0 && lang == "fr":
			return "one"
		case lang == "fr" && n%1_000_000 == 0:
			return "many"
		}
	}
	return "other"
}

func spoken(lang string) string {
	for _, known := range Languages() {
		if known == lang {
			return known
		}
	}
	return Languages()[0]
}

// readLocales reads files as go-i18n writes them, which translators' tools know.
func readLocales(files embed.FS) (dictionary, error) {
	all := dictionary{}
	for _, lang := range Languages() {
		all[lang] = map[string]plurals{}
		entries, err := files.ReadDir(path.Join("locales", lang))
		if err != nil {
			return nil, fmt.Errorf("listing the words of %s: %w", lang, err)
		}
		for _, entry := range entries {
			name := path.Join("locales", lang, entry.Name())
			body, err := files.ReadFile(name)
			if err != nil {
				return nil, fmt.Errorf("reading %s: %w", name, err)
			}
			file, err := i18n.ParseMessageFileBytes(body, lang+"."+strings.TrimPrefix(path.Ext(name), "."), nil)
			if err != nil {
				return nil, fmt.Errorf("parsing %s: %w", name, err)
			}
			for _, message := range file.Messages {
				typeset(lang, message)
				if all[lang][message.ID], err = pluralsOf(message); err != nil {
					return nil, fmt.Errorf("%s: %s: %w", name, message.ID, err)
				}
			}
		}
	}
	return all, nil
}

func pluralsOf(m *i18n.Message) (plurals, error) {
	all := plurals{}
	for form, text := range map[string]string{"zero": m.Zero, "one": m.One, "two": m.Two, "few": m.Few, "many": m.Many, "other": m.Other} {
		if text == "" {
			continue
		}
		said, err := takenApart(text)
		if err != nil {
			return nil, err
		}
		all[form] = said
	}
	return all, nil
}

// french keeps double signs on the line of the word before them, which translators need not think of.
var french = strings.NewReplacer(" ?", "\u202f?", " !", "\u202f!", " ;", "\u202f;", " :", "\u00a0:", " »", "\u00a0»", "« ", "«\u00a0", " %", "\u202f%")

func typeset(lang string, m *i18n.Message) {
	if lang != "fr" {
		return
	}
	for _, form := range []*string{&m.Zero, &m.One, &m.Two, &m.Few, &m.Many, &m.Other} {
		*form = french.Replace(*form)
	}
}
