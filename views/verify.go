package views

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"
)

// VerifyPage is where anybody has a badge verified (GET /verify, and the answer to POST /verify).
type VerifyPage struct {
	Frame    Frame
	Text     string            // what was pasted, given back
	Email    string            // the address to compare with, given back
	Mistakes map[string]string // field (file or email) → nothing, many, busy or malformed
	Limit    int64             // the largest badge, bytes
	Command  string            // how a program asks, as it is typed in a terminal
	Report   *VerifyReport     // nil: nothing was asked yet
}

// VerifyReport is what was found about a badge that is kept nowhere.
type VerifyReport struct {
	Given    string     // the file's name or the link, cut to a readable length; empty: pasted text
	NotBadge bool       // it holds no badge; Verdict says why
	Silent   bool       // the address given did not hand anything out, so that nobody can tell
	Subject  *BadgePage // what it says of itself; nil when nothing could be read
	Claimed  bool       // none of that could be proved
	Picture  string     // a data: URI
	Verdict  VerdictView
	Findings []FindingView // all of them, the recipient's too
	Theirs   string        // yes, claimed (it names the address, but is not proved), no or cannot; empty: nobody asked
	Email    string        // the address it was compared with
	Asked    []AskedView
	JSON     string // the report for programs, as a data: URI
	Carry    string // what was given, as text that can be given again; empty: too large for that
	Mine     string // offer (it is the reader's to take in), held (they have it at Held) or empty
	Held     string

	IssuerBlocked bool // this house takes in none of its issuer's badges
}

// AskedView is one question to the web.
type AskedView struct {
	URL    string
	Status int // HTTP status; 0: no answer came
	At     time.Time
}

// count is how many findings ended so.
func (r VerifyReport) count(result string) int {
	n := 0
	for _, f := range r.Findings {
		if f.Result == result {
			n++
		}
	}
	return n
}

// tally counts the findings: "7 findings: 6 pass, 1 fails".
func (r VerifyReport) tally(ctx context.Context) string {
	var counted []string
	for _, result := range []string{"pass", "fail", "unknown"} {
		if n := r.count(result); n > 0 {
			counted = append(counted, T(ctx, "verify.count."+result, "Count", n))
		}
	}
	return T(ctx, "verify.findings", "Count", len(r.Findings)) + " " + strings.Join(counted, ", ")
}

// theirsLooks is how each answer to the second question looks.
var theirsLooks = map[string]struct{ Tone, Stamp string }{
	"yes":     {"green", "genuine"},
	"claimed": {"plain", "cannot-tell"},
	"no":      {"amber", "contradicted"},
	"cannot":  {"plain", "cannot-tell"},
	"":        {"blue", "selfie"},
}

func (r VerifyReport) theirsTone() string  { return theirsLooks[r.Theirs].Tone }
func (r VerifyReport) theirsStamp() string { return theirsLooks[r.Theirs].Stamp }

// tone is the colour of the first answer.
func (r VerifyReport) tone() string { return verdictTone(r.Verdict.Verdict, r.Verdict.Standing) }

// instant is a day and an hour in UTC.
func instant(ctx context.Context, t time.Time) string {
	return T(ctx, "verify.moment", "Day", Day(ctx, t), "Hour", t.UTC().Format("15:04"))
}

// onVerify lists what is said otherwise here, where nothing is kept and nobody has confirmed an address.
var onVerify = []string{"finding.recipient-matches", "fix.later", "fix.holder"}

func hereWord(key string) string {
	if slices.Contains(onVerify, key) {
		return "verify." + key
	}
	return key
}

// found is the sentence of a finding on this page.
func (f FindingView) found(ctx context.Context) string {
	if word := hereWord("finding." + f.Reason); word != "finding."+f.Reason {
		return T(ctx, word)
	}
	return f.sentence(ctx)
}

func (p VerifyPage) mistake(field string) string {
	if p.Mistakes[field] == "" {
		return ""
	}
	return "verify.mistake." + p.Mistakes[field]
}

func (p VerifyPage) invalid(field, described string) templ.Attributes {
	if p.Mistakes[field] == "" {
		return templ.Attributes{"aria-describedby": described}
	}
	return templ.Attributes{"aria-invalid": "true", "aria-describedby": field + "-mistake " + described}
}

// verdictKinds are the four answers a badge may get, with the tone each is explained in.
var verdictKinds = []struct{ Verdict, Tone string }{
	{"genuine", "green"}, {"not-current", "amber"}, {"unknown", "plain"}, {"contradicted", "red"},
}

// outcome names what came of asking the web: its status, or that nobody answered.
func (a AskedView) tone() string {
	switch {
	case a.Status >= 200 && a.Status < 300:
		return "green"
	case a.Status == 0:
		return "plain"
	}
	return "amber"
}

func (a AskedView) icon() string {
	switch a.tone() {
	case "green":
		return "check"
	case "plain":
		return "clock"
	}
	return "unknown"
}
