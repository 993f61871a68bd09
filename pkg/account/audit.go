package account

import (
	"context"

	"github.com/carnetbadges/carnet/store"
)

// What a person's own log says of what they did at the desk; store.AuditEntry.What.
const (
	SignedIn        = "signed-in"        // Detail: by which way
	ProvedAgain     = "proved-again"     // who they are, before something dangerous; Detail: by which way
	SessionEnded    = "session-ended"    // one of theirs, by themselves
	SessionsEnded   = "sessions-ended"   // all others, or all
	PasswordSet     = "password-set"     // where there was none
	PasswordRemoved = "password-removed" //
	PasswordChanged = "password-changed" // also when it was forgotten and a letter led to a new one

	TakingOut   = "taking-out"   // everything, in an archive
	BroughtBack = "brought-back" // what was taken out elsewhere
	Leaving     = "leaving"      // for good, in some days
	Stayed      = "stayed"       // after all

	ProviderLinked   = "provider-linked"   // Detail: what the sign-in provider is called
	ProviderUnlinked = "provider-unlinked" // Detail: the same

	PasskeyAdded    = "passkey-added"
	PasskeyRemoved  = "passkey-removed"
	PasskeyRefused  = "passkey-refused" // it counts backwards; Detail: its id
	SecondOn        = "second-on"       // Detail: app or passkey
	SecondOff       = "second-off"
	SecondGuessed   = "second-guessed" // codes were tried in vain
	AppChanged      = "app-changed"
	AppRemoved      = "app-removed"
	RecoveryRenewed = "recovery-renewed"
	RecoveryUsed    = "recovery-used" // Detail: how many are left
	AddressAdded    = "address-added"
	AddressRemoved  = "address-removed"
	AddressRestored = "address-restored"
	PrimaryChanged  = "primary-changed"
	RemovedHere     = "here" // Detail of AddressRemoved in the letter to the one that was

	PassportJoined  = "passport-joined"   // another was joined to this one
	PassportGivenUp = "passport-given-up" // this one was joined to another
	PassportsParted = "passports-parted"  // and that was undone
)

// Admitted writes down that a person was let in, and by which way: "password", "confirm", "reset", "setup", ….
func (d *Desk) Admitted(ctx context.Context, person, way string) error {
	return d.record(ctx, d.store, person, SignedIn, way)
}

// Proved writes down that a person who is signed in has shown again who they are, and by which way.
func (d *Desk) Proved(ctx context.Context, person, way string) error {
	return d.record(ctx, d.store, person, ProvedAgain, way)
}

// record writes down, in the deed's own transaction, what a person did themselves, or who did it in their place (ActingAs).
func (d *Desk) record(ctx context.Context, tx *store.Store, person, what, detail string) error {
	return tx.Audit(ctx, store.AuditEntry{PersonID: &person, ActorID: actor(ctx, person), What: what, Detail: detail, At: d.now()})
}
