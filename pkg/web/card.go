package web

import (
	"time"

	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// How near an end, or how recent an arrival, is worth a word on a card.
const (
	endsSoon = 60 * 24 * time.Hour
	isNew    = 24 * time.Hour
)

// cards draws badges small; own says whether the viewer is their holder.
func (s *Site) cards(badges []store.Badge, own bool) []views.Card {
	list := make([]views.Card, 0, len(badges))
	for _, one := range badges {
		list = append(list, s.card(one, own))
	}
	return list
}

func (s *Site) card(b store.Badge, own bool) views.Card {
	now := s.Now()
	card := views.Card{
		ID: b.ID, Name: b.Name, Issuer: b.IssuerName, Lang: b.Language, Picture: pictureAddress(b),
		Verdict: b.Verdict, Standing: standing(b), Since: since(b), Expires: soon(b, now), Shrinks: b.PictureKey != "" && b.PictureType != "image/svg+xml",
	}
	if own {
		card.Visibility = b.Visibility
		card.New = now.Sub(b.CreatedAt) < isNew
	}
	return card
}

// ownCard is a badge drawn small for its holder, with what only they see.
func (s *Site) ownCard(b store.Badge, m store.Mark) views.Card {
	card := s.card(b, true)
	card.Issued, card.Came = b.IssuedAt, b.CreatedAt
	card.Favourite, card.SelfMade, card.Endorsed = m.Favourite, m.SelfMade, m.Endorsed
	for _, tag := range m.Tags {
		card.Tags = append(card.Tags, tag.Name)
	}
	return card
}

// pictureAddress is where a badge's picture is; its content's key makes it new when the picture is.
func pictureAddress(b store.Badge) string {
	if len(b.PictureKey) < 12 {
		return "/b/" + b.ID + "/picture"
	}
	return "/b/" + b.ID + "/picture?v=" + b.PictureKey[:12]
}

// standing is why a badge is not current, in the words of the views.
func standing(b store.Badge) string {
	if b.Verdict != string(openbadges.NotCurrent) {
		return ""
	}
	return standingOf(openbadges.Reason(b.VerdictReason))
}

func standingOf(reason openbadges.Reason) string {
	switch reason {
	case openbadges.ReasonExpired:
		return "expired"
	case openbadges.ReasonRevoked, openbadges.ReasonHostWithdrew:
		return "revoked"
	case openbadges.ReasonSuspended:
		return "suspended"
	case openbadges.ReasonNotYetValid:
		return "not-yet"
	}
	return ""
}

// since is when a badge ended, where that is known.
func since(b store.Badge) *time.Time {
	if standing(b) == "expired" {
		return b.ExpiresAt
	}
	return nil
}

// soon is the end of a genuine badge, when it is near.
func soon(b store.Badge, now time.Time) *time.Time {
	if b.Verdict != string(openbadges.Genuine) || b.ExpiresAt == nil || b.ExpiresAt.Sub(now) > endsSoon || b.ExpiresAt.Before(now) {
		return nil
	}
	return b.ExpiresAt
}
