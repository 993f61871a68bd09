package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/carnetbadges/carnet/store"
)

// UpdateProfile keeps a person's name, language ("en" or "fr") and theme ("auto", "light" or "dark"). Mistakes.
func (d *Desk) UpdateProfile(ctx context.Context, person, name, language, theme string) error {
	mistakes := Mistakes{}
	name = cleanName(name)
	if reason := nameMistake(name); reason != "" {
		mistakes["name"] = reason
	}
	if language != "en" && language != "fr" {
		mistakes["language"] = "unknown"
	}
	if theme != "auto" && theme != "light" && theme != "dark" {
		mistakes["theme"] = "unknown"
	}
	if len(mistakes) > 0 {
		return mistakes
	}
	return d.store.Tx(ctx, func(tx *store.Store) error {
		p, err := tx.Person(ctx, person)
		if err != nil {
			return fmt.Errorf("update a profile: %w", err)
		}
		p.Name, p.Language, p.Theme, p.UpdatedAt = name, language, theme, d.now()
		return tx.UpdatePerson(ctx, &p)
	})
}

// keptAfter is how long a secret is kept after it ran out, and a claim after the last letter by which it could be proved.
const keptAfter = 24 * time.Hour

// Purge forgets letters for signing in that ran out, other secrets a day after they did and, with their last, the passports whose address nobody has proved,
// and ways to providers from which nobody came back; call it now and then.
func (d *Desk) Purge(ctx context.Context) error {
	before := d.now().Add(-keptAfter)
	return errors.Join(d.store.PurgeClaims(ctx, before), d.store.PurgeTokens(ctx, before), d.store.PurgeVisits(ctx, d.now()))
}
