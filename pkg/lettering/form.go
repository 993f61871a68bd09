package lettering

import (
	"unicode"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/text/width"
)

// noFont is the number of a font in the FormID of a box.
const noFont = 0xffff

// form is how a glyph looks.
func (s *setter) form(face *font.Face, g shaping.Glyph, runes []rune, ellipsis bool) *Form {
	if g.GlyphID == 0 && !ellipsis {
		return s.box(boxOf(runes[g.TextIndex()]))
	}
	id := FormID{Font: uint16(s.numbers[face]), Glyph: uint32(g.GlyphID)} //nolint:gosec // there are fewer fonts
	if known, ok := s.forms[id]; ok {
		return known
	}
	upem := float64(face.Upem())
	form := &Form{ID: id, Advance: float64(face.HorizontalAdvance(g.GlyphID)) / upem}
	if outline, ok := face.GlyphDataOutline(g.GlyphID); ok {
		form.Segments = scaled(outline.Segments, float32(1/upem))
	}
	s.forms[id] = form
	return form
}

func scaled(segments []opentype.Segment, by float32) []opentype.Segment {
	list := make([]opentype.Segment, len(segments))
	for i, one := range segments {
		for j := range one.Args {
			one.Args[j].X *= by
			one.Args[j].Y *= by
		}
		list[i] = one
	}
	return list
}

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
	id := FormID{Font: noFont, Glyph: uint32(wide * em)}
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
