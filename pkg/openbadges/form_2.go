package openbadges

import "slices"

// The rules of OB 2.0 (§Data Validation, §Open Badges Vocabulary).
var (
	rules2 = []rule{
		{"id", true, isIRI},
		{"type", true, isNamed("Assertion")},
		{"recipient", true, isObject},
		{"badge", true, either(isIRI, isObject)},
		{"issuedOn", true, isDateTime},
		{"expires", false, isDateTime},
		{"image", false, either(isWebValue, isPictureAddress)},
		{"evidence", false, each(either(isIRI, isObject))},
		{"narrative", false, isText},
		{"revoked", false, isBool},
	}
	rules2Subject = []rule{
		{"identity", true, isString},
		{"type", true, func(v any) bool { return isString(v) || isArray(v) }},
		{"hashed", true, isBoolish},
		{"salt", false, isAnyText},
	}
	rules2Verify = []rule{
		{"type", true, isNamed("HostedBadge", "SignedBadge", "hosted", "signed")},
		{"creator", false, each(isIRI)},
	}
	rules2Class = []rule{
		{"id", true, isIRI},
		{"type", true, isNamed("BadgeClass")},
		{"name", true, isText},
		{"description", true, isText},
		{"image", true, either(isPicture2, isDataPicture)},
		{"criteria", true, each(either(isIRI, isObject))},
		{"issuer", true, either(isIRI, isObject)},
		{"alignment", false, each(isAlignment2)},
		{"tags", false, each(isText)},
	}
	rules2Profile = []rule{
		{"id", true, isIRI},
		{"type", true, isNamed("Profile", "Issuer")},
		{"name", true, isText},
		{"url", true, isWebValue},
		{"email", true, isString},
		{"publicKey", false, each(either(isIRI, isObject))},
		{"revocationList", false, isIRI},
		{"verification", false, isObject},
		{"image", false, either(isPicture2, isDataPicture)},
	}
)

func isPicture2(v any) bool {
	if n := asNode(v); n != nil {
		return isWebValue(n["id"]) || isDataPicture(n["id"])
	}
	return isWebValue(v)
}

// isPictureAddress wants an Image at an address: the picture of an assertion is no data (OB 2.0 §Assertion).
func isPictureAddress(v any) bool { return isWebValue(asNode(v)["id"]) }

func isAlignment2(v any) bool {
	n := asNode(v)
	return n != nil && isText(first(n, "targetName", "name")) && isIRI(first(n, "targetUrl", "url"))
}

func form2(doc node) *form {
	f := &form{}
	f.apply(doc, "", rules2)
	if recipient := asNode(doc["recipient"]); recipient != nil {
		f.apply(recipient, "recipient.", rules2Subject)
	}
	// The context makes "verify" another name of "verification".
	verification := asNode(first(doc, "verification", "verify"))
	if verification == nil {
		f.missing = append(f.missing, "verification")
	} else {
		f.apply(verification, "verification.", rules2Verify)
	}
	f.mistypedNodes(doc)
	return f
}

// mistypedNodes looks at what may be embedded and carries a type of its own.
func (f *form) mistypedNodes(doc node) {
	for _, name := range []string{"evidence", "image"} {
		for _, item := range asList(doc[name]) {
			if n := asNode(item); n != nil && n["type"] != nil && len(typesOf(n)) == 0 {
				f.mistyped = append(f.mistyped, name+".type")
			}
		}
	}
}

// formAssertion checks an assertion by the rules of its version.
func formAssertion(doc node, standard Standard) *form {
	switch standard {
	case V05:
		return form05(doc)
	case V10, V11:
		return form1(doc, standard)
	}
	return form2(doc)
}

func formClass(class node, standard Standard) *form {
	f := &form{}
	if standard == V20 {
		f.apply(class, "", rules2Class)
	} else {
		f.apply(class, "", rules1Class)
		if standard == V10 && asNode(class["issuer"]) != nil {
			f.wrong = append(f.wrong, "issuer")
		}
	}
	return f
}

func formProfile(profile node, standard Standard) *form {
	f := &form{}
	if standard == V20 {
		f.apply(profile, "", rules2Profile)
	} else {
		f.apply(profile, "", rules1Issuer)
	}
	return f
}

// standardOfPart reads the version of a class or profile, which need not be that of the assertion.
func standardOfPart(part node, otherwise Standard) Standard {
	contexts := asStrings(part["@context"])
	switch {
	case slices.Contains(contexts, "https://w3id.org/openbadges/v2"):
		return V20
	case slices.Contains(contexts, "https://w3id.org/openbadges/v1"):
		return V11
	case otherwise == V20 && part["@context"] == nil && len(typesOf(part)) == 0:
		return V10
	}
	return otherwise
}
