package paper

import (
	"fmt"
	"image/color"
	"strings"
	"time"

	"github.com/carnetbadges/carnet/pkg/lettering"
)

// The inks of the house by day.
var (
	paper   = color.NRGBA{0xfb, 0xf8, 0xf2, 0xff}
	white   = color.NRGBA{0xff, 0xff, 0xff, 0xff}
	ink     = color.NRGBA{0x1c, 0x24, 0x30, 0xff}
	inkSoft = color.NRGBA{0x4b, 0x54, 0x62, 0xff}
	rule    = color.NRGBA{0xdd, 0xd3, 0xbf, 0xff}
	gold    = color.NRGBA{0xb9, 0x8a, 0x2e, 0xff}
)

// ink of a tone.
func (t Tone) ink() color.NRGBA {
	switch t {
	case Green:
		return color.NRGBA{0x1e, 0x6b, 0x45, 0xff}
	case Amber:
		return color.NRGBA{0x8a, 0x5a, 0x00, 0xff}
	case Red:
		return color.NRGBA{0xb3, 0x36, 0x2b, 0xff}
	case Blue:
		return color.NRGBA{0x1f, 0x4e, 0x8c, 0xff}
	}
	return inkSoft
}

// document is a file while it is made.
type document struct {
	*objects
	letters   letters
	structure structure
	sheets    []*sheet
	files     []File
	attached  []int // the numbers of the files that are in
	words     Words
	made      time.Time // all that is in the file of the clock
}

func newDocument(words Words, made time.Time) *document {
	return &document{objects: newObjects(), letters: letters{known: map[letter]int{}}, words: words, made: made}
}

// page begins a sheet.
func (d *document) page() *sheet {
	s := &sheet{document: d, number: d.promise(), pictures: map[int]bool{}}
	d.sheets = append(d.sheets, s)
	return s
}

// set sets a text at one of the sides of the page: where its reader begins, whatever the text itself runs like.
func (d *document) set(said Text, width float64, style lettering.Style) lettering.Block {
	style.Language = said.Language
	block := lettering.Set(said.Said, width, style)
	if style.Align != lettering.Center && block.RightToLeft != d.words.RightSide {
		style.Align = opposite(style.Align)
		block = lettering.Set(said.Said, width, style)
	}
	return block
}

func opposite(side lettering.Align) lettering.Align {
	if side == lettering.Start {
		return lettering.End
	}
	return lettering.Start
}

func (d *document) own(said string) Text { return Text{said, d.words.Language} }

// finish writes what holds the pages together and answers the file.
func (d *document) finish(title Text, about string) ([]byte, error) {
	title.Said, about = brief(title.Said), brief(about)
	tree := d.structure.write(d.objects, d.sheets, d.words.Language)
	fonts := d.letters.write(d.objects)
	pages := d.promise()
	numbers := make([]int, len(d.sheets))
	for i, s := range d.sheets {
		numbers[i] = s.number
		d.keep(s.number, s.written(pages, i, fonts))
	}
	d.keep(pages, fmt.Sprintf("<< /Type /Pages /Kids %s /Count %d >>", references(numbers), len(numbers)))
	attached := d.attach()
	metadata := d.raw("/Type /Metadata /Subtype /XML", packet(d, title, about))
	profile := d.stream("/N 3", sRGB())
	direction := "L2R"
	if d.words.RightSide {
		direction = "R2L"
	}
	root := d.add(fmt.Sprintf("<< /Type /Catalog /Version /1.7 /Pages %s /Lang %s /MarkInfo << /Marked true >> /StructTreeRoot %s /Metadata %s "+
		"/ViewerPreferences << /DisplayDocTitle true /Direction /%s >> /OutputIntents [<< /Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (sRGB) /Info (sRGB) /DestOutputProfile %s >>]%s >>",
		reference(pages), text(d.words.Language), reference(tree), reference(metadata), direction, reference(profile), attached))
	info := d.add(fmt.Sprintf("<< /Title %s /Producer %s /CreationDate %s /ModDate %s >>", text(title.Said), text(d.words.Producer), date(d.made), date(d.made)))
	file := d.close(root, info)
	if len(file) > MaxFile {
		return nil, fmt.Errorf("%w: %d bytes", ErrTooLarge, len(file))
	}
	return file, nil
}

func (s *sheet) written(pages, key int, fonts string) string {
	var pictures strings.Builder
	for _, number := range sorted(s.pictures) {
		fmt.Fprintf(&pictures, "/P%d %s ", number, reference(number))
	}
	content := s.stream("", []byte(s.drawing.String()))
	annotations := ""
	if len(s.links) > 0 {
		annotations = " /Annots " + references(s.links)
	}
	return fmt.Sprintf("<< /Type /Page /Parent %s /MediaBox [0 0 %s %s] /Contents %s /Resources << /Font << %s >> /XObject << %s >> >> /StructParents %d /Tabs /S%s >>",
		reference(pages), number(sheetWidth), number(sheetHeight), reference(content), fonts, pictures.String(), key, annotations)
}

// attach puts the files in (ISO 32000-2 §7.11.4) and answers the entries of the catalog. Names of the tree must be in
// order, so they are numbers; the files' own names are their own.
func (d *document) attach() string {
	for _, f := range d.files {
		d.enclose(f)
	}
	if len(d.attached) == 0 {
		return ""
	}
	var tree strings.Builder
	for i, number := range d.attached {
		fmt.Fprintf(&tree, "(%04d) %s ", i, reference(number))
	}
	return fmt.Sprintf(" /AF %s /Names << /EmbeddedFiles << /Names [%s] >> >>", references(d.attached), tree.String())
}

// enclose writes one file.
func (d *document) enclose(f File) {
	content := d.stream(fmt.Sprintf("/Type /EmbeddedFile /Subtype %s /Params << /Size %d /ModDate %s >>", name(f.Kind), len(f.Content), date(d.made)), f.Content)
	d.attached = append(d.attached, d.add(fmt.Sprintf("<< /Type /Filespec /F %s /UF %s /Desc %s /AFRelationship /Data /EF << /F %s /UF %s >> >>",
		text(plainName(f.Name)), text(f.Name), text(f.About), reference(content), reference(content))))
}

// plainName is a file's name for programs that know only ASCII.
func plainName(named string) string {
	var out strings.Builder
	for _, r := range named {
		if r > ' ' && r < 0x7f && !strings.ContainsRune(`/\:`, r) {
			out.WriteRune(r)
		}
	}
	if strings.HasPrefix(out.String(), ".") {
		return "badge" + out.String()
	}
	return out.String()
}

// brief is as much of a text as a title, or the alternative of a picture, has room for.
func brief(said string) string { return cutTo(said, 400) }

// cutTo is the beginning of a text, in characters, with an ellipsis where something is left out.
func cutTo(said string, most int) string {
	letters := []rune(strings.ToValidUTF8(said, "\ufffd"))
	if len(letters) <= most {
		return string(letters)
	}
	return string(letters[:most]) + "…"
}
