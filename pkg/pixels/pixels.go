// Package pixels reads pictures made of pixels that anybody may have sent, within a budget of memory and time, and writes
// them anew. It knows nothing of badges or people, and trusts nobody's word on what a picture is.
package pixels

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/webp"
)

// The kinds of pictures made of pixels that are read, by media type.
const (
	PNG  = "image/png"
	JPEG = "image/jpeg"
	GIF  = "image/gif"
	WebP = "image/webp"
)

// What a picture may measure.
const (
	MaxBytes  = 5 << 20
	MaxSide   = 4096     // pixels
	MaxPixels = 16 << 20 // pixels
)

// What a picture is refused with.
var (
	// ErrNotPicture is said of bytes that are no picture of these kinds, or a damaged one.
	ErrNotPicture = errors.New("pixels: not a picture that can be read")
	// ErrTooLarge is said of a picture with more bytes or pixels than the limits, or too dear to decode.
	ErrTooLarge = errors.New("pixels: the picture is too large")
)

// Picture is an encoded picture; Kind is one of the media types above.
type Picture struct {
	Data []byte
	Kind string
}

// raster is a kind of picture made of pixels: how it begins and how it is read.
type raster struct {
	kind   string
	begins func([]byte) bool
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
}

func rasters() []raster {
	starts := func(magic string) func([]byte) bool {
		return func(data []byte) bool { return bytes.HasPrefix(data, []byte(magic)) }
	}
	return []raster{
		{PNG, starts("\x89PNG\r\n\x1a\n"), png.DecodeConfig, png.Decode},
		{JPEG, starts("\xff\xd8\xff"), jpeg.DecodeConfig, jpeg.Decode},
		{GIF, starts("GIF8"), gif.DecodeConfig, gif.Decode},
		{WebP, func(data []byte) bool {
			return len(data) > 12 && string(data[:4]) == "RIFF" && string(data[8:12]) == "WEBP"
		}, webp.DecodeConfig, webp.Decode},
	}
}

func rasterOf(kind string) (raster, bool) {
	for _, r := range rasters() {
		if r.kind == kind {
			return r, true
		}
	}
	return raster{}, false
}

// Recognise tells by how bytes begin which kind of picture they are. Errors: ErrNotPicture; ErrTooLarge for one of more
// than 5 MiB, 4096 pixels a side or 16 Mpx, of which the kind is told all the same.
func Recognise(data []byte) (Picture, error) {
	for _, r := range rasters() {
		if !r.begins(data) {
			continue
		}
		p := Picture{Data: data, Kind: r.kind}
		if _, err := r.config(bytes.NewReader(data)); err != nil {
			return p, ErrNotPicture
		}
		if !r.fits(data) {
			return p, ErrTooLarge
		}
		return p, nil
	}
	return Picture{}, ErrNotPicture
}

func (r raster) fits(data []byte) bool {
	c, err := r.config(bytes.NewReader(data))
	return err == nil && len(data) <= MaxBytes && c.Width > 0 && c.Height > 0 && c.Width <= MaxSide && c.Height <= MaxSide &&
		c.Width*c.Height <= MaxPixels
}

// Size is in pixels, read from the picture's head. ErrNotPicture.
func Size(p Picture) (width, height int, err error) {
	r, known := rasterOf(p.Kind)
	if !known {
		return 0, 0, ErrNotPicture
	}
	c, err := r.config(bytes.NewReader(p.Data))
	if err != nil {
		return 0, 0, ErrNotPicture
	}
	return c.Width, c.Height, nil
}

// Decode reads the pixels of a picture, for as long as somebody waits for them. ErrTooLarge where it is not Affordable,
// before anything is decoded; ErrNotPicture; the context's error.
func Decode(ctx context.Context, p Picture) (image.Image, error) {
	if !Affordable(p) {
		return nil, ErrTooLarge
	}
	return decoded(ctx, p)
}

func decoded(ctx context.Context, p Picture) (image.Image, error) {
	r, known := rasterOf(p.Kind)
	if !known {
		return nil, ErrNotPicture
	}
	pixels, err := r.decode(awaited{ctx, bytes.NewReader(p.Data)})
	if gone := ctx.Err(); gone != nil {
		return nil, fmt.Errorf("decode a picture: %w", gone)
	}
	if err != nil {
		return nil, ErrNotPicture
	}
	return pixels, nil
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

// EncodePNG writes pixels as a PNG, with nothing but them in it.
func EncodePNG(i image.Image) ([]byte, error) {
	var out bytes.Buffer
	if err := png.Encode(&out, i); err != nil {
		return nil, fmt.Errorf("write a PNG: %w", err)
	}
	return out.Bytes(), nil
}

// EncodeJPEG writes a picture on white as a JPEG, with nothing but its pixels in it.
func EncodeJPEG(picture image.Image) ([]byte, error) {
	sheet := image.NewRGBA(image.Rect(0, 0, picture.Bounds().Dx(), picture.Bounds().Dy()))
	draw.Draw(sheet, sheet.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(sheet, sheet.Bounds(), picture, picture.Bounds().Min, draw.Over)
	var out bytes.Buffer
	if err := jpeg.Encode(&out, sheet, &jpeg.Options{Quality: 85}); err != nil {
		return nil, fmt.Errorf("write a JPEG: %w", err)
	}
	return out.Bytes(), nil
}
