package backpack

import (
	"strings"
	"time"
	"unicode"

	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/store"
)

// How many characters of what an issuer wrote are kept beside the credential, for lists and searching.
const (
	longestLine = 300
	longestText = 5000
)

// describe fills in what a badge's card says, read from what was verified.
func describe(b *store.Badge, said openbadges.Badge) {
	b.CredentialID = line(said.ID)
	b.AchievementID = line(said.Achievement.ID)
	b.Name = firstOf(said.Achievement.Name, b.Name, said.Achievement.ID, said.ID, "Badge")
	b.Description = clean(said.Achievement.Description, longestText)
	b.IssuerName = firstOf(said.Issuer.Name, said.Issuer.Host(), said.Issuer.ID)
	b.IssuerID = line(said.Issuer.ID)
	b.IssuerURL = line(said.Issuer.URL)
	b.IssuedAt = dated(said.IssuedOn)
	b.ExpiresAt = dated(said.Expires)
	b.Language = line(said.Language)
}

// firstOf is the first text that shows something.
func firstOf(texts ...string) string {
	for _, text := range texts {
		if text = line(text); text != "" {
			return text
		}
	}
	return ""
}

func line(text string) string {
	return strings.Join(strings.Fields(clean(text, longestLine)), " ")
}

// clean drops what no database or page can bear: bytes that are no text, control characters but line ends, and
// characters that turn the direction of writing.
func clean(text string, longest int) string {
	shown := strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\t':
			return r
		case unicode.IsControl(r), r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	if letters := []rune(shown); len(letters) > longest {
		return strings.TrimSpace(string(letters[:longest-1])) + "…"
	}
	return strings.TrimSpace(shown)
}

// dated is a time that both databases can keep; nil when it is not known.
func dated(t time.Time) *time.Time {
	if t = t.UTC(); t.IsZero() || t.Year() < 1 || t.Year() > 9999 {
		return nil
	}
	return &t
}

// documentType is the media type of a credential as it lies in the store.
func documentType(c *openbadges.Credential) string {
	switch {
	case c.Proof == openbadges.ProofJWT:
		return "application/jwt"
	case len(c.Raw) > 0 && c.Raw[0] != '{':
		return "application/jose"
	case c.Standard == openbadges.V30:
		return "application/vc+ld+json"
	case c.Standard == openbadges.VC:
		return "application/vc"
	case c.Standard == openbadges.V20:
		return "application/ld+json"
	}
	return "application/json"
}
