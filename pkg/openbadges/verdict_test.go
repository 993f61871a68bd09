package openbadges

import "testing"

func TestVerdictFollowsFromTheFindings(t *testing.T) {
	proof, issuer := Finding{Check: CheckProof, Result: Pass}, Finding{Check: CheckIssuer, Result: Pass}
	failed := func(check Check, reason Reason) Finding { return Finding{Check: check, Result: Fail, Reason: reason} }
	unknown := func(check Check) Finding { return Finding{Check: check, Result: Unknown} }
	for name, test := range map[string]struct {
		findings []Finding
		want     Verdict
	}{
		"nothing was checked":         {nil, CannotTell},
		"everything passed":           {[]Finding{proof, issuer}, Genuine},
		"what does not apply":         {[]Finding{proof, issuer, {Check: CheckRecipient, Result: Skipped}}, Genuine},
		"without proof":               {[]Finding{issuer}, CannotTell},
		"without issuer":              {[]Finding{proof}, CannotTell},
		"one unknown":                 {[]Finding{proof, issuer, unknown(CheckRevocation)}, CannotTell},
		"one failed":                  {[]Finding{proof, issuer, failed(CheckStructure, ReasonMissing)}, Contradicted},
		"failed outweighs expired":    {[]Finding{proof, issuer, failed(CheckDates, ReasonExpired), failed(CheckRecipient, ReasonRecipientDiffers)}, Contradicted},
		"expired":                     {[]Finding{proof, issuer, failed(CheckDates, ReasonExpired)}, NotCurrent},
		"expired, rest unknown":       {[]Finding{proof, issuer, failed(CheckDates, ReasonExpired), unknown(CheckRevocation)}, NotCurrent},
		"expired, not proved":         {[]Finding{unknown(CheckProof), issuer, failed(CheckDates, ReasonExpired)}, CannotTell},
		"expired, whose is not known": {[]Finding{proof, unknown(CheckIssuer), failed(CheckDates, ReasonExpired)}, CannotTell},
		"revoked":                     {[]Finding{proof, issuer, failed(CheckRevocation, ReasonRevoked)}, NotCurrent},
		"suspended":                   {[]Finding{proof, issuer, failed(CheckRevocation, ReasonSuspended)}, NotCurrent},
		"not yet valid":               {[]Finding{proof, issuer, failed(CheckDates, ReasonNotYetValid)}, NotCurrent},
		"tampered and expired":        {[]Finding{failed(CheckProof, ReasonAltered), failed(CheckDates, ReasonExpired)}, Contradicted},
	} {
		t.Run(name, func(t *testing.T) {
			if got := verdictOf(test.findings); got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
		})
	}
}

func TestExitStatusFitsTheVerdict(t *testing.T) {
	for verdict, want := range map[Verdict]int{Genuine: 0, NotCurrent: 1, Contradicted: 1, CannotTell: 2} {
		if got := ExitStatus(Verification{Verdict: verdict}); got != want {
			t.Errorf("%s: %d, want %d", verdict, got, want)
		}
	}
	if got := ExitStatus(notBadge(ReasonNotBaked, nil).Verification()); got != ExitNotBadge {
		t.Errorf("not a badge: %d", got)
	}
	if got := ExitStatus(notBadge(ReasonAddressSilent, nil).Verification()); got != ExitUnknown {
		t.Errorf("unreachable: %d", got)
	}
}
