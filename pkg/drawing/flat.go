package drawing

import "math"

// outline is a path made of straight lines only. Where it bends at no corner, it stands for a curve.
type outline struct {
	points  []point
	corners []bool
	closed  bool
}

func (o *outline) add(p point, corner bool) {
	o.points, o.corners = append(o.points, p), append(o.corners, corner)
}

func (o *outline) last() point { return o.points[len(o.points)-1] }

// flat makes straight lines of a path, nowhere farther from it than a tolerance.
func (p *painter) flat(from path, tolerance float64) (list []outline) {
	var now outline
	points := 0
	end := func() {
		if len(now.points) > 0 {
			list = append(list, now)
		}
		points += len(now.points)
		now = outline{}
	}
	p.spend(8 * len(from))
	for _, s := range from {
		if points+len(now.points) > mostEdges {
			p.tooDear("too many points")
		}
		if p.err != nil {
			return nil
		}
		switch s.op {
		case 'M':
			end()
			now.add(s.p[0], true)
		case 'L':
			now.add(s.p[0], true)
		case 'Q':
			a := now.last()
			p.curve(&now, a.toward(s.p[0], 2./3), s.p[1].toward(s.p[0], 2./3), s.p[1], tolerance)
		case 'C':
			p.curve(&now, s.p[0], s.p[1], s.p[2], tolerance)
		case 'Z':
			if len(now.points) > 0 {
				now.closed = true
			}
			end()
		}
	}
	end()
	return list
}

// curve adds a cubic in steps of equal time: by its second differences no step is farther from it than the tolerance.
func (p *painter) curve(to *outline, b, c, d point, tolerance float64) {
	a := to.last()
	bend := max(a.minus(b.times(2)).plus(c).length(), b.minus(c.times(2)).plus(d).length())
	steps := int(min(max(math.Ceil(math.Sqrt(0.75*bend/tolerance)), 1), 500))
	if !p.spend(8 * steps) {
		return
	}
	for i := 1; i < steps; i++ {
		t := float64(i) / float64(steps)
		u := 1 - t
		k0, k1, k2, k3 := u*u*u, 3*u*u*t, 3*u*t*t, t*t*t
		to.add(point{k0*a.x + k1*b.x + k2*c.x + k3*d.x, k0*a.y + k1*b.y + k2*c.y + k3*d.y}, false)
	}
	to.add(d, true)
}

// bounds are those of a path itself, not of its control points.
func (p *painter) bounds(from path) box {
	rough := nothing()
	for _, s := range from {
		for _, at := range s.p[:pointsOf[s.op]] {
			rough.add(at)
		}
	}
	if rough.empty() || rough.wide()+rough.high() == 0 {
		return rough
	}
	b := nothing()
	for _, o := range p.flat(from, (rough.wide()+rough.high())/4000) {
		for _, at := range o.points {
			b.add(at)
		}
	}
	return b
}
