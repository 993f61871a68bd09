package views

import "time"

// VerdictView is what a verification found, as it is shown to a person.
type VerdictView struct {
	Verdict  string // openbadges.Verdict: genuine, not-current, unknown or contradicted; empty: never checked
	Standing string // why it is not current: expired, revoked, suspended or not-yet; empty otherwise
	Reason   string // openbadges.Reason that decided the verdict; its sentence stands under the heading
	Params   map[string]string
	Detail   string        // the English sentence of that finding, shown when Reason has no translation; empty: nothing more is known than the verdict
	At       time.Time     // when it was checked, UTC
	Now      time.Time     // the moment the page is drawn
	Standard string        // openbadges.Standard, "0.5" … "3.0" or "vc"
	Proof    string        // openbadges.Proof
	Findings []FindingView // in the order of openbadges.Check
	CheckAt  string        // where "Check again" is posted; empty: not offered to this viewer
	Again    *time.Time    // when it will be tried again by itself; nil: not planned
	Known    *Known        // the last verdict that could be told, when this one cannot
	History  []Past        // what has happened to the badge, newest first
}

// Known is a verdict of the past.
type Known struct {
	Verdict  string
	Standing string
	At       time.Time
}

// FindingView is one checked fact (openbadges.Finding).
type FindingView struct {
	Check  string // openbadges.Check
	Result string // pass, fail or unknown; skipped findings are not shown
	Reason string
	Detail string
	Params map[string]string
}
