package art

import (
	"math"
	"strconv"
	"strings"
)

type point struct{ x, y float64 }

// step is one step of a path: M and L use one point, Q two, C three, Z none; O is a circle with its centre and radius.
type step struct {
	op     byte
	p      [3]point
	radius float64
}

type path []step

var pointsOf = map[byte]int{'M': 1, 'L': 1, 'Q': 2, 'C': 3, 'Z': 0}

// d reads path data of the five absolute commands; the drawings here are constants, so it does not bear mistakes.
func d(data string) path {
	var out path
	var op byte
	words := strings.Fields(data)
	for i := 0; i < len(words); {
		if words[i][0] >= 'A' {
			op, i = words[i][0], i+1
		}
		s := step{op: op}
		for n := range pointsOf[op] {
			s.p[n], i = point{number(words[i]), number(words[i+1])}, i+2
		}
		out = append(out, s)
		if op == 'M' {
			op = 'L'
		}
	}
	return out
}

func number(word string) float64 {
	value, err := strconv.ParseFloat(word, 64)
	if err != nil {
		panic("art: not a number in path data: " + word)
	}
	return value
}

func circle(x, y, radius float64) path {
	return path{{op: 'O', p: [3]point{{x, y}}, radius: radius}}
}

// polygon joins corners and closes.
func polygon(corners ...point) path {
	out := path{}
	for i, c := range corners {
		op := byte('L')
		if i == 0 {
			op = 'M'
		}
		out = append(out, step{op: op, p: [3]point{c}})
	}
	return append(out, step{op: 'Z'})
}

// star has points outer from its centre and, between them, inner; regular is a star without the inner ones.
func star(x, y, outer, inner float64, points int, turn float64) path {
	corners := make([]point, 0, 2*points)
	for i := range 2 * points {
		r := outer
		if i%2 == 1 {
			r = inner
		}
		corners = append(corners, polar(x, y, r, turn+float64(i)*math.Pi/float64(points)))
	}
	return polygon(corners...)
}

func regular(x, y, radius float64, corners int, turn float64) path {
	all := make([]point, 0, corners)
	for i := range corners {
		all = append(all, polar(x, y, radius, turn+2*math.Pi*float64(i)/float64(corners)))
	}
	return polygon(all...)
}

// polar is the point at an angle, 0 pointing up and growing clockwise.
func polar(x, y, radius, angle float64) point {
	return point{x + radius*math.Sin(angle), y - radius*math.Cos(angle)}
}

// rays are lines that point away from a centre.
func rays(x, y, from, to float64, count int, turn float64) []path {
	all := make([]path, 0, count)
	for i := range count {
		angle := turn + 2*math.Pi*float64(i)/float64(count)
		all = append(all, path{{op: 'M', p: [3]point{polar(x, y, from, angle)}}, {op: 'L', p: [3]point{polar(x, y, to, angle)}}})
	}
	return all
}

// box is a rectangle with corners rounded by r.
func box(x, y, w, h, r float64) path {
	if r == 0 {
		return polygon(point{x, y}, point{x + w, y}, point{x + w, y + h}, point{x, y + h})
	}
	right, bottom := x+w, y+h
	return path{
		{op: 'M', p: [3]point{{x + r, y}}},
		{op: 'L', p: [3]point{{right - r, y}}},
		{op: 'Q', p: [3]point{{right, y}, {right, y + r}}},
		{op: 'L', p: [3]point{{right, bottom - r}}},
		{op: 'Q', p: [3]point{{right, bottom}, {right - r, bottom}}},
		{op: 'L', p: [3]point{{x + r, bottom}}},
		{op: 'Q', p: [3]point{{x, bottom}, {x, bottom - r}}},
		{op: 'L', p: [3]point{{x, y + r}}},
		{op: 'Q', p: [3]point{{x, y}, {x + r, y}}},
		{op: 'Z'},
	}
}

// scaled makes a path larger or smaller around a point.
func (p path) scaled(x, y, factor float64) path {
	return p.moved(func(q point) point { return point{x + (q.x-x)*factor, y + (q.y-y)*factor} }, factor)
}

// turned turns a path around a point, clockwise.
func (p path) turned(x, y, angle float64) path {
	sin, cos := math.Sincos(angle)
	return p.moved(func(q point) point {
		return point{x + (q.x-x)*cos - (q.y-y)*sin, y + (q.x-x)*sin + (q.y-y)*cos}
	}, 1)
}

// shifted moves a path.
func (p path) shifted(dx, dy float64) path {
	return p.moved(func(q point) point { return point{q.x + dx, q.y + dy} }, 1)
}

// mirrored is the path as seen in a mirror standing at x.
func (p path) mirrored(x float64) path {
	return p.moved(func(q point) point { return point{2*x - q.x, q.y} }, 1)
}

func (p path) moved(to func(point) point, scale float64) path {
	out := make(path, len(p))
	for i, s := range p {
		s.radius *= scale
		for n := range s.p {
			s.p[n] = to(s.p[n])
		}
		out[i] = s
	}
	return out
}
