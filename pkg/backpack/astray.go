package backpack

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// SweepEvery is how often SweepFiles is called: each of 256 folders has its turn within two days.
const SweepEvery = 10 * time.Minute

// ErrAstray means that so many files belong to no row that this is hardly the database that they are of.
var ErrAstray = errors.New("backpack: no more files are set aside, and none is deleted: too many belong to nothing in this database, which may be another than theirs")

const (
	sweptAtOnce = 5000 // files that are looked at in one go
	sweptInTurn = 16   // of these, for so many nothing is filed meanwhile

	// So much goes astray at most: so many files or this part of all, whichever is more.
	leastAstray = 100
	partAstray  = 20
)

// SweepFiles sets files aside that nothing speaks of: what was written for a row that never came, and what should have gone
// with a row when the machine stopped in between. After thirty days there they are deleted; what a row speaks of after all
// is brought back. It looks at one folder of the store with each turn, and leaves alone what was put within a day.
//
// The database may be the wrong one: an older one, restored beside the files of today, or that of another instance. So one
// that speaks of no file at all has nothing swept; and where more than a twentieth of all files, and more than a hundred,
// would lie aside, it stops, deletes nothing either, and answers ErrAstray with each turn, which goes to the log, until
// somebody has put the right database back or has deleted what lies aside. Call it every SweepEvery.
func (b *Backpack) SweepFiles(ctx context.Context) error {
	known, err := b.store.AnyBlobs(ctx)
	if err != nil || !known {
		return err
	}
	now := b.now()
	aside, err := b.unusedAside(ctx)
	old, failed := b.files.Old(ctx, uint64(now.Unix())/uint64(SweepEvery/time.Second), now, sweptAtOnce)
	if err = errors.Join(err, failed); err != nil {
		return err
	}
	unused, err := b.store.UnusedBlobs(ctx, old)
	if err != nil {
		return err
	}
	room, err := b.roomAside(ctx, len(aside), len(unused))
	if err != nil {
		return err
	}
	err = b.sweepSome(ctx, unused[:min(len(unused), room)], now, b.files.SetAside)
	if len(unused) >= room {
		return errors.Join(err, fmt.Errorf("%w (%d lay aside, with room for %d more)", ErrAstray, len(aside), room))
	}
	return errors.Join(err, b.sweepSome(ctx, aside, now, b.files.DeleteAside))
}

// unusedAside are the files aside that nothing speaks of; the others are brought back. One that cannot be, being damaged
// say, is told by whoever reads it.
func (b *Backpack) unusedAside(ctx context.Context) ([]string, error) {
	aside, err := b.files.Aside(ctx)
	if err != nil {
		return nil, err
	}
	unused, err := b.store.UnusedBlobs(ctx, aside)
	if err != nil {
		return nil, err
	}
	left := map[string]bool{}
	for _, key := range unused {
		left[key] = true
	}
	for _, key := range aside {
		if !left[key] {
			_, _ = b.files.Read(ctx, key) // brings it back
		}
	}
	return unused, nil
}

// roomAside is how many files more may be set aside. All are counted only where it matters.
func (b *Backpack) roomAside(ctx context.Context, aside, more int) (int, error) {
	if aside+more < leastAstray {
		return leastAstray - aside, nil
	}
	all, _, _, err := b.files.Size(ctx)
	return max(0, max(leastAstray, all/partAstray)-aside), err
}

// doingAway is one of what Files does with a key that nothing speaks of.
type doingAway func(ctx context.Context, key string, now time.Time) (bool, error)

// sweepSome does away with what still nothing speaks of, a few at a time, for which all that files has to wait.
func (b *Backpack) sweepSome(ctx context.Context, keys []string, now time.Time, away doingAway) (err error) {
	for some := range slices.Chunk(keys, sweptInTurn) {
		err = errors.Join(err, b.sweepFew(ctx, some, now, away))
	}
	return err
}

func (b *Backpack) sweepFew(ctx context.Context, keys []string, now time.Time, away doingAway) error {
	b.filing.Lock()
	defer b.filing.Unlock()
	unused, err := b.store.UnusedBlobs(ctx, keys)
	for _, key := range unused {
		_, failed := away(ctx, key, now)
		err = errors.Join(err, failed)
	}
	return err
}
