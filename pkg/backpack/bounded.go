package backpack

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"

	"github.com/carnetbadges/carnet/pkg/openbadges"
)

// What of a badge and of its findings is kept with one verification. The whole of it is in the document and in the
// recorded web.
const (
	longestKept  = 64 << 10  // bytes of one text, as JSON writes it
	badgeKept    = 192 << 10 // bytes of all texts of a badge; with the names of what holds them fewer than 256 KiB
	listKept     = 100       // entries of one list
	paramKept    = 4 << 10   // bytes of what one sentence of a finding speaks of
	findingsKept = 64 << 10  // bytes of all these
)

// bounded is a badge as a verification keeps it: what is longer is cut, what an address names too long is left out, and
// so are pictures inside the badge. What a card shows comes first, so that it is never what is missing.
func bounded(b openbadges.Badge) openbadges.Badge {
	b = withoutPictures(b)
	if b.Creator != nil {
		creator := *b.Creator
		b.Creator = &creator
	}
	a := &b.Achievement
	a.Tags, a.Alignments = firsts(a.Tags), firsts(a.Alignments)
	b.Evidence, b.Recipient.Identities = firsts(b.Evidence), firsts(b.Recipient.Identities)
	left := allowance(badgeKept)
	left.addresses(&b.ID, &b.Image, &b.Language, &a.ID, &a.CriteriaURL, &a.Image, &a.Type, &b.Recipient.ID)
	left.texts(&a.Name, &b.Recipient.Name)
	profiles := []*openbadges.Profile{&b.Issuer}
	if b.Creator != nil {
		profiles = append(profiles, b.Creator)
	}
	for _, p := range profiles {
		left.addresses(&p.ID, &p.URL, &p.Email, &p.Image)
		left.texts(&p.Name)
	}
	left.texts(&a.Description, &a.CriteriaText, &b.Narrative, &a.ImageCaption)
	left.lists(&b)
	for _, p := range profiles {
		left.texts(&p.Description)
	}
	return b
}

// lists bounds the entries of lists.
func (left *allowance) lists(b *openbadges.Badge) {
	for i := range b.Recipient.Identities {
		one := &b.Recipient.Identities[i]
		left.addresses(&one.Type, &one.Value, &one.Salt)
	}
	for i := range b.Evidence {
		one := &b.Evidence[i]
		left.addresses(&one.ID)
		left.texts(&one.Name, &one.Description, &one.Narrative, &one.Genre, &one.Audience)
	}
	for i := range b.Achievement.Alignments {
		one := &b.Achievement.Alignments[i]
		left.addresses(&one.URL)
		left.texts(&one.Name, &one.Framework, &one.Code, &one.Description)
	}
	for i := range b.Achievement.Tags {
		left.texts(&b.Achievement.Tags[i])
	}
}

// firsts are the first entries of a list, in a list of their own.
func firsts[T any](all []T) []T { return slices.Clone(all[:min(len(all), listKept)]) }

// allowance is how many bytes may still be kept.
type allowance int

// texts cuts what does not fit.
func (left *allowance) texts(all ...*string) {
	for _, text := range all {
		kept, cost := cut(*text, min(longestKept, int(*left)))
		*text, *left = kept, *left-allowance(cost)
	}
}

// addresses leaves out what does not fit: half an address is another one.
func (left *allowance) addresses(all ...*string) {
	for _, address := range all {
		kept, cost := cut(*address, min(longestKept, int(*left)))
		if kept != *address {
			*address = ""
			continue
		}
		*left -= allowance(cost)
	}
}

// cut is as much of a text as JSON writes in so many bytes, with an ellipsis where that is not all of it; and how many it
// takes.
func cut(text string, most int) (kept string, cost int) {
	const more = "…"
	fits := 0 // bytes of the text that leave room for an ellipsis
	for i, r := range text {
		if cost+len(more) <= most {
			fits = i
		}
		if cost += written(r); cost > most {
			if most < len(more) {
				return "", 0
			}
			return text[:fits] + more, most
		}
	}
	return text, cost
}

// written is how many bytes a character takes in JSON as encoding/json writes it.
func written(r rune) int {
	switch {
	case r == '"', r == '\\':
		return 2
	case r < 0x20, r == '<', r == '>', r == '&', r == 0x2028, r == 0x2029, r == utf8.RuneError:
		return 6
	}
	return utf8.RuneLen(r)
}

// boundedFindings are findings as a verification keeps them: the same, their sentences shorter where they quote at length.
func boundedFindings(all []openbadges.Finding) []openbadges.Finding {
	kept := slices.Clone(all)
	left := findingsKept
	for i, f := range kept {
		shorter := map[string]string{}
		for _, name := range slices.Sorted(maps.Keys(f.Params)) {
			text, cost := cut(f.Params[name], min(paramKept, left))
			shorter[name] = text
			left = max(left-2*cost, 0) // the sentence says it once more
		}
		if !maps.Equal(shorter, f.Params) {
			kept[i].Params, kept[i].Detail = shorter, openbadges.Sentence(f.Reason, shorter)
		}
	}
	return kept
}

// textsIn is by what a verification knows the long texts of a badge again, of which it keeps no more than the beginning.
func textsIn(b openbadges.Badge) map[string]string {
	a := b.Achievement
	return map[string]string{
		ChangedDescription: digest(a.Description),
		ChangedCriteria:    digest(a.CriteriaURL, a.CriteriaText),
		ChangedEvidence:    digest(b.Narrative, b.Evidence),
	}
}

func digest(all ...any) string {
	hash := sha256.New()
	for _, one := range all {
		fmt.Fprintf(hash, "%q\n", one)
	}
	return fmt.Sprintf("%x", hash.Sum(nil))
}
