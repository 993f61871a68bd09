package web

import (
	"strings"
	"unicode/utf8"
)

// What a text may have and still be formatted. The time that Markdown takes grows with the square of some of these,
// the memory with the product of others; nobody writes so much of them for people to read.
const (
	deepest      = 16      // quotations and lists that begin in one line
	mostMarks    = 4096    // characters that may mean something, line ends among them
	mostEmphasis = 1024    // stars, underscores and tildes
	mostBrackets = 512     // brackets that open
	mostCells    = 4096    // of tables: every row is filled up to the widest
	mostReferred = 1 << 20 // bytes, were every bracket to stand for a definition as long as the text
)

// formattable says whether formatting a text is cheap, without formatting it.
func formattable(text string) bool {
	marks, emphasis, brackets := counted(text, "*_~`[]<>|@&\\#\n:"), counted(text, "*_~"), strings.Count(text, "[")
	switch {
	case marks > mostMarks, emphasis > mostEmphasis, brackets > mostBrackets:
		return false
	case strings.Contains(text, "]:") && brackets*len(text) > mostReferred:
		return false
	}
	lines, widest := 0, 0
	for line := range strings.Lines(text) {
		if nesting(line) > deepest {
			return false
		}
		lines, widest = lines+1, max(widest, strings.Count(line, "|"))
	}
	return widest == 0 || (widest+1)*lines <= mostCells
}

func counted(text, signs string) (n int) {
	for i := range signs {
		n += strings.Count(text, signs[i:i+1])
	}
	return n
}

// nesting counts the quotations and lists that a line may begin or go on with, rather too many than too few: two
// columns of indentation may stand for a list begun before.
func nesting(line string) (n int) {
	indented := 0
	for i := range len(line) {
		switch sign := line[i]; {
		case sign == ' ':
			indented++
		case sign == '\t':
			indented += 4
		case sign == '>', strings.IndexByte("-+*.)", sign) >= 0 && blankAt(line, i+1):
			n++
		case sign < '0' || sign > '9':
			return n
		}
		if n > 0 && n+indented/2 > 2*deepest {
			return n + indented/2
		}
	}
	return n
}

func blankAt(line string, i int) bool {
	return i == len(line) || strings.IndexByte(" \t\r\n", line[i]) >= 0
}

// beginning is at most so many bytes of a text and no part of a letter.
func beginning(text string, most int) string {
	if len(text) <= most {
		return text
	}
	end := most
	for end > max(0, most-utf8.UTFMax) && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end]
}
