package backpack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/carnetbadges/carnet/pkg/parcel"
	"github.com/carnetbadges/carnet/store"
)

// ImportJob is the kind of the jobs that go on with an import; the payload is an Importing in JSON.
const ImportJob = "import"

// Importing is the payload of an ImportJob.
type Importing struct{ Import string }

// What one import may hold.
const (
	MostItems    = 1000        // things
	MostTogether = 200_000_000 // bytes, packed and unpacked
	MostToFix    = 5000        // things that are left to fix or wait, when another import begins
	mostKept     = 400 << 20   // bytes of all that is kept for a person until it is fixed, dismissed or done
	keptItems    = 30 * 24 * time.Hour
	fillingFor   = 3 * time.Hour // longer than sending takes: what is filling then was cut off
)

// ErrFull is said of an import for which there is no room until something that waits is fixed or dismissed.
var ErrFull = errors.New("backpack: too much is kept already of what could not be brought in")

// The results of an item of an import, besides those of Import.
const (
	NotABadge = "not-badge"
	NotYours  = "somebody-else" // it was made out to somebody else
	Oversized = "too-large"
	Blocked   = "blocked"  // the house has blocked its issuer
	Silent    = "silent"   // a link did not answer; it is tried again
	Broken    = "failed"   // the fault is ours; it is tried again
	Unopened  = "unopened" // it cannot be taken out of what it lies in
	Passport  = "passport" // a whole passport's archive, which is taken in by itself
)

// ResultOf is the result of what came without bytes, for a word of a parcel's trouble; Passport is one, too.
func ResultOf(trouble string) string {
	switch trouble {
	case parcel.TooLarge:
		return Oversized
	case Passport, PassportBusy:
		return Passport
	}
	return Unopened
}

// PassportBusy is the trouble of an archive that comes while another is being taken in.
const PassportBusy = "passport-busy"

// ImportLimits are those of one import, for a parcel.
func ImportLimits() parcel.Limits {
	return parcel.Limits{Item: MaxItem, Bytes: MostTogether, Items: MostItems}
}

// BeginImport begins an import, to be filled with AddItem and started with StartImport. ErrFull.
func (b *Backpack) BeginImport(ctx context.Context, person string) (store.Import, error) {
	kept, err := b.store.KeptBytes(ctx, person)
	if err != nil {
		return store.Import{}, err
	}
	left, err := b.store.CountUnfinished(ctx, person)
	if err != nil {
		return store.Import{}, err
	}
	if kept > mostKept || left >= MostToFix {
		return store.Import{}, ErrFull
	}
	i := store.Import{PersonID: person, State: store.ImportFilling, CreatedAt: b.now()}
	return i, b.store.CreateImport(ctx, &i)
}

// AddItem keeps one more thing for an import, its bytes first. Of what came without bytes, it is only kept why.
func (b *Backpack) AddItem(ctx context.Context, i *store.Import, f parcel.Find) error {
	item := store.ImportItem{ImportID: i.ID, PersonID: i.PersonID, Position: i.Total, Name: f.Name, Size: f.Size, Link: f.Link, State: store.ItemWaiting}
	if f.Trouble != "" {
		now := b.now()
		item.State, item.Result, item.Reason, item.DoneAt = store.ItemOpen, ResultOf(f.Trouble), f.Trouble, &now
		if f.Trouble == Passport {
			item.State = store.ItemSettled
		}
	}
	b.filing.RLock()
	defer b.filing.RUnlock()
	if len(f.Data) > 0 {
		key, err := b.files.Put(ctx, f.Data)
		if err != nil {
			return fmt.Errorf("keep what is brought in: %w", err)
		}
		item.BlobKey = key
	}
	if err := b.store.AddImportItem(ctx, &item); err != nil {
		return err
	}
	i.Total++
	return nil
}

// KeepToFix keeps a single thing that could not be brought in for a reason that may pass, so that it is tried again: what
// was silent, or somebody else's, or failed by our own fault. It tells whether it is kept.
func (b *Backpack) KeepToFix(ctx context.Context, person string, f parcel.Find, why error) (bool, error) {
	if f.Trouble != "" || why == nil {
		return false, nil
	}
	l := b.refusal(ctx, why)
	if l.Result != Silent && l.Result != NotYours && l.Result != Broken {
		return false, nil
	}
	i, err := b.BeginImport(ctx, person)
	if errors.Is(err, ErrFull) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if err := b.AddItem(ctx, &i, f); err != nil {
		return false, err
	}
	items, err := b.store.WaitingItems(ctx, i.ID, 1)
	if err != nil || len(items) == 0 {
		return false, err
	}
	items[0].Attempts = 1
	if err := b.settleItem(ctx, b.store, items[0], l); err != nil {
		return false, err
	}
	now := b.now()
	i.State, i.FinishedAt = store.ImportDone, &now
	return true, b.store.UpdateImport(ctx, i)
}

// StartImport lets a filled import begin; leftOut are the things there was no room for.
func (b *Backpack) StartImport(ctx context.Context, i store.Import, leftOut int) error {
	i.LeftOut = leftOut
	return b.run(ctx, i)
}

// run has an import go, unless it is in another state by now than whoever calls believes: undone, say.
func (b *Backpack) run(ctx context.Context, i store.Import) error {
	return b.store.Tx(ctx, func(tx *store.Store) error {
		kept, err := tx.AnyImport(ctx, i.ID)
		if err != nil || kept.State != i.State {
			return err
		}
		i.State, i.FinishedAt = store.ImportRunning, nil
		if err := tx.UpdateImport(ctx, i); err != nil {
			return err
		}
		return b.planImport(ctx, tx, i)
	})
}

func (b *Backpack) planImport(ctx context.Context, tx *store.Store, i store.Import) error {
	payload, err := json.Marshal(Importing{Import: i.ID})
	if err != nil {
		return fmt.Errorf("plan an import: %w", err)
	}
	once := i.PersonID + ":import:" + i.ID
	return tx.Enqueue(ctx, store.Job{Kind: ImportJob, Payload: payload, UniqueKey: &once, RunAt: b.now(), CreatedAt: b.now()})
}

// StopImport stops an import: what is done stays, what is not waits. One that does not run stays as it is. store.ErrNotFound.
func (b *Backpack) StopImport(ctx context.Context, person, id string) error {
	return b.turn(ctx, person, id, func(i *store.Import) bool {
		now := b.now()
		running := i.State == store.ImportRunning
		i.State, i.FinishedAt = store.ImportStopped, &now
		return running
	})
}

// turn changes an import in one transaction, if change says so.
func (b *Backpack) turn(ctx context.Context, person, id string, change func(*store.Import) bool) error {
	return b.store.Tx(ctx, func(tx *store.Store) error {
		i, err := tx.Import(ctx, person, id)
		if err != nil || !change(&i) {
			return err
		}
		return tx.UpdateImport(ctx, i)
	})
}

// GoOnImporting goes on with an import that was stopped. store.ErrNotFound.
func (b *Backpack) GoOnImporting(ctx context.Context, person, id string) error {
	i, err := b.store.Import(ctx, person, id)
	if err != nil || i.State != store.ImportStopped {
		return err
	}
	return b.run(ctx, i)
}

// UndoImport puts every badge an import has added in the trash, for KeptDeleted; it tells how many. What was there before,
// and what it has renewed, stays. One that runs is stopped; one that was undone stays as it is. store.ErrNotFound.
func (b *Backpack) UndoImport(ctx context.Context, person, id string) (count int, err error) {
	err = b.store.Tx(ctx, func(tx *store.Store) error {
		i, err := tx.Import(ctx, person, id)
		if err != nil {
			return err
		}
		if i.State == store.ImportUndone {
			count, err = putAway(ctx, tx, i)
			return err
		}
		added, err := tx.AddedBy(ctx, person, id, false)
		if err != nil {
			return err
		}
		now := b.now().UTC().Truncate(time.Microsecond) // by which RedoImport knows what was put away here
		for _, badge := range added {
			if err := tx.DeleteBadge(ctx, person, badge.ID, now); err != nil {
				return err
			}
			count++
		}
		i.State, i.FinishedAt = store.ImportUndone, &now
		return tx.UpdateImport(ctx, i)
	})
	return count, err
}

// putAway is how many badges went into the trash when an import was undone, and are there still.
func putAway(ctx context.Context, tx *store.Store, i store.Import) (count int, err error) {
	trashed, err := tx.AddedBy(ctx, i.PersonID, i.ID, true)
	for _, badge := range trashed {
		if i.FinishedAt != nil && badge.DeletedAt.Equal(*i.FinishedAt) {
			count++
		}
	}
	return count, err
}

// RedoImport takes back that an import was undone; it tells how many badges came back, as Restore brings them. Those that
// were brought in again meanwhile, or were in the trash before it was undone, stay there. Of one that was not undone, or was taken
// back already, it tells how many are held. store.ErrNotFound.
func (b *Backpack) RedoImport(ctx context.Context, person, id string) (count int, err error) {
	i, err := b.store.Import(ctx, person, id)
	if err != nil {
		return 0, err
	}
	if i.State != store.ImportUndone {
		held, err := b.store.AddedBy(ctx, person, id, false)
		return len(held), err
	}
	trashed, err := b.store.AddedBy(ctx, person, id, true)
	if err != nil {
		return 0, err
	}
	for _, badge := range trashed {
		if i.FinishedAt == nil || !badge.DeletedAt.Equal(*i.FinishedAt) {
			continue
		}
		err := b.Restore(ctx, person, badge.ID)
		if errors.Is(err, store.ErrTaken) || errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return count, err
		}
		count++
	}
	waiting, err := b.store.WaitingItems(ctx, id, 1)
	if err != nil {
		return count, err
	}
	return count, b.turn(ctx, person, id, func(i *store.Import) bool {
		i.State = store.ImportDone
		if len(waiting) > 0 {
			i.State = store.ImportStopped
		}
		return true
	})
}
