package account

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/carnetbadges/carnet/store"
)

// LetterJob is the kind of the jobs that send a letter; the payload is a Letter in JSON.
const LetterJob = "letter"

// The kinds of letters.
const (
	LetterConfirm = "confirm" // prove this address yours
	LetterAlready = "already" // somebody joined with the address you have a passport by
	LetterReset   = "reset"   // choose a new password
	LetterNone    = "none"    // nothing is sent: it is written where nobody is known, so that as much is written as elsewhere
	LetterSignIn  = "sign-in" // a link and a code that let in
	LetterProve   = "prove"   // a code by which one proves again who one is
	LetterChanged = "changed" // how you sign in was changed: What tells
	LetterInvited = "invited" // By invites you to join
	LetterHelped  = "helped"  // an administrator sends you a link that lets in
	LetterLooked  = "looked"  // By, an administrator, looks as you: Detail tells why
	LetterGuessed = "guessed" // somebody came past your password and tries codes of your second step
	LetterLeaving = "leaving" // you are leaving; Detail is when, RFC 3339
	LetterTold    = "told"    // something was done to your account, and no session ended: What tells
	LetterArchive = "archive" // all of yours lies ready to be fetched; Detail is until when, RFC 3339

	LetterAddress     = "address"      // prove this address yours, for a passport you have already: by Link or by Code
	LetterJoin        = "join-code"    // a code by which this passport is joined to another
	LetterAddressHeld = "address-held" // somebody wanted to add an address of yours to another passport
)

// Letter is what a letter must say; its words are chosen where it is sent. It may hold a secret.
type Letter struct {
	Kind     string    // one of the above
	To       string    // one e-mail address
	Language string    // en or fr
	Name     string    // whom to greet
	Link     string    // the address to open
	What     string    // changed, told: what was done, as in the log, with
	Detail   string    // its detail; sign-in: how one joins, where not anybody may
	Code     string    // sign-in, prove, address: six digits
	Browser  string    // sign-in, prove: what asked for it; may be empty, and so may
	System   string    // what that runs on
	Until    time.Time // after that it is of no use, and need not be sent; zero: always
	By       string    // invited, looked: the name of who did it; may be empty
}

// mayWrite takes one letter to an address out of what may still be written there: a few for each who asks, so that no
// stranger spends what is another's, and some more for all of them together. *SlowDown tells how long to wait, and it is
// no secret: nobody's address is counted any differently.
func (d *Desk) mayWrite(from, email string) error { return d.takeLetter(from, email, email) }

// mayClaim is mayWrite for a letter that an address is claimed by, which lets its owner in nowhere: it is counted apart,
// so that nobody who claims an address again and again keeps its owner from the letters that do.
func (d *Desk) mayClaim(from, email string) error { return d.takeLetter(from, email, "claim "+email) }

func (d *Desk) takeLetter(from, email, together string) error {
	asker := keyFor(from + " " + email)
	if wait := d.mailings.take(asker); wait > 0 {
		return &SlowDown{After: wait}
	}
	if wait := d.floods.take(keyFor(together)); wait > 0 {
		d.mailings.giveBack(asker)
		return &SlowDown{After: wait}
	}
	return nil
}

// post writes the job that sends a letter, in the transaction of the deed it belongs to.
func post(ctx context.Context, tx *store.Store, l Letter) error {
	payload, err := json.Marshal(l)
	if err != nil {
		return fmt.Errorf("write a letter: %w", err)
	}
	return tx.Enqueue(ctx, store.Job{Kind: LetterJob, Payload: payload})
}
