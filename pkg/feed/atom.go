package feed

import (
	"bytes"
	"encoding/xml"
	"fmt"
)

type atomFeed struct {
	XMLName   xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang      string      `xml:"xml:lang,attr,omitempty"`
	ID        string      `xml:"id"`
	Title     string      `xml:"title"`
	Subtitle  string      `xml:"subtitle,omitempty"`
	Updated   string      `xml:"updated"`
	Author    *atomPerson `xml:"author"`
	Logo      string      `xml:"logo,omitempty"`
	Generator string      `xml:"generator"`
	Links     []atomLink  `xml:"link"`
	Entries   []atomEntry `xml:"entry"`
}

type atomEntry struct {
	ID         string         `xml:"id"`
	Title      atomText       `xml:"title"`
	Updated    string         `xml:"updated"`
	Published  string         `xml:"published"`
	Author     *atomPerson    `xml:"author"`
	Links      []atomLink     `xml:"link"`
	Categories []atomCategory `xml:"category"`
	Summary    string         `xml:"summary,omitempty"`
	Content    *atomText      `xml:"content"`
}

type atomPerson struct {
	Name string `xml:"name"`
	URI  string `xml:"uri,omitempty"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomText struct {
	Type string `xml:"type,attr,omitempty"`
	Lang string `xml:"xml:lang,attr,omitempty"`
	Text string `xml:",chardata"`
}

type atomCategory struct {
	Term string `xml:"term,attr"`
}

// Atom is the feed as RFC 4287 has it.
func (f Feed) Atom() ([]byte, error) {
	a := atomFeed{
		Lang: f.Lang, ID: f.ID, Title: f.Title, Subtitle: f.Subtitle, Updated: rfc3339(f.Updated), Logo: f.Icon,
		Author: atomAuthor(f.Author, f.AuthorURL), Generator: generator,
		Links: []atomLink{{"self", AtomType, f.Self}, {"alternate", "text/html", f.Home}},
	}
	if f.Next != "" {
		a.Links = append(a.Links, atomLink{"next", AtomType, f.Next}) // RFC 5005 §3
	}
	for _, e := range f.Entries {
		a.Entries = append(a.Entries, e.atom())
	}
	return document(a)
}

func (e Entry) atom() atomEntry {
	a := atomEntry{
		ID: e.ID, Title: atomText{Lang: e.Lang, Text: e.Title}, Updated: rfc3339(e.Updated), Published: rfc3339(e.Published),
		Author: atomAuthor(e.Author, e.AuthorURL), Links: []atomLink{{"alternate", "text/html", e.URL}}, Summary: e.Summary,
	}
	if e.Image != "" {
		a.Links = append(a.Links, atomLink{"enclosure", e.ImageType, e.Image})
	}
	for _, tag := range e.Tags {
		a.Categories = append(a.Categories, atomCategory{tag})
	}
	if e.HTML != "" {
		a.Content = &atomText{Type: "html", Text: e.HTML}
	}
	return a
}

func atomAuthor(name, address string) *atomPerson {
	if name == "" {
		return nil
	}
	return &atomPerson{name, address}
}

// document is XML in UTF-8 with its declaration; what XML cannot hold becomes U+FFFD.
func document(whole any) ([]byte, error) {
	var out bytes.Buffer
	out.WriteString(xml.Header)
	if err := xml.NewEncoder(&out).Encode(whole); err != nil {
		return nil, fmt.Errorf("write a feed: %w", err)
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}
