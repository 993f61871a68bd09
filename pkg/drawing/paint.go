package drawing

import (
	"context"
	"image"
	"math"
	"strings"
)

// painter paints one drawing.
type painter struct {
	*file
	ctx     context.Context //nolint:containedctx // it lives as long as one call
	left    int             // steps of work
	unasked int             // steps since it was asked whether somebody waits
	err     error           // why it ended
	layers  int             // that are open
	alive   int             // bytes of pictures within filters
	images  int
	clips   map[clipKey]*clip
	spaces  map[cut]float64 // how wide they are
	whole   sizes           // of the outermost viewport
}

// clipKey names a clip that may be needed again: the same path at the same place within the same other one.
type clipKey struct {
	path  *node
	m     matrix
	outer *clip
}

// state is where, and on what, an element is painted.
type state struct {
	sizes
	on       *image.RGBA
	m        matrix // from the element's units to pixels
	style    *style
	clip     *clip
	depth    int
	alpha    float64 // of the element, where it needs no layer of its own
	clipping bool    // whether only what a clip path covers is wanted
	used     *node   // the use element by which an element is painted
}

// paint paints the whole drawing, its longer side so many pixels.
func (p *painter) paint(side int) *image.RGBA {
	wide, high, known := p.measures()
	if !known {
		p.refuse("a drawing without a size")
		return nil
	}
	area := image.Rect(0, 0, side, side)
	if wide > high {
		area.Max.Y = max(1, int(float64(side)*high/wide+0.5))
	} else {
		area.Max.X = max(1, int(float64(side)*wide/high+0.5))
	}
	s := state{on: image.NewRGBA(area), m: scaling(float64(area.Max.X)/wide, float64(area.Max.Y)/high), clip: &clip{area: area}, alpha: 1}
	s.sizes = sizes{wide, high, 16}
	p.whole = s.sizes
	first := firstStyle()
	s.style = &first
	p.element(p.root, s)
	return s.on
}

// measures are the width and height of a drawing, or at least their ratio.
func (p *painter) measures() (wide, high float64, known bool) {
	view, has := viewBox(p.root)
	own := func(name string) (float64, bool) {
		text := p.root.attributes[name]
		if strings.HasSuffix(strings.TrimSpace(text), "%") {
			return 0, false
		}
		value, known := sizes{em: 16}.length(text, 0)
		return value, known && value > 0
	}
	wide, okWide := own("width")
	high, okHigh := own("height")
	switch {
	case okWide && okHigh:
		return wide, high, true
	case !has:
		return 0, 0, false
	case okWide:
		return wide, wide * view.high() / view.wide(), true
	case okHigh:
		return high * view.wide() / view.high(), high, true
	}
	return view.wide(), view.high(), true
}

// viewBox is the part of the plane an element shows.
func viewBox(n *node) (box, bool) {
	list, known := listOf(n.attributes["viewBox"])
	if !known || len(list) != 4 || list[2] <= 0 || list[3] <= 0 {
		return box{}, false
	}
	return box{list[0], list[1], list[0] + list[2], list[1] + list[3]}, true
}

// fit moves a box into another as preserveAspectRatio says (SVG 1.1 §7.8).
func fit(from, to box, how string) matrix {
	words := strings.Fields(strings.TrimPrefix(strings.TrimSpace(how), "defer"))
	align, slice := "xMidYMid", false
	if len(words) > 0 {
		align = words[0]
	}
	if len(words) > 1 {
		slice = words[1] == "slice"
	}
	x, y := to.wide()/from.wide(), to.high()/from.high()
	if align == "none" {
		return moving(to.left, to.top).then(scaling(x, y)).then(moving(-from.left, -from.top))
	}
	scale := min(x, y)
	if slice {
		scale = max(x, y)
	}
	part := func(least, most string) float64 {
		switch {
		case strings.Contains(align, least):
			return 0
		case strings.Contains(align, most):
			return 1
		}
		return 0.5
	}
	left := to.left + part("xMin", "xMax")*(to.wide()-from.wide()*scale)
	top := to.top + part("YMin", "YMax")*(to.high()-from.high()*scale)
	return moving(left, top).then(scaling(scale, scale)).then(moving(-from.left, -from.top))
}

// element paints an element with all that is in it.
func (p *painter) element(n *node, s state) {
	if !p.spend(300) || !p.deeper(&s) || !p.meant(n) {
		return
	}
	above := s.style
	s.style = p.styleOf(n, above, s.sizes)
	s.em, s.alpha = s.style.letters.size, 1
	if s.m = s.m.then(s.style.transform); s.style.none || !s.m.sound() {
		return
	}
	if s.style.clip != "" {
		s.clip = p.clipOf(n, s)
	}
	if s.clip.area.Empty() || s.style.opacity <= 0 && !s.clipping || p.err != nil {
		return
	}
	switch {
	case s.clipping:
	case s.style.filter != "", s.style.mask != "", s.style.blend != nil, s.style.isolated, s.style.opacity < 1 && !p.single(n, s.style):
		p.apart(n, s)
		return
	default:
		s.alpha = s.style.opacity
	}
	p.content(n, s)
}

func (p *painter) deeper(s *state) bool {
	if s.depth++; s.depth > maxDepth {
		p.tooDear("too deep")
		return false
	}
	return true
}

// meant says whether an element is for a program like this one.
func (p *painter) meant(n *node) bool {
	if n.attributes["systemLanguage"] != "" {
		p.refuse("systemLanguage")
	}
	extensions, has := n.attributes["requiredExtensions"]
	return !has || p.spend(len(extensions)) && strings.TrimSpace(extensions) == "" && n.parent != nil && n.parent.name != "switch"
}

// single says whether an element is painted in one go, so that its opacity can be its paint's.
func (p *painter) single(n *node, st *style) bool {
	switch n.name {
	case "path", "rect", "circle", "ellipse", "line", "polyline", "polygon":
		return st.fill.kind == noPaint || st.stroke.kind == noPaint
	}
	return n.name == "image"
}

// apart paints an element on a layer of its own, which is then laid over what is there.
func (p *painter) apart(n *node, s state) {
	through := s.clip
	if s.style.mask != "" {
		if m := p.refers(s.style.mask); m != nil && m.name == "mask" {
			through = p.maskOf(m, n, s)
		}
	}
	if through.area.Empty() || p.err != nil {
		return
	}
	if s.style.filter != "" {
		p.layers++
		if made := p.filtered(n, s); made != nil && p.err == nil {
			p.lay(s.on, made, s.style, through)
			return
		}
		p.layers--
		return
	}
	under := s.on
	s.on, s.clip = p.layer(through.area), &clip{area: through.area}
	p.content(n, s)
	p.lay(under, s.on, s.style, through)
}

// content paints what an element is, its style being known.
func (p *painter) content(n *node, s state) {
	used := s.used
	s.used = nil
	switch n.name {
	case "g", "a":
		if !s.clipping {
			p.children(n, s)
		}
	case "svg", "symbol":
		if n.name == "symbol" && used == nil || s.clipping {
			return
		}
		p.children(n, p.view(n, used, s))
	case "switch":
		for _, c := range n.children {
			if c.name != "" && p.meant(c) {
				p.element(c, s)
				return
			}
		}
	case "use":
		if target, inner := p.target(n, s); target != nil {
			p.element(target, inner)
		}
	case "text":
		p.text(n, s)
	case "image":
		p.image(n, s)
	case "foreignObject":
		p.refuse("foreignObject")
	default:
		if outline, is := p.outlineOf(n, s.sizes); is && !s.style.hidden {
			if len(s.style.dashes) > 0 && n.attributes["pathLength"] != "" {
				p.refuse("pathLength")
			}
			p.draw(outline, s, func() box { return p.bounds(outline) })
		}
	}
}

func (p *painter) children(n *node, s state) {
	for _, c := range n.children {
		if p.err != nil || s.clip.area.Empty() {
			return
		}
		if c.name != "" {
			p.element(c, s)
		}
	}
}

// target is what a use element paints, and where.
func (p *painter) target(n *node, s state) (*node, state) {
	link := n.attributes["href"]
	target := p.refers(link)
	if target == nil && link != "" && !strings.HasPrefix(strings.TrimSpace(link), "#") {
		p.refuse("what lies elsewhere")
	}
	if target == nil || n.within(target) {
		return nil, s
	}
	if s.clipping && (target.name == "g" || target.name == "use" || target.name == "svg" || target.name == "symbol") {
		return nil, s
	}
	s.m = s.m.then(moving(p.length(n, "x", s.sizes, s.wide), p.length(n, "y", s.sizes, s.high)))
	s.used = n
	return target, s
}

// view is the state inside of an element that opens a viewport of its own.
func (p *painter) view(n, used *node, s state) state {
	at := box{right: s.wide, bottom: s.high}
	root := n == p.root && used == nil
	if !root {
		x, y := 0.0, 0.0
		if n.name == "svg" {
			x, y = p.length(n, "x", s.sizes, s.wide), p.length(n, "y", s.sizes, s.high)
		}
		wide, high := p.side(n, used, "width", s.sizes, s.wide), p.side(n, used, "height", s.sizes, s.high)
		at = box{x, y, x + wide, y + high}
		if wide <= 0 || high <= 0 {
			s.clip = &clip{}
			return s
		}
		if !s.style.overflows {
			s.clip = p.framed(at, s)
		}
	}
	if view, has := viewBox(n); has {
		s.m = s.m.then(fit(view, at, n.attributes["preserveAspectRatio"]))
		s.wide, s.high = view.wide(), view.high()
		return s
	}
	s.m = s.m.then(moving(at.left, at.top))
	s.wide, s.high = at.wide(), at.high()
	return s
}

// side is the width or height of a viewport: what the use element says, else its own, else all there is.
func (p *painter) side(n, used *node, name string, s sizes, whole float64) float64 {
	if used != nil && used.attributes[name] != "" {
		return p.length(used, name, s, whole)
	}
	if text := n.attributes[name]; text == "" || text == "auto" {
		return whole
	}
	return p.length(n, name, s, whole)
}

// framed is what is left of a clip inside of a box.
func (p *painter) framed(b box, s state) *clip {
	if s.m[1] == 0 && s.m[2] == 0 {
		seen := s.m.box(b)
		near := func(v float64) float64 { return math.Round(v*256) / 256 }
		seen = box{near(seen.left), near(seen.top), near(seen.right), near(seen.bottom)}
		if seen.left == math.Floor(seen.left) && seen.top == math.Floor(seen.top) && seen.right == math.Floor(seen.right) && seen.bottom == math.Floor(seen.bottom) {
			seen.right, seen.bottom = seen.right-1, seen.bottom-1
			part := pixelsOf(seen, s.clip.area)
			if s.clip.alpha != nil {
				p.spend(part.Dx() * part.Dy() / 4)
			}
			return s.clip.cut(part)
		}
	}
	return p.clipped(s.clip, func(on *image.RGBA) {
		s.on, s.clip = on, &clip{area: on.Rect}
		p.fill(rectangle(b.left, b.top, b.wide(), b.high(), 0, 0), s, false, plain{a: 1})
	})
}

// length is an attribute that is a length; 0 where it is missing.
func (p *painter) length(n *node, name string, s sizes, whole float64) float64 {
	text := strings.TrimSpace(n.attributes[name])
	if text == "" || text == "auto" {
		return 0
	}
	p.spend(2 * len(text))
	value, known := s.length(text, whole)
	if !known {
		p.refuse(name + "=" + text)
	}
	return value
}

// outlineOf is the outline of a basic shape or path, in its own units.
func (p *painter) outlineOf(n *node, s sizes) (path, bool) {
	across := func(name string) float64 { return p.length(n, name, s, s.across()) }
	along := func(name string) float64 { return p.length(n, name, s, s.along()) }
	switch n.name {
	case "path":
		if !p.spend(4 * len(n.attributes["d"])) {
			return nil, false
		}
		outline := pathOf(n.attributes["d"])
		if len(outline) >= maxPoints {
			p.tooDear("too long a path")
		}
		p.spend(20 * len(outline))
		return outline, true
	case "rect":
		wide, high := across("width"), along("height")
		rx, ry := across("rx"), along("ry")
		if n.attributes["rx"] == "" || n.attributes["rx"] == "auto" {
			rx = ry
		}
		if n.attributes["ry"] == "" || n.attributes["ry"] == "auto" {
			ry = rx
		}
		return rectangle(across("x"), along("y"), wide, high, rx, ry), wide > 0 && high > 0
	case "circle":
		r := p.length(n, "r", s, s.both())
		return ellipse(point{across("cx"), along("cy")}, r, r), r > 0
	case "ellipse":
		rx, ry := across("rx"), along("ry")
		return ellipse(point{across("cx"), along("cy")}, rx, ry), rx > 0 && ry > 0
	case "line":
		var l path
		l.move(point{across("x1"), along("y1")})
		l.line(point{across("x2"), along("y2")})
		return l, true
	case "polyline", "polygon":
		if !p.spend(10 * len(n.attributes["points"])) {
			return nil, false
		}
		return polygon(n.attributes["points"], n.name == "polygon"), true
	}
	return nil, false
}

// draw fills an outline and draws it, in the order that is asked for.
func (p *painter) draw(outline path, s state, bounds func() box) {
	if len(outline) == 0 || p.err != nil {
		return
	}
	if s.clipping {
		p.fill(outline, s, s.style.clipEvenOdd, plain{a: 1})
		return
	}
	fill := func() {
		if n := p.patternOf(s.style.fill); n != nil {
			p.patterned(n, s.style.fillAlpha*s.alpha, s, bounds(), func(s state) { p.fill(outline, s, s.style.evenOdd, plain{a: 1}) })
			return
		}
		if with := p.inkOf(s.style.fill, s.style.fillAlpha*s.alpha, s.style, s, bounds); with != nil {
			p.fill(outline, s, s.style.evenOdd, with)
		}
	}
	if !s.style.strokeFirst {
		fill()
	}
	if s.style.width > 0 {
		if p.patternOf(s.style.stroke) != nil {
			p.refuse("a line with a pattern")
		}
		if with := p.inkOf(s.style.stroke, s.style.strokeAlpha*s.alpha, s.style, s, bounds); with != nil {
			p.stroke(outline, s, with)
		}
	}
	if s.style.strokeFirst {
		fill()
	}
}

// near is how far, in pixels, a straight line may lie from the curve it stands for.
const near = 0.05

func (p *painter) fill(outline path, s state, evenOdd bool, with ink) {
	f := p.filler(s.clip.area)
	for _, o := range p.flat(outline.through(s.m), near) {
		f.add(o.points)
	}
	p.cover(s.on, f, evenOdd, with, s.clip)
}

func (p *painter) stroke(outline path, s state, with ink) {
	st := s.style
	precision := near / s.m.widest()
	if len(st.dashes) > 0 {
		precision /= 8 // what is lost at every step adds up
	}
	lines := p.flat(outline, precision)
	if len(st.dashes) > 0 {
		lines = p.dashed(lines, st.dashes, st.dashStart)
	}
	half := st.width / 2
	across := max(half*s.m.widest(), near)
	fine := 2 * math.Acos(max(1-near/across, 0.7))
	f := p.filler(s.clip.area)
	f.stroke(lines, pen{half, st.cap, st.join, st.miter, fine}, s.m)
	p.cover(s.on, f, false, with, s.clip)
}
