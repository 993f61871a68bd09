package backpack

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"

	"github.com/carnetbadges/carnet/pkg/drawing"
	"github.com/carnetbadges/carnet/pkg/pixels"
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

// painted is a badge's picture as a PNG of at most bakedSide, a drawing of paintedSide; empty when it cannot be painted, or
// only at too high a cost. key names the content of the picture.
func (b *Backpack) painted(ctx context.Context, key string, p picture) ([]byte, error) {
	side := bakedSide
	if p.kind == typeSVG {
		side = paintedSide
	}
	return b.drawing.once(ctx, "picture "+key, func() ([]byte, error) {
		data, err := paint(ctx, p, side)
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
	if p.kind == typeSVG {
		pixel, err := drawing.Paint(ctx, p.data, side)
		if err != nil {
			return nil, fmt.Errorf("paint a drawing: %w", err)
		}
		return pixels.EncodePNG(pixel)
	}
	pixel, err := pixels.Decode(ctx, p.pixels())
	if err != nil {
		return nil, fmt.Errorf("paint a picture anew: %w", err)
	}
	return pixels.EncodePNG(pixels.Shrink(pixel, side))
}
