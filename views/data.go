package views

import (
	"context"
	"time"

	"github.com/a-h/templ"
)

// OwnDataPage is what a person can do with all of theirs at once (GET /you/data).
type OwnDataPage struct {
	Frame   Frame
	Out     OutView
	In      InView
	Joined  []JoinedView
	Limit   int64 // bytes of an archive that is brought
	Mistake string
}

// OutView is a passport's archive on its way out.
type OutView struct {
	State   string // empty (none was asked for, or it was called off), making, ready or failed
	Done    int    // badges
	Total   int
	Size    int64 // bytes, when ready
	Ready   time.Time
	Expires time.Time
	Fetch   string // where it is fetched
}

// InView is a passport's archive on its way in.
type InView struct {
	State   string // as in OutView
	Reason  string // why it failed: a word of archive.Refused, or another
	Done    int
	Total   int
	Added   int
	Already int
	Waiting int
	Refused []RefusedView
	More    int // how many refused ones are not listed
}

// RefusedView is a badge that was not taken in.
type RefusedView struct {
	Name  string
	Why   string   // somebody-else, not-badge or papers
	Names []string // somebody-else: whom it was made out to, in plain
}

// LeavePage is where a person decides to leave (GET /you/leave).
type LeavePage struct {
	Frame   Frame
	Badges  int
	Public  int
	Until   time.Time // until when they could change their mind
	Mistake string    // last-admin
}

// LeavingPage is all that somebody sees who is leaving (GET /you/leaving).
type LeavingPage struct {
	Frame Frame
	At    time.Time
	Over  bool // their days are, and they are being erased
	Out   OutView
}

// refusals are the words for an archive that was not taken which have a sentence of their own.
var refusals = []string{
	"not-zip", "no-manifest", "malformed", "newer", "too-large", "too-many", "unsafe-name", "no-plain-file", "overlap", "unlisted",
	"damaged", "busy", "nothing", "stuck",
}

// refusal says why an archive was not taken.
func refusal(ctx context.Context, word string) string {
	for _, known := range refusals {
		if word == known {
			return T(ctx, "data.refused."+word)
		}
	}
	return T(ctx, "data.refused.other")
}

// polling makes a section ask for itself every two seconds while something in it goes on; without scripts one looks again.
func polling(state, id string) templ.Attributes {
	if state != "making" {
		return nil
	}
	return templ.Attributes{
		"hx-get": "/you/data", "hx-trigger": "every 2s", "hx-target": "this", "hx-select": "#" + id, "hx-swap": "outerHTML transition:false",
	}
}
