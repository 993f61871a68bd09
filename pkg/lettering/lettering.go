// Package lettering sets texts in any script as drawn letters: shaped, in the order in which they are read, broken into
// lines and cut after as many as there is room for. It knows nothing of files or colours' meanings; what it gives can be
// painted on a picture ([Block.Paint]) or written into a document, letter by letter with the text each stands for.
package lettering

import "github.com/go-text/typesetting/font/opentype"

// The limits of a text, whatever somebody wrote. What is beyond is left out, and the block says that it was cut.
const (
	MaxRunes = 12_000 // of one text
	MaxLines = 400
	maxMarks = 6 // combining marks on one letter
)

// Cut is how letters are drawn. Scripts without a serif or bold cut are set in what they have.
type Cut int

// The cuts there are.
const (
	Sans Cut = iota
	Bold
	Serif
)

// Direction is in which direction the lines of a text run.
type Direction int

// ByContent is the direction of the first letter that has one (UAX #9 P2, P3), else left to right.
const (
	ByContent Direction = iota
	LeftToRight
	RightToLeft
)

// Align is on which side lines stand; Start is where reading begins.
type Align int

// The sides on which lines may stand.
const (
	Start Align = iota
	Center
	End
)

// Style is how a text is set. The zero value of each member is a fair choice, but Size must be given.
type Style struct {
	Cut       Cut
	Size      float64 // of an em, in the units in which the block is measured
	Leading   float64 // from one line to the next, in ems; 0 is 1.35
	Lines     int     // at most so many, the last with an ellipsis when something is left out; 0 is MaxLines
	Align     Align
	Direction Direction
	Language  string // BCP 47; it chooses between forms of letters where scripts have several
}

// Block is a text that was set: lines one below the other in a box. Coordinates begin in its upper left corner and grow
// to the right and downwards.
type Block struct {
	Lines       []Line
	Width       float64 // of the box that was asked for
	Height      float64 // of all lines
	RightToLeft bool    // whether reading begins on the right
	Cut         bool    // whether something was left out
	Text        string  // the whole text as it was tidied, also what is not shown of it
}

// Line is one line of letters, in the order in which they stand from left to right.
type Line struct {
	Letters  []Letter
	X        float64 // where the leftmost letter begins
	Baseline float64
	Width    float64
}

// Letter is one drawn form at its place: the least that can be told apart by what it says, which may be several
// characters (a ligature, a letter with its marks).
type Letter struct {
	X, Y    float64 // of its origin on the baseline
	Advance float64 // to the next letter
	Size    float64 // of an em
	Form    *Form
	Text    string
}

// Form is how a letter looks, in ems; y grows upwards. Where Segments is empty nothing is drawn: a space, or a mark for
// which there is no font.
type Form struct {
	ID       FormID
	Advance  float64 // its own, before kerning
	Segments []opentype.Segment
}

// FormID tells forms apart; equal ones look equal for as long as the program runs.
type FormID string

// Set sets a text in lines of at most some width. It never fails: signs for which there is no font become empty boxes,
// with their text kept.
func Set(text string, width float64, style Style) Block {
	if style.Leading == 0 {
		style.Leading = 1.35
	}
	if style.Lines <= 0 || style.Lines > MaxLines {
		style.Lines = MaxLines
	}
	paragraphs, tidied, cut := tidy(text, room(width, style))
	block := Block{Width: width, Text: tidied, Cut: cut, RightToLeft: style.Direction == RightToLeft}
	if style.Direction == ByContent {
		block.RightToLeft = beginsRight(tidied)
	}
	if style.Size <= 0 || width <= 0 || tidied == "" {
		return block
	}
	s := borrow()
	defer s.giveBack()
	s.set(&block, paragraphs, style)
	return block
}

// room is how many characters can find room at most; the narrowest letters take a sixth of an em.
func room(width float64, style Style) int {
	if style.Size <= 0 || width <= 0 {
		return 0
	}
	return int(min(float64(MaxRunes), float64(style.Lines)*(6*width/style.Size+8)))
}

// Shrunk sets a text in the largest of some sizes in which all of it finds room, or cut in the last of them.
func Shrunk(text string, width float64, style Style, sizes ...float64) Block {
	var block Block
	for _, size := range sizes {
		style.Size = size
		if block = Set(text, width, style); !block.Cut {
			return block
		}
	}
	return block
}
