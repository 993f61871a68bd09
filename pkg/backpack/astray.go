package backpack

import (
	"context"
	"errors"
	"slices"
	"time"
)

// SweepEvery is how often SweepFiles is called: each of 256 folders has its turn within two days.
const SweepEvery = 10 * time.Minute

const (
	sweptAtOnce = 5000 // files that are looked at in one go
	sweptInTurn = 500  // of these, for so many nothing is filed meanwhile
)

// SweepFiles deletes files that nothing speaks of: what was written for a row that never came, and what should have gone
// with a row when the machine stopped in between. It looks at one folder of the store with each turn, and leaves alone what
// was put within a day. A database that speaks of no file at all is believed to be the wrong one. Call it every SweepEvery.
func (b *Backpack) SweepFiles(ctx context.Context) error {
	known, err := b.store.AnyBlobs(ctx)
	if err != nil || !known {
		return err
	}
	now := b.now()
	old, err := b.files.Old(ctx, uint64(now.Unix())/uint64(SweepEvery/time.Second), now, sweptAtOnce)
	for some := range slices.Chunk(old, sweptInTurn) {
		err = errors.Join(err, b.sweepSome(ctx, some, now))
	}
	return err
}

func (b *Backpack) sweepSome(ctx context.Context, keys []string, now time.Time) error {
	b.filing.Lock()
	defer b.filing.Unlock()
	unused, err := b.store.UnusedBlobs(ctx, keys)
	for _, key := range unused {
		_, failed := b.files.DeleteOld(ctx, key, now)
		err = errors.Join(err, failed)
	}
	return err
}
