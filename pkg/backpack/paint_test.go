package backpack

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/pkg/openbadges/bake"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// progressive is a gray progressive JPEG of so many scans, each of which ends at once.
func progressive(side uint16, scans int) []byte {
	out := []byte{0xff, 0xd8, 0xff, 0xdb, 0, 67, 0}
	out = append(out, bytes.Repeat([]byte{1}, 64)...)
	out = append(out, 0xff, 0xc2, 0, 11, 8)
	out = binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(out, side), side)
	out = append(out, 1, 1, 0x11, 0)
	for class := range byte(2) { // one code of one bit: 0 is "nothing", or the longest run of ended blocks
		out = append(out, 0xff, 0xc4, 0, 20, class<<4, 1)
		out = append(out, make([]byte, 15)...)
		out = append(out, class*0xe0)
	}
	for i := range scans {
		if i == 0 {
			out = append(out, 0xff, 0xda, 0, 8, 1, 1, 0, 0, 0, 0)
			out = append(out, make([]byte, (int(side)/8+1)*(int(side)/8+1)/8+1)...)
			continue
		}
		out = append(out, 0xff, 0xda, 0, 8, 1, 1, 0, 1, 63, 0)
		out = append(out, make([]byte, (int(side)/8+1)*(int(side)/8+1)/(1<<14)*2+4)...)
	}
	return append(out, 0xff, 0xd9)
}

func encoded(t *testing.T, i image.Image) []byte {
	t.Helper()
	data, err := encodePNG(i)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// seeded keeps a badge with a picture, so that only baking it is left.
func (r *room) seeded(t *testing.T, data []byte, kind string) store.Badge {
	t.Helper()
	key, err := r.files.Put(t.Context(), data)
	if err != nil {
		t.Fatal(err)
	}
	return store.Badge{Name: "Weaver", Document: []byte(`{"type":"Assertion"}`), PictureKey: key, PictureType: kind}
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
		{"a JPEG of ten scans", progressive(64, 10), typeJPEG, true},
		{"a JPEG of 64 scans", progressive(64, 64), typeJPEG, true},
		{"a JPEG of 65 scans", progressive(64, 65), typeJPEG, false},
		{"a JPEG of 20,000 scans", progressive(4096, 20_000), typeJPEG, false},
		{"many scans behind bytes that are passed over", bytes.Replace(progressive(64, 65), []byte{0xff, 0xc2}, []byte{7, 7, 0xff, 0xff, 0xff, 0xc2}, 1), typeJPEG, false},
		{"many pixels in many scans", progressive(4096, 60), typeJPEG, false},
		{"a large JPEG", baseline.Bytes(), typeJPEG, true},
		{"a JPEG cut off", baseline.Bytes()[:100], typeJPEG, false},
		{"a PNG", square(t, 8), typePNG, true},
		{"16 bits of 4096 pixels a side", deep(4096, 4096, 16, 6, 0), typePNG, false},
		{"16 bits of 2048 pixels a side", deep(2048, 2048, 16, 6, 0), typePNG, true},
		{"interlaced", deep(4096, 4096, 8, 6, 1), typePNG, false},
		{"gray", deep(4096, 4096, 8, 0, 0), typePNG, true},
		{"a GIF", gifOf(t, 1000), typeGIF, true},
		{"a WebP", webpOf(t), typeWebP, true},
	} {
		if row.want && row.kind == typeJPEG {
			if _, err := decoded(t.Context(), picture{row.data, row.kind}); err != nil {
				t.Errorf("%s is no picture: %v", row.name, err)
			}
		}
		if got := affordable(picture{row.data, row.kind}); got != row.want {
			t.Errorf("%s: %v", row.name, got)
		}
	}
}

// deep is the head of a PNG, which says how it would have to be decoded.
func deep(width, height uint32, depth, color, interlaced byte) []byte {
	chunk := func(name string, body []byte) []byte {
		out := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
		out = append(append(out, name...), body...)
		return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
	}
	body := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, width), height)
	return append([]byte("\x89PNG\r\n\x1a\n"), append(chunk("IHDR", append(body, depth, color, 0, 0, interlaced)), chunk("IDAT", nil)...)...)
}

func TestBadgeWhosePictureCannotBePaintedIsBakedIntoADrawnOne(t *testing.T) {
	r := newRoom(t, storetest.Open(t))
	drawn, err := drawPNG("Weaver")
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"dear": progressive(4096, 20_000), "cut off": jpegOf(t, 64)[:200], "not at all one": []byte("\xff\xd8\xff"),
	} {
		badge := r.seeded(t, data, typeJPEG)
		file, err := r.Baked(t.Context(), badge, "png")
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		want, err := bake.PNG(drawn, badge.Document, bake.Assertion)
		if err != nil || !bytes.Equal(file, want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPictureIsPaintedOnceForAllWhoAsk(t *testing.T) {
	r := newRoom(t, storetest.Open(t))
	painted := atomic.Int32{}
	for range 5 {
		data, err := r.drawing.once(t.Context(), "a", func() ([]byte, error) {
			painted.Add(1)
			return []byte("x"), nil
		})
		if err != nil || string(data) != "x" {
			t.Fatal(data, err)
		}
	}
	if painted.Load() != 1 {
		t.Errorf("it was painted %d times", painted.Load())
	}
	if _, err := r.drawing.once(t.Context(), "b", func() ([]byte, error) { return nil, ErrBusy }); !errors.Is(err, ErrBusy) {
		t.Error(err)
	}
	if data, err := r.drawing.once(t.Context(), "b", func() ([]byte, error) { return []byte("y"), nil }); err != nil || string(data) != "y" {
		t.Errorf("a fault was kept: %q %v", data, err)
	}
}

func TestKeptPaintingsStayWithinTheirMeasure(t *testing.T) {
	e := newEasel()
	for i := range 50 {
		if _, err := e.once(t.Context(), fmt.Sprint(i), func() ([]byte, error) { return make([]byte, 1<<20), nil }); err != nil {
			t.Fatal(err)
		}
	}
	if e.size > keptPaintings || e.size < keptPaintings/2 {
		t.Errorf("%d bytes are kept", e.size)
	}
	if _, err := e.once(t.Context(), "large", func() ([]byte, error) { return make([]byte, keptPaintings+1), nil }); err != nil || e.size > keptPaintings {
		t.Errorf("%d bytes are kept: %v", e.size, err)
	}
}

func TestWhoWaitsTooLongForATurnAtPaintingIsToldSo(t *testing.T) {
	e := newEasel()
	e.patience = 10 * time.Millisecond
	for range cap(e.turns) {
		e.turns <- struct{}{}
	}
	if _, err := e.once(t.Context(), "a", nil); !errors.Is(err, ErrBusy) {
		t.Error(err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	e.patience = time.Hour
	if _, err := e.once(gone, "a", nil); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestPaintingEndsWhenNobodyWaits(t *testing.T) {
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := decoded(gone, picture{jpegOf(t, 2000), typeJPEG}); !errors.Is(err, context.Canceled) {
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
	to := shrunk(from, 1024)
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

// peak is the largest heap while do runs, over the one before, in bytes.
func peak(do func()) uint64 {
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	done, highest := make(chan struct{}), make(chan uint64)
	go func() {
		var most uint64
		for {
			select {
			case <-done:
				highest <- most
				return
			case <-time.After(time.Millisecond):
				runtime.ReadMemStats(&now)
				most = max(most, now.HeapInuse)
			}
		}
	}()
	do()
	close(done)
	return max(<-highest, before.HeapInuse) - before.HeapInuse
}

func TestBakingAnyPictureTakesBoundedMemoryAndTime(t *testing.T) {
	if raced {
		t.Skip("the race detector takes its own time and memory")
	}
	r := newRoom(t, storetest.Open(t))
	sixteen := image.NewNRGBA64(image.Rect(0, 0, 4096, 4096))
	eight := image.NewNRGBA(image.Rect(0, 0, 4096, 4096))
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 2_900_000 {
		sixteen.Pix[i*8], eight.Pix[i*4] = byte(random.Uint32()), byte(random.Uint32())
	}
	for i := range sixteen.Pix {
		if i%8 >= 6 {
			sixteen.Pix[i] = 0xff
		}
	}
	for i := 3; i < len(eight.Pix); i += 4 {
		eight.Pix[i] = 0xff
	}
	pictures := map[string]picture{
		"16 bits":     {encoded(t, sixteen), typePNG},
		"8 bits":      {encoded(t, eight), typePNG},
		"progressive": {progressive(3600, 10), typeJPEG},
		"many scans":  {progressive(1440, 64), typeJPEG},
	}
	var camera bytes.Buffer
	if err := jpeg.Encode(&camera, eight, &jpeg.Options{Quality: 60}); err != nil {
		t.Fatal(err)
	}
	pictures["camera"] = picture{camera.Bytes(), typeJPEG}
	var moving bytes.Buffer
	if err := gif.Encode(&moving, image.NewPaletted(image.Rect(0, 0, 4096, 4096), color.Palette{color.Black, color.White}), nil); err != nil {
		t.Fatal(err)
	}
	pictures["gif"] = picture{moving.Bytes(), typeGIF}
	for name, p := range pictures {
		if len(p.data) > bake.MaxPicture {
			t.Fatalf("%s has %d bytes", name, len(p.data))
		}
		badge := r.seeded(t, p.data, p.kind)
		for _, form := range []string{"png", "svg"} {
			began := time.Now()
			most := peak(func() {
				if _, err := r.Baked(t.Context(), badge, form); err != nil {
					t.Errorf("%s as %s: %v", name, form, err)
				}
			})
			t.Logf("%-16s %7d bytes as %s: %v, %d MiB", name, len(p.data), form, time.Since(began).Round(time.Millisecond), most>>20)
			if most >= 128<<20 {
				t.Errorf("%s as %s takes %d MiB", name, form, most>>20)
			}
		}
	}
}

func FuzzAffordable(f *testing.F) {
	f.Add(progressive(64, 3))
	f.Add(deep(8, 8, 16, 6, 1))
	f.Add([]byte("RIFF....WEBPVP8L"))
	var small bytes.Buffer
	if err := jpeg.Encode(&small, image.NewGray(image.Rect(0, 0, 8, 8)), nil); err != nil {
		f.Fatal(err)
	}
	f.Add(small.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, r := range rasters() {
			p := picture{data, r.kind}
			if c, err := r.config(bytes.NewReader(data)); err != nil || c.Width > 256 || c.Height > 256 {
				continue
			}
			if _, err := decoded(t.Context(), p); err == nil && !affordable(p) && strings.Count(string(data), "\xff\xda") <= mostScans {
				t.Errorf("%s is painted, yet refused: %s", r.kind, base64.StdEncoding.EncodeToString(data))
			}
		}
	})
}
