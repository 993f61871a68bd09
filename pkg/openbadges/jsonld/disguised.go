package jsonld

import (
	"fmt"
)

const (
	credentialStatus = "https://www.w3.org/2018/credentials#credentialStatus"
	statusSize       = "https://www.w3.org/ns/credentials/status#statusSize"
)

// decisive are the statements a verdict hangs on, and the names by which verifiers look for them (VCDM 2.0 §4, VC 1.1 §4;
// of a proof: VC Data Integrity 1.0 §2.1).
var decisive = map[string]string{
	"@id":            "id",
	"@type":          "type",
	credentialStatus: "credentialStatus",
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
	if stating(flat(root[credentialStatus]), statusSize) > stating(flat(members["credentialStatus"]), "statusSize") {
		return hidden(statusSize, "statusSize") // without it another bit would be read
	}
	return nil
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
