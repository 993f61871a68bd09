package views

import (
	"context"
	"strings"
)

// feedLine is by whom a badge was issued, when, and until when it holds.
func feedLine(ctx context.Context, i FeedItem) string {
	said := []string{T(ctx, "feed.by", "Issuer", i.Issuer)}
	if i.IssuedOn != nil {
		said = append(said, T(ctx, "feed.on", "Day", Day(ctx, *i.IssuedOn)))
	}
	switch {
	case i.Standing != "":
		said = append(said, T(ctx, "standing."+i.Standing))
	case i.Expires != nil:
		said = append(said, T(ctx, "badge.until", "Day", Day(ctx, *i.Expires)))
	}
	return strings.Join(said, " · ")
}

// feedNames are what the forms of a feed are called, in every language.
func feedNames() []string { return []string{"Atom", "RSS", "JSON Feed"} }
