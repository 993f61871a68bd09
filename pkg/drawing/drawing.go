// Package drawing paints SVG drawings that anybody may have sent, within a budget of work and memory, as pixels. It fetches
// nothing, runs nothing, and knows nothing of badges.
//
// What it paints it paints as a browser does. What it cannot paint so (animation, markers, patterns of many tiles, HTML, the
// rarer filters and blendings, units and selectors it does not know) it refuses, so that another picture can stand in: a drawing
// that is half there would say something its maker did not.
package drawing

import (
	"context"
	"errors"
	"fmt"
	"image"
	"time"
)

// The limits of one drawing.
const (
	MaxBytes = 5 << 20
	MaxSide  = 1024 // pixels of what is painted

	maxNodes = 10_000 // elements and texts, as they stand in the file
	maxDepth = 64     // of elements, also as they are used again

	maxAttributes = 64        // of an element
	maxAttribute  = 64 << 10  // bytes of one, but of outlines and pictures
	maxLink       = 4 << 10   // bytes of a link
	maxClasses    = 32        // of an element
	maxText       = 256 << 10 // bytes shown as letters

	maxRules    = 1000    // of style sheets, each selector of a list being one
	maxSelector = 512     // bytes of one
	maxBody     = 200     // declarations of a rule, or of an attribute style
	maxSheet    = 50_000  // declarations of all rules
	maxDeclared = 1000    // declarations about one element
	maxValue    = 4 << 10 // bytes of a property

	maxStops  = 256 // of a gradient
	maxLayers = 12  // pictures of their own within each other: groups seen through, masks
	maxPoints = 200_000
	maxImages = 8
	maxWork   = 150_000_000     // steps, each some nanoseconds
	patience  = 5 * time.Second // how long one drawing may take where steps take longer than they should
)

// What a drawing is refused with.
var (
	// ErrNotDrawing is said of bytes that are no SVG, or one that a browser would not show.
	ErrNotDrawing = errors.New("drawing: not an SVG that can be read")
	// ErrUnfaithful is said of a drawing with something in it that is not painted here as it is meant.
	ErrUnfaithful = errors.New("drawing: it cannot be painted as it is meant")
	// ErrTooDear is said of a drawing over one of the limits.
	ErrTooDear = errors.New("drawing: too dear to paint")
)

// Paint is a drawing on a transparent ground, its longer side so many pixels (at most [MaxSide]), for as long as somebody
// waits for it. Equal bytes give equal pixels. Errors: [ErrNotDrawing], [ErrUnfaithful], [ErrTooDear], that of ctx.
func Paint(ctx context.Context, source []byte, side int) (picture *image.RGBA, err error) {
	defer func() {
		if fault := recover(); fault != nil { // shaping letters is other people's code, and the text is a stranger's
			picture, err = nil, fmt.Errorf("%w: %v", ErrUnfaithful, fault)
		}
	}()
	ctx, cancel := context.WithTimeoutCause(ctx, patience, errTooLong)
	defer cancel()
	return painted(ctx, source, side, maxWork)
}

// errTooLong ends a drawing for its own sake, as others want to be painted too.
var errTooLong = fmt.Errorf("%w: it takes too long", ErrTooDear)

// gone is why nobody waits any more.
func gone(ctx context.Context) error {
	if errors.Is(context.Cause(ctx), errTooLong) {
		return errTooLong
	}
	return fmt.Errorf("paint a drawing: %w", ctx.Err())
}

func painted(ctx context.Context, source []byte, side, work int) (*image.RGBA, error) {
	if side < 1 || side > MaxSide {
		return nil, fmt.Errorf("%w: %d pixels a side", ErrTooDear, side)
	}
	f, err := read(ctx, source)
	if err != nil {
		return nil, err
	}
	p := &painter{file: f, ctx: ctx, left: work, clips: map[clipKey]*clip{}, spaces: map[cut]float64{}}
	picture := p.paint(side)
	if p.err != nil {
		return nil, p.err
	}
	return picture, nil
}

// spend takes from the budget of work; once it is used up, or nobody waits any more, everything ends soon.
func (p *painter) spend(steps int) bool {
	if p.err != nil {
		return false
	}
	if p.left -= steps; p.left < 0 {
		p.err = fmt.Errorf("%w: too much work", ErrTooDear)
		return false
	}
	if p.unasked += steps; p.unasked > 1<<20 {
		p.unasked = 0
		if p.ctx.Err() != nil {
			p.err = gone(p.ctx)
			return false
		}
	}
	return true
}

// refuse says what is in a drawing that is not painted here; the first reason stays.
func (p *painter) refuse(what string) {
	if p.err == nil {
		p.err = fmt.Errorf("%w: %s", ErrUnfaithful, shortened(what))
	}
}

func (p *painter) tooDear(what string) {
	if p.err == nil {
		p.err = fmt.Errorf("%w: %s", ErrTooDear, what)
	}
}

// shortened is enough of what somebody wrote for a reason.
func shortened(text string) string {
	if len(text) > 60 {
		return text[:60] + "…"
	}
	return text
}
