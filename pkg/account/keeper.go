package account

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/carnetbadges/carnet/store"
)

// ErrNotNeeded is said of help for somebody who does not need it or cannot have it: no address proved to write to, no
// second step to take away, an account that is disabled.
var ErrNotNeeded = errors.New("account: there is nothing to help with")

// Disable shuts a person out, at once and wherever they are signed in, and hides their passport. ErrLastAdmin;
// store.ErrNotFound. By is who does it, empty for whoever runs the machine; disabled already is no error.
func (d *Desk) Disable(ctx context.Context, by, person string) error {
	return d.govern(ctx, by, person, Disabled, func(p *store.Person) bool {
		if p.DisabledAt != nil {
			return false
		}
		now := d.now()
		p.DisabledAt = &now
		return true
	})
}

// Enable lets a person in again. Errors as of Disable.
func (d *Desk) Enable(ctx context.Context, by, person string) error {
	return d.govern(ctx, by, person, Enabled, func(p *store.Person) bool {
		was := p.DisabledAt
		p.DisabledAt = nil
		return was != nil
	})
}

// Promote makes a person an administrator; every session of theirs ends, since it was opened with other rights. Errors as
// of Disable.
func (d *Desk) Promote(ctx context.Context, by, person string) error {
	return d.govern(ctx, by, person, Promoted, inRole("admin"))
}

// Demote makes an administrator a member again, in the same way.
func (d *Desk) Demote(ctx context.Context, by, person string) error {
	return d.govern(ctx, by, person, Demoted, inRole("member"))
}

func inRole(role string) func(*store.Person) bool {
	return func(p *store.Person) bool {
		was := p.Role
		p.Role = role
		return was != role
	}
}

// govern changes what a person may do here, if it is a change. The administrators are held before the person, in every
// transaction alike, so that of two who would leave none the second is refused.
func (d *Desk) govern(ctx context.Context, by, person, what string, change func(*store.Person) bool) error {
	ctx = ActingAs(ctx, by)
	err := d.store.Tx(ctx, func(tx *store.Store) error {
		admins, err := tx.Admins(ctx)
		if err != nil {
			return err
		}
		p, err := tx.Person(ctx, person)
		if err != nil || !change(&p) {
			return err
		}
		if err := ownPassport(ctx, tx, person); err != nil {
			return err
		}
		if isLast(admins, p) {
			return ErrLastAdmin
		}
		p.UpdatedAt = d.now()
		if err := tx.UpdatePerson(ctx, &p); err != nil {
			return err
		}
		return d.secured(ctx, tx, p, "", what, "")
	})
	if err != nil {
		return fmt.Errorf("change what a person may do: %w", err)
	}
	return nil
}

// ownPassport is ErrNotNeeded where a passport was joined to another: what is left of it lets nobody in, until that is
// undone.
func ownPassport(ctx context.Context, tx *store.Store, person string) error {
	_, err := tx.MergeOf(ctx, person)
	switch {
	case err == nil:
		return ErrNotNeeded
	case errors.Is(err, store.ErrNotFound):
		return nil
	}
	return err
}

// isLast tells whether nobody would be left to help others once a person is as they are now.
func isLast(admins []store.Person, now store.Person) bool {
	if now.Role == "admin" && now.DisabledAt == nil {
		return false
	}
	stays := func(a store.Person) bool { return a.ID != now.ID && a.LeavingAt == nil }
	return slices.ContainsFunc(admins, func(a store.Person) bool { return a.ID == now.ID }) && !slices.ContainsFunc(admins, stays)
}

// ResetFactor takes the second step of a person away, who can no longer take it: by now the administrator has made sure
// who asks. The person is told by letter. ErrNotNeeded when there is none.
func (d *Desk) ResetFactor(ctx context.Context, by, person string) error {
	ctx = ActingAs(ctx, by)
	return d.store.Tx(ctx, func(tx *store.Store) error {
		p, err := tx.Person(ctx, person)
		if err != nil {
			return fmt.Errorf("take a second step away: %w", err)
		}
		if err := tx.DropSecondFactor(ctx, person); err != nil {
			if errors.Is(err, store.ErrNotFound) {
				return ErrNotNeeded
			}
			return err
		}
		return d.secured(ctx, tx, p, "", FactorReset, "")
	})
}

// HelpIn sends a letter that lets in to one of a person's addresses, named by its id, which they have proved: whoever helps
// learns nothing of it. ErrNotNeeded; *SlowDown after too many letters; store.ErrNotFound when the address is not theirs.
func (d *Desk) HelpIn(ctx context.Context, by, person, address string) error {
	a, err := d.store.AddressByID(ctx, person, address)
	if err != nil {
		return fmt.Errorf("help somebody in: %w", err)
	}
	p, err := d.store.Person(ctx, person)
	if err != nil {
		return fmt.Errorf("help somebody in: %w", err)
	}
	if a.VerifiedAt == nil || p.DisabledAt != nil {
		return ErrNotNeeded
	}
	if err := d.mayWrite("help "+by, a.Email); err != nil {
		return err
	}
	return d.store.Tx(ctx, func(tx *store.Store) error {
		_, letter, err := d.newCodeLetter(ctx, tx, LetterHelped, p, Asking{Email: a.Email, Language: p.Language, Onward: "/badges"})
		if err != nil {
			return err
		}
		letter.Code = "" // which is good only in the browser that asked
		if err := d.note(ctx, tx, by, person, HelpedIn, "letter"); err != nil {
			return err
		}
		return post(ctx, tx, letter)
	})
}

// SignInLink is a link that lets a person in, once, for whoever runs the machine to hand over. One who has proved no
// address yet chooses a password by it. ErrNotNeeded for somebody who is disabled, or has no address at all.
func (d *Desk) SignInLink(ctx context.Context, person string) (link string, lasts time.Duration, err error) {
	err = d.store.Tx(ctx, func(tx *store.Store) error {
		p, err := tx.Person(ctx, person)
		if err != nil {
			return err
		}
		addresses, err := tx.Addresses(ctx, person)
		if err != nil {
			return err
		}
		if p.DisabledAt != nil || len(addresses) == 0 {
			return ErrNotNeeded
		}
		if err := d.note(ctx, tx, "", person, HelpedIn, "link"); err != nil {
			return err
		}
		if i := slices.IndexFunc(addresses, func(a store.Address) bool { return a.VerifiedAt != nil }); i >= 0 {
			var letter Letter
			_, letter, err = d.newCodeLetter(ctx, tx, LetterHelped, p, Asking{Email: addresses[i].Email, Onward: "/badges"})
			link, lasts = letter.Link, byLetterLasts
			return err
		}
		secret, err := d.issue(ctx, tx, tokenReset, person, addresses[0].ID, resetLasts)
		link, lasts = d.public+"/reset/"+secret, resetLasts
		return err
	})
	return link, lasts, err
}

// MakePerson makes a passport for somebody, who signs in to it by a letter or a link (SignInLink) and has proved nothing
// yet; role is "member" or "admin". Mistakes: "name", "email" (required, malformed, taken, blocked).
func (d *Desk) MakePerson(ctx context.Context, by string, j Joining, role string) (store.Person, error) {
	j, mistakes := claimed(j)
	if len(mistakes) > 0 {
		return store.Person{}, mistakes
	}
	ctx = ActingAs(ctx, by)
	var person store.Person
	err := d.store.Tx(ctx, func(tx *store.Store) error {
		if err := domainMistake(ctx, tx, j.Email); err != nil {
			return err
		}
		_, err := tx.VerifiedAddress(ctx, j.Email)
		if err == nil {
			return Mistakes{"email": "taken"}
		}
		if !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if person, err = d.admit(ctx, tx, j, "", role); err != nil {
			return err
		}
		return d.record(ctx, tx, person.ID, Made, role)
	})
	return person, err
}

// Find is the person somebody means by an id, a handle (with or without @) or an address they have proved, or else have
// claimed last; store.ErrNotFound.
func (d *Desk) Find(ctx context.Context, word string) (store.Person, error) {
	word = strings.TrimSpace(word)
	if email, ok := parseEmail(word); ok {
		claim, err := d.store.LatestClaim(ctx, email)
		if err == nil && claim.ID == "" {
			err = store.ErrNotFound
		}
		return claim.Person, err
	}
	person, err := d.store.Person(ctx, strings.ToUpper(word))
	if errors.Is(err, store.ErrNotFound) {
		return d.store.PersonByHandle(ctx, strings.TrimPrefix(word, "@"))
	}
	return person, err
}
