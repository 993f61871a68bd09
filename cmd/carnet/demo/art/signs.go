package art

import "math"

// The motifs that are signs.

func aid(c *canvas, p Palette) {
	c.within(shield(c, p), func() {
		c.shade(p.Mid, p.Deep, box(0, 0, Side, Side, 0))
		for i := range 7 {
			c.line(mix(p.Mid, p.Bright, .25), 1.4, circle(120, 112, 58+float64(i)*14))
		}
		heart := d("M 120 176 C 60 134 58 96 74 80 C 92 62 114 74 120 92 C 126 74 148 62 166 80 C 182 96 180 134 120 176 Z")
		c.fill(p.Paper, heart)
		c.fill(p.Warm, heart.scaled(120, 120, .88))
		c.line(p.Paper, 5, d("M 76 122 L 102 122 L 110 106 L 120 140 L 131 98 L 138 122 L 164 122"))
		c.fill(p.Glow, star(120, 50, 12, 5, 5, 0), star(92, 56, 7, 3, 5, 0), star(148, 56, 7, 3, 5, 0))
	})
}

func code(c *canvas, p Palette) {
	c.within(hexagon(c, p), func() {
		c.shade(mix(p.Deep, p.Mid, .45), p.Deep, box(0, 0, Side, Side, 0))
		grid := mix(p.Deep, p.Bright, .28)
		for i := range 9 {
			c.line(grid, .8, d("M 0 0 L 240 0").shifted(0, 24+float64(i)*24), d("M 0 0 L 0 240").shifted(24+float64(i)*24, 0))
		}
		c.line(p.Bright, 9, d("M 82 86 L 48 120 L 82 154"), d("M 158 86 L 192 120 L 158 154"))
		c.line(p.Glow, 9, d("M 134 76 L 106 164"))
		c.line(p.Warm, 3, d("M 120 30 L 120 52 L 96 66"), d("M 120 210 L 120 188 L 146 174"), d("M 60 186 L 82 186 L 92 176"), d("M 180 54 L 158 54 L 148 64"))
		c.fill(p.Paper, circle(120, 30, 5), circle(96, 66, 5), circle(120, 210, 5), circle(146, 174, 5), circle(60, 186, 4), circle(180, 54, 4))
	})
}

func compass(c *canvas, p Palette) {
	c.within(scallop(c, p), func() {
		c.shade(mix(p.Paper, p.Glow, .5), p.Paper, box(0, 0, Side, Side, 0))
		c.line(mix(p.Paper, p.Mid, .4), 1.2, circle(120, 120, 82), circle(120, 120, 74), circle(120, 120, 40))
		c.line(p.Mid, 1.2, rays(120, 120, 75, 81, 36, 0)...)
		c.fill(p.Glow, star(120, 120, 66, 14, 4, math.Pi/4))
		for i := range 4 {
			turn := float64(i) * math.Pi / 2
			c.fill(p.Deep, polygon(point{120, 120}, point{120, 36}, point{136, 104}).turned(120, 120, turn))
			c.fill(p.Bright, polygon(point{120, 120}, point{120, 36}, point{104, 104}).turned(120, 120, turn))
		}
		c.fill(p.Paper, circle(120, 120, 11))
		c.fill(p.Warm, circle(120, 120, 6))
	})
}

func lens(c *canvas, p Palette) {
	c.within(scallop(c, p), func() {
		c.fill(p.Deep, circle(120, 120, 90))
		blades := []string{p.Mid, mix(p.Mid, p.Bright, .5), p.Bright, mix(p.Bright, p.Warm, .5), p.Warm, mix(p.Warm, p.Mid, .5), mix(p.Mid, p.Glow, .5)}
		for i, colour := range blades {
			turn := 2 * math.Pi * float64(i) / 7
			a, b := polar(120, 120, 34, turn), polar(120, 120, 34, turn+2*math.Pi/7)
			c.fill(colour, polygon(a, b, polar(120, 120, 100, turn+1.62), polar(120, 120, 112, turn+1.2), polar(120, 120, 100, turn+.72)))
		}
		c.fill(p.Glow, regular(120, 120, 34, 7, 0))
		c.fill(p.Paper, circle(120, 120, 17))
		c.fill(p.Deep, circle(120, 120, 9))
		c.fill(p.Paper, circle(125, 115, 3.2))
		c.line(p.Paper, 2.4, circle(120, 120, 84))
	})
}

func loom(c *canvas, p Palette) {
	c.within(diamond(c, p), func() {
		c.fill(p.Deep, box(0, 0, Side, Side, 0))
		colours := []string{p.Bright, p.Warm, p.Glow, p.Mid}
		for i := range 9 {
			y := float64(i) * 27
			c.fill(colours[i%4], box(0, y, Side, 12, 0))
		}
		layers := map[string][]path{}
		for column := range 5 {
			for row := range 5 {
				x, y := 48+float64(column)*36, 48+float64(row)*36
				if math.Abs(x-120)+math.Abs(y-120) > 76 {
					continue
				}
				tile := regular(x, y, 17, 4, 0)
				layers[p.Deep] = append(layers[p.Deep], tile)
				colour := colours[(row+column)%4]
				layers[colour] = append(layers[colour], tile.scaled(x, y, .72))
				layers[p.Paper] = append(layers[p.Paper], tile.scaled(x, y, .3))
			}
		}
		for _, colour := range []string{p.Deep, p.Bright, p.Warm, p.Glow, p.Mid, p.Paper} {
			c.fill(colour, layers[colour]...)
		}
	})
}

func orbits(c *canvas, p Palette) {
	c.within(octagon(c, p), func() {
		c.shade(p.Deep, mix(p.Deep, p.Mid, .7), box(0, 0, Side, Side, 0))
		for i, q := range []point{{44, 70}, {66, 44}, {180, 46}, {200, 84}, {196, 170}, {54, 182}, {92, 204}, {150, 34}, {164, 206}, {34, 126}} {
			c.fill(p.Glow, star(q.x, q.y, 4.5-float64(i%3), 1.2, 4, 0))
		}
		c.line(mix(p.Deep, p.Glow, .55), 1.5, circle(120, 120, 36), circle(120, 120, 56), circle(120, 120, 76), circle(120, 120, 94))
		c.fill(p.Warm, star(120, 120, 29, 19, 16, 0))
		c.fill(p.Bright, circle(120, 120, 18))
		for _, planet := range []struct {
			orbit, turn, size float64
			colour            string
		}{{36, 2.2, 5, p.Paper}, {56, 5.4, 8, p.Mid}, {76, 1.1, 9, p.Glow}, {94, 3.9, 11, p.Warm}} {
			q := polar(120, 120, planet.orbit, planet.turn)
			c.fill(p.Deep, circle(q.x, q.y, planet.size+3))
			c.fill(planet.colour, circle(q.x, q.y, planet.size))
		}
		q := polar(120, 120, 94, 3.9)
		c.line(p.Paper, 2.2, d("M -19 5 Q 0 10 19 -5").shifted(q.x, q.y))
	})
}

func voices(c *canvas, p Palette) {
	c.within(cushion(c, p), func() {
		c.shade(p.Bright, p.Mid, box(0, 0, Side, Side, 0))
		for i := range 6 {
			c.line(mix(p.Bright, p.Paper, .28), 2, circle(36, 210, 40+float64(i)*34))
		}
		left := d("M 56 52 L 136 52 C 150 52 156 60 156 72 L 156 104 C 156 116 150 124 136 124 L 96 124 L 68 148 L 72 124 L 56 124 C 44 124 38 116 38 104 L 38 72 C 38 60 44 52 56 52 Z")
		right := d("M 104 106 L 184 106 C 196 106 202 114 202 126 L 202 156 C 202 168 196 176 184 176 L 172 176 L 176 200 L 146 176 L 104 176 C 92 176 86 168 86 156 L 86 126 C 86 114 92 106 104 106 Z")
		c.fill(p.Paper, left)
		c.line(p.Deep, 5, d("M 60 76 L 132 76"), d("M 60 92 L 112 92"))
		c.fill(p.Deep, right.scaled(144, 146, 1.06))
		c.fill(p.Glow, right)
		c.fill(p.Warm, circle(118, 142, 8), circle(144, 142, 8), circle(170, 142, 8))
	})
}
