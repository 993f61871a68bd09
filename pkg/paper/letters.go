package paper

import (
	"fmt"
	"strings"

	"github.com/go-text/typesetting/font/opentype"

	"github.com/carnetbadges/carnet/pkg/lettering"
)

// letters collects the forms that a document is written with. They become fonts of type 3 (ISO 32000-2 §9.6.4), whose
// glyphs are the outlines themselves: any script, no font file inside, and the text is still text.
type letters struct {
	known map[letter]int // number of each, over all fonts
	list  []known
}

// letter tells apart what must be told apart when text is taken out again: the same form may stand for other characters.
type letter struct {
	form lettering.FormID
	text string
}

type known struct {
	form *lettering.Form
	text string
}

// perFont is how many glyphs a font of one-byte codes has here.
const perFont = 250

// number is which letter of the document this is.
func (l *letters) number(one lettering.Letter) (font, code int) {
	key := letter{one.Form.ID, one.Text}
	n, seen := l.known[key]
	if !seen {
		n = len(l.list)
		l.known[key] = n
		l.list = append(l.list, known{one.Form, one.Text})
	}
	return n / perFont, n % perFont
}

// write adds the fonts and answers the entries of a resource dictionary.
func (l *letters) write(o *objects) string {
	var entries strings.Builder
	for i := 0; i*perFont < len(l.list); i++ {
		part := l.list[i*perFont : min(len(l.list), (i+1)*perFont)]
		fmt.Fprintf(&entries, "/T%d %s ", i, reference(writeFont(o, part)))
	}
	return entries.String()
}

func writeFont(o *objects, part []known) int {
	var glyphs, names, widths strings.Builder
	for i, one := range part {
		fmt.Fprintf(&glyphs, "/g%d %s ", i, reference(o.stream("", outline(one.form))))
		fmt.Fprintf(&names, "/g%d ", i)
		widths.WriteString(number(one.form.Advance*1000) + " ")
	}
	unicode := o.stream("", mapping(part))
	return o.add(fmt.Sprintf("<< /Type /Font /Subtype /Type3 /FontBBox [-500 -700 2500 1500] /FontMatrix [0.001 0 0 0.001 0 0] /Resources << >> "+
		"/FirstChar 0 /LastChar %d /Widths [%s] /Encoding << /Type /Encoding /Differences [0 %s] >> /CharProcs << %s >> /ToUnicode %s >>",
		len(part)-1, widths.String(), names.String(), glyphs.String(), reference(unicode)))
}

// outline is a glyph as a filled path, in thousandths of an em; PDF knows no quadratic curves, so they are raised.
func outline(form *lettering.Form) []byte {
	var out strings.Builder
	fmt.Fprintf(&out, "%s 0 -500 -700 2500 1500 d1\n", number(form.Advance*1000))
	var at opentype.SegmentPoint
	write := func(points []opentype.SegmentPoint, operator string) {
		for _, p := range points {
			out.WriteString(tenth(p.X) + " " + tenth(p.Y) + " ")
		}
		out.WriteString(operator + "\n")
		at = points[len(points)-1]
	}
	for _, s := range form.Segments {
		switch s.Op {
		case opentype.SegmentOpMoveTo:
			write(s.Args[:1], "m")
		case opentype.SegmentOpLineTo:
			write(s.Args[:1], "l")
		case opentype.SegmentOpQuadTo:
			c, to := s.Args[0], s.Args[1]
			write([]opentype.SegmentPoint{between(at, c), between(to, c), to}, "c")
		case opentype.SegmentOpCubeTo:
			write(s.Args[:3], "c")
		}
	}
	if len(form.Segments) > 0 {
		out.WriteString("f\n")
	}
	return []byte(out.String())
}

// between is two thirds of the way from a to b.
func between(a, b opentype.SegmentPoint) opentype.SegmentPoint {
	return opentype.SegmentPoint{X: a.X + (b.X-a.X)*2/3, Y: a.Y + (b.Y-a.Y)*2/3}
}

func tenth(x float32) string {
	s := strings.TrimSuffix(fmt.Sprintf("%.1f", x*1000), ".0")
	if s == "-0" {
		return "0"
	}
	return s
}

// mapping says which characters each glyph stands for (ISO 32000-2 §9.10.3).
func mapping(part []known) []byte {
	var out strings.Builder
	out.WriteString("/CIDInit /ProcSet findresource begin 12 dict begin begincmap\n/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n" +
		"/CMapName /Adobe-Identity-UCS def /CMapType 2 def\n1 begincodespacerange <00> <ff> endcodespacerange\n")
	for from := 0; from < len(part); from += 100 {
		to := min(len(part), from+100)
		fmt.Fprintf(&out, "%d beginbfchar\n", to-from)
		for i := from; i < to; i++ {
			fmt.Fprintf(&out, "<%02x> <%s>\n", i, hex16(part[i].text))
		}
		out.WriteString("endbfchar\n")
	}
	out.WriteString("endcmap CMapName currentdict /CMap defineresource pop end end\n")
	return []byte(out.String())
}
