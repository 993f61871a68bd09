package backpack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/store"
)

const (
	mostPapers   = 32 << 20 // bytes of badge.json
	mostFindings = 256 << 10
	mostSaid     = 512 << 10
	mostPacked   = 32 << 20 // bytes of a recorded web as it is kept
)

// Take is asked for a file of an archive, by its name in the badge's folder, of at most so many bytes.
type Take func(name string, most int64) ([]byte, error)

// ErrPapers is said of a badge in an archive whose papers are not as they must be.
var ErrPapers = errors.New("backpack: the papers of this badge are not in order")

// TakeIn takes a badge in that its holder has taken along from another Carnet. Whoever brings an archive may have
// written it: so the credential is verified here and now as any other that is brought, and what the archive says of
// earlier verifications is kept as such, for its holder's eyes. The visibility it had is kept only where it was made out to
// an address that this person has proved; all else is private. A badge that is held already stays as it is. Errors:
// ErrPapers, *openbadges.NotBadge, *SomebodyElse, those of take and the store's.
func (b *Backpack) TakeIn(ctx context.Context, person string, take Take) (Imported, error) {
	p, err := papersIn(take)
	if err != nil {
		return Imported{}, err
	}
	a, err := b.papersCame(ctx, person, p, take)
	if err != nil {
		return Imported{}, err
	}
	w, err := b.wallet(ctx, person)
	if err != nil {
		return Imported{}, err
	}
	held, there, err := b.there(ctx, person, p, a.credential)
	if err != nil {
		return Imported{}, err
	}
	if there {
		err := b.letIn(ctx, b.store, w, &held)
		return w.told(held, Already), err
	}
	examined, err := b.examine(ctx, w, a.credential)
	if err != nil {
		return Imported{}, err
	}
	a.verified = examined.verified
	a.recall()
	if a.picture.data == nil {
		a.picture = b.choosePicture(ctx, a.credential, a.verified.Badge)
	}
	kept, outcome, err := b.keepTaken(ctx, person, a)
	if err != nil {
		return Imported{}, err
	}
	return w.told(kept, outcome), nil
}

// recall lets a badge whose issuer is silent here be called what it was called where it comes from: else who moves house
// after an issuer has vanished would hold an address without a name. It says no more than an unproved copy does, which anybody
// can write; whose it is, and whether it is genuine, is taken from nobody's word.
func (a *taken) recall() {
	now := &a.verified.Badge
	if a.verified.Verdict != openbadges.CannotTell || now.Achievement.Name != "" && now.Issuer.Name != "" {
		return
	}
	for _, row := range a.checks {
		var said openbadges.Badge
		if len(row.Badge) == 0 || json.Unmarshal(row.Badge, &said) != nil || said.Achievement.Name == "" {
			continue
		}
		if now.Achievement.Name == "" && oneOrNone(now.Achievement.ID, said.Achievement.ID) {
			now.Achievement, now.Language = said.Achievement, firstOf(now.Language, said.Language)
		}
		if now.Issuer.Name == "" && oneOrNone(now.Issuer.ID, said.Issuer.ID) {
			now.Issuer = said.Issuer
		}
		return
	}
}

// oneOrNone says whether an id is another's, or not known.
func oneOrNone(id, other string) bool { return id == "" || id == other }

// taken is a badge out of an archive, not kept yet.
type taken struct {
	arrival
	papers Papers
	former []store.FormerDocument
	files  map[string][]byte // of the former documents, by their names
	checks []store.Verification

	evidence []store.Evidence
	beside   [][]byte // the files of the evidence, in its order; nil: none
}

func papersIn(take Take) (p Papers, err error) {
	text, err := take(BadgePapers, mostPapers)
	if err != nil {
		return Papers{}, err
	}
	if err := json.Unmarshal(text, &p); err != nil {
		return Papers{}, fmt.Errorf("%w: %w", ErrPapers, err)
	}
	if p.Document == "" || len(p.Former) > mostFormer || len(p.Checks) > remembered {
		return Papers{}, ErrPapers
	}
	return p, nil
}

// papersCame reads all files of a badge and makes sure of what can be made sure of.
func (b *Backpack) papersCame(ctx context.Context, person string, p Papers, take Take) (taken, error) {
	document, err := take(p.Document, MaxItem)
	if err != nil {
		return taken{}, err
	}
	a := taken{papers: p, files: map[string][]byte{}}
	if a.credential, err = openbadges.Read(ctx, document, nil); err != nil {
		return taken{}, err
	}
	if a.credential.URL == "" && (strings.HasPrefix(p.Source, "https://") || strings.HasPrefix(p.Source, "http://")) {
		a.credential.URL = line(p.Source)
	}
	if container := openbadges.Container(p.Container); slices.Contains(containers(), container) {
		a.credential.Container = container
	}
	if p.Original != "" {
		if a.item.Data, err = take(p.Original, MaxItem); err != nil {
			return taken{}, err
		}
		a.item.Name = p.OriginalName
	}
	if p.Picture != "" {
		content, err := take(p.Picture, MaxItem)
		if err != nil {
			return taken{}, err
		}
		if picture, ok := recognise(content); ok {
			a.picture = picture
		}
	}
	if err := a.takeFormer(take); err != nil {
		return taken{}, err
	}
	if err := a.takeBeside(ctx, take, b.now()); err != nil {
		return taken{}, err
	}
	return a, a.takeChecks(take, b.now())
}

func containers() []openbadges.Container {
	return []openbadges.Container{
		openbadges.ContainerPNG, openbadges.ContainerSVG, openbadges.ContainerPDF, openbadges.ContainerJSON, openbadges.ContainerJWS, openbadges.ContainerURL,
	}
}

// takeFormer reads what the badge was before it was updated, within what an archive of one badge may hold.
func (a *taken) takeFormer(take Take) error {
	room := int64(formerAtOnce)
	read := func(name string) ([]byte, error) {
		content, err := take(name, min(MaxItem, room))
		room -= int64(len(content))
		return content, err
	}
	for _, f := range a.papers.Former {
		document, err := read(f.Document)
		if err != nil {
			return err
		}
		if len(document) == 0 {
			return ErrPapers
		}
		row := store.FormerDocument{Document: document, DocumentType: knownType(f.DocumentType, document), ReplacedAt: f.ReplacedAt}
		for _, name := range []string{f.Original, f.Picture} {
			if name == "" {
				continue
			}
			if a.files[name], err = read(name); err != nil {
				return err
			}
		}
		if f.Original != "" {
			row.OriginalType = knownType(f.OriginalType, a.files[f.Original])
		}
		a.former = append(a.former, row)
	}
	return nil
}

// knownType is a media type as an archive states it, where it is one of those that are ever kept; else what the content
// looks like.
func knownType(stated string, content []byte) string {
	known := []string{
		typePNG, typeSVG, "application/pdf", "application/json", "text/plain; charset=utf-8", "application/jwt", "application/jose",
		"application/vc+ld+json", "application/vc", "application/ld+json",
	}
	if slices.Contains(known, stated) {
		return stated
	}
	if p, ok := recognise(content); ok {
		return p.kind
	}
	if json.Valid(content) {
		return "application/json"
	}
	return "text/plain; charset=utf-8"
}

// takeChecks reads the history that comes with a badge. What is not as this program writes it is refused; what it quotes
// at length is cut as it is when it is made here.
func (a *taken) takeChecks(take Take, now time.Time) error {
	for _, p := range a.papers.Checks {
		row, err := checkIn(p, now)
		if err != nil {
			return err
		}
		if p.Web != "" {
			web, err := take(p.Web, maxWeb)
			if err != nil {
				return err
			}
			var recorded openbadges.RecordedWeb
			if err := json.Unmarshal(web, &recorded); err != nil {
				return fmt.Errorf("%w: %w", ErrPapers, err)
			}
			if row.Web, err = packed(recorded); err != nil {
				return err
			}
			if len(row.Web) > mostPacked {
				return ErrPapers
			}
		}
		a.checks = append(a.checks, row)
	}
	return nil
}

func checkIn(p CheckPapers, now time.Time) (store.Verification, error) {
	row := store.Verification{
		Verdict: p.Verdict, Standard: line(p.Standard), Proof: line(p.Proof), Findings: p.Findings, At: p.At, Brought: true,
	}
	verdicts := []openbadges.Verdict{openbadges.Genuine, openbadges.NotCurrent, openbadges.Contradicted, openbadges.CannotTell}
	if len(p.Findings) > mostFindings || len(p.Badge) > mostSaid || p.At.After(now.Add(time.Hour)) || p.At.Year() < 2000 ||
		!slices.Contains(verdicts, openbadges.Verdict(p.Verdict)) {
		return store.Verification{}, ErrPapers
	}
	k, err := keptIn(row)
	if err != nil {
		return store.Verification{}, fmt.Errorf("%w: %w", ErrPapers, err)
	}
	k.Findings = boundedFindings(k.Findings)
	if row.Findings, err = json.Marshal(k); err != nil {
		return store.Verification{}, fmt.Errorf("take a verification in: %w", err)
	}
	if len(p.Badge) == 0 || bytes.Equal(p.Badge, []byte("null")) {
		return row, nil
	}
	var said openbadges.Badge
	if err := json.Unmarshal(p.Badge, &said); err != nil {
		return store.Verification{}, fmt.Errorf("%w: %w", ErrPapers, err)
	}
	row.Badge, err = json.Marshal(bounded(said))
	return row, err
}

// there is the badge that is this very credential already: one held, or one as deleted as the one that is brought.
func (b *Backpack) there(ctx context.Context, person string, p Papers, c *openbadges.Credential) (store.Badge, bool, error) {
	held, err := b.store.BadgeByKey(ctx, person, c.Key())
	if err == nil || !errors.Is(err, store.ErrNotFound) {
		return held, err == nil, err
	}
	if p.DeletedAt == nil {
		return store.Badge{}, false, nil
	}
	trashed, err := b.store.TrashedKeys(ctx, person)
	return store.Badge{CredentialKey: c.Key(), State: store.Accepted}, slices.Contains(trashed, c.Key()), err
}

// keepTaken writes a badge out of an archive, all at once.
func (b *Backpack) keepTaken(ctx context.Context, person string, a taken) (kept store.Badge, outcome string, err error) {
	b.filing.RLock()
	defer b.filing.RUnlock()
	fresh, err := b.newBadge(ctx, person, a.arrival)
	if err != nil {
		return store.Badge{}, "", err
	}
	if len(a.item.Data) > 0 {
		fresh.OriginalType = knownType(a.papers.OriginalType, a.item.Data)
	}
	fresh.DocumentType = knownType(a.papers.DocumentType, a.credential.Raw)
	if err := errors.Join(b.fileFormer(ctx, &a), b.fileBeside(ctx, &a)); err != nil {
		return store.Badge{}, "", err
	}
	err = b.store.Tx(ctx, func(tx *store.Store) error {
		kept, outcome, err = b.keepTakenOnce(ctx, tx, fresh, a)
		return err
	})
	if err != nil {
		return store.Badge{}, "", fmt.Errorf("take a badge in: %w", err)
	}
	return kept, outcome, nil
}

func (b *Backpack) fileFormer(ctx context.Context, a *taken) (err error) {
	for i, f := range a.papers.Former {
		row := &a.former[i]
		if f.Original != "" {
			if row.OriginalKey, err = b.files.Put(ctx, a.files[f.Original]); err != nil {
				return fmt.Errorf("keep a former file of a badge: %w", err)
			}
		}
		if _, ok := recognise(a.files[f.Picture]); f.Picture != "" && ok {
			if row.PictureKey, err = b.files.Put(ctx, a.files[f.Picture]); err != nil {
				return fmt.Errorf("keep a former picture of a badge: %w", err)
			}
		}
	}
	return nil
}

func (b *Backpack) keepTakenOnce(ctx context.Context, tx *store.Store, fresh store.Badge, a taken) (store.Badge, string, error) {
	blocked, err := tx.BlocksHeld(ctx)
	if err != nil {
		return store.Badge{}, "", err
	}
	w, err := heldWallet(ctx, tx, fresh.PersonID)
	if err != nil {
		return store.Badge{}, "", err
	}
	claimed, err := w.claim(a.verified.Badge.Recipient)
	if err != nil {
		return store.Badge{}, "", err
	}
	a.settings(&fresh, claimed, b.now())
	if fresh.DeletedAt == nil {
		held, err := tx.BadgeByKey(ctx, fresh.PersonID, fresh.CredentialKey)
		if err == nil {
			err := b.letIn(ctx, tx, w, &held)
			return held, Already, err
		}
		if !errors.Is(err, store.ErrNotFound) {
			return store.Badge{}, "", err
		}
	}
	if err := tx.CreateBadge(ctx, &fresh); err != nil {
		return store.Badge{}, "", err
	}
	if err := takeMarks(ctx, tx, fresh, a.papers); err != nil {
		return store.Badge{}, "", err
	}
	// What somebody has held elsewhere stays theirs; of a blocked issuer, it is theirs alone to see.
	if err := mark(ctx, tx, fresh, blocked); err != nil {
		return store.Badge{}, "", err
	}
	for _, row := range a.former {
		row.BadgeID = fresh.ID
		if err := tx.AddFormerDocument(ctx, &row); err != nil {
			return store.Badge{}, "", err
		}
	}
	for _, row := range slices.Backward(a.checks) { // ids of one moment sort as they were made
		row.BadgeID = fresh.ID
		if err := tx.AddVerification(ctx, &row); err != nil {
			return store.Badge{}, "", err
		}
	}
	if err := b.keepBeside(ctx, tx, fresh, a); err != nil {
		return store.Badge{}, "", err
	}
	return fresh, Added, b.record(ctx, tx, fresh, a.verified, nil)
}

// settings are what its holder had decided of a badge, as far as they are theirs to decide here.
func (a taken) settings(fresh *store.Badge, claimed claim, now time.Time) {
	p := a.papers
	fresh.State, fresh.AddressID = claimed.state, claimed.addressID()
	if p.State == store.Refused {
		fresh.State = store.Refused
	}
	theirs := claimed.state == store.Accepted && claimed.address.ID != ""
	if theirs && slices.Contains([]string{store.Private, store.Members, store.Public}, p.Visibility) {
		fresh.Visibility = p.Visibility
	}
	plausible := func(t time.Time) bool { return t.Year() >= 2000 && !t.After(now) }
	if plausible(p.AddedAt) {
		fresh.CreatedAt = p.AddedAt
	}
	if plausible(p.ChangedAt) && !p.ChangedAt.Before(fresh.CreatedAt) {
		fresh.UpdatedAt = p.ChangedAt
	}
	if p.DeletedAt != nil && plausible(*p.DeletedAt) {
		fresh.DeletedAt = p.DeletedAt
	}
}

// Arrivals are what became of the badges of an archive, as it is kept while they come in.
type Arrivals struct {
	Profile bool             `json:"profile"` // who a person is comes along, too
	Added   int              `json:"added"`
	Already int              `json:"already"`
	Waiting int              `json:"waiting"`
	Refused []RefusedArrival `json:"refused,omitempty"`
	More    int              `json:"more,omitempty"` // how many refused ones are not listed
}

// RefusedArrival is a badge that was not taken in.
type RefusedArrival struct {
	Name  string   `json:"name"`
	Why   string   `json:"why"` // somebody-else, not-badge or papers
	Names []string `json:"names,omitempty"`
}

// refusedMost is how many refused badges are listed.
const refusedMost = 100

// ArrivalsIn reads what JSON wrote; nothing is no arrivals.
func ArrivalsIn(text []byte) (a Arrivals, err error) {
	if len(text) == 0 {
		return a, nil
	}
	if err := json.Unmarshal(text, &a); err != nil {
		return Arrivals{}, fmt.Errorf("read what has arrived: %w", err)
	}
	return a, nil
}

// JSON is how arrivals are kept.
func (a Arrivals) JSON() []byte {
	text, err := json.Marshal(a)
	if err != nil {
		return nil // there is nothing in it that JSON cannot say
	}
	return text
}

// IsRefusal says whether an error of TakeIn is about the badge, and not about what may pass.
func IsRefusal(err error) bool {
	var somebody *SomebodyElse
	var none *openbadges.NotBadge
	return errors.As(err, &somebody) || errors.As(err, &none) || errors.Is(err, ErrPapers) || errors.Is(err, ErrTooLarge)
}

// Note counts what became of one badge; one that was refused is called by its name in its papers.
func (a *Arrivals) Note(got Imported, err error, take Take) {
	switch {
	case err != nil:
		a.refuse(err, take)
	case got.Outcome == Already:
		a.Already++
	case got.Outcome == Waiting:
		a.Waiting++
	default:
		a.Added++
	}
}

func (a *Arrivals) refuse(err error, take Take) {
	if len(a.Refused) == refusedMost {
		a.More++
		return
	}
	r := RefusedArrival{Why: "papers"}
	if p, unread := papersIn(take); unread == nil {
		r.Name = line(p.Name)
	}
	var somebody *SomebodyElse
	var none *openbadges.NotBadge
	switch {
	case errors.As(err, &somebody):
		r.Why, r.Names = "somebody-else", somebody.Names
	case errors.As(err, &none):
		r.Why = "not-badge"
	}
	a.Refused = append(a.Refused, r)
}
