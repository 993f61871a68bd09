package views

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"
)

func (v VerdictView) heading() string {
	if v.Verdict == "" {
		return "verdict.never"
	}
	return verdictHeading(v.Verdict)
}

// againWord is the word for having it checked: the first time there is nothing to do again.
func (v VerdictView) againWord() string {
	if v.Verdict == "" {
		return "verdict.now"
	}
	return "verdict.again"
}

// shown leaves out the checks that did not apply.
func (v VerdictView) shown() []FindingView {
	return slices.DeleteFunc(slices.Clone(v.Findings), func(f FindingView) bool { return f.Result == "skipped" })
}

// sentence is what stands under the heading: that all is well, or the finding that decided.
func (v VerdictView) sentence(ctx context.Context) string {
	if v.Verdict == "genuine" {
		return v.passes(ctx)
	}
	if v.Detail == "" {
		return T(ctx, verdictHeading(v.Verdict)+".what")
	}
	return sentence(ctx, v.Reason, v.Detail, v.Params)
}

// passes says how many checks pass, and how many could not be made: a genuine badge may carry an endorsement whose signer
// does not answer.
func (v VerdictView) passes(ctx context.Context) string {
	shown, passing := v.shown(), 0
	for _, f := range shown {
		if f.Result == "pass" {
			passing++
		}
	}
	if passing == len(shown) {
		return T(ctx, "verdict.all", "Count", passing)
	}
	return T(ctx, "verdict.pass", "Count", passing) + " " + T(ctx, "verdict.rest", "Count", len(shown)-passing)
}

// OnPaper is a verdict in words that stay true: its heading, its sentence, and the day it was found.
func (v VerdictView) OnPaper(ctx context.Context) (heading, sentence, day string) {
	heading = T(ctx, v.heading())
	if v.Verdict == "" || v.At.IsZero() {
		return heading, "", ""
	}
	return heading, v.sentence(ctx), T(ctx, "paper.checked", "Day", Day(ctx, v.At))
}

// fix says who can mend what decided a verdict that is not good.
func (v VerdictView) fix() string {
	if v.Verdict == "genuine" || v.Reason == "" || v.Again != nil {
		return ""
	}
	return fixOf(v.Reason, "fail")
}

func (v VerdictView) sentenceLang(ctx context.Context) templ.Attributes {
	if v.Verdict == "genuine" || v.Reason == "" {
		return nil
	}
	return sentenceLang(ctx, v.Reason)
}

func (f FindingView) sentence(ctx context.Context) string {
	return sentence(ctx, f.Reason, f.Detail, f.Params)
}

func (f FindingView) sentenceLang(ctx context.Context) templ.Attributes {
	return sentenceLang(ctx, f.Reason)
}

// sentence is a reason in the reader's language, or the library's English where the reason is newer than these words.
func sentence(ctx context.Context, reason, detail string, params map[string]string) string {
	pairs := []any{}
	for _, name := range spokenOf {
		pairs = append(pairs, name, readable(ctx, params[name]))
	}
	return Say(ctx, "finding."+reason, detail, pairs...)
}

func sentenceLang(ctx context.Context, reason string) templ.Attributes {
	if Say(ctx, "finding."+reason, "") != "" {
		return nil
	}
	return attribute("lang", "en")
}

// spokenOf are the params a sentence may speak of; one that is missing is left out of the sentence.
var spokenOf = []string{
	"address", "by", "claim", "context", "endorser", "entries", "from", "host", "index", "issuer", "name", "path", "standard",
	"status", "suite", "type", "until", "why",
}

// readable turns a date among the params into a date of the reader, and an address into the name of its host: the whole
// of it stands in the technical line.
func readable(ctx context.Context, value string) string {
	for _, layout := range []string{time.RFC3339, time.DateOnly, "2 January 2006"} {
		if t, err := time.Parse(layout, value); err == nil {
			return Day(ctx, t)
		}
	}
	if strings.HasPrefix(value, "https://") || strings.HasPrefix(value, "http://") {
		return host(value)
	}
	return value
}

var checks = []string{"parse", "structure", "proof", "issuer", "recipient", "revocation", "dates", "achievement", "endorsement", "extension"}

// name is the word key of the check; an unknown one is called by what all of them are.
func (f FindingView) name() string {
	if slices.Contains(checks, f.Check) {
		return "check." + f.Check
	}
	return "check.other"
}

func (f FindingView) icon() string {
	switch f.Result {
	case "pass":
		return "check"
	case "fail":
		return "fail"
	}
	return "unknown"
}

// fix is the word key of who can mend it; empty where nothing is amiss or the sentence says it.
func (f FindingView) fix() string {
	if f.Result != "fail" && f.Result != "unknown" {
		return ""
	}
	return fixOf(f.Reason, f.Result)
}

// fixes names who can mend a reason where it is not, as mostly, the issuer.
var fixes = map[string]string{
	"altered": "original", "signature-missing": "original", "proof-malformed": "original", "nowhere-hosted": "original",
	"host-silent": "later", "key-silent": "later", "key-unconfirmed": "later", "issuer-silent": "later", "status-silent": "later",
	"achievement-silent": "later", "picture-silent": "later", "endorsement-unknown": "later", "schema-not-checked": "later",
	"expired": "renew", "revoked": "why", "suspended": "why", "host-withdrew": "why", "not-yet-valid": "wait",
	"recipient-differs": "holder",
	"unknown-context":   "carnet", "key-unsupported": "carnet", "suite-unknown": "carnet", "status-unsupported": "carnet",
	"extension-unknown": "carnet", "endorsements-many": "carnet", "too-costly": "carnet",
	"recipient-not-asked": "", "recipient-not-stated": "issuer",
}

func fixOf(reason, result string) string {
	who, known := fixes[reason]
	switch {
	case known && who == "":
		return ""
	case known:
		return "fix." + who
	case result == "fail" || result == "unknown":
		return "fix.issuer"
	}
	return ""
}

// technical is the line for those who know: the code of the reason and what it speaks of.
func (f FindingView) technical() string {
	words := []string{f.Reason}
	for _, name := range slices.Sorted(maps.Keys(f.Params)) {
		if name != "comment" { // an endorsement's own words have their place on the page
			words = append(words, f.Params[name])
		}
	}
	return strings.Join(words, " · ")
}
