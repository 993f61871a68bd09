package drawing

import (
	"slices"
	"strings"
)

// style is how an element is painted. The first part is handed down to what is inside it.
type style struct {
	color                  colour
	fill, stroke           paint
	fillAlpha, strokeAlpha float64
	evenOdd, clipEvenOdd   bool
	width                  float64
	cap, join              string
	miter                  float64
	dashes                 []float64
	dashStart              float64
	hidden                 bool
	strokeFirst            bool
	letters                letters
	plainLight             bool // whether filters reckon in sRGB

	own
}

// own is what is of an element alone.
type own struct {
	none        bool // display
	opacity     float64
	clip, mask  string // the ids they name, with #
	filter      string
	blend       blending // nil: what is above hides what is below
	isolated    bool     // whether what is inside is blended with nothing below
	flood       colour
	floodAlpha  float64
	transform   matrix
	stop        colour
	stopCurrent bool
	stopAlpha   float64
	maskAlpha   bool
	overflows   bool
}

// letters are how texts are set.
type letters struct {
	size           float64
	bold, slanted  bool
	serif          bool
	anchor, middle string
	spacing        float64
	kept           bool // whether spaces are
}

func firstStyle() style {
	return style{
		color: colour{a: 1}, fill: paint{kind: plainPaint, colour: colour{a: 1}}, fillAlpha: 1, strokeAlpha: 1, width: 1,
		cap: "butt", join: "miter", miter: 4, letters: letters{size: 16, serif: true, anchor: "start"}, own: firstOwn(),
	}
}

func firstOwn() own {
	return own{opacity: 1, transform: identity(), stop: colour{a: 1}, stopAlpha: 1, flood: colour{a: 1}, floodAlpha: 1}
}

// styleOf is how an element is painted that stands in, or is used by, another one.
func (p *painter) styleOf(n *node, above *style, s sizes) *style {
	st := *above
	st.own = firstOwn()
	st.overflows = n.name != "svg" && n.name != "symbol"
	if space := n.attributes["xml:space"]; space != "" {
		st.letters.kept = space == "preserve"
	}
	if !p.spend(100 + 4*n.bytes) {
		return &st
	}
	declared := p.declared(n)
	for _, d := range declared { // what others are measured by
		if d.name == "font-size" || d.name == "color" || d.name == "font" {
			s.em = st.letters.size
			p.apply(&st, d, s)
		}
	}
	s.em = st.letters.size
	for _, d := range declared {
		if d.name != "font-size" && d.name != "color" && d.name != "font" {
			p.apply(&st, d, s)
		}
	}
	return &st
}

// declared is what is said of an element, what counts most last: its attributes, the rules of style sheets, its own style,
// and what is important. It does not change from use to use, so it is found once.
func (p *painter) declared(n *node) []declaration {
	if !n.heard {
		n.said, n.heard = p.listened(n), true
	}
	return n.said
}

func (p *painter) listened(n *node) (list []declaration) {
	if !p.spend(100 + len(p.rules)*(20+4*len(n.classes))) {
		return nil
	}
	for name, value := range n.attributes {
		if _, known := properties[name]; known || harmless[name] != nil {
			list = append(list, declaration{name: name, value: strings.TrimSpace(uncommented(value))})
		}
	}
	slices.SortFunc(list, func(a, b declaration) int { return strings.Compare(a.name, b.name) })
	var meant []rule
	for _, r := range p.rules {
		if p.meansOf(r, n) {
			meant = append(meant, r)
		}
	}
	slices.SortStableFunc(meant, func(a, b rule) int { return a.weight - b.weight })
	var styled []declaration
	for _, r := range meant {
		styled = p.also(styled, r.declared)
	}
	own, err := declarations(uncommented(n.attributes["style"]))
	if err != nil && p.err == nil {
		p.err = err
	}
	styled = p.also(styled, own)
	for _, d := range styled {
		if geometry[d.name] && d.value != n.attributes[d.name] && (n.parent != nil || d.name != "width" && d.name != "height") {
			p.refuse("the property " + d.name)
		}
		if !d.important {
			list = append(list, d)
		}
	}
	for _, d := range styled {
		if d.important {
			list = append(list, d)
		}
	}
	return list
}

// also adds declarations to others, if the work and the place for it is there.
func (p *painter) also(list, more []declaration) []declaration {
	if len(list)+len(more) > maxDeclared {
		p.tooDear("too much style")
	}
	if !p.spend(100 * len(more)) {
		return list
	}
	return append(list, more...)
}

// geometry are attributes that style sheets may set as well; here they may not.
var geometry = map[string]bool{"x": true, "y": true, "cx": true, "cy": true, "r": true, "rx": true, "ry": true, "width": true, "height": true, "d": true}

// harmless are properties that are not painted here, with the values by which they change nothing.
var harmless = map[string][]string{
	"backdrop-filter": {"none"}, "marker": {"none"}, "marker-start": {"none"}, "marker-mid": {"none"},
	"marker-end": {"none"}, "writing-mode": {"lr", "lr-tb", "horizontal-tb"}, "text-decoration": {"none"}, "text-decoration-line": {"none"},
	"baseline-shift": {"baseline", "0", "0px", "0%"}, "animation": {"none"}, "animation-name": {"none"}, "rotate": {"none", "0", "auto"}, "scale": {"none"},
	"translate": {"none"}, "offset-path": {"none"}, "zoom": {"1", "normal"}, "word-spacing": {"normal", "0", "0px"}, "text-transform": {"none"},
	"direction": {"ltr"}, "unicode-bidi": {"normal"}, "color-interpolation": {"srgb", "auto"}, "font-variant": {"normal"}, "transform-origin": {"0 0", "0px 0px", "left top"},
	"mask-image": {"none"}, "mask-clip": {"border-box"}, "mask-mode": {"match-source"}, "white-space": {"normal", "pre", "nowrap"}, "perspective": {"none"}, "clip": {"auto"},
	"text-shadow": {"none"}, "box-shadow": {"none"}, "background": {"none", "transparent"}, "background-color": {"transparent", "none"}, "all": {}, "transform-style": {"flat"}, "vector-effect": {"none"},
}

// apply lets one declaration count. One with a mistake in it does not count (CSS 2.2 §4.2); one that is only not known
// here is refused.
func (p *painter) apply(st *style, d declaration, s sizes) {
	value := d.value
	if len(value) > maxValue {
		p.tooDear("too long a value of " + d.name)
	}
	if !p.spend(50 + 4*len(value)) {
		return
	}
	lower := strings.ToLower(value)
	if values, known := harmless[d.name]; known {
		if !slices.Contains(values, lower) && lower != "inherit" && lower != "initial" {
			p.refuse(d.name + ": " + value)
		}
		return
	}
	set, known := properties[d.name]
	if !known || value == "" {
		return
	}
	switch lower {
	case "inherit":
		if ownProperties[d.name] {
			p.refuse(d.name + ": " + value)
		}
		return
	case "initial", "unset", "revert":
		p.refuse(d.name + ": " + value)
		return
	}
	if d.name != "transform" && !strings.Contains(value, "url(") { // names of both, but of functions and elements, are in any case
		value = lower
	}
	if !set(st, value, s) && (strings.Contains(value, "(") || isKeyword(lower) || measured[d.name] && numberLength(value) > 0) {
		p.refuse(d.name + ": " + value)
	}
}

// isKeyword says whether a value is a word that a browser may know, and not what programs write that had no value.
func isKeyword(lower string) bool {
	switch lower {
	case "null", "undefined", "nan", "true", "false", "none": // the last is taken where it means something
		return false
	}
	for _, word := range strings.Fields(lower) {
		if strings.Trim(word, "abcdefghijklmnopqrstuvwxyz-") != "" {
			return false
		}
	}
	return true
}

// measured are properties whose values are lengths, of which a browser may know more units.
var measured = map[string]bool{"stroke-width": true, "font-size": true, "stroke-dasharray": true, "stroke-dashoffset": true, "letter-spacing": true}

var ownProperties = map[string]bool{"display": true, "opacity": true, "clip-path": true, "mask": true, "transform": true, "stop-color": true, "stop-opacity": true, "mask-type": true, "overflow": true, "filter": true, "mix-blend-mode": true, "isolation": true, "flood-color": true, "flood-opacity": true}

type setter func(st *style, value string, s sizes) bool

// properties are those that are painted; a setter says whether it understood.
var properties = map[string]setter{
	"color": func(st *style, v string, _ sizes) bool {
		if v == "currentcolor" { // that of what is around it
			return true
		}
		c, known := colourOf(v)
		if known {
			st.color = c
		}
		return known
	},
	"fill":              func(st *style, v string, _ sizes) bool { return setPaint(&st.fill, v) },
	"stroke":            func(st *style, v string, _ sizes) bool { return setPaint(&st.stroke, v) },
	"fill-opacity":      func(st *style, v string, _ sizes) bool { return setRatio(&st.fillAlpha, v) },
	"stroke-opacity":    func(st *style, v string, _ sizes) bool { return setRatio(&st.strokeAlpha, v) },
	"opacity":           func(st *style, v string, _ sizes) bool { return setRatio(&st.opacity, v) },
	"stop-opacity":      func(st *style, v string, _ sizes) bool { return setRatio(&st.stopAlpha, v) },
	"fill-rule":         func(st *style, v string, _ sizes) bool { return choose(&st.evenOdd, v, "evenodd", "nonzero") },
	"clip-rule":         func(st *style, v string, _ sizes) bool { return choose(&st.clipEvenOdd, v, "evenodd", "nonzero") },
	"stroke-width":      func(st *style, v string, s sizes) bool { return setLength(&st.width, v, s, s.both()) },
	"stroke-dashoffset": func(st *style, v string, s sizes) bool { return setAnyLength(&st.dashStart, v, s, s.both()) },
	"stroke-dasharray":  setDashes,
	"stroke-linecap":    func(st *style, v string, _ sizes) bool { return oneOf(&st.cap, v, "butt", "round", "square") },
	"stroke-linejoin":   func(st *style, v string, _ sizes) bool { return oneOf(&st.join, v, "miter", "round", "bevel") },
	"stroke-miterlimit": func(st *style, v string, _ sizes) bool {
		list, known := listOf(v)
		if known && len(list) == 1 && list[0] >= 1 {
			st.miter = list[0]
		}
		return known
	},
	"visibility": func(st *style, v string, _ sizes) bool {
		return v == "collapse" && choose(&st.hidden, "hidden", "hidden", "") || choose(&st.hidden, v, "hidden", "visible")
	},
	"display": func(st *style, v string, _ sizes) bool {
		if !strings.Contains(" none inline block inline-block list-item flex inline-flex grid inline-grid table inline-table flow-root ", " "+v+" ") {
			return false
		}
		st.none = v == "none"
		return true
	},
	"paint-order": func(st *style, v string, _ sizes) bool {
		if strings.Trim(strings.NewReplacer("fill", "", "stroke", "", "markers", "", "normal", "").Replace(v), " ") != "" {
			return false
		}
		fill, stroke := strings.Index(v, "fill"), strings.Index(v, "stroke")
		st.strokeFirst = stroke >= 0 && (fill < 0 || stroke < fill)
		return true
	},
	"clip-path": func(st *style, v string, _ sizes) bool { return setRef(&st.clip, v) },
	"filter":    func(st *style, v string, _ sizes) bool { return setRef(&st.filter, v) },
	"mask":      func(st *style, v string, _ sizes) bool { return setRef(&st.mask, v) },
	"mix-blend-mode": func(st *style, v string, _ sizes) bool {
		mode, known := blendings[v]
		if known {
			st.blend = mode
		}
		return known
	},
	"isolation": func(st *style, v string, _ sizes) bool { return choose(&st.isolated, v, "isolate", "auto") },
	"mask-type": func(st *style, v string, _ sizes) bool { return choose(&st.maskAlpha, v, "alpha", "luminance") },
	"transform": func(st *style, v string, _ sizes) bool {
		if v == "none" {
			st.transform = identity()
			return true
		}
		m, known := transform(v)
		if known {
			st.transform = m
		}
		return known
	},
	"flood-opacity": func(st *style, v string, _ sizes) bool { return setRatio(&st.floodAlpha, v) },
	"flood-color": func(st *style, v string, _ sizes) bool {
		if strings.EqualFold(v, "currentcolor") {
			st.flood = st.color
			return true
		}
		c, known := colourOf(v)
		if known {
			st.flood = c
		}
		return known
	},
	"color-interpolation-filters": func(st *style, v string, _ sizes) bool {
		return v == "auto" && choose(&st.plainLight, "linearrgb", "srgb", "linearrgb") || choose(&st.plainLight, v, "srgb", "linearrgb")
	},
	"stop-color": func(st *style, v string, _ sizes) bool {
		if strings.EqualFold(v, "currentcolor") {
			st.stopCurrent = true
			return true
		}
		c, known := colourOf(v)
		if known {
			st.stop, st.stopCurrent = c, false
		}
		return known
	},
	"overflow": func(st *style, v string, _ sizes) bool {
		switch v {
		case "visible", "auto":
			st.overflows = true
		case "hidden", "scroll", "clip":
			st.overflows = false
		default:
			return false
		}
		return true
	},
	"font-size": func(st *style, v string, s sizes) bool {
		if size, named := sizesByName[v]; named {
			st.letters.size = size
			return true
		}
		switch v {
		case "larger":
			st.letters.size = s.em * 1.2
			return true
		case "smaller":
			st.letters.size = s.em / 1.2
			return true
		}
		return setLength(&st.letters.size, v, s, s.em)
	},
	"font-weight": func(st *style, v string, _ sizes) bool {
		list, known := listOf(v)
		if known = known && len(list) == 1; !known && !slices.Contains([]string{"normal", "bold", "bolder"}, v) {
			return false
		}
		st.letters.bold = v == "bold" || v == "bolder" || known && list[0] >= 600
		return true
	},
	"font-style": func(st *style, v string, _ sizes) bool {
		slanted := v == "italic" || strings.HasPrefix(v, "oblique")
		if slanted || v == "normal" {
			st.letters.slanted = slanted
		}
		return slanted || v == "normal"
	},
	"font-family": func(st *style, v string, _ sizes) bool {
		st.letters.serif = serif(v)
		return true
	},
	"font":               setFont,
	"text-anchor":        func(st *style, v string, _ sizes) bool { return oneOf(&st.letters.anchor, v, "start", "middle", "end") },
	"dominant-baseline":  func(st *style, v string, _ sizes) bool { return oneOf(&st.letters.middle, v, baselines...) },
	"alignment-baseline": func(st *style, v string, _ sizes) bool { return oneOf(&st.letters.middle, v, baselines...) },
	"letter-spacing": func(st *style, v string, s sizes) bool {
		if v == "normal" {
			st.letters.spacing = 0
			return true
		}
		return setAnyLength(&st.letters.spacing, v, s, s.em)
	},
}

var sizesByName = map[string]float64{"xx-small": 9, "x-small": 10, "small": 13, "medium": 16, "large": 18, "x-large": 24, "xx-large": 32, "xxx-large": 48}

// baselines are those that rise knows, and those that are where letters stand.
var baselines = []string{"auto", "baseline", "alphabetic", "middle", "central", "hanging", "text-before-edge", "text-top", "text-after-edge", "text-bottom", "ideographic"}
