package openbadges

import (
	"context"
	"reflect"
	"slices"
	"testing"
)

// ASVS: V9.2.1, V16.5.3
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

func TestWhoseItIsCanBeLeftOutOfTheVerdict(t *testing.T) {
	v := ask(t, newSigner('a').sign(t, newSigner('a').badge3()), RecordedWeb{}, "eve@example.org")
	want(t, v, Contradicted, "recipient fail recipient-differs")
	apart := v.Without(CheckRecipient)
	if apart.Verdict != Genuine || len(apart.Findings) != len(v.Findings)-1 {
		t.Errorf("without the recipient: %s\n%s", apart.Verdict, say(apart))
	}
	want(t, v, Contradicted, "recipient fail recipient-differs")
}

func TestFindingsAreToldAsTheyAreMade(t *testing.T) {
	web := hostedWeb(t)
	c, err := Read(t.Context(), []byte(assertionURL), web.Fetch)
	if err != nil {
		t.Fatal(err)
	}
	told, asked := []Finding{}, 0
	fetch := func(ctx context.Context, address string) (Document, error) {
		if asked++; asked > 1 && len(told) == 0 {
			t.Errorf("nothing was told before %s was asked for", address)
		}
		return web.Fetch(ctx, address)
	}
	v := Verify(t.Context(), c, Options{Fetch: fetch, At: now, Told: func(f Finding) { told = append(told, f) }})
	if !reflect.DeepEqual(inOrder(told), v.Findings) {
		t.Errorf("told %v, found %v", told, v.Findings)
	}
}

func TestFindingsAboutWhatIsInsideAreNotTold(t *testing.T) {
	amy := newSigner('a')
	endorsement := with(amy.badge3(), node{"type": []any{"VerifiableCredential", "EndorsementCredential"}, "credentialSubject": node{"id": "urn:uuid:00000000-0000-4000-8000-000000000002", "type": []any{"EndorsementSubject"}}})
	badge := amy.sign(t, with(amy.badge3(), node{"endorsement": []any{endorsement}}))
	c, err := Read(t.Context(), badge, nil)
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	v := Verify(t.Context(), c, Options{At: now, Told: func(Finding) { told++ }})
	if told != len(v.Findings) || !slices.ContainsFunc(v.Findings, func(f Finding) bool { return f.Check == CheckEndorsement }) {
		t.Errorf("%d told of\n%s", told, say(v))
	}
}
