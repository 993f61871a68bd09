package backpack

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/store"
)

// Item is one thing brought in: a file, or a text that is a credential, an address or a data: URI.
type Item struct {
	Name string // what the file is called; may be empty
	Data []byte // the file
	Text string // read when there is no file
}

// The outcomes of an import.
const (
	Added   = "added"
	Already = "already" // it is held, and as good
	Updated = "updated" // a newer version replaced the one held; visibility and history stayed
	Waiting = "waiting" // it is made out to an address that is not proved yet, and waits for that
)

// Imported is what became of an Item.
type Imported struct {
	Badge   store.Badge
	Outcome string         // added, already, updated or waiting
	Waiting *store.Address // the address that must be proved first; nil when it does not wait
}

// Import takes a badge in for a person, private. It reads the item, decides whose it is, verifies it and finds a
// picture, and only then writes, all at once; the bytes that came are kept as they are. Many imports of one credential
// at the same moment make one badge. Errors: *openbadges.NotBadge, *SomebodyElse, ErrBlocked, ErrTooLarge, the store's. What
// the verification found is never an error.
func (b *Backpack) Import(ctx context.Context, person string, item Item) (Imported, error) {
	return b.bring(ctx, person, item, func(context.Context, *store.Store, store.Badge, string, openbadges.Finding) error { return nil })
}

// noting writes down what became of an item, in the transaction in which it comes in: the badge, the outcome, and the
// finding its verdict rests on, where it was verified now.
type noting func(ctx context.Context, tx *store.Store, badge store.Badge, outcome string, decides openbadges.Finding) error

func (b *Backpack) bring(ctx context.Context, person string, item Item, note noting) (Imported, error) {
	if len(item.Data) > MaxItem || len(item.Text) > MaxItem {
		return Imported{}, ErrTooLarge
	}
	credential, err := openbadges.Read(ctx, item.bytes(), b.fetch)
	if err != nil {
		return Imported{}, err
	}
	if err := refuseBlocked(ctx, b.store, credential.Badge); err != nil {
		return Imported{}, err
	}
	w, err := b.wallet(ctx, person)
	if err != nil {
		return Imported{}, err
	}
	held, err := b.store.BadgeByKey(ctx, person, credential.Key())
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return Imported{}, err
	}
	known := err == nil
	if w, err = w.with(ctx, b.store, held); err != nil {
		return Imported{}, err
	}
	if _, err := w.claim(credential.Badge.Recipient); err != nil {
		return Imported{}, err
	}
	if known && sameCredential(held.Document, credential.Raw) && held.State != store.Refused {
		err := b.store.Tx(ctx, func(tx *store.Store) error {
			if err := b.letIn(ctx, tx, w, &held); err != nil {
				return err
			}
			return note(ctx, tx, held, Already, openbadges.Finding{})
		})
		if err != nil {
			return Imported{}, err
		}
		return w.told(held, Already), nil
	}
	arrival, err := b.examine(ctx, w, credential)
	if err != nil {
		return Imported{}, err
	}
	arrival.item = item
	arrival.picture = b.choosePicture(ctx, credential, arrival.verified.Badge)
	kept, outcome, err := b.keep(ctx, person, arrival, note)
	if err != nil {
		return Imported{}, err
	}
	return w.told(kept, outcome), nil
}

// told says of a badge that waits that it does, and for which address, whatever else happened to it.
func (w wallet) told(badge store.Badge, outcome string) Imported {
	done := Imported{Badge: badge, Outcome: outcome}
	if badge.State != store.Pending {
		return done
	}
	done.Outcome = Waiting
	for _, a := range w {
		if badge.AddressID != nil && a.ID == *badge.AddressID {
			done.Waiting = &a
		}
	}
	return done
}

func (i Item) bytes() []byte {
	if len(i.Data) > 0 {
		return i.Data
	}
	return []byte(i.Text)
}

// arrival is a credential that was asked all there is to ask, and is not kept yet.
type arrival struct {
	item       Item
	credential *openbadges.Credential
	verified   openbadges.Verification
	picture    picture
}

// examine verifies a credential as this person's. Whose it is counts as it was proved, which for a hosted badge may be
// somebody else than the copy claims.
func (b *Backpack) examine(ctx context.Context, w wallet, c *openbadges.Credential) (arrival, error) {
	claimed, err := w.claim(c.Badge.Recipient)
	if err != nil {
		return arrival{}, err
	}
	at := b.now()
	v := openbadges.Verify(ctx, c, openbadges.Options{Fetch: b.fetch, At: at, Recipients: claimed.recipients})
	if err := ctx.Err(); err != nil {
		return arrival{}, fmt.Errorf("verify a badge: %w", err)
	}
	proved, err := w.claim(v.Badge.Recipient)
	if err != nil {
		return arrival{}, err
	}
	if proved.address.ID != claimed.address.ID {
		web := v.Web
		v = openbadges.Verify(ctx, c, openbadges.Options{Fetch: web.Fetch, At: at, Recipients: proved.recipients})
		v.Web = web
	}
	return arrival{credential: c, verified: v}, nil
}

// keep writes an arrival. The files are on the disk before anything speaks of them.
func (b *Backpack) keep(ctx context.Context, person string, a arrival, note noting) (kept store.Badge, outcome string, err error) {
	b.filing.RLock()
	defer b.filing.RUnlock()
	fresh, err := b.newBadge(ctx, person, a)
	if err != nil {
		return store.Badge{}, "", err
	}
	err = b.store.Tx(ctx, func(tx *store.Store) error {
		if kept, outcome, err = b.keepOnce(ctx, tx, fresh, a); err != nil {
			return err
		}
		return note(ctx, tx, kept, outcome, decides(a.verified.Verdict, a.verified.Findings))
	})
	if err != nil {
		return store.Badge{}, "", fmt.Errorf("keep a badge: %w", err)
	}
	return kept, outcome, nil
}

// keepOnce makes the badge or, where the credential is held already, keeps the newer of the two. Whose it is is decided
// here once more: an address may have been proved while the web was asked.
func (b *Backpack) keepOnce(ctx context.Context, tx *store.Store, fresh store.Badge, a arrival) (store.Badge, string, error) {
	if err := refuseBlocked(ctx, tx, a.credential.Badge, a.verified.Badge); err != nil {
		return store.Badge{}, "", err
	}
	w, err := heldWallet(ctx, tx, fresh.PersonID)
	if err != nil {
		return store.Badge{}, "", err
	}
	held, err := tx.BadgeByKey(ctx, fresh.PersonID, fresh.CredentialKey)
	known := err == nil
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return store.Badge{}, "", err
	}
	if w, err = w.with(ctx, tx, held); err != nil {
		return store.Badge{}, "", err
	}
	claimed, err := w.of(held, a.verified.Badge.Recipient)
	if err != nil {
		return store.Badge{}, "", err
	}
	fresh.State, fresh.AddressID = claimed.state, claimed.addressID()
	if !known {
		if err = tx.CreateBadge(ctx, &fresh); err == nil {
			return fresh, Added, b.record(ctx, tx, fresh, a.verified, nil)
		}
	}
	if err != nil && !errors.Is(err, store.ErrTaken) {
		return store.Badge{}, "", err
	}
	if held, err = tx.BadgeByKey(ctx, fresh.PersonID, fresh.CredentialKey); err != nil {
		return store.Badge{}, "", err
	}
	past, err := b.history(ctx, tx, held.ID)
	if err != nil {
		return store.Badge{}, "", err
	}
	if !replaces(held, past, fresh, a) {
		err := b.letIn(ctx, tx, w, &held)
		return held, Already, err
	}
	if err := b.keepFormer(ctx, tx, held, fresh); err != nil {
		return store.Badge{}, "", err
	}
	fresh.ID, fresh.CreatedAt = held.ID, held.CreatedAt
	if fresh.State == store.Accepted {
		fresh.Visibility = held.Visibility
	}
	if err := tx.UpdateBadge(ctx, &fresh); err != nil {
		return store.Badge{}, "", err
	}
	return fresh, Updated, b.record(ctx, tx, fresh, a.verified, past)
}

// replaces decides whether another version of a held credential takes its place: one that is not older, and is proved
// where the held one is or ever was. A copy somebody tampered with drives nothing out, also while the issuer is silent.
func replaces(held store.Badge, past []kept, fresh store.Badge, a arrival) bool {
	switch {
	case held.State == store.Refused:
		return true
	case sameCredential(held.Document, fresh.Document),
		held.IssuedAt != nil && (fresh.IssuedAt == nil || fresh.IssuedAt.Before(*held.IssuedAt)):
		return false
	case a.verified.Verdict == openbadges.Contradicted:
		return held.Verdict == string(openbadges.Contradicted) && !slices.ContainsFunc(past, kept.proved)
	}
	return a.verified.Proved() || !slices.ContainsFunc(past, kept.proved)
}

// newBadge puts the files of an arrival on the disk and describes the badge it would be; whose it is is decided later.
func (b *Backpack) newBadge(ctx context.Context, person string, a arrival) (store.Badge, error) {
	now, c := b.now(), a.credential
	badge := store.Badge{
		PersonID: person, CredentialKey: c.Key(), Visibility: Private,
		Standard: string(c.Standard), Proof: string(c.Proof), Container: string(c.Container),
		DocumentType: documentType(c), Document: c.Raw, SourceURL: line(c.URL), CreatedAt: now, UpdatedAt: now,
	}
	describe(&badge, a.verified.Badge)
	settle(&badge, a.verified)
	if len(a.item.Data) > 0 {
		badge.OriginalType = originalType(c, a.item.Data)
		badge.OriginalName = namedAs(fileName(a.item.Name), badge.OriginalType)
		key, err := b.files.Put(ctx, a.item.Data)
		if err != nil {
			return store.Badge{}, fmt.Errorf("keep the file of a badge: %w", err)
		}
		badge.OriginalKey = key
	}
	return badge, b.hang(ctx, &badge, a.picture)
}

// hang puts a badge's picture on the disk; no picture is no error.
func (b *Backpack) hang(ctx context.Context, badge *store.Badge, p picture) error {
	if len(p.data) == 0 {
		return nil
	}
	key, err := b.files.Put(ctx, p.data)
	if err != nil {
		return fmt.Errorf("keep the picture of a badge: %w", err)
	}
	badge.PictureKey, badge.PictureType = key, p.kind
	return nil
}

func originalType(c *openbadges.Credential, data []byte) string {
	switch {
	case c.PictureType != "" && bytes.Equal(c.Picture, data):
		return c.PictureType
	case c.Container == openbadges.ContainerJSON:
		return "application/json"
	case c.Container == openbadges.ContainerPDF:
		return "application/pdf"
	}
	return "text/plain; charset=utf-8"
}

// namedAs is what is kept of a file called so: of a letter, or a print of several badges, it is the one badge taken out of it,
// which no mail program and no reader of PDFs opens.
func namedAs(name, kind string) string {
	holds := []string{".eml", ".pdf", ".zip", ".html", ".htm", ".csv"}
	if (kind == "application/json" || strings.HasPrefix(kind, "text/")) && slices.Contains(holds, strings.ToLower(path.Ext(name))) {
		return name + "." + ending(kind)
	}
	return name
}

// fileName is the last part of what a file was called, without what a name cannot bear.
func fileName(name string) string {
	name = line(path.Base(strings.ReplaceAll(name, `\`, "/")))
	if name == "." || name == "/" {
		return ""
	}
	for utf8.RuneCountInString(name) > 120 {
		_, size := utf8.DecodeRuneInString(name)
		name = name[size:]
	}
	return name
}
