package pixels

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"testing"
)

// held is a JPEG whose Exif says how the camera was held; its left upper corner is red, the right upper one green, the
// left lower one blue.
func held(t testing.TB, how uint16, order binary.AppendByteOrder, mark string) []byte {
	t.Helper()
	i := image.NewNRGBA(image.Rect(0, 0, 96, 64))
	for y := range 64 {
		for x := range 96 {
			c := color.NRGBA{A: 255}
			switch {
			case x < 48 && y < 32:
				c.R = 255
			case y < 32:
				c.G = 255
			case x < 48:
				c.B = 255
			}
			i.SetNRGBA(x, y, c)
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, i, &jpeg.Options{Quality: 100}); err != nil {
		t.Fatal(err)
	}
	tiff := order.AppendUint32(order.AppendUint16([]byte(mark), 42), 8)
	tiff = order.AppendUint16(tiff, 1)
	tiff = order.AppendUint32(order.AppendUint16(order.AppendUint16(tiff, exifOrient), 3), 1)
	tiff = append(order.AppendUint16(tiff, how), 0, 0, 0, 0, 0, 0)
	body := append([]byte("Exif\x00\x00"), tiff...)
	head := binary.BigEndian.AppendUint16([]byte{0xff, 0xd8, 0xff, 0xe1}, uint16(len(body)+2))
	return append(append(head, body...), out.Bytes()[2:]...)
}

func TestPictureStandsAsItsCameraWasHeld(t *testing.T) {
	// The corner at the upper left and the one at its right, as each orientation shows them.
	want := map[uint16]string{0: "rg", 1: "rg", 2: "gr", 3: "kb", 4: "bk", 5: "rb", 6: "br", 7: "kg", 8: "gk", 9: "rg"}
	for how, corners := range want {
		for _, bytes := range []struct {
			order binary.AppendByteOrder
			mark  string
		}{{binary.BigEndian, "MM"}, {binary.LittleEndian, "II"}} {
			p := Picture{Data: held(t, how, bytes.order, bytes.mark), Kind: JPEG}
			decoded, err := Decode(t.Context(), p)
			if err != nil {
				t.Fatal(err)
			}
			stands := Upright(decoded, p)
			size := stands.Bounds().Size()
			if lying := how >= 5 && how <= 8; lying != (size.X < size.Y) {
				t.Errorf("%d: %v", how, size)
			}
			got := name(stands.At(4, 4)) + name(stands.At(size.X-5, 4))
			small := Shrink(stands, 24)
			if again := name(small.At(2, 2)); got != corners || again != corners[:1] {
				t.Errorf("%s %d shows %s (%s), want %s", bytes.mark, how, got, again, corners)
			}
		}
	}
}

func name(c color.Color) string {
	r, g, b, _ := c.RGBA()
	switch {
	case r > 0xc000 && g < 0x4000:
		return "r"
	case g > 0xc000:
		return "g"
	case b > 0xc000:
		return "b"
	}
	return "k"
}

func FuzzOrientation(f *testing.F) {
	f.Add(held(f, 6, binary.BigEndian, "MM"))
	f.Add(held(f, 3, binary.LittleEndian, "II")[:60])
	f.Fuzz(func(t *testing.T, data []byte) {
		if how := orientation(data); how < 1 || how > 8 {
			t.Error(how)
		}
	})
}
