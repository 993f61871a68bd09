package backpack

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"testing"

	"github.com/carnetbadges/carnet/pkg/pixels"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

func TestASmallPictureTakesLittleAndAHostileOneIsShownAsItIs(t *testing.T) {
	storetest.Dear(t)
	r := newRoom(t, storetest.Open(t))
	large := image.NewNRGBA(image.Rect(0, 0, 600, 600))
	chance := rand.New(rand.NewPCG(1, 1))
	for i := range large.Pix {
		large.Pix[i] = byte(chance.IntN(256))
	}
	var out bytes.Buffer
	if err := png.Encode(&out, large); err != nil {
		t.Fatal(err)
	}
	cut := out.Bytes()[:len(out.Bytes())/2]
	small := image.NewPaletted(image.Rect(0, 0, 10, 10), color.Palette{color.Black})
	var tiny bytes.Buffer
	if err := png.Encode(&tiny, small); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		data   []byte
		kind   string
		shrunk bool
	}{
		"large":            {out.Bytes(), typePNG, true},
		"small":            {tiny.Bytes(), typePNG, false},
		"cut off":          {cut, typePNG, false},
		"said to be a GIF": {bytes.Repeat([]byte("GIF89a"), 9000), typeGIF, false},
		"a drawing":        {bytes.Repeat([]byte("<svg/>"), 9000), typeSVG, false},
	} {
		key, err := r.files.Put(t.Context(), c.data)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			got, kind, err := r.Thumb(t.Context(), store.Badge{PictureKey: key, PictureType: c.kind}, 160)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if !c.shrunk {
				if !bytes.Equal(got, c.data) || kind != c.kind {
					t.Errorf("%s: %d bytes of %s", name, len(got), kind)
				}
				continue
			}
			if width, _, err := pixels.Size(pixels.Picture{Data: got, Kind: kind}); err != nil || width > 160 || width < 60 || len(got) > ThumbMost {
				t.Errorf("%s: %d bytes, %d wide, %v", name, len(got), width, err)
			}
		}
	}
}
