package paper

import (
	"fmt"
	"image/color"
	"strings"
	"time"

	qrcode "github.com/skip2/go-qrcode"

	"github.com/carnetbadges/carnet/pkg/lettering"
)

// Where things stand on a certificate, in points.
const (
	margin   = 34.0 // around the frame
	inner    = 62.0 // around the text
	textWide = sheetWidth - 2*inner

	kindEnd     = 122.0 // where the line that says what this is ends
	pictureSide = 168.0
	footHigh    = 112.0
)

// Certificate puts one badge on one A4 sheet; made is when what it says was last changed. Errors: [ErrTooLarge].
func Certificate(b Badge, words Words, made time.Time) ([]byte, error) {
	d := newDocument(words, made)
	d.files = []File{b.File}
	d.certificate(b)
	return d.finish(b.Name, words.Kind+" · "+b.Issuer.Said+" · "+b.Recipient.Said)
}

// certificate draws the sheet of one badge. What was done for it gets the room that is left above the foot; what room
// it does not need is shared out above and below the middle of the sheet.
func (d *document) certificate(b Badge) {
	s := d.page()
	g := guillocheOf(b.Name.Said + "\x00" + b.Issuer.Said)
	foot := sheetHeight - margin - 42 - footHigh - 14
	top := []stacked{}
	if b.Picture != nil {
		top = append(top, stacked{gap: pictureSide + 40})
	}
	top = append(top, s.title(b)...)
	used := 0.0
	for _, one := range top {
		used += one.block.Height + one.gap
	}
	criteria, needed := s.criteria(b, foot-kindEnd-used-12)
	y := kindEnd + max(0, foot-kindEnd-used-needed)*0.4
	s.artifact(func() { s.ground(g, y+pictureSide/2, b.Picture != nil) })
	s.kind()
	if b.Picture != nil {
		s.figure(b.PictureAlt, s.exact(b.Picture), (sheetWidth-pictureSide)/2, y, pictureSide, pictureSide)
	}
	y = s.stack(top, inner, y)
	if len(criteria) > 0 {
		y = min(y+max(0, foot-y-needed)*0.4, foot-needed)
		s.artifact(func() { s.rectangle(inner, y, textWide, 0.6, rule) })
		s.stack(criteria, inner, y+8)
	}
	s.foot(b, foot+14)
}

// stacked is a text that stands below another; one without letters is only a gap.
type stacked struct {
	kind  string
	said  Text
	block lettering.Block
	shade color.NRGBA
	gap   float64 // below it
}

// stack writes texts one below the other and answers where they end.
func (s *sheet) stack(list []stacked, x, y float64) float64 {
	for _, one := range list {
		s.say(one.kind, one.said, one.block, x, y, one.shade)
		y += one.block.Height + one.gap
	}
	return y
}

// ground is what a sheet is printed on: paper, security print above, below and behind the picture, the double rule.
func (s *sheet) ground(g guilloche, middle float64, pictured bool) {
	s.rectangle(0, 0, sheetWidth, sheetHeight, paper)
	s.rectangle(margin, margin, sheetWidth-2*margin, sheetHeight-2*margin, color.NRGBA{0xff, 0xfe, 0xfb, 0xff})
	g.band(s, margin+8, margin+8, sheetWidth-2*margin-16, 34, 1)
	g.band(s, margin+8, sheetHeight-margin-8-20, sheetWidth-2*margin-16, 20, 3)
	if pictured {
		g.rosette(s, sheetWidth/2, middle, 122, 5, 1)
	}
	s.frame(margin, margin, sheetWidth-2*margin, sheetHeight-2*margin, 1.6, gold)
	s.frame(margin+4, margin+4, sheetWidth-2*margin-8, sheetHeight-2*margin-8, 0.5, gold)
}

// kind says what this sheet is.
func (s *sheet) kind() {
	block := s.set(s.own(s.words.Kind), textWide, lettering.Style{Size: 12, Cut: lettering.Bold, Lines: 1, Align: lettering.Center})
	s.say("P", s.own(s.words.Kind), block, inner, 84, inkSoft)
}

func (s *sheet) figure(about string, p picture, x, y, width, height float64) {
	if about == "" {
		about = s.words.Kind
	}
	element := s.structure.add("Figure", s.number, s.marks, "", "", about)
	s.tagged("Figure", element, func() { s.picture(p, x, y, width, height) })
}

// title says who received what from whom, in the middle.
func (s *sheet) title(b Badge) (list []stacked) {
	center := func(kind string, said Text, style lettering.Style, gap float64, sizes ...float64) {
		if said.Said == "" {
			return
		}
		style.Align, style.Language = lettering.Center, said.Language
		one := stacked{kind, said, lettering.Shrunk(said.Said, textWide, style, sizes...), ink, gap}
		if style.Cut == lettering.Sans {
			one.shade = inkSoft
		}
		list = append(list, one)
	}
	center("P", b.Recipient, lettering.Style{Cut: lettering.Serif, Lines: 2, Leading: 1.2}, 2, 24, 18)
	center("P", s.own(s.words.Received), lettering.Style{Lines: 1}, 6, 11)
	center("H1", b.Name, lettering.Style{Cut: lettering.Serif, Lines: 3, Leading: 1.2}, 8, 34, 28, 22, 18)
	center("P", s.own(s.words.By), lettering.Style{Lines: 1}, 1, 10)
	center("P", b.Issuer, lettering.Style{Cut: lettering.Bold, Lines: 2}, 1, 13, 11)
	center("P", Text{Said: b.Host}, lettering.Style{Lines: 1}, 8, 9.5)
	center("P", s.own(strings.Join(b.Facts, "   ·   ")), lettering.Style{Lines: 2}, 14, 10)
	return list
}

// criteria is what was done for the badge, cut to so much room, and how much of it is needed.
func (s *sheet) criteria(b Badge, room float64) ([]stacked, float64) {
	const size, leading = 9.5, 1.42
	heading := s.set(s.own(s.words.Criteria), textWide, lettering.Style{Size: 11, Cut: lettering.Bold, Lines: 1})
	lines := int((room - 12 - heading.Height) / (size * leading))
	if b.Criteria.Said == "" || lines < 2 {
		return nil, 0
	}
	block := s.set(b.Criteria, textWide, lettering.Style{Size: size, Leading: leading, Lines: lines})
	return []stacked{{"H2", s.own(s.words.Criteria), heading, ink, 2}, {"P", b.Criteria, block, ink, 0}}, 12 + heading.Height + block.Height
}

// foot is the strip at the end: what verifying found, the code that leads to the badge's page, and that the badge itself
// is inside.
func (s *sheet) foot(b Badge, y float64) {
	const side = 84.0
	width, left := textWide, inner
	if b.Address != "" {
		width -= side + 22
		x := inner + textWide - side - 6
		if s.words.RightSide {
			x, left = inner+6, inner+side+22
		}
		s.qr(b.Address, x, y+4, side)
		address := s.set(Text{Said: b.Address}, side+16, lettering.Style{Size: 5.4, Lines: 3, Align: lettering.Center, Leading: 1.2})
		s.say("P", Text{Said: b.Address}, address, x-8, y+4+side+7, inkSoft)
		s.link(b.Address, s.words.CodeAlt, x-6, y, side+12, side+28)
	}
	tone := b.Verdict.Tone.ink()
	s.artifact(func() {
		s.rectangle(left, y, width, footHigh, white)
		s.frame(left, y, width, footHigh, 1.4, tone)
		s.frame(left+3, y+3, width-6, footHigh-6, 0.5, tone)
	})
	wide := width - 28
	list := []stacked{
		s.stacked("H2", b.Verdict.Heading, wide, lettering.Style{Size: 15, Cut: lettering.Bold, Lines: 1, Leading: 1.25}, tone, 1),
		s.stacked("P", b.Verdict.Sentence, wide, lettering.Style{Size: 9.5, Lines: 2, Leading: 1.3}, ink, 0),
		s.stacked("P", b.Verdict.Day, wide, lettering.Style{Size: 9.5, Lines: 1, Leading: 1.3}, ink, 6),
		s.stacked("P", s.words.Inside, wide, lettering.Style{Size: 8, Lines: 3, Leading: 1.3}, inkSoft, 0),
	}
	used := 0.0
	for _, one := range list {
		used += one.block.Height + one.gap
	}
	s.stack(list, left+14, y+max(8, (footHigh-used)/2))
}

// stacked is a sentence of the house.
func (s *sheet) stacked(kind, said string, width float64, style lettering.Style, shade color.NRGBA, gap float64) stacked {
	return stacked{kind, s.own(said), s.set(s.own(said), width, style), shade, gap}
}

// qr is a code that leads to an address.
func (s *sheet) qr(address string, x, y, side float64) {
	code, err := qrcode.New(address, qrcode.Medium)
	if err != nil {
		return // an address too long for a code stands beside it in letters
	}
	code.DisableBorder = true
	element := s.structure.add("Figure", s.number, s.marks, "", "", fmt.Sprintf("%s: %s", s.words.CodeAlt, address))
	s.tagged("Figure", element, func() { s.code(code.Bitmap(), x, y, side) })
}
