package pixels

import (
	"bytes"
	"image"
	"image/color"
	"math/rand/v2"
	"testing"
)

func filledWith(side int, at func(x, y int) color.NRGBA) *image.NRGBA {
	i := image.NewNRGBA(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			i.SetNRGBA(x, y, at(x, y))
		}
	}
	return i
}

func TestAThumbHasRoomHoweverThePictureIs(t *testing.T) {
	chance := rand.New(rand.NewPCG(1, 1))
	noise := func(alpha bool) func(int, int) color.NRGBA {
		return func(int, int) color.NRGBA {
			c := color.NRGBA{uint8(chance.IntN(256)), uint8(chance.IntN(256)), uint8(chance.IntN(256)), 255}
			if alpha {
				c.A = uint8(chance.IntN(256))
			}
			return c
		}
	}
	for name, c := range map[string]struct {
		from image.Image
		kind string
	}{
		"noise":             {filledWith(700, noise(false)), JPEG},
		"transparent noise": {filledWith(700, noise(true)), PNG},
		"a disc": {filledWith(600, func(x, y int) color.NRGBA {
			if (x-300)*(x-300)+(y-300)*(y-300) > 280*280 {
				return color.NRGBA{}
			}
			return color.NRGBA{uint8(x / 3), uint8(y / 3), 90, 255}
		}), PNG},
		"nothing":   {image.NewNRGBA(image.Rect(0, 0, 900, 3)), PNG},
		"one point": {image.NewGray(image.Rect(5, 5, 6, 6)), JPEG},
		"a palette": {image.NewPaletted(image.Rect(-9, -9, 400, 400), color.Palette{color.White, color.Black}), JPEG},
	} {
		for _, side := range []int{160, 320} {
			p, err := Thumb(c.from, side, 12<<10)
			if err != nil || p.Kind != c.kind || len(p.Data) > 12<<10 {
				t.Errorf("%s: %d bytes of %s, %v", name, len(p.Data), p.Kind, err)
				continue
			}
			width, height, err := Size(p)
			if err != nil || width > side || height > side {
				t.Errorf("%s: %d × %d, %v", name, width, height, err)
			}
			again, err := Thumb(c.from, side, 12<<10)
			if err != nil || !bytes.Equal(again.Data, p.Data) {
				t.Errorf("%s: another thumb the second time", name)
			}
		}
	}
	if _, err := Thumb(filledWith(300, noise(true)), 300, 60); err != ErrTooLarge {
		t.Errorf("in 60 bytes: %v", err)
	}
}

func TestAThumbLooksLikeItsPicture(t *testing.T) {
	p, err := Thumb(filledWith(640, func(x, y int) color.NRGBA {
		switch {
		case x < 320:
			return color.NRGBA{200, 30, 40, 255}
		case y < 320:
			return color.NRGBA{}
		}
		return color.NRGBA{20, 60, 220, 128}
	}), 160, 12<<10)
	if err != nil {
		t.Fatal(err)
	}
	i, err := Decode(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[image.Point]color.NRGBA{{20, 80}: {200, 30, 40, 255}, {140, 20}: {}, {140, 140}: {20, 60, 220, 128}} {
		got := color.NRGBAModel.Convert(i.At(at.X, at.Y)).(color.NRGBA)
		if got.A != want.A && (got.A > want.A+4 || want.A > got.A+4) || want.A > 0 && (abs(got.R, want.R) > 6 || abs(got.B, want.B) > 6) {
			t.Errorf("at %v it is %v, want %v", at, got, want)
		}
	}
}

func BenchmarkThumb(b *testing.B) {
	from := filledWith(600, func(x, y int) color.NRGBA { return color.NRGBA{uint8(x * y), uint8(x ^ y), uint8(x), uint8(y)} })
	for b.Loop() {
		if _, err := Thumb(from, 320, 12<<10); err != nil {
			b.Fatal(err)
		}
	}
}

func abs(a, b uint8) int { return max(int(a)-int(b), int(b)-int(a)) }
