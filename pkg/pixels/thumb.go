package pixels

import (
	"bytes"
	"cmp"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"slices"
)

// Thumb writes a picture small: at most so many pixels a side and so many bytes. What nothing shines through is a JPEG;
// else it is a PNG of as many colours as there is room for, and where even that is too much, of fewer pixels. There is no
// WebP, which nothing in Go writes.
func Thumb(from image.Image, side, most int) (Picture, error) {
	for ; side >= 16; side = side * 3 / 4 {
		small := toNRGBA(Shrink(from, side))
		p, err := smallest(small, most)
		if err != nil || len(p.Data) <= most {
			return p, err
		}
	}
	return Picture{}, ErrTooLarge
}

// smallest is the best form of a picture that has room, or the last that was tried.
func smallest(small *image.NRGBA, most int) (p Picture, err error) {
	if small.Opaque() {
		for _, quality := range []int{84, 74, 62, 50} {
			var out bytes.Buffer
			if err := jpeg.Encode(&out, small, &jpeg.Options{Quality: quality}); err != nil {
				return Picture{}, fmt.Errorf("write a JPEG: %w", err)
			}
			if p = (Picture{out.Bytes(), JPEG}); len(p.Data) <= most {
				return p, nil
			}
		}
		return p, nil
	}
	for _, colours := range []int{256, 64, 16} {
		var out bytes.Buffer
		encoder := png.Encoder{CompressionLevel: png.BestCompression}
		if err := encoder.Encode(&out, withColours(small, colours)); err != nil {
			return Picture{}, fmt.Errorf("write a PNG: %w", err)
		}
		if p = (Picture{out.Bytes(), PNG}); len(p.Data) <= most {
			return p, nil
		}
	}
	return p, nil
}

func toNRGBA(from image.Image) *image.NRGBA {
	if same, ok := from.(*image.NRGBA); ok && same.Rect.Min == (image.Point{}) {
		return same
	}
	at := from.Bounds()
	to := image.NewNRGBA(image.Rect(0, 0, at.Dx(), at.Dy()))
	for y := range at.Dy() {
		for x := range at.Dx() {
			to.Set(x, y, from.At(at.Min.X+x, at.Min.Y+y))
		}
	}
	return to
}

// shade is pixels of nearly one colour: how many, and the sums of their red, green, blue and alpha, then the means.
type shade struct {
	key    uint32
	pixels int
	sums   [4]int
	mean   [4]int
}

// shadesMost bounds what is sorted: a picture of more shades is looked at less closely.
const shadesMost = 4096

// shadeOf is what a colour is called when only so many bits of its parts are looked at; all that cannot be seen is one.
func shadeOf(c []byte, bits int) uint32 {
	if c[3] < 16 {
		return 0
	}
	drop := 8 - bits
	return 1<<28 | uint32(c[0]>>drop)<<20 | uint32(c[1]>>drop)<<12 | uint32(c[2]>>drop)<<4 | uint32(c[3]>>5)
}

// shadesOf are the shades of a picture, by bits of their parts, as closely as there are few enough.
func shadesOf(from *image.NRGBA) (found map[uint32]*shade, bits int) {
	for bits = 5; ; bits-- {
		found = map[uint32]*shade{}
		for i := 0; i < len(from.Pix); i += 4 {
			key := shadeOf(from.Pix[i:i+4], bits)
			s := found[key]
			if s == nil {
				s = &shade{key: key}
				found[key] = s
			}
			s.pixels++
			for j := range 4 {
				s.sums[j] += int(from.Pix[i+j])
			}
		}
		if len(found) <= shadesMost || bits == 2 {
			return found, bits
		}
	}
}

// withColours is a picture of at most so many colours, chosen by cutting the shades that are there at the median, again
// and again, where they lie farthest apart.
func withColours(from *image.NRGBA, most int) *image.Paletted {
	found, bits := shadesOf(from)
	palette, places := colourTable(found, most)
	to := image.NewPaletted(from.Rect, palette)
	for i := range to.Pix {
		to.Pix[i] = places[shadeOf(from.Pix[4*i:4*i+4], bits)]
	}
	return to
}

// box is some shades, by which part they lie farthest apart, and how far; counted more where there are many pixels.
type box struct {
	shades []*shade
	part   int
	apart  int
}

func boxOf(shades []*shade) box {
	b := box{shades: shades}
	pixels := 0
	for _, s := range shades {
		pixels += s.pixels
	}
	for j := range 4 {
		least, largest := 255, 0
		for _, s := range shades {
			least, largest = min(least, s.mean[j]), max(largest, s.mean[j])
		}
		if apart := (largest - least) * (64 + min(pixels, 4096)); largest > least && apart > b.apart {
			b.part, b.apart = j, apart
		}
	}
	return b
}

// cut halves a box where half of its pixels are behind one; each half has a shade at least.
func (b box) cut() (left, right box) {
	slices.SortFunc(b.shades, func(x, y *shade) int {
		return cmp.Or(cmp.Compare(x.mean[b.part], y.mean[b.part]), cmp.Compare(x.key, y.key))
	})
	all, before := 0, 0
	for _, s := range b.shades {
		all += s.pixels
	}
	at := len(b.shades) - 1
	for i, s := range b.shades {
		if before += s.pixels; 2*before >= all {
			at = min(i+1, len(b.shades)-1)
			break
		}
	}
	return boxOf(b.shades[:at]), boxOf(b.shades[at:])
}

// colourTable makes a palette of shades, and tells which of its colours each shade is.
func colourTable(found map[uint32]*shade, most int) (color.Palette, map[uint32]uint8) {
	shades := make([]*shade, 0, len(found))
	for _, s := range found {
		for j := range 4 {
			s.mean[j] = s.sums[j] / s.pixels
		}
		shades = append(shades, s)
	}
	boxes := []box{boxOf(shades)}
	for len(boxes) < most {
		widest := 0
		for i, b := range boxes {
			if b.apart > boxes[widest].apart {
				widest = i
			}
		}
		if boxes[widest].apart == 0 {
			break
		}
		left, right := boxes[widest].cut()
		boxes[widest] = left
		boxes = append(boxes, right)
	}
	palette, places := make(color.Palette, 0, len(boxes)), make(map[uint32]uint8, len(found))
	for i, b := range boxes {
		var all shade
		for _, s := range b.shades {
			places[s.key] = uint8(i) //nolint:gosec // at most 256
			all.pixels += s.pixels
			for j := range 4 {
				all.sums[j] += s.sums[j]
			}
		}
		mean := func(j int) uint8 { return uint8(all.sums[j] / all.pixels) } //nolint:gosec // of bytes
		palette = append(palette, color.NRGBA{mean(0), mean(1), mean(2), mean(3)})
	}
	return palette, places
}
