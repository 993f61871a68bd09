package backpack

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/pkg/openbadges/bake"
	"github.com/carnetbadges/carnet/pkg/pixels"
	"github.com/carnetbadges/carnet/pkg/pixels/pixelstest"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

func encoded(t *testing.T, i image.Image) []byte {
	t.Helper()
	data, err := pixels.EncodePNG(i)
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

func TestBadgeWhosePictureCannotBePaintedIsBakedIntoADrawnOne(t *testing.T) {
	storetest.Dear(t)
	r := newRoom(t, storetest.Open(t))
	drawn, err := drawPNG("Weaver")
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"dear": pixelstest.ProgressiveJPEG(4096, 20_000), "cut off": jpegOf(t, 64)[:200], "not at all one": []byte("\xff\xd8\xff"),
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

func TestDrawingIsPaintedWhereThereArePixelsOnly(t *testing.T) {
	r := newRoom(t, storetest.Open(t))
	const drawing = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><rect %s width="10" height="10" fill="#1e6b45"/></svg>`
	badge := r.seeded(t, fmt.Appendf(nil, drawing, ""), typeSVG)
	file, err := r.Baked(t.Context(), badge, "png")
	if err != nil {
		t.Fatal(err)
	}
	baked, err := png.Decode(bytes.NewReader(file))
	if err != nil || baked.Bounds().Dx() != paintedSide || baked.At(500, 500) != (color.RGBA{0x1e, 0x6b, 0x45, 0xff}) {
		t.Errorf("%v %v", baked, err)
	}
	small, err := r.Pixels(t.Context(), badge, 64)
	if err != nil || small.Bounds().Dx() != 64 || small.At(32, 32) != (color.RGBA{0x1e, 0x6b, 0x45, 0xff}) {
		t.Errorf("%v %v", small, err)
	}
	blurred := r.seeded(t, fmt.Appendf(nil, drawing, `style="filter:blur(2px)"`), typeSVG)
	rosette, err := drawPNG("Weaver")
	if err != nil {
		t.Fatal(err)
	}
	want, err := bake.PNG(rosette, blurred.Document, bake.Assertion)
	if err != nil {
		t.Fatal(err)
	}
	if file, err = r.Baked(t.Context(), blurred, "png"); err != nil || !bytes.Equal(file, want) {
		t.Errorf("what cannot be painted as it is meant is baked as something else: %v", err)
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
		"progressive": {pixelstest.ProgressiveJPEG(3600, 10), typeJPEG},
		"many scans":  {pixelstest.ProgressiveJPEG(1440, 64), typeJPEG},
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
