package account

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

const (
	longestEmail = 254 // bytes (RFC 5321 §4.5.3.1.3, less the brackets)
	longestLocal = 64  // bytes (RFC 5321 §4.5.3.1.1)
)

// domains maps a domain to the punycode it is looked up by (UTS 46), refusing what no host can be called.
func domains() *idna.Profile {
	return idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(true), idna.BidiRule(), idna.VerifyDNSLength(true))
}

// parseEmail reads exactly one address: a dot-atom (RFC 5321 §4.1.2, with the letters of RFC 6531), an @ and a host
// of two labels or more. The local part stays as typed, composed; the domain becomes lower-case punycode. Quoted
// local parts, comments, names beside the address and address literals are refused.
func parseEmail(typed string) (email string, ok bool) {
	if len(typed) > 4*longestEmail || !utf8.ValidString(typed) {
		return "", false
	}
	local, domain, found := strings.Cut(norm.NFC.String(strings.TrimSpace(typed)), "@")
	if !found || !isDotAtom(local) || len(local) > longestLocal {
		return "", false
	}
	host, err := domains().ToASCII(strings.TrimSuffix(domain, "."))
	if err != nil || !isHost(host) {
		return "", false
	}
	email = local + "@" + host
	return email, len(email) <= longestEmail
}

func isDotAtom(local string) bool {
	for _, atom := range strings.Split(local, ".") {
		if atom == "" || strings.ContainsFunc(atom, func(r rune) bool { return !isAtomText(r) }) {
			return false
		}
	}
	return true
}

// isAtomText is atext of RFC 5322 §3.2.3; beyond ASCII letters, digits and their marks.
func isAtomText(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", r)
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}

// isHost wants two labels and a last one that is not a number: no address literal is a host.
func isHost(host string) bool {
	dot := strings.LastIndexByte(host, '.')
	if dot < 1 || strings.Contains(host, "..") || strings.Contains(host, "@") {
		return false
	}
	return strings.ContainsFunc(host[dot+1:], unicode.IsLetter)
}
