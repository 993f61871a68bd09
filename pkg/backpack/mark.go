package backpack

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/store"
)

// ErrTag is said of a text that can be no tag: it shows nothing, or is longer than TagLongest.
var ErrTag = errors.New("backpack: this can be no tag")

// TagLongest is how many characters a tag has at most.
const TagLongest = 40

// tagsTaken is how many tags of one badge are taken in from an archive: two badges that became one may have had as many.
const tagsTaken = 2 * store.TagsMost

// TagName is a tag as it is kept: in one line, without the sign some write before it. ErrTag.
func TagName(text string) (string, error) {
	name := strings.TrimSpace(strings.TrimLeft(line(text), "#"))
	shows := strings.ContainsFunc(name, func(r rune) bool { return unicode.IsPrint(r) && !unicode.IsSpace(r) })
	if !shows || store.TagKey(name) == "" || utf8.RuneCountInString(name) > TagLongest {
		return "", ErrTag
	}
	return name, nil
}

// Tag puts a tag on a badge, which only its holder sees. ErrTag; store.ErrFull; store.ErrNotFound.
func (b *Backpack) Tag(ctx context.Context, person, id, text string) error {
	name, err := TagName(text)
	if err != nil {
		return err
	}
	return b.store.TagBadge(ctx, person, id, name)
}

// notice writes on a badge what its wall is to know of a verification: whether it carries an endorsement that was
// verified, and whether its issuer is whom it was made out to.
func notice(badge *store.Badge, v openbadges.Verification) {
	badge.Endorsed = slices.ContainsFunc(v.Findings, func(f openbadges.Finding) bool {
		return f.Check == openbadges.CheckEndorsement && f.Result == openbadges.Pass
	})
	badge.SelfMade = selfMade(v.Badge)
}

// selfMade says whether a credential tells that its issuer and its recipient are one: the same id, or the same address.
func selfMade(said openbadges.Badge) bool {
	if said.Issuer.ID != "" && said.Issuer.ID == said.Recipient.ID {
		return true
	}
	return said.Recipient.Matches(said.Issuer.Email)
}

// marks writes what only the holder sees of a badge.
func (c *clerk) marks(ctx context.Context) error {
	all, err := c.store.Marks(ctx, c.badge.PersonID, c.badge.ID)
	if err != nil {
		return err
	}
	c.papers.Favourite = all[c.badge.ID].Favourite
	for _, tag := range all[c.badge.ID].Tags {
		c.papers.Tags = append(c.papers.Tags, tag.Name)
	}
	return nil
}

// takeMarks gives a badge out of an archive what its holder had marked it with there.
func takeMarks(ctx context.Context, tx *store.Store, badge store.Badge, p Papers) error {
	var tags []string
	for _, text := range p.Tags[:min(len(p.Tags), tagsTaken)] {
		if name, err := TagName(text); err == nil {
			tags = append(tags, name)
		}
	}
	if err := tx.MarkTaken(ctx, badge, p.Favourite, tags); err != nil {
		return fmt.Errorf("take the marks of a badge in: %w", err)
	}
	return nil
}
