package account

import (
	"context"
	"encoding/base32"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/carnetbadges/carnet/store"
)

const (
	shortestHandle = 3
	longestHandle  = 30
	namelessHandle = "holder" // for a name that has no letter of [a-z0-9]
	handleTries    = 8
)

// reserved are the handles nobody gets as they are: they would speak for the house, or be taken for one of its pages.
func reserved() []string {
	return []string{
		"about", "account", "admin", "administrator", "anonymous", "api", "badge", "badges", "carnet", "confirm", "contact",
		"course", "dev", "explore", "forgot", "help", "home", "info", "join", "language", "legal", "letter-sent", "mail",
		"map", "member", "members", "moderator", "noreply", "no-reply", "notifications", "null", "oauth", "passport",
		"platforms", "postmaster", "privacy", "public", "reset", "robots", "root", "search", "security", "settings",
		"setup", "sign-in", "sign-out", "signin", "signup", "staff", "static", "status", "support", "system", "team",
		"terms", "theme", "undefined", "verify", "webmaster", "well-known", "www", "you",
	}
}

// plainLetters replaces letters that do not decompose into a base letter and marks.
var plainLetters = strings.NewReplacer("ß", "ss", "æ", "ae", "œ", "oe", "ø", "o", "đ", "d", "ð", "d", "þ", "th", "ł", "l", "ı", "i", "ħ", "h", "ŋ", "n", "ŧ", "t")

// handleOf folds a name to [a-z0-9-]; reserved and very short ones are lengthened where they are given away.
func handleOf(name string) string {
	bare := strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r), r == '\'', r == '’':
			return -1
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		}
		return '-'
	}, norm.NFKD.String(plainLetters.Replace(strings.ToLower(norm.NFKC.String(name)))))
	parts := strings.FieldsFunc(bare, func(r rune) bool { return r == '-' })
	handle := strings.Join(parts, "-")
	if len(handle) > longestHandle {
		handle = strings.TrimRight(handle[:longestHandle], "-")
	}
	if handle == "" {
		return namelessHandle
	}
	return handle
}

// unnamed is the handle of a person who has not proved their address: a name is kept for nobody who may never come, and
// tells nobody that somebody did.
func unnamed(id string) string { return strings.ToLower(id) }

// takeHandle gives a person who has none yet the handle of their name or, when that is taken, with a few letters behind
// it.
func (d *Desk) takeHandle(ctx context.Context, tx *store.Store, p *store.Person) error {
	if p.Handle != unnamed(p.ID) {
		return nil
	}
	base := handleOf(p.Name)
	p.Handle = base
	if len(base) < shortestHandle || base == namelessHandle || slices.Contains(reserved(), base) {
		if err := d.lengthen(p, base); err != nil {
			return err
		}
	}
	for range handleTries {
		err := d.mayHave(ctx, tx, p.ID, p.Handle)
		if err == nil {
			err = tx.UpdatePerson(ctx, p)
		}
		if !errors.Is(err, store.ErrTaken) {
			return err
		}
		if err := d.lengthen(p, base); err != nil {
			return err
		}
	}
	return fmt.Errorf("find a free handle: %w", store.ErrTaken)
}

// mayHave is store.ErrTaken where a handle is, or was, somebody else's, also of somebody who has left: nobody is to be
// taken for them.
func (d *Desk) mayHave(ctx context.Context, tx *store.Store, person, handle string) error {
	taken := fmt.Errorf("take a handle: %w", store.ErrTaken)
	gone, err := tx.HandleDeparted(ctx, d.ledger.Hash(handle))
	if err != nil {
		return err
	}
	if gone {
		return taken
	}
	has, err := tx.WhoHas(ctx, handle)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil
	case err == nil && has != person:
		return taken
	}
	return err
}

// lengthen sets base with four random characters behind it.
func (d *Desk) lengthen(p *store.Person, base string) error {
	random := make([]byte, 5)
	if _, err := io.ReadFull(d.random, random); err != nil {
		return fmt.Errorf("make a handle: %w", err)
	}
	suffix := "-" + strings.ToLower(base32.StdEncoding.EncodeToString(random))[:4]
	p.Handle = strings.TrimRight(base[:min(len(base), longestHandle-len(suffix))], "-") + suffix
	return nil
}
