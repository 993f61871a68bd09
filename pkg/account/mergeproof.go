package account

import (
	"context"
	"strings"

	"github.com/carnetbadges/carnet/store"
)

// AskToJoin writes a letter with a code by which somebody who is signed in proves that a passport of this address is theirs
// too. Where there is none, nothing is sent and as much is written; the answer is the same. The request is for the asking
// browser alone to hold. Errors: Mistakes ("email"); *SlowDown when enough letters went to this address, known or not; the
// store's.
func (d *Desk) AskToJoin(ctx context.Context, a Asking) (request string, err error) {
	defer d.alike(ctx)()
	email, ok := parseEmail(a.Email)
	switch {
	case strings.TrimSpace(a.Email) == "":
		return "", Mistakes{"email": "required"}
	case !ok:
		return "", Mistakes{"email": "malformed"}
	}
	if err := d.mayClaim(a.From, email); err != nil {
		return "", err
	}
	owner, err := d.store.Owner(ctx, email)
	if err != nil {
		return "", err
	}
	if a.Email = email; owner.ID != "" {
		a.Email = owner.Email
	}
	if owner.DisabledAt != nil {
		owner.Person = store.Person{}
	}
	return d.writeCode(ctx, LetterJoin, owner.Person, a)
}

// ProveOther takes the code of a letter of AskToJoin: it is whose passport that is. ErrWrong; ErrSecret when the letter is
// used or too old, five codes were wrong, or the address is somebody else's by now; *SlowDown.
func (d *Desk) ProveOther(ctx context.Context, request, code string) (store.Person, error) {
	letter, err := d.checkCode(ctx, store.ToProveAgain, request, code)
	if err != nil {
		return store.Person{}, err
	}
	owner, err := d.store.Owner(ctx, letter.Email)
	if err != nil {
		return store.Person{}, err
	}
	if letter.PersonID == nil || owner.ID != *letter.PersonID || owner.DisabledAt != nil {
		return store.Person{}, ErrSecret
	}
	_, err = d.store.UseSignInLetter(ctx, letter.Request, d.now())
	return owner.Person, secretOr(err)
}
