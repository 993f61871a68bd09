package openbadges

import "context"

// verifyAssertion asks what OB 0.5 to 2.1 ask (OB 2.0 §Verification).
func (q *inquiry) verifyAssertion(ctx context.Context, c *Credential) Badge {
	switch c.Proof {
	case ProofHosted:
		return q.verifyHosted(ctx, c)
	case ProofJWS:
		return q.verifySigned(ctx, c)
	}
	q.say(CheckProof, Fail, ReasonSignatureMissing)
	a := q.assertion(ctx, c.doc, c.Standard)
	q.askIssuerStated(a)
	q.say(CheckRevocation, Unknown, ReasonSignatureMissing)
	return q.askAssertion(ctx, a)
}

// assertion is an assertion with the objects it names.
type assertion struct {
	doc      node
	standard Standard
	class    part
	issuer   part
}

// assertion loads the BadgeClass and the issuer that an assertion names.
func (q *inquiry) assertion(ctx context.Context, doc node, standard Standard) assertion {
	a := assertion{doc: doc, standard: standard}
	if standard == V05 {
		class := asNode(doc["badge"])
		issuer := asNode(class["issuer"])
		a.class, a.issuer = part{node: class}, part{node: issuer, address: asString(issuer["origin"])}
		return a
	}
	a.class = q.part(ctx, doc["badge"], standard)
	if a.class.node != nil {
		a.issuer = q.part(ctx, a.class.node["issuer"], a.class.standard)
	}
	return a
}

// badge is what the assertion says with what it links to.
func (a assertion) badge() Badge {
	badge := badgeOf(a.standard, a.doc)
	if a.standard == V05 {
		return badge
	}
	if a.class.node != nil {
		badge.setClass(a.class.node)
	}
	if badge.Achievement.ID == "" {
		badge.Achievement.ID = a.class.address
	}
	if a.issuer.node != nil {
		badge.Issuer = profileOf(a.issuer.node)
	}
	if badge.Issuer.ID == "" || isWeb(a.issuer.address) { // a profile can call itself anything, and is known by where it was found
		badge.Issuer.ID = a.issuer.address
	}
	return badge
}

// provenBy names the issuer by the address its profile was found at, whatever the profile says of itself.
func (a assertion) provenBy() string { return Profile{ID: a.issuer.address}.ProvenBy() }

// askAssertion asks what does not depend on the kind of proof.
func (q *inquiry) askAssertion(ctx context.Context, a assertion) Badge {
	badge := a.badge()
	q.askForm(a)
	q.askRecipient(badge)
	q.askDates(badge)
	q.askAchievement(ctx, a)
	q.askExtensions(ctx, a)
	q.askEndorsements2(ctx, a)
	return badge
}

func (q *inquiry) askForm(a assertion) {
	f := formAssertion(a.doc, a.standard)
	if f.sound() {
		q.say(CheckStructure, Pass, ReasonWellMade, "standard", string(a.standard))
		return
	}
	q.report(f, CheckStructure, "")
}

// askAchievement asks for the BadgeClass and its picture.
func (q *inquiry) askAchievement(ctx context.Context, a assertion) {
	switch {
	case a.class.silent:
		q.say(CheckAchievement, Unknown, ReasonAchievementSilent, "address", a.class.address)
		return
	case a.class.node == nil:
		q.say(CheckAchievement, Fail, ReasonNoAchievement)
		return
	case a.class.broken:
		q.say(CheckAchievement, Fail, ReasonAchievementMalformed, "path", a.class.address)
		return
	}
	if a.standard != V05 {
		if f := formClass(a.class.node, a.class.standard); !f.sound() {
			q.report(f, CheckAchievement, ReasonAchievementMalformed)
			return
		}
	}
	q.askPicture(ctx, a.badge().Achievement.Image)
}

// askPicture looks whether the picture is one (OB 2.0: PNG or SVG).
func (q *inquiry) askPicture(ctx context.Context, address string) {
	if isDataPicture(address) || !isWeb(address) {
		q.say(CheckAchievement, Pass, ReasonAchievementFound)
		return
	}
	doc, err := q.load(ctx, address)
	switch {
	case err != nil || doc.Status != 200:
		q.say(CheckAchievement, Unknown, ReasonPictureSilent, "address", address)
	case !isPicture(doc.Body):
		q.say(CheckAchievement, Fail, ReasonPictureBroken, "address", address)
	default:
		q.say(CheckAchievement, Pass, ReasonAchievementFound)
	}
}
