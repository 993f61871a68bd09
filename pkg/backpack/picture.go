package backpack

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"net/url"
	"strings"
	"time"

	"golang.org/x/image/webp"

	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/pkg/openbadges/bake"
)

// The pictures that are shown, by media type.
const (
	typePNG  = "image/png"
	typeJPEG = "image/jpeg"
	typeGIF  = "image/gif"
	typeWebP = "image/webp"
	typeSVG  = "image/svg+xml"
)

// pictureTime is how long an import waits for a picture.
const pictureTime = 10 * time.Second

// picture is a picture that may be shown; without data there is none.
type picture struct {
	data []byte
	kind string // media type
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
		{typePNG, starts("\x89PNG\r\n\x1a\n"), png.DecodeConfig, png.Decode},
		{typeJPEG, starts("\xff\xd8\xff"), jpeg.DecodeConfig, jpeg.Decode},
		{typeGIF, starts("GIF8"), gif.DecodeConfig, gif.Decode},
		{typeWebP, func(data []byte) bool {
			return len(data) > 12 && string(data[:4]) == "RIFF" && string(data[8:12]) == "WEBP"
		}, webp.DecodeConfig, webp.Decode},
	}
}

// recognise takes for a picture only what begins like one and is small enough to be shown: at most 5 MiB, 4096 pixels
// a side and 16 Mpx. What somebody says it is counts for nothing.
func recognise(data []byte) (picture, bool) {
	if len(data) == 0 || len(data) > bake.MaxPicture {
		return picture{}, false
	}
	for _, r := range rasters() {
		if r.begins(data) {
			return picture{data: data, kind: r.kind}, r.fits(data)
		}
	}
	_, err := bake.FromSVG(data)
	return picture{data: data, kind: typeSVG}, err == nil || errors.Is(err, bake.ErrNothing)
}

func (r raster) fits(data []byte) bool {
	c, err := r.config(bytes.NewReader(data))
	return err == nil && c.Width > 0 && c.Height > 0 && c.Width <= bake.MaxSide && c.Height <= bake.MaxSide &&
		c.Width*c.Height <= bake.MaxPixels
}

// choosePicture is the picture the credential was baked into, else the credential's own or its achievement's. One
// that cannot be had, or is none, is none: no badge is refused for its picture, and a later check asks again.
func (b *Backpack) choosePicture(ctx context.Context, c *openbadges.Credential, said openbadges.Badge) picture {
	if p, ok := recognise(c.Picture); ok {
		return p
	}
	ctx, cancel := context.WithTimeout(ctx, pictureTime)
	defer cancel()
	for _, address := range []string{said.Image, said.Achievement.Image} {
		if p, ok := recognise(b.load(ctx, address)); ok {
			return p
		}
	}
	return picture{}
}

// load is what an address or a data: URI holds; nil when it cannot be had.
func (b *Backpack) load(ctx context.Context, address string) []byte {
	scheme, rest, found := strings.Cut(address, ":")
	switch {
	case !found:
		return nil
	case strings.EqualFold(scheme, "data"):
		return dataOf(rest)
	case b.picture == nil || !strings.EqualFold(scheme, "http") && !strings.EqualFold(scheme, "https"):
		return nil
	}
	answer, err := b.picture(ctx, address)
	if err != nil || answer.Status != 200 {
		return nil
	}
	return answer.Body
}

// dataOf is the content of a data: URI without its scheme (RFC 2397).
func dataOf(rest string) []byte {
	kind, text, found := strings.Cut(rest, ",")
	if !found || len(text) > 2*bake.MaxPicture {
		return nil
	}
	text, err := url.PathUnescape(text)
	if err != nil {
		return nil
	}
	if !strings.HasSuffix(strings.ToLower(strings.TrimSpace(kind)), ";base64") {
		return []byte(text)
	}
	text = strings.TrimRight(strings.Join(strings.Fields(text), ""), "=")
	encoding := base64.RawStdEncoding
	if strings.ContainsAny(text, "-_") {
		encoding = base64.RawURLEncoding
	}
	data, err := encoding.DecodeString(text)
	if err != nil {
		return nil
	}
	return data
}
