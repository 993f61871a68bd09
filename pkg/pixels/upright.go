package pixels

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"

	"golang.org/x/image/draw"
)

// Upright turns a decoded picture as the camera that took it says in its Exif (CIPA DC-008 §4.6.4, tag Orientation).
// Only JPEGs are asked.
func Upright(decoded image.Image, from Picture) image.Image {
	turn := 1
	if from.Kind == JPEG {
		turn = orientation(from.Data)
	}
	if turn == 1 {
		return decoded
	}
	return turned{decoded, turn}
}

// Scale is a part of a picture, brought to a size in pixels.
func Scale(from image.Image, part image.Rectangle, width, height int) image.Image {
	to := image.NewNRGBA(image.Rect(0, 0, width, height))
	draw.ApproxBiLinear.Scale(to, to.Bounds(), from, part.Intersect(from.Bounds()), draw.Src, nil)
	return to
}

// turned is a picture seen as one of the eight orientations says. Nothing is copied.
type turned struct {
	image.Image
	how int
}

// Bounds begins at 0, 0; orientations from 5 on lie on their side.
func (t turned) Bounds() image.Rectangle {
	size := t.Image.Bounds().Size()
	if t.how >= 5 {
		size.X, size.Y = size.Y, size.X
	}
	return image.Rectangle{Max: size}
}

// At finds the colour at a place of the turned picture.
func (t turned) At(x, y int) color.Color {
	all := t.Image.Bounds()
	right, bottom := all.Dx()-1, all.Dy()-1
	switch t.how {
	case 2:
		x = right - x
	case 3:
		x, y = right-x, bottom-y
	case 4:
		y = bottom - y
	case 5:
		x, y = y, x
	case 6:
		x, y = y, bottom-x
	case 7:
		x, y = right-y, bottom-x
	case 8:
		x, y = right-y, x
	}
	return t.Image.At(all.Min.X+x, all.Min.Y+y)
}

// RGBA64At is At for scalers, without an allocation for every pixel.
func (t turned) RGBA64At(x, y int) color.RGBA64 {
	r, g, b, a := t.At(x, y).RGBA()
	return color.RGBA64{R: uint16(r), G: uint16(g), B: uint16(b), A: uint16(a)} //nolint:gosec // colours have 16 bits
}

const (
	jpegAPP1       = 0xe1
	exifOrient     = 0x0112
	mostExif       = 64 << 10
	mostExifFields = 1000
)

// orientation reads how a JPEG's camera was held, from 1 (upright) to 8; 1 where it does not say.
func orientation(data []byte) int {
	tiff := exif(data)
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.BigEndian
	if string(tiff[:2]) == "II" {
		order = binary.LittleEndian
	}
	at := int(order.Uint32(tiff[4:]))
	if at < 8 || at+2 > len(tiff) {
		return 1
	}
	fields := min(int(order.Uint16(tiff[at:])), mostExifFields)
	for i := range fields {
		field := at + 2 + 12*i
		if field+12 > len(tiff) {
			break
		}
		if order.Uint16(tiff[field:]) == exifOrient {
			if how := int(order.Uint16(tiff[field+8:])); how >= 1 && how <= 8 {
				return how
			}
			break
		}
	}
	return 1
}

// exif is the TIFF structure in the first APP1 segment before the picture itself; nil where there is none.
func exif(data []byte) []byte {
	rest := data[min(2, len(data)):]
	for len(rest) >= 4 && rest[0] == 0xff && rest[1] != jpegSOS {
		length := int(binary.BigEndian.Uint16(rest[2:]))
		if length < 2 || 2+length > len(rest) {
			return nil
		}
		body := rest[4 : 2+length]
		if tiff, ok := bytes.CutPrefix(body, []byte("Exif\x00\x00")); ok && rest[1] == jpegAPP1 && len(tiff) <= mostExif {
			return tiff
		}
		rest = rest[2+length:]
	}
	return nil
}
