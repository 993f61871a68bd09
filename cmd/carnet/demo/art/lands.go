package art

// The motifs with a horizon.

func baobab(c *canvas, p Palette) {
	c.within(window(c, p), func() {
		c.shade(p.Warm, p.Paper, box(0, 0, Side, Side, 0))
		for i := range 4 {
			c.line(mix(p.Paper, p.Bright, .45), 1.2, circle(120, 120, 50+float64(i)*13))
		}
		c.fill(p.Bright, circle(120, 120, 40))
		c.fill(mix(p.Mid, p.Glow, .35), d("M 0 182 Q 60 160 120 174 Q 180 188 240 166 L 240 240 L 0 240 Z"))
		c.fill(p.Deep, d("M 103 200 C 110 176 106 150 100 132 C 92 118 74 116 62 104 C 80 108 94 108 102 116 C 100 98 88 88 84 74 C 98 84 108 98 112 112 C 116 94 114 80 120 64 C 126 80 124 96 128 112 C 134 98 144 86 158 76 C 152 92 140 100 138 116 C 148 108 162 108 180 102 C 168 116 148 118 140 132 C 134 150 130 176 139 200 Z"))
		c.fill(p.Deep, circle(62, 98, 11), circle(80, 72, 12), circle(120, 60, 13), circle(160, 72, 12), circle(180, 98, 11), circle(98, 64, 7), circle(142, 64, 7))
		c.fill(p.Mid, d("M 0 196 Q 70 182 140 194 Q 190 202 240 190 L 240 240 L 0 240 Z"))
		c.line(p.Deep, 2.4, d("M 52 200 L 52 186"), d("M 46 190 L 52 194 L 58 188"), d("M 186 200 L 186 184"), d("M 180 190 L 186 194 L 192 188"))
	})
}

func pirogue(c *canvas, p Palette) {
	c.within(seal(c, p), func() {
		c.shade(p.Glow, p.Paper, box(0, 0, Side, Side, 0))
		c.line(mix(p.Glow, p.Bright, .4), 5, rays(120, 118, 44, 120, 12, 0)...)
		c.fill(p.Bright, circle(120, 118, 38))
		c.fill(p.Mid, d("M 0 142 Q 20 132 40 142 Q 60 152 80 142 Q 100 132 120 142 Q 140 152 160 142 Q 180 132 200 142 Q 220 152 240 142 L 240 240 L 0 240 Z"))
		c.fill(p.Deep, d("M 44 132 C 70 150 170 152 202 122 C 196 150 178 166 150 168 L 92 168 C 66 166 50 152 44 132 Z"))
		c.line(p.Warm, 4, d("M 58 149 C 90 160 160 160 188 142"))
		c.fill(p.Glow, star(78, 158, 5, 2, 5, 0), star(100, 161, 5, 2, 5, 0), star(122, 162, 5, 2, 5, 0), star(144, 161, 5, 2, 5, 0), star(166, 157, 5, 2, 5, 0))
		c.line(p.Deep, 4, d("M 124 150 L 124 54"))
		c.fill(p.Paper, d("M 128 58 Q 176 84 180 132 L 128 138 Z"))
		c.fill(p.Warm, d("M 120 66 Q 88 96 82 136 L 120 138 Z"))
		c.fill(mix(p.Mid, p.Deep, .45), d("M 0 170 Q 20 160 40 170 Q 60 180 80 170 Q 100 160 120 170 Q 140 180 160 170 Q 180 160 200 170 Q 220 180 240 170 L 240 240 L 0 240 Z"))
		c.line(p.Paper, 2, d("M 60 192 Q 70 186 80 192 Q 90 198 100 192"), d("M 138 200 Q 148 194 158 200 Q 168 206 178 200"))
	})
}

func aurora(c *canvas, p Palette) {
	c.within(cushion(c, p), func() {
		c.shade(p.Deep, mix(p.Deep, p.Mid, .9), box(0, 0, Side, Side, 0))
		c.fill(mix(p.Mid, p.Bright, .35), d("M 0 96 C 50 40 90 110 140 60 C 180 24 210 50 240 30 L 240 96 C 200 90 180 104 140 122 C 96 142 50 110 0 146 Z"))
		c.fill(mix(p.Mid, p.Bright, .75), d("M 0 112 C 46 74 92 124 140 86 C 176 58 206 76 240 54 L 240 74 C 206 84 178 84 142 104 C 96 130 48 96 0 128 Z"))
		c.fill(p.Glow, d("M 0 118 C 46 84 92 130 140 94 C 176 68 206 84 240 62 L 240 66 C 206 86 178 76 142 99 C 94 134 48 90 0 123 Z"))
		for _, q := range []point{{52, 50}, {76, 34}, {118, 40}, {168, 30}, {196, 44}, {40, 76}, {208, 104}, {96, 62}, {182, 120}, {62, 140}} {
			c.fill(p.Paper, circle(q.x, q.y, 1.6))
		}
		c.fill(mix(p.Deep, p.Mid, .35), d("M 0 158 Q 40 140 84 154 Q 130 168 170 148 Q 206 132 240 150 L 240 190 L 0 190 Z"))
		c.fill(mix(p.Mid, p.Bright, .25), box(0, 172, Side, 68, 0))
		c.line(p.Glow, 2.2, d("M 74 186 L 128 186"), d("M 92 196 L 150 196"), d("M 70 206 L 112 206"))
		pine := d("M 0 -44 L 12 -22 L 7 -22 L 17 -4 L 10 -4 L 22 16 L 4 16 L 4 24 L -4 24 L -4 16 L -22 16 L -10 -4 L -17 -4 L -7 -22 L -12 -22 Z")
		dark := mix(p.Deep, "#000000", .35)
		c.fill(dark, pine.shifted(48, 164), pine.scaled(0, 0, .7).shifted(76, 162), pine.scaled(0, 0, 1.15).shifted(196, 162), pine.scaled(0, 0, .75).shifted(168, 164), pine.scaled(0, 0, .6).shifted(26, 168))
		c.fill(dark, d("M 0 178 Q 40 170 96 180 Q 60 188 0 190 Z"), d("M 240 176 Q 190 170 146 180 Q 190 190 240 190 Z"))
	})
}

func bridge(c *canvas, p Palette) {
	c.within(shield(c, p), func() {
		c.shade(p.Glow, p.Paper, box(0, 0, Side, Side, 0))
		c.fill(mix(p.Glow, p.Warm, .6), circle(164, 64, 22))
		c.fill(mix(p.Paper, p.Mid, .35), d("M 20 112 L 20 84 L 40 84 L 40 66 L 52 54 L 64 66 L 64 84 L 84 84 L 84 72 L 104 72 L 104 92 L 124 92 L 124 78 L 134 60 L 144 78 L 144 92 L 170 92 L 170 80 L 196 80 L 196 96 L 224 96 L 224 130 L 20 130 Z"))
		c.fill(p.Mid, box(0, 128, Side, 112, 0))
		c.line(mix(p.Mid, p.Paper, .5), 2.4, d("M 60 172 Q 74 166 88 172 Q 102 178 116 172"), d("M 120 190 Q 134 184 148 190 Q 162 196 176 190"), d("M 84 206 Q 98 200 112 206 Q 126 212 140 206"))
		c.fill(p.Deep, d("M 0 112 Q 120 92 240 112 L 240 152 L 222 152 C 220 124 180 124 178 152 L 152 152 C 150 120 90 120 88 152 L 62 152 C 60 124 20 124 18 152 L 0 152 Z"))
		c.line(p.Warm, 3.4, d("M 0 108 Q 120 88 240 108"))
		c.line(p.Deep, 2.6, d("M 74 103 L 74 82"), d("M 120 98 L 120 76"), d("M 166 103 L 166 82"))
		c.fill(p.Bright, circle(74, 80, 5), circle(120, 74, 5), circle(166, 80, 5))
	})
}

func portico(c *canvas, p Palette) {
	c.within(window(c, p), func() {
		c.shade(mix(p.Warm, p.Paper, .25), p.Warm, box(0, 0, Side, Side, 0))
		shades := []string{p.Deep, mix(p.Deep, p.Mid, .5), p.Mid, mix(p.Mid, p.Bright, .5), p.Bright, mix(p.Bright, p.Glow, .6), p.Paper}
		arch := d("M 46 220 L 46 112 C 46 66 78 38 120 38 C 162 38 194 66 194 112 L 194 220 Z")
		for i, shade := range shades {
			factor := 1.0 - float64(i)*.13
			c.fill(shade, arch.scaled(120, 186, factor))
		}
		c.fill(p.Deep, d("M 112 172 C 112 166 116 162 120 162 C 124 162 128 166 128 172 L 126 186 L 114 186 Z"), circle(120, 156, 5))
		c.fill(mix(p.Glow, p.Bright, .3), d("M 70 220 L 104 186 L 136 186 L 170 220 Z"))
		c.line(p.Mid, 1.8, d("M 120 186 L 120 220"), d("M 110 186 L 92 220"), d("M 130 186 L 148 220"), d("M 94 196 L 146 196"), d("M 84 206 L 156 206"))
	})
}
