package openbadges

import (
	"strings"
	"time"
)

// badgeOfVC reads an OpenBadgeCredential (OB 3.0 §B.1), or as much of any Verifiable Credential as fits.
func badgeOfVC(doc node) Badge {
	subject := subjectOf(doc)
	achievement := asNode(subject["achievement"])
	image, _ := picture(doc["image"])
	_, language := asTextIn(doc["name"]) // not of an inline context, which says nothing about the typed texts of OB 3.0
	badge := Badge{
		ID: asID(doc), Standard: credentialStandard(doc, asStrings(doc["@context"])),
		Achievement: achievementOf(achievement),
		Issuer:      profileOf(doc["issuer"]),
		Recipient:   recipientOf3(subject),
		Evidence:    evidenceOf(doc["evidence"]),
		Narrative:   asText(subject["narrative"]),
		Image:       image,
		Language:    firstText(asString(achievement["inLanguage"]), language),
		IssuedOn:    dateOf(first(doc, "awardedDate", "validFrom", "issuanceDate")),
		ValidFrom:   latest(dateOf(doc["validFrom"]), dateOf(doc["issuanceDate"])),
		Expires:     earliest(dateOf(doc["validUntil"]), dateOf(doc["expirationDate"])),
	}
	if badge.Achievement.Name == "" {
		badge.Achievement.Name = asText(doc["name"])
	}
	if badge.Achievement.Description == "" {
		badge.Achievement.Description = asText(doc["description"])
	}
	if creator := profileOf(achievement["creator"]); creator.ID != "" && creator.ID != badge.Issuer.ID {
		badge.Creator = &creator
	}
	return badge
}

// latest and earliest are the narrower bounds where both versions of the data model are spoken; zero is not stated.
func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earliest(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// subjectOf answers the subject that the achievement belongs to; VC allows several, OB 3.0 one.
func subjectOf(doc node) node {
	for _, item := range asList(doc["credentialSubject"]) {
		if n := asNode(item); n != nil {
			return n
		}
	}
	return nil
}

func achievementOf(n node) Achievement {
	image, caption := picture(n["image"])
	address, text := criteriaOf(n["criteria"])
	return Achievement{
		ID: asID(n), Name: asText(n["name"]), Description: asText(n["description"]),
		CriteriaURL: address, CriteriaText: text, Image: image, ImageCaption: caption,
		Tags: asStrings(first(n, "tag", "tags")), Alignments: alignmentsOf(n["alignment"]), Type: asString(n["achievementType"]),
	}
}

// recipientOf3 reads the subject's id and its identifiers (OB 3.0 §IdentityObject).
func recipientOf3(subject node) Recipient {
	r := Recipient{ID: asID(subject), Name: asText(subject["name"])}
	for _, item := range asList(subject["identifier"]) {
		n := asNode(item)
		if n == nil {
			continue
		}
		identity := Identity{
			Type: identityType(firstText(asString(n["identityType"]), "unknown")), Value: asString(first(n, "identityHash", "identity")),
			Hashed: isTrue(n["hashed"]), Salt: asString(n["salt"]),
		}
		if identity.Type == "name" && r.Name == "" && !identity.Hashed {
			r.Name = identity.Value
		}
		r.Identities = append(r.Identities, identity)
	}
	if address, found := strings.CutPrefix(r.ID, "mailto:"); found {
		r.Identities = append(r.Identities, Identity{Type: email, Value: address})
	}
	return r
}
