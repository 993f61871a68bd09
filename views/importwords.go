package views

import (
	"context"
	"strings"

	"github.com/a-h/templ"
)

// outcomes is how each outcome looks, in the order in which the summary counts them.
var outcomes = []struct{ Outcome, Tone, Icon string }{
	{"added", "green", "check"},
	{"updated", "green", "again"},
	{"already", "plain", "wall"},
	{"waiting", "amber", "mail"},
	{"somebody-else", "amber", "user"},
	{"not-badge", "red", "unknown"},
	{"too-large", "red", "fail"},
	{"failed", "red", "fail"},
}

// spoiled says that the badge was taken in but its verdict is what the holder must see first.
func (r ImportView) spoiled() bool {
	return r.Outcome == "added" && r.Card != nil && r.Card.Verdict != "genuine"
}

func (r ImportView) tone() string {
	if r.spoiled() {
		if r.Card.Verdict == "unknown" {
			return "amber"
		}
		return verdictTone(r.Card.Verdict, r.Card.Standing)
	}
	return r.look().Tone
}

func (r ImportView) icon() string {
	if r.spoiled() {
		if r.Card.Verdict == "unknown" {
			return "clock"
		}
		return verdictIcon(r.Card.Verdict, r.Card.Standing)
	}
	return r.look().Icon
}

func (r ImportView) word() string {
	if r.spoiled() {
		return verdictWord(r.Card.Verdict, r.Card.Standing)
	}
	return "import.outcome." + r.look().Outcome
}

func (r ImportView) look() struct{ Outcome, Tone, Icon string } {
	for _, o := range outcomes {
		if o.Outcome == r.Outcome {
			return o
		}
	}
	return outcomes[len(outcomes)-1]
}

// sentence says in one sentence what happened and why.
func (r ImportView) sentence(ctx context.Context) string {
	switch {
	case r.Outcome == "not-badge":
		return sentence(ctx, r.Reason, r.Detail, r.Params)
	case r.spoiled():
		return T(ctx, "import.say.kept") + " " + sentence(ctx, r.Reason, r.Detail, r.Params)
	}
	return T(ctx, "import.say."+r.look().Outcome)
}

func (r ImportView) sentenceLang(ctx context.Context) templ.Attributes {
	if r.Outcome != "not-badge" && !r.spoiled() {
		return nil
	}
	return sentenceLang(ctx, r.Reason)
}

// summary counts the outcomes: "3 added, 1 already here."
func (p AddPage) summary(ctx context.Context) string {
	counted := []string{}
	for _, o := range outcomes {
		n := 0
		for _, r := range p.Results {
			if r.look().Outcome == o.Outcome {
				n++
			}
		}
		if n > 0 {
			counted = append(counted, T(ctx, "import.count."+o.Outcome, "Count", n))
		}
	}
	return strings.Join(counted, ", ") + "."
}

func hiddenUnless(shown bool) templ.Attributes {
	if shown {
		return nil
	}
	return attribute("class", "visually-hidden")
}
