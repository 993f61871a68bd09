package drawing

import "image"

// clipOf is what the clip path of an element leaves of the clip it stands in.
func (p *painter) clipOf(n *node, s state) *clip {
	path := p.refers(s.style.clip)
	if path == nil || path.name != "clipPath" {
		return s.clip
	}
	outer, st := s.clip, p.styleOf(path, p.styleOfAll(path.parent), s.sizes)
	s.m = s.m.then(st.transform)
	if path.attributes["clipPathUnits"] == "objectBoundingBox" {
		b := p.extent(n, s)
		if b.empty() || b.wide() <= 0 || b.high() <= 0 {
			return &clip{}
		}
		s.m = s.m.then(matrix{b.wide(), 0, 0, b.high(), b.left, b.top})
	}
	if !s.m.sound() || !p.deeper(&s) {
		return &clip{}
	}
	key := clipKey{path, s.m, outer}
	if known := p.clips[key]; known != nil {
		return known
	}
	s.style = st
	if st.clip != "" {
		outer = p.clipOf(path, s)
	}
	inner := p.clipped(outer, func(on *image.RGBA) {
		s.on, s.clip, s.clipping = on, &clip{area: on.Rect}, true
		p.children(path, s)
	})
	if len(p.clips) < 8 {
		p.clips[key] = inner
	}
	return inner
}

// maskOf is what a mask leaves of the clip an element stands in (SVG 1.1 §14.4).
func (p *painter) maskOf(mask, n *node, s state) *clip {
	outer, st := s.clip, p.styleOf(mask, p.styleOfAll(mask.parent), s.sizes)
	if st.mask != "" || st.clip != "" {
		p.refuse("a mask with a mask")
	}
	if !p.deeper(&s) {
		return &clip{}
	}
	seen := func() box { return p.extent(n, s) }
	region, has := p.region(mask, "maskUnits", s, seen)
	if !has {
		return &clip{}
	}
	inside := s
	if mask.attributes["maskContentUnits"] == "objectBoundingBox" {
		b := seen()
		if b.empty() || b.wide() <= 0 || b.high() <= 0 {
			return &clip{}
		}
		inside.m = inside.m.then(matrix{b.wide(), 0, 0, b.high(), b.left, b.top})
	}
	layer := p.layer(outer.area)
	s.clip = &clip{area: outer.area}
	inside.on, inside.clip, inside.style = layer, p.framed(region, s), st
	p.children(mask, inside)
	p.layers--
	if st.maskAlpha {
		return p.byAlpha(outer, layer, func(pixel []uint8) float64 { return float64(pixel[3]) })
	}
	return p.byAlpha(outer, layer, func(pixel []uint8) float64 {
		return 0.2125*float64(pixel[0]) + 0.7154*float64(pixel[1]) + 0.0721*float64(pixel[2])
	})
}

// region is where a mask lets anything through, or a filter works.
func (p *painter) region(mask *node, units string, s state, seen func() box) (box, bool) {
	measure, m := s.sizes, identity()
	if mask.attributes[units] != "userSpaceOnUse" {
		b := seen()
		if b.empty() || b.wide() <= 0 || b.high() <= 0 {
			return box{}, false
		}
		measure, m = sizes{1, 1, s.em}, matrix{b.wide(), 0, 0, b.high(), b.left, b.top}
	}
	given := func(name, otherwise string, whole float64) float64 {
		if mask.attributes[name] != "" {
			return p.length(mask, name, measure, whole)
		}
		value, _ := measure.length(otherwise, whole)
		return value
	}
	x, y := given("x", "-10%", measure.wide), given("y", "-10%", measure.high)
	return m.box(box{x, y, x + given("width", "120%", measure.wide), y + given("height", "120%", measure.high)}), true
}

// extent is the box around an element in its own units, without what lines add (SVG 2 §8.10).
func (p *painter) extent(n *node, s state) box {
	b := nothing()
	if !p.spend(300) || !p.deeper(&s) {
		return b
	}
	used := s.used
	s.used = nil
	inside := func(c *node, s state) {
		st := p.styleOf(c, s.style, s.sizes)
		if st.none || c.name == "" {
			return
		}
		s.style, s.em = st, st.letters.size
		s.m = s.m.then(st.transform)
		b.join(s.m.box(p.extent(c, s)))
	}
	switch n.name {
	case "g", "a", "switch":
		s.m = identity()
		for _, c := range n.children {
			inside(c, s)
		}
	case "svg", "symbol":
		s.m, s.clip = identity(), &clip{area: image.Rect(0, 0, 1, 1)}
		s = p.view(n, used, s)
		for _, c := range n.children {
			inside(c, s)
		}
	case "use":
		s.m = identity()
		if target, inner := p.target(n, s); target != nil {
			inside(target, inner)
		}
	case "text":
		return boxOf(p.letters(n, s))
	case "image":
		x, y := p.length(n, "x", s.sizes, s.wide), p.length(n, "y", s.sizes, s.high)
		return box{x, y, x + p.length(n, "width", s.sizes, s.wide), y + p.length(n, "height", s.sizes, s.high)}
	default:
		if outline, is := p.outlineOf(n, s.sizes); is {
			return p.bounds(outline)
		}
	}
	return b
}
