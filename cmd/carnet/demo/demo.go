// Package demo makes a small believable world to look at: people in real towns, issuers with real keys, and badges of
// every version of the standard that really verify. It knows nothing of commands and servers, and uses no network.
package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/carnetbadges/carnet/pkg/openbadges"
)

// World is a demo world before it is planted in a database. The same seed and the same day make the same world.
type World struct {
	People []Person
	Badges []Badge                // in the order in which they are brought in
	Web    openbadges.RecordedWeb // the whole web of this world, all of it in the reserved domain .example
}

// Badge is one badge as its holder brings it: a file, or a link.
type Badge struct {
	Holder     string // the person's handle
	Address    string // the e-mail address it is made out to
	File       string // the file's name; empty for a link
	Data       []byte // the file's content
	Link       string
	Brought    time.Time          // when they bring it: soon after they got it, or on the day they joined
	Visibility string             // what its holder makes of it: "private", "members" or "public"
	Waiting    bool               // made out to an address its holder has not proved
	Verdict    openbadges.Verdict // what verification must find
}

// Make makes the world that grows from seed, as of the day of now (UTC).
func Make(ctx context.Context, seed int64, now time.Time) (World, error) {
	m := newMaker(seed, now.UTC().Truncate(24*time.Hour))
	if err := m.found(ctx); err != nil {
		return World{}, fmt.Errorf("making the issuers: %w", err)
	}
	for _, g := range grants() {
		badge, err := m.give(ctx, g)
		if err != nil {
			return World{}, fmt.Errorf("giving %s to %s: %w", g.what, g.who, err)
		}
		m.world.Badges = append(m.world.Badges, badge)
	}
	if err := m.publishLists(ctx); err != nil {
		return World{}, fmt.Errorf("publishing what was revoked: %w", err)
	}
	return m.world, nil
}
