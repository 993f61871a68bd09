package drawing

import (
	"cmp"
	"image"
	"math"
	"slices"
)

const (
	fineness  = 16      // lines of each row of pixels on which it is looked what is inside
	mostEdges = 400_000 // of one shape
)

// edge is a side of a shape between two fine lines: where it is on the first, and by how much it goes on with each.
type edge struct {
	from, to int
	x, step  float64
	way      int // 1 downwards, -1 upwards
}

// filler finds how much of each pixel a shape covers. It looks on fine lines, and along them exactly; what lies over
// itself is counted there as the rule of filling says, so that nothing has to be cut first. No rasterizer of the
// libraries at hand does so for both rules.
type filler struct {
	*painter
	area  image.Rectangle
	edges []edge
}

func (p *painter) filler(area image.Rectangle) *filler { return &filler{painter: p, area: area} }

// piece adds a convex shape that counts once, whichever way it runs around.
func (f *filler) piece(m matrix, list ...point) {
	if !f.spend(10 * len(list)) {
		return
	}
	twice := 0.0
	moved := make([]point, len(list))
	for i, at := range list {
		moved[i] = m.at(at)
		if i > 1 {
			a, b := moved[i-1].minus(moved[0]), moved[i].minus(moved[0])
			twice += a.x*b.y - a.y*b.x
		}
	}
	if twice < 0 {
		slices.Reverse(moved)
	}
	f.add(moved)
}

// add adds the sides of a shape, its last point joined with the first.
func (f *filler) add(list []point) {
	for i, a := range list {
		f.side(a, list[(i+1)%len(list)])
	}
}

func (f *filler) side(a, b point) {
	way := 1
	if a.y > b.y {
		a, b, way = b, a, -1
	}
	top, bottom := float64(f.area.Min.Y*fineness), float64(f.area.Max.Y*fineness)
	from, to := max(math.Ceil(a.y*fineness-0.5), top), min(math.Ceil(b.y*fineness-0.5), bottom)
	if !(from < to) { //nolint:staticcheck // also for what is no number
		return
	}
	step := (b.x - a.x) / (b.y - a.y) / fineness
	e := edge{from: int(from), to: int(to), step: step, way: way}
	e.x = a.x + (from+0.5-a.y*fineness)*step
	if len(f.edges) >= mostEdges {
		f.tooDear("too many edges")
		return
	}
	if f.spend(4 + 2*(e.to-e.from)) {
		f.edges = append(f.edges, e)
	}
}

// rows calls with the coverage of each row that has any, from a first pixel on.
func (f *filler) rows(evenOdd bool, row func(y, from int, cover []float32)) {
	if len(f.edges) == 0 || f.area.Empty() || f.err != nil {
		return
	}
	slices.SortFunc(f.edges, func(a, b edge) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.x, b.x)) })
	line := &tally{left: f.area.Min.X, sums: make([]float32, f.area.Dx()+2)}
	var active []edge
	next := 0
	for y := f.edges[0].from / fineness; y < f.area.Max.Y; y++ {
		if len(active) == 0 {
			if next == len(f.edges) {
				return
			}
			y = max(y, f.edges[next].from/fineness)
		}
		line.clear()
		for fine := y * fineness; fine < (y+1)*fineness; fine++ {
			for next < len(f.edges) && f.edges[next].from <= fine {
				active = append(active, f.edges[next])
				next++
			}
			active = f.cross(active, fine, evenOdd, line)
			if f.err != nil {
				return
			}
		}
		if from, cover := line.summed(); len(cover) > 0 && f.spend(len(cover)) {
			row(y, from, cover)
		}
	}
}

// cross finds what is inside on one fine line, and moves the edges on to the next.
func (f *filler) cross(active []edge, fine int, evenOdd bool, line *tally) []edge {
	active = slices.DeleteFunc(active, func(e edge) bool { return e.to <= fine })
	moves := 0
	for i := 1; i < len(active); i++ {
		for j := i; j > 0 && active[j].x < active[j-1].x; j-- {
			active[j], active[j-1] = active[j-1], active[j]
			moves++
		}
	}
	f.spend(len(active) + moves)
	around, from := 0, 0.0
	for i := range active {
		e := &active[i]
		was := inside(around, evenOdd)
		around += e.way
		switch is := inside(around, evenOdd); {
		case !was && is:
			from = e.x
		case was && !is:
			line.add(from, e.x)
		}
		e.x += e.step
	}
	return active
}

func inside(around int, evenOdd bool) bool {
	if evenOdd {
		return around&1 != 0
	}
	return around != 0
}

// tally adds up how much of each pixel of a row is covered: at first only by how much that changes from pixel to pixel.
type tally struct {
	left, low, high int
	sums            []float32
}

func (t *tally) clear() {
	if t.high > t.low {
		clear(t.sums[t.low:min(t.high+2, len(t.sums))])
	}
	t.low, t.high = len(t.sums), 0
}

// add counts what lies between two places of a fine line.
func (t *tally) add(from, to float64) {
	most := float64(len(t.sums) - 2)
	from, to = min(max(from-float64(t.left), 0), most), min(max(to-float64(t.left), 0), most)
	if to > from {
		t.change(from, 1./fineness)
		t.change(to, -1./fineness)
	}
}

func (t *tally) change(x float64, by float32) {
	at := int(x)
	part := float32(x - float64(at))
	t.sums[at] += by * (1 - part)
	t.sums[at+1] += by * part
	t.low, t.high = min(t.low, at), max(t.high, at+1)
}

// summed are the coverages of a row, each from 0 to 1.
func (t *tally) summed() (from int, cover []float32) {
	if t.high <= t.low {
		return 0, nil
	}
	end := min(t.high+1, len(t.sums)-2)
	sum := float32(0)
	for i := t.low; i < end; i++ {
		sum += t.sums[i]
		t.sums[i] = min(max(sum, 0), 1)
	}
	return t.left + t.low, t.sums[t.low:max(end, t.low)]
}
