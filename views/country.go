package views

import (
	"context"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// countryName is what a country (ISO 3166, two letters) is called in the language of ctx; empty where there is none.
func countryName(ctx context.Context, code string) string {
	region, err := language.ParseRegion(code)
	if err != nil || !region.IsCountry() {
		return ""
	}
	return display.Regions(language.Make(Language(ctx))).Name(region)
}

// capital begins a sentence.
func capital(words string) string {
	first, size := utf8.DecodeRuneInString(words)
	return string(unicode.ToUpper(first)) + words[size:]
}
