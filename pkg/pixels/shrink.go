package pixels

import (
	"image"
	"image/color"

	"golang.org/x/image/draw"
)

// Shrink makes a picture at most so many pixels a side: first by the mean of whole blocks, then by what is left.
// Scalers with a wider view would take 32 bytes for every pixel of a column.
func Shrink(from image.Image, side int) image.Image {
	longest := max(from.Bounds().Dx(), from.Bounds().Dy())
	if longest <= side {
		return from
	}
	width, height := max(1, from.Bounds().Dx()*side/longest), max(1, from.Bounds().Dy()*side/longest)
	if wide, ok := from.(image.RGBA64Image); ok && longest >= 2*side {
		from = means(wide, longest/side)
	}
	if size := from.Bounds().Size(); size.X == width && size.Y == height {
		return from
	}
	to := image.NewNRGBA(image.Rect(0, 0, width, height))
	draw.ApproxBiLinear.Scale(to, to.Bounds(), from, from.Bounds(), draw.Src, nil)
	return to
}

// means is a picture of the mean colours of blocks of so many pixels a side.
func means(from image.RGBA64Image, side int) image.Image {
	at := from.Bounds()
	to := image.NewNRGBA(image.Rect(0, 0, (at.Dx()+side-1)/side, (at.Dy()+side-1)/side))
	for y := range to.Rect.Dy() {
		for x := range to.Rect.Dx() {
			corner := at.Min.Add(image.Pt(x*side, y*side))
			block := image.Rectangle{Min: corner, Max: corner.Add(image.Pt(side, side))}
			to.SetRGBA64(x, y, mean(from, block.Intersect(at)))
		}
	}
	return to
}

// mean is the colour of a block that is not empty.
func mean(from image.RGBA64Image, block image.Rectangle) color.RGBA64 {
	var red, green, blue, alpha, n uint64
	for y := block.Min.Y; y < block.Max.Y; y++ {
		for x := block.Min.X; x < block.Max.X; x++ {
			c := from.RGBA64At(x, y)
			red, green, blue, alpha, n = red+uint64(c.R), green+uint64(c.G), blue+uint64(c.B), alpha+uint64(c.A), n+1
		}
	}
	return color.RGBA64{R: uint16(red / n), G: uint16(green / n), B: uint16(blue / n), A: uint16(alpha / n)}
}
