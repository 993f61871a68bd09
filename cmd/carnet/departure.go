package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/pkg/jobs"
	"github.com/carnetbadges/carnet/store"
)

// ledgerFile is where it stands who has left, beside the database and not in it.
const ledgerFile = "departed.ledger"

// erase does an EraseJob: a person whose days are over is forgotten, with the letters that were kept instead of sent.
func (h *house) erase(ctx context.Context, payload []byte) error {
	var leaver account.Leaver
	if err := json.Unmarshal(payload, &leaver); err != nil {
		return errors.Join(jobs.ErrGiveUp, err)
	}
	words, err := h.accounts.Erase(ctx, leaver.Person)
	if errors.Is(err, account.ErrStays) {
		return nil
	}
	if err != nil {
		return err
	}
	h.runner.Kick()
	return h.forgetLetters(ctx, words)
}

func (h *house) forgetLetters(ctx context.Context, words []string) error {
	if h.kept == nil || len(words) == 0 {
		return nil
	}
	return h.kept.Forget(ctx, words)
}

// sweep does a SweepJob: the files nobody uses any more go, and after this job the database's own traces, of it too.
func (h *house) sweep(ctx context.Context, payload []byte) error {
	var left account.Leftovers
	if err := json.Unmarshal(payload, &left); err != nil {
		return errors.Join(jobs.ErrGiveUp, err)
	}
	if err := h.backpack.Forget(ctx, left.Blobs); err != nil {
		return err
	}
	for _, id := range left.Archives {
		if err := h.shelf.Remove(id); err != nil {
			return err
		}
	}
	once := "all"
	return h.store.Enqueue(ctx, store.Job{Kind: scrubJob, UniqueKey: &once, RunAt: time.Now().Add(afterSweeping)})
}

const (
	scrubJob      = "scrub"
	afterSweeping = 2 * time.Second // until the job of sweeping has ended and its payload is erased
)

// scrub makes what was erased unreadable in the database's files; nothing to do is no error.
func (h *house) scrub(ctx context.Context) error {
	needed, err := h.store.Unscrubbed(ctx)
	if err != nil || !needed {
		return err
	}
	return h.store.Scrub(ctx, time.Now())
}

// reapply forgets again whom the ledger knows as gone: the database may come from an older copy.
func (h *house) reapply(ctx context.Context) error {
	words, err := h.accounts.Reapply(ctx)
	if err != nil {
		return fmt.Errorf("%s: %w", ledgerFile, err)
	}
	return h.forgetLetters(ctx, words)
}
