package views

import "regexp"

var address = regexp.MustCompile(`https?://[^\s<>"]+[^\s<>".,;:!?)]`)

type piece struct {
	Text string
	Link bool
}

// linked cuts a text where web addresses begin and end.
func linked(text string) []piece {
	var pieces []piece
	at := 0
	for _, found := range address.FindAllStringIndex(text, -1) {
		if found[0] > at {
			pieces = append(pieces, piece{Text: text[at:found[0]]})
		}
		pieces = append(pieces, piece{Text: text[found[0]:found[1]], Link: true})
		at = found[1]
	}
	if at < len(text) {
		pieces = append(pieces, piece{Text: text[at:]})
	}
	return pieces
}
