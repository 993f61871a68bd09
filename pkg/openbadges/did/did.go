// Package did finds the public key a proof names: did:key, did:jwk, did:web, https controller documents and
// issuer profiles. It knows nothing of credentials; it only reports which key a document declares, and for what.
package did

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"time"
)

// Fetch loads one address. Any HTTP answer is a status, an error means that no answer came.
type Fetch = func(ctx context.Context, url string) (status int, contentType string, body []byte, err error)

// The reasons why a key is not found or not bound.
var (
	ErrUnreachable = errors.New("the controller document could not be loaded")          // nobody knows: ask again later
	ErrAbsent      = errors.New("the controller document does not hold this key")       // it was loaded and says no; also 404 and 410
	ErrMalformed   = errors.New("the verification method or its document is malformed") // cannot be read
	ErrUnsupported = errors.New("a DID method or key type that is not supported")       // nothing can be said
	ErrNotBound    = errors.New("the key is not the issuer's")                          // another controller, or not for assertions
)

// Method is a resolved verification method (Controlled Identifiers 1.0 §2.2).
type Method struct {
	ID         string           // as the proof names it
	Type       string           // as the document states it, e.g. Multikey; may be empty
	Controller string           // who controls the key: the method's controller, else the document's id
	Document   string           // the id of the controller document as it states it; empty when it was not loaded
	PublicKey  crypto.PublicKey // ed25519.PublicKey, *ecdsa.PublicKey (P-256, P-384) or *rsa.PublicKey
	Loaded     bool             // the controller document was read; always so for did:key and did:jwk, which are their own
	Listed     bool             // the document lists the method under assertionMethod
	Implied    bool             // an issuer profile that has no assertionMethod at all and states the key as its verificationMethod
	Expires    time.Time        // when the key ends, as its document states it (Controlled Identifiers 1.0 §2.2); zero: never
	Revoked    time.Time        // since when the key is withdrawn; zero: it is not
	Err        error            // why a key carried in the identifier's fragment is not confirmed: ErrUnreachable, ErrAbsent, ErrMalformed; else nil
}

// BoundTo tells whether the key is the issuer's to assert with: nil when it is, ErrUnreachable when that is not known,
// ErrNotBound or ErrAbsent when it is not. It is a question of identity; a good signature answers another one.
func (m Method) BoundTo(issuer string) error {
	switch {
	case m.Err != nil:
		return m.Err
	case !m.Loaded:
		return ErrUnreachable
	case issuer == "" || m.Controller != issuer || m.Document != issuer:
		return fmt.Errorf("the key belongs to %.200q: %w", m.Controller, ErrNotBound)
	case !m.Listed && !m.Implied:
		return fmt.Errorf("the key is not listed under assertionMethod: %w", ErrNotBound)
	}
	return nil
}
