package lettering

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/image/math/fixed"
	"golang.org/x/text/width"
)

// form is how the glyphs of one letter look together; the second and further ones stand where the font puts them.
func (s *setter) form(face *font.Face, glyphs []shaping.Glyph, runes []rune, ellipsis bool) *Form {
	if glyphs[0].GlyphID == 0 && !ellipsis {
		return s.box(boxOf(runes[glyphs[0].TextIndex()]))
	}
	key := fmt.Appendf(nil, "%d", s.numbers[face])
	for _, p := range placed(glyphs) {
		key = fmt.Appendf(key, " %d", p.glyph)
		if len(glyphs) > 1 {
			key = fmt.Appendf(key, ",%d,%d", p.x, p.y)
		}
	}
	id := FormID(key)
	if known, ok := s.forms[id]; ok {
		return known
	}
	form := s.drawn(face, placed(glyphs))
	form.ID = id
	if len(glyphs) == 1 {
		form.Advance = float64(face.HorizontalAdvance(glyphs[0].GlyphID)) / float64(face.Upem())
	} else {
		for _, g := range glyphs {
			form.Advance += float64(g.Advance) / em / 64
		}
	}
	s.forms[id] = form
	return form
}

// place is a glyph of a letter and where it stands, in thousandths of an em from where the letter begins.
type place struct {
	glyph font.GID
	x, y  int
}

func placed(glyphs []shaping.Glyph) []place {
	if len(glyphs) == 1 {
		return []place{{glyph: glyphs[0].GlyphID}} // its own offset moves the letter
	}
	list := make([]place, len(glyphs))
	x := fixed.Int26_6(0)
	for i, g := range glyphs {
		list[i] = place{g.GlyphID, (x + g.XOffset).Round(), g.YOffset.Round()}
		x += g.Advance
	}
	return list
}

func (s *setter) drawn(face *font.Face, places []place) *Form {
	form := &Form{}
	for _, p := range places {
		if outline, ok := face.GlyphDataOutline(p.glyph); ok {
			form.Segments = append(form.Segments, moved(outline.Segments, 1/float32(face.Upem()), float32(p.x)/em, float32(p.y)/em)...)
		}
	}
	return form
}

func moved(segments []opentype.Segment, scale, x, y float32) []opentype.Segment {
	list := make([]opentype.Segment, len(segments))
	for i, one := range segments {
		for j := range one.Args {
			one.Args[j].X = one.Args[j].X*scale + x
			one.Args[j].Y = one.Args[j].Y*scale + y
		}
		list[i] = one
	}
	return list
}

// boxed begins the FormID of a box.
const boxed = "box"

// Unknown says whether a form is the box of a sign for which there is no font.
func (f *Form) Unknown() bool { return strings.HasPrefix(string(f.ID), boxed) && len(f.Segments) > 0 }

// boxOf is how wide the box of a sign without a font is, in ems; 0 where none is drawn.
func boxOf(r rune) float64 {
	switch {
	case unicode.Is(unicode.M, r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r) || r >= 0x1f3fb && r <= 0x1f3ff:
		return 0
	case unicode.IsSpace(r):
		return 0.26
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 1
	}
	return 0.62
}

// box is the empty frame that stands for a sign without a font; it is as wide as the sign would be.
func (s *setter) box(wide float64) *Form {
	id := FormID(fmt.Sprintf("%s %.2f", boxed, wide))
	if known, ok := s.forms[id]; ok {
		return known
	}
	form := &Form{ID: id, Advance: wide}
	if wide > 0.5 {
		const stroke, low, high = 0.045, -0.06, 0.74
		form.Segments = append(rectangle(0.08, low, wide-0.08, high), rectangle(wide-0.08-stroke, low+stroke, 0.08+stroke, high-stroke)...)
	}
	s.forms[id] = form
	return form
}

// rectangle runs against the clock when left is less than right, else with it, so that one can be cut out of another.
func rectangle(left, low, right, high float64) []opentype.Segment {
	at := func(op opentype.SegmentOp, x, y float64) opentype.Segment {
		return opentype.Segment{Op: op, Args: [3]opentype.SegmentPoint{{X: float32(x), Y: float32(y)}}}
	}
	return []opentype.Segment{
		at(opentype.SegmentOpMoveTo, left, low), at(opentype.SegmentOpLineTo, right, low),
		at(opentype.SegmentOpLineTo, right, high), at(opentype.SegmentOpLineTo, left, high), at(opentype.SegmentOpLineTo, left, low),
	}
}
