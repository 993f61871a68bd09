package pixels

import (
	"image"
	"image/color"
	"strings"
	"testing"
)

func TestWhatIsWrittenHereIsBareAndNothingElse(t *testing.T) {
	picture := image.NewNRGBA(image.Rect(0, 0, 40, 30))
	for i := range picture.Pix {
		picture.Pix[i] = byte(i * 7)
	}
	paletted := image.NewPaletted(image.Rect(0, 0, 9, 9), color.Palette{color.Transparent, color.Black})
	for name, encode := range map[string]func() ([]byte, error){
		PNG:          func() ([]byte, error) { return EncodePNG(picture) },
		PNG + " two": func() ([]byte, error) { return EncodePNG(paletted) },
		JPEG:         func() ([]byte, error) { return EncodeJPEG(picture) },
	} {
		data, err := encode()
		if err != nil {
			t.Fatal(err)
		}
		kind, _, _ := strings.Cut(name, " ")
		if !Bare(Picture{Data: data, Kind: kind}) {
			t.Errorf("%s is not bare", name)
		}
		said := string(data[:2]) + "\xff\xe1\x00\x06Exif" + string(data[2:])
		if kind == PNG {
			said = string(data[:33]) + "\x00\x00\x00\x03tEXta\x00b\x00\x00\x00\x00" + string(data[33:])
		}
		for what, other := range map[string]string{"words": said, "a tail": string(data) + "tail", "half": string(data[:len(data)/2]), "nothing": ""} {
			if Bare(Picture{Data: []byte(other), Kind: kind}) {
				t.Errorf("%s with %s is bare", name, what)
			}
		}
	}
	if Bare(Picture{Data: []byte("GIF89a"), Kind: GIF}) {
		t.Error("a GIF is bare")
	}
}

func FuzzBare(f *testing.F) {
	f.Add([]byte("\xff\xd8\xff\xda\x00\x02\xff\xd9"))
	f.Add([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x00IEND\xaeB`\x82"))
	f.Fuzz(func(_ *testing.T, data []byte) {
		for _, kind := range []string{PNG, JPEG} {
			Bare(Picture{Data: data, Kind: kind})
		}
	})
}
