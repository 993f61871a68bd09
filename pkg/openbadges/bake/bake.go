// Package bake puts a credential into a PNG or SVG picture and takes it out again (Open Badges Baking, OB 2.0 and OB 3.0 §"Baking").
// It knows nothing of what the credential says: a credential is bytes, and every other byte of the picture stays as it was.
package bake

import (
	"bytes"
	"errors"
	"strings"
)

// Keyword says under which name a credential lies in the picture.
type Keyword string

// The keywords of the standards: [Assertion] for OB 1.x and 2.0, [Credential] for OB 3.0.
const (
	Assertion  Keyword = "openbadges"
	Credential Keyword = "openbadgecredential"
)

// The limits, in bytes and pixels. A baked picture may hold a whole picture and a whole credential.
const (
	MaxPicture    = 5 << 20
	MaxCredential = 1 << 20
	MaxSide       = 4096
	MaxPixels     = 16 << 20

	maxBaked    = MaxPicture + MaxCredential
	maxInflated = 256 << 10 // of compressed chunks, which the standard forbids and old tools wrote
)

// ErrNothing means that the picture is sound and that no credential is baked into it.
var ErrNothing = errors.New("bake: no badge is baked into this picture")

// ErrNotImage means that the bytes are not the picture they should be, or a damaged one.
var ErrNotImage = errors.New("bake: not a sound picture")

// ErrTooLarge means that the picture, or the credential in it, is over the limits of this package.
var ErrTooLarge = errors.New("bake: too large")

// ErrNotText means that the credential is empty or holds bytes that no text chunk or XML document may hold.
var ErrNotText = errors.New("bake: the credential is not text that can be baked")

// tag is the local name of the SVG element (OB 2.0 "assertion", OB 3.0 "credential").
func (k Keyword) tag() string {
	if k == Credential {
		return "credential"
	}
	return "assertion"
}

// namespace is the XML namespace of the SVG element.
func (k Keyword) namespace() string {
	if k == Credential {
		return "https://purl.imsglobal.org/ob/v3p0"
	}
	return "http://openbadges.org"
}

// isKeyword accepts both keywords of the standards and the misspelling that is met in the wild.
func isKeyword(name string) bool {
	return name == string(Assertion) || name == string(Credential) || name == "openbadge"
}

// isJSON tells a credential that is a JSON object from a JWS or an address.
func isJSON(credential []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(credential, " \t\r\n"), []byte("{"))
}

func blank(text []byte) bool { return len(strings.TrimSpace(string(text))) == 0 }
