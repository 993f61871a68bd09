// Package postcard draws the picture by which other programs show a link to a badge, a collection or a passport: 1200 by
// 630 pixels in the look of the house. It knows nothing of who may see what, and nothing of where its words come from.
package postcard

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"

	xdraw "golang.org/x/image/draw"

	"github.com/carnetbadges/carnet/pkg/lettering"
)

// The size of a card in pixels (ogp.me; what every program that shows links has room for), and what it may weigh.
const (
	Width    = 1200
	Height   = 630
	MaxBytes = 300_000
)

// Card is what is on it. Title is what is shown, in the language Lang; Lines are said under it, in the language WordsLang.
type Card struct {
	Seed      string // of the security print
	House     string // what this Carnet is called
	Host      string // where it is
	Title     string
	Lang      string
	Lines     []string // at most three, such as by whom a badge was issued
	WordsLang string
	Verdict   string // the word of a stamp; empty: there is none
	Tone      string // of the stamp: green, amber, red, blue or plain
	Pictures  []image.Image
	Portrait  bool // the only picture is of a person
}

// The colours of the paper by day; static/css/tokens.css has them too.
var (
	paper  = rgb(0xfbf8f2)
	sheet  = rgb(0xfffefb)
	tint   = rgb(0xf4eee1)
	ink    = rgb(0x1c2430)
	soft   = rgb(0x4b5462)
	line   = rgb(0xddd3bf)
	cover  = rgb(0x14264a)
	foil   = rgb(0xe2c27c)
	irises = []color.NRGBA{{0x2f, 0x66, 0xad, 0x48}, {0x2e, 0x8a, 0x75, 0x48}, {0xc0, 0x5a, 0x4c, 0x48}}
)

func toneOf(name string) color.NRGBA {
	switch name {
	case "green":
		return rgb(0x1e6b45)
	case "amber":
		return rgb(0x8a5a00)
	case "red":
		return rgb(0xb3362b)
	case "blue":
		return rgb(0x1f4e8c)
	}
	return soft
}

func rgb(hex uint32) color.NRGBA {
	return color.NRGBA{uint8(hex >> 16), uint8(hex >> 8), uint8(hex), 0xff} //nolint:gosec // the lowest byte of each is meant
}

// Where things stand, in pixels.
const (
	margin  = 56
	plate   = 408 // side of the plate behind the picture
	above   = 126 // where plate and title begin
	text    = margin + plate + 56
	textEnd = Width - margin
)

// PNG is the card as a file of at most MaxBytes: a picture too noisy for that is drawn smaller.
func (c Card) PNG() ([]byte, error) {
	for _, side := range []int{plate - 56, 240, 160, 96, 0} {
		var out bytes.Buffer
		if err := png.Encode(&out, c.drawn(side)); err != nil {
			return nil, fmt.Errorf("write a card: %w", err)
		}
		if out.Len() <= MaxBytes {
			return out.Bytes(), nil
		}
	}
	return nil, fmt.Errorf("write a card: it weighs too much without any picture")
}

// drawn is the card with pictures of at most so many pixels a side.
func (c Card) drawn(side int) *image.RGBA {
	canvas := image.NewRGBA(image.Rect(0, 0, Width, Height))
	fill(canvas, canvas.Bounds(), paper)
	c.print(canvas)
	c.head(canvas)
	c.plate(canvas, side)
	c.words(canvas)
	return canvas
}

// head is the small closed passport, what the house is called and where it is.
func (c Card) head(canvas draw.Image) {
	mark(canvas, margin, 40)
	name := lettering.Set(c.House, 700, lettering.Style{Cut: lettering.Serif, Size: 36, Lines: 1, Direction: lettering.LeftToRight})
	name.Paint(canvas, margin+58, 38, ink)
	host := lettering.Set(c.Host, 500, lettering.Style{Size: 24, Lines: 1, Align: lettering.End, Direction: lettering.LeftToRight})
	host.Paint(canvas, textEnd-500, 47, soft)
	fill(canvas, image.Rect(margin, 104, textEnd, 105), line)
}

// plate holds the pictures: one large, or up to nine beside one another.
func (c Card) plate(canvas *image.RGBA, side int) {
	at := image.Rect(margin, above, margin+plate, above+plate)
	if len(c.Pictures) == 1 && c.Portrait {
		at.Max.X = at.Min.X + plate*35/45
	}
	fill(canvas, at, line)
	fill(canvas, at.Inset(2), tint)
	if len(c.Pictures) == 0 || side == 0 {
		rosette(canvas, c.Seed, center(at), plate/2-34)
		return
	}
	across := 1
	for across*across < len(c.Pictures) && across < 3 {
		across++
	}
	inner := at.Inset(28 / across)
	if c.Portrait {
		inner = at.Inset(2)
	}
	cell, shown := image.Pt(inner.Dx()/across, inner.Dy()/across), c.Pictures[:min(len(c.Pictures), across*across)]
	empty := across - (len(shown)+across-1)/across // rows
	for i, picture := range shown {
		corner := inner.Min.Add(image.Pt(i%across*cell.X, i/across*cell.Y+empty*cell.Y/2))
		contain(canvas, image.Rectangle{Min: corner, Max: corner.Add(cell)}.Inset((across-1)*6), picture, side)
	}
}

// contain draws a picture whole into a box, at most so many pixels a side.
func contain(canvas draw.Image, box image.Rectangle, picture image.Image, side int) {
	from := picture.Bounds()
	if from.Empty() {
		return
	}
	scale := min(float64(min(box.Dx(), side))/float64(from.Dx()), float64(min(box.Dy(), side))/float64(from.Dy()))
	size := image.Pt(max(1, int(float64(from.Dx())*scale)), max(1, int(float64(from.Dy())*scale)))
	corner := center(box).Sub(size.Div(2))
	xdraw.ApproxBiLinear.Scale(canvas, image.Rectangle{Min: corner, Max: corner.Add(size)}, picture, from, draw.Over, nil)
}

// words are the title, what is said under it, and the stamp.
func (c Card) words(canvas draw.Image) {
	left, bottom := float64(text), float64(above+plate)
	if c.Portrait && len(c.Pictures) == 1 {
		left -= plate * 10 / 45
	}
	wide := textEnd - left
	if c.Verdict != "" {
		bottom -= 92
		c.stamp(canvas, left, bottom+20)
	}
	lines := make([]lettering.Block, 0, len(c.Lines))
	under := 0.0
	for _, said := range c.Lines {
		block := lettering.Set(said, wide, lettering.Style{Size: 29, Lines: 2, Language: c.WordsLang})
		lines, under = append(lines, block), under+block.Height
	}
	title := c.title(wide, bottom-above-under-18)
	y := float64(above) - 8
	title.Paint(canvas, left, y, ink)
	y += title.Height + 18
	for _, block := range lines {
		block.Paint(canvas, left, y, soft)
		y += block.Height
	}
}

// title is set as large as there is room for.
func (c Card) title(wide, high float64) lettering.Block {
	var block lettering.Block
	for _, size := range []float64{76, 64, 54, 46, 40, 34} {
		style := lettering.Style{Cut: lettering.Serif, Size: size, Leading: 1.2, Lines: max(1, int(high/(size*1.2))), Language: c.Lang}
		if block = lettering.Set(c.Title, wide, style); !block.Cut && block.Height <= high {
			break
		}
	}
	return block
}

// stamp is the verdict between the two lines of a double rule.
func (c Card) stamp(canvas draw.Image, x, y float64) {
	tone := toneOf(c.Tone)
	word := lettering.Set(c.Verdict, textEnd-x-56, lettering.Style{Cut: lettering.Bold, Size: 33, Lines: 1, Leading: 1.25, Language: c.WordsLang, Direction: lettering.LeftToRight})
	wide := 0.0
	for _, l := range word.Lines {
		wide = max(wide, l.Width)
	}
	box := image.Rect(int(x), int(y), int(x+wide)+56, int(y)+72)
	for _, ring := range []struct {
		inset int
		ink   color.Color
	}{{0, tone}, {3, sheet}, {6, tone}, {8, sheet}} {
		fill(canvas, box.Inset(ring.inset), ring.ink)
	}
	word.Paint(canvas, x+28, y+36-word.Height/2, tone)
}

func fill(canvas draw.Image, at image.Rectangle, ink color.Color) {
	draw.Draw(canvas, at, image.NewUniform(ink), image.Point{}, draw.Over)
}

func center(r image.Rectangle) image.Point { return r.Min.Add(r.Size().Div(2)) }
