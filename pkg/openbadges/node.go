package openbadges

import (
	"slices"
	"strings"
)

// node is one object of a parsed JSON document.
type node = map[string]any

func asNode(v any) node {
	n, _ := v.(map[string]any)
	return n
}

// asList reads a property that may hold one value or many.
func asList(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		return v
	}
	return []any{v}
}

func asString(v any) string {
	s, _ := v.(string)
	return s
}

// asID reads a reference: an address, or an object that carries its own.
func asID(v any) string {
	if n := asNode(v); n != nil {
		if id := asString(n["id"]); id != "" {
			return id
		}
		return asString(n["@id"])
	}
	return asString(v)
}

func asStrings(v any) []string {
	var all []string
	for _, item := range asList(v) {
		if s := asString(item); s != "" {
			all = append(all, s)
		}
	}
	return all
}

func typesOf(n node) []string {
	if types := asStrings(n["type"]); len(types) > 0 {
		return types
	}
	return asStrings(n["@type"])
}

func hasType(n node, names ...string) bool {
	stated := n["type"]
	if !statesType(stated) {
		stated = n["@type"]
	}
	return isTyped(stated, names)
}

// statesType says whether a property holds any type at all.
func statesType(v any) bool {
	if all, isList := v.([]any); isList {
		return slices.ContainsFunc(all, isString)
	}
	return isString(v)
}

// isTyped looks for one of the names in what may be one type or many.
func isTyped(v any, names []string) bool {
	switch v := v.(type) {
	case string:
		return v != "" && slices.Contains(names, strings.TrimPrefix(strings.TrimPrefix(v, "obi:"), "ob:"))
	case []any:
		for _, item := range v {
			if _, isText := item.(string); isText && isTyped(item, names) {
				return true
			}
		}
	}
	return false
}

// asText reads a text that may come plain, as a language value (VC 2.0 §11.1) or as a map from language to text.
func asText(v any) string {
	text, _ := asTextIn(v)
	return text
}

// asTextIn answers the text and its language, the latter empty where it is not stated.
func asTextIn(v any) (text, language string) {
	switch v := v.(type) {
	case string:
		return v, ""
	case []any:
		return pickText(v)
	case map[string]any:
		if value, stated := v["@value"]; stated {
			return asString(value), asString(v["@language"])
		}
		return pickLanguage(v)
	}
	return "", ""
}

// pickText prefers English, the language of this library's own sentences, and else takes the first.
func pickText(all []any) (text, language string) {
	for _, item := range all {
		t, l := asTextIn(item)
		if t == "" || text != "" && !strings.HasPrefix(l, "en") {
			continue
		}
		if text, language = t, l; strings.HasPrefix(l, "en") {
			break
		}
	}
	return text, language
}

func pickLanguage(n node) (text, language string) {
	if n["id"] != nil || n["type"] != nil {
		return "", "" // an object of some kind, no map
	}
	for _, tag := range sortedKeys(n) {
		value := asString(n[tag])
		if value == "" || len(tag) < 2 || strings.ContainsAny(tag, ":@/") {
			continue
		}
		if text == "" || tag == "en" {
			text, language = value, tag
		}
	}
	return text, language
}

func sortedKeys(n node) []string {
	keys := make([]string, 0, len(n))
	for key := range n {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// first answers the first property that is there; versions of the standard name the same thing differently.
func first(n node, names ...string) any {
	for _, name := range names {
		if v, ok := n[name]; ok && v != nil {
			return v
		}
	}
	return nil
}
