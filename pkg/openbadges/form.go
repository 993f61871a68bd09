package openbadges

import (
	"encoding/json"
	"regexp"
	"strings"
)

// form collects where a document breaks the rules of its standard.
type form struct {
	missing, wrong, mistyped []string
	context, noSubject       bool
}

// rule is what one property must be like.
type rule struct {
	name     string
	required bool
	ok       func(v any) bool
}

// apply checks the properties of one object; path names it in what is reported.
func (f *form) apply(n node, path string, rules []rule) {
	for _, r := range rules {
		v, there := n[r.name]
		switch {
		case !there || v == nil:
			if r.required {
				f.missing = append(f.missing, path+r.name)
			}
		case !r.ok(v):
			f.wrong = append(f.wrong, path+r.name)
		}
	}
}

func (f *form) sound() bool {
	return !f.context && !f.noSubject && len(f.missing)+len(f.wrong)+len(f.mistyped) == 0
}

// report says what was found, one finding for each kind of mistake; path goes before the first names only.
func (q *inquiry) report(f *form, check Check, bad Reason) {
	say := func(broken bool, reason Reason, paths []string) {
		if !broken {
			return
		}
		if bad != "" {
			reason = bad
		}
		q.say(check, Fail, reason, "path", listed(paths))
	}
	say(f.context, ReasonWrongContext, []string{"@context"})
	say(f.noSubject, ReasonNoSubject, []string{"credentialSubject.id"})
	say(len(f.missing) > 0, ReasonMissing, f.missing)
	say(len(f.wrong) > 0, ReasonWrongForm, f.wrong)
	say(len(f.mistyped) > 0, ReasonWrongType, f.mistyped)
}

func listed(paths []string) string {
	const most = 6
	if len(paths) > most {
		return strings.Join(paths[:most], ", ") + " …"
	}
	return strings.Join(paths, ", ")
}

// The forms a value may have to have.
var (
	emailForm     = regexp.MustCompile(`^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$`)
	hashForm      = regexp.MustCompile(`^(?i)(sha1|sha256|sha384|sha512|md5)\$[0-9a-f]+$`)
	versionForm   = regexp.MustCompile(`^v?\d+\.\d+(\.\d+)?$`)
	languageForm  = regexp.MustCompile(`^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$`) // as far as BCP 47 can be seen (§2.1)
	directionForm = regexp.MustCompile(`^(ltr|rtl)$`)
	dataPicture   = regexp.MustCompile(`^data:image/(png|svg\+xml)(;[a-z0-9=-]+)*,[^<>]*$`)
)

func isString(v any) bool   { return asString(v) != "" }
func isAnyText(v any) bool  { _, ok := v.(string); return ok }
func isText(v any) bool     { return asText(v) != "" }
func isWebValue(v any) bool { return isWeb(asString(v)) }
func isIRI(v any) bool      { return isURI(asString(v)) || strings.HasPrefix(asString(v), "_:") }
func isDate(v any) bool     { _, _, ok := parseDate(v); return ok }
func isBool(v any) bool     { _, ok := v.(bool); return ok }

// isDateTime wants a time and a zone (OB 2.0 §DateTime, OB 3.0 DateTimeZ).
func isDateTime(v any) bool {
	_, number := v.(json.Number)
	_, zoned, ok := parseDate(v)
	return ok && zoned && !number && strings.Contains(asString(v), "-")
}

// isBoolish takes what was met in the wild: "true", "FalSE".
func isBoolish(v any) bool {
	return isBool(v) || strings.EqualFold(asString(v), "true") || strings.EqualFold(asString(v), "false")
}

func isDataPicture(v any) bool {
	return dataPicture.MatchString(strings.Join(strings.Fields(asString(v)), ""))
}

func isPicture1(v any) bool { return isWebValue(v) || isDataPicture(v) }

// each lets a property hold one value or several.
func each(ok func(any) bool) func(any) bool {
	return func(v any) bool {
		for _, item := range asList(v) {
			if !ok(item) {
				return false
			}
		}
		return true
	}
}

// both wants a value that fits two forms.
func both(one, other func(any) bool) func(any) bool {
	return func(v any) bool { return one(v) && other(v) }
}

// either takes a value that any of several forms fits.
func either(forms ...func(any) bool) func(any) bool {
	return func(v any) bool {
		for _, ok := range forms {
			if ok(v) {
				return true
			}
		}
		return false
	}
}

func isObject(v any) bool { return asNode(v) != nil }
func isArray(v any) bool  { _, ok := v.([]any); return ok }

func hasOnlyTexts(v any) bool {
	for _, item := range asList(v) {
		if !isAnyText(item) {
			return false
		}
	}
	return true
}
