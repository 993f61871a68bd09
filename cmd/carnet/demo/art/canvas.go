package art

import (
	"fmt"
	"strconv"
	"strings"
)

// mark is one painted shape: filled, or drawn as a line where width is set. Where below is set, the colour runs
// from colour at the top of the canvas to below at its foot.
type mark struct {
	shape         path
	colour, below string
	width         float64
	clip          path // nil: the whole canvas
}

// canvas gathers marks in the order of painting.
type canvas struct {
	marks []mark
	clip  path
}

func (c *canvas) fill(colour string, shapes ...path) {
	c.marks = append(c.marks, mark{shape: join(shapes), colour: colour, clip: c.clip})
}

func (c *canvas) shade(above, below string, shape path) {
	c.marks = append(c.marks, mark{shape: shape, colour: above, below: below, clip: c.clip})
}

func (c *canvas) line(colour string, width float64, shapes ...path) {
	c.marks = append(c.marks, mark{shape: join(shapes), colour: colour, width: width, clip: c.clip})
}

// within paints only inside of frame.
func (c *canvas) within(frame path, paint func()) {
	c.clip = frame
	paint()
	c.clip = nil
}

func join(shapes []path) path {
	var all path
	for _, one := range shapes {
		all = append(all, one...)
	}
	return all
}

// mix is a colour part of the way from one to another.
func mix(from, to string, part float64) string {
	a, b := rgb(from), rgb(to)
	var out [3]uint8
	for i := range out {
		out[i] = uint8(float64(a[i]) + (float64(b[i])-float64(a[i]))*part + 0.5)
	}
	return fmt.Sprintf("#%02x%02x%02x", out[0], out[1], out[2])
}

func rgb(colour string) [3]uint8 {
	value, err := strconv.ParseUint(strings.TrimPrefix(colour, "#"), 16, 24)
	if err != nil {
		panic("art: not a colour: " + colour)
	}
	return [3]uint8{uint8(value >> 16), uint8(value >> 8), uint8(value)}
}
