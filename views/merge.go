package views

import (
	"context"
	"time"
)

// JoinPassportsPage is where a person joins another passport of theirs to this one (GET /you/data/join).
type JoinPassportsPage struct {
	Frame Frame
	// Step is where one is: "prove" (that the other is theirs), "code" (of the letter there), "second" (its second step) or
	// "review" (what will happen).
	Step     string
	Email    string            // as typed
	Mistakes map[string]string // "email" → reason
	// Mistake is why it did not go on: "wrong", "over", "slow-down", "same", "gone", "departing" or "last-admin".
	Mistake string
	Kept    bool // letters are kept in a folder instead of being sent
	Plan    JoinPlan
}

// JoinPlan is what joining will do.
type JoinPlan struct {
	Into         string // this passport's handle
	Name, Handle string // of the other
	Badges, Both int    // that come over; that both have
	Addresses    []string
	Providers    int
	Passkeys     int
	Second       bool // the other has a second step
	Password     bool // and a password
	Admin        bool // the other administers this Carnet
	MineToo      bool // as this one does
	LastAdmin    bool // nobody else does
	Days         int  // in which it can be undone
}

// JoinedView is a passport that was joined to this one and can be taken apart again.
type JoinedView struct {
	ID, Name  string
	At, Until time.Time
	Last      bool // it was the last one: others come after it
}

func (p JoinPassportsPage) mistake(ctx context.Context) string {
	if p.Mistake == "" || p.Step == "code" || p.Step == "second" {
		return ""
	}
	return T(ctx, "union.mistake."+p.Mistake)
}

func (p JoinPassportsPage) email(ctx context.Context) Input {
	return emailInput(ctx, p.Email, "off", p.Mistakes)
}

func unionSecondInput(ctx context.Context, wrong string) Input {
	i := Input{Name: "code", Label: T(ctx, "union.second.code"), Hint: T(ctx, "union.second.hint"), Autocomplete: "one-time-code", MaxLength: 40, Required: true}
	if wrong != "" {
		i.Mistake = T(ctx, "union.second."+wrong)
	}
	return i
}
