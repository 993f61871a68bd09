package paper

import (
	"context"
	"fmt"
	"image/color"
	"slices"
	"time"

	"github.com/carnetbadges/carnet/pkg/lettering"
)

// Where things stand on sheets with six badges, in points.
const (
	columns, rows = 2, 3
	side          = 40.0 // beside the cells
	above         = 62.0
	below         = 52.0
	gutter        = 14.0
	cellWide      = (sheetWidth - 2*side - gutter) / columns
	cellHigh      = (sheetHeight - above - below - 2*gutter) / rows
	entryHigh     = 17.0 // of a line of the contents

	laidOut = 2 << 20 // bytes for all that is laid out, and its letters
	closest = 3.5     // characters to the em: the narrowest letters in which somebody writes a text
)

// Sheets puts many badges on paper: a cover with the contents, then six on a page, each with its own code; all of them
// travel in the file. made is when what it says was last changed. Errors: [ErrTooLarge], also for more than [MaxBadges];
// *[Full]; that of ctx when it ends.
func Sheets(ctx context.Context, cover Cover, badges []Badge, words Words, made time.Time) ([]byte, error) {
	if len(badges) > MaxBadges {
		return nil, fmt.Errorf("%w: %d badges", ErrTooLarge, len(badges))
	}
	d := newDocument(words, made)
	pictures, err := d.fill(ctx, badges)
	if err != nil {
		return nil, err
	}
	contents := d.contents(cover, badges)
	for i, six := range slices.Collect(slices.Chunk(badges, columns*rows)) {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("lay out sheets: %w", err)
		}
		d.six(cover, six, pictures[i*columns*rows:], len(contents)+i+1)
	}
	return d.finish(cover.Title, cover.Kind+" · "+cover.By.Said)
}

// fill puts the files and pictures of all badges in before anything is laid out: most of a file are these, so it is known
// soon where it is full.
func (d *document) fill(ctx context.Context, badges []Badge) (pictures []picture, err error) {
	for i, b := range badges {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("gather badges: %w", err)
		}
		b.File.Name = fmt.Sprintf("%03d %s", i+1, b.File.Name)
		d.enclose(b.File)
		var p picture
		if b.Picture != nil {
			if p, err = d.light(b.Picture); err != nil {
				return nil, err
			}
		}
		if d.Len() > MaxFile-laidOut {
			return nil, &Full{Fit: i}
		}
		pictures = append(pictures, p)
	}
	return pictures, nil
}

// contents are the cover and, where the list is long, further pages of it.
func (d *document) contents(cover Cover, badges []Badge) (pages []*sheet) {
	g := guillocheOf(cover.Seed)
	first := d.page()
	foot := sheetHeight - margin - 42 - 14
	s, y := first, d.cover(first, g, cover)
	if cover.Address != "" {
		foot -= 96
		s.leadsTo(cover.Address, foot+6, 80)
	}
	pages = append(pages, first)
	counted := d.pagesOf(y, foot, len(badges))
	for i, b := range badges {
		if y+entryHigh > foot {
			s = d.page()
			pages = append(pages, s)
			s.artifact(func() { s.ground(g, 0, false) })
			y, foot = kindEnd, sheetHeight-margin-42-14
		}
		s.entry(b, counted+i/(columns*rows)+1, y)
		y += entryHigh
	}
	return pages
}

// pagesOf is how many pages the cover and the contents take.
func (d *document) pagesOf(y, foot float64, entries int) int {
	pages := 1
	for range entries {
		if y+entryHigh > foot {
			pages++
			y, foot = kindEnd, sheetHeight-margin-42-14
		}
		y += entryHigh
	}
	return pages
}

// cover draws the head of the first page and answers where it ends.
func (d *document) cover(s *sheet, g guilloche, c Cover) float64 {
	s.artifact(func() {
		s.ground(g, 0, false)
		g.rosette(s, sheetWidth/2, 210, 118, 5, 0.45)
	})
	var list []stacked
	put := func(kind string, said Text, style lettering.Style, shade color.NRGBA, gap float64, sizes ...float64) {
		if said.Said == "" {
			return
		}
		style.Align, style.Language = lettering.Center, said.Language
		list = append(list, stacked{kind, said, lettering.Shrunk(said.Said, textWide, style, sizes...), shade, gap})
	}
	put("P", s.own(c.Kind), lettering.Style{Cut: lettering.Bold, Lines: 1}, inkSoft, 6, 12)
	put("H1", c.Title, lettering.Style{Cut: lettering.Serif, Lines: 3, Leading: 1.2}, ink, 8, 38, 32, 26, 20)
	put("P", c.By, lettering.Style{Cut: lettering.Bold, Lines: 1}, ink, 2, 13, 11)
	put("P", s.own(c.Count), lettering.Style{Lines: 1}, inkSoft, 10, 11)
	put("P", c.Note, lettering.Style{Lines: 7, Leading: 1.4}, ink, 10, 10)
	used := 0.0
	for _, one := range list {
		used += one.block.Height + one.gap
	}
	y := s.stack(list, inner, max(kindEnd, 210-used/2))
	y = max(y, 210+118+14)
	s.artifact(func() { s.rectangle(inner, y, textWide, 0.6, rule) })
	return y + 12
}

// leadsTo is a code in the middle with its address below.
func (s *sheet) leadsTo(address string, y, high float64) {
	s.qr(address, (sheetWidth-high+12)/2, y, high-12)
	block := s.set(Text{Said: address}, textWide, lettering.Style{Size: 7, Lines: 1, Align: lettering.Center})
	s.say("P", Text{Said: address}, block, inner, y+high-4, inkSoft)
	s.link(address, s.words.CodeAlt, inner, y, textWide, high+10)
}

// entry is one line of the contents: the badge, by whom, and on which page.
func (s *sheet) entry(b Badge, page int, y float64) {
	const figures = 30.0
	wide := textWide - figures
	left, right := inner, inner+wide
	if s.words.RightSide {
		left, right = inner+figures, inner
	}
	named := b.Name
	if b.Issuer.Said != "" {
		named.Said += "  ·  " + b.Issuer.Said
	}
	s.say("P", named, s.set(named, wide-8, lettering.Style{Size: 10, Lines: 1}), left, y, ink)
	number := s.own(fmt.Sprint(page))
	s.say("P", number, s.set(number, figures, lettering.Style{Size: 10, Lines: 1, Align: lettering.End}), right, y, inkSoft)
}

// six draws a page of badges.
func (d *document) six(cover Cover, badges []Badge, pictures []picture, page int) {
	s := d.page()
	g := guillocheOf(cover.Seed)
	s.artifact(func() {
		s.rectangle(0, 0, sheetWidth, sheetHeight, paper)
		g.band(s, side, 20, sheetWidth-2*side, 22, 1)
	})
	head := s.set(cover.Title, sheetWidth-2*side, lettering.Style{Size: 9, Lines: 1})
	s.artifact(func() { s.silent(head, side, 45, inkSoft) })
	foot := s.set(s.own(fmt.Sprint(page)), sheetWidth-2*side, lettering.Style{Size: 9, Lines: 1, Align: lettering.Center})
	s.artifact(func() { s.silent(foot, side, sheetHeight-38, inkSoft) })
	for i, b := range badges {
		column := i % columns
		if d.words.RightSide {
			column = columns - 1 - column
		}
		s.cell(b, pictures[i], side+float64(column)*(cellWide+gutter), above+float64(i/columns)*(cellHigh+gutter))
	}
}

// silent writes what is not read aloud: heads and numbers of pages.
func (s *sheet) silent(block lettering.Block, x, y float64, shade color.NRGBA) {
	s.drawing.WriteString(fill(shade))
	for _, line := range block.Lines {
		s.line(line, x, y)
	}
}

// cell draws one badge: its picture and its code above, what it is below.
func (s *sheet) cell(b Badge, p picture, x, y float64) {
	const pad, high, square = 12.0, 92.0, 68.0
	tone := b.Verdict.Tone.ink()
	s.artifact(func() {
		s.rectangle(x, y, cellWide, cellHigh, white)
		s.frame(x, y, cellWide, cellHigh, 0.8, rule)
	})
	picture, code := x+pad, x+cellWide-pad-square
	if s.words.RightSide {
		picture, code = x+cellWide-pad-high, x+pad
	}
	if b.Picture != nil {
		s.figure(b.PictureAlt, p, picture, y+pad, high, high)
	}
	if b.Address != "" {
		s.qr(b.Address, code, y+pad+6, square)
		s.link(b.Address, s.words.CodeAlt, code, y+pad+6, square, square)
	}
	wide := cellWide - 2*pad
	put := func(kind string, said Text, style lettering.Style, shade color.NRGBA) stacked {
		return stacked{kind, said, s.set(said, wide, style), shade, 2}
	}
	list := []stacked{
		put("H2", b.Name, lettering.Style{Size: 12, Cut: lettering.Bold, Lines: 2, Leading: 1.25}, ink),
		put("P", b.Issuer, lettering.Style{Size: 9, Lines: 1, Leading: 1.3}, inkSoft),
	}
	for _, fact := range b.Facts {
		list = append(list, put("P", s.own(fact), lettering.Style{Size: 8.5, Lines: 1, Leading: 1.3}, inkSoft))
	}
	verdict := s.own(b.Verdict.Heading)
	list = append(list, put("P", verdict, lettering.Style{Size: 9.5, Cut: lettering.Bold, Lines: 1, Leading: 1.4}, tone),
		put("P", s.own(b.Verdict.Day), lettering.Style{Size: 8, Lines: 1, Leading: 1.3}, inkSoft))
	end := s.stack(list, x+pad, y+pad+high+8)
	if left := int((y + cellHigh - 8 - end) / (8 * 1.3)); left > 0 && b.Note.Said != "" {
		note := b.Note.within(left * int(wide/8*closest))
		s.say("P", note, s.set(note, wide, lettering.Style{Size: 8, Leading: 1.3, Lines: left}), x+pad, end, ink)
	}
}

// within is the beginning of a text that is longer than there is room for, before that is found out letter by letter.
func (t Text) within(most int) Text {
	for at := range t.Said {
		if most == 0 {
			t.Said = t.Said[:at] + "…"
			break
		}
		most--
	}
	return t
}
