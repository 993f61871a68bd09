// Package parcel takes apart what somebody drops: folders in a ZIP, letters, lists of links, exports of other passports. It
// hands on, one by one, what may be a badge, and knows nothing of whether it is one, or of whose.
package parcel

import (
	"bytes"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/carnetbadges/carnet/pkg/openbadges/pdf"
)

// Find is one thing that may be a badge: the bytes of a file, or a link. Name is what the file is called, without folders, or
// the one that it was found in; empty for what was pasted. Trouble is a word that says why the bytes are not there.
type Find struct {
	Name    string
	Data    []byte
	Link    string
	Size    int64 // bytes of the file
	Trouble string
}

// The words of Trouble.
const (
	TooLarge = "too-large" // the file is larger than a badge may be
	Locked   = "locked"    // it is encrypted
	Damaged  = "damaged"   // a ZIP, or a file in one, that cannot be read
	Nested   = "nested"    // a parcel within a parcel within a parcel
)

// Limits bound what is taken out, however it is packed.
type Limits struct {
	Item  int64 // bytes of one file
	Bytes int64 // of all files that are unpacked
	Items int
}

const (
	deepest  = 2       // parcels within parcels
	mostText = 4 << 20 // bytes of a text that is looked through
)

// Opening takes parcels apart. It is for one goroutine.
type Opening struct {
	limits Limits
	take   func(Find) error
	took   int
	left   int
	bytes  int64 // unpacked so far
	links  map[string]bool
}

// New begins; take gets every find, and must keep what it wants to keep: an error of its own ends the whole.
func New(l Limits, take func(Find) error) *Opening {
	return &Opening{limits: l, take: take, links: map[string]bool{}}
}

// LeftOut is how many finds there was no room for.
func (o *Opening) LeftOut() int { return o.left }

// Took is how many finds there were.
func (o *Opening) Took() int { return o.took }

// give hands a find on, within the limit. The same link is given once.
func (o *Opening) give(f Find) error {
	if f.Link != "" {
		if o.links[f.Link] {
			return nil
		}
		o.links[f.Link] = true
	}
	if o.took >= o.limits.Items {
		o.left++
		return nil
	}
	o.took++
	if f.Size == 0 {
		f.Size = int64(len(f.Data))
	}
	f.Name = shown(f.Name)
	return o.take(f)
}

// File takes a file apart, or hands it on as it is. One that is longer than Item is only told of.
func (o *Opening) File(name string, data []byte) error { return o.file(name, data, 0) }

func (o *Opening) file(name string, data []byte, depth int) error {
	switch {
	case rubbish(name):
		return nil
	case IsZip(data):
		if depth >= deepest {
			return o.give(Find{Name: name, Size: int64(len(data)), Trouble: Nested})
		}
		return o.zip(name, bytes.NewReader(data), int64(len(data)), depth)
	case int64(len(data)) > o.limits.Item:
		return o.give(Find{Name: name, Size: int64(len(data)), Trouble: TooLarge})
	}
	return o.content(name, data, depth)
}

// content takes apart what is a text, a letter or a document with several badges; anything else goes on as it came.
func (o *Opening) content(name string, data []byte, depth int) error {
	if pdf.Is(data) {
		return o.document(name, data)
	}
	if len(data) > mostText || !utf8.Valid(data) && !isLetter(name, data) {
		return o.give(Find{Name: name, Data: data})
	}
	if isLetter(name, data) {
		if depth >= deepest {
			return o.give(Find{Name: name, Size: int64(len(data)), Trouble: Nested})
		}
		return o.letter(name, data, depth)
	}
	found, alone := inText(data)
	if alone || len(found) == 0 {
		return o.give(Find{Name: name, Data: data})
	}
	return o.giveAll(named(found, name))
}

// named calls what was found in a file as the file is called, so that who dropped many knows where it is from.
func named(found []Find, name string) []Find {
	for i := range found {
		if found[i].Link == "" && found[i].Name == "" {
			found[i].Name = name
		}
	}
	return found
}

// document hands on each of the badges in a PDF that has several, such as the print of a collection.
func (o *Opening) document(name string, data []byte) error {
	inside, err := pdf.Credentials(data)
	if err != nil || len(inside) < 2 {
		return o.give(Find{Name: name, Data: data})
	}
	for _, one := range inside {
		if o.bytes += int64(len(one)); o.bytes > o.limits.Bytes {
			o.left++
			continue
		}
		if err := o.give(Find{Name: name, Data: one}); err != nil {
			return err
		}
	}
	return nil
}

func (o *Opening) giveAll(found []Find) error {
	for _, f := range found {
		if err := o.give(f); err != nil {
			return err
		}
	}
	return nil
}

// Text takes apart what was pasted: a badge, links, an export, or a letter with any of them.
func (o *Opening) Text(text string) error {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil
	}
	if int64(len(text)) > o.limits.Item {
		return o.give(Find{Size: int64(len(text)), Trouble: TooLarge})
	}
	if isLetter("", []byte(text)) {
		return o.letter("", []byte(text), 0)
	}
	if len(text) > mostText {
		return o.give(Find{Data: []byte(text)})
	}
	found, alone := inText([]byte(text))
	switch {
	case alone && isLink(text):
		return o.give(Find{Link: text})
	case alone, len(found) == 0:
		return o.give(Find{Data: []byte(text)})
	}
	return o.giveAll(found)
}

// IsZip tells whether bytes begin as a ZIP does that holds something.
func IsZip(data []byte) bool { return bytes.HasPrefix(data, []byte("PK\x03\x04")) }

// rubbish is what systems leave in folders, which nobody means to bring.
func rubbish(name string) bool {
	parts := strings.Split(strings.ReplaceAll(name, `\`, "/"), "/")
	last := strings.ToLower(parts[len(parts)-1])
	return slices.Contains(parts, "__MACOSX") || strings.HasPrefix(last, ".") && last != "." || slices.Contains([]string{"thumbs.db", "desktop.ini"}, last)
}

// shown is the last part of what a file is called, without what a page cannot bear, cut to what fits it.
func shown(name string) string {
	const most = 120
	name = strings.Map(printable, strings.ToValidUTF8(strings.ReplaceAll(name, `\`, "/"), ""))
	if name = path.Base(name); name == "." || name == "/" {
		return ""
	}
	if utf8.RuneCountInString(name) <= most {
		return name
	}
	letters := []rune(name)
	return string(letters[:most/2]) + "…" + string(letters[len(letters)-most/2+1:]) // the end tells what kind of file it is
}

// printable drops control characters and those that turn the direction of writing.
func printable(r rune) rune {
	if r < ' ' || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
		return -1
	}
	return r
}
