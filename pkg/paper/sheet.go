package paper

import (
	"fmt"
	"image/color"
	"strings"

	"github.com/carnetbadges/carnet/pkg/lettering"
)

// A4 in points. Sheets are measured from their upper left corner downwards, as lettering does.
const (
	sheetWidth  = 595.28
	sheetHeight = 841.89
)

// sheet is one page while it is drawn.
type sheet struct {
	*document
	number   int // of the page's object
	marks    int // pieces of marked content so far
	parents  []int
	links    []int
	drawing  strings.Builder
	pictures map[int]bool
}

// tagged draws a piece of content that has a place in the structure of the document (ISO 32000-2 §14.7.5).
func (s *sheet) tagged(kind string, element int, draw func()) {
	fmt.Fprintf(&s.drawing, "/%s <</MCID %d>> BDC\n", kind, s.marks)
	s.parents = append(s.parents, element)
	s.marks++
	draw()
	s.drawing.WriteString("EMC\n")
}

// artifact draws what only adorns.
func (s *sheet) artifact(draw func()) {
	s.drawing.WriteString("/Artifact BMC\n")
	draw()
	s.drawing.WriteString("EMC\n")
}

// words writes a block, its upper left corner at a point, as one element of the structure.
func (s *sheet) say(kind string, said Text, block lettering.Block, x, y float64, ink color.NRGBA) {
	if len(block.Lines) == 0 {
		return
	}
	element := s.structure.add(kind, s.number, s.marks, said.Language, block.Text, "")
	s.tagged(kind, element, func() {
		s.drawing.WriteString(fill(ink))
		for _, line := range block.Lines {
			s.line(line, x, y)
		}
	})
}

// line writes the letters of a line. Each run of letters of one font is one operator; the difference between where a
// letter ends and where the next begins is written between them.
func (s *sheet) line(line lettering.Line, x, y float64) {
	s.drawing.WriteString("BT\n")
	w := writer{sheet: s}
	for _, one := range line.Letters {
		w.letter(one, x+one.X, sheetHeight-y-one.Y)
	}
	w.flush()
	s.drawing.WriteString("ET\n")
}

// writer writes letters with few operators.
type writer struct {
	*sheet
	font    int
	size    float64
	x, y    float64 // where the next letter would stand by itself
	pending strings.Builder
	open    bool
}

func (w *writer) letter(one lettering.Letter, x, y float64) {
	font, code := w.letters.number(one)
	if !w.open || font != w.font || one.Size != w.size || abs(y-w.y) > 0.005 {
		w.flush()
		fmt.Fprintf(&w.drawing, "/T%d %s Tf 1 0 0 1 %s %s Tm\n", font, number(one.Size), number(x), number(y))
		w.font, w.size, w.x, w.y, w.open = font, one.Size, x, y, true
	}
	if gap := (x - w.x) / one.Size * 1000; abs(gap) > 0.5 {
		fmt.Fprintf(&w.pending, "> %s <", number(-gap))
		w.x = x
	}
	fmt.Fprintf(&w.pending, "%02x", code)
	w.x += one.Form.Advance * one.Size
}

func (w *writer) flush() {
	if w.pending.Len() > 0 {
		fmt.Fprintf(&w.drawing, "[<%s>] TJ\n", w.pending.String())
		w.pending.Reset()
	}
	w.open = false
}

func abs(x float64) float64 { return max(x, -x) }

// rectangle fills a rectangle.
func (s *sheet) rectangle(x, y, width, height float64, ink color.NRGBA) {
	fmt.Fprintf(&s.drawing, "%s%s %s %s %s re f\n", fill(ink), number(x), number(sheetHeight-y-height), number(width), number(height))
}

// frame draws the edge of a rectangle.
func (s *sheet) frame(x, y, width, height, thick float64, ink color.NRGBA) {
	fmt.Fprintf(&s.drawing, "%s%s w %s %s %s %s re S\n", stroke(ink), number(thick), number(x), number(sheetHeight-y-height), number(width), number(height))
}

// picture puts a picture into a box, as large as it fits, in its middle.
func (s *sheet) picture(p picture, x, y, width, height float64) {
	scale := min(width/float64(p.width), height/float64(p.height))
	w, h := float64(p.width)*scale, float64(p.height)*scale
	s.pictures[p.number] = true
	fmt.Fprintf(&s.drawing, "q %s 0 0 %s %s %s cm /P%d Do Q\n", number(w), number(h), number(x+(width-w)/2), number(sheetHeight-y-(height+h)/2), p.number)
}

// code draws the dark squares of a QR code, row by row.
func (s *sheet) code(dots [][]bool, x, y, side float64) {
	unit := side / float64(len(dots))
	s.rectangle(x-2*unit, y-2*unit, side+4*unit, side+4*unit, white)
	s.drawing.WriteString(fill(ink))
	for row, line := range dots {
		for at := 0; at < len(line); at++ {
			from := at
			for at < len(line) && line[at] {
				at++
			}
			if at > from {
				fmt.Fprintf(&s.drawing, "%.3f %.3f %.3f %.3f re\n", x+float64(from)*unit, sheetHeight-y-float64(row+1)*unit, float64(at-from)*unit, unit)
			}
		}
	}
	s.drawing.WriteString("f\n")
}

// link makes an area lead to an address.
func (s *sheet) link(address, about string, x, y, width, height float64) {
	annotation := s.promise()
	element := s.structure.add("Link", s.number, -1, "", "", about)
	s.structure.annotated(element, annotation, s.number)
	s.keep(annotation, fmt.Sprintf("<< /Type /Annot /Subtype /Link /Rect [%s %s %s %s] /Border [0 0 0] /F 4 /Contents %s /StructParent %d /A << /S /URI /URI %s >> >>",
		number(x), number(sheetHeight-y-height), number(x+width), number(sheetHeight-y), text(about), s.structure.parent(element), text(escaped(address))))
	s.links = append(s.links, annotation)
}

// escaped is an address in the seven bits that PDF has for it.
func escaped(address string) string {
	var out strings.Builder
	for _, b := range []byte(address) {
		if b > ' ' && b < 0x7f {
			out.WriteByte(b)
		} else {
			fmt.Fprintf(&out, "%%%02X", b)
		}
	}
	return out.String()
}

func fill(c color.NRGBA) string   { return rgb(c) + " rg\n" }
func stroke(c color.NRGBA) string { return rgb(c) + " RG\n" }

func rgb(c color.NRGBA) string {
	return fmt.Sprintf("%.3f %.3f %.3f", float64(c.R)/255, float64(c.G)/255, float64(c.B)/255)
}
