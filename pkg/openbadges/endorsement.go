package openbadges

import (
	"context"
	"slices"
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
			} else if link := asString(item); link != "" {
				all = append(all, endorsement{link: link})
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
	achievement, issuer := asNode(subject["achievement"]), asNode(c.doc["issuer"])
	creator := asNode(achievement["creator"])
	targets := []string{asID(c.doc), asID(subject), asID(achievement), asID(c.doc["issuer"]), asID(creator)}
	for i, e := range endorsementsIn(c.doc, achievement, issuer, creator) {
		if i >= maxEndorsements || q.depth > 0 {
			q.say(CheckEndorsement, Skipped, ReasonEndorsementsMany)
			return
		}
		q.askEndorsement3(ctx, e, targets)
	}
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
		q.sayEndorsement(inner, endorser)
	}
}

// sayEndorsement turns the findings about an endorsement into one about the badge.
func (q *inquiry) sayEndorsement(inner *inquiry, endorser string) {
	result, reason, why := Pass, ReasonEndorsed, ""
	for _, f := range inOrder(inner.findings) {
		if f.Result == Fail && result != Fail {
			result, reason, why = Fail, ReasonEndorsementFailed, f.Detail
		} else if f.Result == Unknown && result == Pass {
			result, reason, why = Unknown, ReasonEndorsementUnknown, f.Detail
		}
	}
	q.say(CheckEndorsement, result, reason, "endorser", endorser, "why", why)
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

// askEndorsements2 asks the hosts of OB 2.0 endorsements (OB 2.0 §Endorsement).
func (q *inquiry) askEndorsements2(ctx context.Context, a assertion) {
	if a.standard != V20 {
		return
	}
	targets := []string{asID(a.doc), asID(a.class.node), a.class.address, asID(a.issuer.node), a.issuer.address}
	for i, e := range endorsementsIn(a.doc, a.class.node, a.issuer.node) {
		if i >= maxEndorsements {
			q.say(CheckEndorsement, Skipped, ReasonEndorsementsMany)
			return
		}
		q.askEndorsement2(ctx, e, targets)
	}
}

func (q *inquiry) askEndorsement2(ctx context.Context, e endorsement, targets []string) {
	address := firstText(e.link, asID(e.doc))
	if !isWeb(address) {
		q.say(CheckEndorsement, Skipped, ReasonEndorsementUnknown, "endorser", "somebody", "why", Sentence(ReasonNoProof, nil))
		return
	}
	hosted := q.part(ctx, address, V20)
	if hosted.silent || hosted.broken {
		q.say(CheckEndorsement, Unknown, ReasonEndorsementUnknown, "endorser", authority(address), "why", Sentence(ReasonHostSilent, map[string]string{"address": address}))
		return
	}
	endorser := q.part(ctx, hosted.node["issuer"], V20)
	name := firstText(asText(endorser.node["name"]), authority(address))
	switch target := asID(hosted.node["claim"]); {
	case isTrue(hosted.node["revoked"]):
		q.say(CheckEndorsement, Skipped, ReasonEndorsementFailed, "endorser", name, "why", Sentence(ReasonRevoked, nil))
	case !hasType(hosted.node, "Endorsement") || target == "" || endorser.silent || verificationType(hosted.node) == "signed":
		q.say(CheckEndorsement, Unknown, ReasonEndorsementUnknown, "endorser", name, "why", Sentence(ReasonHostedNotJSON, map[string]string{"address": address}))
	case !inScope(hosted.address, endorser):
		q.say(CheckEndorsement, Fail, ReasonEndorsementFailed, "endorser", name, "why", Sentence(ReasonKeyNotBound, nil))
	case !slices.Contains(targets, target):
		q.say(CheckEndorsement, Skipped, ReasonEndorsementOther, "endorser", name)
	default:
		q.say(CheckEndorsement, Pass, ReasonEndorsed, "endorser", name)
	}
}
