package paper

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
)

// picture is a picture that is in the document.
type picture struct{ number, width, height int }

// exact writes every pixel of a picture as it is, with its transparency beside it.
func (d *document) exact(p image.Image) picture {
	rgb, alpha, opaque := parts(p)
	members := ""
	if !opaque {
		members = " /SMask " + reference(d.mask(p, alpha))
	}
	b := p.Bounds()
	return picture{d.stream(imageMembers(b, "RGB")+members, rgb), b.Dx(), b.Dy()}
}

// light writes a picture as JPEG, for sheets with many of them.
func (d *document) light(p image.Image) (picture, error) {
	_, alpha, opaque := parts(p)
	members := ""
	if !opaque {
		members = " /SMask " + reference(d.mask(p, alpha))
	}
	b := p.Bounds()
	flat := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(flat, flat.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(flat, flat.Bounds(), p, b.Min, draw.Over)
	var out bytes.Buffer
	if err := jpeg.Encode(&out, flat, &jpeg.Options{Quality: 86}); err != nil {
		return picture{}, fmt.Errorf("write a picture: %w", err)
	}
	return picture{d.raw(imageMembers(b, "RGB")+members+" /Filter /DCTDecode", out.Bytes()), b.Dx(), b.Dy()}, nil
}

func (d *document) mask(p image.Image, alpha []byte) int {
	return d.stream(imageMembers(p.Bounds(), "Gray"), alpha)
}

func imageMembers(b image.Rectangle, colours string) string {
	return fmt.Sprintf("/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 8 /ColorSpace /Device%s", b.Dx(), b.Dy(), colours)
}

// parts are the colours and the transparency of a picture, row by row.
func parts(p image.Image) (rgb, alpha []byte, opaque bool) {
	b := p.Bounds()
	flat := image.NewNRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(flat, flat.Bounds(), p, b.Min, draw.Src)
	rgb, alpha, opaque = make([]byte, 0, 3*b.Dx()*b.Dy()), make([]byte, 0, b.Dx()*b.Dy()), true
	for i := 0; i < len(flat.Pix); i += 4 {
		c := color.NRGBA{R: flat.Pix[i], G: flat.Pix[i+1], B: flat.Pix[i+2], A: flat.Pix[i+3]}
		rgb, alpha = append(rgb, c.R, c.G, c.B), append(alpha, c.A)
		opaque = opaque && c.A == 0xff
	}
	return rgb, alpha, opaque
}
