package account

import (
	"context"
	"errors"

	"github.com/carnetbadges/carnet/store"
)

// ErrOneself refuses to block oneself.
var ErrOneself = errors.New("account: nobody blocks themselves")

// BlockPerson lets whoever has a handle see nothing of this person's while they are signed in; who they are is told.
// store.ErrNotFound; ErrOneself.
func (d *Desk) BlockPerson(ctx context.Context, person, handle string) (blocked string, err error) {
	other, err := d.store.WhoHas(ctx, handle)
	if err != nil {
		return "", err
	}
	if other == person {
		return "", ErrOneself
	}
	return other, d.store.BlockPerson(ctx, person, other, d.now())
}

// UnblockPerson takes a block back; there being none is no error.
func (d *Desk) UnblockPerson(ctx context.Context, person, blocked string) error {
	return d.store.UnblockPerson(ctx, person, blocked)
}

// BlockedPeople are the people whom a person has blocked: id and handle alone, since a name may not be for them to know.
func (d *Desk) BlockedPeople(ctx context.Context, person string) ([]store.Person, error) {
	people, err := d.store.BlockedPeople(ctx, person)
	for i, one := range people {
		people[i] = store.Person{ID: one.ID, Handle: one.Handle}
	}
	return people, err
}
