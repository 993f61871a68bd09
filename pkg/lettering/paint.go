package lettering

import (
	"image"
	"image/color"
	"image/draw"
	"math"

	"github.com/go-text/typesetting/font/opentype"
	"golang.org/x/image/vector"
)

// Paint draws a block on a picture, its upper left corner at a point, in pixels. What falls outside the picture is not
// painted.
func (b Block) Paint(canvas draw.Image, x, y float64, ink color.Color) {
	for _, line := range b.Lines {
		line.paint(canvas, x, y, ink)
	}
}

func (l Line) paint(canvas draw.Image, x, y float64, ink color.Color) {
	if len(l.Letters) == 0 {
		return
	}
	size := l.Letters[0].Size
	area := image.Rect(int(math.Floor(x+l.X-size)), int(math.Floor(y+l.Baseline-1.6*size)), int(math.Ceil(x+l.X+l.Width+size)), int(math.Ceil(y+l.Baseline+size))).Intersect(canvas.Bounds())
	if area.Empty() {
		return
	}
	pen := vector.NewRasterizer(area.Dx(), area.Dy())
	for _, letter := range l.Letters {
		trace(pen, letter.Form.Segments, x+letter.X-float64(area.Min.X), y+letter.Y-float64(area.Min.Y), letter.Size)
	}
	pen.Draw(canvas, area, image.NewUniform(ink), image.Point{})
}

// trace adds an outline to what is filled. Rasterizers add up how often a point is wound around, so the letters of a
// line may touch.
func trace(pen *vector.Rasterizer, segments []opentype.Segment, x, y, size float64) {
	at := func(p opentype.SegmentPoint) (float32, float32) {
		return float32(x + float64(p.X)*size), float32(y - float64(p.Y)*size)
	}
	for i, s := range segments {
		ax, ay := at(s.Args[0])
		bx, by := at(s.Args[1])
		cx, cy := at(s.Args[2])
		switch s.Op {
		case opentype.SegmentOpMoveTo:
			if i > 0 {
				pen.ClosePath()
			}
			pen.MoveTo(ax, ay)
		case opentype.SegmentOpLineTo:
			pen.LineTo(ax, ay)
		case opentype.SegmentOpQuadTo:
			pen.QuadTo(ax, ay, bx, by)
		case opentype.SegmentOpCubeTo:
			pen.CubeTo(ax, ay, bx, by, cx, cy)
		}
	}
	if len(segments) > 0 {
		pen.ClosePath()
	}
}
