package backpack

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"image"
	"image/png"
	"strings"

	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/pkg/openbadges/bake"
	"github.com/carnetbadges/carnet/pkg/pixels"
	"github.com/carnetbadges/carnet/store"
)

const (
	bakedSide   = 1024    // pixels; a picture that must be made a PNG first is made this small
	paintedSide = 600     // pixels; a drawing is made this large
	wrappedMax  = 3 << 20 // bytes of a picture that an SVG can hold in base64 within bake.MaxPicture
)

// Original is the file a badge came in, byte for byte, with its media type and name; of what came as text or by a
// link it is the credential.
func (b *Backpack) Original(ctx context.Context, badge store.Badge) (data []byte, kind, name string, err error) {
	if badge.OriginalKey == "" {
		return badge.Document, badge.DocumentType, "badge." + ending(badge.DocumentType), nil
	}
	data, err = b.files.Read(ctx, badge.OriginalKey)
	if err != nil {
		return nil, "", "", fmt.Errorf("read the file of a badge: %w", err)
	}
	name = badge.OriginalName
	if name == "" {
		name = "badge." + ending(badge.OriginalType)
	}
	return data, badge.OriginalType, name, nil
}

func ending(kind string) string {
	switch {
	case kind == typePNG:
		return "png"
	case kind == typeSVG:
		return "svg"
	case strings.Contains(kind, "json"):
		return "json"
	case kind == "application/pdf":
		return "pdf"
	case strings.HasPrefix(kind, "text/"):
		return "txt"
	}
	return "jwt"
}

// Picture is what a badge looks like, and its media type: PNG, JPEG, GIF, WebP or SVG. It is somebody else's file and
// must be served where nothing in it can run. A badge without a picture has one drawn.
func (b *Backpack) Picture(ctx context.Context, badge store.Badge) (data []byte, kind string, err error) {
	if badge.PictureKey == "" {
		return drawSVG(badge.Name), typeSVG, nil
	}
	data, err = b.files.Read(ctx, badge.PictureKey)
	if err != nil {
		return nil, "", fmt.Errorf("read the picture of a badge: %w", err)
	}
	return data, badge.PictureType, nil
}

// Pixels is a badge's picture to be drawn elsewhere, at most so many pixels a side. What cannot be painted as it is meant, or
// only at too high a cost, is replaced by the picture this package draws. ErrBusy when too many others are being painted.
func (b *Backpack) Pixels(ctx context.Context, badge store.Badge, side int) (image.Image, error) {
	data, kind, err := b.Picture(ctx, badge)
	if err != nil {
		return nil, err
	}
	if badge.PictureKey == "" {
		data, err = b.drawn(ctx, badge.Name)
	} else {
		data, err = b.smaller(ctx, badge, picture{data, kind}, side)
	}
	if err != nil {
		return nil, err
	}
	painted, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("read a painted picture: %w", err)
	}
	return pixels.Shrink(painted, side), nil
}

// smaller is a picture as a PNG of at most so many pixels a side, or what is drawn in its place.
func (b *Backpack) smaller(ctx context.Context, badge store.Badge, p picture, side int) ([]byte, error) {
	data, err := b.drawing.once(ctx, fmt.Sprintf("picture %d %s", side, badge.PictureKey), func() ([]byte, error) {
		data, err := paint(ctx, p, side)
		if ctx.Err() != nil {
			return nil, fmt.Errorf("paint a picture: %w", ctx.Err())
		}
		if err != nil {
			return nil, nil //nolint:nilerr // the picture is at fault: one is drawn instead, and it is not tried again
		}
		return data, nil
	})
	if err == nil && len(data) == 0 {
		return b.drawn(ctx, badge.Name)
	}
	return data, err
}

// Baked is a badge's picture with the credential inside (OB 2.0 Baking, OB 3.0 §5.3). form is "png" or "svg".
// ErrForm; ErrTooLarge when the credential is too large to be baked; ErrBusy when too many others are being painted.
func (b *Backpack) Baked(ctx context.Context, badge store.Badge, form string) ([]byte, error) {
	data, kind, err := b.Picture(ctx, badge)
	if err != nil {
		return nil, err
	}
	keyword := bake.Assertion
	if badge.Standard == string(openbadges.V30) || badge.Standard == string(openbadges.VC) {
		keyword = bake.Credential
	}
	var baked []byte
	switch form {
	case "png":
		if data, err = b.asPNG(ctx, badge, picture{data, kind}); err == nil {
			baked, err = bake.PNG(data, badge.Document, keyword)
		}
	case "svg":
		if data, err = b.asSVG(ctx, badge, picture{data, kind}); err == nil {
			baked, err = bake.SVG(data, badge.Document, keyword)
		}
	default:
		return nil, ErrForm
	}
	if errors.Is(err, bake.ErrTooLarge) {
		return nil, fmt.Errorf("%w: %w", ErrTooLarge, err)
	}
	if err != nil {
		return nil, fmt.Errorf("bake a badge: %w", err)
	}
	return baked, nil
}

// asPNG leaves a PNG as it is and makes one of other pixels, or of a drawing. What cannot be painted as it is meant is
// replaced by the picture this package draws.
func (b *Backpack) asPNG(ctx context.Context, badge store.Badge, p picture) ([]byte, error) {
	switch {
	case badge.PictureKey == "":
		return b.drawn(ctx, badge.Name)
	case p.kind == typePNG:
		return p.data, nil
	}
	data, err := b.painted(ctx, badge.PictureKey, p)
	if err == nil && len(data) == 0 {
		return b.drawn(ctx, badge.Name)
	}
	return data, err
}

// asSVG leaves an SVG as it is and hangs anything else into one.
func (b *Backpack) asSVG(ctx context.Context, badge store.Badge, p picture) ([]byte, error) {
	if p.kind == typeSVG {
		return p.data, nil
	}
	if len(p.data) > wrappedMax {
		smaller, err := b.painted(ctx, badge.PictureKey, p)
		if err != nil {
			return nil, err
		}
		if len(smaller) == 0 || len(smaller) > wrappedMax {
			return drawSVG(badge.Name), nil
		}
		p = picture{smaller, typePNG}
	}
	width, height := size(p)
	return fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d"><image width="%d" height="%d" href="data:%s;base64,%s"/></svg>`,
		width, height, width, height, width, height, p.kind, base64.StdEncoding.EncodeToString(p.data)), nil
}

// size is in pixels; a square where it cannot be read.
func size(p picture) (width, height int) {
	width, height, err := pixels.Size(p.pixels())
	if err != nil {
		return 480, 480
	}
	return width, height
}
