package account

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/carnetbadges/carnet/store"
)

// LetterJob is the kind of the jobs that send a letter; the payload is a Letter in JSON.
const LetterJob = "letter"

// The kinds of letters.
const (
	LetterConfirm = "confirm" // prove this address yours
	LetterAlready = "already" // somebody joined with the address you have a passport by
	LetterReset   = "reset"   // choose a new password
	LetterChanged = "changed" // your password was changed
)

// Letter is what a letter must say; its words are chosen where it is sent. It may hold a secret.
type Letter struct {
	Kind     string // confirm, already, reset or changed
	To       string // one e-mail address
	Language string // en or fr
	Name     string // whom to greet
	Link     string // the address to open
}

// post writes the job that sends a letter, in the transaction of the deed it belongs to.
func post(ctx context.Context, tx *store.Store, l Letter) error {
	payload, err := json.Marshal(l)
	if err != nil {
		return fmt.Errorf("write a letter: %w", err)
	}
	return tx.Enqueue(ctx, store.Job{Kind: LetterJob, Payload: payload})
}
