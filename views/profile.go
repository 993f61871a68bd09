package views

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// LinkRows is how many addresses on the web a profile has room for.
const LinkRows = 5

// ProfileForm is what a person says of themselves, as it was typed.
type ProfileForm struct {
	Name, Handle, About, Languages string
	Links                          []LinkRow
	Shown                          map[string]string // part → private, members or public
	Portrait                       string            // where the portrait is; empty: there is none
	Initials                       string
}

// LinkRow is an address on the web, and what its owner calls it.
type LinkRow struct{ Label, URL string }

// rows is how many rows for links are drawn: one more than are filled, while there is room.
func (p ProfileForm) rows() int { return min(max(len(p.Links)+1, 2), LinkRows) }

// link is the row of this number, empty where nothing was typed.
func (p ProfileForm) link(i int) LinkRow {
	if i < len(p.Links) {
		return p.Links[i]
	}
	return LinkRow{}
}

// host is where a link leads to: its label may say anything.
func (l LinkRow) host() string {
	parsed, err := url.Parse(l.URL)
	if err != nil {
		return l.URL
	}
	host := strings.TrimPrefix(parsed.Hostname(), "www.")
	if plain, err := idna.Lookup.ToASCII(host); err == nil {
		return plain
	}
	return host
}

// BlockedView is somebody whom a person has blocked.
type BlockedView struct{ ID, Handle string }

// LanguageNames are the languages of BCP 47 tags as the reader calls them, with commas between.
func LanguageNames(ctx context.Context, tags []string) string {
	names := make([]string, 0, len(tags))
	namer := display.Tags(language.Make(Language(ctx)))
	for _, tag := range tags {
		name := namer.Name(language.Make(tag))
		if name == "" {
			name = tag
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}

// SelfNamed is a language as those who speak it call it.
func SelfNamed(tag string) string {
	if name := display.Self.Name(language.Make(tag)); name != "" {
		return name
	}
	return tag
}

// paragraphs are the parts of a text between empty lines, each a list of lines.
func paragraphs(text string) [][]string {
	var parts [][]string
	for _, part := range strings.Split(text, "\n\n") {
		parts = append(parts, strings.Split(part, "\n"))
	}
	return parts
}

// PortraitPage is where a picture is brought and cut to size (GET, POST /you/portrait).
type PortraitPage struct {
	Frame              Frame
	Draft              string // names the content of the picture that was brought; empty: there is none
	Zoom, Across, Down int    // the part chosen: percent
	Mistake            string // required, not-a-picture or too-large
}

// cutAddress is where the portrait is that the part chosen would make.
func (p PortraitPage) cutAddress() string {
	q := url.Values{"zoom": {strconv.Itoa(p.Zoom)}, "across": {strconv.Itoa(p.Across)}, "down": {strconv.Itoa(p.Down)}, "v": {p.Draft}}
	return "/you/portrait/draft?" + q.Encode()
}
