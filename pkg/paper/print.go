package paper

import (
	"crypto/sha256"
	"fmt"
	"image/color"
	"math"
)

// irises are the three inks of security print by day, as they look on paper.
var irises = [3]color.NRGBA{{0xb2, 0xc5, 0xde, 0xff}, {0xb2, 0xd1, 0xca, 0xff}, {0xe5, 0xc2, 0xbd, 0xff}}

// iris is the ink so far along, from 0 to 1.
func iris(along float64) color.NRGBA {
	along = min(max(along, 0), 1) * 2
	a, b, t := irises[0], irises[1], along
	if along > 1 {
		a, b, t = irises[1], irises[2], along-1
	}
	mix := func(x, y uint8) uint8 { return uint8(float64(x)*(1-t) + float64(y)*t) }
	return color.NRGBA{mix(a.R, b.R), mix(a.G, b.G), mix(a.B, b.B), 0xff}
}

// guilloche is the security print of a badge: the same name gives the same lines for ever.
type guilloche struct{ seed [32]byte }

func guillocheOf(name string) guilloche { return guilloche{sha256.Sum256([]byte(name))} }

// between is a number of this print's own.
func (g guilloche) between(which int, low, high float64) float64 {
	return low + (high-low)*float64(g.seed[which])/255
}

// band draws the same sine line many times, each a little further along and of another height, across a strip.
func (g guilloche) band(s *sheet, x, y, width, height float64, which int) {
	const lines, steps = 14, 96
	length := width / math.Round(g.between(which, 5, 9))
	shift := g.between(which+1, 0.02, 0.06)
	s.drawing.WriteString("q 0.45 w 1 J 1 j\n")
	for i := range lines {
		swing := math.Cos(math.Pi * float64(i) / (lines - 1))
		s.drawing.WriteString(stroke(iris(float64(i) / (lines - 1))))
		for step := range steps + 1 {
			along := float64(step) / steps
			angle := 2 * math.Pi * (along*width/length + float64(i)*shift)
			operator := "l"
			if step == 0 {
				operator = "m"
			}
			fmt.Fprintf(&s.drawing, "%s %s %s\n", number(x+along*width), number(sheetHeight-y-height/2-height/2*swing*math.Sin(angle)), operator)
		}
		s.drawing.WriteString("S\n")
	}
	s.drawing.WriteString("Q\n")
}

// rosette draws an ellipse turned many times around a point; strength is 1, or less where somebody reads what is on it.
func (g guilloche) rosette(s *sheet, x, y, radius float64, which int, strength float64) {
	const turns, k = 32, 0.5523
	flat := radius * g.between(which, 0.34, 0.58)
	s.drawing.WriteString("q 0.4 w\n")
	for i := range turns {
		angle := math.Pi * float64(i) / turns
		sin, cos := math.Sincos(angle)
		at := func(dx, dy float64) string {
			return number(x+dx*cos-dy*sin) + " " + number(sheetHeight-y-dx*sin-dy*cos)
		}
		s.drawing.WriteString(stroke(faded(iris(math.Abs(math.Cos(angle))), strength)))
		fmt.Fprintf(&s.drawing, "%s m %s %s %s c %s %s %s c %s %s %s c %s %s %s c S\n", at(radius, 0),
			at(radius, flat*k), at(radius*k, flat), at(0, flat), at(-radius*k, flat), at(-radius, flat*k), at(-radius, 0),
			at(-radius, -flat*k), at(-radius*k, -flat), at(0, -flat), at(radius*k, -flat), at(radius, -flat*k), at(radius, 0))
	}
	s.drawing.WriteString("Q\n")
}

// faded is an ink with so much of white.
func faded(c color.NRGBA, strength float64) color.NRGBA {
	mix := func(x uint8) uint8 { return uint8(255 - (255-float64(x))*strength) }
	return color.NRGBA{mix(c.R), mix(c.G), mix(c.B), 0xff}
}
