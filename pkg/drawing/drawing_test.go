package drawing

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"

	"github.com/carnetbadges/carnet/pkg/lettering"
)

func inSVG(body string) string {
	return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 100 100">` + body + `</svg>`
}

func paintedOf(t *testing.T, source string, side int) *image.RGBA {
	t.Helper()
	picture, err := painted(t.Context(), []byte(source), side, maxWork)
	if err != nil {
		t.Fatalf("%v\n%.300s", err, source)
	}
	return picture
}

// gif is one green pixel of a picture, as it stands in a drawing.
func greenPixel(t *testing.T) string {
	t.Helper()
	one := image.NewNRGBA(image.Rect(0, 0, 1, 1))
	one.Set(0, 0, color.NRGBA{0, 0x80, 0, 0xff})
	var out bytes.Buffer
	if err := png.Encode(&out, one); err != nil {
		t.Fatal(err)
	}
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(out.Bytes())
}

// Each drawing is green in the middle of its left half, and nothing at all in that of its right half.
func TestGreenIsOnTheLeft(t *testing.T) {
	const square = `<rect width="50" height="100" fill="green"/>`
	for name, body := range map[string]string{
		"rect":            square,
		"defaults":        `<g fill="green"><path d="M0 0h50v100H0z"/></g>`,
		"relative":        `<path fill="green" d="m0 0 50 0 0 100-50 0"/>`,
		"before mistakes": `<path fill="green" d="M0 0h50v100h-50z M 5 x"/>`,
		"even odd":        `<path fill="green" fill-rule="evenodd" d="M0 0h100v100h-100z M50 0h50v100h-50z"/>`,
		"winding":         `<path fill="green" d="M0 0h100v100h-100z M50 0v100h50v-100z"/>`,
		"circle":          `<circle cx="25" cy="50" r="20" fill="#008000"/>`,
		"ellipse":         `<ellipse cx="25%" cy="50%" rx="10%" ry="20" fill="#008000ff"/>`,
		"polygon":         `<polygon points="0,0 50,0 50,100 0,100" fill="rgb(0,128,0)"/>`,
		"arc":             `<path fill="hsl(120,100%,25.1%)" d="M5 50a20 20 0 0 1 40 0a20 20 0 0140 0 20 20 0 0 1-40 0 20 20 0 0 1-40 0M80 50m-15 0a15 15 0 1 0 30 0 15 15 0 1 0-30 0M45 50"/><rect x="50" width="50" height="100" fill="none"/>`,
		"stroke":          `<path stroke="green" stroke-width="40" d="M25 0V100"/>`,
		"caps":            `<path stroke="green" stroke-width="40" stroke-linecap="round" d="M25 50h0"/><path stroke="red" stroke-width="40" d="M75 50h0"/>`,
		"square caps":     `<line stroke="green" stroke-width="20" stroke-linecap="square" x1="25" x2="25" y1="50" y2="50"/>`,
		"dashes":          `<path stroke="green" stroke-width="100" stroke-dasharray="50" d="M0 50H100"/>`,
		"dash offset":     `<path stroke="green" stroke-width="100" stroke-dasharray="50,50" stroke-dashoffset="-100" d="M0 50H100"/>`,
		"transform":       `<g transform="translate(50) scale(-1,1) rotate(0)"><g transform="matrix(1 0 0 1 0 0)skewX(0)">` + square + `</g></g>`,
		"use":             `<defs><g id="a" fill="inherit"><path d="M0 0h50v100h-50z"/></g></defs><use xlink:href="#a" x="0" fill="green"/>`,
		"symbol":          `<symbol id="s" viewBox="0 0 1 1" preserveAspectRatio="none"><rect width="2" height="2" fill="green"/></symbol><use href="#s" width="50" height="100"/>`,
		"viewport":        `<svg width="50" height="100" viewBox="0 0 10 10"><rect x="-10" y="-10" width="90" height="90" fill="green"/></svg>`,
		"switch":          `<switch><foreignObject requiredExtensions="x"/><g>` + square + `</g><rect width="100" height="100"/></switch>`,
		"clip":            `<clipPath id="c"><path d="M0 0h50v100h-50z"/></clipPath><g clip-path="url(#c)"><rect width="100" height="100" fill="green"/></g>`,
		"clip by box":     `<clipPath id="c" clipPathUnits="objectBoundingBox"><rect width=".5" height="1"/></clipPath><rect width="100" height="100" fill="green" clip-path="url(#c)"/>`,
		"clip by rule":    `<clipPath id="c"><path clip-rule="evenodd" d="M0 0h100v100h-100z M50 0h50v100h-50z"/></clipPath><rect width="100" height="100" fill="green" clip-path="url(#c)"/>`,
		"clip in a clip":  `<clipPath id="d"><rect width="50" height="100"/></clipPath><clipPath id="c" clip-path="url(#d)"><rect width="100" height="100"/></clipPath><rect width="100" height="100" fill="green" clip-path="url(#c)"/>`,
		"mask":            `<mask id="m"><rect width="50" height="100" fill="#fff"/><rect x="50" width="50" height="100"/></mask><rect width="100" height="100" fill="green" mask="url(#m)"/>`,
		"mask of alpha":   `<mask id="m" style="mask-type:alpha" maskUnits="userSpaceOnUse" x="0" y="0" width="50" height="100"><rect width="100" height="100"/></mask><rect width="100" height="100" fill="green" mask="url(#m)"/>`,
		"gradient":        `<linearGradient id="a"><stop offset=".5" stop-color="green"/><stop offset="50%" style="stop-color:red;stop-opacity:0"/></linearGradient><linearGradient id="b" xlink:href="#a" gradientUnits="userSpaceOnUse" x2="100"/><rect width="100" height="100" fill="url(#b)"/>`,
		"radial":          `<radialGradient id="a" cx=".25" fx=".25" r=".2"><stop stop-color="green"/><stop offset=".8" stop-color="green"/><stop offset=".8" stop-opacity="0"/></radialGradient><rect width="100" height="100" fill="url(#a)"/>`,
		"repeated":        `<linearGradient id="a" spreadMethod="reflect" gradientUnits="userSpaceOnUse" x1="12" x2="38"><stop stop-color="green"/><stop offset="1" stop-color="green"/></linearGradient><path d="M0 0h50v100h-50z" fill="url(#a)"/>`,
		"no gradient":     `<rect width="50" height="100" fill="url(#none) green"/><rect x="50" width="50" height="100" fill="url(#none)"/>`,
		"classes":         `<style><![CDATA[/* a */ .b, .c > rect.d { fill : green } rect{fill:red}]]></style><g class="c"><rect class="x d" width="50" height="100"/></g>`,
		"important":       `<style>rect{fill:green!important}#r{fill:red}</style><rect id="r" style="fill:blue" width="50" height="100"/>`,
		"current":         `<g color="green"><rect fill="currentColor" width="50" height="100"/></g>`,
		"hidden":          square + `<rect width="100" height="100" visibility="hidden"/><g display="none"><rect width="100" height="100"/></g><rect width="100" height="100" opacity="0"/>`,
		"order":           `<rect x="20" y="20" width="10" height="60" fill="green" stroke="red" stroke-width="20" paint-order="stroke"/>`,
		"group":           `<g opacity="1.5">` + square + `</g>`,
		"other words":     `<x:g xmlns:x="urn:x"><rect width="100" height="100"/></x:g><title>a</title><metadata/><script>alert(1)</script>` + square,
		"unknown":         square + `<blink><rect width="100" height="100"/></blink>`,
		"picture":         `<image width="50" height="100" preserveAspectRatio="none" href="` + greenPixel(t) + `"/>`,
		"pattern":         `<pattern id="p" width="1" height="1" patternContentUnits="objectBoundingBox"><image width="1" height="1" preserveAspectRatio="none" href="` + greenPixel(t) + `"/></pattern><rect width="50" height="100" fill="url(#p)"/>`,
		"pattern like":    `<pattern id="q" viewBox="0 0 1 1" preserveAspectRatio="none"><rect width="1" height="1" fill="green"/></pattern><pattern id="p" href="#q" patternUnits="userSpaceOnUse" x="-100" width="200" height="100" patternTransform="translate(10)"/><path d="M0 0h50v100h-50z" fill="url(#p)"/>`,
		"picture whole":   `<image width="50" height="100" href="` + greenPixel(t) + `"/>`,
	} {
		picture := paintedOf(t, inSVG(body), 100)
		if got := picture.RGBAAt(25, 50); got != (color.RGBA{0, 0x80, 0, 0xff}) {
			t.Errorf("%s: %v on the left", name, got)
		}
		if got := picture.RGBAAt(75, 50); name != "arc" && got != (color.RGBA{}) {
			t.Errorf("%s: %v on the right", name, got)
		}
	}
}

func TestWhatLiesOverItselfInAGroupIsSeenThroughOnce(t *testing.T) {
	picture := paintedOf(t, inSVG(`<g opacity=".5"><rect width="100" height="100"/><rect width="100" height="100"/></g>`), 10)
	if got := picture.RGBAAt(5, 5); got.A < 127 || got.A > 128 {
		t.Errorf("%v", got)
	}
	picture = paintedOf(t, inSVG(`<path stroke="#000" stroke-opacity=".5" stroke-width="40" stroke-linejoin="round" fill="none" d="M0 50H50C60 50 60 50 50 50H100"/>`), 100)
	if got := picture.RGBAAt(50, 50); got.A < 127 || got.A > 128 {
		t.Errorf("a line over itself: %v", got)
	}
}

func TestColoursAreBlendedWithWhatIsBelow(t *testing.T) {
	picture := paintedOf(t, inSVG(`<rect width="50" height="100" fill="#80ff00"/><rect width="100" height="100" fill="#ff8000" style="mix-blend-mode:multiply"/>`), 10)
	if got := picture.RGBAAt(2, 5); got != (color.RGBA{0x80, 0x80, 0, 0xff}) {
		t.Errorf("over a colour: %v", got)
	}
	if got := picture.RGBAAt(7, 5); got != (color.RGBA{0xff, 0x80, 0, 0xff}) {
		t.Errorf("over nothing: %v", got)
	}
}

func TestEdgesAreSoftAndWholeAreasAreWhole(t *testing.T) {
	picture := paintedOf(t, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><path d="M0 0h2.5v10h-2.5zM5 0h5v5.25h-5z"/></svg>`, 10)
	for _, row := range []struct{ x, y, want int }{{1, 5, 255}, {2, 5, 128}, {3, 5, 0}, {7, 4, 255}, {7, 5, 64}, {7, 6, 0}} {
		if got := int(picture.RGBAAt(row.x, row.y).A); got < row.want-2 || got > row.want+2 {
			t.Errorf("%+v: %d", row, got)
		}
	}
}

func TestDrawingKeepsItsShape(t *testing.T) {
	const shape = `<svg xmlns="http://www.w3.org/2000/svg" %s><rect width="9999" height="9999"/></svg>`
	for attributes, want := range map[string]image.Point{
		`viewBox="0 0 20 10"`:                            {100, 50},
		`width="10" height="40"`:                         {25, 100},
		`width="100%" height="100%" viewBox="5 5 10 10"`: {100, 100},
		`width="1in" height="48" viewBox="0 0 1 1"`:      {100, 50},
		`width="30mm" viewBox="0 0 3 1"`:                 {100, 33},
		`viewBox="0 0 1000000 1"`:                        {100, 1},
	} {
		if got := paintedOf(t, fmt.Sprintf(shape, attributes), 100).Rect.Size(); got != want {
			t.Errorf("%s: %v", attributes, got)
		}
	}
}

func TestTextIsSetInTheLettersOfTheHouse(t *testing.T) {
	if !lettering.Built() {
		t.Skip("no letters are packed")
	}
	dark := func(body string) (box image.Rectangle) {
		picture := paintedOf(t, inSVG(body), 200)
		for y := range 200 {
			for x := range 200 {
				if picture.RGBAAt(x, y).A > 128 {
					box = box.Union(image.Rect(x, y, x+1, y+1))
				}
			}
		}
		return box
	}
	start := dark(`<text x="50" y="50" font-size="20">HH</text>`)
	if start.Min.X < 100 || start.Min.X > 104 || start.Max.Y < 99 || start.Max.Y > 101 || start.Dy() < 24 || start.Dy() > 32 {
		t.Errorf("%v", start)
	}
	if middle := dark(`<text x="50" y="50" font-size="20" text-anchor="middle">H<tspan>H</tspan></text>`); middle.Min.X+middle.Max.X < 197 || middle.Min.X+middle.Max.X > 203 {
		t.Errorf("in the middle: %v", middle)
	}
	if end := dark(`<text x="50" y="50" font-size="20" style="text-anchor:end"> HH </text>`); end.Max.X < 96 || end.Max.X > 100 {
		t.Errorf("at the end: %v", end)
	}
	if long := dark(`<text x="10" y="50" font-size="10" textLength="80">HHHH</text>`); long.Max.X < 176 || long.Max.X > 181 {
		t.Errorf("spread: %v", long)
	}
	if apart := dark(`<text x="10 30,80" y="50" font-size="10">HHH</text>`); apart.Min.X > 23 || apart.Max.X < 170 {
		t.Errorf("one by one: %v", apart)
	}
	if around := dark(`<path id="p" fill="none" d="M50 100V0"/><text font-size="20"><textPath href="#p" startOffset="50%" text-anchor="middle">HH</textPath></text>`); around.Dy() <= around.Dx() || around.Max.X > 101 {
		t.Errorf("along a path: %v", around)
	}
}

func TestGradientOfATextLiesAcrossAllOfIt(t *testing.T) {
	if !lettering.Built() {
		t.Skip("no letters are packed")
	}
	const ink = `<linearGradient id="g"><stop offset=".5" stop-color="red"/><stop offset=".5" stop-color="green"/></linearGradient>`
	for name, body := range map[string]string{
		"in one piece": `<text x="5" y="70" font-size="60" textLength="90" fill="url(#g)">HH</text>`,
		"in two":       `<text x="5" y="70" font-size="60" textLength="90" fill="url(#g)">H<tspan fill="url(#g)">H</tspan></text>`,
	} {
		picture := paintedOf(t, inSVG(ink+body), 100)
		found := map[color.RGBA]image.Rectangle{}
		for y := range 100 {
			for x := range 100 {
				if c := picture.RGBAAt(x, y); c.A == 0xff {
					found[c] = found[c].Union(image.Rect(x, y, x+1, y+1))
				}
			}
		}
		red, green := found[color.RGBA{0xff, 0, 0, 0xff}], found[color.RGBA{0, 0x80, 0, 0xff}]
		if red.Empty() || green.Empty() || red.Max.X > 51 || green.Min.X < 48 {
			t.Errorf("%s: %v %v", name, red, green)
		}
	}
}

// ASVS: V1.3.4, V1.5.1
func TestWhatCannotBePaintedAsItIsMeantIsRefused(t *testing.T) {
	rect := func(attributes string) string { return `<rect width="9" height="9" ` + attributes + `/>` }
	for name, body := range map[string]string{
		"filter":       `<filter id="f"><feTurbulence/></filter>` + rect(`filter="url(#f)"`),
		"short filter": rect(`style="filter:blur(2px)"`),
		"no filter":    rect(`filter="url(#f)"`),
		"turned blur":  `<filter id="f"><feGaussianBlur stdDeviation="2"/></filter><g transform="rotate(9)">` + rect(`filter="url(#f)"`) + `</g>`,
		"blending":     rect(`style="mix-blend-mode:luminosity"`),
		"pattern":      `<pattern id="p" width=".5" height=".5"/>` + rect(`fill="url(#p)"`),
		"lined":        `<pattern id="p" width="1" height="1"/>` + rect(`stroke="url(#p)"`),
		"marker":       `<path marker-end="url(#m)" d="M0 0L1 1"/>`,
		"animation":    rect(``) + `<animate attributeName="x" to="9"/>`,
		"moving":       `<style>@keyframes a{to{opacity:0}}</style>`,
		"media":        `<style>@media print{rect{fill:red}}</style>`,
		"selector":     `<style>rect:nth-child(2n){fill:red}</style>`,
		"variable":     rect(`style="fill:var(--x)"`),
		"new colour":   rect(`fill="oklch(50% .2 30)"`),
		"unit":         rect(`style="stroke-width:2vw"`),
		"html":         `<foreignObject width="9" height="9"/>`,
		"shape clip":   rect(`style="clip-path:circle(5px)"`),
		"elsewhere":    `<image width="9" height="9" href="https://tracker.example/a.png"/>`,
		"a file":       `<image width="9" height="9" href="file:///etc/passwd"/>`,
		"use of other": `<use href="other.svg#a"/>`,
		"svg in svg":   `<image width="9" height="9" href="data:image/svg+xml,%3Csvg/%3E"/>`,
		"turned":       `<text rotate="30">a</text>`,
		"one by one":   `<text x="1 2 3">a<tspan>bc</tspan></text>`,
		"joined":       "<text x='1 2 3'>\u0628\u0628\u0628</text>",
		"sign":         "<text>\U00012345</text>",
		"language":     `<g systemLanguage="en">` + rect(``) + `</g>`,
	} {
		if _, err := painted(t.Context(), []byte(inSVG(body)), 10, maxWork); !errors.Is(err, ErrUnfaithful) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, source := range map[string]string{
		"nothing": "", "text": "hello", "html": "<html><svg/></html>", "half": inSVG("")[:40], "no namespace": `<svg viewBox="0 0 1 1"/>`,
		"two roots": inSVG("") + inSVG(""), "entities": hostile()["entities"], "not declared": inSVG("<text>&nbsp;</text>"),
	} {
		if _, err := Paint(t.Context(), []byte(source), 10); !errors.Is(err, ErrNotDrawing) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Paint(t.Context(), []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), 10); !errors.Is(err, ErrUnfaithful) {
		t.Errorf("without a size: %v", err)
	}
	for _, side := range []int{0, -1, MaxSide + 1} {
		if _, err := Paint(t.Context(), []byte(inSVG("")), side); !errors.Is(err, ErrTooDear) {
			t.Errorf("%d: %v", side, err)
		}
	}
}

// hostile are drawings that would cost without an end, or ask for what is not theirs.
func hostile() map[string]string {
	laughs := `<g id="l0"><rect width="1" height="1"/></g>`
	for i := range 20 {
		laughs += fmt.Sprintf(`<g id="l%d">%s</g>`, i+1, strings.Repeat(fmt.Sprintf(`<use href="#l%d"/>`, i), 10))
	}
	zigzag := strings.Repeat("L0 0L100 100", 50_000)
	fan := ""
	for i := range 9000 {
		fan += fmt.Sprintf("M50 %d.%dL%d 100", i%100, i%10, i*7919%100)
	}
	return map[string]string{
		"laughs":        inSVG(laughs + `<use href="#l20"/>`),
		"zigzag":        inSVG(`<path d="M0 0` + zigzag + `"/>`),
		"zigzag stroke": inSVG(`<path stroke="red" stroke-width="90" stroke-linejoin="round" d="M0 0` + zigzag[:len(zigzag)/4] + `"/>`),
		"crossings":     inSVG(`<path fill="none" stroke="red" stroke-width=".1" d="` + fan + `"/>`),
		"curves":        inSVG(`<path d="M0 0` + strings.Repeat("C9e6 0 -9e6 9 9 9", 20_000) + `"/>`),
		"dashes":        inSVG(`<path stroke="red" stroke-dasharray=".00001" d="M0 0H100"/>`),
		"far":           inSVG(`<path stroke="red" stroke-width="1e6" d="M-9e6 -9e6C9e6 9e6 -9e6 9e6 9e6 -9e6"/>`),
		"layers":        inSVG(strings.Repeat(`<g opacity=".5">`, 50) + `<rect width="100" height="100"/><path d="M0 0H9V9z"/>` + strings.Repeat(`</g>`, 50)),
		"wide layers":   inSVG(strings.Repeat(`<g opacity=".5"><rect width="100" height="100"/><rect width="100" height="100"/></g>`, 1600)),
		"full rects":    inSVG(strings.Repeat(`<rect width="100" height="100"/>`, 4900)),
		"gradients":     inSVG(`<radialGradient id="g"><stop stop-color="red"/><stop offset="1"/></radialGradient>` + strings.Repeat(`<rect fill="url(#g)" width="100" height="100"/>`, 4900)),
		"clips":         inSVG(`<clipPath id="c0"><rect width="100" height="100"/></clipPath>` + chain(40) + strings.Repeat(`<g clip-path="url(#c39)"><rect width="9" height="9"/></g>`, 1000)),
		"clip circle":   inSVG(`<clipPath id="c" clip-path="url(#c)"><rect width="9" height="9" clip-path="url(#c)"/></clipPath><rect width="9" height="9" clip-path="url(#c)"/>`),
		"mask circle":   inSVG(`<mask id="m"><rect width="9" height="9" mask="url(#m)"/></mask><rect width="9" height="9" mask="url(#m)"/>`),
		"use circle":    inSVG(`<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>`),
		"like circle":   inSVG(`<linearGradient id="a" href="#b"/><linearGradient id="b" href="#a"/><rect fill="url(#a)" width="9" height="9"/>`),
		"rules":         inSVG(`<style>` + strings.Repeat(`g g g g rect,g>g rect{fill:red}`, 499) + `</style>` + strings.Repeat(`<g>`, 30) + strings.Repeat(`<rect width="1" height="1"/>`, 4000) + strings.Repeat(`</g>`, 30)),
		"texts":         inSVG(strings.Repeat(`<text x="1" y="9">`+strings.Repeat("Wmáé ", 40)+`</text>`, 900)),
		"long text":     inSVG(`<text font-size="1">` + strings.Repeat("abc ", 60_000) + `</text>`),
		"selectors":     inSVG(`<style>a g g g g g g g rect{fill:red}</style>` + strings.Repeat(`<g>`, 50) + strings.Repeat(`<rect width="1" height="1"/>`, 4000) + strings.Repeat(`</g>`, 50)),
		"deep":          inSVG(strings.Repeat("<g>", 5000)),
		"entities":      `<!DOCTYPE svg [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><text>&b;</text></svg>`,
		"numbers":       inSVG(`<path d="M1e308 1e308L-1e308 NaN"/><rect x="1e300" width="1e300" height="1e-300"/><circle r="1e400"/><g transform="matrix(1e300 0 0 1e300 0 0) scale(1e-300)"><rect width="9" height="9"/></g>`),
		"flat":          `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1000000 .000001"><rect width="9" height="9"/></svg>`,
		"stops":         inSVG(`<linearGradient id="a">` + strings.Repeat(`<stop offset=".5"/>`, 4000) + `</linearGradient><rect fill="url(#a)" width="9" height="9"/>`),
		"brackets":      inSVG(`<style>` + strings.Repeat("{", 100_000) + `</style><rect style="` + strings.Repeat("(;", 30_000) + `"/>`),
		"markers":       inSVG(`<path marker-mid="url(#m)" d="M0 0L1 1L2 2"/>`),
		"blur":          inSVG(`<filter id="f" x="-9" y="-9" width="99" height="99">` + strings.Repeat(`<feGaussianBlur stdDeviation="90"/>`, 20) + `</filter>` + strings.Repeat(`<rect width="99" height="99" filter="url(#f)"/>`, 50)),
		"films":         inSVG(`<filter id="f" x="-9" y="-9" width="99" height="99">` + strings.Repeat(`<feOffset dx="1"/>`, 24) + `</filter>` + strings.Repeat(`<g filter="url(#f)">`, 9) + `<rect width="99" height="99"/>` + strings.Repeat(`</g>`, 9)),
		"boxes":         inSVG(`<clipPath id="c" clipPathUnits="objectBoundingBox"><rect width="1" height="1"/></clipPath>` + strings.Repeat(`<g clip-path="url(#c)">`, 60) + strings.Repeat(`<rect width="9" height="9"/>`, 4800) + strings.Repeat(`</g>`, 60)),
	}
}

func chain(n int) (all string) {
	for i := 1; i < n; i++ {
		all += fmt.Sprintf(`<clipPath id="c%d" clip-path="url(#c%d)"><rect width="100" height="100"/></clipPath>`, i, i-1)
	}
	return all
}

// TestHostileDrawingsEndSoon gives each a part of the work, so that the test itself ends soon.
// ASVS: V1.5.1, V5.2.1
func TestHostileDrawingsEndSoon(t *testing.T) {
	harmless := map[string]bool{"far": true, "flat": true, "like circle": true}
	for name, source := range hostile() {
		_, err := painted(t.Context(), []byte(source), 256, maxWork/20)
		if (err == nil) != harmless[name] {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := painted(t.Context(), bytes.Repeat([]byte(" "), MaxBytes+1), 10, maxWork); !errors.Is(err, ErrTooDear) {
		t.Error(err)
	}
}

func TestPaintingEndsWhenNobodyWaits(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Paint(ctx, []byte(hostile()["laughs"]), 64); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestEqualDrawingsArePaintedEqually(t *testing.T) {
	source := inSVG(`<style>.a{fill:#123}</style><radialGradient id="g"><stop stop-color="red"/><stop offset="1"/></radialGradient><g class="a" stroke="url(#g)" stroke-dasharray="3 1" opacity=".7" stroke-width="3"><circle cx="50" cy="50" r="40"/><text x="9" y="9">Ab</text></g>`)
	first := paintedOf(t, source, 64)
	for range 5 {
		if again := paintedOf(t, source, 64); !bytes.Equal(first.Pix, again.Pix) {
			t.Fatal("it looks otherwise")
		}
	}
}

// FuzzPaint goes without the net that catches panics.
func FuzzPaint(f *testing.F) {
	f.Add([]byte(inSVG(`<defs><linearGradient id="g" x2="0" y1="0" y2="240" gradientUnits="userSpaceOnUse"><stop stop-color="#14264a"/><stop offset="1" stop-color="#e2a13c"/></linearGradient><clipPath id="c"><path d="M5 5a9 9 0 1 1 18 0a9 9 0 1 1-18 0Z"/></clipPath></defs><path clip-path="url(#c)" fill="none" stroke="url(#g)" stroke-width="1.4" stroke-linecap="round" stroke-linejoin="round" d="M9 9Q3 4 5 6C1 2 3 4 5 6Z"/>`)))
	f.Add([]byte(inSVG(`<style>.a{fill:red!important}g > #b,rect.a{stroke:blue;stroke-dasharray:1 2}</style><g class="a" opacity=".5" transform="rotate(30 5 5) skewX(4)"><rect id="b" class="a" rx="3" width="50%" height="9mm"/></g>`)))
	f.Add([]byte(inSVG(`<mask id="m"><rect width="9" height="9" fill="#fff"/></mask><symbol id="s" viewBox="0 0 1 2"><circle r="1"/></symbol><use href="#s" width="9" height="9" mask="url(#m)"/><path id="p" d="M1 1L9 9"/><text x="1" y="9" text-anchor="middle">A <tspan dy="1">b</tspan><textPath href="#p">c</textPath></text>`)))
	f.Add([]byte(inSVG(`<filter id="f"><feFlood flood-color="red" result="a"/><feOffset in="SourceAlpha" dx="1" dy="2"/><feGaussianBlur stdDeviation="1 2"/><feComposite in2="a" operator="in"/><feMerge><feMergeNode/><feMergeNode in="SourceGraphic"/></feMerge><feColorMatrix type="saturate" values=".5"/><feBlend mode="multiply" in2="a"/><feDropShadow x="1" width="4"/></filter><g filter="url(#f)"><circle r="4"/></g>`)))
	f.Add([]byte(inSVG(`<image width="9" height="9" href="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"/><switch><g/></switch><polygon points="1,2 3 4,5,6"/><a><line x2="9"/></a>`)))
	for _, source := range hostile() {
		if len(source) < 20_000 {
			f.Add([]byte(source))
		}
	}
	f.Fuzz(func(t *testing.T, source []byte) {
		picture, err := painted(t.Context(), source, 48, maxWork/50)
		if (err == nil) != (picture != nil) {
			t.Fatalf("%v %v", picture != nil, err)
		}
		if err == nil && max(picture.Rect.Dx(), picture.Rect.Dy()) != 48 {
			t.Errorf("%v", picture.Rect)
		}
	})
}
