package drawing

import (
	"context"
	"errors"
	"fmt"
	"image/color"
	"runtime"
	"strings"
	"testing"
)

// long are drawings in which something that is read again and again is long: over the limits of one, and just below them.
func long() map[string]string {
	rect := func(attribute, value string) string {
		return inSVG(`<rect id="r" ` + attribute + `="` + value + `" width="1" height="1"/>` + strings.Repeat(`<use href="#r"/>`, 4500))
	}
	attributes := strings.Builder{}
	for i := range 4000 {
		fmt.Fprintf(&attributes, "a%d='' ", i)
	}
	words := func(n int) string { return "z" + strings.Repeat(" aaaaaaaz", n) }
	sheet := `<style>` + strings.Repeat(".z.z.z.z.z.z.z.z{fill:red}", 990) + `</style>`
	return map[string]string{
		"body":             inSVG(`<style>` + strings.Repeat("g,", 199) + `g{` + strings.Repeat("fill:red;", 5000) + `}</style><g/>`),
		"bodies":           inSVG(`<style>` + strings.Repeat(strings.Repeat("g,", 99)+`g{`+strings.Repeat("fill:red;", 199)+`}`, 9) + `</style><g/>`),
		"list":             inSVG(`<style>` + strings.Repeat("g,", 200_000) + `g{fill:red}</style>`),
		"selector":         inSVG(`<style>` + strings.Repeat("a b > c ", 50_000) + `{fill:red}</style>`),
		"styles":           inSVG(`<style>` + strings.Repeat("g,", 199) + `g{fill:red;` + strings.Repeat("fill:red;", 9) + `}</style><g/>`),
		"class":            rect("class", words(50_000)),
		"classes":          inSVG(sheet + strings.Repeat(`<rect class="`+words(31)+`"/>`, 4000)),
		"one style":        rect("style", "fill:"+strings.Repeat("a", 4500)),
		"style":            rect("style", strings.Repeat("fill:red;", 180)),
		"fonts":            rect("font-family", strings.Repeat("a,", 2000)),
		"dashes":           rect("stroke-dasharray", strings.Repeat(" 1", 90)),
		"transform":        rect("transform", strings.Repeat("translate(1 1) ", 60)),
		"a name":           rect("a", strings.Repeat("a", 65_000)),
		"too long a name":  rect("a", strings.Repeat("a", 70_000)),
		"attributes":       rect("b", `" `+attributes.String()+`c="`),
		"outline":          inSVG(`<defs><path id="r" d="M0 0L1 1` + strings.Repeat(" ", 100_000) + `"/></defs>` + strings.Repeat(`<use href="#r"/>`, 4500)),
		"a link":           rect("href", "#"+strings.Repeat("a", 4500)),
		"spaces":           inSVG(`<text id="r" xml:space="preserve">` + strings.Repeat(" ", 30_000) + `</text>` + strings.Repeat(`<use href="#r"/>`, 100)),
		"no letters":       inSVG(`<text id="r">` + strings.Repeat(" ", 100_000) + `</text>` + strings.Repeat(`<use href="#r"/>`, 4500)),
		"scattered":        inSVG(`<text id="r" x="1 2">` + strings.Repeat(" ", 100_000) + `</text>` + strings.Repeat(`<use href="#r"/>`, 4500)),
		"too many letters": inSVG(`<text>` + strings.Repeat(" ", maxText+1) + `</text>`),
		"extensions":       inSVG(`<g id="r"><switch>` + strings.Repeat(`<g requiredExtensions="`+strings.Repeat("a", 400)+`"/>`, 400) + `</switch></g>` + strings.Repeat(`<use href="#r"/>`, 4500)),
		"ends":             inSVG(`<linearGradient id="g" x1="` + strings.Repeat("0", 60_000) + `"><stop/><stop offset="1"/></linearGradient>` + strings.Repeat(`<rect width="1" height="1" fill="url(#g)"/>`, 4500)),
		"along":            inSVG(`<path id="p" fill="none" d="M0 0` + strings.Repeat("L9 9L0 0", 20_000) + `"/><text font-size=".1"><textPath href="#p">` + strings.Repeat("a", 500) + `</textPath></text>`),
		"joins":            inSVG(`<path fill="none" stroke="red" stroke-width="1e6" stroke-linejoin="round" d="M0 9e6` + strings.Repeat("L1e6 9e6L0 9e6", 3000) + `"/>`),
		"frames":           inSVG(`<clipPath id="c"><circle cx="50" cy="50" r="49"/></clipPath><svg id="r" width="99" height="99"/><g clip-path="url(#c)">` + strings.Repeat(`<use href="#r"/>`, 4500) + `</g>`),
	}
}

// TestNothingLongIsReadForNothing holds what is long to a small part of the work, and to memory that it does not multiply.
// ASVS: V1.5.1, V5.2.1
func TestNothingLongIsReadForNothing(t *testing.T) {
	for name, source := range long() {
		before, after := runtime.MemStats{}, runtime.MemStats{}
		runtime.ReadMemStats(&before)
		_, err := painted(t.Context(), []byte(source), 256, maxWork/50)
		runtime.ReadMemStats(&after)
		if !errors.Is(err, ErrTooDear) {
			t.Errorf("%s: %v", name, err)
		}
		if made := after.TotalAlloc - before.TotalAlloc; made > 64<<20 {
			t.Errorf("%s: %d MiB", name, made>>20)
		}
	}
}

func TestDrawingEndsForItsOwnSake(t *testing.T) {
	ctx, cancel := context.WithTimeoutCause(t.Context(), 0, errTooLong)
	defer cancel()
	<-ctx.Done()
	for _, name := range []string{"laughs", "zigzag"} {
		if _, err := painted(ctx, []byte(hostile()[name]), 64, maxWork); !errors.Is(err, ErrTooDear) || errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v", name, err)
		}
	}
	p := &painter{file: &file{}, ctx: ctx, left: maxWork}
	if p.spend(1<<20 + 1); !errors.Is(p.err, ErrTooDear) {
		t.Errorf("on its way: %v", p.err)
	}
}

func TestStylesAreReadAsBrowsersReadThem(t *testing.T) {
	const square = `<rect width="10" height="10" `
	for name, body := range map[string]string{
		"a comment":              square + `style="fill:/*x*/green"/>`,
		"a comment before":       square + `style="/*x:y;*/fill:green"/>`,
		"a comment in a value":   square + `fill="/*x*/green"/>`,
		"any case":               square + `style="FILL:Green;display:INLINE"/>`,
		"the root is outermost":  `<style>:root{fill:red}</style><g fill="green"><svg>` + square + `/></svg></g>`,
		"the root is a class":    `<style>:root{fill:green}svg{fill:red}</style>` + square + `/>`,
		"the root by name":       `<style>svg:root>rect{fill:green}svg rect{fill:red}</style>` + square + `/>`,
		"an id beats classes":    `<style>#a{fill:green}.a.a.a.a.a.a.a.a .a.a.a.a.a.a.a.a .a.a.a.a.a.a.a.a{fill:red}</style><g class="a"><g class="a"><rect class="a" id="a" width="10" height="10"/></g></g>`,
		"a sheet in a comment":   `<style><![CDATA[<!-- rect{fill:green} -->]]></style>` + square + `/>`,
		"larger letters":         `<g font-size="5"><g font-size="larger"><rect width="1.5em" height="10" fill="green"/></g></g>`,
		"programs without value": square + `fill="green" stroke="null" opacity="undefined" style="fill:null"/>`,
		"the colour around":      `<g color="green"><g color="currentColor">` + square + `fill="currentColor"/></g></g>`,
	} {
		if got := paintedOf(t, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">`+body+`</svg>`, 10).RGBAAt(5, 5); got != (color.RGBA{0, 0x80, 0, 0xff}) {
			t.Errorf("%s: %v", name, got)
		}
	}
	for name, body := range map[string]string{
		"a rule in a rule":      `<style>g{rect{fill:red}}</style>`,
		"braces in a style":     square + `style="fill:red;{}"/>`,
		"a colour of the house": square + `fill="Canvas"/>`,
		"a stop of the house":   `<linearGradient id="g"><stop stop-color="ButtonFace"/></linearGradient>` + square + `fill="url(#g)"/>`,
		"another size":          square + `font-size="math"/>`,
		"another weight":        square + `font-weight="lighter"/>`,
		"another slant":         square + `font-style="backslant"/>`,
		"another baseline":      square + `dominant-baseline="mathematical"/>`,
		"another order":         square + `paint-order="markers text"/>`,
		"without a box":         square + `display="contents"/>`,
		"half a selector":       `<style>g > {fill:red}</style>`,
		"half a list":           `<style>g,{fill:red}</style>`,
		"a namespace":           `<style>svg|rect{fill:red}</style>`,
		"two ids":               `<style>#a#b{fill:red}</style>`,
		"no name":               `<style>.1a{fill:red}</style>`,
		"an escape":             `<style>.a\:b{fill:red}</style>`,
	} {
		if _, err := painted(t.Context(), []byte(inSVG(body)), 10, maxWork); !errors.Is(err, ErrUnfaithful) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
