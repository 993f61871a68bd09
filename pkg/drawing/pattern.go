package drawing

import (
	"image"
	"math"
)

// patternOf is the pattern a paint names; nil where it names none.
func (p *painter) patternOf(with paint) *node {
	if n := p.refers(with.ref); with.kind == refPaint && n != nil && n.name == "pattern" {
		return n
	}
	return nil
}

// like is an attribute of a pattern, or of the one it is like.
func (p *painter) like(n *node, name string) string {
	for range 16 {
		if value, has := n.attributes[name]; has {
			p.spend(8 * len(value))
			return value
		}
		p.spend(20 + len(n.attributes["href"]))
		next := p.refers(n.attributes["href"])
		if next == nil || next == n || next.name != "pattern" {
			return ""
		}
		n = next
	}
	return ""
}

// patterned paints what is in a pattern where cover covers something. One tile must be as large as the whole shape, as it is
// where programs fill shapes with pictures: many of them would show their seams.
func (p *painter) patterned(n *node, alpha float64, s state, bounds box, cover func(state)) {
	if !p.deeper(&s) || bounds.empty() || bounds.wide() <= 0 || bounds.high() <= 0 {
		return
	}
	whole, measure := matrix{bounds.wide(), 0, 0, bounds.high(), bounds.left, bounds.top}, sizes{1, 1, s.em}
	place := whole
	if p.like(n, "patternUnits") == "userSpaceOnUse" {
		measure, place = s.sizes, identity()
	}
	side := func(name string, whole float64) float64 {
		return p.length(&node{attributes: map[string]string{name: p.like(n, name)}}, name, measure, whole)
	}
	x, y := side("x", measure.wide), side("y", measure.high)
	tile := place.box(box{x, y, x + side("width", measure.wide), y + side("height", measure.high)})
	if tile.wide() <= 0 || tile.high() <= 0 {
		return
	}
	own, known := transform(p.like(n, "patternTransform"))
	if !known || !own.sound() {
		p.refuse("patternTransform")
		return
	}
	seen := own.back().box(bounds)
	across, along := math.Floor((seen.left-tile.left)/tile.wide()+1e-3)*tile.wide(), math.Floor((seen.top-tile.top)/tile.high()+1e-3)*tile.high()
	if seen.right > tile.right+across+1e-3*tile.wide() || seen.bottom > tile.bottom+along+1e-3*tile.high() {
		p.refuse("a pattern of many tiles")
		return
	}
	through := p.clipped(s.clip, func(on *image.RGBA) {
		covered := s
		covered.on, covered.clip = on, &clip{area: on.Rect}
		cover(covered)
	})
	s.m = s.m.then(own).then(moving(across, along))
	p.tile(n, alpha, s, tile, whole, through)
}

// tile paints one tile of a pattern through a clip.
func (p *painter) tile(n *node, alpha float64, s state, tile box, whole matrix, through *clip) {
	under := s.on
	s.on, s.clip, s.alpha = p.layer(through.area), &clip{area: through.area}, 1
	s.clip = p.framed(box{tile.left - 1e-6*tile.wide(), tile.top - 1e-6*tile.high(), tile.right, tile.bottom}, s)
	from := n
	for range 16 {
		if next := p.refers(from.attributes["href"]); len(from.children) > 0 || next == nil || next.name != "pattern" {
			break
		} else { //nolint:revive // next is of this line
			from = next
		}
	}
	s.style = p.styleOf(from, p.styleOfAll(from.parent), s.sizes)
	if view, has := viewBox(&node{attributes: map[string]string{"viewBox": p.like(n, "viewBox")}}); has {
		s.m = s.m.then(fit(view, tile, p.like(n, "preserveAspectRatio")))
	} else if p.like(n, "patternContentUnits") == "objectBoundingBox" {
		s.m = s.m.then(moving(tile.left, tile.top)).then(scaling(whole[0], whole[3]))
	} else {
		s.m = s.m.then(moving(tile.left, tile.top))
	}
	if s.m.sound() {
		p.children(from, s)
	}
	p.lay(under, s.on, &style{own: own{opacity: alpha}}, through)
}
