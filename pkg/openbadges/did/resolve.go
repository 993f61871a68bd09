package did

import (
	"context"
	"crypto"
	"fmt"
	"strings"
)

// Resolve finds the method named by a DID URL or an https URL (OB 3.0 §8.2).
// A URL whose fragment is itself a multibase key yields that key even when its document is unreachable or does not
// list it; Loaded, Listed and Err then tell what is not known. A nil fetch means that nothing can be reached.
// Errors: ErrUnreachable, ErrAbsent, ErrMalformed, ErrUnsupported.
func Resolve(ctx context.Context, verificationMethod string, fetch Fetch) (Method, error) {
	method, err := resolve(ctx, verificationMethod, fetch)
	if err != nil {
		return Method{}, fmt.Errorf("resolving %.200q: %w", verificationMethod, err)
	}
	return method, nil
}

func resolve(ctx context.Context, id string, fetch Fetch) (Method, error) {
	document, fragment, _ := strings.Cut(id, "#")
	switch {
	case strings.HasPrefix(id, "did:key:"):
		return resolveKey(id, document, fragment)
	case strings.HasPrefix(id, "did:jwk:"):
		return resolveJWK(id, document, fragment)
	case strings.HasPrefix(id, "did:web:"):
		url, err := webURL(document)
		if err != nil {
			return Method{}, err
		}
		return resolveDocument(ctx, id, document, url, fetch)
	case strings.HasPrefix(id, "https://"), strings.HasPrefix(id, "http://"):
		return resolveDocument(ctx, id, document, document, fetch)
	}
	return Method{}, ErrUnsupported
}

// Find looks for a key that came otherwise, as in the header of a JWT, among those that a controller publishes.
// Errors: ErrAbsent where the document has no such key, and those of [Resolve].
func Find(ctx context.Context, controller string, key crypto.PublicKey, fetch Fetch) (Method, error) {
	address, err := DocumentURL(controller)
	if err != nil {
		return Method{}, fmt.Errorf("looking for a key of %.200q: %w", controller, err)
	}
	content, err := load(ctx, address, fetch)
	if err != nil {
		return Method{}, fmt.Errorf("looking for a key of %.200q: %w", controller, err)
	}
	d := controllerDocument{content, controller}
	for _, id := range d.ids() {
		if m, err := d.method(id); err == nil && same(m.PublicKey, key) {
			return m, nil
		}
	}
	return Method{}, fmt.Errorf("none of the keys of %.200q: %w", controller, ErrAbsent)
}

func same(a, b crypto.PublicKey) bool {
	key, comparable := a.(interface{ Equal(crypto.PublicKey) bool })
	return comparable && key.Equal(b)
}

// resolveKey reads a did:key, which is its own document. Some proofs leave the fragment out: there is only one key.
func resolveKey(id, document, fragment string) (Method, error) {
	multikey := strings.TrimPrefix(document, "did:key:")
	if fragment != "" && fragment != multikey {
		return Method{}, fmt.Errorf("another fragment than the key: %w", ErrAbsent)
	}
	key, err := DecodeMultikey(multikey)
	return own(id, document, "Multikey", key), err
}

// resolveJWK reads a did:jwk (did:jwk §2), whose only method is #0.
func resolveJWK(id, document, fragment string) (Method, error) {
	if fragment != "" && fragment != "0" {
		return Method{}, fmt.Errorf("another fragment than 0: %w", ErrAbsent)
	}
	data, err := DecodeMultibase("u" + strings.TrimPrefix(document, "did:jwk:"))
	if err != nil {
		return Method{}, err
	}
	key, err := decodeJWK(data)
	return own(id, document, "JsonWebKey", key), err
}

func own(id, document, kind string, key any) Method {
	return Method{ID: id, Type: kind, Controller: document, Document: document, PublicKey: key, Loaded: true, Listed: true}
}
