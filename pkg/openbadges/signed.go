package openbadges

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"errors"

	"github.com/carnetbadges/carnet/pkg/openbadges/proof"
)

// verifySigned checks a signed assertion: the key comes from the issuer, never from the signature (OB 2.0 §SignedBadge).
func (q *inquiry) verifySigned(ctx context.Context, c *Credential) Badge {
	a := q.assertion(ctx, c.doc, c.Standard)
	q.askSigned(ctx, c.jwt, a)
	return q.askAssertion(ctx, a)
}

// askSigned asks about the signature of an assertion or endorsement, whose key it is and whether the issuer took it back.
func (q *inquiry) askSigned(ctx context.Context, envelope *jwt, a assertion) {
	stated := q.askIssuerStated(a)
	keys := q.keysOf(ctx, a)
	if stated && !isWeb(a.issuer.address) {
		keys.bound, keys.why = Unknown, ReasonIssuerNoAddress // whoever made the badge wrote this profile, key and all
	}
	if q.askSignature(envelope, keys) && stated {
		q.sayBound(a, keys)
	} else if stated {
		q.say(CheckIssuer, keys.bound, keys.why, "address", keys.address, "host", authority(keys.address), "issuer", authority(a.issuer.address))
	}
	q.askRevocationList(ctx, a)
}

// sayBound says that the key is the issuer's, unless somebody else's site told so.
func (q *inquiry) sayBound(a assertion, k keys) {
	addresses := []string{a.issuer.address}
	if a.standard != V20 { // its key is tied to the issuer by nothing but its address
		addresses = append(addresses, k.address)
	}
	if from, led := q.visit.elsewhere(addresses...); led != "" {
		q.say(CheckIssuer, Unknown, ReasonIssuerElsewhere, "issuer", from, "host", led)
		return
	}
	q.say(CheckIssuer, Pass, ReasonKeyIsIssuers, "issuer", a.provenBy())
}

// keys are the public keys a signature may have been made with, and whose they are.
type keys struct {
	all     []crypto.PublicKey
	address string // the key that was looked for
	lacking Reason // why there is none, or not every one
	bound   Result // Pass: they are the issuer's
	why     Reason
}

func (q *inquiry) keysOf(ctx context.Context, a assertion) keys {
	switch {
	case verificationType(a.doc) != "signed":
		return keys{lacking: ReasonNoKey, bound: Unknown, why: ReasonNoKey}
	case a.standard == V20:
		return q.keysOfProfile(ctx, a)
	}
	return q.keyOf1(ctx, a)
}

// keyOf1 loads the key an OB 1.x assertion names; only its place ties it to the issuer.
func (q *inquiry) keyOf1(ctx context.Context, a assertion) keys {
	k := keys{address: asString(asNode(a.doc["verify"])["url"]), bound: Fail, why: ReasonOutOfScope}
	if authority(k.address) == authority(a.issuer.address) {
		k.bound = Pass
	}
	doc, err := q.load(ctx, k.address)
	if err != nil || doc.Status != 200 {
		k.lacking = ReasonKeySilent
		return k.unbound()
	}
	key, err := parsePEM(doc.Body)
	if err != nil {
		k.lacking = ReasonKeyMalformed
		return k.unbound()
	}
	k.all = []crypto.PublicKey{key}
	return k
}

// unbound: a key that is not there is nobody's.
func (k keys) unbound() keys {
	if k.bound == Pass {
		k.bound, k.why = Unknown, k.lacking
	}
	return k
}

// keysOfProfile takes the keys the issuer's profile lists, narrowed by verification.creator.
func (q *inquiry) keysOfProfile(ctx context.Context, a assertion) keys {
	if a.issuer.node == nil || a.issuer.silent {
		return keys{address: a.issuer.address, lacking: ReasonKeySilent, bound: Unknown, why: ReasonIssuerSilent}
	}
	k := keys{bound: Pass, lacking: ReasonNoKey}
	creators := asStrings(asNode(first(a.doc, "verification", "verify"))["creator"])
	for _, listed := range asList(a.issuer.node["publicKey"]) {
		if id := asID(listed); len(creators) == 0 || isOneOf(id, creators) {
			k.address = id
			q.addKey(ctx, &k, listed, a.issuer)
		}
	}
	if len(k.all) == 0 {
		k.noneFits(creators)
	}
	return k
}

// noneFits: a key that is named but not listed, or is another's, is an answer; one that is not to be had is none.
func (k *keys) noneFits(creators []string) {
	if k.lacking == ReasonNoKey && len(creators) > 0 {
		k.address, k.lacking = creators[0], ReasonKeyAbsent
	}
	k.bound, k.why = Unknown, k.lacking
	if k.lacking == ReasonKeyAbsent || k.lacking == ReasonKeyNotBound {
		k.bound = Fail
	}
}

func (q *inquiry) addKey(ctx context.Context, k *keys, listed any, issuer part) {
	n := asNode(listed)
	if n == nil || n["publicKeyPem"] == nil {
		p := q.part(ctx, asID(listed), V20)
		if p.silent {
			k.lacking = ReasonKeySilent
			return
		}
		n = p.node
	}
	if owner := asID(n["owner"]); owner != "" && owner != asID(issuer.node) {
		k.lacking = ReasonKeyNotBound
		return
	}
	key, err := parsePEM([]byte(asString(n["publicKeyPem"])))
	if err != nil {
		k.lacking = ReasonKeyMalformed
		return
	}
	k.all = append(k.all, key)
}

var errNoPEM = errors.New("no public key in PEM form")

// parsePEM reads a public key as openssl writes it (RFC 7468 §13), or the one in a certificate.
func parsePEM(data []byte) (crypto.PublicKey, error) {
	block, _ := pem.Decode(bytes.TrimSpace(bytes.TrimPrefix(data, byteOrderMark)))
	if block == nil {
		return nil, errNoPEM
	}
	switch block.Type {
	case "RSA PUBLIC KEY":
		return x509.ParsePKCS1PublicKey(block.Bytes)
	case "CERTIFICATE":
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, err
		}
		return certificate.PublicKey, nil
	}
	return x509.ParsePKIXPublicKey(block.Bytes)
}

// askSignature says the proof finding; it answers true when the signature is right and the key is the issuer's.
func (q *inquiry) askSignature(envelope *jwt, k keys) bool {
	if envelope.refused != nil {
		result, reason := proofTrouble(envelope.refused)
		q.say(CheckProof, result, reason)
		return false
	}
	var last error
	for _, key := range k.all {
		if last = envelope.jws.Verify(key); last == nil {
			q.say(CheckProof, Pass, ReasonSigned)
			return k.bound == Pass
		}
	}
	switch {
	case k.lacking == ReasonKeyAbsent || k.lacking == ReasonKeyNotBound:
		q.say(CheckProof, Fail, k.lacking, "address", k.address)
	case last == nil || k.lacking == ReasonKeySilent:
		q.say(CheckProof, Unknown, k.lacking, "address", k.address)
	case errors.Is(last, proof.ErrKeyType):
		q.say(CheckProof, Fail, ReasonKeyUnfit)
	default:
		q.say(CheckProof, Fail, ReasonAltered)
	}
	return false
}

// askRevocationList reads the issuer's list: uids or ids as keys in OB 1.x, revokedAssertions in OB 2.0.
func (q *inquiry) askRevocationList(ctx context.Context, a assertion) {
	address := asID(a.issuer.node["revocationList"])
	switch {
	case a.issuer.node == nil:
		q.say(CheckRevocation, Unknown, ReasonIssuerSilent, "address", a.issuer.address)
		return
	case address == "":
		q.say(CheckRevocation, Skipped, ReasonNoStatus)
		return
	}
	list := q.part(ctx, address, a.standard)
	switch why, revoked := revokedIn(list.node, a.doc); {
	case list.silent:
		q.say(CheckRevocation, Unknown, ReasonStatusSilent, "address", address)
	case revoked:
		q.say(CheckRevocation, Fail, ReasonRevoked, "why", why, "address", address)
	case list.broken || a.standard == V20 && list.node["revokedAssertions"] == nil && !hasType(list.node, "RevocationList"):
		q.say(CheckRevocation, Unknown, ReasonStatusMalformed, "address", address)
	default:
		q.say(CheckRevocation, Pass, ReasonNotRevoked, "address", address)
	}
}

func revokedIn(list, doc node) (why string, revoked bool) {
	id, uid := asID(doc), asString(doc["uid"])
	for _, name := range []string{uid, id} {
		if reason, listed := list[name]; listed && name != "" {
			return asText(reason), true
		}
	}
	for _, item := range asList(list["revokedAssertions"]) {
		entry := asNode(item)
		named := firstText(asID(item), asString(entry["uid"]))
		if named != "" && (named == id || named == uid) {
			return asText(entry["revocationReason"]), true
		}
	}
	return "", false
}
