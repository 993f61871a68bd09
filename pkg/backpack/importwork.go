package backpack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/store"
)

const (
	importsAtOnce = 4                // that one process is at
	itemsAtOnce   = 4                // of each
	importSlice   = 10 * time.Second // then others have their turn
	itemTime      = 30 * time.Second // of one item; what asks the web for longer is tried again later
	queueFor      = time.Second      // after which an import that waits for another looks again
	mostBegun     = 4                // times an item is begun without an end, before it is given up as what kills its worker
)

// Unfinished says that an import is not through: the job should go on then.
type Unfinished struct{ Until time.Time }

// Error says until when.
func (u *Unfinished) Error() string { return "backpack: the import goes on at " + u.Until.String() }

// ImportOn does an ImportJob: it goes on with an import, one item after another, a few at once, until none is left or its
// slice is over; *Unfinished then. Of one person's imports the oldest goes first. What was begun and not noted, because the
// machine stopped, is done again: an item comes in and its result is noted in one transaction.
func (b *Backpack) ImportOn(ctx context.Context, payload []byte) error {
	var job Importing
	if err := json.Unmarshal(payload, &job); err != nil {
		return fmt.Errorf("read what is to be imported: %w", err)
	}
	i, err := b.store.AnyImport(ctx, job.Import)
	if err != nil || i.State != store.ImportRunning {
		return goneIsDone(err)
	}
	first, err := b.store.ImportBefore(ctx, i.PersonID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if err == nil && first.ID != i.ID {
		return &Unfinished{Until: b.now().Add(queueFor)}
	}
	select {
	case b.importing <- struct{}{}:
		defer func() { <-b.importing }()
	default:
		return &Unfinished{Until: b.now().Add(queueFor)}
	}
	return b.importSlice(ctx, i)
}

func (b *Backpack) importSlice(ctx context.Context, i store.Import) error {
	items, err := b.store.WaitingItems(ctx, i.ID, MostItems)
	if err != nil {
		return err
	}
	through, err := b.each(ctx, items, func(ctx context.Context, item store.ImportItem) error {
		return b.importItem(ctx, i.ID, item)
	})
	err = errors.Join(err, b.release(ctx, i.ID))
	switch {
	case err != nil:
		return err
	case !through:
		return &Unfinished{Until: b.now()}
	}
	return goneIsDone(b.turn(ctx, i.PersonID, i.ID, func(i *store.Import) bool {
		now, running := b.now(), i.State == store.ImportRunning
		i.State, i.FinishedAt = store.ImportDone, &now
		return running
	}))
}

// each does a few items at once until the slice is over or one fails; through says that all were begun.
func (b *Backpack) each(ctx context.Context, items []store.ImportItem, do func(context.Context, store.ImportItem) error) (through bool, err error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	ends := time.Now().Add(importSlice)
	turns := make(chan struct{}, itemsAtOnce)
	var group sync.WaitGroup
	var once sync.Once
	through = true
	for _, item := range items {
		turns <- struct{}{}
		if ctx.Err() != nil || time.Now().After(ends) {
			through = false
			break
		}
		group.Go(func() {
			defer func() { <-turns }()
			if failed := do(ctx, item); failed != nil {
				once.Do(func() { err = failed })
				stop()
			}
		})
	}
	group.Wait()
	return through, err
}

// importItem brings one item of an import in, unless its import was stopped meanwhile.
func (b *Backpack) importItem(ctx context.Context, id string, item store.ImportItem) error {
	i, err := b.store.AnyImport(ctx, id)
	if err != nil || i.State != store.ImportRunning {
		return goneIsDone(err)
	}
	begun, err := b.store.BeginItem(ctx, item.ID)
	if err != nil {
		return goneIsDone(err)
	}
	item.Attempts, item.PersonID = begun, i.PersonID
	if begun > mostBegun {
		return b.settleItem(ctx, b.store, item, landing{Result: Broken, Reason: "stuck"})
	}
	return goneIsDone(b.landItem(ctx, item))
}

// landing is what became of an item.
type landing struct {
	Result, Reason, Detail string
	Params                 map[string]string
	Names                  []string // of a badge made out to somebody else, the addresses it states in plain
	Badge                  string
}

// ItemParams is what an item's Params say, in JSON.
type ItemParams struct {
	Params map[string]string `json:"params,omitempty"` // what its Reason speaks of
	Names  []string          `json:"names,omitempty"`
}

// ItemParamsIn reads them; nothing is nothing.
func ItemParamsIn(text []byte) (p ItemParams, err error) {
	if len(text) == 0 {
		return p, nil
	}
	if err := json.Unmarshal(text, &p); err != nil {
		return p, fmt.Errorf("read what an item speaks of: %w", err)
	}
	return p, nil
}

// landItem brings an item in and notes what became of it. Only what may pass is an error: the item waits on then.
func (b *Backpack) landItem(ctx context.Context, item store.ImportItem) error {
	what := Item{Name: item.Name, Text: item.Link}
	if item.BlobKey != "" {
		data, err := b.files.Read(ctx, item.BlobKey)
		if err != nil {
			b.complain(ctx, "a file that was brought in cannot be read", err)
			return b.settleItem(ctx, b.store, item, landing{Result: Broken, Reason: "lost"})
		}
		if what.Data = data; item.Name == "" {
			what = Item{Text: string(data)}
		}
	}
	_, err := b.landAs(ctx, item, what)
	return err
}

// landAs brings something in as an item.
func (b *Backpack) landAs(ctx context.Context, item store.ImportItem, what Item) (Imported, error) {
	got, err := b.bringWithin(ctx, item.PersonID, what, func(ctx context.Context, tx *store.Store, badge store.Badge, outcome string, f openbadges.Finding) error {
		if err := b.settleItem(ctx, tx, item, landed(badge, outcome, f)); err != nil || outcome != Added || item.State != store.ItemWaiting {
			return err
		}
		return undoneMeanwhile(ctx, tx, item, badge)
	})
	if err == nil || passes(ctx, err) {
		return got, err
	}
	return got, b.settleItem(ctx, b.store, item, b.refusal(ctx, err))
}

// undoneMeanwhile puts what an import has just added where its other badges went, if it was undone on the way.
func undoneMeanwhile(ctx context.Context, tx *store.Store, item store.ImportItem, badge store.Badge) error {
	i, err := tx.AnyImport(ctx, item.ImportID)
	if err != nil || i.State != store.ImportUndone || i.FinishedAt == nil {
		return err
	}
	return tx.DeleteBadge(ctx, item.PersonID, badge.ID, *i.FinishedAt)
}

// bringWithin brings something in within the time one item has; a panic on the way is this item's fault alone.
func (b *Backpack) bringWithin(ctx context.Context, person string, what Item, note noting) (got Imported, err error) {
	ctx, cancel := context.WithTimeout(ctx, itemTime)
	defer cancel()
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("import: panic: %v\n%s", cause, debug.Stack())
		}
	}()
	return b.bring(ctx, person, what, note)
}

// passes says that an error is not about the item: the house is being closed, the database is away, or the item is gone.
func passes(ctx context.Context, err error) bool {
	return ctx.Err() != nil || errors.Is(err, store.ErrUnavailable) || errors.Is(err, store.ErrNotFound)
}

func landed(badge store.Badge, outcome string, f openbadges.Finding) landing {
	l := landing{Result: outcome, Badge: badge.ID, Reason: string(f.Reason), Detail: f.Detail, Params: f.Params}
	if badge.State == store.Pending {
		l = landing{Result: Waiting, Reason: outcome, Badge: badge.ID}
	}
	return l
}

// refusal is why an item did not come in.
func (b *Backpack) refusal(ctx context.Context, err error) landing {
	var none *openbadges.NotBadge
	var somebody *SomebodyElse
	switch {
	case errors.As(err, &none):
		l := landing{Result: NotABadge, Reason: string(none.Reason), Detail: none.Detail, Params: none.Params}
		if isSilence(none.Reason) {
			l.Result = Silent
		}
		return l
	case errors.As(err, &somebody):
		return landing{Result: NotYours, Names: somebody.Names}
	case errors.Is(err, ErrTooLarge):
		return landing{Result: Oversized, Reason: "too-large"}
	case errors.Is(err, ErrBlocked):
		return landing{Result: Blocked}
	case errors.Is(err, context.DeadlineExceeded):
		return landing{Result: Silent}
	}
	b.complain(ctx, "an item could not be imported", err)
	return landing{Result: Broken}
}

func (b *Backpack) complain(ctx context.Context, what string, err error) {
	if b.log != nil {
		b.log.ErrorContext(ctx, what, "fault", err)
	}
}

// settleItem notes what became of an item, and whether and when it is tried again.
func (b *Backpack) settleItem(ctx context.Context, to *store.Store, item store.ImportItem, l landing) error {
	params, err := json.Marshal(ItemParams{Params: l.Params, Names: l.Names})
	if err != nil {
		return fmt.Errorf("note what became of an item: %w", err)
	}
	now := b.now()
	item.Result, item.Reason, item.Detail, item.Params, item.DoneAt = l.Result, l.Reason, clean(l.Detail, longestLine), params, &now
	item.State, item.RetryAt, item.BadgeID = store.ItemOpen, nil, nil
	switch l.Result {
	case Added, Already, Updated, Waiting:
		item.State, item.BadgeID = store.ItemSettled, &l.Badge
	case Silent, Broken:
		item.RetryAt = nextTry(now, item.Attempts)
	}
	return to.Tx(ctx, func(tx *store.Store) error {
		now, err := tx.ImportItem(ctx, item.PersonID, item.ID)
		if err != nil {
			return err
		}
		if now.State == store.ItemDismissed && item.State == store.ItemOpen {
			item.State, item.DoneAt = now.State, now.DoneAt // they have put it away while it was tried
		}
		return tx.UpdateImportItem(ctx, &item)
	})
}

// tries are how long after each attempt an item is tried again by itself; then no more.
var tries = []time.Duration{time.Hour, 6 * time.Hour, 24 * time.Hour, 3 * 24 * time.Hour, 7 * 24 * time.Hour}

func nextTry(now time.Time, attempts int) *time.Time {
	if attempts < 1 || attempts > len(tries) {
		return nil
	}
	at := now.Add(tries[attempts-1])
	return &at
}

// release deletes the bytes of what is settled, where nobody uses them.
func (b *Backpack) release(ctx context.Context, id string) error {
	ctx = context.WithoutCancel(ctx)
	b.filing.Lock()
	defer b.filing.Unlock()
	unused, err := b.store.ReleaseItems(ctx, id)
	return errors.Join(err, b.discard(ctx, unused))
}

// discard deletes files; hold filing. One that is gone already is no error.
func (b *Backpack) discard(ctx context.Context, keys []string) (err error) {
	for _, key := range keys {
		if _, gone := b.files.Read(ctx, key); gone != nil {
			continue
		}
		if failed := b.files.Delete(ctx, key); failed != nil {
			err = errors.Join(err, fmt.Errorf("delete a file that nobody uses: %w", failed))
		}
	}
	return err
}
