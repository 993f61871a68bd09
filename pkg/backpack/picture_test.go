package backpack

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"strings"
	"testing"

	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/pkg/openbadges/bake"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

const plainSVG = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><circle cx="5" cy="5" r="5"/></svg>`

func jpegOf(t *testing.T, side int) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, image.NewGray(image.Rect(0, 0, side, side)), nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func gifOf(t *testing.T, side int) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := gif.Encode(&out, image.NewPaletted(image.Rect(0, 0, side, side), color.Palette{color.Black, color.White}), nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// webpOf is the smallest WebP there is: one lossless pixel.
func webpOf(t *testing.T) []byte {
	t.Helper()
	data, err := base64.StdEncoding.DecodeString("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// ASVS: V5.2.2, V5.2.6
func TestPicturesAreWhatTheyAreAndNotTooLarge(t *testing.T) {
	for _, row := range []struct {
		name string
		data []byte
		want string
	}{
		{"png", square(t, 8), typePNG},
		{"jpeg", jpegOf(t, 8), typeJPEG},
		{"gif", gifOf(t, 8), typeGIF},
		{"webp", webpOf(t), typeWebP},
		{"svg", []byte(plainSVG), typeSVG},
		{"nothing", nil, ""},
		{"html", []byte("<html><svg></svg></html>"), ""},
		{"text", []byte("hello"), ""},
		{"png cut off", square(t, 8)[:20], ""},
		{"jpeg too wide", jpegOf(t, 5000), ""},
		{"too many bytes", append(square(t, 8), make([]byte, bake.MaxPicture)...), ""},
		{"pdf", []byte("%PDF-1.7"), ""},
	} {
		got, ok := recognise(row.data)
		if ok != (row.want != "") || ok && got.kind != row.want {
			t.Errorf("%s is %q %v, want %q", row.name, got.kind, ok, row.want)
		}
	}
}

func TestPictureOfTheAchievementIsShownWhateverWayItIsGiven(t *testing.T) {
	s := storetest.Open(t)
	r := newRoom(t, s)
	r.host("https://issuer.example/p.jpg", "text/html", jpegOf(t, 8))
	r.host("https://issuer.example/page", "image/png", []byte("<html>not found</html>"))
	for i, row := range []struct{ address, want string }{
		{"https://issuer.example/p.jpg", typeJPEG},
		{"data:image/png;base64," + base64.StdEncoding.EncodeToString(square(t, 8)), typePNG},
		{"data:image/svg+xml,%3Csvg%20xmlns=%22http://www.w3.org/2000/svg%22/%3E", typeSVG},
		{"https://issuer.example/page", ""},
		{"https://gone.example/p.png", ""},
		{"data:image/png;base64,!!!", ""},
		{"file:///etc/passwd", ""},
	} {
		b := r.brings(t, Item{Text: string(made{id: "urn:uuid:" + string(rune('a'+i)), email: "ada@example.org", picture: row.address}.signed(t))}, Added)
		if b.PictureType != row.want || (b.PictureKey == "") != (row.want == "") {
			t.Errorf("%.40s: %q %q", row.address, b.PictureType, b.PictureKey)
		}
	}
}

func TestPictureThatCouldNotBeHadIsAskedForAtTheNextCheck(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		r := newRoom(t, s)
		b := r.brings(t, Item{Text: string(made{email: "ada@example.org", picture: "https://issuer.example/late.png"}.signed(t))}, Added)
		if b.PictureKey != "" {
			t.Fatal(b.PictureKey)
		}
		r.host("https://issuer.example/late.png", "image/png", square(t, 8))
		if _, err := r.Check(t.Context(), r.ada.ID, b.ID); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Badge(t.Context(), r.ada.ID, b.ID); err != nil || got.PictureType != typePNG {
			t.Errorf("%+v %v", got, err)
		}
	})
}

func TestBadgeIsBakedIntoWhateverItLooksLike(t *testing.T) {
	s := storetest.Open(t)
	r := newRoom(t, s)
	inline := func(kind string, data []byte) string {
		return "data:" + kind + ";base64," + base64.StdEncoding.EncodeToString(data)
	}
	for i, address := range []string{
		"", inline(typePNG, square(t, 8)), inline(typeJPEG, jpegOf(t, 2000)), inline(typeGIF, gifOf(t, 8)),
		inline(typeWebP, webpOf(t)), inline(typeSVG, []byte(plainSVG)),
	} {
		b := r.brings(t, Item{Text: string(made{id: "urn:uuid:" + string(rune('a'+i)), email: "ada@example.org", picture: address}.signed(t))}, Added)
		for form, unbake := range map[string]func([]byte) ([]byte, error){"png": bake.FromPNG, "svg": bake.FromSVG} {
			picture, err := r.Baked(t.Context(), b, form)
			if err != nil {
				t.Errorf("%.20s as %s: %v", address, form, err)
				continue
			}
			got, err := unbake(picture)
			if err != nil || !bytes.Equal(got, b.Document) {
				t.Errorf("%.20s as %s holds %.40q: %v", address, form, got, err)
			}
			again, err := openbadges.Read(t.Context(), picture, nil)
			if err != nil || again.Key() != b.CredentialKey {
				t.Errorf("%.20s as %s is another badge: %v", address, form, err)
			}
		}
	}
	if _, err := r.Baked(t.Context(), store.Badge{Name: "x", Document: []byte("{}")}, "pdf"); !errors.Is(err, ErrForm) {
		t.Error(err)
	}
	huge := store.Badge{Name: "x", Document: append(bytes.Repeat([]byte(" "), bake.MaxCredential), "{}"...)}
	if _, err := r.Baked(t.Context(), huge, "png"); !errors.Is(err, ErrTooLarge) {
		t.Error(err)
	}
}

func TestLostFileIsAnErrorAndNoOtherPicture(t *testing.T) {
	r := newRoom(t, storetest.Open(t))
	b := r.brings(t, Item{Name: "b.png", Data: baked(t, made{email: "ada@example.org"}.signed(t))}, Added)
	clear(r.files.kept)
	if _, _, err := r.Picture(t.Context(), b); !errors.Is(err, errNoFile) {
		t.Error(err)
	}
	if _, _, _, err := r.Original(t.Context(), b); !errors.Is(err, errNoFile) {
		t.Error(err)
	}
}

func TestRosetteIsDrawnTheSameForTheSameName(t *testing.T) {
	storetest.Dear(t)
	for name, initials := range map[string]string{
		"Energy at sea": "EA", "data": "D", "日本語": "日", "": "", "<script>&": "S", "3D printing": "3P", "élan vital": "ÉV",
	} {
		first := drawSVG(name)
		if !bytes.Equal(first, drawSVG(" "+name)) {
			t.Errorf("%q has two rosettes", name)
		}
		if rosetteOf(name).initials != initials {
			t.Errorf("%q: %q", name, rosetteOf(name).initials)
		}
		if p, ok := recognise(first); !ok || p.kind != typeSVG {
			t.Errorf("%q draws no SVG", name)
		}
		if err := wellFormed(first); err != nil {
			t.Errorf("%q: %v", name, err)
		}
		pixels, err := drawPNG(name)
		if err != nil {
			t.Fatal(err)
		}
		if c, err := png.DecodeConfig(bytes.NewReader(pixels)); err != nil || c.Width != rosetteSide {
			t.Errorf("%q: %+v %v", name, c, err)
		}
	}
	if bytes.Equal(drawSVG("Energy at sea"), drawSVG("Energy ashore")) {
		t.Error("two names look alike")
	}
}

func wellFormed(text []byte) error {
	decoder := xml.NewDecoder(bytes.NewReader(text))
	for {
		if _, err := decoder.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func FuzzRecognise(f *testing.F) {
	for _, seed := range []string{"\x89PNG\r\n\x1a\n", "\xff\xd8\xff", "GIF89a", "RIFF....WEBPVP8 ", plainSVG, "<"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, ok := recognise(data)
		if ok && (p.kind == "" || !bytes.Equal(p.data, data)) {
			t.Errorf("%q", p.kind)
		}
	})
}

func FuzzDataOf(f *testing.F) {
	for _, seed := range []string{"image/png;base64,AAAA", ",", "text/plain,%zz", ";base64,-_"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, rest string) {
		if data := dataOf(rest); len(data) > len(rest) {
			t.Errorf("%d bytes out of %d", len(data), len(rest))
		}
	})
}

func FuzzClean(f *testing.F) {
	f.Add("a\x00b\u202e\xff\n", 5)
	f.Fuzz(func(t *testing.T, text string, longest int) {
		if longest < 2 || longest > 1000 {
			return
		}
		got := clean(text, longest)
		if len([]rune(got)) > longest || strings.ContainsAny(got, "\x00\u202e\u2066") || strings.ToValidUTF8(got, "") != got {
			t.Errorf("%q is %q", text, got)
		}
	})
}
