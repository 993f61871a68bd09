package drawing

import (
	"math"
	"strconv"
	"strings"

	"golang.org/x/image/colornames"
)

// colour is one of sRGB, each part from 0 to 1, not multiplied by its alpha.
type colour struct{ r, g, b, a float64 }

func (c colour) faded(by float64) colour { c.a *= by; return c }

// paint is what a shape is filled or drawn with.
type paint struct {
	kind   paintKind
	colour colour
	ref    string // of a gradient; colour is what stands in where there is none
	lost   bool   // whether nothing stands in
}

type paintKind int

const (
	noPaint paintKind = iota
	plainPaint
	currentPaint // the element's color
	refPaint
)

// paintOf reads a value of fill or stroke.
func paintOf(text string) (paint, bool) {
	switch strings.ToLower(text) {
	case "none":
		return paint{}, true
	case "currentcolor":
		return paint{kind: currentPaint}, true
	case "context-fill", "context-stroke":
		return paint{}, false
	}
	if ref, rest, found := urlOf(text); found {
		p := paint{kind: refPaint, ref: ref, lost: true}
		if rest != "" && rest != "none" {
			c, known := colourOf(rest)
			if !known {
				return paint{}, false
			}
			p.colour, p.lost = c, false
		}
		return p, true
	}
	c, known := colourOf(text)
	return paint{kind: plainPaint, colour: c}, known
}

// urlOf reads url(#name) and what stands behind it.
func urlOf(text string) (ref, rest string, found bool) {
	inside, found := strings.CutPrefix(text, "url(")
	if !found {
		return "", "", false
	}
	ref, rest, found = strings.Cut(inside, ")")
	return strings.Trim(strings.TrimSpace(ref), `"'`), strings.TrimSpace(rest), found
}

// colourOf reads a colour of CSS Color 3, and the forms of level 4 that drawing programs write.
func colourOf(text string) (colour, bool) {
	text = strings.ToLower(strings.TrimSpace(text))
	if text == "transparent" {
		return colour{}, true
	}
	if text == "rebeccapurple" {
		return hexed("663399")
	}
	if named, known := colornames.Map[text]; known {
		return colour{float64(named.R) / 255, float64(named.G) / 255, float64(named.B) / 255, 1}, true
	}
	if digits, hex := strings.CutPrefix(text, "#"); hex {
		return hexed(digits)
	}
	name, inside, opened := strings.Cut(text, "(")
	inside, closed := strings.CutSuffix(inside, ")")
	if !opened || !closed {
		return colour{}, false
	}
	parts := strings.Fields(strings.NewReplacer(",", " ", "/", " ").Replace(inside))
	if len(parts) != 3 && len(parts) != 4 {
		return colour{}, false
	}
	c, known := colour{}, false
	switch name {
	case "rgb", "rgba":
		c, known = ofRGB(parts)
	case "hsl", "hsla":
		c, known = ofHSL(parts)
	}
	c.a = 1
	if known && len(parts) == 4 {
		c.a, known = ratio(parts[3])
	}
	return c, known
}

func hexed(digits string) (colour, bool) {
	if len(digits) == 3 || len(digits) == 4 {
		var twice strings.Builder
		for _, r := range digits {
			twice.WriteString(string([]rune{r, r}))
		}
		digits = twice.String()
	}
	if len(digits) == 6 {
		digits += "ff"
	}
	v, err := strconv.ParseUint(digits, 16, 32)
	if err != nil || len(digits) != 8 {
		return colour{}, false
	}
	part := func(shift int) float64 { return float64(v>>shift&0xff) / 255 }
	return colour{part(24), part(16), part(8), part(0)}, true
}

// ofRGB takes three numbers or three per cents, but no mixture.
func ofRGB(parts []string) (c colour, known bool) {
	if hundredths := strings.Count(strings.Join(parts[:3], ""), "%"); hundredths != 0 && hundredths != 3 {
		return colour{}, false
	}
	for i, to := range []*float64{&c.r, &c.g, &c.b} {
		v, ok := sizes{}.length(parts[i], 255)
		if !ok || strings.ContainsAny(strings.TrimPrefix(parts[i], "-"), "abcdfghijklmnopqrstuvwxyz") {
			return colour{}, false
		}
		*to = min(max(v/255, 0), 1)
	}
	return c, true
}

func ofHSL(parts []string) (colour, bool) {
	hue, okH := listOf(strings.TrimSuffix(parts[0], "deg"))
	s, okS := ratio(parts[1])
	l, okL := ratio(parts[2])
	if !okH || !okS || !okL || len(hue) != 1 || !strings.HasSuffix(parts[1], "%") || !strings.HasSuffix(parts[2], "%") {
		return colour{}, false
	}
	part := func(n float64) float64 {
		k := math.Mod(math.Mod(n+hue[0]/30, 12)+12, 12)
		return l - s*min(l, 1-l)*max(-1, min(k-3, 9-k, 1))
	}
	return colour{part(0), part(8), part(4), 1}, true
}
