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

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed locales
var locales embed.FS

// words reads the embedded locales once. A locale that cannot be read is a mistake of the build, which a test shows.
var words = sync.OnceValues(func() (*i18n.Bundle, error) { return readLocales(locales) })

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
	tags := make([]language.Tag, 0, len(Languages()))
	for _, lang := range Languages() {
		tags = append(tags, language.Make(lang))
	}
	wanted, _, err := language.ParseAcceptLanguage(acceptLanguage)
	if err != nil {
		return Languages()[0]
	}
	_, index, _ := language.NewMatcher(tags).Match(wanted...)
	return Languages()[index]
}

// T is the sentence of key in the language of ctx. Params are pairs of name and value; an int named Count chooses the
// plural form and is written as the language writes numbers. A key nobody has translated is returned as it is.
func T(ctx context.Context, key string, params ...any) string {
	return Say(ctx, key, key, params...)
}

// Say is T with a fallback sentence for keys that only arrive while running, such as the reason of a finding.
func Say(ctx context.Context, key, fallback string, params ...any) string {
	bundle, err := words()
	if err != nil {
		return fallback
	}
	data, count := named(ctx, params)
	localizer := i18n.NewLocalizer(bundle, Language(ctx))
	sentence, err := localizer.Localize(&i18n.LocalizeConfig{MessageID: key, TemplateData: data, PluralCount: count})
	if err != nil && count != nil {
		// A form the translation does without, such as French for whole millions, is the plain plural.
		sentence, err = localizer.Localize(&i18n.LocalizeConfig{MessageID: key, TemplateData: data})
	}
	if sentence == "" || err != nil {
		return fallback
	}
	return sentence
}

func named(ctx context.Context, params []any) (data map[string]any, count any) {
	data = make(map[string]any, len(params)/2)
	for i := 0; i+1 < len(params); i += 2 {
		name := fmt.Sprint(params[i])
		if n, ok := params[i+1].(int); ok {
			data[name] = Number(ctx, n)
			if name == "Count" {
				count = n
			}
			continue
		}
		data[name] = params[i+1]
	}
	return data, count
}

func spoken(lang string) string {
	for _, known := range Languages() {
		if known == lang {
			return known
		}
	}
	return Languages()[0]
}

func readLocales(files embed.FS) (*i18n.Bundle, error) {
	bundle := i18n.NewBundle(language.Make(Languages()[0]))
	for _, lang := range Languages() {
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
			}
			if err := bundle.AddMessages(language.Make(lang), file.Messages...); err != nil {
				return nil, fmt.Errorf("keeping %s: %w", name, err)
			}
		}
	}
	return bundle, nil
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
