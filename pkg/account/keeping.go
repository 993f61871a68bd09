package account

import (
	"context"

	"github.com/carnetbadges/carnet/store"
)

// What the log says of what administrators do; store.AuditEntry.What. Who did it is its actor: nobody where it was done
// from the command line of the machine itself.
const (
	Disabled    = "disabled"     //
	Enabled     = "enabled"      //
	Promoted    = "promoted"     // made an administrator
	Demoted     = "demoted"      // no longer an administrator
	HelpedIn    = "helped-in"    // a letter to sign in by was sent; Detail: "letter", or "link" for one printed on the machine
	FactorReset = "factor-reset" // the second step was taken away
	Made        = "made"         // the account was made by an administrator
	LookedAs    = "looked-as"    // an administrator looks as this person; Detail: why, one of Reasons
	DoneAs      = "done-as"      // what they did meanwhile; Detail: a word for it
	LookEnded   = "look-ended"   //

	SignUpSet       = "sign-up-set"          // Detail: open, invitation or closed
	Invited         = "invited"              // Detail: the invitation's id
	Withdrawn       = "invitation-withdrawn" // Detail: the same
	DomainBlocked   = "domain-blocked"       // Detail: the domain
	DomainUnblocked = "domain-unblocked"     // Detail: the same
	SettingSet      = "setting-set"          // Detail: which
	MailTested      = "mail-tested"          // Detail: "taken" or "failed"
)

type actingKey struct{}

// ActingAs says of what follows in ctx that an administrator does it (empty: whoever runs the machine), not the person
// themselves: it stands so in the log.
func ActingAs(ctx context.Context, admin string) context.Context {
	return context.WithValue(ctx, actingKey{}, admin)
}

// Acted tells whether somebody else than the person themselves does what is done in ctx.
func Acted(ctx context.Context) bool {
	_, acted := ctx.Value(actingKey{}).(string)
	return acted
}

// actor is who does what a person seems to do; nil is the house itself.
func actor(ctx context.Context, person string) *string {
	if admin, ok := ctx.Value(actingKey{}).(string); ok {
		return orNone(admin)
	}
	return orNone(person)
}

// note writes down, in the deed's own transaction, what somebody (by; empty: the house) did to a person (empty: to the
// house itself).
func (d *Desk) note(ctx context.Context, tx *store.Store, by, person, what, detail string) error {
	return tx.Audit(ctx, store.AuditEntry{PersonID: orNone(person), ActorID: orNone(by), What: what, Detail: detail, At: d.now()})
}

// MailTested writes down that somebody tried the mail server, and whether it took the letter.
func (d *Desk) MailTested(ctx context.Context, by string, taken bool) error {
	detail := "failed"
	if taken {
		detail = "taken"
	}
	return d.note(ctx, d.store, by, "", MailTested, detail)
}
