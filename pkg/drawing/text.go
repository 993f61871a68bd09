package drawing

import (
	"math"
	"strings"
	"sync"

	"github.com/go-text/typesetting/font/opentype"

	"github.com/carnetbadges/carnet/pkg/lettering"
)

// drawn is one letter of a text, at its place.
type drawn struct {
	outline path // its own origin at 0 0
	at      point
	turn    float64
	advance float64
	style   *style
}

// setting is a text that is being set, from left to right.
type setting struct {
	*painter
	letters []drawn
	at      point
	chunk   int     // the first letter that moves with the anchor
	start   float64 // where the chunk begins
	style   *style  // by which it is anchored
	between bool    // whether a space is due before the next letter
	any     bool    // whether anything but spaces came
}

// text paints a text in the letters of the house.
func (p *painter) text(n *node, s state) {
	all := p.letters(n, s)
	whole := all
	seen := sync.OnceValue(func() box { return boxOf(whole) }) // that of the text, also for a part of it
	for len(all) > 0 && p.err == nil {
		st, outline := all[0].style, path{}
		count := 0
		for _, one := range all {
			if one.style != st {
				break
			}
			outline = append(outline, one.outline.through(moving(one.at.x, one.at.y).then(turning(one.turn)))...)
			count++
		}
		all = all[count:]
		if !st.hidden {
			s.style = st
			p.draw(outline, s, seen)
		}
	}
}

// boxOf is around letters as they are set, not as they are drawn.
func boxOf(all []drawn) box {
	b := nothing()
	for _, one := range all {
		size := one.style.letters.size
		b.join(moving(one.at.x, one.at.y).then(turning(one.turn)).box(box{0, -0.93 * size, one.advance, 0.24 * size}))
	}
	return b
}

// letters are those of a text with their places.
func (p *painter) letters(n *node, s state) []drawn {
	if !lettering.Built() {
		p.refuse("letters")
		return nil
	}
	p.spend(4 * n.bytes)
	t := &setting{painter: p}
	t.place(n, s)
	t.inside(n, s)
	t.stretched(n, s, 0)
	t.anchored()
	return t.letters
}

// place moves to where an element says its text stands.
func (t *setting) place(n *node, s state) {
	if scattered(n) {
		return
	}
	if n.attributes["rotate"] != "" {
		t.refuse("letters that are turned")
	}
	if n.name == "text" || n.attributes["x"] != "" || n.attributes["y"] != "" {
		t.anchored()
		if n.name == "text" || n.attributes["x"] != "" {
			t.at.x = t.length(n, "x", s.sizes, s.wide)
		}
		if n.name == "text" || n.attributes["y"] != "" {
			t.at.y = t.length(n, "y", s.sizes, s.high)
		}
		t.start = t.at.x
		if n.attributes["x"] != "" {
			t.between = t.between && t.any
		}
	}
	t.at = t.at.plus(point{t.length(n, "dx", s.sizes, s.wide), t.length(n, "dy", s.sizes, s.high)})
}

// inside sets what is in an element of text.
func (t *setting) inside(n *node, s state) {
	if scattered(n) {
		t.scatter(n, s)
		return
	}
	for _, c := range n.children {
		if !t.spend(100) {
			return
		}
		switch c.name {
		case "":
			t.say(c.text, s.style)
		case "tspan", "a":
			inner, is := t.nested(c, s)
			if is {
				t.place(c, inner)
				first := len(t.letters)
				t.inside(c, inner)
				t.stretched(c, inner, first)
			}
		case "textPath":
			if inner, is := t.nested(c, s); is {
				t.along(c, inner)
			}
		case "tref", "altGlyph":
			t.refuse(c.name)
		}
	}
}

// nested is the state in an element within a text.
func (t *setting) nested(c *node, s state) (state, bool) {
	if !t.deeper(&s) || !t.meant(c) {
		return s, false
	}
	s.style = t.styleOf(c, s.style, s.sizes)
	s.em = s.style.letters.size
	if o := s.style.own; o.opacity < 1 || o.clip != "" || o.mask != "" || o.filter != "" || o.blend != nil || o.transform != identity() {
		t.refuse("a part of a text seen through")
	}
	return s, !s.style.none
}

// say sets some letters. Spaces are drawn together, at the ends left out, unless they are to be kept.
func (t *setting) say(text string, st *style) {
	if !t.spend(8 * len(text)) {
		return
	}
	text = blanks.Replace(text)
	if st.letters.kept {
		first := true
		for word := range strings.SplitSeq(text, " ") {
			if !first && !t.space(st) {
				return
			}
			t.word(word, st)
			first = false
		}
		return
	}
	words := strings.Fields(text)
	if len(words) == 0 {
		t.between = t.between || text != "" && t.any
		return
	}
	if strings.HasPrefix(text, " ") {
		t.between = t.any
	}
	if t.between {
		t.space(st)
	}
	t.word(strings.Join(words, " "), st)
	t.any, t.between = true, strings.HasSuffix(text, " ")
}

// blanks are what counts as a space.
var blanks = strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ", "\t", " ")

// cut says which letters of the house a style is set in.
type cut struct{ serif, bold bool }

func (t *setting) space(st *style) bool {
	if !t.spend(300) {
		return false
	}
	of := cut{st.letters.serif, st.letters.bold}
	wide, known := t.spaces[of]
	if !known {
		wide = wideness("n n", st) - wideness("nn", st)
		t.spaces[of] = wide
	}
	wide *= st.letters.size / ems
	if t.style == nil {
		t.style = st
	}
	t.letters = append(t.letters, drawn{at: t.at, advance: wide + st.letters.spacing, style: st})
	t.at.x += wide + st.letters.spacing
	return true
}

// stretched spreads the letters of an element over the length it asks for (SVG 2 §11.5).
func (t *setting) stretched(n *node, s state, first int) {
	if n.attributes["textLength"] == "" {
		return
	}
	count := len(t.letters) - first
	if t.chunk > first || n.attributes["lengthAdjust"] == "spacingAndGlyphs" {
		t.refuse("textLength")
	}
	if t.err != nil || count < 2 {
		return
	}
	more := t.length(n, "textLength", s.sizes, s.wide) - (t.at.x - t.letters[first].at.x)
	for i := range count {
		t.letters[first+i].at.x += more * float64(i) / float64(count-1)
	}
	t.at.x += more
}

// wideness is how wide a text is at the size it is set in first.
func wideness(text string, st *style) (wide float64) {
	for _, line := range set(text, st).Lines {
		wide += line.Width
	}
	return wide
}

// ems is the size in which letters are set before they are made as large as they are to be.
const ems = 100

func set(text string, st *style) lettering.Block {
	of := lettering.Sans
	switch {
	case st.letters.serif: // of which there is one weight only
		of = lettering.Serif
	case st.letters.bold:
		of = lettering.Bold
	}
	return lettering.Set(text, 1e6, lettering.Style{Cut: of, Size: ems, Lines: 1, Direction: lettering.LeftToRight})
}

// word sets letters that stand together.
func (t *setting) word(text string, st *style) {
	if text == "" || !t.spend(8000+8000*len(text)) {
		return
	}
	block := set(text, st)
	if block.Cut {
		t.tooDear("too long a text")
	}
	if t.style == nil {
		t.style = st
	}
	scale := st.letters.size / ems
	lift := rise(st.letters.middle) * st.letters.size
	begin := t.at.x
	for _, line := range block.Lines {
		for i, one := range line.Letters {
			if one.Form == nil || one.Form.Unknown() {
				t.refuse("a sign without letters")
				return
			}
			at := point{begin + one.X*scale + float64(i)*st.letters.spacing, t.at.y + (one.Y-line.Baseline)*scale + lift}
			t.letters = append(t.letters, drawn{formed(one.Form.Segments, st), at, 0, one.Advance*scale + st.letters.spacing, st})
		}
		t.at.x += line.Width*scale + float64(len(line.Letters))*st.letters.spacing
	}
}

// rise is by how many ems a text stands lower, so that not its baseline is where it is placed.
func rise(baseline string) float64 {
	switch baseline {
	case "middle":
		return 0.25
	case "central":
		return 0.34
	case "hanging", "text-before-edge", "text-top":
		return 0.78
	case "text-after-edge", "text-bottom", "ideographic":
		return -0.24
	}
	return 0
}

// formed is the outline of a letter in the size and slant of its style.
func formed(segments []opentype.Segment, st *style) (outline path) {
	size, slant := st.letters.size, 0.0
	if st.letters.slanted {
		slant = 0.21
	}
	at := func(p opentype.SegmentPoint) point {
		return point{(float64(p.X) + slant*float64(p.Y)) * size, -float64(p.Y) * size}
	}
	for i, s := range segments {
		switch s.Op {
		case opentype.SegmentOpMoveTo:
			if i > 0 {
				outline.close()
			}
			outline.move(at(s.Args[0]))
		case opentype.SegmentOpLineTo:
			outline.line(at(s.Args[0]))
		case opentype.SegmentOpQuadTo:
			outline.quad(at(s.Args[0]), at(s.Args[1]))
		case opentype.SegmentOpCubeTo:
			outline.cubic(at(s.Args[0]), at(s.Args[1]), at(s.Args[2]))
		}
	}
	if len(segments) > 0 {
		outline.close()
	}
	return outline
}

// anchored moves a chunk of text to its anchor.
func (t *setting) anchored() {
	if t.style != nil {
		by := 0.0
		switch t.style.letters.anchor {
		case "middle":
			by = (t.start - t.at.x) / 2
		case "end":
			by = t.start - t.at.x
		}
		for i := range t.letters[t.chunk:] {
			t.letters[t.chunk+i].at.x += by
		}
		t.at.x += by
	}
	t.chunk, t.start, t.style = len(t.letters), t.at.x, nil
}

// along sets a text along a path, each letter by its middle; what finds no room on it is not shown.
func (t *setting) along(n *node, s state) {
	if n.attributes["side"] == "right" || n.attributes["method"] == "stretch" || n.attributes["path"] != "" {
		t.refuse("textPath")
		return
	}
	target := t.refers(n.attributes["href"])
	if target == nil {
		return
	}
	outline, is := t.outlineOf(target, s.sizes)
	if !is {
		return
	}
	way := t.flat(outline.through(t.styleOf(target, t.styleOfAll(target.parent), s.sizes).transform), s.em/400)
	whole, points := 0.0, 0
	for _, o := range way {
		whole += o.measured()
		points += len(o.points)
	}
	first := len(t.letters)
	t.anchored()
	t.at = point{t.length(n, "startOffset", s.sizes, whole), 0}
	t.start, t.between, t.any = t.at.x, false, false
	t.inside(n, s)
	t.stretched(n, s, first)
	t.anchored()
	for i := first; i < len(t.letters); i++ {
		one := &t.letters[i]
		middle := one.at.x + one.advance/2
		t.spend(20*len(way) + 4*points)
		at, turn, on := onWay(way, middle)
		if !on || t.err != nil {
			one.outline, one.advance = nil, 0
			continue
		}
		sin, cos := math.Sincos(turn)
		back := point{-one.advance / 2, one.at.y}
		one.at = at.plus(point{back.x*cos - back.y*sin, back.x*sin + back.y*cos})
		one.turn = turn
	}
	t.chunk = len(t.letters)
}

// measured is how long an outline is.
func (o outline) measured() (length float64) {
	for i := 1; i < len(o.points); i++ {
		length += o.points[i].minus(o.points[i-1]).length()
	}
	if o.closed && len(o.points) > 1 {
		length += o.points[0].minus(o.last()).length()
	}
	return length
}

// onWay is the place so far along some outlines, and in which direction they run there.
func onWay(way []outline, far float64) (at point, turn float64, on bool) {
	if far < 0 {
		return point{}, 0, false
	}
	for _, o := range way {
		if o.closed {
			o.add(o.points[0], true)
		}
		for i := 1; i < len(o.points); i++ {
			d := o.points[i].minus(o.points[i-1])
			if step := d.length(); step > 0 && far <= step {
				return o.points[i-1].toward(o.points[i], far/step), math.Atan2(d.y, d.x), true
			} else { //nolint:revive // step is of this line
				far -= step
			}
		}
	}
	return point{}, 0, false
}
