package drawing

import (
	"image"
	"math"
	"strings"
)

const (
	mostSteps = 24       // of a filter
	mostAlive = 64 << 20 // bytes of all pictures at once
)

// film is a picture on its way through a filter, in linear light or not.
type film struct {
	*image.RGBA
	linear bool
}

// lab is one filter at work on what an element looks like.
type lab struct {
	*painter
	state
	n      *node
	region image.Rectangle
	source film
	last   film
	named  map[string]film
	alive  int
}

// filtered is what a filter makes of what an element paints (Filter Effects 1). Nothing is turned: what is blurred or moved
// along sloping axes is refused.
func (p *painter) filtered(n *node, s state) *image.RGBA {
	filter := p.refers(s.style.filter)
	if filter == nil || filter.name != "filter" || filter.attributes["primitiveUnits"] == "objectBoundingBox" || filter.attributes["href"] != "" {
		p.refuse("filter " + s.style.filter)
		return nil
	}
	if s.m[1] != 0 || s.m[2] != 0 {
		p.refuse("a filter on what is turned")
		return nil
	}
	where, has := p.region(filter, "filterUnits", s, func() box { return p.extent(n, s) })
	canvas := s.on.Rect
	region := pixelsOf(s.m.box(where), canvas.Inset(-max(canvas.Dx(), canvas.Dy())/8))
	if !has || region.Empty() {
		return nil
	}
	l := &lab{painter: p, state: s, n: filter, region: region, named: map[string]film{}}
	defer func() { p.alive -= l.alive }()
	l.source = l.film(false)
	inner := s
	inner.on, inner.clip = l.source.RGBA, &clip{area: region}
	p.content(n, inner)
	l.last = l.source
	steps := 0
	p.spend(len(filter.children))
	for _, c := range filter.children {
		if !strings.HasPrefix(c.name, "fe") {
			continue
		}
		if steps++; steps > mostSteps {
			p.tooDear("too long a filter")
		}
		if p.err != nil {
			return nil
		}
		l.step(c)
	}
	if steps == 0 {
		return nil
	}
	return l.in(l.last, false).RGBA
}

// film is a new picture of the filter's region.
func (l *lab) film(linear bool) film {
	size := 4 * l.region.Dx() * l.region.Dy()
	l.alive += size
	if l.painter.alive += size; l.painter.alive > mostAlive {
		l.tooDear("too many pictures at once")
	}
	if !l.spend(size / 2) {
		return film{image.NewRGBA(image.Rectangle{}), linear}
	}
	return film{image.NewRGBA(l.region), linear}
}

// each makes a new picture of one or two, pixel by pixel; all parts are from 0 to 1, multiplied by alpha.
func (l *lab) each(a, b film, do func(a, b [4]float64) [4]float64) film {
	out := l.film(a.linear)
	if !l.spend(4 * len(out.Pix)) {
		return out
	}
	for i := 0; i+3 < len(out.Pix); i += 4 {
		c := do(partsOf(a.Pix[i:]), partsOf(b.Pix[i:]))
		for j, v := range c {
			out.Pix[i+j] = eight(min(v, c[3]) * 255)
		}
		out.Pix[i+3] = eight(c[3] * 255)
	}
	return out
}

func partsOf(p []uint8) [4]float64 {
	return [4]float64{float64(p[0]) / 255, float64(p[1]) / 255, float64(p[2]) / 255, float64(p[3]) / 255}
}

// in is a picture in the light a step works in.
func (l *lab) in(f film, linear bool) film {
	if f.linear == linear {
		return f
	}
	table := toLinear()
	if !linear {
		table = fromLinear()
	}
	out := l.film(linear)
	if !l.spend(2 * len(out.Pix)) {
		return out
	}
	for i := 0; i+3 < len(out.Pix); i += 4 {
		alpha := float64(f.Pix[i+3])
		if alpha == 0 {
			continue
		}
		for j := i; j < i+3; j++ {
			whole := min(float64(f.Pix[j])*255/alpha, 255)
			out.Pix[j] = eight(table[int(whole+0.5)] * alpha)
		}
		out.Pix[i+3] = f.Pix[i+3]
	}
	return out
}

func toLinear() (table [256]float64) {
	for i := range table {
		table[i] = linearOf(float64(i) / 255)
	}
	return table
}

func linearOf(v float64) float64 {
	if v <= 0.04045 {
		return v / 12.92
	}
	return math.Pow((v+0.055)/1.055, 2.4)
}

func fromLinear() (table [256]float64) {
	for i := range table {
		if v := float64(i) / 255; v <= 0.0031308 {
			table[i] = v * 12.92
		} else {
			table[i] = 1.055*math.Pow(v, 1/2.4) - 0.055
		}
	}
	return table
}

// input is a picture that a step takes.
func (l *lab) input(n *node, name string, linear bool) film {
	if !l.spend(100 + len(n.attributes[name])) {
		return l.last
	}
	switch link := strings.TrimSpace(n.attributes[name]); link {
	case "":
		return l.in(l.last, linear)
	case "SourceGraphic":
		return l.in(l.source, linear)
	case "SourceAlpha":
		return l.each(l.source, l.source, func(a, _ [4]float64) [4]float64 { return [4]float64{3: a[3]} }).as(linear)
	default:
		known, has := l.named[link]
		if !has {
			l.refuse(name + "=" + link)
			return l.film(linear)
		}
		return l.in(known, linear)
	}
}

// as says in which light a picture is that has no colours.
func (f film) as(linear bool) film { f.linear = linear; return f }

// step does one step of a filter.
func (l *lab) step(n *node) {
	st := l.styleOf(n, l.styleOfAll(l.n), l.sizes)
	linear := !st.plainLight
	var out film
	switch n.name {
	case "feGaussianBlur":
		across, along := l.deviation(n)
		out = l.blurred(l.input(n, "in", linear), across, along)
	case "feOffset":
		out = l.moved(l.input(n, "in", linear), l.number(n, "dx", 0), l.number(n, "dy", 0))
	case "feFlood":
		out = l.flood(st, linear)
	case "feMerge":
		out = l.film(linear)
		for _, c := range n.children {
			if c.name == "feMergeNode" {
				out = l.each(l.input(c, "in", linear), out, onto)
			}
		}
	case "feComposite":
		out = l.composite(n, linear)
	case "feBlend":
		out = l.blend(n, linear)
	case "feColorMatrix":
		out = l.recoloured(n, linear)
	case "feDropShadow":
		across, along := l.deviation(n)
		source := l.input(n, "in", linear)
		shadow := l.moved(l.blurred(source, across, along), l.number(n, "dx", 2), l.number(n, "dy", 2))
		shadow = l.each(l.flood(st, linear), shadow, func(a, b [4]float64) [4]float64 { return scaled(a, b[3]) })
		out = l.each(source, shadow, onto)
	default:
		l.refuse(n.name)
		return
	}
	l.last = l.cropped(n, out)
	if name := n.attributes["result"]; name != "" {
		l.named[name] = l.last
	}
}

// number is an attribute that is a number of the user's units.
func (l *lab) number(n *node, name string, otherwise float64) float64 {
	text := strings.TrimSpace(n.attributes[name])
	if text == "" {
		return otherwise
	}
	list, known := listOf(text)
	if !known || len(list) != 1 {
		l.refuse(name + "=" + text)
		return 0
	}
	return list[0]
}

// deviation is how far a blur reaches, in pixels.
func (l *lab) deviation(n *node) (across, along float64) {
	text, otherwise := n.attributes["stdDeviation"], 0.0
	if n.name == "feDropShadow" {
		otherwise = 2
	}
	list, known := listOf(text)
	switch {
	case text == "":
		list = []float64{otherwise, otherwise}
	case known && len(list) == 1:
		list = append(list, list[0])
	case !known || len(list) != 2:
		l.refuse("stdDeviation=" + text)
		return 0, 0
	}
	if edge := n.attributes["edgeMode"]; edge != "" && edge != "none" {
		l.refuse("edgeMode=" + edge)
	}
	return max(list[0], 0) * math.Abs(l.m[0]), max(list[1], 0) * math.Abs(l.m[3])
}

func (l *lab) flood(st *style, linear bool) film {
	out := l.film(linear)
	c := st.flood.faded(st.floodAlpha)
	if linear {
		c.r, c.g, c.b = linearOf(c.r), linearOf(c.g), linearOf(c.b)
	}
	for i := 0; i+3 < len(out.Pix); i += 4 {
		out.Pix[i], out.Pix[i+1], out.Pix[i+2], out.Pix[i+3] = eight(c.r*c.a*255), eight(c.g*c.a*255), eight(c.b*c.a*255), eight(c.a*255)
	}
	return out
}

// cropped is a picture without what lies outside the part a step names.
func (l *lab) cropped(n *node, f film) film {
	if n.attributes["x"]+n.attributes["y"]+n.attributes["width"]+n.attributes["height"] == "" || l.err != nil {
		return f
	}
	back := l.m.back().box(box{float64(l.region.Min.X), float64(l.region.Min.Y), float64(l.region.Max.X), float64(l.region.Max.Y)})
	given := func(name string, whole, otherwise float64) float64 {
		if n.attributes[name] == "" {
			return otherwise
		}
		return l.length(n, name, l.sizes, whole)
	}
	x, y := given("x", l.wide, back.left), given("y", l.high, back.top)
	part := box{x, y, x + given("width", l.wide, back.right-x), y + given("height", l.high, back.bottom-y)}
	seen := l.m.box(part)
	seen.right, seen.bottom = seen.right-1, seen.bottom-1
	kept := pixelsOf(seen, l.region)
	out := l.film(f.linear)
	for y := kept.Min.Y; y < kept.Max.Y && l.err == nil; y++ {
		copy(out.Pix[out.PixOffset(kept.Min.X, y):out.PixOffset(kept.Min.X, y)+4*kept.Dx()], f.Pix[f.PixOffset(kept.Min.X, y):])
	}
	return out
}

// moved is a picture moved by so many of the user's units, to the nearest pixel.
func (l *lab) moved(f film, dx, dy float64) film {
	x, y := math.Round(dx*l.m[0]), math.Round(dy*l.m[3])
	out := l.film(f.linear)
	if math.Abs(x) >= float64(l.region.Dx()) || math.Abs(y) >= float64(l.region.Dy()) || l.err != nil {
		return out
	}
	by := image.Pt(int(x), int(y))
	kept := l.region.Add(by).Intersect(l.region)
	for row := kept.Min.Y; row < kept.Max.Y; row++ {
		from := f.PixOffset(kept.Min.X-by.X, row-by.Y)
		copy(out.Pix[out.PixOffset(kept.Min.X, row):], f.Pix[from:from+4*kept.Dx()])
	}
	return out
}

// blurred is a picture blurred by a Gaussian, first across and then along.
func (l *lab) blurred(f film, across, along float64) film {
	wide, high := l.region.Dx(), l.region.Dy()
	f = l.smeared(f, bell(across), 4, wide, 4*wide, high)
	return l.smeared(f, bell(along), 4*wide, high, 4, wide)
}

// bell is one half of a Gaussian, its middle first; all of it adds up to 1.
func bell(deviation float64) []float64 {
	if deviation < 0.01 {
		return []float64{1}
	}
	list, sum := make([]float64, 0, int(min(3*deviation, 1e4))+2), 0.0
	for i := range cap(list) {
		v := math.Exp(-float64(i*i) / (2 * deviation * deviation))
		list, sum = append(list, v), sum+v*float64(min(i+1, 2))
	}
	for i := range list {
		list[i] /= sum
	}
	return list
}

// smeared spreads each pixel along lines that are so many steps of bytes long.
func (l *lab) smeared(f film, by []float64, step, count, next, lines int) film {
	if len(by) == 1 {
		return f
	}
	out := l.film(f.linear)
	if !l.spend(4 * lines * count * min(2*len(by), count)) {
		return out
	}
	for line := range lines {
		start := line * next
		for i := range count {
			var sum [4]float64
			for at := max(0, i-len(by)+1); at < min(count, i+len(by)); at++ {
				share := by[max(i-at, at-i)]
				from := start + at*step
				for j := range sum {
					sum[j] += share * float64(f.Pix[from+j])
				}
			}
			for j, v := range sum {
				out.Pix[start+i*step+j] = eight(v)
			}
		}
	}
	return out
}

func scaled(a [4]float64, by float64) [4]float64 {
	return [4]float64{a[0] * by, a[1] * by, a[2] * by, a[3] * by}
}

func onto(a, b [4]float64) [4]float64 { return added(a, 1, b, 1-a[3]) }

func added(a [4]float64, x float64, b [4]float64, y float64) (c [4]float64) {
	for i := range c {
		c[i] = a[i]*x + b[i]*y
	}
	return c
}

func (l *lab) composite(n *node, linear bool) film {
	a, b := l.input(n, "in", linear), l.input(n, "in2", linear)
	switch operator := n.attributes["operator"]; operator {
	case "", "over":
		return l.each(a, b, onto)
	case "in":
		return l.each(a, b, func(a, b [4]float64) [4]float64 { return scaled(a, b[3]) })
	case "out":
		return l.each(a, b, func(a, b [4]float64) [4]float64 { return scaled(a, 1-b[3]) })
	case "atop":
		return l.each(a, b, func(a, b [4]float64) [4]float64 { return added(a, b[3], b, 1-a[3]) })
	case "xor":
		return l.each(a, b, func(a, b [4]float64) [4]float64 { return added(a, 1-b[3], b, 1-a[3]) })
	case "arithmetic":
		k1, k2, k3, k4 := l.number(n, "k1", 0), l.number(n, "k2", 0), l.number(n, "k3", 0), l.number(n, "k4", 0)
		return l.each(a, b, func(a, b [4]float64) (c [4]float64) {
			for i := range c {
				c[i] = min(max(k1*a[i]*b[i]+k2*a[i]+k3*b[i]+k4, 0), 1)
			}
			return c
		})
	default:
		l.refuse("operator " + operator)
		return a
	}
}

// blend lays one picture over another, their colours mixed (Compositing 1 §9).
func (l *lab) blend(n *node, linear bool) film {
	a, b := l.input(n, "in", linear), l.input(n, "in2", linear)
	var mixed func(a, b, alphaA, alphaB float64) float64
	switch mode := n.attributes["mode"]; mode {
	case "", "normal":
		return l.each(a, b, onto)
	case "multiply":
		mixed = func(a, b, _, _ float64) float64 { return a * b }
	case "screen":
		mixed = func(a, b, alphaA, alphaB float64) float64 { return a*alphaB + b*alphaA - a*b }
	case "darken":
		mixed = func(a, b, alphaA, alphaB float64) float64 { return min(a*alphaB, b*alphaA) }
	case "lighten":
		mixed = func(a, b, alphaA, alphaB float64) float64 { return max(a*alphaB, b*alphaA) }
	default:
		l.refuse("mode " + mode)
		return a
	}
	return l.each(a, b, func(a, b [4]float64) [4]float64 {
		c := added(a, 1-b[3], b, 1-a[3])
		for i := range 3 {
			c[i] += mixed(a[i], b[i], a[3], b[3])
		}
		c[3] = a[3] + b[3] - a[3]*b[3]
		return c
	})
}

// recoloured is a picture whose colours went through a matrix.
func (l *lab) recoloured(n *node, linear bool) film {
	list, known := listOf(n.attributes["values"])
	kind := n.attributes["type"]
	switch {
	case known && len(list) == 20 && (kind == "" || kind == "matrix"):
	case kind == "luminanceToAlpha":
		list = make([]float64, 20)
		copy(list[15:], []float64{0.2125, 0.7154, 0.0721})
	case known && len(list) == 1 && kind == "saturate":
		list = saturation(list[0])
	default:
		l.refuse("feColorMatrix " + kind)
		return l.last
	}
	in := l.input(n, "in", linear)
	return l.each(in, in, func(a, _ [4]float64) (c [4]float64) {
		if a[3] > 0 {
			a[0], a[1], a[2] = a[0]/a[3], a[1]/a[3], a[2]/a[3]
		}
		for i := range c {
			row := list[5*i : 5*i+5]
			c[i] = min(max(row[0]*a[0]+row[1]*a[1]+row[2]*a[2]+row[3]*a[3]+row[4], 0), 1)
		}
		return [4]float64{c[0] * c[3], c[1] * c[3], c[2] * c[3], c[3]}
	})
}

func saturation(s float64) []float64 {
	r, g, b := 0.213*(1-s), 0.715*(1-s), 0.072*(1-s)
	return []float64{r + s, g, b, 0, 0, r, g + s, b, 0, 0, r, g, b + s, 0, 0, 0, 0, 0, 1, 0}
}
