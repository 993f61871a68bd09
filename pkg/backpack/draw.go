package backpack

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"image"
	"image/color"
	"image/draw"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gomedium"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
	"golang.org/x/image/vector"

	"github.com/carnetbadges/carnet/pkg/pixels"
)

const initialsSize = 104.0 // units of the rosette

// drawSVG draws the rosette of a name. It holds nothing that runs or loads.
func drawSVG(name string) []byte {
	r := rosetteOf(name)
	var out bytes.Buffer
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" viewBox="0 0 %.0f %.0f" role="img">`, rosetteSide, rosetteSide, rosetteSide, rosetteSide)
	for _, l := range r.layers() {
		fmt.Fprintf(&out, `<path fill="%s" d="`, hex(l.color))
		for _, outline := range l.outlines {
			writeOutline(&out, outline)
		}
		out.WriteString(`"/>`)
	}
	fmt.Fprintf(&out, `<text x="%.0f" y="%.0f" dy=".35em" text-anchor="middle" font-family="Georgia, 'Times New Roman', serif" font-size="%.0f" fill="%s">%s</text></svg>`,
		center, center, initialsSize, hex(r.colors.deep), escaped(r.initials))
	return out.Bytes()
}

func writeOutline(out *bytes.Buffer, outline []point) {
	for i, p := range outline {
		command := byte('L')
		if i == 0 {
			command = 'M'
		}
		fmt.Fprintf(out, "%c%.1f %.1f", command, p.x, p.y)
	}
	out.WriteByte('Z')
}

func hex(c color.NRGBA) string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }

func escaped(text string) string {
	var out bytes.Buffer
	if err := xml.EscapeText(&out, []byte(text)); err != nil {
		return ""
	}
	return out.String()
}

// drawPNG draws the same rosette in pixels.
func drawPNG(name string) ([]byte, error) {
	r := rosetteOf(name)
	canvas := image.NewRGBA(image.Rect(0, 0, rosetteSide, rosetteSide))
	for _, l := range r.layers() {
		fill(canvas, l)
	}
	if err := letter(canvas, r); err != nil {
		return nil, fmt.Errorf("draw a badge: %w", err)
	}
	return pixels.EncodePNG(canvas)
}

func fill(canvas draw.Image, l layer) {
	shape := vector.NewRasterizer(rosetteSide, rosetteSide)
	for _, outline := range l.outlines {
		shape.MoveTo(float32(outline[0].x), float32(outline[0].y))
		for _, p := range outline[1:] {
			shape.LineTo(float32(p.x), float32(p.y))
		}
		shape.ClosePath()
	}
	shape.Draw(canvas, canvas.Bounds(), image.NewUniform(l.color), image.Point{})
}

// letter writes the initials, if the font has their signs: it has those of Latin, Greek and Cyrillic.
func letter(canvas draw.Image, r rosette) error {
	parsed, err := opentype.Parse(gomedium.TTF)
	if err != nil {
		return err
	}
	face, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: initialsSize, DPI: 72})
	if err != nil {
		return err
	}
	for _, sign := range r.initials {
		if _, has := face.GlyphAdvance(sign); !has {
			return face.Close()
		}
	}
	pen := font.Drawer{Dst: canvas, Src: image.NewUniform(r.colors.deep), Face: face}
	bounds, advance := pen.BoundString(r.initials)
	pen.Dot = fixed.Point26_6{
		X: fixed.I(center) - advance/2,
		Y: fixed.I(center) - (bounds.Min.Y+bounds.Max.Y)/2,
	}
	pen.DrawString(r.initials)
	return face.Close()
}
