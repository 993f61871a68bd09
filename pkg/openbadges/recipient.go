package openbadges

import (
	"crypto/md5"  // #nosec G501 -- OB 2.0 identity hashes may be MD5; they hide an address, they prove nothing
	"crypto/sha1" // #nosec G505 -- OB 0.5 badges of the time used SHA-1 likewise
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"strings"
)

const email = "email"

// Matches says whether the badge was given to an e-mail address. Hashed identities are tried with the address as it is
// written and in lower case (OB 2.0 §IdentityHash, OB 3.0 §IdentityObject); plain ones regardless of case.
func (r Recipient) Matches(address string) bool {
	address = strings.TrimSpace(address)
	if address == "" {
		return false
	}
	for _, identity := range r.Identities {
		if identity.comparable() && identity.is(address) {
			return true
		}
	}
	return false
}

// Plain answers the e-mail addresses that are stated in plain text.
func (r Recipient) Plain() []string {
	var all []string
	for _, identity := range r.Identities {
		if identity.Type == email && !identity.Hashed {
			all = append(all, identity.Value)
		}
	}
	return all
}

// Comparable says whether there is any e-mail identity that an address can be compared with.
func (r Recipient) Comparable() bool {
	for _, identity := range r.Identities {
		if identity.comparable() {
			return true
		}
	}
	return false
}

func (i Identity) comparable() bool {
	if i.Type != email {
		return false
	}
	algorithm, sum := i.hash()
	return !i.Hashed || digest(algorithm, nil) != "" && len(sum) == len(digest(algorithm, nil))
}

func (i Identity) is(address string) bool {
	if !i.Hashed {
		return lower(strings.TrimSpace(i.Value)) == lower(address)
	}
	algorithm, want := i.hash()
	for _, variant := range []string{address, lower(address)} {
		if digest(algorithm, []byte(variant+i.Salt)) == want {
			return true
		}
	}
	return false
}

// lower folds the letters of ASCII alone: the Kelvin sign is no k, and whoever has it in an address is somebody else.
func lower(address string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, address)
}

// hash splits "alg$hex".
func (i Identity) hash() (algorithm, sum string) {
	algorithm, sum, _ = strings.Cut(strings.TrimSpace(i.Value), "$")
	return strings.ToLower(algorithm), strings.ToLower(sum)
}

// digest answers "" for an algorithm it does not know.
func digest(algorithm string, data []byte) string {
	switch algorithm {
	case "sha256":
		sum := sha256.Sum256(data)
		return hex.EncodeToString(sum[:])
	case "md5":
		sum := md5.Sum(data) // #nosec G401
		return hex.EncodeToString(sum[:])
	case "sha1":
		sum := sha1.Sum(data) // #nosec G401
		return hex.EncodeToString(sum[:])
	case "sha512":
		sum := sha512.Sum512(data)
		return hex.EncodeToString(sum[:])
	}
	return ""
}

// plainIdentity reads an identifier of which nothing but its text is known.
func plainIdentity(text string) Identity {
	if algorithm, _, found := strings.Cut(text, "$"); found && digest(strings.ToLower(algorithm), nil) != "" {
		return Identity{Type: email, Value: text, Hashed: true}
	}
	return Identity{Type: email, Value: text}
}

// identityType folds the names the versions of the standard have for the same thing.
func identityType(stated string) string {
	switch strings.ToLower(stated) {
	case "", email, "emailaddress", "ext:emailaddress":
		return email
	}
	return stated
}

// isTrue reads a boolean that was met as text in the wild ("true", "TrUE").
func isTrue(v any) bool {
	if text, ok := v.(string); ok {
		return strings.EqualFold(strings.TrimSpace(text), "true")
	}
	b, _ := v.(bool)
	return b
}

func (q *inquiry) askRecipient(badge Badge) {
	switch {
	case len(q.recipients) == 0:
		q.say(CheckRecipient, Skipped, ReasonRecipientNotAsked)
	case !badge.Recipient.Comparable():
		q.say(CheckRecipient, Unknown, ReasonRecipientNotStated)
	case q.anyMatches(badge.Recipient):
		q.say(CheckRecipient, Pass, ReasonRecipientMatches)
	default:
		q.say(CheckRecipient, Fail, ReasonRecipientDiffers)
	}
}

func (q *inquiry) anyMatches(r Recipient) bool {
	for _, address := range q.recipients {
		if r.Matches(address) {
			return true
		}
	}
	return false
}
