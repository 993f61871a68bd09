package pixels

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
)

// What decoding one picture may cost. Pictures over it can be shown as they are, and are never decoded here.
const (
	mostDecoded = 64 << 20  // bytes of memory while it is decoded
	mostScans   = 64        // of a JPEG; those that are met have about ten
	mostScanned = 128 << 20 // pixels of a JPEG, counted once for every scan
)

// Affordable says from a picture's head, without decoding it, whether decoding is cheap enough.
func Affordable(p Picture) bool {
	r, known := rasterOf(p.Kind)
	if !known || !r.fits(p.Data) {
		return false
	}
	c, err := r.config(bytes.NewReader(p.Data))
	if err != nil {
		return false
	}
	if p.Kind == JPEG {
		return jpegAffordable(p.Data)
	}
	return c.Width*c.Height*pixelCost(p, c)+webpTrees(p) <= mostDecoded
}

// pixelCost is how many bytes a decoder takes for one pixel, at most.
func pixelCost(p Picture, c image.Config) int {
	switch p.Kind {
	case PNG:
		return pngPixel(p.Data, c)
	case GIF:
		return 2 // one as it came, one with its lines in order
	}
	if plainWebP(p.Data) {
		return 2
	}
	return 12 // 4 as they came, 4 with their colours looked up, 4 for a lossy picture under its transparency
}

// pngPixel reads depth and interlacing from IHDR, which lies at a fixed place (PNG §11.2.2).
func pngPixel(data []byte, c image.Config) int {
	cost := 4 // gray grows to colours when it is partly transparent
	if _, ok := c.ColorModel.(color.Palette); ok {
		cost = 1
	} else if data[24] == 16 {
		cost = 8
	}
	if data[28] != 0 {
		cost *= 2 // all passes together are as large as the picture
	}
	return cost
}

func plainWebP(data []byte) bool { return len(data) > 16 && string(data[12:16]) == "VP8 " }

// webpTrees is the memory for the code trees of a lossless WebP: 256 bytes for each byte that describes them, for the
// 2600 groups of trees that the decoder takes at most.
func webpTrees(p Picture) int {
	if p.Kind != WebP || plainWebP(p.Data) {
		return 0
	}
	return min(256*len(p.Data), 2600*76<<10)
}

// The markers of a JPEG (ITU-T T.81, table B.1) that matter here.
const (
	jpegSOF0 = 0xc0
	jpegSOF2 = 0xc2 // progressive
	jpegRST0 = 0xd0
	jpegEOI  = 0xd9
	jpegSOS  = 0xda
)

// jpegAffordable counts the scans of a JPEG and the memory for its samples. Behind the first scan everything that may
// begin another one counts: what decoders pass over there, they do not agree upon.
func jpegAffordable(data []byte) bool {
	f, behind, found := jpegHead(data)
	scans := 1 + bytes.Count(behind, []byte{0xff, jpegSOS})
	pixels := f.width * f.height
	if !found || pixels == 0 || scans > mostScans || scans*pixels > mostScanned {
		return false
	}
	samples := f.samples()
	cost := samples
	if f.progressive {
		cost += 4 * samples // every coefficient is kept until the last scan
	}
	if f.parts == 4 || bytes.Contains(data, []byte("Adobe")) || f.rgb {
		cost += 4 * pixels // the colours are written together once more
	}
	return cost <= mostDecoded
}

// frame is the head of a JPEG's picture (T.81 §B.2.2).
type frame struct {
	width, height int
	parts         int
	factors       []byte // how densely each part is sampled, across and down, four bits each
	progressive   bool
	rgb           bool
}

// jpegHead walks the segments up to the first scan as the decoder does; behind is what follows that scan's marker.
func jpegHead(data []byte) (f frame, behind []byte, found bool) {
	rest := data[min(2, len(data)):]
	for {
		rest = rest[max(0, bytes.IndexByte(rest, 0xff)):]
		for len(rest) > 0 && rest[0] == 0xff { // any number of them may stand before a marker
			rest = rest[1:]
		}
		if len(rest) < 3 {
			return frame{}, nil, false
		}
		marker, length := rest[0], int(binary.BigEndian.Uint16(rest[1:]))
		switch {
		case marker == jpegSOS:
			return f, rest[1:], true
		case marker == 0, marker >= jpegRST0 && marker < jpegEOI-1:
			rest = rest[1:]
			continue
		case marker == jpegEOI, length < 2, length >= len(rest):
			return frame{}, nil, false
		case marker >= jpegSOF0 && marker <= jpegSOF2:
			f = frameOf(rest[3:1+length], marker)
		}
		rest = rest[1+length:]
	}
}

func frameOf(body []byte, marker byte) frame {
	if len(body) < 6 || len(body) < 6+3*int(body[5]) {
		return frame{}
	}
	f := frame{
		height: int(binary.BigEndian.Uint16(body[1:])), width: int(binary.BigEndian.Uint16(body[3:])),
		parts: int(body[5]), progressive: marker == jpegSOF2,
	}
	names := []byte{}
	for i := range f.parts {
		names = append(names, body[6+3*i])
		f.factors = append(f.factors, body[7+3*i])
	}
	f.rgb = string(names) == "RGB"
	return f
}

// samples are those of all parts, each filled up to whole blocks.
func (f frame) samples() (n int) {
	across, down := 1, 1
	for _, factor := range f.factors {
		across, down = max(across, int(factor>>4)), max(down, int(factor&15))
	}
	for _, factor := range f.factors {
		if f.parts == 1 {
			factor = byte(across<<4 | down)
		}
		n += filled(f.width, across) * int(factor>>4) / across * filled(f.height, down) * int(factor&15) / down
	}
	return n
}

// filled is a length made whole blocks of 8 samples, so many at once.
func filled(length, blocks int) int {
	block := 8 * blocks
	return (length + block - 1) / block * block
}
