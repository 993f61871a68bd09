package account

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
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
	PortraitPaper  = "portrait.jpg" // where there is one
	AddressesPaper = "addresses.json"
	SettingsPaper  = "settings.json"
	AuditPaper     = "audit.json"
)

// ArchivedProfile is profile.json: what a person says of themselves and, in Shown, to whom they show each part of it.
type ArchivedProfile struct {
	Handle    string            `json:"handle"`
	Name      string            `json:"name"`
	Role      string            `json:"role"`
	Since     time.Time         `json:"since"`
	About     string            `json:"about,omitempty"`
	Languages []string          `json:"languages,omitempty"` // BCP 47
	Links     []ArchivedLink    `json:"links,omitempty"`
	Shown     map[string]string `json:"shown"`
}

// ArchivedLink is an address on the web that a person shows.
type ArchivedLink struct {
	Label string `json:"label,omitempty"`
	URL   string `json:"url"`
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
	profile, err := d.archivedProfile(ctx, p)
	if err != nil {
		return nil, err
	}
	papers, err := d.portraitPaper(ctx, person)
	if err != nil {
		return nil, err
	}
	for _, one := range []struct {
		name  string
		value any
	}{
		{ProfilePaper, profile},
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

func (d *Desk) archivedProfile(ctx context.Context, p store.Person) (ArchivedProfile, error) {
	said, err := d.Profile(ctx, p.ID)
	if err != nil {
		return ArchivedProfile{}, err
	}
	archived := ArchivedProfile{
		Handle: p.Handle, Name: p.Name, Role: p.Role, Since: p.CreatedAt,
		About: said.About, Languages: strings.Fields(said.Languages), Shown: said.Shown,
	}
	for _, l := range said.Links {
		archived.Links = append(archived.Links, ArchivedLink(l))
	}
	return archived, nil
}

func (d *Desk) portraitPaper(ctx context.Context, person string) ([]Paper, error) {
	portrait, err := d.store.Portrait(ctx, person)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	return []Paper{{Name: PortraitPaper, Content: portrait}}, err
}

// TakeProfile gives a person what an archive's papers say of them, and the settings. What an archive says of handle,
// role and addresses counts for nothing. Mistakes, when these are none that anybody may have; a portrait that is none is
// left out, and so is one that read does not have.
func (d *Desk) TakeProfile(ctx context.Context, person string, read func(name string) ([]byte, error)) error {
	var profile ArchivedProfile
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
	present, err := d.Profile(ctx, person)
	if err != nil {
		return err
	}
	said := Profile{Name: profile.Name, Handle: present.Handle, About: profile.About, Languages: strings.Join(profile.Languages, ","), Shown: profile.Shown}
	if said.Shown == nil {
		said.Shown = present.Shown
	}
	for _, l := range profile.Links {
		said.Links = append(said.Links, ProfileLink(l))
	}
	if err := d.SaveProfile(ctx, person, said); err != nil {
		return err
	}
	if err := d.takePortrait(ctx, person, read); err != nil {
		return err
	}
	return d.SetPreferences(ctx, person, settings.Language, settings.Theme)
}

func (d *Desk) takePortrait(ctx context.Context, person string, read func(name string) ([]byte, error)) error {
	portrait, err := read(PortraitPaper)
	if err != nil {
		return nil //nolint:nilerr // archives of people without a portrait have none
	}
	err = d.BringPortrait(ctx, person, portrait)
	if mistakes := (Mistakes{}); errors.As(err, &mistakes) {
		return nil
	}
	if err != nil {
		return err
	}
	return d.SetPortrait(ctx, person, Whole())
}

// ErrUnsettled is said of papers that describe nobody who could live here.
var ErrUnsettled = errors.New("account: the papers describe nobody who can live here")

// Settle makes a person as an archive's papers describe them, with their addresses and what the papers say of these; so it
// is for whoever runs the house, who vouches for the archive. They have no password: a letter opens their passport. Role
// counts for nothing, and the handle only while it is nobody's. ErrUnsettled; store.ErrTaken when an address that is
// confirmed in the papers is somebody's here.
func (d *Desk) Settle(ctx context.Context, read func(name string) ([]byte, error)) (p store.Person, err error) {
	var profile ArchivedProfile
	var settings Settings
	var addresses []ArchivedAddress
	for name, into := range map[string]any{ProfilePaper: &profile, SettingsPaper: &settings, AddressesPaper: &addresses} {
		text, err := read(name)
		if err != nil {
			return store.Person{}, err
		}
		if err := json.Unmarshal(text, into); err != nil {
			return store.Person{}, fmt.Errorf("%w: %w", ErrUnsettled, err)
		}
	}
	p = store.Person{
		ID: store.NewID(), Name: cleanName(profile.Name), Language: languageOf(settings.Language), Theme: "auto", Role: "member",
		CreatedAt: profile.Since, UpdatedAt: d.now(),
	}
	p.Handle = unnamed(p.ID)
	if settings.Theme == "light" || settings.Theme == "dark" {
		p.Theme = settings.Theme
	}
	if nameMistake(p.Name) != "" || len(addresses) == 0 {
		return store.Person{}, ErrUnsettled
	}
	err = d.store.Tx(ctx, func(tx *store.Store) error { return d.settle(ctx, tx, &p, profile.Handle, addresses) })
	return p, err
}

func (d *Desk) settle(ctx context.Context, tx *store.Store, p *store.Person, handle string, addresses []ArchivedAddress) error {
	if err := tx.CreatePerson(ctx, p); err != nil {
		return err
	}
	for _, a := range addresses {
		email, ok := parseEmail(a.Email)
		if !ok {
			return ErrUnsettled
		}
		row := store.Address{PersonID: p.ID, Email: email, Primary: a.Primary, CreatedAt: a.AddedAt, VerifiedAt: a.ConfirmedAt}
		if err := tx.AddAddress(ctx, &row); err != nil {
			return err
		}
	}
	if handleOf(handle) == handle && len(handle) >= shortestHandle && !slices.Contains(reserved(), handle) {
		named := *p
		named.Handle = handle
		err := d.mayHave(ctx, tx, p.ID, handle)
		if err == nil {
			err = tx.UpdatePerson(ctx, &named)
		}
		if err == nil {
			*p = named
		}
		if !errors.Is(err, store.ErrTaken) {
			return err
		}
	}
	return d.takeHandle(ctx, tx, p)
}
