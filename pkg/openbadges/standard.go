package openbadges

import "strings"

const (
	contextVC1 = "https://www.w3.org/2018/credentials/v1"
	contextVC2 = "https://www.w3.org/ns/credentials/v2"
	contextOB3 = "https://purl.imsglobal.org/spec/ob/v3p0/"
)

func isVC(s Standard) bool { return s == V30 || s == VC }

// standardOf recognises the version of a parsed document, also of one that breaks its rules. Errors: *[NotBadge].
func standardOf(doc node) (Standard, error) {
	contexts := asStrings(doc["@context"])
	switch {
	case hasType(doc, "VerifiablePresentation") || doc["verifiableCredential"] != nil && doc["credentialSubject"] == nil:
		return "", notBadge(ReasonPresentation, nil)
	case isCredential(doc, contexts):
		return credentialStandard(doc, contexts), nil
	case isPart(doc):
		return "", notBadge(ReasonPartOfABadge, nil, "type", strings.Join(typesOf(doc), ", "))
	}
	return assertionStandard(doc, contexts)
}

func isCredential(doc node, contexts []string) bool {
	if doc["credentialSubject"] != nil || hasType(doc, "VerifiableCredential", "OpenBadgeCredential", "AchievementCredential", "EndorsementCredential") {
		return true
	}
	return len(contexts) > 0 && (contexts[0] == contextVC1 || contexts[0] == contextVC2) && doc["type"] != nil
}

func credentialStandard(doc node, contexts []string) Standard {
	if hasType(doc, "OpenBadgeCredential", "AchievementCredential", "EndorsementCredential") {
		return V30
	}
	for _, context := range contexts {
		if isOB3Context(context) && !hasType(doc, "ClrCredential") {
			return V30
		}
	}
	return VC
}

func isOB3Context(context string) bool {
	return strings.HasPrefix(context, contextOB3) || strings.Contains(context, "imsglobal.github.io/openbadges-specification")
}

// isPart recognises what belongs to a badge but was given to nobody.
func isPart(doc node) bool {
	if hasType(doc, "Assertion") {
		return false
	}
	return hasType(doc, "BadgeClass", "Issuer", "Profile", "CryptographicKey", "RevocationList", "Endorsement", "Criteria", "Evidence", "Image", "IdentityObject", "Achievement")
}

func assertionStandard(doc node, contexts []string) (Standard, error) {
	for _, context := range contexts {
		if strings.Contains(context, "openbadges/v2") {
			return V20, nil
		}
		if strings.Contains(context, "openbadges/v1") {
			return V11, nil
		}
	}
	switch {
	case doc["@context"] != nil && (doc["verification"] != nil || hasType(doc, "Assertion")):
		return V20, nil
	case looksLike05(doc):
		return V05, nil
	case doc["uid"] != nil || doc["verify"] != nil || doc["badge"] != nil && (doc["recipient"] != nil || doc["issuedOn"] != nil):
		return V10, nil
	}
	return "", notBadge(ReasonNotABadge, nil)
}

// looksLike05 knows the first badges by the badge that lies inside, with its issuer's origin.
func looksLike05(doc node) bool {
	badge := asNode(doc["badge"])
	if doc["uid"] != nil || doc["verify"] != nil || badge == nil {
		return false
	}
	_, plain := doc["recipient"].(string)
	return plain || doc["issued_on"] != nil || doc["salt"] != nil || asNode(badge["issuer"]) != nil && doc["issuedOn"] == nil
}

// proofOf says how a document that came as JSON can be proved.
func proofOf(doc node, standard Standard) Proof {
	switch {
	case isVC(standard) && doc["proof"] != nil:
		return ProofDataIntegrity
	case isVC(standard) || verificationType(doc) == "signed":
		return ProofNone
	}
	return ProofHosted
}

// verificationType folds the names of OB 1.x and 2.0: "hosted", "signed" or as stated.
func verificationType(doc node) string {
	verify := asNode(first(doc, "verification", "verify"))
	for _, t := range typesOf(verify) {
		switch strings.ToLower(strings.TrimPrefix(t, "obi:")) {
		case "hosted", "hostedbadge":
			return "hosted"
		case "signed", "signedbadge":
			return "signed"
		}
	}
	return strings.Join(typesOf(verify), " ")
}

// hostedAt is where an assertion says it is kept (OB 1.0 verify.url, OB 2.0 id).
func hostedAt(doc node) string {
	id, verify := asID(doc), asString(asNode(first(doc, "verify", "verification"))["url"])
	if doc["verification"] != nil && isWeb(id) || verify == "" {
		return id
	}
	return verify
}
