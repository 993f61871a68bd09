package openbadges

// badgeOf reads what a document says, in the one shape of [Badge]. What is missing or malformed stays empty:
// whether that is allowed is a question for the structure check.
func badgeOf(standard Standard, doc node) Badge {
	switch standard {
	case V05:
		return badgeOf05(doc)
	case V30, VC:
		return badgeOfVC(doc)
	}
	badge := badgeOf2(doc)
	badge.Standard = standard
	return badge
}

// picture reads an image that may be an address, a data: URI or an object with a text alternative.
func picture(v any) (address, caption string) {
	for _, item := range asList(v) {
		if n := asNode(item); n != nil {
			return asID(n), asText(n["caption"])
		}
		if s := asString(item); s != "" {
			return s, ""
		}
	}
	return "", ""
}

// evidenceOf reads what may be an address, an object or many of either.
func evidenceOf(v any) []Evidence {
	var all []Evidence
	for _, item := range asList(v) {
		n := asNode(item)
		if n == nil {
			if s := asString(item); s != "" {
				all = append(all, Evidence{ID: s})
			}
			continue
		}
		all = append(all, Evidence{
			ID: asID(n), Name: asText(n["name"]), Description: asText(n["description"]),
			Narrative: asText(n["narrative"]), Genre: asText(n["genre"]), Audience: asText(n["audience"]),
		})
	}
	return all
}

// alignmentsOf knows the names of OB 1.x (name, url) beside those of OB 2.0 (targetName, targetUrl).
func alignmentsOf(v any) []Alignment {
	var all []Alignment
	items := asList(v)
	for _, item := range items {
		n := asNode(item)
		if n == nil {
			continue
		}
		if all == nil {
			all = make([]Alignment, 0, len(items))
		}
		all = append(all, Alignment{
			Name: asText(first(n, "targetName", "name")), URL: asString(first(n, "targetUrl", "url")),
			Framework: asText(first(n, "targetFramework", "framework")), Code: asText(n["targetCode"]),
			Description: asText(first(n, "targetDescription", "description")),
		})
	}
	return all
}

// criteriaOf reads an address, a narrative or an object with either.
func criteriaOf(v any) (address, text string) {
	for _, item := range asList(v) {
		n := asNode(item)
		if n == nil {
			if s := asString(item); isWeb(s) && address == "" {
				address = s
			} else if !isWeb(s) && text == "" {
				text = s
			}
			continue
		}
		if id := asID(n); isWeb(id) && address == "" {
			address = id
		}
		if narrative := asText(n["narrative"]); narrative != "" && text == "" {
			text = narrative
		}
	}
	return address, text
}

// profileOf reads an issuer, creator or endorser: an id alone, or what it says of itself.
func profileOf(v any) Profile {
	n := asNode(v)
	if n == nil {
		return Profile{ID: asString(v)}
	}
	image, _ := picture(n["image"])
	return Profile{
		ID: asID(n), Name: asText(n["name"]), URL: asString(n["url"]), Email: asString(n["email"]),
		Description: asText(n["description"]), Image: image,
	}
}
