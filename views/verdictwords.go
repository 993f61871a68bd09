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

// shown leaves out the checks that did not apply.
func (v VerdictView) shown() []FindingView {
	return slices.DeleteFunc(slices.Clone(v.Findings), func(f FindingView) bool { return f.Result == "skipped" })
}

// sentence is what stands under the heading: that all is well, or the finding that decided.
func (v VerdictView) sentence(ctx context.Context) string {
	if v.Verdict == "genuine" {
		return T(ctx, "verdict.all", "Count", len(v.shown()))
	}
	if v.Reason == "" && v.Detail == "" {
		return T(ctx, verdictHeading(v.Verdict)+".what")
	}
	return sentence(ctx, v.Reason, v.Detail, v.Params)
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
	for name, value := range params {
		pairs = append(pairs, name, readable(ctx, value))
	}
	return Say(ctx, "finding."+reason, detail, pairs...)
}

func sentenceLang(ctx context.Context, reason string) templ.Attributes {
	if Say(ctx, "finding."+reason, "") != "" {
		return nil
	}
	return attribute("lang", "en")
}

// readable turns a date among the params into a date of the reader.
func readable(ctx context.Context, value string) string {
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if t, err := time.Parse(layout, value); err == nil {
			return Day(ctx, t)
		}
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

// fix is the word key of who can mend it.
func (f FindingView) fix() string {
	if f.Result == "unknown" {
		return "fix.unknown." + f.mender()
	}
	return "fix.fail." + f.mender()
}

func (f FindingView) mender() string {
	switch f.Check {
	case "recipient":
		return "holder"
	case "dates", "revocation":
		return f.Check
	}
	return "issuer"
}

// technical is the line for those who know: the code of the reason and what it speaks of.
func (f FindingView) technical() string {
	words := []string{f.Reason}
	for _, name := range slices.Sorted(maps.Keys(f.Params)) {
		words = append(words, f.Params[name])
	}
	return strings.Join(words, " · ")
}
