// Package art draws the badge pictures of the demo: a motif in an issuer's colours, as SVG or as PNG.
// It knows nothing of badges; the same shapes make both pictures.
package art

// Side is the width and height of a drawing, in units.
const Side = 240

// Motif names a drawing.
type Motif string

// The motifs.
const (
	Aid      Motif = "aid"
	Aurora   Motif = "aurora"
	Baobab   Motif = "baobab"
	Bicycle  Motif = "bicycle"
	Book     Motif = "book"
	Bridge   Motif = "bridge"
	Code     Motif = "code"
	Compass  Motif = "compass"
	Kite     Motif = "kite"
	Lens     Motif = "lens"
	Loom     Motif = "loom"
	Orbits   Motif = "orbits"
	Pirogue  Motif = "pirogue"
	Portico  Motif = "portico"
	Seedling Motif = "seedling"
	Voices   Motif = "voices"
	Wheat    Motif = "wheat"
)

// motifs are the drawings by name.
var motifs = map[Motif]func(*canvas, Palette){
	Aid: aid, Aurora: aurora, Baobab: baobab, Bicycle: bicycle, Book: book, Bridge: bridge, Code: code, Compass: compass,
	Kite: kite, Lens: lens, Loom: loom, Orbits: orbits, Pirogue: pirogue, Portico: portico, Seedling: seedling, Voices: voices, Wheat: wheat,
}

// Palette is the colours of an issuer, each as #rrggbb, from its darkest to its paper.
type Palette struct{ Deep, Mid, Bright, Warm, Glow, Paper string }

// drawn makes the shapes of a motif; an unknown motif is the compass.
func drawn(m Motif, p Palette) *canvas {
	motif, known := motifs[m]
	if !known {
		motif = compass
	}
	c := &canvas{}
	motif(c, p)
	return c
}
