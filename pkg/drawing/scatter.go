package drawing

import (
	"strings"
	"unicode"
)

// scattered says whether the letters of an element are placed one by one, as drawing programs do that know their fonts.
func scattered(n *node) bool {
	for _, name := range []string{"x", "y", "dx", "dy"} {
		if strings.ContainsAny(strings.TrimSpace(n.attributes[name]), " ,\n\t") {
			return true
		}
	}
	return false
}

// scatter sets letters each at its own place; those behind the last one placed follow it.
func (t *setting) scatter(n *node, s state) {
	if len(n.children) != 1 || n.children[0].name != "" || n.attributes["textLength"] != "" || n.attributes["rotate"] != "" {
		t.refuse("parts of a text placed one by one")
		return
	}
	if !t.spend(8 * len(n.children[0].text)) {
		return
	}
	runes := []rune(strings.Join(strings.Fields(n.children[0].text), " "))
	x, y := t.lengths(n, "x", s, s.wide), t.lengths(n, "y", s, s.high)
	dx, dy := t.lengths(n, "dx", s, s.wide), t.lengths(n, "dy", s, s.high)
	placed := min(max(len(x), len(y), len(dx), len(dy)), len(runes))
	for i, r := range runes[:placed] {
		if unicode.Is(unicode.M, r) || unicode.In(r, unicode.Arabic, unicode.Hebrew, unicode.Devanagari, unicode.Thai) {
			t.refuse("letters that hang together placed one by one")
		}
		if i < len(x) || i < len(y) || i == 0 && n.name == "text" {
			t.anchored()
		}
		if i < len(x) {
			t.at.x = x[i]
			t.start = x[i]
		}
		if i < len(y) {
			t.at.y = y[i]
		}
		if i < len(dx) {
			t.at.x += dx[i]
		}
		if i < len(dy) {
			t.at.y += dy[i]
		}
		if r == ' ' {
			t.space(s.style)
		} else {
			t.word(string(r), s.style)
		}
	}
	if rest := string(runes[placed:]); rest != "" {
		t.any, t.between = true, false
		t.say(rest, s.style)
	}
}

// lengths are those of an attribute that is a list.
func (t *setting) lengths(n *node, name string, s state, whole float64) (list []float64) {
	if !t.spend(8 * len(n.attributes[name])) {
		return nil
	}
	for _, one := range strings.FieldsFunc(n.attributes[name], func(r rune) bool { return unicode.IsSpace(r) || r == ',' }) {
		value, known := s.length(one, whole)
		if !known {
			t.refuse(name + "=" + one)
			return nil
		}
		list = append(list, value)
	}
	return list
}
