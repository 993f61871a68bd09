package postcard

import (
	"crypto/sha256"
	"encoding/binary"
	"image"
	"image/color"
	"image/draw"
	"math"

	"golang.org/x/image/vector"
)

// dice are numbers drawn from a seed, always the same for the same seed; views draws its prints with the like.
type dice struct{ state uint64 }

func diceOf(seed string) *dice {
	sum := sha256.Sum256([]byte(seed))
	return &dice{binary.BigEndian.Uint64(sum[:8])}
}

func (d *dice) between(low, high int) int {
	d.state = d.state*6364136223846793005 + 1442695040888963407
	return low + int((d.state>>33)%uint64(high-low+1)) //nolint:gosec // low is less than high
}

type point struct{ x, y float64 }

// print is the security print of a card: bands of sine lines along its foot.
func (c Card) print(canvas draw.Image) {
	d := diceOf("band " + c.Seed)
	for band, y := range []float64{Height - 44, Height - 26} {
		count, shift, length := d.between(7, 9), float64(d.between(6, 10)), float64(130+70*band+d.between(-12, 12))
		for i := range count {
			high := float64(30+8*band) * math.Cos(math.Pi*float64(i)/float64(count-1))
			var wave []point
			for x := -8.0; x <= Width+8; x += 8 {
				wave = append(wave, point{x, y + high*math.Sin((x+float64(i)*shift)*2*math.Pi/length)})
			}
			ribbon(canvas, wave, 1.2, irises[(i+band)%len(irises)])
		}
	}
}

// rosette is an ellipse turned onto itself within a rim.
func rosette(canvas draw.Image, seed string, at image.Point, radius float64) {
	d := diceOf("rosette " + seed)
	narrow, turns := radius*float64(d.between(36, 58))/100, 12
	for i := range turns {
		ellipse(canvas, at, radius, narrow, math.Pi*float64(i)/float64(turns), irises[i%len(irises)])
	}
	ellipse(canvas, at, radius+8, radius+8, 0, irises[0])
}

func ellipse(canvas draw.Image, at image.Point, wide, high, turned float64, ink color.Color) {
	const steps = 120
	ring := make([]point, steps+1)
	for i := range ring {
		x, y := wide*math.Cos(2*math.Pi*float64(i)/steps), high*math.Sin(2*math.Pi*float64(i)/steps)
		ring[i] = point{float64(at.X) + x*math.Cos(turned) - y*math.Sin(turned), float64(at.Y) + x*math.Sin(turned) + y*math.Cos(turned)}
	}
	ribbon(canvas, ring, 1.4, ink)
}

// ribbon draws a line of a width through points.
func ribbon(canvas draw.Image, through []point, width float64, ink color.Color) {
	pen := vector.NewRasterizer(canvas.Bounds().Dx(), canvas.Bounds().Dy())
	beside := func(i int, by float64) (float32, float32) {
		a, b := through[max(0, i-1)], through[min(len(through)-1, i+1)]
		long := math.Hypot(b.x-a.x, b.y-a.y)
		if long == 0 {
			long = 1
		}
		return float32(through[i].x - by*(b.y-a.y)/long), float32(through[i].y + by*(b.x-a.x)/long)
	}
	pen.MoveTo(beside(0, width/2))
	for i := 1; i < len(through); i++ {
		pen.LineTo(beside(i, width/2))
	}
	for i := len(through) - 1; i >= 0; i-- {
		pen.LineTo(beside(i, -width/2))
	}
	pen.ClosePath()
	pen.Draw(canvas, canvas.Bounds(), image.NewUniform(ink), image.Point{})
}

// mark is the small closed passport.
func mark(canvas draw.Image, x, y int) {
	rounded(canvas, float64(x), float64(y), 40, 50, 7, cover)
	for i := range 4 {
		ellipse(canvas, image.Pt(x+20, y+21), 12, 5, math.Pi*float64(i)/4, foil)
	}
	ribbon(canvas, []point{{float64(x) + 13, float64(y) + 41}, {float64(x) + 27, float64(y) + 41}}, 2.4, foil)
}

func rounded(canvas draw.Image, x, y, wide, high, radius float64, ink color.Color) {
	pen := vector.NewRasterizer(canvas.Bounds().Dx(), canvas.Bounds().Dy())
	at := func(dx, dy float64) (float32, float32) { return float32(x + dx), float32(y + dy) }
	pen.MoveTo(at(radius, 0))
	for _, c := range [4][6]float64{
		{wide - radius, 0, wide, 0, wide, radius},
		{wide, high - radius, wide, high, wide - radius, high},
		{radius, high, 0, high, 0, high - radius},
		{0, radius, 0, 0, radius, 0},
	} {
		pen.LineTo(at(c[0], c[1]))
		bx, by := at(c[2], c[3])
		cx, cy := at(c[4], c[5])
		pen.QuadTo(bx, by, cx, cy)
	}
	pen.ClosePath()
	pen.Draw(canvas, canvas.Bounds(), image.NewUniform(ink), image.Point{})
}
