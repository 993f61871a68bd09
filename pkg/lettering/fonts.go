package lettering

import (
	"bytes"
	"embed"
	"fmt"
	"io"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype/tables"
)

// fonts holds what pack has brought; a program built without it draws boxes.
//
//go:embed all:fonts
var fonts embed.FS

// maxFont bounds what one font unpacks to, in bytes.
const maxFont = 8 << 20

// source is one font: it is unpacked when the first sign of its script is met, and then kept.
type source struct {
	name string
	load func() *font.Font // nil when there is none
}

// sources are all fonts there may be; their index is the number in a FormID. Those of the machine come last.
var sources = sync.OnceValue(func() []source {
	var list []source
	for _, name := range names() {
		list = append(list, source{name, sync.OnceValue(func() *font.Font { return packed(name) })})
	}
	return append(list, found()...)
})

// scripts are the parts of which a cut is made, in the order in which a sign is looked for.
var scripts = []string{"latin", "latin-ext", "greek", "cyrillic", "arabic", "hebrew", "devanagari", "thai", "vietnamese", "greek-ext", "cyrillic-ext"}

func names() []string {
	var list []string
	for _, cut := range []string{"sans", "bold", "serif"} {
		for _, script := range scripts {
			if _, err := fonts.Open("fonts/" + cut + "-" + script + ".ttf.br"); err == nil {
				list = append(list, cut+"-"+script)
			}
		}
	}
	return append(list, "emoji")
}

func packed(name string) *font.Font {
	data, err := fonts.ReadFile("fonts/" + name + ".ttf.br")
	if err != nil {
		return nil
	}
	data, err = io.ReadAll(io.LimitReader(brotli.NewReader(bytes.NewReader(data)), maxFont))
	if err != nil {
		return nil
	}
	face, err := font.ParseTTF(bytes.NewReader(data))
	if err != nil {
		return nil
	}
	spellOut(face.Font)
	return face.Font
}

// spellOut lists glyph by glyph what a font names in ranges. The library asks a filter before it looks there, and forgets in
// it all that stands behind a range of 63 or more (go-text/typesetting v0.3.5, harfbuzz/set_digest.go): noon and yeh were
// drawn apart from their neighbours. Of what the packed fonts need for reading, nothing else is in the way.
func spellOut(f *font.Font) {
	for _, lookup := range f.GSUB.Lookups {
		for i, one := range lookup.Subtables {
			if table, several := one.(tables.MultipleSubs); several {
				table.Coverage = listed(table.Coverage)
				lookup.Subtables[i] = table
			}
		}
	}
	for _, lookup := range f.GPOS.Lookups {
		for i, one := range lookup.Subtables {
			if table, marks := one.(tables.MarkLigPos); marks {
				table.MarkCoverage = listed(table.MarkCoverage)
				lookup.Subtables[i] = table
			}
		}
	}
}

func listed(covered tables.Coverage) tables.Coverage {
	ranges, ok := covered.(tables.Coverage2)
	if !ok {
		return covered
	}
	var list tables.Coverage1
	for _, r := range ranges.Ranges {
		for glyph := int(r.StartGlyphID); glyph <= int(r.EndGlyphID); glyph++ {
			list.Glyphs = append(list.Glyphs, tables.GlyphID(glyph)) //nolint:gosec // between two of that size
		}
	}
	return list
}

// order is in which order the fonts are asked for a sign that is to be set in a cut: its own, the plain ones, emoji,
// and last those of the machine.
func order(cut Cut) []int {
	own := []string{"sans-", "bold-", "serif-"}[cut]
	var first, second, last []int
	for i, s := range sources() {
		switch {
		case len(s.name) > len(own) && s.name[:len(own)] == own:
			first = append(first, i)
		case len(s.name) > 5 && s.name[:5] == "sans-":
			second = append(second, i)
		case s.name == "emoji" || s.name == machine:
			last = append(last, i)
		}
	}
	return append(append(first, second...), last...)
}

// Built says whether the fonts were packed before this program was compiled.
func Built() bool { return len(names()) > 1 }

// Sources names the fonts that are there, for reports; it loads none.
func Sources() []string {
	var list []string
	for i, s := range sources() {
		list = append(list, fmt.Sprintf("%d %s", i, s.name))
	}
	return list
}
