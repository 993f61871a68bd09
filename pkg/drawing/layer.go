package drawing

import (
	"image"
	"math"
)

// ink is the colour of each pixel of what is painted.
type ink interface {
	at(x, y int) colour
}

// plain is one colour everywhere.
type plain colour

func (c plain) at(int, int) colour { return colour(c) }

// clip is what may be painted on: how much of each pixel, in an area. Nothing may be outside of it.
type clip struct {
	area  image.Rectangle
	alpha []uint8 // nil: all of the area, wholly
}

func (c *clip) row(y, from, to int) []uint8 {
	if c.alpha == nil {
		return nil
	}
	at := (y - c.area.Min.Y) * c.area.Dx()
	return c.alpha[at+from-c.area.Min.X : at+to-c.area.Min.X]
}

// cover paints what a filler found with an ink on a picture.
func (p *painter) cover(on *image.RGBA, f *filler, evenOdd bool, with ink, through *clip) {
	solid, isPlain := with.(plain)
	f.rows(evenOdd, func(y, from int, cover []float32) {
		if !isPlain {
			p.spend(8 * len(cover))
		}
		shown := through.row(y, from, from+len(cover))
		pixels := on.Pix[on.PixOffset(from, y):]
		c := colour(solid)
		for i, share := range cover {
			if shown != nil {
				share *= float32(shown[i]) / 255
			}
			if share <= 0 {
				continue
			}
			if !isPlain {
				c = with.at(from+i, y)
			}
			over(pixels[4*i:4*i+4:4*i+4], c, c.a*float64(share))
		}
	})
}

// over lays a colour over a pixel.
func over(pixel []uint8, c colour, alpha float64) {
	if alpha > 254.5/255 {
		pixel[0], pixel[1], pixel[2], pixel[3] = eight(c.r*255), eight(c.g*255), eight(c.b*255), 255
		return
	}
	rest := 1 - alpha
	pixel[0] = eight(c.r*alpha*255 + float64(pixel[0])*rest)
	pixel[1] = eight(c.g*alpha*255 + float64(pixel[1])*rest)
	pixel[2] = eight(c.b*alpha*255 + float64(pixel[2])*rest)
	pixel[3] = eight(alpha*255 + float64(pixel[3])*rest)
}

func eight(v float64) uint8 { return uint8(min(max(v, 0), 255) + 0.5) }

// layer is a picture of its own, to be laid on another as a whole.
func (p *painter) layer(area image.Rectangle) *image.RGBA {
	if p.layers++; p.layers > maxLayers {
		p.tooDear("too many pictures within each other")
	}
	if !p.spend(2 * area.Dx() * area.Dy()) {
		area = image.Rectangle{}
	}
	return image.NewRGBA(area)
}

// lay lays a layer on a picture, as opaque and blended as a style says, through a mask if there is one.
func (p *painter) lay(on, layer *image.RGBA, st *style, mask *clip) {
	p.layers--
	area := layer.Rect.Intersect(on.Rect)
	if mask != nil {
		area = area.Intersect(mask.area)
	}
	if area.Empty() || !p.spend(4*area.Dx()*area.Dy()) {
		return
	}
	for y := area.Min.Y; y < area.Max.Y; y++ {
		from, to := layer.Pix[layer.PixOffset(area.Min.X, y):], on.Pix[on.PixOffset(area.Min.X, y):]
		var shown []uint8
		if mask != nil {
			shown = mask.row(y, area.Min.X, area.Max.X)
		}
		for i := range area.Dx() {
			share := st.opacity
			if shown != nil {
				share *= float64(shown[i]) / 255
			}
			if from[4*i+3] == 0 || share == 0 {
				continue
			}
			if st.blend != nil {
				st.blend.lay(to[4*i:4*i+4], from[4*i:4*i+4], share)
				continue
			}
			rest := 1 - float64(from[4*i+3])/255*share
			for j := 4 * i; j < 4*i+4; j++ {
				to[j] = eight(float64(from[j])*share + float64(to[j])*rest)
			}
		}
	}
}

// clipped is what is left of a clip where a filler covers something.
func (p *painter) clipped(outer *clip, fill func(on *image.RGBA)) *clip {
	layer := p.layer(outer.area)
	fill(layer)
	p.layers--
	return p.byAlpha(outer, layer, func(pixel []uint8) float64 { return float64(pixel[3]) })
}

// byAlpha is a clip made smaller by what each pixel of a layer says, from 0 to 255.
func (p *painter) byAlpha(outer *clip, layer *image.RGBA, says func([]uint8) float64) *clip {
	area := layer.Rect
	if !p.spend(4 * area.Dx() * area.Dy()) {
		return &clip{}
	}
	inner := &clip{area: area, alpha: make([]uint8, area.Dx()*area.Dy())}
	used := image.Rectangle{}
	for y := area.Min.Y; y < area.Max.Y; y++ {
		row := layer.Pix[layer.PixOffset(area.Min.X, y):]
		shown := outer.row(y, area.Min.X, area.Max.X)
		to := inner.row(y, area.Min.X, area.Max.X)
		for i := range to {
			v := says(row[4*i : 4*i+4])
			if shown != nil {
				v *= float64(shown[i]) / 255
			}
			if to[i] = eight(v); to[i] > 0 {
				x := area.Min.X + i
				used = used.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return inner.cut(used)
}

// cut is a clip without what lies outside an area.
func (c *clip) cut(area image.Rectangle) *clip {
	if area = area.Intersect(c.area); area == c.area {
		return c
	}
	out := &clip{area: area}
	if c.alpha != nil {
		out.alpha = make([]uint8, 0, area.Dx()*area.Dy())
		for y := area.Min.Y; y < area.Max.Y; y++ {
			out.alpha = append(out.alpha, c.row(y, area.Min.X, area.Max.X)...)
		}
	}
	return out
}

// pixelsOf is the smallest area of pixels with a box in it, within another.
func pixelsOf(b box, within image.Rectangle) image.Rectangle {
	if b.empty() {
		return image.Rectangle{}
	}
	low := func(v float64, least, most int) int {
		return int(min(max(math.Floor(v), float64(least)), float64(most)))
	}
	r := image.Rect(low(b.left, within.Min.X, within.Max.X), low(b.top, within.Min.Y, within.Max.Y),
		low(b.right+1, within.Min.X, within.Max.X), low(b.bottom+1, within.Min.Y, within.Max.Y))
	return r.Intersect(within)
}
