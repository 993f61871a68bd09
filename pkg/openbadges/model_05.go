package openbadges

// badgeOf05 reads the first badges (OB 0.5): everything inside, addresses relative to the issuer's origin.
func badgeOf05(doc node) Badge {
	class := asNode(doc["badge"])
	issuer := asNode(class["issuer"])
	origin := asString(issuer["origin"])
	return Badge{
		Standard: V05,
		Achievement: Achievement{
			Name: asText(class["name"]), Description: asText(class["description"]),
			CriteriaURL: under(origin, asString(class["criteria"])), Image: under(origin, asString(class["image"])),
		},
		Issuer:    Profile{ID: origin, Name: asText(issuer["name"]), URL: origin, Email: asString(issuer["contact"]), Description: asText(issuer["org"])},
		Recipient: recipientOf05(doc),
		Evidence:  evidenceOf(under(origin, asString(doc["evidence"]))),
		IssuedOn:  dateOf(doc["issued_on"]),
		ValidFrom: dateOf(doc["issued_on"]),
		Expires:   dateOf(doc["expires"]),
	}
}

func recipientOf05(doc node) Recipient {
	stated := asString(doc["recipient"])
	if stated == "" {
		return Recipient{}
	}
	identity := plainIdentity(stated)
	identity.Salt = asString(doc["salt"])
	return Recipient{Identities: []Identity{identity}}
}

func under(origin, address string) string {
	if address == "" {
		return ""
	}
	return resolve(origin, address)
}
