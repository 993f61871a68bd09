package drawing

import (
	"math"
	"strings"
)

// segment is one step of an outline: M, L, Q, C or Z, with the points it needs; the last of them is where it ends.
type segment struct {
	op byte
	p  [3]point
}

type path []segment

func (p *path) move(to point)        { *p = append(*p, segment{op: 'M', p: [3]point{to}}) }
func (p *path) line(to point)        { *p = append(*p, segment{op: 'L', p: [3]point{to}}) }
func (p *path) quad(a, to point)     { *p = append(*p, segment{op: 'Q', p: [3]point{a, to}}) }
func (p *path) cubic(a, b, to point) { *p = append(*p, segment{op: 'C', p: [3]point{a, b, to}}) }
func (p *path) close()               { *p = append(*p, segment{op: 'Z'}) }

// pointsOf is how many points a step has.
var pointsOf = map[byte]int{'M': 1, 'L': 1, 'Q': 2, 'C': 3, 'Z': 0}

// plotter reads the data of a path (SVG 2 §9.3).
type plotter struct {
	numbers
	path
	at, start point
	control   point // of the curve before
	before    byte  // the command before, as a capital
}

// pathOf reads the data of a path. As the standard demands, what stands before a mistake counts.
func pathOf(data string) path {
	p := plotter{numbers: numbers{data}}
	p.skip()
	for p.rest != "" && len(p.path) < maxPoints {
		command := p.rest[0]
		if !strings.ContainsRune("MmLlHhVvCcSsQqTtAaZz", rune(command)) || p.before == 0 && command|0x20 != 'm' {
			return p.path
		}
		p.rest = p.rest[1:]
		if !p.commands(command) {
			return p.path
		}
		p.skip()
	}
	return p.path
}

// commands reads a command with all its sets of numbers.
func (p *plotter) commands(command byte) bool {
	for first := true; ; first = false {
		if !first {
			p.comma()
			if p.rest == "" || numberLength(p.rest) == 0 {
				return true
			}
		}
		if !first && command|0x20 == 'm' {
			command--
		}
		if p.before == 'Z' && command|0x20 != 'm' && command|0x20 != 'z' {
			p.move(p.at)
		}
		if !p.command(command&^0x20, command >= 'a') || len(p.path) >= maxPoints {
			return false
		}
		p.before = command &^ 0x20
		if p.before == 'Z' {
			return true
		}
	}
}

// point reads one point, from where the pen is when it is relative.
func (p *plotter) point(relative bool) (point, bool) {
	p.comma()
	x, okX := p.next()
	p.comma()
	y, okY := p.next()
	if relative {
		x, y = x+p.at.x, y+p.at.y
	}
	return point{x, y}, okX && okY && math.Abs(x) <= farthest && math.Abs(y) <= farthest
}

func (p *plotter) command(name byte, relative bool) bool {
	switch name {
	case 'Z':
		p.close()
		p.at = p.start
		return true
	case 'H', 'V':
		return p.upright(name, relative)
	case 'A':
		return p.arcTo(relative)
	case 'M', 'L', 'T':
		return p.straight(name, relative)
	}
	return p.curve(name, relative)
}

func (p *plotter) upright(name byte, relative bool) bool {
	value, ok := p.next()
	if !ok {
		return false
	}
	to := point{value, p.at.y}
	if name == 'V' {
		to = point{p.at.x, value}
	}
	if relative && name == 'H' {
		to.x += p.at.x
	}
	if relative && name == 'V' {
		to.y += p.at.y
	}
	p.line(to)
	p.at = to
	return math.Abs(to.x) <= farthest && math.Abs(to.y) <= farthest
}

func (p *plotter) straight(name byte, relative bool) bool {
	to, ok := p.point(relative)
	if !ok {
		return false
	}
	switch name {
	case 'M':
		p.move(to)
		p.start = to
	case 'L':
		p.line(to)
	case 'T':
		p.control = p.mirrored("QT")
		p.quad(p.control, to)
	}
	p.at = to
	return true
}

// mirrored is the control point of the curve before on the other side of the pen, if it was such a curve.
func (p *plotter) mirrored(kinds string) point {
	if p.before != 0 && strings.IndexByte(kinds, p.before) >= 0 {
		return p.at.plus(p.at.minus(p.control))
	}
	return p.at
}

func (p *plotter) curve(name byte, relative bool) bool {
	var list []point
	for range map[byte]int{'C': 3, 'S': 2, 'Q': 2}[name] {
		one, ok := p.point(relative)
		if !ok {
			return false
		}
		list = append(list, one)
	}
	switch name {
	case 'C':
		p.cubic(list[0], list[1], list[2])
	case 'S':
		p.cubic(p.mirrored("CS"), list[0], list[1])
	case 'Q':
		p.quad(list[0], list[1])
	}
	p.control, p.at = list[len(list)-2], list[len(list)-1]
	return true
}

func (p *plotter) arcTo(relative bool) bool {
	var v [3]float64
	for i := range v {
		p.comma()
		var ok bool
		if v[i], ok = p.next(); !ok {
			return false
		}
	}
	p.comma()
	large, okLarge := p.flag()
	p.comma()
	sweep, okSweep := p.flag()
	to, ok := p.point(relative)
	if !ok || !okLarge || !okSweep {
		return false
	}
	p.arc(arc{p.at, to, math.Abs(v[0]), math.Abs(v[1]), v[2] * math.Pi / 180, large, sweep})
	p.at = to
	return true
}

// arc is a part of an ellipse between two points.
type arc struct {
	from, to     point
	rx, ry, turn float64
	large, sweep bool
}

// arc adds a part of an ellipse as cubics of at most a quarter each (SVG 2 §B.2.4).
func (p *path) arc(a arc) {
	if a.from == a.to {
		return
	}
	if a.rx == 0 || a.ry == 0 {
		p.line(a.to)
		return
	}
	back := turning(-a.turn)
	half := back.at(a.from.minus(a.to).times(0.5))
	if grow := half.x*half.x/(a.rx*a.rx) + half.y*half.y/(a.ry*a.ry); grow > 1 {
		a.rx, a.ry = a.rx*math.Sqrt(grow), a.ry*math.Sqrt(grow)
	}
	x, y := half.x/a.rx, half.y/a.ry
	sum := x*x + y*y
	if sum == 0 {
		p.line(a.to)
		return
	}
	factor := math.Sqrt(max(0, 1/sum-1))
	if a.large == a.sweep {
		factor = -factor
	}
	center := point{factor * y, -factor * x} // on the unit circle
	from := math.Atan2(y-center.y, x-center.x)
	to := math.Atan2(-y-center.y, -x-center.x)
	round := to - from
	switch {
	case a.sweep && round < 0:
		round += 2 * math.Pi
	case !a.sweep && round > 0:
		round -= 2 * math.Pi
	}
	middle := a.from.toward(a.to, 0.5)
	whole := moving(middle.x, middle.y).then(turning(a.turn)).then(scaling(a.rx, a.ry)).then(moving(center.x, center.y))
	p.round(whole, from, round, a.to)
}

// round adds a part of the unit circle, seen through a matrix, that ends exactly at a point.
func (p *path) round(m matrix, from, by float64, end point) {
	steps := max(1, int(math.Ceil(math.Abs(by)/(math.Pi/2)-1e-9)))
	each := by / float64(steps)
	k := 4. / 3 * math.Tan(each/4)
	for i := range steps {
		a, b := from+float64(i)*each, from+float64(i+1)*each
		sinA, cosA := math.Sincos(a)
		sinB, cosB := math.Sincos(b)
		to := m.at(point{cosB, sinB})
		if i == steps-1 {
			to = end
		}
		p.cubic(m.at(point{cosA - k*sinA, sinA + k*cosA}), m.at(point{cosB + k*sinB, sinB - k*cosB}), to)
	}
}

// ellipse is a whole ellipse, begun on its right as browsers do.
func ellipse(center point, rx, ry float64) (p path) {
	m := moving(center.x, center.y).then(scaling(rx, ry))
	p.move(m.at(point{1, 0}))
	p.round(m, 0, 2*math.Pi, m.at(point{1, 0}))
	p.close()
	return p
}

// rectangle is one with corners rounded by so much.
func rectangle(x, y, wide, high, rx, ry float64) (p path) {
	rx, ry = min(rx, wide/2), min(ry, high/2)
	if rx <= 0 || ry <= 0 {
		p.move(point{x, y})
		p.line(point{x + wide, y})
		p.line(point{x + wide, y + high})
		p.line(point{x, y + high})
		p.close()
		return p
	}
	corner := func(cx, cy, from float64) {
		m := moving(cx, cy).then(scaling(rx, ry))
		sin, cos := math.Sincos(from + math.Pi/2)
		p.round(m, from, math.Pi/2, m.at(point{cos, sin}))
	}
	p.move(point{x + rx, y})
	p.line(point{x + wide - rx, y})
	corner(x+wide-rx, y+ry, -math.Pi/2)
	p.line(point{x + wide, y + high - ry})
	corner(x+wide-rx, y+high-ry, 0)
	p.line(point{x + rx, y + high})
	corner(x+rx, y+high-ry, math.Pi/2)
	p.line(point{x, y + ry})
	corner(x+rx, y+ry, math.Pi)
	p.close()
	return p
}

// polygon joins points; a last one without its y is a mistake and left out.
func polygon(text string, closed bool) (p path) {
	list, _ := listOf(text)
	for i := 0; i+1 < len(list) && i < 2*maxPoints; i += 2 {
		at := point{list[i], list[i+1]}
		if i == 0 {
			p.move(at)
		} else {
			p.line(at)
		}
	}
	if closed && len(p) > 0 {
		p.close()
	}
	return p
}

// through is a path seen through a matrix.
func (p path) through(m matrix) path {
	out := make(path, len(p))
	for i, s := range p {
		for j := range pointsOf[s.op] {
			s.p[j] = m.at(s.p[j])
		}
		out[i] = s
	}
	return out
}
