package demo

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"html"
	"strings"

	"github.com/carnetbadges/carnet/cmd/carnet/demo/art"
)

const (
	contextOB1 = "https://w3id.org/openbadges/v1"
	contextOB2 = "https://w3id.org/openbadges/v2"
	linkedData = "application/ld+json"
)

// publishIssuer publishes the issuer's profile and keys in the way of its form.
func (m *maker) publishIssuer(i *issuer) error {
	m.publish(i.at("/"), "text/html; charset=utf-8", page(i.language, i.name, i.description))
	switch {
	case strings.HasPrefix(i.id, "did:web:"):
		return m.publishJSON(i.at("/.well-known/did.json"), "application/did+json", i.didDocument())
	case strings.HasPrefix(i.id, "did:key:"):
		return nil
	case i.form == suite2020:
		return m.publishJSON(i.id, linkedData, i.controllerProfile())
	case i.form == signed20:
		if err := m.publishRSA(i); err != nil {
			return err
		}
		return m.publishJSON(i.id, linkedData, i.profile20("publicKey", []string{i.at("/keys/1")}, "revocationList", i.at("/revocations")))
	case i.form == hosted20:
		return m.publishJSON(i.id, linkedData, i.profile20())
	}
	return m.publishJSON(i.id, "application/json", i.profile10())
}

// didDocument is the did:web document that lists the issuer's key (did:web Method §2.3).
func (i *issuer) didDocument() object {
	return o(
		"@context", []string{"https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"},
		"id", i.id,
		"verificationMethod", []object{o("id", i.method(), "type", "Multikey", "controller", i.id, "publicKeyMultibase", i.key.PublicKeyMultibase())},
		"assertionMethod", []string{i.method()},
	)
}

// controllerProfile is a profile at an address that is also the controller document of its key.
func (i *issuer) controllerProfile() object {
	return append(o("@context", []string{contextVC2, contextOB3, "https://www.w3.org/ns/did/v1", contextSuite}),
		append(i.profile30(), o(
			"verificationMethod", []object{o("id", i.method(), "type", "Ed25519VerificationKey2020", "controller", i.id, "publicKeyMultibase", i.key.PublicKeyMultibase())},
			"assertionMethod", []string{i.method()},
		)...)...)
}

// profile30 is the issuer in an OB 3.0 credential.
func (i *issuer) profile30() object {
	return o("id", i.id, "type", []string{"Profile"}, "name", i.name, "url", i.at("/"), "description", i.description, "email", i.email(),
		"image", o("id", i.at("/logo.svg"), "type", "Image"))
}

func (i *issuer) profile20(more ...any) object {
	return append(o("@context", contextOB2, "type", "Profile", "id", i.id, "name", i.name, "url", i.at("/"), "email", i.email(),
		"description", i.description, "image", i.at("/logo.svg")), o(more...)...)
}

func (i *issuer) profile10() object {
	return o("@context", contextOB1, "type", "Issuer", "id", i.id,
		"name", i.name, "url", i.at("/"), "description", i.description, "image", i.at("/logo.svg"), "email", i.email())
}

// publishRSA publishes the key of signed OB 2.0 badges (OB 2.0 §CryptographicKey).
func (m *maker) publishRSA(i *issuer) error {
	der, err := x509.MarshalPKIXPublicKey(&i.rsa.PublicKey)
	if err != nil {
		return err
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	return m.publishJSON(i.at("/keys/1"), linkedData,
		o("@context", contextOB2, "type", "CryptographicKey", "id", i.at("/keys/1"), "owner", i.id, "publicKeyPem", string(text)))
}

// publishAchievement publishes the picture, the criteria and, for OB 1.x and 2.0, the badge class.
func (m *maker) publishAchievement(i *issuer, a achievement) error {
	m.publish(i.at("/badges/"+a.slug+"/image.svg"), "image/svg+xml", art.SVG(a.motif, i.colours))
	m.publish(i.at("/badges/"+a.slug+"/criteria"), "text/html; charset=utf-8", page(i.language, a.name, a.description+"\n"+a.criteria))
	if _, err := m.png(i, a); err != nil {
		return err
	}
	switch {
	case a.form == hosted10:
		return m.publishJSON(i.at("/badges/"+a.slug), "application/json", badgeClass1(i, a))
	case a.form == hosted11:
		class := append(o("@context", contextOB1, "type", "BadgeClass", "id", i.at("/badges/"+a.slug)), badgeClass1(i, a)...)
		return m.publishJSON(i.at("/badges/"+a.slug), linkedData, class)
	case i.form == hosted20 || i.form == signed20:
		return m.publishJSON(i.at("/badges/"+a.slug), linkedData, badgeClass20(i, a))
	}
	return nil
}

// page is the plain page a person finds at an address of this world.
func page(language, title, text string) []byte {
	return fmt.Appendf(nil, "<!doctype html><html lang=%q><meta charset=utf-8><title>%s</title><h1>%[2]s</h1><p style=\"white-space:pre-line\">%s</p></html>\n",
		language, html.EscapeString(title), html.EscapeString(text))
}
