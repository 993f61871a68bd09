package openbadges

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

var (
	errSchema        = errors.New("does not follow its schema")
	errSchemaUnknown = errors.New("a schema that says more than is understood")
)

// mostSteps bounds the work of one schema: its references can multiply, and its demands can compare everything with everything.
const mostSteps = 2_000_000

// schema is a JSON Schema of the kind that extensions of Open Badges use (draft 4 to 2020, what they have in common).
// It would rather understand nothing than overlook a demand: an unknown keyword is errSchemaUnknown.
type schema struct {
	root node
	left int // steps
}

func newSchema(root node) *schema { return &schema{root: root, left: mostSteps} }

// spend is errSchemaUnknown when more was asked for than is given.
func (s *schema) spend(steps int) error {
	if s.left -= 1 + steps; s.left < 0 {
		return fmt.Errorf("%w: too much work", errSchemaUnknown)
	}
	return nil
}

// check answers nil, errSchema with the path of the first mistake, or errSchemaUnknown.
func (s *schema) check(rules any, v any, path string, depth int) error {
	if allowed, isBool := rules.(bool); isBool {
		return demand(allowed, path)
	}
	n := asNode(rules)
	if n == nil || depth > maxDepth*8 {
		return errSchemaUnknown
	}
	if err := s.spend(len(n)); err != nil {
		return err
	}
	for _, keyword := range sortedKeys(n) {
		if err := s.keyword(n, keyword, v, path, depth); err != nil {
			return err
		}
	}
	return nil
}

func demand(ok bool, path string) error {
	if ok {
		return nil
	}
	return fmt.Errorf("%w: %s", errSchema, firstText(path, "."))
}

func (s *schema) keyword(n node, keyword string, v any, path string, depth int) error {
	rule := n[keyword]
	switch keyword {
	case "$schema", "id", "$id", "title", "description", "default", "examples", "definitions", "$defs", "$comment", "format":
		return nil
	case "type":
		return s.ofType(v, asStrings(rule), path)
	case "enum":
		return s.among(v, asList(rule), path)
	case "const":
		return s.among(v, []any{rule}, path)
	case "$ref":
		return s.reference(asString(rule), v, path, depth)
	case "allOf", "anyOf", "oneOf", "not":
		return s.combined(keyword, asList(rule), v, path, depth)
	case "properties", "required", "additionalProperties", "minProperties":
		return s.object(n, keyword, v, path, depth)
	case "items", "minItems", "maxItems", "uniqueItems":
		return s.array(rule, keyword, v, path, depth)
	case "minimum", "maximum", "minLength", "maxLength", "pattern":
		return s.scalar(rule, keyword, v, path)
	}
	return fmt.Errorf("%w: %s", errSchemaUnknown, keyword)
}

func isOfType(v any, names []string) bool {
	for _, name := range names {
		n, number := v.(json.Number)
		switch name {
		case "object":
			if isObject(v) {
				return true
			}
		case "array":
			if isArray(v) {
				return true
			}
		case "string":
			if isAnyText(v) {
				return true
			}
		case "boolean":
			if isBool(v) {
				return true
			}
		case "null":
			if v == nil {
				return true
			}
		case "number":
			if number {
				return true
			}
		case "integer":
			if number && !strings.ContainsAny(n.String(), ".eE") {
				return true
			}
		}
	}
	return false
}

func (s *schema) ofType(v any, names []string, path string) error {
	if err := s.spend(len(names)); err != nil {
		return err
	}
	return demand(isOfType(v, names), path)
}

func (s *schema) among(v any, all []any, path string) error {
	found := slices.ContainsFunc(all, func(item any) bool { return s.same(v, item) })
	if err := s.spend(0); err != nil {
		return err
	}
	return demand(found, path)
}

// same compares two values as far as the steps reach; whoever asks must look whether they did.
func (s *schema) same(a, b any) bool {
	if s.spend(0) != nil {
		return false
	}
	switch a := a.(type) {
	case []any:
		b, isList := b.([]any)
		return isList && slices.EqualFunc(a, b, s.same)
	case map[string]any:
		b, isObject := b.(map[string]any)
		return isObject && maps.EqualFunc(a, b, s.same)
	}
	return isScalar(b) && a == b
}

func isScalar(v any) bool { return !isArray(v) && !isObject(v) }

// reference follows a pointer into the same schema only.
func (s *schema) reference(ref string, v any, path string, depth int) error {
	var target any = s.root
	pointer, local := strings.CutPrefix(ref, "#")
	if !local {
		return fmt.Errorf("%w: %s", errSchemaUnknown, ref)
	}
	for _, step := range strings.Split(strings.Trim(pointer, "/"), "/") {
		if step != "" {
			target = asNode(target)[strings.NewReplacer("~1", "/", "~0", "~").Replace(step)]
		}
	}
	return s.check(target, v, path, depth+1)
}

func (s *schema) combined(keyword string, all []any, v any, path string, depth int) error {
	if err := s.spend(len(all)); err != nil {
		return err
	}
	fitting := 0
	for _, rules := range all {
		err := s.check(rules, v, path, depth+1)
		switch {
		case errors.Is(err, errSchemaUnknown):
			return err
		case err == nil:
			fitting++
		}
	}
	switch keyword {
	case "allOf":
		return demand(fitting == len(all), path)
	case "anyOf":
		return demand(fitting > 0, path)
	case "not":
		return demand(fitting == 0, path)
	}
	return demand(fitting == 1, path)
}

func (s *schema) object(n node, keyword string, v any, path string, depth int) error {
	object := asNode(v)
	if object == nil {
		return nil
	}
	properties := asNode(n["properties"])
	if err := s.spend(len(object) + len(properties) + len(asList(n["required"]))); err != nil {
		return err
	}
	switch keyword {
	case "required":
		for _, name := range asStrings(n["required"]) {
			if _, there := object[name]; !there {
				return demand(false, path+"."+name)
			}
		}
	case "minProperties":
		return demand(len(object) >= numberIn(n[keyword]), path)
	case "properties":
		for _, name := range sortedKeys(properties) {
			if value, there := object[name]; there {
				if err := s.check(properties[name], value, path+"."+name, depth+1); err != nil {
					return err
				}
			}
		}
	case "additionalProperties":
		if n["patternProperties"] != nil {
			return errSchemaUnknown
		}
		for _, name := range sortedKeys(object) {
			if _, known := properties[name]; !known {
				if err := s.check(n[keyword], object[name], path+"."+name, depth+1); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (s *schema) array(rule any, keyword string, v any, path string, depth int) error {
	items, isList := v.([]any)
	if !isList {
		return nil
	}
	switch keyword {
	case "minItems":
		return demand(len(items) >= numberIn(rule), path)
	case "maxItems":
		return demand(len(items) <= numberIn(rule), path)
	case "uniqueItems":
		return s.unique(items, path)
	}
	if isArray(rule) {
		return errSchemaUnknown
	}
	for i, item := range items {
		if err := s.check(rule, item, fmt.Sprintf("%s[%d]", path, i), depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (s *schema) unique(items []any, path string) error {
	for i, item := range items {
		twice := slices.ContainsFunc(items[:i], func(other any) bool { return s.same(item, other) })
		if err := s.spend(0); err != nil {
			return err
		}
		if twice {
			return demand(false, path)
		}
	}
	return nil
}

func (s *schema) scalar(rule any, keyword string, v any, path string) error {
	text, isText := v.(string)
	if err := s.spend(len(text) + len(asString(rule))); err != nil {
		return err
	}
	number, isNumber := v.(json.Number)
	switch {
	case keyword == "pattern" && isText:
		pattern, err := regexp.Compile(asString(rule))
		if err != nil {
			return errSchemaUnknown
		}
		return demand(pattern.MatchString(text), path)
	case keyword == "minLength" && isText:
		return demand(utf8.RuneCountInString(text) >= numberIn(rule), path)
	case keyword == "maxLength" && isText:
		return demand(utf8.RuneCountInString(text) <= numberIn(rule), path)
	case isNumber && (keyword == "minimum" || keyword == "maximum"):
		bound, isBound := rule.(json.Number)
		limit, err := bound.Float64()
		value, valueErr := number.Float64()
		if !isBound || err != nil || valueErr != nil {
			return errSchemaUnknown
		}
		return demand(keyword == "minimum" && value >= limit || keyword == "maximum" && value <= limit, path)
	}
	return nil
}
