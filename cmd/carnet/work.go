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
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// keptJobs is how long a job that is done or given up is remembered.
const keptJobs = 30 * 24 * time.Hour

// jobs names everything that happens later, and who does it.
func (h *house) jobs() *jobs.Runner {
	runner := jobs.New(h.store, time.Now, h.log)
	runner.Handle(account.LetterJob, h.sendLetter)
	runner.Handle(backpack.RecheckJob, waiting(h.backpack.Recheck))
	runner.Handle(store.MatchJob, h.backpack.Match)
	runner.Handle(backpack.NewsJob, h.backpack.Gather)
	runner.Handle(backpack.LetterJob, h.sendNews)
	runner.Handle(backpack.ImportJob, sliced(h.backpack.ImportOn))
	runner.Handle(account.ArchiveJob, h.archive)
	runner.Handle(account.EraseJob, h.erase)
	runner.Handle(account.SweepJob, h.sweep)
	runner.Handle(scrubJob, func(ctx context.Context, _ []byte) error { return h.scrub(ctx) })
	runner.Every("erase", time.Hour, h.accounts.PlanErasures)
	runner.Every("scrub", time.Hour, h.scrub)
	runner.Every("archives", time.Hour, h.tidyArchives)
	runner.Every("imports", 5*time.Minute, h.backpack.TendImports)
	runner.Plain(backpack.ImportJob, backpack.RecheckJob, backpack.NewsJob, store.MatchJob, account.ArchiveJob, account.EraseJob, account.SweepJob)
	runner.Every("recheck", time.Hour, h.backpack.PlanRechecks)
	runner.Every("ends", time.Hour, h.backpack.PlanEnds)
	runner.Every("merges", time.Hour, h.accounts.EndMerges)
	runner.Every("purge", 24*time.Hour, h.purge)
	runner.Every("astray", backpack.SweepEvery, h.backpack.SweepFiles)
	return runner
}

// work does jobs until ctx ends.
func (h *house) work(ctx context.Context) error {
	if err := h.runner.Run(ctx); err != nil && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("doing the jobs: %w", err)
	}
	return nil
}

// opensEvery is how often it is written down how many have opened share links.
const opensEvery = 10 * time.Second

// writeOpens writes down, now and then and at the end, how often share links were opened.
func (h *house) writeOpens(ctx context.Context) error {
	tick := time.NewTicker(opensEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return h.passports.WriteOpens(context.WithoutCancel(ctx), time.Now())
		case <-tick.C:
			if err := h.passports.WriteOpens(ctx, time.Now()); err != nil {
				h.log.Error("how often links were opened could not be written down", "fault", err)
			}
		}
	}
}

// sendLetter writes the letter a job speaks of, in the recipient's language, and posts it.
func (h *house) sendLetter(ctx context.Context, payload []byte) error {
	var letter account.Letter
	if err := json.Unmarshal(payload, &letter); err != nil {
		return errors.Join(jobs.ErrGiveUp, err)
	}
	if letter.Kind == account.LetterNone {
		return nil
	}
	if !letter.Until.IsZero() && time.Now().After(letter.Until) {
		return fmt.Errorf("%w: what the letter is for is over", jobs.ErrGiveUp)
	}
	words := views.LetterParams{Name: letter.Name, Link: letter.Link, Site: h.config.PublicURL, What: letter.What, Detail: letter.Detail, Code: letter.Code, Browser: letter.Browser, System: letter.System, By: letter.By}
	subject, text, html := views.Letter(views.WithLanguage(ctx, letter.Language), letter.Kind, words)
	return h.send(ctx, mail.Letter{To: letter.To, Subject: subject, Text: text, HTML: html})
}

// waiting lets a job wait, as if it had not been tried, while its host is being asked about enough other badges.
func waiting(recheck func(context.Context, []byte) error) func(context.Context, []byte) error {
	return func(ctx context.Context, payload []byte) error {
		err := recheck(ctx, payload)
		var busy *backpack.HostBusy
		if errors.As(err, &busy) {
			return &jobs.Later{At: busy.Until}
		}
		return err
	}
}

// sliced lets a job go on later, as if it had not been tried.
func sliced(goOn func(context.Context, []byte) error) func(context.Context, []byte) error {
	return func(ctx context.Context, payload []byte) error {
		err := goOn(ctx, payload)
		var more *backpack.Unfinished
		if errors.As(err, &more) {
			return &jobs.Later{At: more.Until}
		}
		return err
	}
}

// sendNews writes the letter about badges that a job speaks of, in the holder's language, and posts it.
func (h *house) sendNews(ctx context.Context, payload []byte) error {
	var letter backpack.Letter
	if err := json.Unmarshal(payload, &letter); err != nil {
		return errors.Join(jobs.ErrGiveUp, err)
	}
	words := views.LetterParams{Name: letter.Name, Link: h.config.PublicURL + "/badges", Site: h.config.PublicURL, More: letter.More}
	if letter.Leave != "" {
		words.Leave = h.config.PublicURL + "/unsubscribe/" + letter.Leave
	}
	for _, n := range letter.News {
		words.News = append(words.News, views.NewsView{
			Badge: n.Badge, Link: h.config.PublicURL + "/b/" + n.Badge, Name: n.Name, Issuer: n.Issuer, Lang: n.Lang,
			What: n.What, Why: n.Why, At: n.At, About: n.About,
		})
	}
	subject, text, html := views.Letter(views.WithLanguage(ctx, letter.Language), backpack.LetterJob, words)
	return h.send(ctx, mail.Letter{To: letter.To, Subject: subject, Text: text, HTML: html, Leave: words.Leave})
}

// send posts a letter; one that no later try would bring there is given up.
func (h *house) send(ctx context.Context, letter mail.Letter) error {
	err := h.post.Send(ctx, letter)
	if errors.Is(err, mail.ErrRefusedForGood) {
		return errors.Join(jobs.ErrGiveUp, err)
	}
	return err
}

// purge forgets what is past keeping: badges deleted long ago, sessions and secrets that have run out.
func (h *house) purge(ctx context.Context) error {
	return errors.Join(h.backpack.Purge(ctx), h.backpack.PurgeImports(ctx), h.accounts.Purge(ctx), h.store.PurgeSessions(ctx, time.Now()), h.store.PurgeJobs(ctx, time.Now().Add(-keptJobs)),
		h.store.PurgeNews(ctx, time.Now().Add(-backpack.KeptNews)), h.passports.Purge(ctx, time.Now()))
}
