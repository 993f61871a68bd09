package views

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strconv"
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
	{"silent", "amber", "clock"},
	{"blocked", "amber", "lock"},
	{"not-badge", "red", "unknown"},
	{"too-large", "red", "fail"},
	{"unopened", "red", "lock"},
	{"passport", "plain", "book"},
	{"next", "blue", "clock"},
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

// silent says that nobody can tell whether it is a badge, because the address given did not hand it out.
func (r ImportView) silent() bool {
	return r.Outcome == "silent" || r.Outcome == "not-badge" && (r.Reason == "address-silent" || r.Reason == "address-failed")
}

// link says that an address was brought, not a file.
func (r ImportView) link() bool {
	return strings.HasPrefix(r.Item, "https://") || strings.HasPrefix(r.Item, "http://")
}

func (r ImportView) kind() string {
	switch {
	case r.link():
		return "link"
	case strings.HasSuffix(r.Item, ".png"), strings.HasSuffix(r.Item, ".svg"):
		return "picture"
	}
	return "file"
}

func (r ImportView) look() struct{ Outcome, Tone, Icon string } {
	outcome := r.Outcome
	if r.silent() {
		outcome = "silent"
	}
	for _, o := range outcomes {
		if o.Outcome == outcome {
			return o
		}
	}
	return outcomes[len(outcomes)-1]
}

// sentence says in one sentence what happened and why.
func (r ImportView) sentence(ctx context.Context) string {
	switch {
	case r.Trashed:
		return T(ctx, "import.say.trashed")
	case r.Outcome == "not-badge", r.Outcome == "silent" && r.Reason != "":
		return sentence(ctx, r.Reason, r.Detail, r.Params) + r.keptFor(ctx)
	case r.Outcome == "somebody-else" && r.Kept:
		return T(ctx, "import.say.somebody-else.kept")
	case r.Outcome == "unopened", r.Outcome == "passport" && r.Open:
		return T(ctx, "import.say."+r.Reason)
	case r.spoiled() && r.Detail == "":
		return T(ctx, "import.say.kept") + " " + T(ctx, verdictHeading(r.Card.Verdict)+".what")
	case r.spoiled():
		return T(ctx, "import.say.kept") + " " + sentence(ctx, r.Reason, r.Detail, r.Params)
	}
	return T(ctx, "import.say."+r.look().Outcome)
}

func (r ImportView) sentenceLang(ctx context.Context) templ.Attributes {
	if r.Outcome != "not-badge" && r.Outcome != "silent" || r.Trashed {
		return nil
	}
	return sentenceLang(ctx, r.Reason)
}

// arrived are the badges that were not in the passport before.
func (p AddPage) arrived() []Card {
	var cards []Card
	for _, r := range p.inOrder() {
		if r.Outcome == "added" && r.Card != nil {
			cards = append(cards, *r.Card)
		}
	}
	return cards
}

// inOrder is what came first, then what needs its holder, and last what changed nothing.
func (p AddPage) inOrder() []ImportView {
	return slices.SortedStableFunc(slices.Values(p.Results), func(a, b ImportView) int { return cmp.Compare(a.rank(), b.rank()) })
}

func (r ImportView) rank() int {
	if r.Outcome == "already" {
		return 2 * len(outcomes)
	}
	if r.spoiled() {
		return 1
	}
	return 2 * slices.IndexFunc(outcomes, func(o struct{ Outcome, Tone, Icon string }) bool { return o == r.look() })
}

// summary counts the outcomes: "3 added, 1 already here."
func (p AddPage) summary(ctx context.Context) string {
	return counted(ctx, func(outcome string) int {
		n := 0
		for _, r := range p.Results {
			if r.look().Outcome == outcome {
				n++
			}
		}
		return n
	})
}

// keptFor says that what did not answer is kept.
func (r ImportView) keptFor(ctx context.Context) string {
	if !r.silent() || !r.Kept {
		return ""
	}
	return " " + T(ctx, "import.say.silent")
}

// called is what an item is called: its file's name or link, else that it was a text.
func (r ImportView) called(ctx context.Context) string {
	if r.Item == "" {
		return T(ctx, "import.text")
	}
	return r.Item
}

// rowID names a row, the same while the table fills.
func (r ImportView) rowID(n int) string {
	if r.ID != "" {
		return "item-" + r.ID
	}
	return "result-" + strconv.Itoa(n+1)
}

// addressPage leads to where the address of a badge that was made out to another one is added.
func (r ImportView) addressPage() templ.SafeURL {
	if len(r.Names) == 1 {
		return templ.SafeURL("/you/addresses?" + url.Values{"email": {r.Names[0]}}.Encode())
	}
	return "/you/addresses"
}

func hiddenUnless(shown bool) templ.Attributes {
	if shown {
		return nil
	}
	return attribute("class", "visually-hidden")
}

// listed is one entry of a list in a sentence, with its comma or full stop.
func listed(word string, i, of int) string {
	if i == of-1 {
		return word + "."
	}
	return word + ", "
}
