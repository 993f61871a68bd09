package views

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"
)

// Frame is what surrounds a page: who reads it, where it stands in the navigation, how it is announced to other programs.
// The language is taken from the context.
type Frame struct {
	// Title is the page's own name; " · Carnet" is added to it.
	Title, Description string
	// Nav is the current entry of the navigation: "passport", "verify", "add", "you" or empty.
	Nav string
	// Person is who is signed in; nil is a visitor.
	Person *Me
	// Look is the colours of the passport that is shown; empty: the house's own.
	Look string
	// Theme is the saved choice: "light", "dark", or anything else for what the system says.
	Theme string
	// Path is the address of this page without its host; the language and theme forms come back to it.
	Path string
	// Canonical is the address under which search engines know the page; empty where it has none.
	Canonical  string
	OG         *OpenGraph
	Alternates []Link
	NoIndex    bool
	// Data is what search engines read of the page: a JSON-LD object in which <, > and & are escaped; empty: nothing.
	Data   string
	Notice *Notice
	// Passkeys is set on pages where a passkey can be used or made.
	Passkeys bool
	// House is what this Carnet is called; empty: Carnet.
	House string
	// Legal are the texts of the house that there are: "terms", "privacy", "imprint".
	Legal []string
	// Looking is set while an administrator looks as somebody else.
	Looking *Looking
}

// Looking is as whom an administrator looks, and until when.
type Looking struct {
	Name  string
	Until time.Time
}

// name is what this Carnet is called.
func (f Frame) name(ctx context.Context) string {
	if f.House != "" {
		return f.House
	}
	return T(ctx, "carnet.name")
}

// Me is the signed-in reader.
type Me struct {
	Name, Handle, Initials string
	Admin                  bool // looks after the house
}

// OpenGraph is how the page looks when it is shared (ogp.me); Image and URL are absolute. Width and Height are the
// image's, in pixels; Creator is whose page it is in the Fediverse ("@amina@mastodon.example"), or empty.
type OpenGraph struct {
	Title, Description, Image, ImageAlt, URL, Type, Creator string
	Width, Height                                           int
}

// Link is another form of the page, by its media type; Title says what it is where programs offer it.
type Link struct{ Href, Type, Title string }

// Notice is a short answer to what was just done: the sentence notice.<Key> with Params as pairs of name and value.
type Notice struct {
	Key    string
	Params []any
	// Tone is green (when empty), amber, red or blue.
	Tone string
	// UndoAction is the address a POST takes the deed back at; empty where it cannot be.
	UndoAction string
	// Undo holds hidden fields the undoing form sends along.
	Undo map[string]string
}

func (n Notice) tone() string {
	if n.Tone == "" {
		return "green"
	}
	return n.Tone
}

func (n Notice) icon() string {
	switch n.tone() {
	case "amber":
		return "clock"
	case "red":
		return "fail"
	case "blue":
		return "globe"
	}
	return "check"
}

type entry struct{ Name, Icon, Address string }

// entries are the places of the navigation that exist for the reader.
func (f Frame) entries() []entry {
	verify := entry{"verify", "check", "/verify"}
	if f.Person == nil {
		return []entry{verify}
	}
	entries := []entry{{"passport", "book", "/badges"}, verify, {"add", "plus", "/badges/add"}, {"you", "user", "/you"}}
	if f.Person.Admin {
		entries = append(entries, entry{"admin", "key", "/admin"})
	}
	return entries
}

func (f Frame) home() string {
	if f.Person == nil {
		return "/"
	}
	return "/badges"
}

func (f Frame) theme() string {
	if f.Theme == "light" || f.Theme == "dark" {
		return f.Theme
	}
	return "auto"
}

func (f Frame) back() string {
	// Browsers read a backslash as a slash, and two of either lead to another site.
	if strings.HasPrefix(f.Path, "/") && !strings.ContainsAny(f.Path[:min(len(f.Path), 2)][1:], `/\`) {
		return f.Path
	}
	return "/"
}

func (f Frame) title(ctx context.Context) string {
	if f.Title == "" {
		return f.name(ctx)
	}
	return f.Title + " · " + f.name(ctx)
}

func themes() []string { return []string{"auto", "light", "dark"} }

// otherLanguages are the languages the reader may change to.
func otherLanguages(ctx context.Context) []string {
	var others []string
	for _, lang := range Languages() {
		if lang != Language(ctx) {
			others = append(others, lang)
		}
	}
	return others
}

func ogLocale(lang string) string {
	if lang == "fr" {
		return "fr_FR"
	}
	return "en_GB"
}

// htmxConfig keeps htmx to this site, without styles of its own and without marks in the page it could be told by.
const htmxConfig = `{"mode":"same-origin","includeIndicatorCSS":false,"transitions":true,"implicitInheritance":false}`

func current(yes bool) templ.Attributes {
	if yes {
		return templ.Attributes{"aria-current": "page"}
	}
	return nil
}

func titled(title string) templ.Attributes {
	if title == "" {
		return nil
	}
	return templ.Attributes{"title": title}
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }

// onlyWhere leaves the choice between two colours of the browser's own bars to the system, unless a theme is saved.
func onlyWhere(scheme, saved string) templ.Attributes {
	if saved != "auto" {
		return nil
	}
	return templ.Attributes{"media": "(prefers-color-scheme: " + scheme + ")"}
}

func lookOf(look string) templ.Attributes {
	if look == "" {
		return nil
	}
	return templ.Attributes{"data-look": look}
}
