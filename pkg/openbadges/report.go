package openbadges

import "encoding/json"

// The exit statuses of a program that verifies.
const (
	ExitGenuine  = 0 // [Genuine]
	ExitNot      = 1 // [NotCurrent] or [Contradicted]
	ExitUnknown  = 2 // [CannotTell]
	ExitNotBadge = 3 // [Read] answered a [NotBadge], other than for an address that was silent
)

// Report is a verification as programs read it: one JSON object with verdict, standard, proof and findings.
// Details and parameters name what the credential and the web said, never the addresses it was compared with.
func Report(v Verification) ([]byte, error) {
	if v.Findings == nil {
		v.Findings = []Finding{}
	}
	return json.Marshal(v)
}

// ExitStatus is the exit status that goes with a verification.
func ExitStatus(v Verification) int {
	for _, f := range v.Findings {
		if f.Check == CheckParse && f.Result == Fail {
			return ExitNotBadge
		}
	}
	switch v.Verdict {
	case Genuine:
		return ExitGenuine
	case NotCurrent, Contradicted:
		return ExitNot
	}
	return ExitUnknown
}
