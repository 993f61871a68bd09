package drawing

import (
	"encoding/base64"
	"errors"
	"image"
	"image/color"
	"math"
	"net/url"
	"strings"

	"github.com/carnetbadges/carnet/pkg/pixels"
)

// image paints a picture that stands in the drawing itself; none is fetched.
func (p *painter) image(n *node, s state) {
	if s.clipping || s.style.hidden {
		return
	}
	link := strings.TrimSpace(n.attributes["href"])
	if link == "" {
		return
	}
	picture := p.enclosed(link)
	if p.err != nil {
		return
	}
	if n.attributes["image-rendering"] != "" && n.attributes["image-rendering"] != "auto" && n.attributes["image-rendering"] != "optimizeQuality" {
		p.refuse("image-rendering")
	}
	size := picture.Bounds().Size()
	own := box{right: float64(size.X), bottom: float64(size.Y)}
	x, y := p.length(n, "x", s.sizes, s.wide), p.length(n, "y", s.sizes, s.high)
	at := box{x, y, x + p.imageSide(n, "width", s.wide, s.sizes, own.wide()), y + p.imageSide(n, "height", s.high, s.sizes, own.high())}
	if at.wide() <= 0 || at.high() <= 0 {
		return
	}
	how := n.attributes["preserveAspectRatio"]
	m := s.m.then(fit(own, at, how))
	if !m.sound() {
		return
	}
	shown := rectangle(0, 0, own.wide(), own.high(), 0, 0).through(fit(own, at, how))
	if strings.Contains(how, "slice") {
		shown = rectangle(at.left, at.top, at.wide(), at.high(), 0, 0)
	}
	if !p.spend(8 * size.X * size.Y) {
		return
	}
	smaller := pixels.Shrink(picture, max(1, int(math.Ceil(float64(max(size.X, size.Y))*m.widest()))))
	to := smaller.Bounds().Size()
	m = m.then(scaling(own.wide()/float64(to.X), own.high()/float64(to.Y)))
	p.fill(shown, s, false, &sampled{m.back(), smaller, s.alpha})
}

// imageSide is the width or height of a picture, or its own.
func (p *painter) imageSide(n *node, name string, whole float64, s sizes, own float64) float64 {
	if text := n.attributes[name]; text == "" || text == "auto" {
		if n.attributes["width"]+n.attributes["height"] != "" {
			p.refuse("a picture with one side only")
		}
		return own
	}
	return p.length(n, name, s, whole)
}

// enclosed is a picture given as a data: address, read within the budget of pictures.
func (p *painter) enclosed(link string) image.Image {
	if p.images++; p.images > maxImages {
		p.tooDear("too many pictures")
		return nil
	}
	data, known := dataOf(link)
	if !known {
		p.refuse("a picture that lies elsewhere")
		return nil
	}
	recognised, err := pixels.Recognise(data)
	if err == nil {
		var picture image.Image
		if picture, err = pixels.Decode(p.ctx, recognised); err == nil {
			return picture
		}
	}
	switch {
	case p.ctx.Err() != nil:
		p.err = gone(p.ctx)
	case errors.Is(err, pixels.ErrTooLarge):
		p.tooDear("too large a picture")
	default:
		p.refuse("a picture that cannot be read")
	}
	return nil
}

// dataOf is the content of a data: address (RFC 2397).
func dataOf(link string) ([]byte, bool) {
	kind, text, found := strings.Cut(link, ",")
	if !found || len(kind) < 5 || !strings.EqualFold(kind[:5], "data:") {
		return nil, false
	}
	text, err := url.PathUnescape(text)
	if err != nil {
		return nil, false
	}
	if !strings.HasSuffix(strings.ToLower(kind), ";base64") {
		return []byte(text), true
	}
	data, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(strings.Join(strings.Fields(text), ""), "="))
	return data, err == nil
}

// sampled is an ink that is a picture.
type sampled struct {
	back  matrix
	from  image.Image
	alpha float64
}

// at is the colour between the four nearest pixels.
func (s *sampled) at(x, y int) colour {
	at := s.back.at(point{float64(x) + 0.5, float64(y) + 0.5})
	left, top := math.Floor(at.x-0.5), math.Floor(at.y-0.5)
	right, bottom := at.x-0.5-left, at.y-0.5-top
	var sum [4]float64
	for _, near := range []struct{ x, y, share float64 }{
		{left, top, (1 - right) * (1 - bottom)},
		{left + 1, top, right * (1 - bottom)},
		{left, top + 1, (1 - right) * bottom},
		{left + 1, top + 1, right * bottom},
	} {
		b := s.from.Bounds()
		px := min(max(b.Min.X+int(near.x), b.Min.X), b.Max.X-1)
		py := min(max(b.Min.Y+int(near.y), b.Min.Y), b.Max.Y-1)
		c := color.RGBA64Model.Convert(s.from.At(px, py)).(color.RGBA64) //nolint:forcetypeassert // what the model makes
		for i, part := range []uint16{c.R, c.G, c.B, c.A} {
			sum[i] += float64(part) / 65535 * near.share
		}
	}
	if sum[3] <= 0 {
		return colour{}
	}
	return colour{sum[0] / sum[3], sum[1] / sum[3], sum[2] / sum[3], sum[3] * s.alpha}
}
