package backpack

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/store"
)

// What a picture may be to lie inside a page.
const (
	pageSide    = 400       // pixels a side of one that is painted anew
	pagePicture = 192 << 10 // bytes of one that is shown as it came
)

// Judging is what is asked about a badge that is not taken in.
type Judging struct {
	Recipients []string                 // e-mail addresses to compare with; empty: whose it is is not asked
	Told       func(openbadges.Finding) // hears each finding as it is made; nil: nobody listens
}

// Asked is one question to the web and how it was answered last.
type Asked struct {
	URL    string
	Status int // HTTP status; 0: no answer came
	At     time.Time
}

// Judged is what was found about a badge that is not taken in.
type Judged struct {
	Verification openbadges.Verification
	Reason       openbadges.Reason // of the finding Genuine rests on; empty for a genuine badge
	Genuine      openbadges.Verdict
	Credential   *openbadges.Credential // nil: nothing could be read
	Said         store.Badge            // its name, issuer and dates, as a card shows them; it is kept nowhere
	Picture      []byte                 // from the badge itself or what its check loaded, else drawn; small enough for a page
	PictureType  string
	Asked        []Asked

	IssuerBlocked bool // the house has blocked its issuer, which makes it neither more nor less genuine
}

// Judge verifies whatever anybody gives, and keeps nothing: no row and no file is written. Whether it is genuine is
// answered apart from whose it is. What is no badge is an answer too; an item too large to be read is such an answer.
func (b *Backpack) Judge(ctx context.Context, item Item, o Judging) Judged {
	web := witness{fetch: b.fetch, now: b.now}
	at := b.now()
	credential, err := read(ctx, item, web.load)
	var none *openbadges.NotBadge
	if errors.As(err, &none) {
		v := none.Verification()
		v.At = at
		return Judged{Verification: v, Genuine: v.Verdict, Reason: none.Reason, Asked: web.asked}
	}
	v := openbadges.Verify(ctx, credential, openbadges.Options{Fetch: web.load, At: at, Recipients: o.Recipients, Told: o.Told})
	apart := v.Without(openbadges.CheckRecipient)
	j := Judged{
		Verification: v, Genuine: apart.Verdict, Reason: deciding(apart.Verdict, apart.Findings),
		Credential: credential, Asked: web.asked,
	}
	describe(&j.Said, v.Badge)
	j.Said.Standard, j.Said.Proof = string(v.Standard), string(v.Proof)
	j.Said.Verdict, j.Said.VerdictReason, j.Said.CheckedAt = string(j.Genuine), string(j.Reason), &v.At
	// What cannot be asked now is not told: the answer is about the badge.
	j.IssuerBlocked = errors.Is(refuseBlocked(ctx, b.store, credential.Badge, v.Badge), ErrBlocked)
	j.Picture, j.PictureType = b.portrait(ctx, credential, v, j.Said.Name)
	return j
}

// Held is the badge of a person that is this very credential; store.ErrNotFound when they do not hold it.
func (b *Backpack) Held(ctx context.Context, person string, c *openbadges.Credential) (store.Badge, error) {
	return b.store.BadgeByKey(ctx, person, c.Key())
}

func read(ctx context.Context, item Item, fetch openbadges.Fetch) (*openbadges.Credential, error) {
	if len(item.bytes()) > MaxItem {
		const reason = openbadges.ReasonTooLarge
		return nil, &openbadges.NotBadge{Reason: reason, Detail: openbadges.Sentence(reason, nil)}
	}
	return openbadges.Read(ctx, item.bytes(), fetch)
}

// portrait is the badge's picture where it is at hand: what it was baked into, a data: URI, or what its check has
// loaded anyway. Nobody is asked for one.
func (b *Backpack) portrait(ctx context.Context, c *openbadges.Credential, v openbadges.Verification, name string) (data []byte, kind string) {
	near := Backpack{picture: v.Web.Fetch, drawing: b.drawing}
	p := near.choosePicture(ctx, c, v.Badge)
	if len(p.data) > 2*pagePicture || len(p.data) > pagePicture && p.kind != typeSVG {
		p.data, _ = b.repaint(ctx, p, pageSide) // one that cannot be painted is drawn instead
		p.kind = typePNG
	}
	if len(p.data) == 0 || len(p.data) > 2*pagePicture {
		return drawSVG(name), typeSVG
	}
	return p.data, p.kind
}

// witness remembers what was asked of the web on the way, and what came back.
type witness struct {
	fetch openbadges.Fetch
	now   func() time.Time
	asked []Asked
}

func (w *witness) load(ctx context.Context, address string) (openbadges.Document, error) {
	if w.fetch == nil {
		return openbadges.Document{}, openbadges.ErrUnreachable
	}
	doc, err := w.fetch(ctx, address)
	seen := Asked{URL: address, Status: doc.Status, At: doc.At}
	if err != nil {
		seen.Status = 0
	}
	if seen.At.IsZero() {
		seen.At = w.now()
	}
	again := func(a Asked) bool { return a.URL == address }
	w.asked = append(slices.DeleteFunc(w.asked, again), seen)
	return doc, err
}
