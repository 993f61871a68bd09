package lettering

import "testing"

// TestArabicLettersJoin sets each letter that joins its neighbours before, between and behind another: it looks otherwise than
// alone.
func TestArabicLettersJoin(t *testing.T) {
	if !Built() {
		t.Skip("the fonts are not packed")
	}
	form := func(cut Cut, text string, r rune) FormID {
		for _, letter := range Set(text, 1000, Style{Cut: cut, Size: 20}).Lines[0].Letters {
			if letter.Text == string(r) {
				return letter.Form.ID
			}
		}
		t.Fatalf("%q is not in %q", r, text)
		return ""
	}
	for _, cut := range []Cut{Sans, Bold} {
		for _, r := range "بتثجحخسشصضطظعغفقكلمنهيئپچگکیڭ" {
			other := "د" // joins what is before it only
			alone, first, between, last := form(cut, string(r), r), form(cut, string(r)+other, r), form(cut, "ش"+string(r)+other, r), form(cut, "ش"+string(r), r)
			if first == alone || between == alone || last == alone || between == last {
				t.Errorf("%c (cut %d) is drawn as if it stood alone: %v %v %v", r, cut, first == alone, between == alone, last == alone)
			}
		}
	}
}
