package views

import (
	"context"

	"github.com/a-h/templ"
)

// ended says whether a standing means that the badge no longer counts: its picture fades under a stamp.
func ended(standing string) bool {
	return standing == "expired" || standing == "revoked" || standing == "suspended"
}

// verdictTone is the colour of a verdict: never green when something could not be checked, never red for what merely ended.
func verdictTone(verdict, standing string) string {
	switch verdict {
	case "genuine":
		return "green"
	case "not-current":
		return standingTone(standing)
	case "contradicted":
		return "red"
	}
	return "plain"
}

func standingTone(standing string) string {
	switch standing {
	case "revoked":
		return "red"
	case "not-yet":
		return "blue"
	}
	return "amber"
}

func verdictIcon(verdict, standing string) string {
	switch {
	case verdict == "genuine":
		return "check"
	case verdict == "contradicted", standing == "revoked":
		return "fail"
	case verdict == "not-current":
		return "clock"
	}
	return "unknown"
}

// verdictWord is the key of the short word for a card: "Genuine", or the reason why a badge is not current.
func verdictWord(verdict, standing string) string {
	switch {
	case verdict == "":
		return "verdict.never"
	case verdict == "genuine":
		return "verdict.short.genuine"
	case verdict == "not-current" && standing != "":
		return "standing." + standing
	}
	return verdictHeading(verdict)
}

// VerdictSaid is a verdict in words, or why a badge is not current, and the tone of the words.
func VerdictSaid(ctx context.Context, verdict, standing string) (word, tone string) {
	key := verdictWord(verdict, standing)
	if verdict == "genuine" {
		key = verdictHeading(verdict)
	}
	return T(ctx, key), verdictTone(verdict, standing)
}

// verdictHeading is the key of the full heading.
func verdictHeading(verdict string) string { return "verdict." + verdictName(verdict) }

// verdictName is the verdict as the sheet knows it (data-verdict) and as the words are keyed.
func verdictName(verdict string) string {
	switch verdict {
	case "genuine", "not-current", "contradicted":
		return verdict
	}
	return "cannot-tell"
}

// langOf marks a text as being in its own language; an unstated language is left to the page's.
func langOf(lang string) templ.Attributes { return attribute("lang", lang) }

func standingOf(standing string) templ.Attributes {
	if !ended(standing) {
		return nil
	}
	return attribute("data-standing", "ended")
}

func lightPlate(light bool) templ.Attributes {
	if !light {
		return nil
	}
	return attribute("data-plate", "light")
}

func attribute(name, value string) templ.Attributes {
	if value == "" {
		return nil
	}
	return templ.Attributes{name: value}
}
