package account

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/carnetbadges/carnet/store"
)

// ArchiveJob is the kind of the jobs that make a passport's archive or take one in; the payload is an Archiving in JSON.
const ArchiveJob = "archive"

// ArchiveKept is how long a finished archive can be fetched.
const ArchiveKept = 7 * 24 * time.Hour

// Archiving is the payload of an ArchiveJob.
type Archiving struct{ Archive, Person string }

// TakeOut begins to put everything of a person into an archive, and tells the id of the one before it, whose file is the
// caller's to remove. store.ErrTaken while another is being made.
func (d *Desk) TakeOut(ctx context.Context, person string) (former string, err error) {
	return d.beginArchive(ctx, &store.Archive{PersonID: person, Direction: store.Out, CreatedAt: d.now()}, TakingOut)
}

// BringBack begins to take in an archive that a person has brought, whose file lies under id; first is what is known of
// what will become of it. Otherwise like TakeOut.
func (d *Desk) BringBack(ctx context.Context, person, id string, size int64, first []byte) (former string, err error) {
	return d.beginArchive(ctx, &store.Archive{ID: id, PersonID: person, Direction: store.In, Size: size, Results: first, CreatedAt: d.now()}, BroughtBack)
}

func (d *Desk) beginArchive(ctx context.Context, a *store.Archive, what string) (former string, err error) {
	err = d.store.Tx(ctx, func(tx *store.Store) error {
		if _, err := tx.Person(ctx, a.PersonID); err != nil {
			return err
		}
		if former, err = tx.BeginArchive(ctx, a); err != nil {
			return err
		}
		payload, err := json.Marshal(Archiving{Archive: a.ID, Person: a.PersonID})
		if err != nil {
			return fmt.Errorf("begin an archive: %w", err)
		}
		if err := tx.Enqueue(ctx, store.Job{Kind: ArchiveJob, Payload: payload, RunAt: d.now(), CreatedAt: d.now()}); err != nil {
			return err
		}
		return d.record(ctx, tx, a.PersonID, what, "")
	})
	return former, err
}

// EndArchive notes how the making of an archive ended, as its State says; the person of one that is ready to be fetched is
// told by letter. store.ErrNotFound when it had ended already, for instance because it was called off.
func (d *Desk) EndArchive(ctx context.Context, a store.Archive) error {
	now := d.now()
	expires := now.Add(ArchiveKept)
	a.FinishedAt, a.ExpiresAt = &now, &expires
	return d.store.Tx(ctx, func(tx *store.Store) error {
		if err := tx.EndArchive(ctx, a); err != nil || a.State != store.Ready || a.Direction != store.Out {
			return err
		}
		return d.tellArchive(ctx, tx, a)
	})
}

func (d *Desk) tellArchive(ctx context.Context, tx *store.Store, a store.Archive) error {
	p, err := tx.Person(ctx, a.PersonID)
	if err != nil {
		return err
	}
	addresses, err := tx.Addresses(ctx, p.ID)
	if err != nil {
		return err
	}
	for _, one := range addresses {
		if one.VerifiedAt != nil {
			return post(ctx, tx, Letter{
				Kind: LetterArchive, To: one.Email, Language: p.Language, Name: p.Name, Link: d.public + "/you/data",
				Detail: a.ExpiresAt.UTC().Format(time.RFC3339),
			})
		}
	}
	return nil
}

// CallOff ends the making of a person's archive of a direction. Ended already is no error.
func (d *Desk) CallOff(ctx context.Context, person, direction string) error {
	now := d.now()
	return d.store.Tx(ctx, func(tx *store.Store) error {
		a, err := tx.ArchiveOf(ctx, person, direction)
		if err != nil || a.State != store.Making {
			return err
		}
		a.State, a.FinishedAt, a.ExpiresAt = store.Cancelled, &now, &now
		return tx.EndArchive(ctx, a)
	})
}

// Paper is a file about a person in their archive.
type Paper struct {
	Name    string
	Content []byte
}

// The papers of a person.
const (
	ProfilePaper   = "profile.json"
	AddressesPaper = "addresses.json"
	SettingsPaper  = "settings.json"
	AuditPaper     = "audit.json"
)

// Profile is profile.json.
type Profile struct {
	Handle string    `json:"handle"`
	Name   string    `json:"name"`
	Role   string    `json:"role"`
	Since  time.Time `json:"since"`
}

// ArchivedAddress is one entry of addresses.json.
type ArchivedAddress struct {
	Email       string     `json:"email"`
	Primary     bool       `json:"primary"`
	AddedAt     time.Time  `json:"added_at"`
	ConfirmedAt *time.Time `json:"confirmed_at,omitempty"`
}

// Settings is settings.json.
type Settings struct {
	Language string `json:"language"`
	Theme    string `json:"theme"`
}

// archivedEntry is one entry of audit.json.
type archivedEntry struct {
	At      time.Time `json:"at"`
	What    string    `json:"what"`
	Detail  string    `json:"detail,omitempty"`
	Oneself bool      `json:"oneself"` // the person did it; else the house or somebody in its name
}

// logPage is how many entries are read at once.
const logPage = 500

// Papers are all that is kept about who a person is; no secret is among them, and no hash of one.
func (d *Desk) Papers(ctx context.Context, person string) ([]Paper, error) {
	p, err := d.store.Person(ctx, person)
	if err != nil {
		return nil, err
	}
	claims, err := d.store.Addresses(ctx, person)
	if err != nil {
		return nil, err
	}
	addresses := make([]ArchivedAddress, 0, len(claims))
	for _, a := range claims {
		addresses = append(addresses, ArchivedAddress{Email: a.Email, Primary: a.Primary, AddedAt: a.CreatedAt, ConfirmedAt: a.VerifiedAt})
	}
	log, err := d.wholeLog(ctx, person)
	if err != nil {
		return nil, err
	}
	var papers []Paper
	for _, one := range []struct {
		name  string
		value any
	}{
		{ProfilePaper, Profile{Handle: p.Handle, Name: p.Name, Role: p.Role, Since: p.CreatedAt}},
		{AddressesPaper, addresses},
		{SettingsPaper, Settings{Language: p.Language, Theme: p.Theme}},
		{AuditPaper, log},
	} {
		text, err := json.MarshalIndent(one.value, "", " ")
		if err != nil {
			return nil, fmt.Errorf("write %s: %w", one.name, err)
		}
		papers = append(papers, Paper{Name: one.name, Content: append(text, '\n')})
	}
	return papers, nil
}

func (d *Desk) wholeLog(ctx context.Context, person string) ([]archivedEntry, error) {
	all := []archivedEntry{}
	for after := ""; ; {
		entries, next, err := d.store.AuditOf(ctx, person, after, logPage)
		if err != nil {
			return nil, err
		}
		for _, e := range entries {
			all = append(all, archivedEntry{At: e.At, What: e.What, Detail: e.Detail, Oneself: e.ActorID != nil && *e.ActorID == person})
		}
		if next == "" {
			return all, nil
		}
		after = next
	}
}

// TakeProfile gives a person the name and the settings out of an archive's papers. What an archive says of handle, role
// and addresses counts for nothing. Mistakes, when these are none that anybody may have.
func (d *Desk) TakeProfile(ctx context.Context, person string, read func(name string) ([]byte, error)) error {
	var profile Profile
	var settings Settings
	for name, into := range map[string]any{ProfilePaper: &profile, SettingsPaper: &settings} {
		text, err := read(name)
		if err != nil {
			return err
		}
		if err := json.Unmarshal(text, into); err != nil {
			return Mistakes{"name": "unreadable"}
		}
	}
	return d.UpdateProfile(ctx, person, profile.Name, settings.Language, settings.Theme)
}
