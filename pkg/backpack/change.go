package backpack

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/carnetbadges/carnet/pkg/openbadges"
)

// What of a badge an issuer may change.
const (
	ChangedName        = "name"
	ChangedDescription = "description"
	ChangedCriteria    = "criteria"
	ChangedPicture     = "picture"
	ChangedIssuer      = "issuer"
	ChangedIssuedOn    = "issued"
	ChangedEnd         = "end"
	ChangedEvidence    = "evidence"
)

// change is one thing that a credential says differently than before. Before and After are one line, or an RFC 3339 time,
// or empty where the whole would be too much.
type change struct {
	What   string `json:"what"`
	Before string `json:"before,omitempty"`
	After  string `json:"after,omitempty"`
}

// whole says whether a verification saw all that the credential says: it was proved, and nothing stayed silent.
func (k kept) whole() bool {
	silent := func(f openbadges.Finding) bool { return f.Result == openbadges.Unknown && isSilence(f.Reason) }
	return k.proved() && !slices.ContainsFunc(k.Findings, silent)
}

// proved says whether a verification found the proof good, whatever else it found.
func (k kept) proved() bool {
	return slices.ContainsFunc(k.Findings, func(f openbadges.Finding) bool {
		return f.Check == openbadges.CheckProof && f.Result == openbadges.Pass
	})
}

// changesIn are what is said differently after than before.
func changesIn(before, after kept) (all []change) {
	b, a := before.Badge, after.Badge
	lines := []change{
		{ChangedName, line(b.Achievement.Name), line(a.Achievement.Name)},
		{ChangedIssuer, firstOf(b.Issuer.Name, b.Issuer.ID), firstOf(a.Issuer.Name, a.Issuer.ID)},
		{ChangedIssuedOn, moment(b.IssuedOn), moment(a.IssuedOn)},
		{ChangedEnd, moment(b.Expires), moment(a.Expires)},
	}
	for _, c := range lines {
		if c.Before != c.After {
			all = append(all, c)
		}
	}
	texts := []struct {
		what string
		same bool
	}{
		{ChangedDescription, before.Texts[ChangedDescription] == after.Texts[ChangedDescription]},
		{ChangedCriteria, before.Texts[ChangedCriteria] == after.Texts[ChangedCriteria]},
		{ChangedPicture, samePicture(before.Picture, after.Picture)},
		{ChangedEvidence, before.Texts[ChangedEvidence] == after.Texts[ChangedEvidence]},
	}
	for _, t := range texts {
		if !t.same {
			all = append(all, change{What: t.what})
		}
	}
	return all
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// pictureIn is by what a verification knows the badge's picture again: its content where that was seen, else its address.
func pictureIn(v openbadges.Verification) string {
	address := v.Badge.Image
	if address == "" {
		address = v.Badge.Achievement.Image
	}
	content := v.Web[address].Body
	if strings.HasPrefix(address, "data:") {
		content = []byte(address)
	}
	if len(content) == 0 {
		return address
	}
	sum := sha256.Sum256(content)
	return fmt.Sprintf("sha256:%x", sum)
}

// samePicture does not compare a content with an address: one of the two was not loaded.
func samePicture(a, b string) bool {
	seen := func(p string) bool { return strings.HasPrefix(p, "sha256:") }
	return a == b || a == "" || b == "" || seen(a) != seen(b)
}
