package account

import (
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// longestLanguages bounds what is looked up, in bytes.
const longestLanguages = 1000

// languageNames finds a language by what it is called in English, in French and by those who speak it, in lower case.
var languageNames = sync.OnceValue(func() map[string]string {
	names := map[string]string{}
	own, english, french := display.Self, display.English.Tags(), display.French.Tags()
	for _, tag := range display.Supported.Tags() {
		if base, _ := tag.Base(); base.String() != tag.String() {
			continue
		}
		for _, name := range []string{own.Name(tag), english.Name(tag), french.Name(tag)} {
			if name = strings.ToLower(name); name != "" && names[name] == "" {
				names[name] = tag.String()
			}
		}
	}
	return names
})

// languageTags are the languages somebody says they speak, by name or tag with commas between, as tags of BCP 47 each
// once. The reason is "unknown" or "too-many"; empty: nothing is wrong.
func languageTags(typed string) (tags []string, reason string) {
	if len(typed) > longestLanguages {
		return nil, "too-many"
	}
	for _, word := range strings.FieldsFunc(typed, func(r rune) bool { return strings.ContainsRune(",;،\n", r) }) {
		word = strings.ToLower(cleanName(word))
		if word == "" {
			continue
		}
		tag, known := languageTag(word)
		if !known {
			return nil, "unknown"
		}
		if !slices.Contains(tags, tag) {
			tags = append(tags, tag)
		}
	}
	if len(tags) > mostLanguages {
		return nil, "too-many"
	}
	return tags, ""
}

func languageTag(word string) (string, bool) {
	if tag, known := languageNames()[word]; known {
		return tag, true
	}
	tag, err := language.Parse(word)
	if err != nil || tag == language.Und || display.English.Tags().Name(tag) == "" {
		return "", false
	}
	return tag.String(), true
}
