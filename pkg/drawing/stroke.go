package drawing

import "math"

// mostDashes are those of one shape.
const mostDashes = 20_000

// pen is how a line is drawn: half its width and its ends and corners, in the user's units.
type pen struct {
	half      float64
	cap, join string
	miter     float64
	fine      float64 // the largest angle of a step on a round end
}

// stroke fills what a pen covers: a bar for each straight step, and what belongs between and at the ends of bars. All
// pieces run around in the same way, so that where they lie over one another counts once.
func (f *filler) stroke(list []outline, p pen, m matrix) {
	for _, o := range list {
		o = o.tidied()
		n := len(o.points)
		if n == 1 {
			p.dot(f, o.points[0], m)
			continue
		}
		for i := range n - 1 {
			p.bar(f, o.points[i], o.points[i+1], m)
			if i > 0 {
				p.corner(f, o.points[i-1], o.points[i], o.points[i+1], o.corners[i], m)
			}
		}
		if o.closed {
			p.bar(f, o.points[n-1], o.points[0], m)
			p.corner(f, o.points[n-2], o.points[n-1], o.points[0], o.corners[n-1], m)
			p.corner(f, o.points[n-1], o.points[0], o.points[1], true, m)
			continue
		}
		p.end(f, o.points[1], o.points[0], m)
		p.end(f, o.points[n-2], o.points[n-1], m)
	}
}

// tidied is an outline without steps of no length.
func (o outline) tidied() outline {
	out := outline{closed: o.closed}
	for i, at := range o.points {
		if i > 0 && at == out.last() {
			out.corners[len(out.corners)-1] = true
			continue
		}
		out.add(at, o.corners[i])
	}
	for out.closed && len(out.points) > 1 && out.last() == out.points[0] {
		out.points, out.corners = out.points[:len(out.points)-1], out.corners[:len(out.corners)-1]
	}
	return out
}

// aside is half a pen's width to the left of a step.
func (p pen) aside(a, b point) point {
	d := b.minus(a)
	return point{d.y, -d.x}.times(p.half / d.length())
}

func (p pen) bar(f *filler, a, b point, m matrix) {
	n := p.aside(a, b)
	f.piece(m, a.plus(n), b.plus(n), b.minus(n), a.minus(n))
}

// corner fills what two bars leave open where they meet.
func (p pen) corner(f *filler, a, b, c point, sharp bool, m matrix) {
	n1, n2 := p.aside(a, b), p.aside(b, c)
	cross := n1.x*n2.y - n1.y*n2.x
	if cross < 0 { // the open side lies on the right
		n1, n2 = n1.times(-1), n2.times(-1)
	}
	dot := (n1.x*n2.x + n1.y*n2.y) / (p.half * p.half)
	if !sharp || p.join == "round" {
		p.fan(f, b, n1, n2, m)
		return
	}
	f.piece(m, b, b.plus(n1), b.plus(n2))
	if p.join == "bevel" || dot < -0.9999 {
		return
	}
	// The tip stands farther out by one over the cosine of half the angle between both.
	if 2/(1+dot) <= p.miter*p.miter {
		f.piece(m, b.plus(n1), b.plus(n1.plus(n2).times(1/(1+dot))), b.plus(n2))
	}
}

// fan is a part of a disc around a point between two of its radii, the shorter way.
func (p pen) fan(f *filler, around, from, to point, m matrix) {
	angle := math.Atan2(from.x*to.y-from.y*to.x, from.x*to.x+from.y*to.y)
	p.sector(f, around, from, angle, m)
}

func (p pen) sector(f *filler, around, from point, angle float64, m matrix) {
	steps := max(1, int(math.Ceil(math.Abs(angle)/p.fine)))
	if !f.spend(10 * steps) {
		return
	}
	list := make([]point, 0, steps+2)
	list = append(list, around)
	for i := range steps + 1 {
		list = append(list, around.plus(turning(angle*float64(i)/float64(steps)).at(from)))
	}
	f.piece(m, list...)
}

// end is the end of a line that comes from a point.
func (p pen) end(f *filler, from, at point, m matrix) {
	n := p.aside(from, at)
	switch p.cap {
	case "round":
		p.sector(f, at, n, math.Pi, m)
	case "square":
		ahead := point{-n.y, n.x}
		f.piece(m, at.plus(n), at.plus(n).plus(ahead), at.minus(n).plus(ahead), at.minus(n))
	}
}

// dot is a line of no length, which only some ends make visible.
func (p pen) dot(f *filler, at point, m matrix) {
	switch p.cap {
	case "round":
		p.sector(f, at, point{p.half, 0}, 2*math.Pi, m)
	case "square":
		h := p.half
		f.piece(m, at.plus(point{-h, -h}), at.plus(point{h, -h}), at.plus(point{h, h}), at.plus(point{-h, h}))
	}
}

// dashed are the parts of outlines that a pattern of lengths leaves.
func (p *painter) dashed(list []outline, pattern []float64, start float64) (parts []outline) {
	whole := 0.0
	for _, one := range pattern {
		whole += one
	}
	if whole <= 0 {
		return list
	}
	if len(pattern)%2 == 1 {
		pattern, whole = append(append([]float64{}, pattern...), pattern...), 2*whole
	}
	for _, o := range list {
		d := dasher{pattern: pattern}
		d.begin(math.Mod(math.Mod(start, whole)+whole, whole))
		if o.closed {
			o.add(o.points[0], true)
		}
		for i, at := range o.points {
			if !d.to(p, at, o.corners[i], i == 0) {
				return nil
			}
		}
		d.lift()
		if parts = append(parts, d.parts...); len(parts) > mostDashes {
			p.tooDear("too many dashes")
			return nil
		}
	}
	return parts
}

// dasher walks along an outline, its pen now down and now up.
type dasher struct {
	pattern []float64
	turn    int
	left    float64
	at      point
	now     outline
	parts   []outline
}

// begin goes so far into the pattern, which is less than the whole of it.
func (d *dasher) begin(start float64) {
	for range d.pattern {
		if start < d.pattern[d.turn] || start == 0 && d.pattern[d.turn] == 0 { // a dash of no length may be a dot
			break
		}
		start -= d.pattern[d.turn]
		d.turn = (d.turn + 1) % len(d.pattern)
	}
	d.left = max(0, d.pattern[d.turn]-start)
}

func (d *dasher) down() bool { return d.turn%2 == 0 }

func (d *dasher) lift() {
	if len(d.now.points) > 0 {
		d.parts = append(d.parts, d.now)
	}
	d.now = outline{}
}

func (d *dasher) to(p *painter, next point, corner, first bool) bool {
	if first {
		if d.at = next; d.down() {
			d.now.add(next, true)
		}
		return true
	}
	for {
		far := next.minus(d.at).length()
		if !p.spend(64) || far <= d.left {
			d.left -= far
			if d.at = next; d.down() {
				d.now.add(next, corner)
			}
			return p.err == nil
		}
		d.at = d.at.toward(next, d.left/far)
		if d.down() {
			d.now.add(d.at, true)
			d.lift()
		}
		if len(d.parts) > mostDashes {
			p.tooDear("too many dashes")
			return false
		}
		d.turn = (d.turn + 1) % len(d.pattern)
		if d.left = d.pattern[d.turn]; d.down() {
			d.now.add(d.at, true)
		}
	}
}
