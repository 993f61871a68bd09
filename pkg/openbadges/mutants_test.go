package openbadges

import (
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/carnetbadges/carnet/pkg/openbadges/contexts"
)

// mutant is one way of changing a credential; make answers its bytes.
type mutant struct {
	name string
	make func() []byte
}

// step is a way into a document: a property's name or an index.
type step = any

// flips changes every byte in two ways: to a neighbour, and to the other letter case.
func flips(original []byte) iter.Seq[mutant] {
	return func(yield func(mutant) bool) {
		for at := range original {
			for _, bits := range []byte{0x01, 0x20} {
				m := mutant{fmt.Sprintf("byte %d ^ %#x", at, bits), func() []byte {
					changed := bytes.Clone(original)
					changed[at] ^= bits
					return changed
				}}
				if !yield(m) {
					return
				}
			}
		}
	}
}

// structural changes a JSON document as a forger would: property by property, context by context, proof by proof.
func structural(t *testing.T, original []byte) iter.Seq[mutant] {
	t.Helper()
	doc := decoded(original)
	return func(yield func(mutant) bool) {
		change := func(name string, path []step, to func(any) any) bool {
			return yield(mutant{fmt.Sprint(name, " at ", path), func() []byte {
				data, err := json.Marshal(replaced(decoded(original), path, to))
				if err != nil {
					return nil
				}
				return data
			}})
		}
		for path, value := range values(doc, nil) {
			for name, to := range changesOf(value) {
				if !change(name, path, to) {
					return
				}
			}
		}
		for name, to := range proofChanges(doc) {
			if !change(name, nil, to) {
				return
			}
		}
	}
}

func decoded(data []byte) node {
	doc, err := parse(data)
	if err != nil {
		return nil
	}
	return doc
}

// values walks a document, the outermost value first, in a steady order.
func values(value any, path []step) iter.Seq2[[]step, any] {
	return func(yield func([]step, any) bool) {
		if !yield(path, value) {
			return
		}
		var inner iter.Seq2[step, any]
		switch v := value.(type) {
		case node:
			inner = func(yield func(step, any) bool) {
				for _, key := range slices.Sorted(maps.Keys(v)) {
					if !yield(key, v[key]) {
						return
					}
				}
			}
		case []any:
			inner = func(yield func(step, any) bool) {
				for i, item := range v {
					if !yield(i, item) {
						return
					}
				}
			}
		default:
			return
		}
		for s, item := range inner {
			for deeper, found := range values(item, append(slices.Clone(path), s)) {
				if !yield(deeper, found) {
					return
				}
			}
		}
	}
}

// replaced puts another value at the end of a path.
func replaced(value any, path []step, to func(any) any) any {
	if len(path) == 0 {
		return to(value)
	}
	switch v := value.(type) {
	case node:
		key := path[0].(string)
		v[key] = replaced(v[key], path[1:], to)
	case []any:
		i := path[0].(int)
		v[i] = replaced(v[i], path[1:], to)
	}
	return value
}

// changesOf are the changes a kind of value invites.
func changesOf(value any) map[string]func(any) any {
	set := func(v any) func(any) any { return func(any) any { return v } }
	all := map[string]func(any) any{"null": set(nil), "object": set(node{}), "list": func(v any) any { return []any{v} }}
	switch v := value.(type) {
	case string:
		all["longer"], all["empty"], all["upper"] = set(v+"x"), set(""), set(strings.ToUpper(v))
		all["spaced"], all["elsewhere"], all["valued"] = set(" "+v), set("https://evil.example/"), set(node{"@value": v})
	case json.Number:
		all["more"], all["text"] = set(json.Number(v.String()+"1")), set(v.String())
	case bool:
		all["not"] = set(!v)
	case []any:
		all["reversed"] = func(v any) any { slices.Reverse(v.([]any)); return v }
		all["without the last"] = func(v any) any { return v.([]any)[:max(len(v.([]any))-1, 0)] }
		all["last doubled"] = func(v any) any { l := v.([]any); return append(l, l[max(len(l)-1, 0):]...) }
		all["more"] = func(v any) any { return append(v.([]any), "https://evil.example/") }
		all["as @list"], all["as @set"] = func(v any) any { return node{"@list": v} }, func(v any) any { return node{"@set": v} }
	case node:
		objectChanges(v, all)
	}
	return all
}

// additions are what somebody might want a badge to say.
var additions = node{
	"name": "Emperor", "description": "Rules.", "image": node{"id": "https://evil.example/i.png", "type": "Image"}, "id": "https://evil.example/1",
	"type": "https://evil.example/Emperor", "validUntil": "2099-01-01T00:00:00Z", "validFrom": "1999-01-01T00:00:00Z", "evil": "1",
	"https://schema.org/name": "Emperor", "evil:name": "Emperor", "@id": "https://evil.example/1", "@type": "Emperor", "@value": "Emperor",
	"@graph": []any{node{"name": "Emperor"}}, "@included": []any{node{"name": "Emperor"}}, "@reverse": node{"issuer": node{"id": "https://evil.example/"}},
	"@nest": node{"name": "Emperor"}, "@index": "1", "@language": "fr", "@json": node{"a": 1}, "@none": "Emperor", "awardedDate": "2001-01-01T00:00:00Z",
	"credentialStatus": node{"id": "https://evil.example/s", "type": "1EdTechRevocationList"}, "termsOfUse": node{"type": "Evil"}, "_:b0": "Emperor", "": "Emperor",
	"evidence": []any{node{"id": "https://evil.example/e", "type": []any{"Evidence"}}}, "holder": "https://evil.example/", "inLanguage": "xx", "email": "eve@evil.example",
	"identifier": []any{node{"type": "IdentityObject", "hashed": false, "identityHash": "eve@evil.example", "identityType": "emailAddress"}},
}

// inlines are contexts written into the document itself.
var inlines = []any{
	node{"name": "https://evil.example/name"},
	node{"issuer": "https://evil.example/issuer"},
	node{"name": nil},
	node{"issuer": nil},
	node{"@vocab": "https://evil.example/"},
	node{"@vocab": "https://www.w3.org/2018/credentials#"},
	node{"@base": "https://evil.example/"},
	node{"@vocab": ""},
	node{"@language": "fr"},
	node{"id": "@type"},
	node{"title": "@id"},
	node{"@protected": false, "name": "https://schema.org/description"},
	node{"@propagate": false},
	node{"@import": "https://www.w3.org/ns/credentials/v2"},
	node{"@version": json.Number("1.1")},
	node{"description": node{"@id": "https://schema.org/name"}},
	node{"name": node{"@id": "https://schema.org/name", "@type": "@id"}},
	node{"achievement": node{"@id": "https://evil.example/a", "@context": node{"@vocab": "https://evil.example/"}}},
	node{"proof": nil},
	node{"proof": "https://evil.example/proof"},
	node{"credentialSubject": node{"@id": "@nest"}},
	node{"@direction": "rtl"},
	node{"validUntil": nil},
	node{"credentialStatus": nil},
	node{"evil": "@type"},
	node{"name": node{"@reverse": "https://schema.org/name"}},
	nil,
	node{"type": "@id"},
	node{"name": node{"@id": "@json"}},
	node{"name": node{"@id": "https://schema.org/name", "@container": "@language"}},
	node{"achievement": node{"@id": "https://schema.org/a", "@type": "@json"}},
	"https://evil.example/context.json", "https://www.w3.org/ns/credentials/v2#", "HTTPS://www.w3.org/ns/credentials/v2", "", "_:b0",
}

func objectChanges(object node, all map[string]func(any) any) {
	for key := range object {
		rename := func(to string) func(any) any {
			return func(v any) any {
				o := v.(node)
				value := o[key]
				delete(o, key)
				o[to] = value
				return o
			}
		}
		all["drop "+key] = func(v any) any { delete(v.(node), key); return v }
		all["rename upper "+key], all["rename title "+key] = rename(strings.ToUpper(key)), rename(strings.ToUpper(key[:min(1, len(key))])+key[min(1, len(key)):])
		all["rename longer "+key], all["rename keyword "+key] = rename(key+"x"), rename("@"+key)
		all["twice "+key] = func(v any) any { v.(node)[strings.ToUpper(key)] = v.(node)[key]; return v }
	}
	for key, value := range additions {
		if _, there := object[key]; !there {
			all["add "+key] = func(v any) any { v.(node)[key] = value; return v }
		}
	}
	for i, inline := range inlines {
		all[fmt.Sprint("context after ", i)] = func(v any) any { o := v.(node); o["@context"] = append(asList(o["@context"]), inline); return o }
		all[fmt.Sprint("context before ", i)] = func(v any) any {
			o := v.(node)
			o["@context"] = append([]any{inline}, asList(o["@context"])...)
			return o
		}
		all[fmt.Sprint("context instead ", i)] = func(v any) any { v.(node)["@context"] = inline; return v }
	}
	if object["@context"] == nil {
		return
	}
	for _, url := range contexts.URLs() {
		all["context after "+url] = func(v any) any { o := v.(node); o["@context"] = append(asList(o["@context"]), url); return o }
		for i := range asList(object["@context"]) {
			all[fmt.Sprint("context ", i, " swapped for ", url)] = func(v any) any {
				o := v.(node)
				list := slices.Clone(asList(o["@context"]))
				list[i] = url
				o["@context"] = list
				return o
			}
		}
	}
}

// proofChanges nest, double, and bend the proofs of a document.
func proofChanges(doc node) map[string]func(any) any {
	all := map[string]func(any) any{}
	proofs := func(v any) []any { return asList(v.(node)["proof"]) }
	all["proof doubled"] = func(v any) any { v.(node)["proof"] = append(proofs(v), proofs(v)...); return v }
	all["proof in proof"] = func(v any) any {
		v.(node)["proof"] = with(asNode(proofs(v)[0]), node{"proof": proofs(v)[0]})
		return v
	}
	all["proof in a graph"] = func(v any) any { v.(node)["proof"] = node{"@graph": proofs(v)}; return v }
	all["proof in the proof's place"] = func(v any) any { v.(node)["proof"] = node{"proof": proofs(v)}; return v }
	for _, holder := range []string{"issuer", "credentialSubject"} {
		all["proof in "+holder] = func(v any) any {
			if inner := asNode(v.(node)[holder]); inner != nil {
				inner["proof"] = v.(node)["proof"]
			}
			return v
		}
		all["proof moved to "+holder] = func(v any) any {
			if inner := asNode(v.(node)[holder]); inner != nil {
				inner["proof"] = v.(node)["proof"]
			}
			delete(v.(node), "proof")
			return v
		}
	}
	eve := newSigner('e')
	for i := range asList(doc["proof"]) {
		bend := func(member string, to any) {
			all[fmt.Sprint("proof ", i, " ", member, "=", to)] = func(v any) any {
				list := proofs(v)
				list[i] = with(asNode(list[i]), node{member: to})
				v.(node)["proof"] = list
				return v
			}
		}
		for _, purpose := range []any{"authentication", "keyAgreement", "capabilityInvocation", "AssertionMethod", "https://w3id.org/security#assertionMethod", []any{"assertionMethod"}, node{"id": "assertionMethod"}, nil} {
			bend("proofPurpose", purpose)
		}
		for _, created := range []any{"2001-01-01T00:00:00Z", "2099-01-01T00:00:00Z", "2025-03-14", "", json.Number("0"), nil} {
			bend("created", created)
			bend("expires", created)
		}
		for _, suite := range []any{"eddsa-rdfc-2022", "eddsa-2022", "eddsa-jcs-2022", "ecdsa-rdfc-2019", "ecdsa-jcs-2019", "ecdsa-sd-2023", "bbs-2023", "none", nil} {
			bend("cryptosuite", suite)
		}
		for _, kind := range []any{"DataIntegrityProof", "Ed25519Signature2020", "Ed25519Signature2018", "JsonWebSignature2020", "Proof", []any{"DataIntegrityProof"}} {
			bend("type", kind)
		}
		for _, method := range []any{eve.vm, eve.did, "did:key:z", "https://evil.example/#key", "#key", []any{eve.vm}, node{"id": eve.vm}} {
			bend("verificationMethod", method)
		}
		for _, more := range []string{"domain", "challenge", "nonce", "id", "previousProof", "jws", "evil", "@context", "signatureValue", "proofValue"} {
			bend(more, "https://evil.example/")
		}
	}
	return all
}
