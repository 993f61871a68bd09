package backpack

import (
	"slices"
	"time"

	"github.com/carnetbadges/carnet/pkg/openbadges"
)

// What may happen to a badge, besides what its issuer changed.
const (
	EventGenuine      = "genuine"
	EventRevoked      = "revoked"
	EventSuspended    = "suspended"
	EventExpired      = "expired"
	EventNotYet       = "not-yet"
	EventContradicted = "contradicted"
	EventUnknown      = "unknown"  // it could not be told
	EventAnswers      = "answers"  // it could be told again, and is as it was
	EventRestored     = "restored" // it is genuine again after it was not
)

// Event is something that happened to a badge, and when a verification found it.
type Event struct {
	At      time.Time
	What    string             // an Event… or, where Changed, a Changed…
	Changed bool               // the issuer changed what the credential says; else the verdict changed
	Before  string             // what a change replaced: one line, or an RFC 3339 time; empty: nothing, or too long
	After   string             // what it says now, likewise
	Ended   time.Time          // of EventExpired: the end
	Finding openbadges.Finding // what a verdict rests on; empty for a genuine badge
	Brought bool               // the archive it came in says so, which nobody here has seen
}

// events are what happened in a history, both with the newest first.
func events(history []kept) (all []Event) {
	told, shown := "", ""
	for i, k := range slices.Backward(history) {
		for _, c := range k.Changed {
			all = append(all, Event{At: k.At, What: c.What, Changed: true, Before: c.Before, After: c.After, Brought: k.Brought})
		}
		if what := k.happened(told, shown, i == len(history)-1); what != "" {
			all = append(all, k.event(what))
		}
		shown = k.what()
		if tells(k) {
			told = shown
		}
	}
	slices.Reverse(all)
	return all
}

// happened is what a verification shows to have happened, after what was told last and what was shown last; empty for
// nothing.
func (k kept) happened(told, shown string, first bool) string {
	what := k.what()
	switch {
	case first:
		return what
	case what == shown:
		return ""
	case what == told:
		return EventAnswers
	case what == EventGenuine && told != "" && told != EventNotYet:
		return EventRestored
	}
	return what
}

func (k kept) event(what string) Event {
	e := Event{At: k.At, What: what, Finding: decides(k.Verdict, k.Findings), Brought: k.Brought}
	if what == EventExpired {
		e.Ended = k.Expires
	}
	return e
}

// what is a verdict in the word of its event.
func (k kept) what() string {
	switch k.Verdict {
	case openbadges.Genuine:
		return EventGenuine
	case openbadges.Contradicted:
		return EventContradicted
	case openbadges.CannotTell:
		return EventUnknown
	}
	switch deciding(k.Verdict, k.Findings) {
	case openbadges.ReasonExpired:
		return EventExpired
	case openbadges.ReasonSuspended:
		return EventSuspended
	case openbadges.ReasonNotYetValid:
		return EventNotYet
	}
	return EventRevoked
}
