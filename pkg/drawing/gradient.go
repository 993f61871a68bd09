package drawing

import (
	"math"
	"strings"
)

// gradient is an ink that changes from place to place.
type gradient struct {
	back   matrix // from the middle of a pixel to where the gradient is what it says
	radial bool
	from   point // the start of a line, or the focus
	to     point // its end, or the center
	r      float64
	spread string
	table  []colour
}

const shades = 1024

// at is the colour of a pixel.
func (g *gradient) at(x, y int) colour {
	t, is := g.along(g.back.at(point{float64(x) + 0.5, float64(y) + 0.5}))
	if !is {
		return colour{}
	}
	switch g.spread {
	case "reflect":
		if t = math.Mod(math.Abs(t), 2); t > 1 {
			t = 2 - t
		}
	case "repeat":
		t -= math.Floor(t)
	}
	return g.table[int(min(max(t, 0), 1)*(shades-1)+0.5)]
}

// along is how far along the gradient a point lies, 0 at its start and 1 at its end.
func (g *gradient) along(p point) (t float64, is bool) {
	if !g.radial {
		d := g.to.minus(g.from)
		q := p.minus(g.from)
		return (q.x*d.x + q.y*d.y) / (d.x*d.x + d.y*d.y), true
	}
	// The circle on which the point lies runs from the focus to the outer one: |q - t·c| = t·r.
	q, c := p.minus(g.from), g.to.minus(g.from)
	a := c.x*c.x + c.y*c.y - g.r*g.r
	b := q.x*c.x + q.y*c.y
	n := q.x*q.x + q.y*q.y
	if a == 0 {
		return n / (2 * b), b > 0
	}
	root := b*b - a*n
	if root < 0 {
		return 0, false
	}
	return (b - math.Sqrt(root)) / a, true
}

// inkOf is what a paint paints with on a shape of such bounds; nil: nothing.
func (p *painter) inkOf(with paint, alpha float64, st *style, s state, bounds func() box) ink {
	switch with.kind {
	case plainPaint:
		return plain(with.colour.faded(alpha))
	case currentPaint:
		return plain(st.color.faded(alpha))
	case refPaint:
		n := p.refers(with.ref)
		if n != nil && (n.name == "linearGradient" || n.name == "radialGradient") {
			return p.gradient(n, alpha, s, bounds())
		}
		if !strings.HasPrefix(with.ref, "#") {
			p.refuse("what lies elsewhere")
			return nil
		}
		if !with.lost {
			return plain(with.colour.faded(alpha))
		}
	}
	return nil
}

// inherited is an attribute of a gradient, or of the one it is like.
func (p *painter) inherited(n *node, name string) (string, bool) {
	for range 16 {
		if value, has := n.attributes[name]; has {
			p.spend(8 * len(value))
			return value, true
		}
		p.spend(20 + len(n.attributes["href"]))
		next := p.refers(n.attributes["href"])
		if next == nil || next == n || next.name != "linearGradient" && next.name != "radialGradient" {
			return "", false
		}
		// A radial gradient takes no ends from a linear one, nor the other way around.
		if next.name != n.name && !strings.HasPrefix(name, "gradient") && name != "spreadMethod" {
			return "", false
		}
		n = next
	}
	return "", false
}

func (p *painter) gradient(n *node, alpha float64, s state, bounds box) ink {
	stops := p.stops(n, alpha)
	if len(stops) == 0 {
		return nil
	}
	last := plain(stops[len(stops)-1].colour)
	if len(stops) == 1 {
		return last
	}
	if !p.spend(4 * shades) {
		return nil
	}
	g := &gradient{table: tableOf(stops)}
	g.spread, _ = p.inherited(n, "spreadMethod")
	m, measure := s.m, s.sizes
	if unit, _ := p.inherited(n, "gradientUnits"); unit != "userSpaceOnUse" {
		if bounds.empty() || bounds.wide() <= 0 || bounds.high() <= 0 {
			return nil
		}
		m = m.then(matrix{bounds.wide(), 0, 0, bounds.high(), bounds.left, bounds.top})
		measure = sizes{1, 1, s.em}
	}
	if text, has := p.inherited(n, "gradientTransform"); has {
		own, known := transform(text)
		if !known {
			p.refuse("gradientTransform " + text)
		}
		m = m.then(own)
	}
	if !m.sound() {
		return nil
	}
	g.back = m.back()
	if n.name == "linearGradient" {
		return p.linear(n, g, measure, last)
	}
	return p.radialOf(n, g, measure, last)
}

// measured is a length of a gradient.
func (p *painter) measured(n *node, name, otherwise string, s sizes, whole float64) float64 {
	text, has := p.inherited(n, name)
	if !has {
		text = otherwise
	}
	value, known := s.length(text, whole)
	if !known {
		p.refuse(name + " " + text)
	}
	return value
}

func (p *painter) linear(n *node, g *gradient, s sizes, last ink) ink {
	g.from = point{p.measured(n, "x1", "0%", s, s.wide), p.measured(n, "y1", "0%", s, s.high)}
	g.to = point{p.measured(n, "x2", "100%", s, s.wide), p.measured(n, "y2", "0%", s, s.high)}
	if g.from == g.to {
		return last
	}
	return g
}

func (p *painter) radialOf(n *node, g *gradient, s sizes, last ink) ink {
	g.radial = true
	g.to = point{p.measured(n, "cx", "50%", s, s.wide), p.measured(n, "cy", "50%", s, s.high)}
	g.r = p.measured(n, "r", "50%", s, s.both())
	g.from = g.to
	if _, has := p.inherited(n, "fx"); has {
		g.from.x = p.measured(n, "fx", "", s, s.wide)
	}
	if _, has := p.inherited(n, "fy"); has {
		g.from.y = p.measured(n, "fy", "", s, s.high)
	}
	if fr, has := p.inherited(n, "fr"); has && strings.Trim(fr, "0.%px") != "" {
		p.refuse("fr " + fr)
	}
	if g.r <= 0 {
		return last
	}
	if away := g.from.minus(g.to); away.length() > 0.99*g.r { // a focus outside is moved to the edge
		g.from = g.to.plus(away.times(0.99 * g.r / away.length()))
	}
	return g
}

type stop struct {
	offset float64
	colour colour
}

// stops are those of a gradient, or of the first it is like that has any.
func (p *painter) stops(n *node, alpha float64) (list []stop) {
	for range 16 {
		if !p.spend(len(n.children) + len(n.attributes["href"])) {
			return nil
		}
		for _, c := range n.children {
			if c.name != "stop" {
				continue
			}
			st := p.styleOf(c, p.styleOfAll(c.parent), sizes{1, 1, 16})
			one := stop{colour: st.stop.faded(st.stopAlpha * alpha)}
			if st.stopCurrent {
				one.colour = st.color.faded(st.stopAlpha * alpha)
			}
			if text := c.attributes["offset"]; text != "" {
				one.offset, _ = ratio(text)
			}
			if len(list) > 0 {
				one.offset = max(one.offset, list[len(list)-1].offset)
			}
			if list = append(list, one); len(list) > maxStops {
				p.tooDear("too many stops")
				return nil
			}
		}
		next := p.refers(n.attributes["href"])
		if len(list) > 0 || next == nil || next == n {
			return list
		}
		n = next
	}
	return list
}

// styleOfAll is the style of an element where it stands in the file.
func (p *painter) styleOfAll(n *node) *style {
	if n == nil {
		st := firstStyle()
		return &st
	}
	return p.styleOf(n, p.styleOfAll(n.parent), p.whole)
}

// tableOf are the colours of a gradient from its start to its end.
func tableOf(stops []stop) []colour {
	table := make([]colour, shades)
	next := 0
	for i := range table {
		t := float64(i) / (shades - 1)
		for next < len(stops) && stops[next].offset <= t {
			next++
		}
		switch next {
		case 0:
			table[i] = stops[0].colour
		case len(stops):
			table[i] = stops[len(stops)-1].colour
		default:
			a, b := stops[next-1], stops[next]
			table[i] = mixed(a.colour, b.colour, (t-a.offset)/(b.offset-a.offset))
		}
	}
	return table
}

func mixed(a, b colour, t float64) colour {
	mix := func(x, y float64) float64 { return x + (y-x)*t }
	return colour{mix(a.r, b.r), mix(a.g, b.g), mix(a.b, b.b), mix(a.a, b.a)}
}
