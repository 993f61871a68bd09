package parcel

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// What of an export is looked at.
const (
	deepestJSON = 12
	mostNodes   = 50_000
)

// linkKeys are the members by which exports name the address of a badge: Badgr's backpack (openBadgeId), the Mozilla
// backpack's displayer (hostedUrl), Open Badge Passport (assertion_url), and what others were seen to write.
var linkKeys = []string{
	"openBadgeId", "hostedUrl", "hosted_url", "assertionUrl", "assertion_url", "assertion", "assertionJsonUrl", "json_url", "credentialUrl", "credential_url",
	"badge_json_url", "verification_url",
}

// walk looks through JSON for credentials, wherever they lie, and where there are none for the links by which exports name
// them. Credentials are found with the very bytes they have.
type walk struct {
	found []Find
	nodes int
}

// inJSON are the badges in a text that is JSON; alone says that the text is one itself.
func inJSON(text []byte) (found []Find, alone bool) {
	text = bytes.TrimSpace(text)
	if !json.Valid(text) {
		return nil, false
	}
	if object := members(text); object != nil && isCredential(object) {
		return nil, true
	}
	w := walk{}
	w.value(text, 0)
	return w.found, false
}

func (w *walk) value(raw json.RawMessage, depth int) {
	raw = bytes.TrimSpace(raw)
	if w.nodes++; w.nodes > mostNodes || depth > deepestJSON || len(raw) == 0 {
		return
	}
	switch raw[0] {
	case '{':
		w.object(raw, depth)
	case '[':
		var list []json.RawMessage
		if json.Unmarshal(raw, &list) != nil {
			return
		}
		for _, one := range list {
			if text := plain(one); isLink(text) {
				w.found = append(w.found, Find{Link: text})
				continue
			}
			w.value(one, depth+1)
		}
	case '"':
		w.text(plain(raw), depth)
	}
}

// text is a signed credential in a string, or JSON in one, as some exports have it.
func (w *walk) text(text string, depth int) {
	switch {
	case isToken(text):
		w.found = append(w.found, Find{Data: []byte(text)})
	case strings.HasPrefix(text, "{") && len(text) > 2:
		if raw := []byte(text); json.Valid(raw) {
			w.value(raw, depth+1)
		}
	}
}

func (w *walk) object(raw json.RawMessage, depth int) {
	object := members(raw)
	if isCredential(object) {
		w.found = append(w.found, Find{Data: bytes.Clone(raw)})
		return
	}
	before := len(w.found)
	for _, m := range ordered(raw) {
		w.value(m, depth+1)
	}
	if len(w.found) > before {
		return // what is there itself needs no link
	}
	for _, key := range linkKeys {
		if link := plain(object[key]); isLink(link) {
			w.found = append(w.found, Find{Link: link})
			return
		}
	}
}

func members(raw json.RawMessage) (object map[string]json.RawMessage) {
	if json.Unmarshal(raw, &object) != nil {
		return nil
	}
	return object
}

// ordered are the values of an object in the order they stand in.
func ordered(raw json.RawMessage) (list []json.RawMessage) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	if _, err := decoder.Token(); err != nil {
		return nil
	}
	for decoder.More() {
		if _, err := decoder.Token(); err != nil {
			return list
		}
		var value json.RawMessage
		if decoder.Decode(&value) != nil {
			return list
		}
		list = append(list, value)
	}
	return list
}

func plain(raw json.RawMessage) (text string) {
	if len(raw) == 0 || raw[0] != '"' || json.Unmarshal(raw, &text) != nil {
		return ""
	}
	return text
}

// isCredential says whether an object is a badge somebody was given, by its type (OB 2.0, 3.0) or by its members (OB 0.5, 1.x).
func isCredential(object map[string]json.RawMessage) bool {
	types := append(kinds(object["type"]), kinds(object["@type"])...)
	for _, one := range []string{"EndorsementCredential", "VerifiablePresentation", "BadgeClass", "Achievement", "Issuer", "Profile"} {
		if slices.Contains(types, one) {
			return false
		}
	}
	for _, one := range []string{"VerifiableCredential", "OpenBadgeCredential", "AchievementCredential", "EnvelopedVerifiableCredential", "Assertion"} {
		if slices.Contains(types, one) {
			return true
		}
	}
	return object["recipient"] != nil && object["badge"] != nil
}

func kinds(raw json.RawMessage) (list []string) {
	if one := plain(raw); one != "" {
		return []string{one}
	}
	if json.Unmarshal(raw, &list) != nil {
		return nil
	}
	return list
}
