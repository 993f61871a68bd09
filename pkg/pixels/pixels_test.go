package pixels

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"strings"
	"testing"

	"github.com/carnetbadges/carnet/pkg/pixels/pixelstest"
)

func pngOf(t *testing.T, side int) []byte {
	t.Helper()
	data, err := EncodePNG(image.NewGray(image.Rect(0, 0, side, side)))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func jpegOf(t *testing.T, side int) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, image.NewGray(image.Rect(0, 0, side, side)), nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func gifOf(t *testing.T, side int) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := gif.Encode(&out, image.NewPaletted(image.Rect(0, 0, side, side), color.Palette{color.Black, color.White}), nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// webpOf is the smallest WebP there is: one lossless pixel.
func webpOf(t *testing.T) []byte {
	t.Helper()
	data, err := base64.StdEncoding.DecodeString("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestPictureThatIsDearToPaintIsNotPainted(t *testing.T) {
	wide := image.NewGray(image.Rect(0, 0, 3000, 3000))
	var baseline bytes.Buffer
	if err := jpeg.Encode(&baseline, wide, nil); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name string
		data []byte
		kind string
		want bool
	}{
		{"a JPEG of ten scans", pixelstest.ProgressiveJPEG(64, 10), JPEG, true},
		{"a JPEG of 64 scans", pixelstest.ProgressiveJPEG(64, 64), JPEG, true},
		{"a JPEG of 65 scans", pixelstest.ProgressiveJPEG(64, 65), JPEG, false},
		{"a JPEG of 20,000 scans", pixelstest.ProgressiveJPEG(4096, 20_000), JPEG, false},
		{"many scans behind bytes that are passed over", bytes.Replace(pixelstest.ProgressiveJPEG(64, 65), []byte{0xff, 0xc2}, []byte{7, 7, 0xff, 0xff, 0xff, 0xc2}, 1), JPEG, false},
		{"many pixels in many scans", pixelstest.ProgressiveJPEG(4096, 60), JPEG, false},
		{"a large JPEG", baseline.Bytes(), JPEG, true},
		{"a JPEG cut off", baseline.Bytes()[:100], JPEG, false},
		{"a PNG", pngOf(t, 8), PNG, true},
		{"16 bits of 4096 pixels a side", pixelstest.DeepPNG(4096, 4096, 16, 6, 0), PNG, false},
		{"16 bits of 2048 pixels a side", pixelstest.DeepPNG(2048, 2048, 16, 6, 0), PNG, true},
		{"interlaced", pixelstest.DeepPNG(4096, 4096, 8, 6, 1), PNG, false},
		{"gray", pixelstest.DeepPNG(4096, 4096, 8, 0, 0), PNG, true},
		{"a GIF", gifOf(t, 1000), GIF, true},
		{"a WebP", webpOf(t), WebP, true},
	} {
		if row.want && row.kind == JPEG {
			if _, err := decoded(t.Context(), Picture{row.data, row.kind}); err != nil {
				t.Errorf("%s is no picture: %v", row.name, err)
			}
		}
		if got := Affordable(Picture{row.data, row.kind}); got != row.want {
			t.Errorf("%s: %v", row.name, got)
		}
	}
}

func TestPaintingEndsWhenNobodyWaits(t *testing.T) {
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := decoded(gone, Picture{jpegOf(t, 2000), JPEG}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestShrunkPicturesKeepTheirColoursAndShape(t *testing.T) {
	from := image.NewNRGBA64(image.Rect(10, 20, 10+3000, 20+1500))
	for y := 20; y < 1520; y++ {
		for x := 10; x < 3010; x++ {
			c := color.NRGBA64{R: 0xffff, A: 0xffff}
			if x >= 1510 {
				c = color.NRGBA64{B: 0xffff, A: 0x8080}
			}
			from.SetNRGBA64(x, y, c)
		}
	}
	to := Shrink(from, 1024)
	if size := to.Bounds().Size(); size.X != 1024 || size.Y != 512 {
		t.Fatal(size)
	}
	near := func(x, y int, want color.NRGBA) {
		got := color.NRGBAModel.Convert(to.At(x, y)).(color.NRGBA)
		for i, pair := range [][2]uint8{{got.R, want.R}, {got.G, want.G}, {got.B, want.B}, {got.A, want.A}} {
			if d := int(pair[0]) - int(pair[1]); d < -2 || d > 2 {
				t.Errorf("%d,%d: %v, want %v (%d)", x, y, got, want, i)
			}
		}
	}
	near(5, 5, color.NRGBA{R: 255, A: 255})
	near(500, 500, color.NRGBA{R: 255, A: 255})
	near(1020, 5, color.NRGBA{B: 255, A: 128})
	near(1023, 511, color.NRGBA{B: 255, A: 128})
}

func FuzzAffordable(f *testing.F) {
	f.Add(pixelstest.ProgressiveJPEG(64, 3))
	f.Add(pixelstest.DeepPNG(8, 8, 16, 6, 1))
	f.Add([]byte("RIFF....WEBPVP8L"))
	f.Add([]byte("\xff\xd8\xff\xc2\x00\v\b\x01\x00\x00\x00\x01\x01A\x00\xff\xda\x00\b\x01\x010002\xff\xd9")) // no pixel wide
	var small bytes.Buffer
	if err := jpeg.Encode(&small, image.NewGray(image.Rect(0, 0, 8, 8)), nil); err != nil {
		f.Fatal(err)
	}
	f.Add(small.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, r := range rasters() {
			p := Picture{data, r.kind}
			if c, err := r.config(bytes.NewReader(data)); err != nil || !r.fits(data) || c.Width > 256 || c.Height > 256 {
				continue
			}
			if _, err := decoded(t.Context(), p); err == nil && !Affordable(p) && strings.Count(string(data), "\xff\xda") <= mostScans {
				t.Errorf("%s is painted, yet refused: %s", r.kind, base64.StdEncoding.EncodeToString(data))
			}
		}
	})
}
