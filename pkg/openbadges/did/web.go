package did

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/carnetbadges/carnet/pkg/openbadges/strict"
)

// webURL is where a did:web's document lies (did:web §3.2): the port is percent-encoded, further parts are the path.
func webURL(document string) (string, error) {
	parts := strings.Split(strings.TrimPrefix(document, "did:web:"), ":")
	for i, part := range parts {
		plain, err := url.PathUnescape(part)
		if err != nil || plain == "" || plain == "." || plain == ".." || strings.ContainsAny(plain, "/\\?#@ ") {
			return "", fmt.Errorf("part %d of a did:web: %w", i+1, ErrMalformed)
		}
		if i == 0 {
			parts[0] = plain
		}
	}
	if len(parts) == 1 {
		parts = append(parts, ".well-known")
	}
	address := "https://" + strings.Join(parts, "/") + "/did.json"
	if parsed, err := url.Parse(address); err != nil || parsed.Hostname() == "" {
		return "", fmt.Errorf("the host of a did:web: %w", ErrMalformed)
	}
	return address, nil
}

// DocumentURL is where the document of a controller lies, which is asked for its keys. ErrUnsupported, ErrMalformed.
func DocumentURL(controller string) (string, error) {
	switch {
	case strings.HasPrefix(controller, "did:web:"):
		return webURL(controller)
	case strings.HasPrefix(controller, "https://"), strings.HasPrefix(controller, "http://"):
		return controller, nil
	}
	return "", ErrUnsupported
}

var byteOrderMark = []byte("\xef\xbb\xbf")

// load fetches one JSON object. That a server says 404 or 410 is an answer; that it is out of order is none.
func load(ctx context.Context, address string, fetch Fetch) (map[string]any, error) {
	if fetch == nil {
		return nil, ErrUnreachable
	}
	status, _, body, err := fetch(ctx, address)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrUnreachable, err)
	case status == 404 || status == 410:
		return nil, fmt.Errorf("status %d: %w", status, ErrAbsent)
	case status < 200 || status > 299:
		return nil, fmt.Errorf("status %d: %w", status, ErrUnreachable)
	}
	value, err := strict.Decode(bytes.TrimPrefix(body, byteOrderMark))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	document, isObject := value.(map[string]any)
	if !isObject {
		return nil, fmt.Errorf("a document that is no object: %w", ErrMalformed)
	}
	return document, nil
}

// resolveDocument finds a method in a document of the web. Where the fragment is the key itself, what keeps it from being
// confirmed is a fact about the key and no failure to find it.
func resolveDocument(ctx context.Context, id, document, address string, fetch Fetch) (Method, error) {
	carried, isKey := carriedKey(id, document)
	content, err := load(ctx, address, fetch)
	if err == nil && isKeyItself(content) {
		return keyDocument(ctx, id, content, fetch)
	}
	var m Method
	if err == nil {
		m, err = controllerDocument{content, document}.method(id)
	}
	if err != nil && isKey {
		carried.Loaded, carried.Err = content != nil, err
		return carried, nil
	}
	return m, err
}

// carriedKey reads a key from the fragment: https://issuer.example#z6Mk…
func carriedKey(id, document string) (Method, bool) {
	_, fragment, _ := strings.Cut(id, "#")
	if !strings.HasPrefix(fragment, "z") {
		return Method{}, false
	}
	key, err := DecodeMultikey(fragment)
	return Method{ID: id, Controller: document, PublicKey: key}, err == nil
}

// isKeyItself tells a key published at an address of its own from a document about a controller.
func isKeyItself(content map[string]any) bool {
	for _, name := range []string{"publicKeyMultibase", "publicKeyJwk", "publicKeyPem", "publicKeyBase58", "kty"} {
		if _, has := content[name]; has {
			return true
		}
	}
	return false
}

// keyDocument reads a key that has an address of its own, and asks the controller it names whether it is theirs.
func keyDocument(ctx context.Context, id string, content map[string]any, fetch Fetch) (Method, error) {
	key, err := keyOf(content)
	if err != nil {
		return Method{}, err
	}
	m := Method{ID: id, Type: text(content, "type"), Controller: text(content, "controller"), PublicKey: key}
	if m.Controller == "" {
		m.Controller = text(content, "owner")
	}
	if m.Controller == "" {
		m.Err = fmt.Errorf("the key names no controller: %w", ErrNotBound)
		return m, nil
	}
	m.Err = m.ask(ctx, fetch)
	return m, nil
}

func (m *Method) ask(ctx context.Context, fetch Fetch) error {
	address, err := DocumentURL(m.Controller)
	if err != nil {
		return err
	}
	content, err := load(ctx, address, fetch)
	if err != nil {
		return err
	}
	d := controllerDocument{content, m.Controller}
	m.Loaded, m.Document = true, d.id()
	m.Listed, m.Implied = d.lists(m.ID), d.implies(m.ID)
	return d.genuine()
}
