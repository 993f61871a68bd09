package account

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/carnetbadges/carnet/store"
)

var (
	// ErrClosed is said to whoever would join where nobody may.
	ErrClosed = errors.New("account: nobody joins here now")
	// ErrUninvited is said to whoever would join by invitation and has none that is good, or one for somebody else.
	ErrUninvited = errors.New("account: one joins here by invitation")
)

// The most an invitation may be good for.
const (
	MostInvited      = 1000 // uses
	MostDaysInvited  = 365
	keptInvitations  = 30 * 24 * time.Hour // after they ran out
	InvitationsShown = 100
)

// Inviting is what an invitation is to be.
type Inviting struct {
	Email    string // whom it is for, to whom it is sent; empty: whoever has the link
	Most     int    // how often it may be used; one for an address is used once
	Days     int    // how long it is good
	Language string // of the letter
	Name     string // who invites, for the letter; may be empty
}

// Invite makes an invitation and tells its link, which is kept nowhere; one for an address is sent there too. Mistakes:
// "email": malformed, blocked; "most", "days": out-of-range.
func (d *Desk) Invite(ctx context.Context, by string, i Inviting) (made store.Invitation, link string, err error) {
	mistakes := Mistakes{}
	if i.Email = strings.TrimSpace(i.Email); i.Email != "" {
		email, ok := parseEmail(i.Email)
		if !ok {
			mistakes["email"] = "malformed"
		}
		i.Email, i.Most = email, 1
	}
	if i.Most < 1 || i.Most > MostInvited {
		mistakes["most"] = "out-of-range"
	}
	if i.Days < 1 || i.Days > MostDaysInvited {
		mistakes["days"] = "out-of-range"
	}
	if len(mistakes) > 0 {
		return store.Invitation{}, "", mistakes
	}
	secret, err := d.newSecret()
	if err != nil {
		return store.Invitation{}, "", err
	}
	now := d.now()
	link = d.public + "/join/" + secret
	made = store.Invitation{
		Hash: hashed(secret), Email: i.Email, Most: i.Most, CreatedBy: orNone(by), CreatedAt: now, ExpiresAt: now.AddDate(0, 0, i.Days),
	}
	err = d.store.Tx(ctx, func(tx *store.Store) error {
		if err := domainMistake(ctx, tx, i.Email); err != nil {
			return err
		}
		if err := tx.CreateInvitation(ctx, &made); err != nil {
			return err
		}
		if err := d.note(ctx, tx, by, "", Invited, made.ID); err != nil || i.Email == "" {
			return err
		}
		return post(ctx, tx, Letter{Kind: LetterInvited, To: i.Email, Language: languageOf(i.Language), Link: link, By: i.Name})
	})
	if err != nil {
		return store.Invitation{}, "", err
	}
	return made, link, nil
}

// Withdraw makes an invitation worthless; store.ErrNotFound when it is not there, or withdrawn already.
func (d *Desk) Withdraw(ctx context.Context, by, id string) error {
	return d.store.Tx(ctx, func(tx *store.Store) error {
		if err := tx.WithdrawInvitation(ctx, id, d.now()); err != nil {
			return err
		}
		return d.note(ctx, tx, by, "", Withdrawn, id)
	})
}

// Invitation tells what an invitation is, and changes nothing. ErrUninvited when it is none, or no longer good.
func (d *Desk) Invitation(ctx context.Context, secret string) (store.Invitation, error) {
	i, err := d.store.Invitation(ctx, hashed(secret), d.now())
	if errors.Is(err, store.ErrNotFound) {
		return store.Invitation{}, ErrUninvited
	}
	return i, err
}

// MayJoin tells whether somebody with this invitation (its secret; empty: none) may join now: nil, ErrClosed or
// ErrUninvited. It counts nothing.
func (d *Desk) MayJoin(ctx context.Context, invitation string) error {
	h, err := d.House(ctx)
	switch {
	case err != nil:
		return err
	case h.SignUp == SignUpClosed:
		return ErrClosed
	case h.SignUp == SignUpOpen:
		return nil
	}
	_, err = d.Invitation(ctx, invitation)
	return err
}

// letJoin is the one rule for whoever would join, in the transaction that makes them: how one may join, and by which
// address. It uses the invitation up whether or not the address is known here, so that nobody learns that by it.
func (d *Desk) letJoin(ctx context.Context, tx *store.Store, email, invitation string) error {
	if err := domainMistake(ctx, tx, email); err != nil {
		return err
	}
	settings, err := tx.SiteSettings(ctx)
	if err != nil {
		return err
	}
	switch houseIn(settings).SignUp {
	case SignUpClosed:
		return ErrClosed
	case SignUpOpen:
		return nil
	}
	used, err := tx.UseInvitation(ctx, hashed(invitation), d.now())
	if errors.Is(err, store.ErrNotFound) {
		return ErrUninvited
	}
	if err != nil {
		return fmt.Errorf("let somebody join: %w", err)
	}
	if used.Email != "" && store.EmailKey(used.Email) != store.EmailKey(email) {
		return ErrUninvited
	}
	return nil
}
