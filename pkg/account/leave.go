package account

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/carnetbadges/carnet/pkg/ledger"
	"github.com/carnetbadges/carnet/store"
)

// LeavingFor is how long somebody who leaves may change their mind.
const LeavingFor = 7 * 24 * time.Hour

// The kinds of the jobs by which a person is erased.
const (
	EraseJob = store.EraseJob // what of them is in the database; the payload is a Leaver in JSON
	SweepJob = "sweep"        // the files nobody uses any more; the payload is Leftovers in JSON
)

// Leaver is the payload of an EraseJob.
type Leaver struct{ Person string }

// Leftovers is the payload of a SweepJob: keys and ids, which tell nothing of anybody.
type Leftovers struct {
	Blobs    []string
	Archives []string
}

var (
	// ErrLastAdmin is said when the last administrator would leave: somebody must be able to help the others.
	ErrLastAdmin = errors.New("account: the last administrator cannot leave")
	// ErrStays is said of somebody who is not leaving, or not yet.
	ErrStays = errors.New("account: this person is not leaving now")
)

// Leave begins the days after which everything of a person is erased. From now on others find nothing of them; every
// session but the one of keepToken ends, and every confirmed address is told. Leaving already is no error. ErrLastAdmin.
func (d *Desk) Leave(ctx context.Context, person, keepToken string) (store.Person, error) {
	return d.depart(ctx, person, func(tx *store.Store, p *store.Person) error {
		if p.LeavingAt != nil {
			return nil
		}
		at := d.now().Add(LeavingFor)
		p.LeavingAt = &at
		if err := tx.DropSessions(ctx, p.ID, keepToken); err != nil {
			return err
		}
		if err := d.record(ctx, tx, p.ID, Leaving, ""); err != nil {
			return err
		}
		return d.tellLeaving(ctx, tx, *p)
	})
}

// LeaveNow ends the days of somebody who is leaving: they are erased as soon as can be, and every session of theirs ends.
// ErrStays; ErrLastAdmin.
func (d *Desk) LeaveNow(ctx context.Context, person string) error {
	_, err := d.depart(ctx, person, func(tx *store.Store, p *store.Person) error {
		if p.LeavingAt == nil {
			return ErrStays
		}
		now := d.now()
		p.LeavingAt = &now
		return tx.DropSessions(ctx, p.ID, "")
	})
	return err
}

// depart changes somebody who is leaving and plans that they are erased. The administrators are held before the person, in
// every transaction alike, so that of two who would be the last to go one stays.
func (d *Desk) depart(ctx context.Context, person string, change func(tx *store.Store, p *store.Person) error) (p store.Person, err error) {
	err = d.store.Tx(ctx, func(tx *store.Store) error {
		admins, err := tx.Admins(ctx)
		if err != nil {
			return err
		}
		if p, err = tx.Person(ctx, person); err != nil {
			return err
		}
		others := slices.ContainsFunc(admins, func(a store.Person) bool { return a.ID != p.ID })
		if p.Role == "admin" && p.DisabledAt == nil && !others {
			return ErrLastAdmin
		}
		if err := change(tx, &p); err != nil {
			return err
		}
		p.UpdatedAt = d.now()
		if err := tx.UpdatePerson(ctx, &p); err != nil {
			return err
		}
		return planErasure(ctx, tx, p)
	})
	if err != nil {
		return store.Person{}, fmt.Errorf("leave: %w", err)
	}
	return p, nil
}

func planErasure(ctx context.Context, tx *store.Store, p store.Person) error {
	payload, err := json.Marshal(Leaver{Person: p.ID})
	if err != nil {
		return fmt.Errorf("plan to erase a person: %w", err)
	}
	once := p.ID + ":" + p.LeavingAt.UTC().Format(time.RFC3339)
	return tx.Enqueue(ctx, store.Job{Kind: EraseJob, Payload: payload, UniqueKey: &once, RunAt: *p.LeavingAt})
}

// tellLeaving writes to every confirmed address of a person when they will be gone, and that they may stay.
func (d *Desk) tellLeaving(ctx context.Context, tx *store.Store, p store.Person) error {
	addresses, err := tx.Addresses(ctx, p.ID)
	if err != nil {
		return err
	}
	for _, one := range addresses {
		if one.VerifiedAt == nil {
			continue
		}
		letter := Letter{
			Kind: LetterLeaving, To: one.Email, Language: p.Language, Name: p.Name, Link: d.public + "/sign-in",
			Detail: p.LeavingAt.UTC().Format(time.RFC3339),
		}
		if err := post(ctx, tx, letter); err != nil {
			return err
		}
	}
	return nil
}

// Stay takes back that a person leaves: everything is as it was. ErrStays when they are not leaving, or their days are over.
func (d *Desk) Stay(ctx context.Context, person string) error {
	err := d.store.Tx(ctx, func(tx *store.Store) error {
		p, err := tx.Person(ctx, person)
		if err != nil {
			return err
		}
		if p.LeavingAt == nil || !p.LeavingAt.After(d.now()) { // they may be being erased at this moment
			return ErrStays
		}
		p.LeavingAt, p.UpdatedAt = nil, d.now()
		if err := tx.UpdatePerson(ctx, &p); err != nil {
			return err
		}
		return d.record(ctx, tx, p.ID, Stayed, "")
	})
	if err != nil {
		return fmt.Errorf("stay: %w", err)
	}
	return nil
}

// PlanErasures plans that those are erased whose days are over, should a job have been lost; call it every hour.
func (d *Desk) PlanErasures(ctx context.Context) error {
	leaving, err := d.store.LeavingBy(ctx, d.now(), 100)
	for _, p := range leaving {
		err = errors.Join(err, planErasure(ctx, d.store, p))
	}
	return err
}

// Erase forgets a person whose days are over, for good and without a trace but their id and the hashes of their handles,
// which nobody gets. It is written in the ledger before it is done. What lies in files is left to a SweepJob; the words
// by which letters to them are known are returned, for where letters are kept. ErrStays when they have changed their mind
// or have days left; nobody there, for whom there is nothing to do, is no error.
func (d *Desk) Erase(ctx context.Context, person string) (words []string, err error) {
	p, err := d.store.Person(ctx, person)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if p.LeavingAt == nil || p.LeavingAt.After(d.now()) {
		return nil, ErrStays
	}
	return d.erase(ctx, p.ID)
}

// erase forgets a person and, before, what is left of the passports that were joined to theirs.
func (d *Desk) erase(ctx context.Context, person string) (words []string, err error) {
	joined, err := d.store.MergesInto(ctx, person)
	if err != nil {
		return nil, err
	}
	for _, m := range joined {
		theirs, err := d.erase(ctx, m.FromID)
		if err != nil {
			return nil, err
		}
		words = append(words, theirs...)
	}
	own, err := d.eraseOne(ctx, person)
	return append(words, own...), err
}

func (d *Desk) eraseOne(ctx context.Context, person string) (words []string, err error) {
	handles, err := d.store.HandlesOf(ctx, person)
	if err != nil {
		return nil, err
	}
	entry := ledger.Entry{ID: person, At: d.now().UTC()}
	for _, one := range handles {
		entry.Handles = append(entry.Handles, d.ledger.Hash(one))
	}
	if err := d.ledger.Append(entry); err != nil {
		return nil, err
	}
	err = d.store.Tx(ctx, func(tx *store.Store) error {
		erased, err := tx.Erase(ctx, person, entry.Handles, entry.At)
		if err != nil {
			return err
		}
		words = erased.Words
		return d.planSweep(ctx, tx, erased)
	})
	return words, err
}

// planSweep plans to delete the files that are left of what was erased.
func (d *Desk) planSweep(ctx context.Context, tx *store.Store, erased store.Erased) error {
	payload, err := json.Marshal(Leftovers{Blobs: erased.Blobs, Archives: erased.Archives})
	if err != nil {
		return fmt.Errorf("plan to sweep: %w", err)
	}
	return tx.Enqueue(ctx, store.Job{Kind: SweepJob, Payload: payload, RunAt: d.now()})
}

// Reapply erases those whom the ledger knows as gone and the database does not, because it was restored from an older
// copy. Call it before anybody is let in. It returns the words by which letters to them are known.
func (d *Desk) Reapply(ctx context.Context) (words []string, err error) {
	gone, err := d.ledger.Entries()
	if err != nil {
		return nil, err
	}
	for _, e := range gone {
		_, err := d.store.Person(ctx, e.ID)
		switch {
		case errors.Is(err, store.ErrNotFound):
			err = d.store.KeepDeparted(ctx, e.ID, e.Handles, e.At)
		case err == nil:
			var theirs []string
			theirs, err = d.erase(ctx, e.ID)
			words = append(words, theirs...)
		}
		if err != nil {
			return nil, fmt.Errorf("forget again who has left: %w", err)
		}
	}
	return words, nil
}
