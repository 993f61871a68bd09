package backpack

import (
	"crypto/sha256"
	"image/color"
	"math"
	"strings"
	"unicode"
)

// A rosette is the picture of a badge that has none: a seal with scalloped edge, two engraved rings and initials. The
// same name gives the same rosette for ever.
type rosette struct {
	petals   int
	lobes    int // of the engraved rings
	colors   inks
	initials string
}

// inks are the colours of a rosette; paper and deep stand 7:1 or more apart.
type inks struct{ deep, middle, light, paper color.NRGBA }

const (
	rosetteSide = 480.0
	center      = rosetteSide / 2
	edge        = 216.0 // mean radius of the scalloped edge
	seal        = 128.0 // radius of the paper in the middle
)

type point struct{ x, y float64 }

func palette() []inks {
	mix := func(deep, middle, light, paper uint32) inks {
		return inks{ink(deep), ink(middle), ink(light), ink(paper)}
	}
	return []inks{
		mix(0x1f3a5f, 0x3c6491, 0x9dbbdc, 0xf4f7fb), // sea
		mix(0x1d4a3a, 0x3a7a61, 0x9fccb6, 0xf3f9f5), // fir
		mix(0x5a2238, 0x93475f, 0xdfa9b9, 0xfcf4f6), // wine
		mix(0x553208, 0x916022, 0xe2bd83, 0xfcf7ee), // amber
		mix(0x3c2a63, 0x6a529c, 0xbcabdf, 0xf7f5fc), // iris
		mix(0x0f4750, 0x2b7885, 0x93c9d1, 0xf1f9fa), // lagoon
		mix(0x622a16, 0xa0543a, 0xe5b19d, 0xfdf5f2), // brick
		mix(0x3b4213, 0x6d7630, 0xc3ca8b, 0xf9faf0), // olive
	}
}

func ink(rgb uint32) color.NRGBA {
	return color.NRGBA{R: uint8(rgb >> 16), G: uint8(rgb >> 8), B: uint8(rgb), A: 0xff} //nolint:gosec // the bytes of a colour
}

func rosetteOf(name string) rosette {
	seed := sha256.Sum256([]byte(strings.ToLower(strings.TrimSpace(name))))
	colors := palette()
	return rosette{
		petals: 12 + 2*int(seed[0]%7), lobes: 7 + int(seed[1]%8),
		colors: colors[int(seed[2])%len(colors)], initials: initialsOf(name),
	}
}

// initialsOf are the first letters of the first two words that begin with a letter or digit; of a name in a script
// without spaces its first sign.
func initialsOf(name string) string {
	letters := []rune{}
	for _, word := range strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) }) {
		first := []rune(word)[0]
		if unicode.IsMark(first) {
			continue
		}
		if letters = append(letters, unicode.ToUpper(first)); len(letters) == 2 {
			break
		}
	}
	return string(letters)
}

// layer is one filled shape; a second outline inside the first is cut out of it.
type layer struct {
	color    color.NRGBA
	outlines [][]point
}

// layers are the shapes of a rosette from the bottom up.
func (r rosette) layers() []layer {
	list := []layer{{r.colors.deep, [][]point{wave(edge, 9, r.petals, 0)}}, {r.colors.middle, [][]point{wave(edge-14, 8, r.petals, 0)}}}
	for turn := range 4 {
		phase := 2 * math.Pi * float64(turn) / 4
		list = append(list, layer{r.colors.light, ring(166, 22, r.lobes, phase, 1.6)})
	}
	return append(list,
		layer{r.colors.deep, [][]point{wave(seal+10, 0, 1, 0)}},
		layer{r.colors.paper, [][]point{wave(seal, 0, 1, 0)}},
		layer{r.colors.middle, ring(seal-12, 2.4, 3*r.petals, 0, 1.4)})
}

// ring is a wavy line of some width, as its outer and inner outline; the inner runs backwards.
func ring(radius, swing float64, lobes int, phase, width float64) [][]point {
	outer, inner := wave(radius+width/2, swing, lobes, phase), wave(radius-width/2, swing, lobes, phase)
	for i, j := 0, len(inner)-1; i < j; i, j = i+1, j-1 {
		inner[i], inner[j] = inner[j], inner[i]
	}
	return [][]point{outer, inner}
}

// wave is a circle whose radius swings so many times a turn.
func wave(radius, swing float64, lobes int, phase float64) []point {
	const steps = 240
	points := make([]point, steps)
	for i := range points {
		angle := 2 * math.Pi * float64(i) / steps
		r := radius + swing*math.Cos(float64(lobes)*angle+phase)
		points[i] = point{center + r*math.Sin(angle), center - r*math.Cos(angle)}
	}
	return points
}
