package postcard_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/pkg/postcard"
)

// disc is a picture of a plain badge; noise one that no packing makes smaller.
func disc() image.Image {
	i := image.NewNRGBA(image.Rect(0, 0, 300, 300))
	for y := range 300 {
		for x := range 300 {
			if (x-150)*(x-150)+(y-150)*(y-150) < 148*148 {
				i.Set(x, y, color.NRGBA{0x1f, 0x4e, 0x8c, 0xff})
			}
		}
	}
	return i
}

func noise() image.Image {
	i, r := image.NewNRGBA(image.Rect(0, 0, 800, 800)), rand.New(rand.NewPCG(1, 2))
	for at := range i.Pix {
		i.Pix[at] = uint8(r.UintN(256)) | uint8(at%4/3*255)
	}
	return i
}

func cards() map[string]postcard.Card {
	whole := func(title, lang, verdict, tone string, pictures ...image.Image) postcard.Card {
		return postcard.Card{
			Seed: title, House: "Carnet", Host: "carnet.example", Title: title, Lang: lang, WordsLang: "en", Verdict: verdict, Tone: tone,
			Lines: []string{"Issued by Atelier Ndaje", "Held by Aminata Diop"}, Pictures: pictures,
		}
	}
	grid := whole("Pour mon stage à la ferme", "fr", "", "", disc(), disc(), disc(), disc(), disc(), disc(), disc())
	portrait := whole("Zofia Wiśniewska", "pl", "", "", noise().(*image.NRGBA).SubImage(image.Rect(0, 0, 350, 450)))
	portrait.Portrait, portrait.Lines = true, []string{"12 badges", "Kraków. I repair bicycles, and teach how that is done to whoever wants to know it, on Saturdays."}
	return map[string]postcard.Card{
		"short":       whole("Gardener", "en", "Genuine and current", "green", disc()),
		"long":        whole("Gardienne, gardien des baobabs de la région de Dakar et de tout le pays, première année, avec mention et félicitations du jury", "fr", "Expired", "amber", disc()),
		"endless":     whole(strings.Repeat("Donaudampfschifffahrtsgesellschaftskapitän", 20), "de", "Revoked", "red", disc()),
		"arabic":      whole("بستاني أشجار الباوباب في منطقة داكار", "ar", "Genuine and current", "green", disc()),
		"hebrew":      whole("גנן קהילתי (שנה 1)", "he", "Cannot tell now", "plain", disc()),
		"hindi":       whole("सामुदायिक माली", "hi", "Genuine and current", "green", disc()),
		"thai":        whole("ผู้ดูแลสวนชุมชน", "th", "Genuine and current", "green", disc()),
		"greek":       whole("Κηπουρός της γειτονιάς 🌱", "el", "Genuine and current", "green", disc()),
		"chinese":     whole("社區園藝師", "zh-Hant", "Genuine and current", "green", disc()),
		"nothing":     whole("", "", "", ""),
		"pictureless": whole("No picture", "en", "Never checked", "plain"),
		"noise":       whole("Noise", "en", "Genuine and current", "green", noise()),
		"grid":        grid,
		"portrait":    portrait,
	}
}

// TestEveryCardHasItsSizeAndWeight whatever is on it, and is the same each time.
func TestEveryCardHasItsSizeAndWeight(t *testing.T) {
	for name, card := range cards() {
		began := time.Now()
		file, err := card.PNG()
		if err != nil {
			t.Fatal(err)
		}
		took := time.Since(began)
		read, err := png.DecodeConfig(bytes.NewReader(file))
		if err != nil || read.Width != postcard.Width || read.Height != postcard.Height || len(file) > postcard.MaxBytes {
			t.Errorf("%s: %dx%d, %d bytes, %v", name, read.Width, read.Height, len(file), err)
		}
		t.Logf("%s: %d kB in %v", name, len(file)/1000, took.Round(time.Millisecond))
		if name != "short" {
			continue
		}
		if again, err := card.PNG(); err != nil || !bytes.Equal(file, again) {
			t.Errorf("%s: drawn twice it is another", name)
		}
	}
}
