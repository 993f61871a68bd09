package backpack

import (
	"context"
	"slices"
	"strings"

	"golang.org/x/net/idna"

	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/store"
)

// claim is what a recipient means for one person.
type claim struct {
	state      string        // store.Accepted or store.Pending
	address    store.Address // the address the badge was made out to; empty when it names none
	recipients []string      // what a verification compares with
}

func (c claim) addressID() *string {
	if c.address.ID == "" {
		return nil
	}
	return &c.address.ID
}

// wallet are all the addresses a person claims.
type wallet []store.Address

func (b *Backpack) wallet(ctx context.Context, person string) (wallet, error) {
	return b.store.Addresses(ctx, person)
}

// with adds the address by which a badge was accepted, or for which it waits, where its holder has removed it since: what
// was theirs by it stays theirs.
func (w wallet) with(ctx context.Context, from *store.Store, badge store.Badge) (wallet, error) {
	if badge.AddressID == nil || slices.ContainsFunc(w, w.isOf(badge)) {
		return w, nil
	}
	removed, err := from.RemovedAddresses(ctx, badge.PersonID)
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(removed, w.isOf(badge)); i >= 0 {
		return append(slices.Clone(w), removed[i]), nil
	}
	return w, nil
}

// isOf tells the address a badge was made out to.
func (wallet) isOf(badge store.Badge) func(store.Address) bool {
	return func(a store.Address) bool { return badge.AddressID != nil && a.ID == *badge.AddressID }
}

// by is the address, proved theirs, that a badge names.
func (w wallet) by(r openbadges.Recipient) (proved store.Address, theirs bool) {
	c, err := w.claim(r)
	return c.address, err == nil && c.state == store.Accepted && c.address.ID != ""
}

// of decides anew whose a held badge is: what was accepted is not made to wait again for the address it was accepted by.
func (w wallet) of(badge store.Badge, r openbadges.Recipient) (claim, error) {
	c, err := w.claim(r)
	if err == nil && badge.State == store.Accepted && w.isOf(badge)(c.address) {
		c.state = store.Accepted
	}
	return c, err
}

// heldWallet is a wallet in which nothing is proved until the transaction ends: whoever proves an address holds the
// person. It comes before a badge is held, as in every other transaction.
func heldWallet(ctx context.Context, tx *store.Store, person string) (wallet, error) {
	if _, err := tx.Person(ctx, person); err != nil {
		return nil, err
	}
	return tx.Addresses(ctx, person)
}

// letIn accepts a badge that waits for an address that is proved meanwhile.
func (b *Backpack) letIn(ctx context.Context, to *store.Store, w wallet, badge *store.Badge) error {
	proved := func(a store.Address) bool { return a.VerifiedAt != nil && a.RemovedAt == nil && w.isOf(*badge)(a) }
	if badge.State != store.Pending || !slices.ContainsFunc(w, proved) {
		return nil
	}
	badge.State, badge.Visibility = store.Accepted, store.Private
	_, err := to.AcceptPending(ctx, badge.PersonID, *badge.AddressID, b.now())
	return err
}

// claim decides whose a badge is. Addresses proved theirs come first; one that is not proved yet lets the badge wait.
// A badge that names no e-mail address is whoever's brings it, its recipient unknown. *SomebodyElse otherwise.
func (w wallet) claim(r openbadges.Recipient) (claim, error) {
	if !r.Comparable() {
		return claim{state: store.Accepted, recipients: w.everything()}, nil
	}
	for _, proved := range []bool{true, false} {
		fits := func(a store.Address) bool { return (a.VerifiedAt != nil) == proved && matches(r, a) }
		if i := slices.IndexFunc(w, fits); i >= 0 {
			state := store.Pending
			if proved {
				state = store.Accepted
			}
			return claim{state: state, address: w[i], recipients: w.forms(fits)}, nil
		}
	}
	return claim{}, &SomebodyElse{Names: r.Plain()}
}

// everything is never empty: a verification that is given nobody to compare with does not ask.
func (w wallet) everything() []string {
	if len(w) == 0 {
		return []string{"nobody@localhost.invalid"}
	}
	return w.forms(func(store.Address) bool { return true })
}

func (w wallet) forms(of func(store.Address) bool) (all []string) {
	for _, a := range w {
		if of(a) {
			all = append(all, forms(a)...)
		}
	}
	return all
}

func matches(r openbadges.Recipient, a store.Address) bool {
	return slices.ContainsFunc(forms(a), r.Matches)
}

// forms are the ways an issuer may have written an address: its domain in punycode or in its own letters.
func forms(a store.Address) []string {
	local, domain, found := strings.Cut(a.Email, "@")
	if !found {
		return []string{a.Email}
	}
	if letters, err := idna.ToUnicode(domain); err == nil && letters != domain {
		return []string{a.Email, local + "@" + letters}
	}
	return []string{a.Email}
}
