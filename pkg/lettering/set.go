package lettering

import (
	"slices"
	"sync"
	"unicode"

	"github.com/go-text/typesetting/bidi"
	"github.com/go-text/typesetting/di"
	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/shaping"
	"golang.org/x/image/math/fixed"
)

// em is in how many units letters are set; a 64th of one is the finest.
const em = 1000

// setter sets one text at a time. What it makes of fonts is not for several at once, so each borrows one.
type setter struct {
	shaper  shaping.HarfbuzzShaper
	split   shaping.Segmenter
	wrap    shaping.LineWrapper
	bidi    bidi.Paragraph
	levels  []bidi.Level // of each character of the paragraph
	base    bidi.Level   // of the paragraph
	faces   map[int]*font.Face
	numbers map[*font.Face]int
	forms   map[FormID]*Form // of this text
	order   []int
	before  *font.Face // which had the last sign
	blank   *font.Face // for signs that no font has
}

var setters = sync.Pool{New: func() any {
	s := &setter{faces: map[int]*font.Face{}, numbers: map[*font.Face]int{}}
	s.shaper.SetFontCacheSize(64)
	return s
}}

func borrow() *setter {
	s, _ := setters.Get().(*setter)
	s.forms = map[FormID]*Form{}
	return s
}

func (s *setter) giveBack() {
	s.forms, s.order, s.before, s.blank = nil, nil, nil, nil
	setters.Put(s)
}

// face is a font by its number; nil when there is none.
func (s *setter) face(number int) *font.Face {
	if f, known := s.faces[number]; known {
		return f
	}
	var face *font.Face
	if loaded := sources()[number].load(); loaded != nil {
		face = font.NewFace(loaded)
		s.numbers[face] = number
	}
	s.faces[number] = face
	return face
}

// ResolveFace is the font for a sign: the one before it for marks and as long as it has them, else the first that has
// it. It implements [shaping.Fontmap].
func (s *setter) ResolveFace(r rune) *font.Face {
	if s.before != nil && s.before != s.blank && (unicode.Is(unicode.M, r) || isJoiner(r)) {
		if _, has := s.before.NominalGlyph(r); has {
			return s.before
		}
	}
	for _, number := range s.order {
		if face := s.face(number); face != nil {
			if _, has := face.NominalGlyph(r); has {
				s.before = face
				return face
			}
		}
	}
	s.before = s.blank
	return s.blank
}

// set fills a block with the lines of some paragraphs.
func (s *setter) set(block *Block, paragraphs [][]rune, style Style) {
	s.order = order(style.Cut)
	for _, number := range s.order {
		if s.blank = s.face(number); s.blank != nil {
			break
		}
	}
	if s.blank == nil {
		block.Cut = true
		return
	}
	for i, runes := range paragraphs {
		room := style.Lines - len(block.Lines)
		if room <= 0 {
			block.Cut = true
			break
		}
		more := i < len(paragraphs)-1 || block.Cut
		s.paragraph(block, told(runes, style.Direction), style, room, more)
	}
	block.Height = float64(len(block.Lines)) * style.Leading * style.Size
}

// told puts a mark of direction before a paragraph that is to run in one, whatever it begins with (UAX #9 HL1).
func told(runes []rune, direction Direction) []rune {
	switch direction {
	case LeftToRight:
		return append([]rune{leftMark}, runes...)
	case RightToLeft:
		return append([]rune{rightMark}, runes...)
	}
	return runes
}

const (
	leftMark  = '\u200e'
	rightMark = '\u200f'
)

func (s *setter) paragraph(block *Block, runes []rune, style Style, room int, more bool) {
	direction := di.DirectionLTR
	s.base = 0
	if beginsRight(string(runes)) {
		direction, s.base = di.DirectionRTL, 1
	}
	s.level(runes)
	config := shaping.WrapConfig{
		Direction: direction, TruncateAfterLines: room, TextContinues: more,
		Truncator: s.ellipsis(style, direction), BreakPolicy: shaping.WhenNecessary,
	}
	outputs := s.shape(runes, style, direction)
	limit := fixed.Int26_6(min(block.Width/style.Size*em*64, 1<<30))
	lines, truncated := s.wrap.WrapParagraphF(config, limit, runes, shaping.NewSliceIterator(outputs))
	block.Cut = block.Cut || truncated > 0
	for i, line := range lines {
		last := i == len(lines)-1
		s.line(block, line, runes, style, last && (truncated > 0 || more && i == room-1))
	}
}

func (s *setter) ellipsis(style Style, direction di.Direction) shaping.Output {
	all := s.shape([]rune("…"), style, direction)
	if len(all) == 0 {
		return shaping.Output{}
	}
	return all[0]
}

// shape turns the runs of a paragraph into letters.
func (s *setter) shape(runes []rune, style Style, direction di.Direction) []shaping.Output {
	s.before = nil
	whole := shaping.Input{
		Text: runes, RunStart: 0, RunEnd: len(runes), Direction: direction, Size: fixed.I(em), Language: language.NewLanguage(style.Language),
	}
	var outputs []shaping.Output
	for _, run := range slices.Clone(s.split.Split(whole, s)) {
		out := s.shaper.Shape(run)
		for i, g := range out.Glyphs {
			if g.GlyphID == 0 {
				s.unknown(&out.Glyphs[i], runes)
			}
		}
		out.RecomputeAdvance()
		outputs = append(outputs, out)
	}
	return outputs
}

// unknown gives a sign that no font has the room of its box; what only joins or marks others takes none.
func (s *setter) unknown(g *shaping.Glyph, runes []rune) {
	width := boxOf(runes[g.TextIndex()])
	g.Advance, g.XOffset, g.YOffset = fixed.Int26_6(width*em*64), 0, 0
	g.XAdvance = g.Advance //nolint:staticcheck // the library still adds up this one
}

// line adds one line to a block, its runs from left to right.
func (s *setter) line(block *Block, runs shaping.Line, runes []rune, style Style, cut bool) {
	scale := style.Size / em / 64
	line := Line{Baseline: (float64(len(block.Lines))*style.Leading + (style.Leading-1)/2 + 0.86) * style.Size}
	ellipsis := -1
	if cut {
		ellipsis = len(runs) - 1
	}
	x := 0.0
	for _, i := range s.visual(runs, ellipsis) {
		run := runs[i]
		for j := 0; j < len(run.Glyphs); {
			glyphs := cluster(run.Glyphs[j:])
			j += len(glyphs)
			first := glyphs[0]
			text := "…"
			if i != ellipsis {
				text = string(runes[first.TextIndex() : first.TextIndex()+first.RunesCount()])
			}
			one := Letter{X: x, Y: line.Baseline, Size: style.Size, Text: text}
			for _, g := range glyphs {
				one.Advance += float64(g.Advance) * scale
			}
			x += one.Advance
			if one.Advance == 0 && (text == string(leftMark) || text == string(rightMark)) {
				continue
			}
			one.Form = s.form(run.Face, glyphs, runes, i == ellipsis)
			if len(glyphs) == 1 {
				one.X += float64(first.XOffset) * scale
				one.Y -= float64(first.YOffset) * scale
			}
			line.Letters = append(line.Letters, one)
		}
	}
	line.Width = x
	if x > block.Width+0.01*style.Size {
		line.clip(block.Width, block.RightToLeft)
		block.Cut = true
	}
	line.X = shift(style.Align, block.RightToLeft, block.Width-line.Width)
	for i := range line.Letters {
		line.Letters[i].X += line.X
	}
	block.Lines = append(block.Lines, line)
}

// shift is how far from the left a line begins when so much room is left.
func shift(align Align, rightToLeft bool, left float64) float64 {
	switch {
	case align == Center:
		return left / 2
	case (align == End) != rightToLeft:
		return left
	}
	return 0
}

// clip leaves out letters beyond a width, on the side where reading ends: signs that may not be parted can be wider than
// any line.
func (l *Line) clip(width float64, rightToLeft bool) {
	over := l.Width - width
	if !rightToLeft {
		over = 0
	}
	kept := l.Letters[:0]
	for _, letter := range l.Letters {
		if letter.X -= over; letter.X >= -0.01*letter.Size && letter.X+letter.Advance <= width+0.01*letter.Size {
			kept = append(kept, letter)
		}
	}
	l.Letters, l.Width = kept, width
}

// level finds how deep each character stands in texts of the other direction (UAX #9).
func (s *setter) level(runes []rune) {
	s.levels = slices.Grow(s.levels[:0], len(runes))[:len(runes)]
	parts := s.bidi.Segment(runes, bidi.Neutral)
	for i := range parts.NumRuns() {
		part := parts.Run(i)
		for at := part.Start; at < part.End; at++ {
			s.levels[at] = part.Level
		}
	}
}

// visual is in which order the runs of a line stand from left to right (UAX #9 L2). The library that breaks lines knows
// directions but not levels, and would put a number between two Hebrew words in the wrong place.
func (s *setter) visual(runs shaping.Line, ellipsis int) []int {
	indexes, levels := make([]int, len(runs)), make([]bidi.Level, len(runs))
	highest := bidi.Level(0)
	for i, run := range runs {
		indexes[i] = i
		switch at := run.Runes.Offset; {
		case i == ellipsis:
			levels[i] = s.base
		case at < len(s.levels):
			levels[i] = s.levels[at]
		}
		highest = max(highest, levels[i])
	}
	for level := highest; level > 0; level-- {
		for from := 0; from < len(runs); from++ {
			to := from
			for to < len(runs) && levels[to] >= level {
				to++
			}
			slices.Reverse(indexes[from:to])
			from = max(from, to)
		}
	}
	return indexes
}

// cluster is the first of the glyphs and those that say the same characters together with it.
func cluster(glyphs []shaping.Glyph) []shaping.Glyph {
	n := 1
	for n < len(glyphs) && glyphs[n].TextIndex() == glyphs[0].TextIndex() {
		n++
	}
	return glyphs[:n]
}
