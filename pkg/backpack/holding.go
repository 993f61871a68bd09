package backpack

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/carnetbadges/carnet/store"
)

// The visibilities a holder may choose.
const (
	Private = store.Private
	Link    = store.Link
	Members = store.Members
	Public  = store.Public
)

// SetVisibility changes who may see a badge. Nothing else does. ErrVisibility; store.ErrNotFound, also for one that is not
// accepted, which nobody but its holder sees.
func (b *Backpack) SetVisibility(ctx context.Context, person, id, visibility string) error {
	if !known(visibility) {
		return ErrVisibility
	}
	return b.store.SetVisibility(ctx, person, id, visibility, b.now())
}

func known(visibility string) bool {
	switch visibility {
	case Private, Link, Members, Public:
		return true
	}
	return false
}

// Delete puts a badge in the trash, for KeptDeleted; one that is there stays as it is, since buttons are pressed twice.
// store.ErrNotFound.
func (b *Backpack) Delete(ctx context.Context, person, id string) error {
	return b.store.Tx(ctx, func(tx *store.Store) error {
		badge, err := tx.AnyBadge(ctx, id)
		if err != nil || badge.PersonID == person && badge.DeletedAt != nil {
			return err
		}
		return tx.DeleteBadge(ctx, person, id, b.now())
	})
}

// undone is how long after a deletion taking it back brings everything back as it was.
const undone = 10 * time.Minute

// Restore takes a badge out of the trash: at once as it was, later private, since its holder may no longer have in mind
// who saw it. One that is not there stays as it is. store.ErrNotFound; store.ErrTaken when the same credential was brought in again.
func (b *Backpack) Restore(ctx context.Context, person, id string) error {
	return b.store.Tx(ctx, func(tx *store.Store) error {
		trashed, err := tx.AnyBadge(ctx, id)
		if err != nil || trashed.PersonID == person && trashed.DeletedAt == nil {
			return err
		}
		if err := tx.RestoreBadge(ctx, person, id, b.now()); err != nil {
			return err
		}
		if trashed.DeletedAt != nil && b.now().Sub(*trashed.DeletedAt) <= undone {
			return nil
		}
		return tx.SetVisibility(ctx, person, id, Private, b.now())
	})
}

// Purge erases what has been in the trash for longer than KeptDeleted, the files that nothing uses any more, and how deeds
// are taken back for which it is too late.
func (b *Backpack) Purge(ctx context.Context) error {
	b.filing.Lock()
	defer b.filing.Unlock()
	unused, err := b.store.PurgeDeleted(ctx, b.now().Add(-KeptDeleted))
	beside, failed := b.store.PurgeEvidence(ctx, b.now().Add(-KeptEvidence))
	unused, err = append(unused, beside...), errors.Join(err, failed)
	for _, key := range unused {
		if failed := b.files.Delete(ctx, key); failed != nil {
			err = errors.Join(err, fmt.Errorf("delete a file that no badge uses: %w", failed))
		}
	}
	return errors.Join(err, b.store.PurgeUndos(ctx, b.now().Add(-UndoFor)))
}

// Forget deletes those of some files that no badge uses. One that is gone already is no error.
func (b *Backpack) Forget(ctx context.Context, keys []string) error {
	b.filing.Lock()
	defer b.filing.Unlock()
	unused, err := b.store.UnusedBlobs(ctx, keys)
	return errors.Join(err, b.discard(ctx, unused))
}
