package art

import "math"

// The motifs that are things.

func bicycle(c *canvas, p Palette) {
	c.within(stamp(c, p), func() {
		c.shade(p.Glow, mix(p.Glow, p.Paper, .7), box(0, 0, Side, Side, 0))
		c.fill(p.Warm, circle(160, 76, 20))
		c.fill(mix(p.Glow, p.Mid, .5), d("M 36 140 L 36 104 L 52 104 L 52 92 L 58 92 L 58 84 L 64 84 L 64 92 L 70 92 L 70 104 L 84 104 L 84 90 L 98 76 L 112 90 L 112 110 L 130 110 L 130 120 L 204 120 L 204 170 L 36 170 Z"))
		c.fill(p.Mid, d("M 36 166 Q 120 150 204 166 L 204 204 L 36 204 Z"))
		c.line(p.Deep, 5, circle(82, 160, 27), circle(160, 160, 27))
		c.line(p.Deep, .9, append(rays(82, 160, 3, 24, 8, 0), rays(160, 160, 3, 24, 8, .4)...)...)
		c.line(p.Bright, 5.5, d("M 82 160 L 102 120 L 148 118 L 118 160 L 82 160"), d("M 118 160 L 98 110"), d("M 160 160 L 145 106"))
		c.line(p.Deep, 5, d("M 88 108 L 108 108"), d("M 136 104 L 145 104 L 156 98"))
		c.fill(p.Paper, circle(118, 160, 6), circle(82, 160, 4), circle(160, 160, 4))
	})
}

func book(c *canvas, p Palette) {
	c.within(rosette(c, p), func() {
		c.shade(p.Paper, mix(p.Paper, p.Glow, .6), box(0, 0, Side, Side, 0))
		c.line(p.Warm, 3.4, rays(120, 110, 38, 60, 15, 0)[:4]...)
		c.line(p.Warm, 3.4, rays(120, 110, 38, 60, 15, 0)[12:]...)
		page := d("M 120 88 C 104 76 82 76 68 82 L 68 136 C 84 130 104 132 120 142 Z")
		c.fill(p.Deep, page.scaled(120, 110, 1.12), page.scaled(120, 110, 1.12).mirrored(120))
		c.fill(p.Paper, page)
		c.fill(mix(p.Paper, p.Glow, .5), page.mirrored(120))
		lines := d("M 78 94 Q 96 92 110 100")
		for i := range 4 {
			down := float64(i) * 10
			c.line(p.Mid, 2.4, lines.shifted(0, down), lines.mirrored(120).shifted(0, down))
		}
		c.line(p.Deep, 2, d("M 120 88 L 120 142"))
		c.fill(p.Bright, d("M 146 80 L 158 79 L 158 112 L 152 106 L 146 112 Z"))
	})
}

func kite(c *canvas, p Palette) {
	c.within(seal(c, p), func() {
		c.shade(mix(p.Bright, p.Paper, .35), p.Paper, box(0, 0, Side, Side, 0))
		cloud := d("M 40 92 C 36 80 52 74 58 82 C 62 70 82 72 84 84 C 94 80 100 92 92 96 L 46 96 Z")
		c.fill(p.Paper, cloud, cloud.scaled(0, 0, .7).shifted(128, 20), cloud.scaled(0, 0, .9).shifted(90, 82))
		c.line(p.Mid, 2.4, d("M 128 128 C 108 152 142 164 116 184 C 96 200 104 214 92 226"))
		c.fill(p.Warm, d("M 118 148 L 104 142 L 106 158 Z"), d("M 118 148 L 132 142 L 130 158 Z"), d("M 124 176 L 110 172 L 112 188 Z"), d("M 124 176 L 138 170 L 136 186 Z"))
		c.fill(p.Deep, polygon(point{158, 34}, point{184, 84}, point{124, 134}, point{106, 70}))
		c.fill(p.Bright, polygon(point{156, 40}, point{142, 78}, point{112, 72}))
		c.fill(p.Warm, polygon(point{156, 40}, point{178, 83}, point{142, 78}))
		c.fill(p.Glow, polygon(point{112, 72}, point{142, 78}, point{126, 126}))
		c.fill(p.Mid, polygon(point{178, 83}, point{142, 78}, point{126, 126}))
		c.fill(mix(p.Mid, p.Deep, .3), d("M 0 204 Q 60 182 124 200 Q 180 214 240 192 L 240 240 L 0 240 Z"))
	})
}

func seedling(c *canvas, p Palette) {
	c.within(drop(c, p), func() {
		c.shade(p.Glow, p.Bright, box(0, 0, Side, Side, 0))
		for i := range 4 {
			c.line(mix(p.Bright, p.Paper, .5), 2, circle(120, 196, 40+float64(i)*22))
		}
		c.fill(p.Deep, d("M 30 190 Q 76 174 120 186 Q 164 198 210 182 L 210 240 L 30 240 Z"))
		c.line(p.Deep, 6, d("M 120 192 C 118 166 124 146 120 112"))
		leaf := d("M 120 140 C 84 142 64 120 62 90 C 96 90 120 108 120 140 Z")
		c.fill(p.Mid, leaf, leaf.scaled(120, 140, .8).turned(120, 140, .25).mirrored(120).shifted(1, 18))
		c.fill(mix(p.Mid, p.Glow, .3), d("M 120 116 C 108 96 110 74 122 58 C 136 76 136 98 120 116 Z"))
		c.line(p.Paper, 1.8, d("M 74 98 Q 100 108 114 132"), d("M 121 70 L 120 108"), d("M 164 122 Q 140 132 126 150"))
		c.fill(p.Warm, circle(86, 206, 4), circle(120, 214, 5), circle(152, 204, 4), circle(104, 222, 3))
		c.line(p.Warm, 2, d("M 120 196 C 112 204 100 204 96 212"), d("M 120 196 C 126 204 138 204 142 214"))
	})
}

func wheat(c *canvas, p Palette) {
	c.within(seal(c, p), func() {
		c.shade(mix(p.Glow, p.Paper, .3), p.Paper, box(0, 0, Side, Side, 0))
		grain := d("M 0 0 C -8 -6 -8 -18 0 -24 C 8 -18 8 -6 0 0 Z")
		for colour := range 2 {
			var ears []path
			for i := colour; i < 9; i += 2 {
				turn := math.Pi + .35 + float64(i)*.29
				at := polar(120, 120, 78, turn)
				ear := grain.turned(0, 0, turn+math.Pi/2-.5+float64(colour)).shifted(at.x, at.y)
				ears = append(ears, ear, ear.mirrored(120))
			}
			c.fill([]string{p.Warm, p.Bright}[colour], ears...)
		}
		loaf := d("M 66 148 C 56 112 84 88 120 88 C 156 88 184 112 174 148 C 172 158 162 160 152 160 L 88 160 C 78 160 68 158 66 148 Z")
		c.fill(p.Deep, loaf.scaled(120, 126, 1.06))
		c.fill(p.Bright, loaf)
		c.fill(mix(p.Bright, p.Deep, .28), d("M 66 148 C 90 156 150 156 174 148 C 172 158 162 160 152 160 L 88 160 C 78 160 68 158 66 148 Z"))
		c.line(p.Paper, 5, d("M 88 104 Q 98 116 94 132"), d("M 116 96 Q 126 110 121 130"), d("M 144 102 Q 152 114 147 132"))
		c.line(p.Mid, 3, d("M 104 74 Q 98 66 104 58"), d("M 120 70 Q 114 60 120 50"), d("M 136 74 Q 130 66 136 58"))
		c.fill(p.Warm, star(120, 188, 11, 4.5, 5, 0))
	})
}
