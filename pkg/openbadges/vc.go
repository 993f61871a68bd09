package openbadges

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/carnetbadges/carnet/pkg/openbadges/did"
)

// verifyVC follows OB 3.0 §9: form, proof, refresh once, status and dates, recipient, endorsements.
func (q *inquiry) verifyVC(ctx context.Context, c *Credential) Badge {
	q.askCredentialForm(c)
	if asID(c.doc["issuer"]) == "" {
		q.say(CheckIssuer, Fail, ReasonIssuerNotStated)
	}
	q.askSchemas(ctx, c)
	q.askProof(ctx, c)
	if newer := q.refresh(ctx, c); newer != nil {
		c = newer
	}
	badge := c.said
	q.askStatus(ctx, c)
	q.askDates(badge)
	q.askRecipient(badge)
	q.askOwnAchievement(c)
	q.askEndorsements3(ctx, c)
	return badge
}

// askSchemas validates by the schemas the issuer names (VC 2.0 §4.11). Those of 1EdTech say what is checked anyway.
func (q *inquiry) askSchemas(ctx context.Context, c *Credential) {
	const most = 4
	for i, item := range asList(c.doc["credentialSchema"]) {
		address := asID(item)
		switch {
		case strings.HasPrefix(address, contextOB3+"schema/"):
			q.say(CheckStructure, Skipped, ReasonSchemaOwn, "address", address)
		case i >= most || !hasType(asNode(item), "1EdTechJsonSchemaValidator2019", "JsonSchema", "JsonSchemaValidator2018"):
			q.say(CheckStructure, Unknown, ReasonSchemaNotChecked, "address", address)
		default:
			q.askSchema(ctx, c, address)
		}
	}
}

func (q *inquiry) askSchema(ctx context.Context, c *Credential, address string) {
	err := q.checkSchema(ctx, address, c.doc)
	switch {
	case err == nil:
		q.say(CheckStructure, Pass, ReasonSchemaFollowed, "address", address)
	case errors.Is(err, errSchema):
		q.say(CheckStructure, Fail, ReasonSchemaFailed, "address", address, "path", strings.TrimPrefix(err.Error(), errSchema.Error()+": "))
	default:
		q.say(CheckStructure, Unknown, ReasonSchemaNotChecked, "address", address)
	}
}

// askProof says the findings about the proof and about whose key it was made with.
func (q *inquiry) askProof(ctx context.Context, c *Credential) {
	switch c.Proof {
	case ProofJWT:
		q.askJWT(ctx, c)
	case ProofDataIntegrity:
		q.askDataIntegrity(ctx, c)
	default:
		q.say(CheckProof, Fail, ReasonNoProof)
		q.sayIssuer(Unknown, ReasonNoProof)
	}
}

// askBound asks whether a key is the issuer's to sign with, and was when it signed; a good signature answers another
// question.
func (q *inquiry) askBound(method did.Method, issuer Profile, made time.Time) {
	name := issuer.ProvenBy()
	err := method.BoundTo(issuer.ID)
	from, led := q.visit.elsewhere(method.ID, issuer.ID)
	switch {
	case !method.Revoked.IsZero() && !q.at.Before(method.Revoked):
		q.sayIssuer(Fail, ReasonKeyWithdrawn, "issuer", name, "from", day(method.Revoked))
	case !method.Expires.IsZero() && made.After(method.Expires):
		q.sayIssuer(Fail, ReasonKeyEnded, "issuer", name, "until", day(method.Expires))
	case led != "" && (err == nil || isBareKeyOf(method, issuer)):
		q.sayIssuer(Unknown, ReasonIssuerElsewhere, "issuer", from, "host", led)
	case err == nil || isBareKeyOf(method, issuer):
		q.sayIssuer(Pass, ReasonKeyIsIssuers, "issuer", name, "key", method.ID)
	case isOpen(err):
		q.sayIssuer(Unknown, ReasonKeyUnconfirmed, "issuer", name, "address", method.ID)
	default:
		q.sayIssuer(Fail, ReasonKeyNotBound, "issuer", name, "address", method.ID)
	}
}

// isBareKeyOf: a key at an address of its own that names no controller (OB 3.0 §8.2.3, a kid that leads to a JWK) is the
// issuer's when it is published where the issuer is, as hosted badges are.
func isBareKeyOf(method did.Method, issuer Profile) bool {
	return method.Controller == "" && isWeb(method.ID) && isWeb(issuer.ID) && authority(method.ID) == authority(issuer.ID)
}

func isOpen(err error) bool {
	result, _ := proofTrouble(err)
	return result == Unknown
}

// sayIssuer says nothing more about an issuer that is not even named.
func (q *inquiry) sayIssuer(result Result, reason Reason, params ...string) {
	if !has(q.findings, CheckIssuer, Fail, ReasonIssuerNotStated) {
		q.say(CheckIssuer, result, reason, params...)
	}
}

// resolve finds keys through the web of this inquiry.
func (q *inquiry) resolve(ctx context.Context, verificationMethod string) (did.Method, error) {
	return did.Resolve(ctx, verificationMethod, q.page)
}

// page is the did.Fetch of this inquiry.
func (q *inquiry) page(ctx context.Context, url string) (int, string, []byte, error) {
	doc, err := q.load(ctx, url)
	return doc.Status, doc.ContentType, doc.Body, err
}

// askOwnAchievement: from OB 3.0 on the achievement is inside, and its form is that of the credential.
func (q *inquiry) askOwnAchievement(c *Credential) {
	achievement := asNode(subjectOf(c.doc)["achievement"])
	switch {
	case c.Standard == VC || hasType(c.doc, "EndorsementCredential") || hasType(c.doc, "ClrCredential"):
		q.say(CheckAchievement, Skipped, ReasonNoAchievement)
	case asText(achievement["name"]) == "":
		q.say(CheckAchievement, Skipped, ReasonNoAchievement)
	default:
		q.say(CheckAchievement, Pass, ReasonAchievementFound)
	}
}
