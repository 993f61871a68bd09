// Package paper puts badges on paper: an A4 certificate, or sheets of many, as one PDF in which the credentials travel as
// attached files, byte for byte, and whose text can be selected, searched and read aloud in any script. It knows nothing
// of who may see what or of how badges are verified; it draws what it is handed, and the same always as the same bytes.
//
// The files are PDF/A-3a (ISO 19005-3) and PDF/UA-1 (ISO 14289-1): everything they need is inside, their structure is
// tagged, colours are sRGB, attachments are named and typed.
package paper

import (
	"errors"
	"fmt"
	"image"

	"github.com/carnetbadges/carnet/pkg/lettering"
)

// The limits of one file. What somebody wrote is cut where there is no room for it, so only these can be exceeded.
const (
	MaxBadges = 200      // in one file
	MaxFile   = 10 << 20 // bytes, which is what Carnet reads back
)

// ErrTooLarge is said of more than a file holds.
var ErrTooLarge = errors.New("paper: too much for one file")

// Full is ErrTooLarge where it is known how many of the badges find room.
type Full struct{ Fit int }

func (f *Full) Error() string { return fmt.Sprintf("%v: only %d badges find room", ErrTooLarge, f.Fit) }

// Unwrap says that it is too much for one file.
func (f *Full) Unwrap() error { return ErrTooLarge }

// Text is what somebody wrote, in a language that may not be the page's.
type Text struct {
	Said     string
	Language string // BCP 47; empty: not known
}

// Badge is one badge as it is shown on paper.
type Badge struct {
	Name       Text
	Issuer     Text
	Host       string // what proves the issuer; empty: none
	Recipient  Text   // as the house knows the holder
	Criteria   Text   // plain text; cut where the sheet ends
	Note       Text   // what its holder says of it on a sheet with several; empty: nothing
	Picture    image.Image
	PictureAlt string
	Facts      []string // "Issued on 26 November 2026"
	Verdict    Verdict
	Address    string // of its page, also as a QR code; empty: it has none for others
	File       File
}

// Verdict is what verifying the badge found, with its day.
type Verdict struct {
	Tone     Tone
	Heading  string
	Sentence string
	Day      string // "Checked on 26 November 2026"
}

// Tone is the colour of a verdict; the words say the same without it.
type Tone int

// The tones of the house.
const (
	Plain Tone = iota
	Green
	Amber
	Red
	Blue
)

// File is a file that travels in the document.
type File struct {
	Name    string
	Kind    string // media type
	Content []byte
	About   string // one line for a list of attachments
}

// Words are what the house says on a sheet, in the language of whoever reads it.
type Words struct {
	Language  string // BCP 47
	Kind      string // "Open Badge"
	Received  string // "has received the badge"
	By        string // "Issued by"
	Criteria  string // heading above the criteria
	Inside    string // that the badge itself is in this file
	Scan      string // beside the QR code
	CodeAlt   string // what the QR code is, for who cannot see it
	Producer  string // what made the file
	RightSide bool   // whether the page is read from the right
}

// Cover is what stands before many badges.
type Cover struct {
	Kind    string // "Collection"
	Title   Text
	By      Text   // whose they are; empty where the title says it
	Note    Text   // empty: none
	Count   string // "12 badges"
	Address string // empty: none
	Seed    string // whose security print it has
}

// RunsRight says whether a text runs from right to left, by its first letter with a direction.
func RunsRight(text string) bool {
	return lettering.Set(text, 0, lettering.Style{}).RightToLeft
}
