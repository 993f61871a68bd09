package lettering

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/bidi"
	"golang.org/x/text/unicode/norm"
)

// tidy makes of whatever somebody wrote at most so many characters in paragraphs: composed (NFC), without controls, with
// few marks on each letter. It answers the paragraphs, all of them as one text, and whether something was left out.
func tidy(text string, most int) (paragraphs [][]rune, whole string, cut bool) {
	text, over := head(text, 4*MaxRunes)
	text = strings.ToValidUTF8(text, "\ufffd")
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n", "\u0085", "\n", "\v", "\n", "\f", "\n", "\t", " ").Replace(text)
	text, over2 := bounded(text)
	cut = over || over2
	var all []string
	left := most
	for _, line := range strings.Split(norm.NFC.String(text), "\n") {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		all = append(all, line)
		runes := []rune(line)
		if left == 0 {
			cut = true
			continue
		}
		if len(runes) > left {
			runes, cut = runes[:left], true
		}
		left -= len(runes)
		paragraphs = append(paragraphs, runes)
	}
	return paragraphs, strings.Join(all, "\n"), cut
}

// head is the beginning of a text of at most so many bytes, cut between characters.
func head(text string, most int) (string, bool) {
	if len(text) <= most {
		return text, false
	}
	for most > 0 && text[most]&0xc0 == 0x80 {
		most--
	}
	return text[:most], true
}

// bounded leaves out controls, and marks beyond what a letter carries in any language; it ends at MaxRunes.
func bounded(text string) (string, bool) {
	var out strings.Builder
	marks, count := 0, 0
	for _, r := range text {
		if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Co, r) || isPlumbing(r)) {
			continue
		}
		if unicode.Is(unicode.M, r) {
			if marks++; marks > maxMarks {
				continue
			}
		} else if !isJoiner(r) {
			marks = 0
		}
		if count++; count > MaxRunes {
			return out.String(), true
		}
		out.WriteRune(r)
	}
	return out.String(), false
}

// isPlumbing tells what orders text about without being text: overrides of direction, which could show a name as another,
// byte order marks and annotations. Isolates and marks of direction stay.
func isPlumbing(r rune) bool {
	return r == '\u202d' || r == '\u202e' || r == '\ufeff' || r >= '\ufff0' && r <= '\ufffb' || r >= '\ufdd0' && r <= '\ufdef' || r&0xfffe == 0xfffe
}

func isJoiner(r rune) bool { return r == '\u200c' || r == '\u200d' }

// beginsRight says whether the first letter with a direction runs from right to left.
func beginsRight(text string) bool {
	for _, r := range text {
		switch p, _ := bidi.LookupRune(r); p.Class() {
		case bidi.L:
			return false
		case bidi.R, bidi.AL:
			return true
		}
	}
	return false
}
