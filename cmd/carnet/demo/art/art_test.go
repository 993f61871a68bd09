package art

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"testing"
)

var testColours = Palette{Deep: "#1d2b53", Mid: "#2f6f8f", Bright: "#f2a541", Warm: "#d1495b", Glow: "#f7dfa5", Paper: "#fdf8ec"}

func TestEveryMotifIsASmallSoundSVG(t *testing.T) {
	for motif := range motifs {
		drawing := SVG(motif, testColours)
		if len(drawing) > 6000 {
			t.Errorf("%s takes %d bytes, at most 6000", motif, len(drawing))
		}
		decoder := xml.NewDecoder(bytes.NewReader(drawing))
		for {
			if _, err := decoder.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", motif, err)
			}
		}
	}
}

func TestEveryMotifIsAPictureOfItsOwn(t *testing.T) {
	seen := map[string]Motif{}
	for motif := range motifs {
		file, err := PNG(motif, testColours, 120)
		if err != nil {
			t.Fatal(err)
		}
		picture, err := png.Decode(bytes.NewReader(file))
		if err != nil || picture.Bounds().Dx() != 120 || picture.Bounds().Dy() != 120 {
			t.Fatalf("%s: %v", motif, err)
		}
		if _, _, _, alpha := picture.At(60, 60).RGBA(); alpha != 0xffff {
			t.Errorf("%s has a hole in its middle", motif)
		}
		if _, _, _, alpha := picture.At(0, 0).RGBA(); alpha != 0 {
			t.Errorf("%s fills its corner", motif)
		}
		if other, twice := seen[string(file)]; twice {
			t.Errorf("%s looks like %s", motif, other)
		}
		seen[string(file)] = motif
	}
}

func TestSameDrawingTwiceIsTheSame(t *testing.T) {
	a, err := PNG(Orbits, testColours, 64)
	if err != nil {
		t.Fatal(err)
	}
	b, err := PNG(Orbits, testColours, 64)
	if err != nil || !bytes.Equal(a, b) || !bytes.Equal(SVG(Orbits, testColours), SVG(Orbits, testColours)) {
		t.Fatal("a drawing changed")
	}
}
