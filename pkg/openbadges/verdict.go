package openbadges

import "slices"

// verdictOf adds the findings up: a contradiction outweighs everything, then what has ended, then what could not be decided.
func verdictOf(findings []Finding) Verdict {
	var ended, failed, unknown bool
	for _, f := range findings {
		switch {
		case f.Result == Fail && endsOnly(f.Reason):
			ended = true
		case f.Result == Fail:
			failed = true
		case f.Result == Unknown:
			unknown = true
		}
	}
	proved := has(findings, CheckProof, Pass, "") && has(findings, CheckIssuer, Pass, "")
	switch {
	case failed:
		return Contradicted
	case ended && (proved || withdrawn(findings)):
		return NotCurrent
	case unknown || ended || !proved:
		return CannotTell
	}
	return Genuine
}

// endsOnly names the failures of a credential that was sound once, or will be.
func endsOnly(r Reason) bool {
	switch r {
	case ReasonExpired, ReasonNotYetValid, ReasonRevoked, ReasonSuspended:
		return true
	}
	return false
}

// withdrawn knows the hosted badge whose issuer's own site answers that it is gone: that answer is the only proof there
// can be, and it is worth something only from an address that is the issuer's.
func withdrawn(findings []Finding) bool {
	return has(findings, CheckProof, Unknown, ReasonHostWithdrew) && has(findings, CheckRevocation, Fail, ReasonRevoked) &&
		has(findings, CheckIssuer, Pass, ReasonOriginIsIssuers)
}

// has looks for a finding; an empty reason stands for any.
func has(findings []Finding, check Check, result Result, reason Reason) bool {
	for _, f := range findings {
		if f.Check == check && f.Result == result && (reason == "" || f.Reason == reason) {
			return true
		}
	}
	return false
}

// Without is the same answer as if one check had not been asked for: whose a badge is, is another question than whether
// it is genuine.
func (v Verification) Without(check Check) Verification {
	v.Findings = slices.DeleteFunc(slices.Clone(v.Findings), func(f Finding) bool { return f.Check == check })
	v.Verdict = verdictOf(v.Findings)
	return v
}

// Proved says whether the proof check passed. When it is false, [Verification.Badge] is only what the credential claims.
func (v Verification) Proved() bool { return has(v.Findings, CheckProof, Pass, "") }
