package jsonld

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
)

const (
	standing   = "https://www.w3.org/2018/credentials#credentialStatus"
	statusSize = "https://www.w3.org/ns/credentials/status#statusSize"
)

// decisive are the statements a verdict hangs on, and the names by which verifiers look for them (VCDM 2.0 §4, VC 1.1 §4;
// of a proof: VC Data Integrity 1.0 §2.1).
var decisive = map[string]string{
	"@id":    "id",
	"@type":  "type",
	standing: "credentialStatus",
	"https://www.w3.org/2018/credentials#credentialSchema":  "credentialSchema",
	"https://www.w3.org/2018/credentials#credentialSubject": "credentialSubject",
	"https://www.w3.org/2018/credentials#expirationDate":    "expirationDate",
	"https://www.w3.org/2018/credentials#issuanceDate":      "issuanceDate",
	"https://www.w3.org/2018/credentials#issuer":            "issuer",
	"https://www.w3.org/2018/credentials#refreshService":    "refreshService",
	"https://www.w3.org/2018/credentials#validFrom":         "validFrom",
	"https://www.w3.org/2018/credentials#validUntil":        "validUntil",
	"https://w3id.org/security#expiration":                  "expires",
}

// disguised refuses a document that makes a decisive statement under another name than its own. RDF is blind to names:
// a revoked credential whose credentialStatus is spelt as a full IRI keeps its proof, and would lose its revocation. That
// the name is there too does not help where it holds only some of what is stated.
func disguised(doc any, nodes []any) error {
	members, isObject := doc.(map[string]any)
	if !isObject || len(nodes) != 1 {
		return fmt.Errorf("%w: not one object that says something", ErrUnsafe)
	}
	root, isObject := nodes[0].(map[string]any)
	if !isObject {
		return fmt.Errorf("%w: not an object", ErrInvalid)
	}
	for iri, name := range decisive {
		if len(flat(root[iri])) > len(flat(members[name])) {
			return hidden(iri, name)
		}
	}
	if stating(flat(root[standing]), statusSize) > stating(flat(members["credentialStatus"]), "statusSize") {
		return hidden(statusSize, "statusSize") // without it another bit would be read
	}
	return scattered(root)
}

// scattered refuses a document that says elsewhere, and there alone, what is decisive about the credential or its status: to
// RDF it is all one where a thing is spoken of, so that a validUntil could be moved into an endorsement, which names the
// credential too.
func scattered(root map[string]any) error {
	own := map[any]spoken{}
	for _, node := range append(flat(root[standing]), any(root)) {
		if members, _ := node.(map[string]any); members["@id"] != nil {
			own[members["@id"]] = spoken{members, map[string]map[string]bool{}}
		}
	}
	for key, value := range root {
		for _, item := range flat(value) {
			if members, isObject := item.(map[string]any); isObject && key == standing { // which speaks of itself
				item = less(members, "@id")
			}
			if err := strays(item, own); err != nil {
				return err
			}
		}
	}
	return nil
}

// spoken is what something says of itself.
type spoken struct {
	members map[string]any
	said    map[string]map[string]bool // property -> its values, as JSON: one is looked for at once, however many there are
}

func (s spoken) says(key string, item any) bool {
	written := func(value any) string {
		text, err := json.Marshal(value)
		if err != nil {
			return ""
		}
		return string(text)
	}
	if s.said[key] == nil {
		s.said[key] = map[string]bool{}
		for _, own := range flat(s.members[key]) {
			s.said[key][written(own)] = true
		}
	}
	return s.said[key][written(item)]
}

// strays looks for decisive statements about what is known by an id that it does not make itself.
func strays(value any, own map[any]spoken) error {
	members, isObject := value.(map[string]any)
	if !isObject {
		return nil
	}
	about, known := own[members["@id"]]
	for key, member := range members {
		for _, item := range flat(member) {
			if known && ends(key) && !about.says(key, item) {
				return fmt.Errorf("%w: %s is stated elsewhere than where it belongs", ErrUnsafe, key)
			}
			if err := strays(item, own); err != nil {
				return err
			}
		}
	}
	return nil
}

// ends tells of a statement that can speak against a credential. A credential without subject or issuer is none.
func ends(iri string) bool {
	name, decides := decisive[iri]
	return iri == statusSize || decides && !strings.HasPrefix(iri, "@") && name != "credentialSubject" && name != "issuer"
}

// less copies an object without one of its members.
func less(members map[string]any, name string) map[string]any {
	rest := maps.Clone(members)
	delete(rest, name)
	return rest
}

func hidden(iri, name string) error {
	return fmt.Errorf("%w: %s is stated without its name %q", ErrUnsafe, iri, name)
}

// flat are the values of a property, out of all arrays; null is none.
func flat(value any) []any {
	switch v := value.(type) {
	case nil:
		return nil
	case []any:
		var all []any
		for _, item := range v {
			all = append(all, flat(item)...)
		}
		return all
	}
	return []any{value}
}

// stating counts the objects that have a property.
func stating(objects []any, name string) (count int) {
	for _, object := range objects {
		if members, _ := object.(map[string]any); members[name] != nil {
			count++
		}
	}
	return count
}
