package views

import (
	"context"
	"slices"
	"time"
)

// Past is something that happened to a badge (backpack.Event).
type Past struct {
	At      time.Time // when it was found
	What    string    // genuine, revoked, suspended, expired, not-yet, contradicted, unknown, answers or restored; where Changed: what was
	Changed bool      // the issuer changed what the badge says: name, description, criteria, picture, issuer, issued, end or evidence
	Before  string    // what a change replaced: one line, or an RFC 3339 time; may be empty
	After   string    // what it says now, likewise
	Ended   time.Time // of expired: the end
	Reason  string    // of the finding a verdict rests on (openbadges.Reason)
	Detail  string
	Params  map[string]string
	Brought bool // an archive says so, and nobody here has seen it
}

// NewsView is something the holder of a badge is told.
type NewsView struct {
	Badge  string // its id
	Link   string // the full address of its page; needed in letters
	Name   string
	Issuer string
	Lang   string // BCP 47, the language of Name; empty when not stated
	What   string // revoked, suspended, expired, contradicted, restored or ends
	Why    string // the issuer's own words; may be empty
	At     time.Time
	About  time.Time // the end of a badge that ends or expired
}

var pasts = []string{
	"genuine", "revoked", "suspended", "expired", "not-yet", "contradicted", "unknown", "answers", "restored", "ends",
}

var changes = []string{"name", "description", "criteria", "picture", "issuer", "issued", "end", "evidence"}

// sentence says what happened and when, and who says so.
func (p Past) sentence(ctx context.Context) string {
	if p.Brought {
		own := p
		own.Brought = false
		return T(ctx, "history.brought", "Said", own.sentence(ctx))
	}
	switch {
	case p.Changed && slices.Contains(changes, p.What):
		return T(ctx, "history.changed."+p.What, "Day", Day(ctx, p.At), "Before", readable(ctx, p.Before), "After", readable(ctx, p.After))
	case p.Changed || !slices.Contains(pasts, p.What):
		return T(ctx, "history.changed.other", "Day", Day(ctx, p.At))
	}
	found := ""
	if p.Reason != "" {
		found = sentence(ctx, p.Reason, p.Detail, p.Params)
	}
	return happened(ctx, p.What, p.At, p.Ended, p.Params["why"], found)
}

func (n NewsView) sentence(ctx context.Context) string {
	return happened(ctx, n.What, n.At, n.About, n.Why, T(ctx, "verdict.contradicted.what"))
}

// tone is the colour of what happened.
func (n NewsView) tone() string { return Past{What: n.What}.tone() }

// icon is the symbol of what happened.
func (n NewsView) icon() string { return Past{What: n.What}.icon() }

func happened(ctx context.Context, what string, at, end time.Time, why, found string) string {
	if end.IsZero() {
		end = at
	}
	return T(ctx, "history."+what, "Day", Day(ctx, at), "End", Day(ctx, end), "Why", why, "Found", found)
}

func (p Past) tone() string {
	switch {
	case p.Changed:
		return "blue"
	case p.What == "genuine", p.What == "answers", p.What == "restored":
		return "green"
	case p.What == "contradicted":
		return "red"
	case p.What == "unknown":
		return "plain"
	}
	return standingTone(p.What)
}

func (p Past) icon() string {
	switch p.tone() {
	case "green":
		return "check"
	case "red":
		return "fail"
	case "plain":
		return "unknown"
	}
	if p.Changed {
		return "pen"
	}
	return "clock"
}
