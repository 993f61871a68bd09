package openbadges

import (
	"bytes"
	"context"
	"slices"

	"github.com/carnetbadges/carnet/pkg/openbadges/strict"
)

// rules2Endorsement are those of OB 2.0 §Endorsement.
var rules2Endorsement = []rule{
	{"id", true, isIRI},
	{"type", true, isNamed("Endorsement")},
	{"claim", true, either(isIRI, isObject)},
	{"issuer", true, either(isIRI, isObject)},
	{"issuedOn", true, isDateTime},
	{"expires", false, isDateTime},
	{"verification", true, isObject},
}

// askEndorsements2 verifies each endorsement like the assertion it resembles: hosted or signed (OB 2.0 §Endorsement).
func (q *inquiry) askEndorsements2(ctx context.Context, a assertion) {
	if a.standard != V20 {
		return
	}
	targets := []string{asID(a.doc), asID(a.class.node), a.class.address, asID(a.issuer.node), a.issuer.address}
	about := endorsable{targets: targets, own: []string{asID(a.issuer.node), a.issuer.address}, recipient: recipientOf2(a.doc["recipient"])}
	for i, e := range endorsementsIn(a.doc, a.class.node, a.issuer.node) {
		if i >= maxEndorsements {
			q.say(CheckEndorsement, Skipped, ReasonEndorsementsMany)
			return
		}
		q.askEndorsement2(ctx, e, about)
	}
}

func (q *inquiry) askEndorsement2(ctx context.Context, e endorsement, about endorsable) {
	address := firstText(e.link, asID(e.doc))
	switch {
	case e.token != "":
		q.askSignedEndorsement(ctx, []byte(e.token), about)
		return
	case !isWeb(address) && verificationType(e.doc) == "signed":
		q.sayNoEndorsement(Skipped, ReasonSignatureMissing, "somebody", "")
		return
	case !isWeb(address):
		q.sayNoEndorsement(Skipped, ReasonNoProof, "somebody", "")
		return
	}
	doc, err := q.load(ctx, address)
	answer := bytes.TrimSpace(bytes.TrimPrefix(doc.Body, byteOrderMark))
	switch {
	case err == nil && doc.Status == 410:
		q.say(CheckEndorsement, Skipped, ReasonEndorsementFailed, "endorser", authority(address), "why", Sentence(ReasonRevoked, nil))
	case err == nil && doc.Status == 200 && strict.IsCompact(answer):
		q.askSignedEndorsement(ctx, answer, about)
	default:
		q.askHostedEndorsement(ctx, address, about)
	}
}

// sayNoEndorsement says that there is nothing to be checked.
func (q *inquiry) sayNoEndorsement(result Result, why Reason, endorser, address string) {
	q.say(CheckEndorsement, result, ReasonEndorsementUnknown, "endorser", endorser, "why", Sentence(why, map[string]string{"address": address}))
}

func (q *inquiry) askHostedEndorsement(ctx context.Context, address string, about endorsable) {
	hosted := q.part(ctx, address, V20)
	if hosted.silent || hosted.broken {
		q.sayNoEndorsement(Unknown, ReasonHostSilent, authority(address), address)
		return
	}
	endorser := q.part(ctx, hosted.node["issuer"], V20)
	name := firstText(asText(endorser.node["name"]), authority(address))
	_, led := q.visit.elsewhere(hosted.address, endorser.address)
	switch target := asID(hosted.node["claim"]); {
	case isTrue(hosted.node["revoked"]):
		q.say(CheckEndorsement, Skipped, ReasonEndorsementFailed, "endorser", name, "why", Sentence(ReasonRevoked, nil))
	case verificationType(hosted.node) == "signed":
		q.sayNoEndorsement(Unknown, ReasonSignatureMissing, name, address)
	case !hasType(hosted.node, "Endorsement") || target == "" || endorser.silent:
		q.sayNoEndorsement(Unknown, ReasonHostedNotJSON, name, address)
	case !inScope(hosted.address, endorser):
		q.say(CheckEndorsement, Fail, ReasonEndorsementFailed, "endorser", name, "why", Sentence(ReasonKeyNotBound, nil))
	case led != "":
		q.sayNoEndorsement(Unknown, ReasonHostSilent, name, address)
	case !slices.Contains(about.targets, target):
		q.say(CheckEndorsement, Skipped, ReasonEndorsementOther, "endorser", name)
	default:
		q.sayEndorsed(about, endorser.endorser(name), asText(asNode(hosted.node["claim"])["endorsementComment"]))
	}
}

// askSignedEndorsement proves a compact JWS with a key of the endorser's own profile (OB 2.0 §SignedBadge). What its
// endorser has taken back, or what has ended, speaks neither for the badge nor against it.
func (q *inquiry) askSignedEndorsement(ctx context.Context, token []byte, about endorsable) {
	envelope, err := openJWT(token)
	if err != nil || !hasType(envelope.credential, "Endorsement") {
		q.sayNoEndorsement(Unknown, ReasonNotABadge, "somebody", "")
		return
	}
	doc := envelope.credential
	a := assertion{doc: doc, standard: V20, issuer: q.part(ctx, doc["issuer"], V20)}
	endorser := firstText(asText(a.issuer.node["name"]), authority(a.issuer.address), "somebody")
	if target := asID(doc["claim"]); target != "" && !slices.Contains(about.targets, target) {
		q.say(CheckEndorsement, Skipped, ReasonEndorsementOther, "endorser", endorser)
		return
	}
	inner := q.inner()
	f := &form{}
	f.apply(doc, "", rules2Endorsement)
	inner.report(f, CheckStructure, "")
	inner.askSigned(ctx, envelope, a)
	inner.askDates(a.badge())
	if verdictOf(inner.findings) == NotCurrent {
		q.say(CheckEndorsement, Skipped, ReasonEndorsementFailed, "endorser", endorser, "why", whyEnded(inner.findings))
		return
	}
	q.sayEndorsement(inner, about, a.issuer.endorser(endorser), asText(asNode(doc["claim"])["endorsementComment"]))
}

// endorser is the profile of who endorses, known by where it is kept.
func (p part) endorser(name string) Profile {
	return Profile{ID: firstText(p.address, asID(p.node)), Name: name, Email: asText(p.node["email"])}
}

func whyEnded(findings []Finding) string {
	for _, f := range inOrder(findings) {
		if f.Result == Fail && endsOnly(f.Reason) {
			return f.Detail
		}
	}
	return ""
}
