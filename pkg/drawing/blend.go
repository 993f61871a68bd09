package drawing

import "math"

// blending mixes a part of a colour below with that of one above, from 0 to 1 (Compositing 1 §9.1).
type blending func(below, above float64) float64

// blendings are those that look at each part of a colour for itself.
var blendings = map[string]blending{
	"normal":   nil,
	"multiply": func(b, s float64) float64 { return b * s },
	"screen":   screened,
	"overlay":  func(b, s float64) float64 { return hard(s, b) },
	"darken":   func(b, s float64) float64 { return min(b, s) },
	"lighten":  func(b, s float64) float64 { return max(b, s) },
	"color-dodge": func(b, s float64) float64 {
		if b == 0 {
			return 0
		}
		return min(1, b/max(1-s, 1e-9))
	},
	"color-burn": func(b, s float64) float64 {
		if b == 1 {
			return 1
		}
		return 1 - min(1, (1-b)/max(s, 1e-9))
	},
	"hard-light": hard,
	"soft-light": soft,
	"difference": func(b, s float64) float64 { return math.Abs(b - s) },
	"exclusion":  func(b, s float64) float64 { return b + s - 2*b*s },
}

func screened(b, s float64) float64 { return b + s - b*s }

func hard(b, s float64) float64 {
	if s <= 0.5 {
		return b * 2 * s
	}
	return screened(b, 2*s-1)
}

func soft(b, s float64) float64 {
	if s <= 0.5 {
		return b - (1-2*s)*b*(1-b)
	}
	d := math.Sqrt(b)
	if b <= 0.25 {
		d = ((16*b-12)*b + 4) * b
	}
	return b + (2*s-1)*(d-b)
}

// lay lays a pixel over another one, both multiplied by their alpha.
func (mix blending) lay(below, above []uint8, share float64) {
	b, a := float64(below[3])/255, float64(above[3])/255*share
	for i := range 3 {
		cb, ca := float64(below[i])/255, float64(above[i])/255*share
		c := ca*(1-b) + cb*(1-a)
		if a > 0 && b > 0 {
			c += a * b * mix(min(cb/b, 1), min(ca/a, 1))
		}
		below[i] = eight(c * 255)
	}
	below[3] = eight((a + b - a*b) * 255)
}
