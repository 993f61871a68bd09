package openbadges

import (
	"context"
	"maps"
	"time"
)

// Verify asks every question that applies to a credential and answers with findings; a bad badge is a finding, not an
// error. It changes nothing of c. Everything it loaded is in the answer, so that it can be repeated offline.
func Verify(ctx context.Context, c *Credential, o Options) Verification {
	q := &inquiry{visit: newVisit(o.Fetch), at: o.At, recipients: o.Recipients, told: o.Told, findings: make([]Finding, 0, 12)}
	if q.at.IsZero() {
		q.at = time.Now()
	}
	badge := q.verify(ctx, c)
	web := RecordedWeb{}
	maps.Copy(web, c.fetched)
	maps.Copy(web, q.visit.recorded)
	return Verification{
		Verdict: verdictOf(q.findings), Standard: c.Standard, Proof: c.Proof, Findings: inOrder(q.findings),
		At: q.at, Badge: badge, Web: web,
	}
}

// verify answers the badge as it was proved, or as it is claimed where it could not be.
func (q *inquiry) verify(ctx context.Context, c *Credential) Badge {
	if c.Standard == VC {
		q.say(CheckParse, Pass, ReasonReadVC)
	} else {
		q.say(CheckParse, Pass, ReasonRead, "standard", string(c.Standard))
	}
	if isVC(c.Standard) {
		return q.verifyVC(ctx, c)
	}
	return q.verifyAssertion(ctx, c)
}

// Verification is the answer about an input that is no badge, or could not be reached: a failed or unknown parse check.
func (n *NotBadge) Verification() Verification {
	result, verdict := Fail, Contradicted
	if n.Reason == ReasonAddressSilent || n.Reason == ReasonAddressFailed {
		result, verdict = Unknown, CannotTell
	}
	return Verification{Verdict: verdict, Proof: ProofNone, Findings: []Finding{
		{Check: CheckParse, Result: result, Reason: n.Reason, Detail: n.Detail, Params: n.Params},
	}}
}
