package did

import (
	"bytes"
	"crypto"
	"fmt"
	"slices"
	"strings"
	"time"
)

// controllerDocument is a DID document, a controlled identifier document or an issuer profile, as tolerantly read as
// those in use demand: one object for an array of one, methods only embedded in assertionMethod, an empty controller,
// misspelt suites. address is the DID or URL it was asked for by.
type controllerDocument struct {
	content map[string]any
	address string
}

// id is what the document calls itself, or failing that what it was asked for by.
func (d controllerDocument) id() string {
	if id := text(d.content, "id"); id != "" {
		return id
	}
	return d.address
}

// genuine refuses a document that speaks for another: anybody can write any id (Controlled Identifiers 1.0 §3.3).
func (d controllerDocument) genuine() error {
	if d.id() != d.address {
		return fmt.Errorf("the document calls itself %.200q: %w", d.id(), ErrMalformed)
	}
	return nil
}

// method finds a key by its identifier.
func (d controllerDocument) method(id string) (Method, error) {
	entry, found := d.entry(id)
	if !found {
		return Method{}, ErrAbsent
	}
	key, err := keyOf(entry)
	if err != nil {
		return Method{}, err
	}
	m := Method{
		ID: id, Type: text(entry, "type"), Controller: text(entry, "controller"), Document: d.id(), PublicKey: key,
		Loaded: true, Listed: d.lists(id), Implied: d.implies(id), Err: d.genuine(),
		Expires: moment(entry, "expires"), Revoked: moment(entry, "revoked"),
	}
	if m.Controller == "" {
		m.Controller = m.Document
	}
	return m, nil
}

// places are where documents state keys.
var places = []string{"verificationMethod", "assertionMethod", "publicKey", "keys"}

// ids are the identifiers of the keys that stand in the document, to a bounded number.
func (d controllerDocument) ids() []string {
	const most = 64
	var all []string
	for _, place := range places {
		for _, item := range list(d.content[place]) {
			entry, _ := item.(map[string]any)
			if id := d.absolute(text(entry, "id")); id != "" && len(all) < most {
				all = append(all, id)
			} else if kid := text(entry, "kid"); kid != "" && len(all) < most {
				all = append(all, d.address+"#"+kid)
			}
		}
	}
	return all
}

// entry looks through every one of them.
func (d controllerDocument) entry(id string) (map[string]any, bool) {
	for _, place := range places {
		items := list(d.content[place])
		for _, item := range items {
			entry, isObject := item.(map[string]any)
			if isObject && (d.same(entry, id) || place == "verificationMethod" && len(items) == 1 && text(entry, "id") == "") {
				return entry, true
			}
		}
	}
	return nil, false
}

// same compares an entry with an identifier: by id, absolute or relative, by kid, or by the key in the fragment.
func (d controllerDocument) same(entry map[string]any, id string) bool {
	_, fragment, _ := strings.Cut(id, "#")
	if own := text(entry, "id"); own != "" && d.absolute(own) == id {
		return true
	}
	return fragment != "" && (text(entry, "kid") == fragment || text(entry, "publicKeyMultibase") == fragment)
}

func (d controllerDocument) absolute(id string) string {
	if strings.HasPrefix(id, "#") {
		return d.address + id
	}
	return id
}

// lists tells whether the key may assert (Controlled Identifiers 1.0 §2.3.2).
func (d controllerDocument) lists(id string) bool {
	entry, _ := d.entry(id)
	own := d.absolute(text(entry, "id"))
	return slices.ContainsFunc(list(d.content["assertionMethod"]), func(item any) bool {
		switch v := item.(type) {
		case string:
			return names(d.absolute(v), id, own)
		case map[string]any:
			return d.same(v, id)
		}
		return false
	})
}

// implies tells whether an issuer profile, which knows no assertionMethod, states the key as its own.
func (d controllerDocument) implies(id string) bool {
	_, has := d.content["assertionMethod"]
	if has || !slices.ContainsFunc(list(d.content["type"]), func(kind any) bool { return kind == "Profile" || kind == "Issuer" }) {
		return false
	}
	if _, found := d.entry(id); found {
		return true
	}
	return slices.ContainsFunc(append(list(d.content["verificationMethod"]), list(d.content["publicKey"])...), func(item any) bool {
		name, isText := item.(string)
		return isText && d.absolute(name) == id
	})
}

// names tells whether a reference means the key: by this identifier, or by the one under which the document states it.
func names(reference, id, own string) bool { return reference == id || own != "" && reference == own }

// keyOf reads the key in whichever form an entry states it.
func keyOf(entry map[string]any) (crypto.PublicKey, error) {
	if multikey := text(entry, "publicKeyMultibase"); multikey != "" {
		return DecodeMultikey(multikey)
	}
	if jwk, has := entry["publicKeyJwk"].(map[string]any); has {
		return DecodeJWK(jwk)
	}
	if text(entry, "kty") != "" {
		return DecodeJWK(entry)
	}
	if plain := text(entry, "publicKeyBase58"); plain != "" {
		key, err := DecodeMultibase("z" + plain)
		if err != nil {
			return nil, err
		}
		return edwards(bytes.TrimPrefix(key, prefixEd25519))
	}
	if armoured := text(entry, "publicKeyPem"); armoured != "" {
		return DecodePEM([]byte(armoured))
	}
	return nil, fmt.Errorf("a method without a key: %w", ErrMalformed)
}

func text(object map[string]any, name string) string {
	value, _ := object[name].(string)
	return value
}

// moment reads a time; one that cannot be read counts as long past, for a key must not outlive an unreadable end.
func moment(object map[string]any, name string) time.Time {
	stated, has := object[name]
	if !has || stated == nil {
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339, text(object, name))
	if err != nil {
		return time.Unix(0, 0).UTC()
	}
	return at
}

func list(value any) []any {
	switch v := value.(type) {
	case nil:
		return nil
	case []any:
		return v
	}
	return []any{value}
}
