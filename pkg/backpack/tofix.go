package backpack

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/carnetbadges/carnet/store"
)

const (
	retriedAtOnce = 50 // items in one go
	resumedAtOnce = 50 // imports
)

// TryItem brings an item in once more, or something else in its place: another file, or a link. Not being a badge is no error:
// the item says what became of it. store.ErrNotFound when it is not this person's, or nothing is left to do about it.
func (b *Backpack) TryItem(ctx context.Context, person, id string, other *Item) (store.ImportItem, error) {
	item, err := b.store.ImportItem(ctx, person, id)
	if err != nil {
		return item, err
	}
	if item.State != store.ItemOpen {
		return item, store.ErrNotFound
	}
	if err := b.tryItem(ctx, item, other); err != nil {
		return item, err
	}
	if item, err = b.store.ImportItem(ctx, person, id); err != nil || item.State != store.ItemSettled {
		return item, err
	}
	return item, b.release(ctx, item.ImportID)
}

// tryItem puts off the next try before this one begins, so that what kills its worker does so seldom.
func (b *Backpack) tryItem(ctx context.Context, item store.ImportItem, other *Item) error {
	begun, err := b.store.BeginItem(ctx, item.ID)
	if err != nil {
		return err
	}
	item.Attempts = begun
	if item.RetryAt != nil {
		item.RetryAt = nextTry(b.now(), begun)
		if err := b.store.RetryItemAt(ctx, item.ID, item.RetryAt); err != nil {
			return err
		}
	}
	switch {
	case other != nil:
		_, err = b.landAs(ctx, item, *other)
		return err
	case item.BlobKey == "" && item.Link == "":
		return nil // there is nothing to try
	}
	return b.landItem(ctx, item)
}

// DismissItem takes one of what is left to fix away, for keptItems; OpenItem brings it back. store.ErrNotFound.
func (b *Backpack) DismissItem(ctx context.Context, person, id string) error {
	return b.moveItem(ctx, person, id, store.ItemOpen, store.ItemDismissed)
}

// OpenItem takes back that an item was dismissed. store.ErrNotFound.
func (b *Backpack) OpenItem(ctx context.Context, person, id string) error {
	return b.moveItem(ctx, person, id, store.ItemDismissed, store.ItemOpen)
}

func (b *Backpack) moveItem(ctx context.Context, person, id, from, to string) error {
	return b.store.Tx(ctx, func(tx *store.Store) error {
		item, err := tx.ImportItem(ctx, person, id)
		if err != nil || item.State == to {
			return err
		}
		if item.State != from {
			return store.ErrNotFound
		}
		now := b.now()
		item.State, item.DoneAt = to, &now
		return tx.UpdateImportItem(ctx, &item)
	})
}

// DismissAll takes all that is left to fix away; it tells how many, and the moment by which OpenAll brings them back.
func (b *Backpack) DismissAll(ctx context.Context, person string) (count int, at time.Time, err error) {
	at = b.now().UTC().Truncate(time.Microsecond)
	count, err = b.store.DismissOpen(ctx, person, at)
	return count, at, err
}

// OpenAll takes back a DismissAll; it tells how many.
func (b *Backpack) OpenAll(ctx context.Context, person string, at time.Time) (int, error) {
	return b.store.RestoreDismissed(ctx, person, at)
}

// TendImports tries again what is due, goes on with imports whose job was lost, and starts those whose sending was cut off;
// call it every few minutes.
func (b *Backpack) TendImports(ctx context.Context) error {
	lost, err := b.store.ImportsUnfinished(ctx, store.ImportRunning, b.now(), resumedAtOnce)
	for _, i := range lost {
		err = errors.Join(err, b.planImport(ctx, b.store, i))
	}
	cut, failed := b.store.ImportsUnfinished(ctx, store.ImportFilling, b.now().Add(-fillingFor), resumedAtOnce)
	err = errors.Join(err, failed)
	for _, i := range cut {
		err = errors.Join(err, b.startCut(ctx, i))
	}
	due, failed := b.store.RetryDue(ctx, b.now(), retriedAtOnce)
	return errors.Join(err, failed, b.tryAll(ctx, due))
}

// startCut starts an import with what of it has come.
func (b *Backpack) startCut(ctx context.Context, i store.Import) error {
	counts, err := b.store.ImportCounts(ctx, i.ID)
	if err != nil {
		return err
	}
	i.Total = 0
	for _, c := range counts {
		i.Total += c.Count
	}
	return b.run(ctx, i)
}

func (b *Backpack) tryAll(ctx context.Context, items []store.ImportItem) error {
	_, err := b.each(ctx, items, func(ctx context.Context, item store.ImportItem) error {
		return goneIsDone(b.tryItem(ctx, item, nil))
	})
	var imports []string
	for _, item := range items {
		if !slices.Contains(imports, item.ImportID) {
			imports = append(imports, item.ImportID)
			err = errors.Join(err, b.release(ctx, item.ImportID))
		}
	}
	return err
}

// tryNotYours tries again what was somebody else's, when a person has proved another address.
func (b *Backpack) tryNotYours(ctx context.Context, person string) error {
	items, err := b.store.OpenOf(ctx, person, NotYours, retriedAtOnce)
	if err != nil {
		return err
	}
	return b.tryAll(ctx, items)
}

// PurgeImports forgets what of imports is past keeping: what was settled or dismissed 30 days ago, and what was left waiting
// for as long. What is left to fix stays.
func (b *Backpack) PurgeImports(ctx context.Context) error {
	b.filing.Lock()
	defer b.filing.Unlock()
	unused, err := b.store.PurgeImports(ctx, b.now().Add(-keptItems))
	return errors.Join(err, b.discard(ctx, unused))
}
