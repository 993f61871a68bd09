package drawing

import (
	"math"
	"strconv"
	"strings"
)

// farthest is how far from its origin anything may lie; beyond, numbers lose their places.
const farthest = 1e7

// numbers reads numbers one after the other, parted by spaces or a comma (SVG 2 §9.3.9).
type numbers struct{ rest string }

func (n *numbers) skip() { n.rest = strings.TrimLeft(n.rest, " \t\r\n\f") }

func (n *numbers) comma() {
	n.skip()
	if strings.HasPrefix(n.rest, ",") {
		n.rest = n.rest[1:]
		n.skip()
	}
}

// next is the number that stands here; ok says whether there is one.
func (n *numbers) next() (value float64, ok bool) {
	n.skip()
	length := numberLength(n.rest)
	value, err := strconv.ParseFloat(n.rest[:length], 64)
	if err != nil || math.Abs(value) > farthest {
		return 0, false
	}
	n.rest = n.rest[length:]
	return value, true
}

// flag is a 0 or 1 of an arc, which may stand without anything that parts them.
func (n *numbers) flag() (set, ok bool) {
	n.skip()
	if n.rest == "" || n.rest[0] != '0' && n.rest[0] != '1' {
		return false, false
	}
	set = n.rest[0] == '1'
	n.rest = n.rest[1:]
	return set, true
}

func digits(text string) (n int) {
	for n < len(text) && text[n] >= '0' && text[n] <= '9' {
		n++
	}
	return n
}

// numberLength is of how many letters the number is with which a text begins.
func numberLength(text string) int {
	at := 0
	if at < len(text) && (text[at] == '+' || text[at] == '-') {
		at++
	}
	whole := digits(text[at:])
	at += whole
	if at < len(text) && text[at] == '.' {
		part := digits(text[at+1:])
		if whole+part == 0 {
			return 0
		}
		at += 1 + part
	} else if whole == 0 {
		return 0
	}
	if at < len(text) && (text[at] == 'e' || text[at] == 'E') {
		sign := at + 1
		if sign < len(text) && (text[sign] == '+' || text[sign] == '-') {
			sign++
		}
		if power := digits(text[min(sign, len(text)):]); power > 0 {
			at = sign + power
		}
	}
	return at
}

// listOf are all numbers of a text; known is false where something else stands among them.
func listOf(text string) (list []float64, known bool) {
	n := numbers{text}
	for {
		n.comma()
		if n.rest == "" {
			return list, true
		}
		value, ok := n.next()
		if !ok {
			return list, false
		}
		list = append(list, value)
	}
}

// sizes are what lengths are measured by.
type sizes struct {
	wide, high float64 // of the viewport
	em         float64
}

// across, along and both say of what a per cent is one.
func (s sizes) across() float64 { return s.wide }
func (s sizes) along() float64  { return s.high }
func (s sizes) both() float64   { return math.Sqrt((s.wide*s.wide + s.high*s.high) / 2) }

// units are how many of a user's units an absolute unit is (CSS Values 3 §6.2).
var units = map[string]float64{"": 1, "px": 1, "pt": 4. / 3, "pc": 16, "in": 96, "cm": 96 / 2.54, "mm": 9.6 / 2.54}

// length reads a length; whole is what 100 % are. known is false for what is none, or in a unit that is not known.
func (s sizes) length(text string, whole float64) (value float64, known bool) {
	n := numbers{text}
	value, ok := n.next()
	if !ok {
		return 0, false
	}
	switch unit := strings.ToLower(strings.TrimSpace(n.rest)); unit {
	case "%":
		value *= whole / 100
	case "em":
		value *= s.em
	case "ex":
		value *= s.em / 2
	default:
		factor, known := units[unit]
		if !known {
			return 0, false
		}
		value *= factor
	}
	return value, math.Abs(value) <= farthest
}

// ratio reads a share: 0.5 or 50 %, kept between 0 and 1.
func ratio(text string) (value float64, known bool) {
	value, known = sizes{}.length(strings.TrimSpace(text), 1)
	return min(max(value, 0), 1), known
}
