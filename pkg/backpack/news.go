package backpack

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/store"
)

// The kinds of the jobs by which holders are told.
const (
	NewsJob   = "news"    // gather what somebody is to be told
	LetterJob = "verdict" // send a Letter; the payload is one in JSON
)

// NewsEnds is the news of a badge that ends within EndsWithin; all other news are called as their Event.
const NewsEnds = "ends"

// When holders are told.
const (
	EndsWithin = 30 * 24 * time.Hour // before a badge ends
	gathering  = 15 * time.Minute    // how long news wait for others
	apart      = 24 * time.Hour      // between two letters to one person
	KeptNews   = 90 * 24 * time.Hour // how long news are remembered
	mostNews   = 20                  // in one letter
)

// Letter is what a holder is told; its words are chosen where it is sent.
type Letter struct {
	To       string // one e-mail address, confirmed
	Language string // en or fr
	Name     string // whom to greet
	News     []News // the oldest first
	More     int    // how many others there are
	Leave    string // the secret by which its reader ends such letters without signing in
}

// News is something that a holder is told of one badge.
type News struct {
	Badge  string // its id
	Name   string
	Issuer string
	Lang   string // BCP 47, the language of Name; empty when not stated
	What   string // revoked, suspended, expired, contradicted, restored or ends
	Why    string // the issuer's own words; may be empty
	At     time.Time
	About  time.Time // the end of a badge that ends or expired
}

// tell keeps news where a verdict is no longer what its holder was last told: for the worse, or for the better again.
func (b *Backpack) tell(ctx context.Context, tx *store.Store, badge store.Badge, past []kept, v openbadges.Verification) error {
	told := slices.IndexFunc(past, tells)
	if told < 0 || badge.State != store.Accepted {
		return nil
	}
	k := kept{Verdict: v.Verdict, At: v.At, Findings: v.Findings, Badge: v.Badge}
	what := worthTelling(past[told].what(), k.what())
	if what == "" {
		return nil
	}
	news := store.News{PersonID: badge.PersonID, BadgeID: badge.ID, What: what, At: v.At}
	if what == EventRevoked || what == EventSuspended {
		news.Why = line(decides(v.Verdict, v.Findings).Params["why"])
	}
	if what == EventExpired {
		news.About = dated(v.Badge.Expires)
	}
	return b.keepNews(ctx, tx, news)
}

// worthTelling is the news in a change; empty for none. That a badge begins was known, and that it cannot be told now may
// be over tomorrow.
func worthTelling(before, now string) string {
	switch {
	case before == now, now == EventUnknown, now == EventNotYet:
		return ""
	case now == EventGenuine && before == EventNotYet:
		return ""
	case now == EventGenuine:
		return EventRestored
	}
	return now
}

// keepNews keeps news and plans the letter they go into, in the transaction of what happened. The person is held, so
// that nothing is added while a letter is gathered.
func (b *Backpack) keepNews(ctx context.Context, tx *store.Store, news store.News) error {
	holder, err := tx.Person(ctx, news.PersonID)
	if err != nil || holder.DisabledAt != nil {
		return err
	}
	if err := tx.AddNews(ctx, &news); err != nil {
		return err
	}
	return planLetter(ctx, tx, holder.ID, news.At)
}

// planLetter plans to gather news soon, but no earlier than a day after the last letter.
func planLetter(ctx context.Context, tx *store.Store, person string, now time.Time) error {
	last, err := tx.LastTold(ctx, person)
	if err != nil {
		return err
	}
	at := later(now.Add(gathering), last.Add(apart))
	payload, err := json.Marshal(gather{Person: person})
	if err != nil {
		return fmt.Errorf("plan a letter: %w", err)
	}
	once := person + ":" + at.UTC().Truncate(gathering).Format(time.RFC3339)
	return tx.Enqueue(ctx, store.Job{Kind: NewsJob, Payload: payload, UniqueKey: &once, RunAt: at, CreatedAt: now})
}

// gather is the payload of a NewsJob.
type gather struct{ Person string }

// Gather does a NewsJob: all that a person was not told yet goes into one letter, which is a LetterJob written in the same
// transaction. Somebody who has had a letter within the day is written to when that day is over.
func (b *Backpack) Gather(ctx context.Context, payload []byte) error {
	var job gather
	if err := json.Unmarshal(payload, &job); err != nil {
		return fmt.Errorf("read whose news are to be gathered: %w", err)
	}
	return b.store.Tx(ctx, func(tx *store.Store) error { return b.gather(ctx, tx, job.Person) })
}

func (b *Backpack) gather(ctx context.Context, tx *store.Store, person string) error {
	now := b.now()
	holder, err := tx.Person(ctx, person)
	if err != nil {
		return goneIsDone(err)
	}
	untold, err := tx.UntoldNews(ctx, person)
	if err != nil || len(untold) == 0 {
		return err
	}
	last, err := tx.LastTold(ctx, person)
	if err != nil {
		return err
	}
	if now.Before(last.Add(apart)) {
		return planLetter(ctx, tx, person, now)
	}
	if err := tx.TellNews(ctx, person, now); err != nil {
		return err
	}
	return b.post(ctx, tx, holder, untold, now)
}

// post writes the job that sends a letter to the address a person has confirmed, the primary one first. Who has none, or
// whose account is disabled, gets no letter, nor who wants none: the news stand in their passport all the same.
func (b *Backpack) post(ctx context.Context, tx *store.Store, holder store.Person, untold []store.NamedNews, now time.Time) error {
	addresses, err := tx.Addresses(ctx, holder.ID)
	if err != nil {
		return err
	}
	to := slices.IndexFunc(addresses, func(a store.Address) bool { return a.VerifiedAt != nil })
	if to < 0 || holder.DisabledAt != nil {
		return nil
	}
	wish, err := beginWish(ctx, tx, holder.ID)
	if err != nil || wish.Badges == LettersNever {
		return err
	}
	news := newsOf(untold)
	letter := Letter{To: addresses[to].Email, Language: holder.Language, Name: holder.Name, News: news, Leave: wish.Secret}
	if len(news) > mostNews {
		letter.News, letter.More = news[:mostNews], len(news)-mostNews
	}
	payload, err := json.Marshal(letter)
	if err != nil {
		return fmt.Errorf("write a letter of news: %w", err)
	}
	return tx.Enqueue(ctx, store.Job{Kind: LetterJob, Payload: payload, RunAt: now, CreatedAt: now})
}

func newsOf(rows []store.NamedNews) (all []News) {
	for _, row := range rows {
		n := News{Badge: row.BadgeID, Name: row.Name, Issuer: row.IssuerName, Lang: row.Language, What: row.What, Why: row.Why, At: row.At}
		if row.About != nil {
			n.About = *row.About
		}
		all = append(all, n)
	}
	return all
}

// News are what was found about a person's badges since a time, the newest first.
func (b *Backpack) News(ctx context.Context, person string, since time.Time, limit int) ([]News, error) {
	rows, err := b.store.RecentNews(ctx, person, since, limit)
	return newsOf(rows), err
}

// PlanEnds keeps news of badges that end within EndsWithin, once for each end; call it every hour.
func (b *Backpack) PlanEnds(ctx context.Context) error {
	now := b.now()
	due, err := b.store.EndingSoon(ctx, now, now.Add(EndsWithin), atOnce)
	if err != nil {
		return err
	}
	for _, one := range due {
		news := store.News{PersonID: one.PersonID, BadgeID: one.ID, What: NewsEnds, About: one.ExpiresAt, At: now}
		if err := b.store.Tx(ctx, func(tx *store.Store) error { return b.keepNews(ctx, tx, news) }); goneIsDone(err) != nil {
			return err
		}
	}
	return nil
}
