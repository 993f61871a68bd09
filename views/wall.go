package views

import (
	"net/url"
	"strings"

	"github.com/a-h/templ"
)

// WallPage is the passport as its holder sees it (GET /badges).
type WallPage struct {
	Frame       Frame
	Identity    Identity
	Counts      WallCounts
	Ask         WallAsk
	Filters     WallFilters
	Found       int        // how many badges it shows in all
	Open        bool       // the filters are laid open
	Pick        string     // badges can be picked: "some"; "page": all on it are; empty: none can
	Suggestions []Choice   // what could be sought where nothing was found
	News        []NewsView // what was found lately, the newest first
	Waiting     []Waits    // one for each address, the newest badge first

	ArchiveReady bool // everything of the holder's can be fetched in an archive
	Bringing     Bringing
	OfferPasskey bool // there is no passkey yet, and none was declined

	Cards    []Card
	Next     string // keyset cursor of the next page; empty: this is the last
	LastYear string // the year of the last badge of a timeline
	More     bool   // this is not the first page: data page, offers and empty state are left out
}

// WallCounts are the figures of a wall, deleted badges counted apart.
type WallCounts struct{ All, Private, Public, Attention, Deleted int }

// filter is a place on a page and how much stands there.
type filter struct {
	Show  string
	Count int
}

// Picking says whether badges can be picked.
func (p WallPage) Picking() bool { return p.Pick != "" }

func (p WallPage) view() string {
	if p.Ask.View == "" {
		return "wall"
	}
	return p.Ask.View
}

func (p WallPage) listClass() string {
	switch {
	case p.view() != "wall":
		return "wall-" + p.view()
	case p.Picking():
		return "wall picking"
	}
	return "wall"
}

// nothing is the sentence of a wall on which there is nothing.
func (p WallPage) nothing() string {
	switch {
	case p.More:
		return "wall.none.all"
	case p.Ask.Search == "" && p.Ask.filters() == 1 && (p.Ask.Show == "public" || p.Ask.Show == "private"):
		return "wall.none." + p.Ask.Show
	case p.Ask.Search == "" && p.Ask.filters() == 1 && p.Ask.State == "attention":
		return "wall.none.attention"
	}
	return "wall.nothing"
}

func (p WallPage) nextAddress() string {
	if p.Next == "" {
		return ""
	}
	address := p.Ask.Address()
	if p.Picking() {
		address = p.Ask.picking(p.Pick)
	}
	if p.LastYear != "" {
		address = withParameter(address, "since", p.LastYear)
	}
	return withAfter(address, p.Next)
}

func withParameter(address, name, value string) string {
	joint := "?"
	if strings.Contains(address, "?") {
		joint = "&"
	}
	return address + joint + name + "=" + url.QueryEscape(value)
}

func withAfter(address, cursor string) string { return withParameter(address, "after", cursor) }

func currentChoice(is bool) templ.Attributes {
	if !is {
		return nil
	}
	return attribute("aria-current", "true")
}
