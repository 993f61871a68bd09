package account

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/carnetbadges/carnet/pkg/pixels"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/store/storetest"
)

// saying is a profile as its form sends it.
func saying(p store.Person) Profile {
	return Profile{Name: p.Name, Handle: p.Handle, Shown: map[string]string{
		PartName: "public", PartAbout: "members", PartLanguages: "public", PartLinks: "private", PartPortrait: "members",
	}}
}

// ASVS: V2.2.1
func TestProfileKeepsWhatIsWellFormed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		p := confirmed(t, d, s, ada())
		said := saying(p)
		said.Name, said.Handle = "  Ada \u202eKing ", "@Countess"
		said.About = "I weave numbers.\r\n\r\n\r\n\r\nAnd\x07 flowers. \n\n"
		said.Languages = "English, français ; Deutsch, wolof, english, pt-BR"
		said.Links = []ProfileLink{{"", ""}, {" My  page ", "example.org/ada"}, {"", "http://example.net"}}
		if err := d.SaveProfile(t.Context(), p.ID, said); err != nil {
			t.Fatal(err)
		}
		got, err := d.Profile(t.Context(), p.ID)
		if err != nil {
			t.Fatal(err)
		}
		if got.Name != "Ada King" || got.Handle != "countess" || got.About != "I weave numbers.\n\nAnd flowers." || got.Languages != "en fr de wo pt-BR" {
			t.Errorf("kept as %+v", got)
		}
		if !slices.Equal(got.Links, []ProfileLink{{"My page", "https://example.org/ada"}, {"", "http://example.net"}}) {
			t.Errorf("links are %v", got.Links)
		}
		for part, to := range said.Shown {
			if got.Shown[part] != to {
				t.Errorf("%s is shown to %q", part, got.Shown[part])
			}
		}
		person, err := s.Person(t.Context(), p.ID)
		if err != nil || person.PasswordHash != p.PasswordHash || person.Language != p.Language {
			t.Errorf("something else has changed: %v", err)
		}
	})
}

func TestProfileSaysWhatIsWrongWithIt(t *testing.T) {
	s := storetest.Open(t)
	d, _ := desk(s)
	p := confirmed(t, d, s, ada())
	other := ada()
	other.Name, other.Email = "Grace Hopper", "grace@example.org"
	confirmed(t, d, s, other)
	for _, row := range []struct {
		field, reason string
		change        func(*Profile)
	}{
		{"name", "required", func(p *Profile) { p.Name = " \u200d " }},
		{"name", "too-long", func(p *Profile) { p.Name = strings.Repeat("é", 101) }},
		{"handle", "too-short", func(p *Profile) { p.Handle = "ab" }},
		{"handle", "too-long", func(p *Profile) { p.Handle = strings.Repeat("a", 31) }},
		{"handle", "malformed", func(p *Profile) { p.Handle = "ada--king" }},
		{"handle", "malformed", func(p *Profile) { p.Handle = "-ada" }},
		{"handle", "malformed", func(p *Profile) { p.Handle = "adä/../" }},
		{"handle", "taken", func(p *Profile) { p.Handle = "admin" }},
		{"handle", "taken", func(p *Profile) { p.Handle = "Grace-Hopper" }},
		{"about", "too-long", func(p *Profile) { p.About = strings.Repeat("é", 1001) }},
		{"languages", "unknown", func(p *Profile) { p.Languages = "English, Klingonese" }},
		{"languages", "too-many", func(p *Profile) { p.Languages = "en,fr,de,es,it,pt,nl,sv,fi,da,no,pl,cs" }},
		{"links", "malformed", func(p *Profile) { p.Links = []ProfileLink{{"x", "javascript:alert(1)"}} }},
		{"links", "malformed", func(p *Profile) { p.Links = []ProfileLink{{"x", "https://user:pass@example.org"}} }},
		{"links", "malformed", func(p *Profile) { p.Links = []ProfileLink{{"x", "https://exa mple.org"}} }},
		{"links", "malformed", func(p *Profile) { p.Links = []ProfileLink{{"only a name", ""}} }},
		{"links", "malformed", func(p *Profile) { p.Links = []ProfileLink{{"x", "https://example.org/\u202e"}} }},
		{"links", "too-long", func(p *Profile) { p.Links = []ProfileLink{{"x", "https://example.org/" + strings.Repeat("a", 500)}} }},
		{"links", "too-many", func(p *Profile) { p.Links = slices.Repeat([]ProfileLink{{"x", "https://example.org"}}, 6) }},
		{"shown", "unknown", func(p *Profile) { p.Shown[PartAbout] = "friends" }},
	} {
		said := saying(p)
		row.change(&said)
		var mistakes Mistakes
		if err := d.SaveProfile(t.Context(), p.ID, said); !errors.As(err, &mistakes) || mistakes[row.field] != row.reason {
			t.Errorf("want %s %s: %v", row.field, row.reason, err)
		}
	}
	if got, err := d.Profile(t.Context(), p.ID); err != nil || got.Handle != p.Handle || got.Name != p.Name {
		t.Errorf("something was kept: %+v %v", got, err)
	}
	if err := d.SaveProfile(t.Context(), store.NewID(), saying(p)); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("nobody's profile: %v", err)
	}
}

func TestHandleGivenUpStaysItsOwners(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, c := desk(s)
		p := confirmed(t, d, s, ada())
		takes := func(who store.Person, handle string) error {
			said := saying(who)
			said.Handle = handle
			return d.SaveProfile(t.Context(), who.ID, said)
		}
		for _, handle := range []string{"countess", "enchantress", "ada-lovelace"} {
			if err := takes(p, handle); err != nil {
				t.Fatal(err)
			}
		}
		var mistakes Mistakes
		if err := takes(p, "another"); !errors.As(err, &mistakes) || mistakes["handle"] != "too-often" {
			t.Errorf("a fourth time: %v", err)
		}
		other := ada()
		other.Name, other.Email = "Countess", "eve@example.org"
		eve := confirmed(t, d, s, other)
		if !strings.HasPrefix(eve.Handle, "countess-") {
			t.Errorf("a newcomer got the handle %s", eve.Handle)
		}
		if err := takes(eve, "Enchantress"); !errors.As(err, &mistakes) || mistakes["handle"] != "taken" {
			t.Errorf("somebody else: %v", err)
		}
		c.pass(handlesWithin + time.Second)
		if err := takes(p, "countess"); err != nil {
			t.Errorf("a month later, back again: %v", err)
		}
	})
}

func TestPreferencesAreKept(t *testing.T) {
	s := storetest.Open(t)
	d, _ := desk(s)
	p := confirmed(t, d, s, ada())
	if err := d.SetPreferences(t.Context(), p.ID, "fr", "dark"); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Person(t.Context(), p.ID); err != nil || got.Language != "fr" || got.Theme != "dark" {
		t.Errorf("%+v %v", got, err)
	}
	var mistakes Mistakes
	if err := d.SetPreferences(t.Context(), p.ID, "de", "pink"); !errors.As(err, &mistakes) || mistakes["language"] != "unknown" || mistakes["theme"] != "unknown" {
		t.Errorf("%v", err)
	}
}

// quartered is a picture whose four corners are red, green, blue and white.
func quartered(width, height int) *image.NRGBA {
	i := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			c := color.NRGBA{R: 255, A: 255}
			switch {
			case x >= width/2 && y < height/2:
				c = color.NRGBA{G: 255, A: 255}
			case x < width/2 && y >= height/2:
				c = color.NRGBA{B: 255, A: 255}
			case y >= height/2:
				c = color.NRGBA{R: 255, G: 255, B: 255, A: 255}
			}
			i.SetNRGBA(x, y, c)
		}
	}
	return i
}

// ASVS: V5.2.2, V14.2.8
func TestPortraitIsThePartChosenAndNothingElseOfTheFile(t *testing.T) {
	storetest.Dear(t)
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		d, _ := desk(s)
		p := confirmed(t, d, s, ada())
		if err := d.SetPortrait(t.Context(), p.ID, Whole()); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("before a picture was brought: %v", err)
		}
		var file bytes.Buffer
		if err := jpeg.Encode(&file, quartered(800, 1200), nil); err != nil {
			t.Fatal(err)
		}
		hidden := append([]byte{0xff, 0xd8, 0xff, 0xe1, 0, 30}, "Exif\x00\x00 48.8584 N 2.2945 E     "...)[:34]
		if err := d.BringPortrait(t.Context(), p.ID, append(hidden, file.Bytes()[2:]...)); err != nil {
			t.Fatal(err)
		}
		for name, row := range map[string]struct {
			crop   Crop
			corner color.NRGBA // of the upper left
		}{
			"the whole":       {Crop{100, 50, 0}, color.NRGBA{R: 255, A: 255}},
			"the upper right": {Crop{400, 100, 0}, color.NRGBA{G: 255, A: 255}},
			"the lower left":  {Crop{400, 0, 100}, color.NRGBA{B: 255, A: 255}},
			"out of measure":  {Crop{9999, 9999, 9999}, color.NRGBA{R: 255, G: 255, B: 255, A: 255}},
		} {
			if err := d.SetPortrait(t.Context(), p.ID, row.crop); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			kept, err := s.Portrait(t.Context(), p.ID)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(kept, []byte("48.8584")) || bytes.Contains(kept, []byte("Exif")) {
				t.Errorf("%s: what the camera hid is still in it", name)
			}
			got, err := jpeg.Decode(bytes.NewReader(kept))
			if err != nil || got.Bounds().Dx() != portraitWidth || got.Bounds().Dy() != portraitHeight {
				t.Fatalf("%s: %v", name, err)
			}
			r, g, b, _ := got.At(10, 10).RGBA()
			near := func(a uint32, b uint8) bool { return int(a>>8)-int(b) < 24 && int(b)-int(a>>8) < 24 }
			if !near(r, row.corner.R) || !near(g, row.corner.G) || !near(b, row.corner.B) {
				t.Errorf("%s begins with %d %d %d", name, r>>8, g>>8, b>>8)
			}
			if err := d.BringPortrait(t.Context(), p.ID, file.Bytes()); err != nil {
				t.Fatal(err)
			}
		}
		if err := d.RemovePortrait(t.Context(), p.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Portrait(t.Context(), p.ID); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("still there: %v", err)
		}
	})
}

func TestPictureThatCannotBeAPortraitIsRefused(t *testing.T) {
	s := storetest.Open(t)
	d, _ := desk(s)
	p := confirmed(t, d, s, ada())
	png, err := pixels.EncodePNG(quartered(10, 10))
	if err != nil {
		t.Fatal(err)
	}
	for name, row := range map[string]struct {
		file   []byte
		reason string
	}{
		"a text":  {[]byte("hello"), "not-a-picture"},
		"an SVG":  {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), "not-a-picture"},
		"cut off": {png[:40], "not-a-picture"},
		"heavy":   {append(png, make([]byte, pixels.MaxBytes)...), "too-large"},
		"nothing": {nil, "not-a-picture"},
	} {
		var mistakes Mistakes
		if err := d.BringPortrait(t.Context(), p.ID, row.file); !errors.As(err, &mistakes) || mistakes["portrait"] != row.reason {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, size := range [][2]int{{1, 1}, {1, 3000}, {3000, 1}} {
		file, err := pixels.EncodePNG(quartered(size[0], size[1]))
		if err != nil {
			t.Fatal(err)
		}
		if err := d.BringPortrait(t.Context(), p.ID, file); err != nil {
			t.Fatalf("%v: %v", size, err)
		}
		if err := d.SetPortrait(t.Context(), p.ID, Crop{Zoom: 400}); err != nil {
			t.Errorf("%v: %v", size, err)
		}
	}
}

func TestNobodyBlocksThemselvesOrNobody(t *testing.T) {
	s := storetest.Open(t)
	d, _ := desk(s)
	p := confirmed(t, d, s, ada())
	if _, err := d.BlockPerson(t.Context(), p.ID, p.Handle); !errors.Is(err, ErrOneself) {
		t.Error(err)
	}
	if _, err := d.BlockPerson(t.Context(), p.ID, "nobody-at-all"); !errors.Is(err, store.ErrNotFound) {
		t.Error(err)
	}
}

func FuzzProfile(f *testing.F) {
	f.Add("Ada", "ada", "I\r\n\nweave", "en, français", "https://example.org")
	f.Fuzz(func(t *testing.T, name, handle, about, languages, link string) {
		said, tags, _ := cleanProfile(Profile{Name: name, Handle: handle, About: about, Languages: languages, Links: []ProfileLink{{name, link}}})
		again, _, _ := cleanProfile(Profile{Name: said.Name, Handle: said.Handle, About: said.About, Languages: strings.Join(tags, ","), Links: said.Links})
		if again.Name != said.Name || again.About != said.About || !slices.Equal(again.Links, said.Links) {
			t.Errorf("%q is kept as %q, then as %q", []string{name, about, link}, []string{said.Name, said.About}, []string{again.Name, again.About})
		}
	})
}
