package account

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// longestName is in characters.
const longestName = 100

// cleanName composes a name, makes every gap one space and drops what has no shape.
func cleanName(typed string) string {
	return norm.NFC.String(strings.Join(strings.Fields(shapely(typed)), " "))
}

// shapely is a line without what has no shape: control characters and those that turn the direction of writing. Joiners
// stay, which some scripts need; every kind of space is a plain one.
func shapely(typed string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r == utf8.RuneError, unicode.IsControl(r), unicode.Is(unicode.Cf, r) && r != '\u200c' && r != '\u200d':
			return -1
		}
		return r
	}, typed)
}

// nameMistake is what is wrong with a clean name; empty: nothing. Joiners alone are no name.
func nameMistake(name string) string {
	switch {
	case !strings.ContainsFunc(name, unicode.IsGraphic):
		return "required"
	case utf8.RuneCountInString(name) > longestName:
		return "too-long"
	}
	return ""
}
