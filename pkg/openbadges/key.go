package openbadges

import (
	"crypto/sha256"
	"encoding/hex"
)

// Key is the identity of a credential, so that the same badge twice is one badge: the SHA-256 of issuer id and credential
// id, percent-unescaped and trimmed (OB 3.0 §"Verifiable Credential equality"); of the address or id before OB 3.0; and of
// Raw where a credential names neither. Two credentials with one key need not say the same: the newer replaces the older.
func (c *Credential) Key() string {
	parts := c.identity()
	if parts == nil {
		parts = []string{"raw", string(c.Raw)}
	}
	sum := sha256.New()
	for _, part := range parts {
		sum.Write([]byte(part))
		sum.Write([]byte{0})
	}
	return "sha256:" + hex.EncodeToString(sum.Sum(nil))
}

func (c *Credential) identity() []string {
	id := plainID(asID(c.doc))
	switch {
	case isVC(c.Standard):
		if issuer := plainID(asID(c.doc["issuer"])); id != "" && issuer != "" {
			return []string{"vc", issuer, id}
		}
	case c.Standard == V05:
		if c.URL != "" {
			return []string{"hosted", plainID(c.URL)}
		}
	case c.Proof == ProofHosted && hostedAt(c.doc) != "":
		return []string{"hosted", plainID(hostedAt(c.doc))}
	case id != "":
		return []string{"hosted", id}
	case asString(c.doc["uid"]) != "":
		return []string{"signed", asString(asNode(c.doc["verify"])["url"]), asString(c.doc["uid"])}
	}
	return nil
}
