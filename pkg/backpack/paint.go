package backpack

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
	"golang.org/x/image/draw"

	"github.com/carnetbadges/carnet/pkg/openbadges/bake"
)

// ErrBusy is said when no turn at painting a picture came in time: others are painting, and it may be asked again.
var ErrBusy = errors.New("backpack: too many pictures are being painted")

const (
	paintAtOnce   = 2               // pictures, each of which may take mostDecoded and as much again to write
	paintPatience = 5 * time.Second // a turn is waited for so long
	keptPaintings = 16 << 20        // bytes of pictures that need not be painted again
	keptCost      = 256             // bytes that one takes besides its own
)

// easel is where pictures are painted: few at a time, and what was painted last is kept in memory. Looking writes
// nothing, so it lies on no disk.
type easel struct {
	turns    chan struct{}
	patience time.Duration

	mu   sync.Mutex
	size int // bytes kept
	kept *simplelru.LRU[string, []byte]
}

func newEasel() *easel {
	e := &easel{turns: make(chan struct{}, paintAtOnce), patience: paintPatience}
	kept, err := simplelru.NewLRU(keptPaintings/keptCost, func(key string, data []byte) { e.size -= len(key) + len(data) + keptCost })
	if err != nil {
		panic(err) // only a size below 1 is an error
	}
	e.kept = kept
	return e
}

// once is what was painted under this key, or what paint paints in its turn. Faults are not kept.
func (e *easel) once(ctx context.Context, key string, paint func() ([]byte, error)) ([]byte, error) {
	if data, found := e.look(key); found {
		return data, nil
	}
	done, err := e.turn(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	if data, found := e.look(key); found { // painted by whom we waited for
		return data, nil
	}
	data, err := paint()
	if err == nil {
		e.keep(key, data)
	}
	return data, err
}

// turn waits, but not for ever, until few enough others are painting; done lets the next one in.
func (e *easel) turn(ctx context.Context) (done func(), err error) {
	patience := time.NewTimer(e.patience)
	defer patience.Stop()
	select {
	case e.turns <- struct{}{}:
		return func() { <-e.turns }, nil
	case <-patience.C:
		return nil, ErrBusy
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for a turn at painting: %w", ctx.Err())
	}
}

func (e *easel) look(key string) ([]byte, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.kept.Get(key)
}

func (e *easel) keep(key string, data []byte) {
	e.mu.Lock()
	defer e.mu.Unlock()
	cost := len(key) + len(data) + keptCost
	if cost > keptPaintings/2 || e.kept.Contains(key) {
		return
	}
	for e.size+cost > keptPaintings {
		e.kept.RemoveOldest()
	}
	e.kept.Add(key, data)
	e.size += cost
}

// painted is a badge's picture as a PNG of at most bakedSide; empty when it cannot be painted, or only at too high a
// cost. key names the content of the picture.
func (b *Backpack) painted(ctx context.Context, key string, p picture) ([]byte, error) {
	return b.drawing.once(ctx, "picture "+key, func() ([]byte, error) {
		data, err := paint(ctx, p, bakedSide)
		if ctx.Err() != nil {
			return nil, fmt.Errorf("paint a picture: %w", ctx.Err())
		}
		if err != nil {
			return nil, nil //nolint:nilerr // the picture is at fault: one is drawn instead, and it is not tried again
		}
		return data, nil
	})
}

// drawn is the rosette of a name in pixels.
func (b *Backpack) drawn(ctx context.Context, name string) ([]byte, error) {
	return b.drawing.once(ctx, "name "+name, func() ([]byte, error) { return drawPNG(name) })
}

// repaint writes a picture as a PNG of at most so many pixels a side, in its turn.
func (b *Backpack) repaint(ctx context.Context, p picture, side int) ([]byte, error) {
	done, err := b.drawing.turn(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	return paint(ctx, p, side)
}

func paint(ctx context.Context, p picture, side int) ([]byte, error) {
	if !affordable(p) {
		return nil, fmt.Errorf("paint a picture anew: %w", bake.ErrTooLarge)
	}
	pixels, err := decoded(ctx, p)
	if err != nil {
		return nil, fmt.Errorf("paint a picture anew: %w", err)
	}
	return encodePNG(shrunk(pixels, side))
}

// decoded reads the pixels of a picture, for as long as somebody waits for them.
func decoded(ctx context.Context, p picture) (image.Image, error) {
	for _, r := range rasters() {
		if r.kind == p.kind {
			return r.decode(awaited{ctx, bytes.NewReader(p.data)})
		}
	}
	return nil, bake.ErrNotImage
}

// awaited ends when nobody waits any more: decoders know of no context.
type awaited struct {
	ctx  context.Context //nolint:containedctx // a reader has nowhere else to have it
	from io.Reader
}

func (a awaited) Read(to []byte) (int, error) {
	if err := a.ctx.Err(); err != nil {
		return 0, err
	}
	return a.from.Read(to)
}

// shrunk makes a picture at most so many pixels a side: first by the mean of whole blocks, then by what is left.
// Scalers with a wider view would take 32 bytes for every pixel of a column.
func shrunk(from image.Image, side int) image.Image {
	longest := max(from.Bounds().Dx(), from.Bounds().Dy())
	if longest <= side {
		return from
	}
	width, height := max(1, from.Bounds().Dx()*side/longest), max(1, from.Bounds().Dy()*side/longest)
	if wide, ok := from.(image.RGBA64Image); ok && longest >= 2*side {
		from = means(wide, longest/side)
	}
	if size := from.Bounds().Size(); size.X == width && size.Y == height {
		return from
	}
	to := image.NewNRGBA(image.Rect(0, 0, width, height))
	draw.ApproxBiLinear.Scale(to, to.Bounds(), from, from.Bounds(), draw.Src, nil)
	return to
}

// means is a picture of the mean colours of blocks of so many pixels a side.
func means(from image.RGBA64Image, side int) image.Image {
	at := from.Bounds()
	to := image.NewNRGBA(image.Rect(0, 0, (at.Dx()+side-1)/side, (at.Dy()+side-1)/side))
	for y := range to.Rect.Dy() {
		for x := range to.Rect.Dx() {
			corner := at.Min.Add(image.Pt(x*side, y*side))
			block := image.Rectangle{Min: corner, Max: corner.Add(image.Pt(side, side))}
			to.SetRGBA64(x, y, mean(from, block.Intersect(at)))
		}
	}
	return to
}

// mean is the colour of a block that is not empty.
func mean(from image.RGBA64Image, block image.Rectangle) color.RGBA64 {
	var red, green, blue, alpha, n uint64
	for y := block.Min.Y; y < block.Max.Y; y++ {
		for x := block.Min.X; x < block.Max.X; x++ {
			c := from.RGBA64At(x, y)
			red, green, blue, alpha, n = red+uint64(c.R), green+uint64(c.G), blue+uint64(c.B), alpha+uint64(c.A), n+1
		}
	}
	return color.RGBA64{R: uint16(red / n), G: uint16(green / n), B: uint16(blue / n), A: uint16(alpha / n)}
}

func encodePNG(i image.Image) ([]byte, error) {
	var out bytes.Buffer
	if err := png.Encode(&out, i); err != nil {
		return nil, fmt.Errorf("write a PNG: %w", err)
	}
	return out.Bytes(), nil
}
