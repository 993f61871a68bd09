package views

import (
	"context"
	"time"
)

// PasskeySection is the passkeys on the page of the ways to sign in (POST /you/passkeys, /you/passkeys/{id}).
type PasskeySection struct {
	// Work is set where there can be passkeys: at an address that is a name.
	Work bool
	// Fresh is set for whoever has just proved who they are.
	Fresh bool
	List  []PasskeyView
	// Suggested is what a new passkey is called unless its holder says otherwise.
	Suggested string
	// Wrong is the id of the passkey whose new name cannot be used, and Mistake why.
	Wrong, Mistake string
	// Fixed is set where they can be added to, and not changed.
	Fixed bool
	// Last is set where removing the only one turns the second step off.
	Last bool
}

// PasskeyView is one passkey of a person.
type PasskeyView struct {
	ID, Name   string
	CreatedAt  time.Time
	LastUsedAt *time.Time // nil: never
	Backup     bool       // it may be on other devices too
}

func (p PasskeySection) mistakeIn(key PasskeyView) map[string]string {
	if p.Wrong != key.ID || p.Mistake == "" {
		return nil
	}
	return map[string]string{"name": p.Mistake}
}

func passkeyName(ctx context.Context, key PasskeyView, reasons map[string]string) Input {
	return Input{
		Name: "name", ID: "name-" + key.ID, Label: T(ctx, "passkeys.name"), Value: key.Name,
		Mistake: mistake(ctx, "name", reasons), Autocomplete: "off", MaxLength: 100, Required: true,
	}
}
