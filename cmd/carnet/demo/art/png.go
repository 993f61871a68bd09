package art

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"

	"golang.org/x/image/vector"
)

// PNG is the drawing as a PNG of side by side pixels on a transparent ground.
func PNG(m Motif, p Palette, side int) ([]byte, error) {
	scale := float64(side) / Side
	out := image.NewRGBA(image.Rect(0, 0, side, side))
	for _, one := range drawn(m, p).marks {
		paintMark(out, one, scale)
	}
	var file bytes.Buffer
	if err := png.Encode(&file, out); err != nil {
		return nil, err
	}
	return file.Bytes(), nil
}

func paintMark(out *image.RGBA, one mark, scale float64) {
	shape := one.shape.scaled(0, 0, scale)
	cover := coverage(out.Rect, shape.outline())
	if one.width > 0 {
		cover = coverage(out.Rect, stroke(shape.outline(), one.width*scale/2))
	}
	if one.clip != nil {
		intersect(cover, coverage(out.Rect, one.clip.scaled(0, 0, scale).outline()))
	}
	draw.DrawMask(out, out.Rect, one.ink(out.Rect), image.Point{}, cover, image.Point{}, draw.Over)
}

// ink is the colour of a mark everywhere.
func (m mark) ink(bounds image.Rectangle) image.Image {
	if m.below == "" {
		return image.NewUniform(opaque(m.colour))
	}
	out := image.NewRGBA(bounds)
	for y := range bounds.Dy() {
		row := image.NewUniform(opaque(mix(m.colour, m.below, (float64(y)+.5)/float64(bounds.Dy()))))
		draw.Draw(out, image.Rect(0, y, bounds.Dx(), y+1), row, image.Point{}, draw.Src)
	}
	return out
}

func opaque(colour string) color.RGBA {
	c := rgb(colour)
	return color.RGBA{R: c[0], G: c[1], B: c[2], A: 255}
}

// coverage is how much of each pixel the outlines cover.
func coverage(bounds image.Rectangle, outlines [][]point) *image.Alpha {
	raster := vector.NewRasterizer(bounds.Dx(), bounds.Dy())
	for _, outline := range outlines {
		for i, q := range outline {
			if i == 0 {
				raster.MoveTo(float32(q.x), float32(q.y))
			} else {
				raster.LineTo(float32(q.x), float32(q.y))
			}
		}
		raster.ClosePath()
	}
	out := image.NewAlpha(bounds)
	raster.Draw(out, bounds, image.Opaque, image.Point{})
	return out
}

func intersect(a, b *image.Alpha) {
	for i := range a.Pix {
		a.Pix[i] = uint8(int(a.Pix[i]) * int(b.Pix[i]) / 255)
	}
}

// outline flattens a path into runs of points; a closed run ends where it began.
func (p path) outline() [][]point {
	var runs [][]point
	add := func(q point) { runs[len(runs)-1] = append(runs[len(runs)-1], q) }
	for _, s := range p {
		switch s.op {
		case 'M':
			runs = append(runs, []point{s.p[0]})
		case 'L':
			add(s.p[0])
		case 'Q', 'C':
			last := runs[len(runs)-1]
			for _, q := range curve(last[len(last)-1], s) {
				add(q)
			}
		case 'Z':
			add(runs[len(runs)-1][0])
		case 'O':
			runs = append(runs, ring(s.p[0], s.radius))
		}
	}
	return runs
}

func curve(from point, s step) []point {
	a, b, end := s.p[0], s.p[1], s.p[2]
	if s.op == 'Q' {
		end = s.p[1]
		a, b = between(from, s.p[0], 2./3), between(end, s.p[0], 2./3)
	}
	const pieces = 16
	out := make([]point, 0, pieces)
	for i := 1; i <= pieces; i++ {
		t := float64(i) / pieces
		ab := between(a, b, t)
		out = append(out, between(between(between(from, a, t), ab, t), between(ab, between(b, end, t), t), t))
	}
	return out
}

func between(a, b point, part float64) point {
	return point{a.x + (b.x-a.x)*part, a.y + (b.y-a.y)*part}
}

func ring(centre point, radius float64) []point {
	corners := max(8, int(math.Ceil(radius*2)))
	out := make([]point, 0, corners+1)
	for i := range corners + 1 {
		out = append(out, polar(centre.x, centre.y, radius, 2*math.Pi*float64(i)/float64(corners)))
	}
	return out
}

// stroke turns lines into what a round pen covers. All pieces turn the same way: where they overlap they add up.
func stroke(runs [][]point, half float64) [][]point {
	var out [][]point
	for _, run := range runs {
		for i, q := range run {
			out = append(out, ring(q, half))
			if i == 0 || q == run[i-1] {
				continue
			}
			p := run[i-1]
			length := math.Hypot(q.x-p.x, q.y-p.y)
			dx, dy := (q.x-p.x)/length*half, (q.y-p.y)/length*half
			out = append(out, []point{{p.x + dy, p.y - dx}, {q.x + dy, q.y - dx}, {q.x - dy, q.y + dx}, {p.x - dy, p.y + dx}})
		}
	}
	return out
}
