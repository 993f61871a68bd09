package jsonld

import "fmt"

// decisive are the statements a verdict hangs on, and the names by which verifiers look for them (VCDM 2.0 §4, VC 1.1 §4).
var decisive = map[string]string{
	"@id":   "id",
	"@type": "type",
	"https://www.w3.org/2018/credentials#credentialStatus":  "credentialStatus",
	"https://www.w3.org/2018/credentials#credentialSubject": "credentialSubject",
	"https://www.w3.org/2018/credentials#expirationDate":    "expirationDate",
	"https://www.w3.org/2018/credentials#issuanceDate":      "issuanceDate",
	"https://www.w3.org/2018/credentials#issuer":            "issuer",
	"https://www.w3.org/2018/credentials#validFrom":         "validFrom",
	"https://www.w3.org/2018/credentials#validUntil":        "validUntil",
}

// disguised refuses a document that makes a decisive statement under another name than its own. RDF is blind to names:
// a revoked credential whose credentialStatus is spelt as a full IRI keeps its proof, and would lose its revocation.
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
		_, states := root[iri]
		if _, names := members[name]; states && !names {
			return fmt.Errorf("%w: %s is stated without its name %q", ErrUnsafe, iri, name)
		}
	}
	return nil
}
