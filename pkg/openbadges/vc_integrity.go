package openbadges

import (
	"context"
	"errors"

	"github.com/carnetbadges/carnet/pkg/openbadges/contexts"
	"github.com/carnetbadges/carnet/pkg/openbadges/proof"
	"github.com/carnetbadges/carnet/pkg/openbadges/rdf"
)

// maxProofs bounds the proofs of a credential with all that hangs on it: its endorsements and the lists of their states.
const maxProofs = 48

// askDataIntegrity checks the embedded proofs; one good one is enough (OB 3.0 §9.1), a malformed one is too much.
func (q *inquiry) askDataIntegrity(ctx context.Context, c *Credential) {
	if q.visit.proofs += len(asList(c.doc["proof"])); q.visit.proofs > maxProofs {
		q.proofFailed(c.doc, rdf.ErrTooCostly, proof.Result{})
		return
	}
	results, err := proof.VerifyDataIntegrity(ctx, c.doc, q.resolve)
	if err != nil {
		q.proofFailed(c.doc, err, proof.Result{})
		return
	}
	good, bad := q.sift(results, profileOf(c.doc["issuer"]))
	if bad != nil && (good == nil || errors.Is(bad.Err, proof.ErrMalformed)) {
		q.proofFailed(c.doc, bad.Err, *bad)
		return
	}
	if good == nil {
		q.proofFailed(c.doc, proof.ErrNoProof, proof.Result{})
		return
	}
	if !good.Expires.IsZero() && q.at.After(good.Expires) {
		q.say(CheckProof, Fail, ReasonProofExpired, "until", day(good.Expires))
	} else {
		q.say(CheckProof, Pass, ReasonSigned, "suite", good.Suite, "key", good.VerificationMethod)
	}
	made := good.Created
	if made.IsZero() {
		made = q.at
	}
	q.askBound(good.Method, profileOf(c.doc["issuer"]), made)
}

// sift answers the proof to rely on, the issuer's own before others, and the worst of those that do not hold.
func (q *inquiry) sift(results []proof.Result, issuer Profile) (good, bad *proof.Result) {
	for i := range results {
		r := &results[i]
		switch {
		case r.Err != nil:
			if bad == nil || errors.Is(r.Err, proof.ErrMalformed) || worse(r.Err, bad.Err) {
				bad = r
			}
		case good == nil || good.Method.BoundTo(issuer.ID) != nil && r.Method.BoundTo(issuer.ID) == nil:
			good = r
		}
	}
	return good, bad
}

// worse ranks a contradiction over an open question.
func worse(a, b error) bool {
	first, _ := proofTrouble(a)
	second, _ := proofTrouble(b)
	return first == Fail && second != Fail
}

func (q *inquiry) proofFailed(doc node, err error, r proof.Result) {
	result, reason := proofTrouble(err)
	params := []string{"suite", firstText(r.Suite, r.Type), "address", r.VerificationMethod}
	if reason == ReasonUnknownContext {
		params = append(params, "context", unknownContext(doc))
	}
	q.say(CheckProof, result, reason, params...)
	q.sayIssuer(Unknown, reason, params...)
}

// unknownContext names the first context that is not pinned.
func unknownContext(doc node) string {
	for _, context := range asStrings(doc["@context"]) {
		if _, pinned := contexts.Load(context); !pinned {
			return context
		}
	}
	return ""
}
