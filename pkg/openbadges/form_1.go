package openbadges

import (
	"net/url"
	"strings"
)

// The rules of OB 0.5 and 1.0, as the first validator read them.
var (
	rules05 = []rule{
		{"recipient", true, func(v any) bool { return emailForm.MatchString(asString(v)) || hashForm.MatchString(asString(v)) }},
		{"salt", false, isAnyText},
		{"evidence", false, isPath},
		{"expires", false, isDate},
		{"issued_on", false, isDate},
		{"badge", true, isObject},
	}
	rules05Badge = []rule{
		{"version", true, func(v any) bool { return versionForm.MatchString(asString(v)) }},
		{"name", true, isString},
		{"description", true, isString},
		{"image", true, isPath},
		{"criteria", true, isPath},
		{"issuer", true, isObject},
	}
	rules05Issuer = []rule{
		{"origin", true, isOrigin},
		{"name", true, isString},
		{"org", false, isAnyText},
		{"contact", false, func(v any) bool { return emailForm.MatchString(asString(v)) }},
	}
	rules1 = []rule{
		{"recipient", true, isObject},
		{"verify", true, isObject},
		{"issuedOn", true, isDate},
		{"expires", false, isDate},
		{"image", false, isPicture1},
	}
	rules10 = []rule{
		{"uid", true, isString},
		{"badge", true, isWebValue},
		{"evidence", false, each(isWebValue)},
	}
	rules11 = []rule{
		{"id", true, isWebOrURN},
		{"type", true, isNamed("Assertion")},
		{"badge", true, either(isWebValue, isObject)},
		{"evidence", false, each(either(isWebValue, isObject))},
	}
	rules1Subject = []rule{
		{"identity", true, isString},
		{"type", true, func(v any) bool { return strings.EqualFold(asString(v), email) }},
		{"hashed", true, isBoolish},
		{"salt", false, isAnyText},
	}
	rules1Verify = []rule{
		{"type", true, func(v any) bool {
			return strings.EqualFold(asString(v), "hosted") || strings.EqualFold(asString(v), "signed")
		}},
		{"url", true, isWebValue},
	}
	rules1Class = []rule{
		{"name", true, isString},
		{"description", true, isString},
		{"image", true, isPicture1},
		{"criteria", true, isWebValue},
		{"issuer", true, either(isWebValue, isObject)},
		{"tags", false, hasOnlyTexts},
		{"alignment", false, each(isAlignment1)},
	}
	rules1Issuer = []rule{
		{"name", true, isString},
		{"url", true, isWebValue},
		{"description", false, isAnyText},
		{"image", false, isPicture1},
		{"email", false, isAnyText},
		{"revocationList", false, isWebValue},
	}
)

// isPath takes an address that may be relative to the issuer's origin.
func isPath(v any) bool {
	text := asString(v)
	return isWeb(text) || strings.HasPrefix(text, "/") && !strings.ContainsAny(text, " \t\r\n<>") || isDataPicture(v)
}

func isOrigin(v any) bool {
	u, err := url.Parse(asString(v))
	return err == nil && isWeb(asString(v)) && (u.Path == "" || u.Path == "/") && u.RawQuery == "" && u.Fragment == ""
}

func isWebOrURN(v any) bool {
	return isWebValue(v) || strings.HasPrefix(asString(v), "urn:")
}

// isNamed wants a type among others.
func isNamed(names ...string) func(any) bool {
	return func(v any) bool { return isTyped(v, names) }
}

func isAlignment1(v any) bool {
	n := asNode(v)
	description, stated := n["description"]
	return n != nil && isString(n["name"]) && isWebValue(n["url"]) && (!stated || isAnyText(description))
}

func form05(doc node) *form {
	f := &form{}
	f.apply(doc, "", rules05)
	if badge := asNode(doc["badge"]); badge != nil {
		f.apply(badge, "badge.", rules05Badge)
		if issuer := asNode(badge["issuer"]); issuer != nil {
			f.apply(issuer, "badge.issuer.", rules05Issuer)
		}
	}
	return f
}

func form1(doc node, standard Standard) *form {
	f := &form{}
	f.apply(doc, "", rules1)
	if standard == V10 {
		f.apply(doc, "", rules10)
	} else {
		f.apply(doc, "", rules11)
	}
	if recipient := asNode(doc["recipient"]); recipient != nil {
		f.apply(recipient, "recipient.", rules1Subject)
	}
	if verify := asNode(doc["verify"]); verify != nil {
		f.apply(verify, "verify.", rules1Verify)
	}
	return f
}
