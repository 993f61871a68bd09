package account

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	shortestPassword = 10  // characters
	longestPassword  = 256 // characters
	mostTyped        = 4096
	addedAtMost      = 6 // characters around a common password that do not make it uncommon
	leftAtLeast      = 8 // characters a password needs besides its owner's name
)

// asTyped is the form in which passwords are counted, compared and hashed: NFKC, as NIST SP 800-63B §3.1.1.2 asks, so
// that one keyboard's é opens what another's closed. Nothing is trimmed: a space is a character.
func asTyped(password string) string {
	if len(password) > mostTyped {
		return ""
	}
	return norm.NFKC.String(password)
}

// passwordMistake is what is wrong with a password for the person of this name and address; empty: nothing.
// There are no rules about kinds of characters.
func (d *Desk) passwordMistake(password, name, email string) string {
	length := utf8.RuneCountInString(asTyped(password))
	switch {
	case len(password) > mostTyped || length > longestPassword:
		return "too-long"
	case length < shortestPassword:
		return "too-short"
	case isLike(asTyped(password), name, email):
		return "like-your-name"
	case d.isCommon(asTyped(password)):
		return "breached"
	}
	return ""
}

// isCommon tells whether a password, or what is left of it without a few digits and signs around it, is on the list.
func (d *Desk) isCommon(password string) bool {
	folded := strings.ToLower(password)
	if d.common.contains(folded) || isOneCharacter(folded) {
		return true
	}
	core := strings.TrimFunc(folded, func(r rune) bool { return !unicode.IsLetter(r) })
	added := utf8.RuneCountInString(folded) - utf8.RuneCountInString(core)
	return added <= addedAtMost && d.common.contains(core)
}

func isOneCharacter(password string) bool {
	first, _ := utf8.DecodeRuneInString(password)
	return strings.Trim(password, string(first)) == ""
}

// isLike tells whether a password is little more than what everybody knows of its owner, or the name of this place.
func isLike(password, name, email string) bool {
	folded := strings.ToLower(password)
	local, _, _ := strings.Cut(strings.ToLower(email), "@")
	known := append(strings.Fields(strings.ToLower(name)), strings.ToLower(name), strings.ReplaceAll(strings.ToLower(name), " ", ""), local, strings.ToLower(email), "carnet")
	for _, word := range known {
		if utf8.RuneCountInString(word) < 4 || !strings.Contains(folded, word) {
			continue
		}
		left := strings.TrimFunc(strings.ReplaceAll(folded, word, ""), unicode.IsSpace)
		if utf8.RuneCountInString(left) < leftAtLeast {
			return true
		}
	}
	return false
}
