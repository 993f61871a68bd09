package backpack

import (
	"context"
	"time"

	"github.com/carnetbadges/carnet/store"
)

// UndoFor is how long a deed in bulk can be taken back.
const UndoFor = 30 * time.Minute

// BulkMost is how many badges one deed changes at most.
const BulkMost = 10_000

// The deeds that are done to many badges at once.
const (
	SetShown   = "visibility" // With is a visibility
	AddTag     = "tag"        // With is a tag
	DropTag    = "untag"      // With is a tag
	Favour     = "favourite"
	Unfavour   = "unfavourite"
	PutInTrash = "delete"
	FromTrash  = "restore"
	RenameATag = "rename-tag" // of With, to To; no badges are named
	ForgetATag = "delete-tag" // of With; no badges are named
)

// Deed is what is done to many badges at once.
type Deed struct {
	What string
	With string
	To   string
}

// Changed is what became of a deed.
type Changed struct {
	Badges int    // that are now otherwise than before
	Full   int    // that had no room for another tag
	Taken  int    // that stay in the trash, because their credential was brought in again
	Undo   string // under which it can be taken back; empty where nothing was changed
}

// Change does a deed to some of a person's badges, all or none, and keeps how it is taken back. Badges that are not theirs
// are left alone. ErrVisibility; ErrTag; ErrForm for a deed that is none.
func (b *Backpack) Change(ctx context.Context, person string, badges []string, deed Deed) (done Changed, err error) {
	err = b.store.Tx(ctx, func(tx *store.Store) error {
		changes, err := b.change(ctx, tx, person, badges, deed, &done)
		if err != nil || len(changes) == 0 {
			return err
		}
		changed := map[string]bool{}
		for _, c := range changes {
			changed[c.Badge] = true
		}
		done.Badges = len(changed)
		done.Undo, err = tx.KeepUndo(ctx, person, changes, b.now())
		return err
	})
	return done, err
}

func (b *Backpack) change(ctx context.Context, tx *store.Store, person string, badges []string, deed Deed, done *Changed) (changes []store.Change, err error) {
	switch deed.What {
	case SetShown:
		if !known(deed.With) {
			return nil, ErrVisibility
		}
		return tx.SetVisibilities(ctx, person, badges, deed.With, b.now())
	case AddTag:
		name, err := TagName(deed.With)
		if err != nil {
			return nil, err
		}
		changes, done.Full, err = tx.TagBadges(ctx, person, badges, name)
		return changes, err
	case DropTag:
		return tx.UntagBadges(ctx, person, badges, store.TagKey(deed.With))
	case Favour, Unfavour:
		return tx.SetFavourites(ctx, person, badges, deed.What == Favour)
	case PutInTrash:
		return tx.DeleteBadges(ctx, person, badges, b.now())
	case FromTrash:
		changes, done.Taken, err = tx.RestoreBadges(ctx, person, badges, b.now(), b.now().Add(-undone))
		return changes, err
	case RenameATag:
		name, err := TagName(deed.To)
		if err != nil {
			return nil, err
		}
		return tx.RenameTag(ctx, person, store.TagKey(deed.With), name)
	case ForgetATag:
		return tx.DropTag(ctx, person, store.TagKey(deed.With))
	}
	return nil, ErrForm
}

// Undo takes a deed back, once: each badge is what it was before, unless it was changed again since. It tells of how many
// values. store.ErrNotFound when it is too late, or done already.
func (b *Backpack) Undo(ctx context.Context, person, id string) (put int, err error) {
	err = b.store.Tx(ctx, func(tx *store.Store) error {
		changes, err := tx.TakeUndo(ctx, person, id, b.now().Add(-UndoFor))
		if err != nil {
			return err
		}
		put, err = tx.PutBack(ctx, person, changes, b.now())
		return err
	})
	return put, err
}
