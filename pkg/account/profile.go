package account

import (
	"context"
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

// Purge forgets secrets a day after they ran out; call it now and then.
func (d *Desk) Purge(ctx context.Context) error {
	return d.store.PurgeTokens(ctx, d.now().Add(-24*time.Hour))
}
