package openbadges

import (
	"context"
	"slices"

	"github.com/carnetbadges/carnet/pkg/openbadges/strict"
)

// maxEndorsements is how many endorsements of one badge are checked.
const maxEndorsements = 8

// endorsement is one that a badge carries or links to, and where it stood.
type endorsement struct {
	doc   node
	token string // a compact JWS instead
	link  string // or an address
}

// endorsementsIn gathers what stands beside the things that can be endorsed.
func endorsementsIn(holders ...node) []endorsement {
	var all []endorsement
	for _, holder := range holders {
		for _, item := range asList(holder["endorsement"]) {
			if n := asNode(item); n != nil {
				all = append(all, endorsement{doc: n})
			} else if text := asString(item); strict.IsCompact([]byte(text)) {
				all = append(all, endorsement{token: text})
			} else if text != "" {
				all = append(all, endorsement{link: text})
			}
		}
		for _, token := range asStrings(holder["endorsementJwt"]) {
			all = append(all, endorsement{token: token})
		}
	}
	return all
}

// askEndorsements3 verifies each endorsement as the credential it is (OB 3.0 §9.1 step 6).
func (q *inquiry) askEndorsements3(ctx context.Context, c *Credential) {
	subject := subjectOf(c.doc)
	achievement := asNode(subject["achievement"])
	holders := []node{c.doc, achievement}
	targets := []string{asID(c.doc), asID(subject), asID(achievement), asID(c.doc["issuer"])}
	for _, named := range []any{c.doc["issuer"], achievement["creator"], subject["source"]} {
		for _, profile := range upwards(named) {
			holders, targets = append(holders, profile), append(targets, asID(profile))
		}
	}
	for i, e := range endorsementsIn(holders...) {
		if i >= maxEndorsements || q.depth > 0 {
			q.say(CheckEndorsement, Skipped, ReasonEndorsementsMany)
			return
		}
		q.askEndorsement3(ctx, e, targets)
	}
}

// upwards answers a profile and the organisations it belongs to.
func upwards(profile any) []node {
	var all []node
	for n := asNode(profile); n != nil && len(all) <= maxDepth; n = asNode(n["parentOrg"]) {
		all = append(all, n)
	}
	return all
}

func (q *inquiry) askEndorsement3(ctx context.Context, e endorsement, targets []string) {
	r := reader{visit: q.visit, credential: &Credential{}}
	if err := r.readEndorsement(e); err != nil || !isVC(r.credential.Standard) {
		q.say(CheckEndorsement, Unknown, ReasonEndorsementUnknown, "endorser", "somebody", "why", Sentence(ReasonNotABadge, nil))
		return
	}
	c := r.credential
	endorser := firstText(c.Badge.Issuer.Name, c.Badge.Issuer.ID)
	inner := q.inner()
	inner.verifyVC(ctx, c)
	switch {
	case !slices.Contains(targets, asID(subjectOf(c.doc))):
		q.say(CheckEndorsement, Skipped, ReasonEndorsementOther, "endorser", endorser)
	case c.Proof == ProofNone:
		q.say(CheckEndorsement, Skipped, ReasonEndorsementUnknown, "endorser", endorser, "why", Sentence(ReasonNoProof, nil))
	default:
		q.sayEndorsement(inner, endorser, asText(subjectOf(c.doc)["endorsementComment"]))
	}
}

// sayEndorsement turns the findings about an endorsement into one about the badge. Only a genuine one is quoted.
func (q *inquiry) sayEndorsement(inner *inquiry, endorser, comment string) {
	result, reason, why := Pass, ReasonEndorsed, ""
	for _, f := range inOrder(inner.findings) {
		if f.Result == Fail && result != Fail {
			result, reason, why = Fail, ReasonEndorsementFailed, f.Detail
		} else if f.Result == Unknown && result == Pass {
			result, reason, why = Unknown, ReasonEndorsementUnknown, f.Detail
		}
	}
	if result == Pass {
		q.sayEndorsed(endorser, comment, "why", why)
		return
	}
	q.say(CheckEndorsement, result, reason, "endorser", endorser, "why", why)
}

// sayEndorsed says that an endorsement is genuine, and what it says.
func (q *inquiry) sayEndorsed(endorser, comment string, params ...string) {
	params = append([]string{"endorser", endorser}, params...)
	if comment != "" {
		params = append(params, "comment", comment)
	}
	q.say(CheckEndorsement, Pass, ReasonEndorsed, params...)
}

func (r *reader) readEndorsement(e endorsement) error {
	switch {
	case e.token != "":
		return r.readHere([]byte(e.token))
	case e.doc == nil:
		return notBadge(ReasonNotABadge, nil)
	}
	standard, err := standardOf(e.doc)
	if err != nil {
		return err
	}
	r.credential.doc, r.credential.Standard, r.credential.Proof = e.doc, standard, proofOf(e.doc, standard)
	r.settle()
	return nil
}
