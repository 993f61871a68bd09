package store

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// longestWords bounds what is searched of one badge: its name and issuer whole, and of its description what there is
// room for.
const longestWords = 2000 // bytes

// searchTerms bounds what one search asks for.
const searchTerms = 8

// letters are those that neither case nor accent makes of another, but that people type for each other.
var letters = map[rune]string{
	'æ': "ae", 'œ': "oe", 'ø': "o", 'đ': "d", 'ð': "d", 'ħ': "h", 'ł': "l", 'ı': "i", 'þ': "th",
	'ٱ': "ا", 'ى': "ي", 'ی': "ي", 'ک': "ك", 'ة': "ه", 'ـ': "", // alef, ya, kaf and ta as they are typed; a stretched line
}

// Fold makes words comparable: without case, accents and signs, each word behind a space, so that whatever a word begins
// with is found by a space and that beginning. Scripts that are written without spaces have each character for a word.
func Fold(text string) string {
	text = strings.ToValidUTF8(text, "\ufffd") // what follows a broken byte is not taken apart
	var out strings.Builder
	inside := false // a word
	for _, r := range norm.NFKD.String(cases.Fold().String(norm.NFKD.String(text))) {
		switch {
		case mark(r):
			continue
		case alone(r):
			out.WriteRune(' ')
			out.WriteRune(r)
			inside = false
			continue
		case !unicode.In(r, unicode.Letter, unicode.Number, unicode.Mark):
			inside = false
			continue
		}
		r = cherokee(r)
		said, other := letters[r]
		if !other {
			said = string(r)
		}
		if !inside && said != "" {
			out.WriteRune(' ')
			inside = true
		}
		out.WriteString(said)
	}
	return out.String()
}

// mark says whether a sign only marks a letter: accents, and the vowels of Arabic and Hebrew. What other scripts write
// as marks are letters to those who read them.
func mark(r rune) bool {
	return unicode.Is(unicode.Mn, r) && unicode.In(r, unicode.Inherited, unicode.Arabic, unicode.Hebrew, unicode.Syriac) && r != 0x3099 && r != 0x309a
}

// cherokee writes Cherokee in the one case that Unicode folds it to, its capitals (CaseFolding, U+13F8 and U+AB70 on):
// x/text makes each case of the other.
func cherokee(r rune) rune {
	if unicode.Is(unicode.Cherokee, r) {
		return unicode.ToUpper(r)
	}
	return r
}

// alone says whether a character is of a script that puts no spaces between words.
func alone(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar) && unicode.IsLetter(r)
}

// terms are what a search looks for: each must begin a word somewhere.
func terms(search string) []string {
	var all []string
	for _, part := range strings.Fields(search) {
		if term := Fold(part); term != "" && len(all) < searchTerms {
			all = append(all, term)
		}
	}
	return all
}

// searchedOf is all that is searched of a badge itself.
func searchedOf(b Badge) string {
	words := Fold(b.Name + " " + b.IssuerName + " " + b.Description)
	if len(words) > longestWords {
		words = strings.ToValidUTF8(words[:longestWords], "")
	}
	return words
}
