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

// endorsable is what an endorsement may speak of, and who can not endorse it: who issued the badge or received it.
type endorsable struct {
	targets   []string
	own       []string // ids
	recipient Recipient
}

func (e endorsable) isOwn(endorser Profile) bool {
	same := func(id string) bool { return id != "" && plainID(id) == plainID(endorser.ID) }
	return slices.ContainsFunc(e.own, same) || e.recipient.Matches(endorser.Email) || e.recipient.names(endorser.ID)
}

// names says whether a recipient is identified by this very id.
func (r Recipient) names(id string) bool {
	same := func(i Identity) bool { return !i.Hashed && i.Value != "" && plainID(i.Value) == plainID(id) }
	return plainID(r.ID) == plainID(id) && r.ID != "" || slices.ContainsFunc(r.Identities, same)
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
	about := endorsable{targets: targets, own: []string{asID(c.doc["issuer"])}, recipient: recipientOf3(subject)}
	for i, e := range endorsementsIn(holders...) {
		if i >= maxEndorsements || q.depth > 0 {
			q.say(CheckEndorsement, Skipped, ReasonEndorsementsMany)
			return
		}
		q.askEndorsement3(ctx, e, about)
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

func (q *inquiry) askEndorsement3(ctx context.Context, e endorsement, about endorsable) {
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
	case !slices.Contains(about.targets, asID(subjectOf(c.doc))):
		q.say(CheckEndorsement, Skipped, ReasonEndorsementOther, "endorser", endorser)
	case c.Proof == ProofNone:
		q.say(CheckEndorsement, Skipped, ReasonEndorsementUnknown, "endorser", endorser, "why", Sentence(ReasonNoProof, nil))
	default:
		q.sayEndorsement(inner, about, named(c.Badge.Issuer, endorser), asText(subjectOf(c.doc)["endorsementComment"]))
	}
}

// sayEndorsement turns the findings about an endorsement into one about the badge. Only a genuine one is quoted.
func (q *inquiry) sayEndorsement(inner *inquiry, about endorsable, endorser Profile, comment string) {
	result, reason, why := Pass, ReasonEndorsed, ""
	for _, f := range inOrder(inner.findings) {
		if f.Result == Fail && result != Fail {
			result, reason, why = Fail, ReasonEndorsementFailed, f.Detail
		} else if f.Result == Unknown && result == Pass {
			result, reason, why = Unknown, ReasonEndorsementUnknown, f.Detail
		}
	}
	if result == Pass {
		q.sayEndorsed(about, endorser, comment)
		return
	}
	q.say(CheckEndorsement, result, reason, "endorser", endorser.Name, "why", why)
}

// sayEndorsed says that an endorsement is genuine, by whom as far as that is proved, and what it says. Whoever issued or
// received a badge does not endorse it.
func (q *inquiry) sayEndorsed(about endorsable, endorser Profile, comment string) {
	params := []string{"endorser", endorser.Name, "by", endorser.ProvenBy()}
	if about.isOwn(endorser) {
		q.say(CheckEndorsement, Skipped, ReasonEndorsementOwn, params...)
		return
	}
	if comment != "" {
		params = append(params, "comment", comment)
	}
	q.say(CheckEndorsement, Pass, ReasonEndorsed, params...)
}

// named is a profile under the name it is spoken of by.
func named(p Profile, name string) Profile {
	p.Name = name
	return p
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
