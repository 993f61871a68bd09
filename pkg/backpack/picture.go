package backpack

import (
	"context"
	"encoding/base64"
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/pkg/openbadges/bake"
	"github.com/carnetbadges/carnet/pkg/pixels"
)

// The pictures that are shown, by media type.
const (
	typePNG  = pixels.PNG
	typeJPEG = pixels.JPEG
	typeGIF  = pixels.GIF
	typeWebP = pixels.WebP
	typeSVG  = "image/svg+xml"
)

// pictureTime is how long an import waits for a picture.
const pictureTime = 10 * time.Second

// picture is a picture that may be shown; without data there is none.
type picture struct {
	data []byte
	kind string // media type
}

func (p picture) pixels() pixels.Picture { return pixels.Picture{Data: p.data, Kind: p.kind} }

// recognise takes for a picture only what begins like one and is small enough to be shown: at most 5 MiB, 4096 pixels
// a side and 16 Mpx. What somebody says it is counts for nothing.
func recognise(data []byte) (picture, bool) {
	if len(data) == 0 || len(data) > bake.MaxPicture {
		return picture{}, false
	}
	p, err := pixels.Recognise(data)
	if p.Kind != "" {
		return picture{data: data, kind: p.Kind}, err == nil
	}
	_, err = bake.FromSVG(data)
	return picture{data: data, kind: typeSVG}, err == nil || errors.Is(err, bake.ErrNothing)
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
