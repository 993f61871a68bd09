package openbadges

import "strings"

// The rules of Verifiable Credentials (VC 2.0 §4, VC 1.1 §4) and of Open Badges 3.0 (§B) on top of them.
var (
	rulesVC = []rule{
		{"id", false, isURIValue},
		{"type", true, both(isNamed("VerifiableCredential"), each(isString))},
		{"issuer", false, isIssuer},
		{"credentialSubject", true, isSubjects},
		{"validFrom", false, isTimestamp},
		{"validUntil", false, isTimestamp},
		{"issuanceDate", false, isTimestamp},
		{"expirationDate", false, isTimestamp},
		{"awardedDate", false, isTimestamp},
		{"name", false, isLanguageValue},
		{"description", false, isLanguageValue},
		{"credentialStatus", false, each(isTypedObject(false))},
		{"termsOfUse", false, each(isTypedObject(false))},
		{"refreshService", false, each(isTypedObject(false))},
		{"evidence", false, each(isTypedObject(false))},
		{"credentialSchema", false, each(isTypedObject(true))},
		{"proof", false, each(isTypedObject(false))},
		{"relatedResource", false, isRelated},
	}
	rulesOB3 = []rule{
		{"id", true, isURIValue},
		{"type", true, isNamed("OpenBadgeCredential", "AchievementCredential", "EndorsementCredential")},
		{"image", false, isImage3},
	}
	rulesAchievement = []rule{
		{"id", true, isURIValue},
		{"type", true, isNamed("Achievement")},
		{"name", true, isText},
		{"description", true, isText},
		{"criteria", true, isObject},
		{"image", false, isImage3},
		{"tag", false, each(isAnyText)},
		{"alignment", false, each(isAlignment2)},
		{"achievementType", false, isString},
	}
	rulesIdentity = []rule{
		{"type", true, isNamed("IdentityObject")},
		{"identityHash", true, isString},
		{"identityType", true, isString},
		{"hashed", true, isBoolish},
		{"salt", false, isAnyText},
	}
)

// isTimestamp wants seconds and a zone with a colon, as xsd:dateTimeStamp is written (VC 2.0 §4.9, OB 3.0 DateTimeZ).
func isTimestamp(v any) bool {
	text := asString(v)
	p, ok := datePartsOf(text)
	written := p.year + "-" + p.month + "-" + p.day + "T" + p.hour + ":" + p.minute + ":" + p.second + p.fraction + p.zone
	return ok && isDateTime(v) && written == text && len(p.second) == 2 && !strings.HasPrefix(p.fraction, ",") && (len(p.zone) == 1 || len(p.zone) == 6)
}

// isRelated wants each resource to be named once and to be pinned by a digest (VC 2.0 §5.3).
func isRelated(v any) bool {
	seen := map[string]bool{}
	for _, item := range asList(v) {
		n := asNode(item)
		id := asString(n["id"])
		if !isURI(id) || seen[id] || first(n, "digestSRI", "digestMultibase") == nil {
			return false
		}
		seen[id] = true
	}
	return true
}

func isURIValue(v any) bool { return isURI(asString(v)) }

// isIssuer leaves a missing id to the issuer check.
func isIssuer(v any) bool {
	if n := asNode(v); n != nil {
		id := first(n, "id", "@id")
		return (id == nil || isURIValue(id)) && languageValues(n)
	}
	return isURIValue(v)
}

func languageValues(n node) bool {
	for _, name := range []string{"name", "description"} {
		if v := n[name]; v != nil && !isLanguageValue(v) {
			return false
		}
	}
	return true
}

// isSubjects wants at least one claim about each subject, and no subject with several ids.
func isSubjects(v any) bool {
	for _, item := range asList(v) {
		n := asNode(item)
		if id, stated := n["id"]; len(n) == 0 || stated && !isURIValue(id) {
			return false
		}
	}
	return len(asList(v)) > 0
}

// isTypedObject wants an object with a type; its id, where it has one, must be one address, and not null (VC 2.0 §4.4).
func isTypedObject(withID bool) func(any) bool {
	return func(v any) bool {
		n := asNode(v)
		id := first(n, "id", "@id")
		_, stated := n["id"]
		return n != nil && (statesType(n["type"]) || statesType(n["@type"])) && (isURIValue(id) || !withID && !stated)
	}
}

// isLanguageValue wants text, or text with its language and direction and nothing else (VC 2.0 §11.1).
func isLanguageValue(v any) bool {
	for _, item := range asList(v) {
		n := asNode(item)
		if n == nil {
			if !isAnyText(item) {
				return false
			}
			continue
		}
		for key := range n {
			if key != "@value" && key != "@language" && key != "@direction" {
				return false
			}
		}
		if !isAnyText(n["@value"]) || !languageForm.MatchString(said(n, "@language", "und")) || !directionForm.MatchString(said(n, "@direction", "ltr")) {
			return false
		}
	}
	return true
}

// said answers a property that may be left out, "" where it is no text.
func said(n node, name, otherwise string) string {
	if v, stated := n[name]; stated {
		return asString(v)
	}
	return otherwise
}

// isImage3 takes an object with the picture's address, or the address alone as VC 1.1 wrote it.
func isImage3(v any) bool {
	if n := asNode(v); n != nil {
		return isURI(asID(n)) || isDataPicture(asID(n))
	}
	return isURIValue(v) || isDataPicture(v)
}

// formVC checks a credential by the rules of the version its context names.
func formVC(doc node, standard Standard) *form {
	f := &form{context: !contextsInOrder(doc, standard)}
	f.apply(doc, "", rulesVC)
	for _, name := range []string{"id", "issuer"} { // which name something or are left out
		if v, stated := doc[name]; stated && v == nil {
			f.wrong = append(f.wrong, name)
		}
	}
	f.dates(doc, standard)
	if standard == V30 {
		f.badge3(doc)
	}
	return f
}

// contextsInOrder: the context of VC comes first, that of Open Badges after it (OB 3.0 §B.1.1).
func contextsInOrder(doc node, standard Standard) bool {
	all := asList(doc["@context"])
	if len(all) == 0 || asString(all[0]) != contextVC1 && asString(all[0]) != contextVC2 {
		return false
	}
	open := false
	for _, item := range all[1:] {
		text, isText := item.(string)
		if isText && !isURI(text) || !isText && asNode(item) == nil {
			return false
		}
		open = open || isOB3Context(text)
	}
	return open || standard != V30
}

// dates: VC 1.1 wants issuanceDate, OB 3.0 on VC 2.0 wants validFrom.
func (f *form) dates(doc node, standard Standard) {
	old := len(asList(doc["@context"])) > 0 && asString(asList(doc["@context"])[0]) == contextVC1
	if old && first(doc, "issuanceDate", "validFrom") == nil {
		f.missing = append(f.missing, "issuanceDate")
	}
	if !old && standard == V30 && first(doc, "validFrom", "issuanceDate") == nil {
		f.missing = append(f.missing, "validFrom")
	}
}

func (f *form) badge3(doc node) {
	f.apply(doc, "", rulesOB3)
	f.profile(doc["issuer"], "issuer", 0)
	f.typed(doc["evidence"], "evidence", "Evidence")
	f.typed(doc["image"], "image", "Image")
	if len(asList(doc["credentialSubject"])) > 1 { // an Open Badge is given to one; a set has no first
		f.wrong = append(f.wrong, "credentialSubject")
	}
	for _, item := range asList(doc["credentialSubject"]) {
		if subject := asNode(item); subject != nil {
			f.subject(subject, hasType(doc, "EndorsementCredential"))
		}
	}
}

func (f *form) subject(subject node, endorsement bool) {
	if subject["id"] == nil && (endorsement || len(asList(subject["identifier"])) == 0) {
		f.noSubject = true
	}
	const path = "credentialSubject"
	if endorsement {
		f.typed(subject, path, "EndorsementSubject")
		return
	}
	f.typed(subject, path, "AchievementSubject")
	f.typed(subject["result"], path+".result", "Result")
	f.profile(subject["source"], path+".source", 0)
	for _, item := range asList(subject["identifier"]) {
		if identity := asNode(item); identity != nil {
			f.apply(identity, path+".identifier.", rulesIdentity)
		} else {
			f.wrong = append(f.wrong, path+".identifier")
		}
	}
	if achievement := asNode(subject["achievement"]); achievement != nil {
		f.achievement(achievement, path+".achievement.")
	} else {
		f.missing = append(f.missing, path+".achievement")
	}
}

func (f *form) achievement(n node, path string) {
	f.apply(n, path, rulesAchievement)
	if criteria := asNode(n["criteria"]); criteria != nil && asID(criteria) == "" && !isText(criteria["narrative"]) {
		f.missing = append(f.missing, path+"criteria.narrative")
	}
	f.profile(n["creator"], path+"creator", 0)
	f.typed(n["resultDescription"], path+"resultDescription", "ResultDescription")
	f.typed(n["otherIdentifier"], path+"otherIdentifier", "IdentifierEntry")
}

// profile follows parentOrg upwards, to a bounded height.
func (f *form) profile(v any, path string, height int) {
	n := asNode(v)
	if n == nil || height > maxDepth {
		return
	}
	f.typed(n, path, "Profile")
	f.typed(n["otherIdentifier"], path+".otherIdentifier", "IdentifierEntry")
	f.profile(n["parentOrg"], path+".parentOrg", height+1)
}

// typed wants every object of a property to be of a type; addresses alone carry none.
func (f *form) typed(v any, path, name string) {
	for _, item := range asList(v) {
		if n := asNode(item); n != nil && !hasType(n, name) {
			f.mistyped = append(f.mistyped, strings.TrimSuffix(path, ".")+".type")
		}
	}
}

// askCredentialForm says the structure findings of a credential and of the envelope around it.
func (q *inquiry) askCredentialForm(c *Credential) {
	f := formVC(c.doc, c.Standard)
	q.report(f, CheckStructure, "")
	sound := f.sound()
	if c.jwt != nil {
		missing, differing := c.jwt.compare(c.Standard == V30)
		if len(missing) > 0 {
			q.say(CheckStructure, Fail, ReasonClaimMissing, "claim", listed(missing))
		}
		if len(differing) > 0 {
			q.say(CheckStructure, Fail, ReasonClaimsDiffer, "claim", listed(differing))
		}
		sound = sound && len(missing)+len(differing) == 0
	}
	switch {
	case sound && c.Standard == VC:
		q.say(CheckStructure, Pass, ReasonWellMadeVC)
	case sound:
		q.say(CheckStructure, Pass, ReasonWellMade, "standard", string(c.Standard))
	}
}
