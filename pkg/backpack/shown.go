package backpack

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/carnetbadges/carnet/store"
)

// What is checked when somebody who is shown badges asks for all of them to be checked.
const (
	shownFresh  = 10 * time.Minute // a check is as good as another one for so long
	shownAtOnce = 4
	shownMost   = 25
	shownWithin = 40 * time.Second
)

// CheckShown checks again those of a person's badges that were not checked of late, for whoever is shown them: as many as
// can be at once, the others the next time. The holder is told of what changes, as of any check they did not ask for. It
// tells how many were checked. What could not be decided is a finding like any other, and no error.
func (b *Backpack) CheckShown(ctx context.Context, person string, badges []store.Badge) (checked int, err error) {
	ctx, cancel := context.WithTimeout(ctx, shownWithin)
	defer cancel()
	var waits sync.WaitGroup
	var lock sync.Mutex
	turns := make(chan struct{}, shownAtOnce)
	asked := 0
	for _, one := range badges {
		if asked == shownMost {
			break
		}
		if b.isFresh(one) {
			continue
		}
		asked++
		waits.Go(func() {
			turns <- struct{}{}
			defer func() { <-turns }()
			done, fault := b.checkShown(ctx, person, one.ID)
			lock.Lock()
			defer lock.Unlock()
			if done {
				checked++
			}
			if fault != nil && !errors.Is(fault, store.ErrNotFound) && !brokenOff(fault) {
				err = errors.Join(err, fault)
			}
		})
	}
	waits.Wait()
	return checked, err
}

// checkShown checks a badge that was not checked meanwhile. Who comes while somebody else has it checked waits for that.
func (b *Backpack) checkShown(ctx context.Context, person, id string) (checked bool, err error) {
	done, err, _ := b.checking.Do(id, func() (any, error) {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		badge, err := b.store.Badge(ctx, person, id)
		if err != nil || b.isFresh(badge) {
			return false, err
		}
		_, err = b.check(ctx, badge, true)
		return err == nil, err
	})
	checked, _ = done.(bool)
	return checked, err
}

func (b *Backpack) isFresh(badge store.Badge) bool {
	return badge.CheckedAt != nil && b.now().Sub(*badge.CheckedAt) < shownFresh
}

// brokenOff says whether whoever asked for a check went away, or their time was over: of this one or the one it waited for.
func brokenOff(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
