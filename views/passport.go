package views

import "context"

// PassportPage is a person's public face (GET /@handle, or /s/{secret} by a share link): only what this viewer may see.
type PassportPage struct {
	Frame    Frame
	Identity Identity
	Cards    []Card
	Next     string // keyset cursor of the next page; empty: this is the last
	More     bool   // this is not the first page
	SignedIn bool   // the viewer is signed in

	About     string
	Languages []string // BCP 47 tags
	Links     []LinkRow

	Tab      string // "all", "collections" or "about"
	Sections []PassportSection
	Address  string // of this page, whole, for paper
	At       string // of this page, from here
	Shared   bool   // a share link is what led here
}

// PassportSection is one part of a passport: "about", "favourites", "badges" or a collection.
type PassportSection struct {
	Name       string
	Collection *CollectionCard
	Cards      []Card
}

// shelves are the collections among the sections.
func (p PassportPage) shelves() (list []CollectionCard) {
	for _, s := range p.Sections {
		if s.Collection != nil {
			list = append(list, *s.Collection)
		}
	}
	return list
}

func (p PassportPage) tells() bool { return p.About != "" || len(p.Languages) > 0 || len(p.Links) > 0 }

// tabs are the parts of a passport that there are.
func (p PassportPage) tabs() []string {
	tabs := []string{"all"}
	if len(p.shelves()) > 0 || p.Tab == "collections" {
		tabs = append(tabs, "collections")
	}
	if p.tells() || p.Tab == "about" {
		tabs = append(tabs, "about")
	}
	return tabs
}

func (p PassportPage) tabAddress(tab string) string {
	if tab == "all" {
		return p.At
	}
	return p.At + "?tab=" + tab
}

// LayoutPage is where a person lays their passport out (GET /you/passport).
type LayoutPage struct {
	Frame    Frame
	Handle   string
	Look     string
	Looks    []string
	Sections []LayoutSection
	Others   []CollectionCard // that are no section
}

// LayoutSection is one section as its holder orders it; Title and Visibility are of a collection.
type LayoutSection struct{ Name, Title, Visibility string }

func (p PassportPage) nextAddress() string {
	if p.Next == "" {
		return ""
	}
	return withAfter(p.At, p.Next)
}

func (s LayoutSection) title(ctx context.Context) string {
	if s.Title != "" {
		return s.Title
	}
	return T(ctx, "layout.section."+s.Name)
}
