package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/pkg/backpack"
	"github.com/carnetbadges/carnet/pkg/jobs"
	"github.com/carnetbadges/carnet/pkg/mail"
	"github.com/carnetbadges/carnet/views"
)

// keptJobs is how long a job that is done or given up is remembered.
const keptJobs = 30 * 24 * time.Hour

// jobs names everything that happens later, and who does it.
func (h *house) jobs() *jobs.Runner {
	runner := jobs.New(h.store, time.Now, h.log)
	runner.Handle(account.LetterJob, h.sendLetter)
	runner.Handle(backpack.RecheckJob, h.backpack.Recheck)
	runner.Every("recheck", time.Hour, h.backpack.PlanRechecks)
	runner.Every("purge", 24*time.Hour, h.purge)
	return runner
}

// work does jobs until ctx ends.
func (h *house) work(ctx context.Context) error {
	if err := h.runner.Run(ctx); err != nil && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("doing the jobs: %w", err)
	}
	return nil
}

// sendLetter writes the letter a job speaks of, in the recipient's language, and posts it.
func (h *house) sendLetter(ctx context.Context, payload []byte) error {
	var letter account.Letter
	if err := json.Unmarshal(payload, &letter); err != nil {
		return errors.Join(jobs.ErrGiveUp, err)
	}
	words := views.LetterParams{Name: letter.Name, Link: letter.Link, Site: h.config.PublicURL}
	subject, text, html := views.Letter(views.WithLanguage(ctx, letter.Language), letter.Kind, words)
	err := h.post.Send(ctx, mail.Letter{To: letter.To, Subject: subject, Text: text, HTML: html})
	if errors.Is(err, mail.ErrRefusedForGood) {
		return errors.Join(jobs.ErrGiveUp, err)
	}
	return err
}

// purge forgets what is past keeping: badges deleted long ago, sessions and secrets that have run out.
func (h *house) purge(ctx context.Context) error {
	return errors.Join(h.backpack.Purge(ctx), h.accounts.Purge(ctx), h.store.PurgeSessions(ctx, time.Now()), h.store.PurgeJobs(ctx, time.Now().Add(-keptJobs)))
}
