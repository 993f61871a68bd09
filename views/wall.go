package views

import (
	"net/url"
	"strings"

	"github.com/a-h/templ"
)

// WallPage is the passport as its holder sees it (GET /badges).
type WallPage struct {
	Frame    Frame
	Identity Identity
	Counts   WallCounts
	Show     string     // all, private, public or attention
	Sort     string     // newest, name or issuer
	News     []NewsView // what was found lately, the newest first
	Waiting  []Waits    // one for each address, the newest badge first

	ArchiveReady bool // everything of the holder's can be fetched in an archive
	OfferPasskey bool // there is no passkey yet, and none was declined

	Cards []Card
	Next  string // keyset cursor of the next page; empty: this is the last
	More  bool   // this is not the first page: data page, offers and empty state are left out
}

// WallCounts are the figures of a wall, deleted badges counted apart.
type WallCounts struct{ All, Private, Public, Attention, Deleted int }

type filter struct {
	Show  string
	Count int
}

func (p WallPage) filters() []filter {
	n := p.Counts
	return []filter{{"all", n.All}, {"public", n.Public}, {"private", n.Private}, {"attention", n.Attention}}
}

// address leads to this wall, filtered and sorted; what goes without saying is left out.
func (p WallPage) address(show, sort string) string {
	query := url.Values{}
	if show != "" && show != "all" {
		query.Set("show", show)
	}
	if sort != "" && sort != "newest" {
		query.Set("sort", sort)
	}
	if len(query) == 0 {
		return "/badges"
	}
	return "/badges?" + query.Encode()
}

func (p WallPage) nextAddress() string {
	if p.Next == "" {
		return ""
	}
	return withAfter(p.address(p.Show, p.Sort), p.Next)
}

func withAfter(address, cursor string) string {
	joint := "?"
	if strings.Contains(address, "?") {
		joint = "&"
	}
	return address + joint + "after=" + url.QueryEscape(cursor)
}

func currentChoice(is bool) templ.Attributes {
	if !is {
		return nil
	}
	return attribute("aria-current", "true")
}
