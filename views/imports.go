package views

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"
)

// ImportPage is what became of many things brought in at once (GET /badges/imports/:id).
type ImportPage struct {
	Frame   Frame
	ID      string
	State   string // filling, running, stopped, done or undone
	Queues  bool   // another import of the same person goes first
	Total   int
	Waits   int            // were not looked at yet
	Added   int            // badges it has added that are not in the trash
	Mine    int            // those of them that do not wait for an address
	Open    int            // items left to fix
	Needs   int            // those, and badges that wait for an address
	LeftOut int            // things there was no room for
	Most    int            // things of one import
	Counts  map[string]int // of items by their outcome
	Shown   string         // who sees the added badges, where that is the same of all
	Show    string         // all, open or added
	Rows    []ImportView
	Next    string // where the next page begins; empty: this is the last
	More    bool   // this is not the first page
}

// Bringing is what a person's pages say of imports that go on and of what is left to fix.
type Bringing struct {
	Going   string // the import that goes on; empty: none does
	Stopped string // one that was stopped
	ToFix   int
}

// ToFixPage is what could not be brought in (GET /badges/to-fix).
type ToFixPage struct {
	Frame Frame
	Rows  []ImportView
	Count int
	Limit int64 // the largest file, bytes
	Next  string
	More  bool
}

// CommonVisibility is who sees some badges, if it is the same of all.
func CommonVisibility(all []string) string {
	if len(all) == 0 || slices.ContainsFunc(all, func(v string) bool { return v != all[0] }) {
		return ""
	}
	return all[0]
}

// goesOn says whether more is to come by itself.
func (p ImportPage) goesOn() bool { return p.State == "running" || p.State == "filling" }

func (p ImportPage) done() int { return p.Total - p.Waits }

func (p ImportPage) path() string { return "/badges/imports/" + p.ID }

func (p ImportPage) address(show, after string) string {
	query := url.Values{}
	if show != "all" {
		query.Set("show", show)
	}
	if after != "" {
		query.Set("after", after)
	}
	if len(query) == 0 {
		return p.path()
	}
	return p.path() + "?" + query.Encode()
}

// here is the very page that is shown, to be asked for again.
func (p ImportPage) here() string {
	if p.Frame.Path == "" {
		return p.path()
	}
	return p.Frame.Path
}

// polling makes the page ask for itself every two seconds while the import goes on: no oftener is anything said aloud.
func (p ImportPage) polling() templ.Attributes {
	if !p.goesOn() {
		return nil
	}
	return templ.Attributes{
		"hx-get": p.here(), "hx-trigger": "every 2s", "hx-target": "this", "hx-select": "#import", "hx-swap": "outerMorph transition:false",
	}
}

// summary counts the outcomes: "3 added, 1 already here."
func (p ImportPage) summary(ctx context.Context) string {
	return counted(ctx, func(outcome string) int { return p.Counts[outcome] })
}

// arrived are badges that were not in the passport before, as far as this page has them.
func (p ImportPage) arrived() []Card {
	var cards []Card
	for _, r := range p.Rows {
		if r.Outcome == "added" && r.Card != nil && !r.Trashed && len(cards) < landedMost {
			cards = append(cards, *r.Card)
		}
	}
	return cards
}

const landedMost = 24

type importFilter struct {
	Show  string
	Count int
}

func (p ImportPage) filters() []importFilter {
	return []importFilter{{"all", p.Total}, {"open", p.Needs}, {"added", p.Counts["added"] + p.Counts["updated"]}}
}

// counted is a sentence of how many have each outcome.
func counted(ctx context.Context, of func(outcome string) int) string {
	list := []string{}
	for _, o := range outcomes {
		if n := of(o.Outcome); n > 0 && o.Outcome != "next" {
			list = append(list, T(ctx, "import.count."+o.Outcome, "Count", n))
		}
	}
	if len(list) == 0 {
		return ""
	}
	return strings.Join(list, ", ") + "."
}

// visibilityChoices are in the order of how many see a badge.
var visibilityChoices = []string{"private", "link", "members", "public"}
