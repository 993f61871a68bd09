package art

import "math"

// Each frame paints the border of a badge and gives the field inside, to which the motif is cut.

// seal is a round border with a ring of beads.
func seal(c *canvas, p Palette) path {
	c.fill(p.Deep, circle(120, 120, 117))
	beads := make([]path, 0, 48)
	for i := range 48 {
		q := polar(120, 120, 109, 2*math.Pi*float64(i)/48)
		beads = append(beads, circle(q.x, q.y, 2.6))
	}
	c.fill(p.Glow, beads...)
	c.fill(p.Paper, circle(120, 120, 102))
	return circle(120, 120, 97)
}

// scallop is a seal of wax: many soft points and two rules.
func scallop(c *canvas, p Palette) path {
	c.fill(p.Deep, star(120, 120, 118, 107, 24, 0))
	c.line(p.Glow, 2, circle(120, 120, 100))
	c.fill(p.Paper, circle(120, 120, 94))
	return circle(120, 120, 90)
}

// shield is an escutcheon with a light fillet.
func shield(c *canvas, p Palette) path {
	body := d("M 120 6 C 150 24 184 30 218 30 C 224 120 204 196 120 234 C 36 196 16 120 22 30 C 56 30 90 24 120 6 Z")
	c.fill(p.Deep, body)
	c.fill(p.Paper, body.scaled(120, 116, .94))
	return body.scaled(120, 116, .89)
}

// hexagon stands on a corner.
func hexagon(c *canvas, p Palette) path {
	c.fill(p.Deep, regular(120, 120, 119, 6, 0))
	c.line(p.Glow, 2.4, regular(120, 120, 108, 6, 0))
	c.fill(p.Paper, regular(120, 120, 101, 6, 0))
	return regular(120, 120, 96, 6, 0)
}

// octagon has a double rule.
func octagon(c *canvas, p Palette) path {
	c.fill(p.Deep, regular(120, 120, 122, 8, math.Pi/8))
	c.line(p.Glow, 1.6, regular(120, 120, 113, 8, math.Pi/8))
	c.fill(p.Glow, regular(120, 120, 107, 8, math.Pi/8))
	return regular(120, 120, 103, 8, math.Pi/8)
}

// stamp is a postage stamp: a perforated edge around a field.
func stamp(c *canvas, p Palette) path {
	for _, layer := range []struct {
		colour string
		more   float64
	}{{p.Deep, 2.2}, {p.Paper, 0}} {
		shapes := []path{box(14-layer.more, 14-layer.more, 212+2*layer.more, 212+2*layer.more, 0)}
		for i := range 9 {
			at := 14 + float64(i)*212/8
			for _, q := range []point{{at, 14}, {at, 226}, {14, at}, {226, at}} {
				shapes = append(shapes, circle(q.x, q.y, 8+layer.more))
			}
		}
		c.fill(layer.colour, shapes...)
	}
	c.line(p.Mid, 1.8, box(30, 30, 180, 180, 0))
	return box(36, 36, 168, 168, 0)
}

// cushion is a square with soft sides.
func cushion(c *canvas, p Palette) path {
	body := d("M 120 6 C 208 6 234 32 234 120 C 234 208 208 234 120 234 C 32 234 6 208 6 120 C 6 32 32 6 120 6 Z")
	c.fill(p.Deep, body)
	c.fill(p.Paper, body.scaled(120, 120, .93))
	return body.scaled(120, 120, .885)
}

// window is a round-headed arch on a sill.
func window(c *canvas, p Palette) path {
	body := d("M 28 212 L 28 106 C 28 46 66 8 120 8 C 174 8 212 46 212 106 L 212 212 Z")
	c.fill(p.Deep, body, box(14, 208, 212, 24, 4))
	c.line(p.Glow, 2, d("M 26 220 L 214 220"))
	c.fill(p.Paper, body.scaled(120, 112, .93))
	return body.scaled(120, 112, .88)
}

// diamond is a square on its corner.
func diamond(c *canvas, p Palette) path {
	square := box(38, 38, 164, 164, 16).turned(120, 120, math.Pi/4)
	c.fill(p.Deep, square)
	c.line(p.Glow, 2.2, square.scaled(120, 120, .92))
	c.fill(p.Paper, square.scaled(120, 120, .87))
	return square.scaled(120, 120, .83)
}

// drop is a drop of water.
func drop(c *canvas, p Palette) path {
	body := d("M 120 4 C 146 52 206 88 206 150 C 206 200 168 236 120 236 C 72 236 34 200 34 150 C 34 88 94 52 120 4 Z")
	c.fill(p.Deep, body)
	c.fill(p.Paper, body.scaled(120, 142, .93))
	return body.scaled(120, 142, .88)
}

// rosette is a pleated cockade with two ribbons.
func rosette(c *canvas, p Palette) path {
	ribbon := d("M 92 150 L 66 236 L 92 222 L 108 240 L 124 156 Z")
	c.fill(p.Mid, ribbon, ribbon.mirrored(120))
	c.fill(p.Warm, d("M 96 150 L 78 226 L 86 222 L 106 156 Z"), d("M 96 150 L 78 226 L 86 222 L 106 156 Z").mirrored(120))
	for i := range 32 {
		colour := p.Deep
		if i%2 == 1 {
			colour = p.Mid
		}
		from, to := 2*math.Pi*float64(i)/32, 2*math.Pi*float64(i+1)/32
		c.fill(colour, polygon(point{120, 104}, polar(120, 104, 100, from), polar(120, 104, 104, (from+to)/2), polar(120, 104, 100, to)))
	}
	c.fill(p.Glow, circle(120, 104, 78))
	c.fill(p.Paper, circle(120, 104, 74))
	return circle(120, 104, 70)
}
