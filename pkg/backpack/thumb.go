package backpack

import (
	"context"
	"fmt"

	"github.com/carnetbadges/carnet/pkg/pixels"
	"github.com/carnetbadges/carnet/store"
)

// ThumbMost is how many bytes a small picture takes at most.
const ThumbMost = 12 << 10

// Thumb is a badge's picture, small: at most so many pixels a side. A drawing is as small as it is; so is what takes no
// more than ThumbMost, and what can be painted only at too high a cost. It is painted when it is first asked for and kept
// in memory by its content, since looking writes nothing.
func (b *Backpack) Thumb(ctx context.Context, badge store.Badge, side int) (data []byte, kind string, err error) {
	data, kind, err = b.Picture(ctx, badge)
	if err != nil || kind == typeSVG || len(data) <= ThumbMost {
		return data, kind, err
	}
	small, err := b.drawing.once(ctx, fmt.Sprintf("thumb %d %s", side, badge.PictureKey), func() ([]byte, error) {
		p, err := thumb(ctx, picture{data, kind}, side)
		if ctx.Err() != nil {
			return nil, fmt.Errorf("paint a small picture: %w", ctx.Err())
		}
		if err != nil {
			return nil, nil //nolint:nilerr // the picture is at fault: it is shown as it is, and not tried again
		}
		return p.Data, nil
	})
	if err != nil {
		return nil, "", err
	}
	if p, err := pixels.Recognise(small); err == nil {
		return small, p.Kind, nil
	}
	return data, kind, nil
}

func thumb(ctx context.Context, p picture, side int) (pixels.Picture, error) {
	pixel, err := pixels.Decode(ctx, p.pixels())
	if err != nil {
		return pixels.Picture{}, fmt.Errorf("paint a picture small: %w", err)
	}
	return pixels.Thumb(pixel, side, ThumbMost)
}
