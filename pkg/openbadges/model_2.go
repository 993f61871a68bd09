package openbadges

// badgeOf2 reads an assertion of OB 1.0 to 2.1. Class and issuer are read where they are embedded; where they are only
// named, their ids are kept and [Verify] loads them.
func badgeOf2(doc node) Badge {
	image, _ := picture(doc["image"])
	issued := dateOf(doc["issuedOn"])
	badge := Badge{
		ID:        firstText(asID(doc), asString(doc["uid"])),
		Recipient: recipientOf2(doc["recipient"]),
		Evidence:  evidenceOf(doc["evidence"]),
		Narrative: asText(doc["narrative"]),
		Image:     image,
		Language:  languageOf(doc),
		IssuedOn:  issued, ValidFrom: issued, Expires: dateOf(doc["expires"]),
	}
	badge.setClass(doc["badge"])
	return badge
}

// setClass reads a BadgeClass, or only its address, and the issuer it names.
func (b *Badge) setClass(v any) {
	class := asNode(v)
	if class == nil {
		b.Achievement = Achievement{ID: asString(v)}
		return
	}
	image, caption := picture(class["image"])
	address, text := criteriaOf(class["criteria"])
	b.Achievement = Achievement{
		ID: asID(class), Name: asText(class["name"]), Description: asText(class["description"]),
		CriteriaURL: address, CriteriaText: text, Image: image, ImageCaption: caption,
		Tags: asStrings(class["tags"]), Alignments: alignmentsOf(class["alignment"]),
	}
	if b.Language == "" {
		b.Language = languageOf(class)
	}
	b.Issuer = profileOf(class["issuer"])
}

// languageOf reads the language of a document: stated beside its texts or in its context.
func languageOf(doc node) string {
	if language := asString(first(doc, "@language", "inLanguage")); language != "" {
		return language
	}
	for _, context := range asList(doc["@context"]) {
		if language := asString(asNode(context)["@language"]); language != "" {
			return language
		}
	}
	_, language := asTextIn(doc["name"])
	return language
}

// recipientOf2 reads one IdentityObject or several.
func recipientOf2(v any) Recipient {
	var r Recipient
	for _, item := range asList(v) {
		if n := asNode(item); n != nil {
			r.Identities = append(r.Identities, Identity{
				Type: identityType(firstText(typesOf(n)...)), Value: asString(n["identity"]),
				Hashed: isTrue(n["hashed"]), Salt: asString(n["salt"]),
			})
		}
	}
	return r
}

func firstText(all ...string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}
