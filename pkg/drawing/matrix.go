package drawing

import (
	"math"
	"strings"
)

type point struct{ x, y float64 }

func (p point) plus(q point) point              { return point{p.x + q.x, p.y + q.y} }
func (p point) minus(q point) point             { return point{p.x - q.x, p.y - q.y} }
func (p point) times(f float64) point           { return point{p.x * f, p.y * f} }
func (p point) length() float64                 { return math.Hypot(p.x, p.y) }
func (p point) toward(q point, t float64) point { return point{p.x + (q.x-p.x)*t, p.y + (q.y-p.y)*t} }

// box is an upright rectangle; one whose right side is left of its left side is empty.
type box struct{ left, top, right, bottom float64 }

func nothing() box { return box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)} }

func (b box) empty() bool   { return !(b.left <= b.right && b.top <= b.bottom) } //nolint:staticcheck // also for what is no number
func (b box) wide() float64 { return b.right - b.left }
func (b box) high() float64 { return b.bottom - b.top }

func (b *box) add(p point) {
	b.left, b.right = min(b.left, p.x), max(b.right, p.x)
	b.top, b.bottom = min(b.top, p.y), max(b.bottom, p.y)
}

func (b *box) join(o box) {
	if !o.empty() {
		b.add(point{o.left, o.top})
		b.add(point{o.right, o.bottom})
	}
}

// matrix says where points go: x' = a·x + c·y + e, y' = b·x + d·y + f, in the order a b c d e f.
type matrix [6]float64

func identity() matrix            { return matrix{1, 0, 0, 1, 0, 0} }
func moving(x, y float64) matrix  { return matrix{1, 0, 0, 1, x, y} }
func scaling(x, y float64) matrix { return matrix{x, 0, 0, y, 0, 0} }
func turning(angle float64) matrix {
	sin, cos := math.Sincos(angle)
	return matrix{cos, sin, -sin, cos, 0, 0}
}

func (m matrix) at(p point) point {
	return point{m[0]*p.x + m[2]*p.y + m[4], m[1]*p.x + m[3]*p.y + m[5]}
}

// then is what becomes of points that n moves first, and m after it.
func (m matrix) then(n matrix) matrix {
	return matrix{
		m[0]*n[0] + m[2]*n[1], m[1]*n[0] + m[3]*n[1],
		m[0]*n[2] + m[2]*n[3], m[1]*n[2] + m[3]*n[3],
		m[0]*n[4] + m[2]*n[5] + m[4], m[1]*n[4] + m[3]*n[5] + m[5],
	}
}

func (m matrix) area() float64 { return m[0]*m[3] - m[1]*m[2] }

// widest is how much longer things become at most.
func (m matrix) widest() float64 { return max(math.Hypot(m[0], m[1]), math.Hypot(m[2], m[3])) }

// sound says whether a matrix has an inverse and numbers that can be reckoned with.
func (m matrix) sound() bool {
	for _, v := range m {
		if !(math.Abs(v) < 1e12) { //nolint:staticcheck // also for what is no number
			return false
		}
	}
	return math.Abs(m.area()) > 1e-12
}

// back is the inverse of a sound matrix.
func (m matrix) back() matrix {
	d := m.area()
	return matrix{
		m[3] / d, -m[1] / d, -m[2] / d, m[0] / d,
		(m[2]*m[5] - m[3]*m[4]) / d, (m[1]*m[4] - m[0]*m[5]) / d,
	}
}

func (m matrix) box(b box) box {
	out := nothing()
	for _, p := range []point{{b.left, b.top}, {b.right, b.top}, {b.left, b.bottom}, {b.right, b.bottom}} {
		out.add(m.at(p))
	}
	return out
}

// transform reads the value of an attribute transform (SVG 1.1 §7.6), or of the property with units px and deg.
func transform(text string) (m matrix, known bool) {
	m = identity()
	text = strings.TrimSpace(text)
	for steps := 0; text != ""; steps++ {
		name, rest, opened := strings.Cut(text, "(")
		inside, after, closed := strings.Cut(rest, ")")
		if !opened || !closed || steps > 64 {
			return m, false
		}
		list, ok := listOf(strings.NewReplacer("px", " ", "deg", " ").Replace(inside))
		if !ok {
			return m, false
		}
		one, ok := moved(strings.TrimSpace(name), list)
		if !ok {
			return m, false
		}
		m = m.then(one)
		text = strings.TrimLeft(after, " \t\r\n,")
	}
	return m, true
}

// moved is one step of a transform.
func moved(name string, v []float64) (matrix, bool) {
	radians := func(degrees float64) float64 { return degrees * math.Pi / 180 }
	switch {
	case name == "matrix" && len(v) == 6:
		return matrix(v), true
	case name == "translate" && len(v) == 1, name == "translateX" && len(v) == 1:
		return moving(v[0], 0), true
	case name == "translate" && len(v) == 2:
		return moving(v[0], v[1]), true
	case name == "translateY" && len(v) == 1:
		return moving(0, v[0]), true
	case name == "scale" && len(v) == 1:
		return scaling(v[0], v[0]), true
	case name == "scale" && len(v) == 2:
		return scaling(v[0], v[1]), true
	case name == "rotate" && len(v) == 1:
		return turning(radians(v[0])), true
	case name == "rotate" && len(v) == 3:
		return moving(v[1], v[2]).then(turning(radians(v[0]))).then(moving(-v[1], -v[2])), true
	case name == "skewX" && len(v) == 1:
		return matrix{1, 0, math.Tan(radians(v[0])), 1, 0, 0}, true
	case name == "skewY" && len(v) == 1:
		return matrix{1, math.Tan(radians(v[0])), 0, 1, 0, 0}, true
	}
	return identity(), false
}
