package backpack

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/store"
)

// askingFor is how long a check that was planned may ask the web; what has not answered by then stays unknown. It ends
// well before a job does.
const askingFor = 40 * time.Second

// Check verifies a badge now and adds what it found to the badge's history. store.ErrNotFound when the badge is not
// this person's, or deleted.
func (b *Backpack) Check(ctx context.Context, person, id string) (openbadges.Verification, error) {
	badge, err := b.store.Badge(ctx, person, id)
	if err != nil {
		return openbadges.Verification{}, err
	}
	return b.check(ctx, badge, false)
}

// check asks first and writes after. What the holder changed meanwhile stays changed. Of a check nobody is waiting for,
// the holder is told.
func (b *Backpack) check(ctx context.Context, badge store.Badge, unasked bool) (openbadges.Verification, error) {
	credential, v, err := b.again(ctx, badge)
	if err != nil {
		return openbadges.Verification{}, err
	}
	var found picture
	if badge.PictureKey == "" {
		found = b.choosePicture(ctx, credential, v.Badge)
	}
	b.filing.RLock()
	defer b.filing.RUnlock()
	return v, b.store.Tx(ctx, func(tx *store.Store) error { return b.renew(ctx, tx, badge, v, found, unasked) })
}

// again verifies the document of a badge, compared with the addresses its holder has now.
func (b *Backpack) again(ctx context.Context, badge store.Badge) (*openbadges.Credential, openbadges.Verification, error) {
	w, err := b.wallet(ctx, badge.PersonID)
	if err == nil {
		w, err = w.with(ctx, b.store, badge)
	}
	if err != nil {
		return nil, openbadges.Verification{}, err
	}
	credential, err := openbadges.Read(ctx, badge.Document, b.fetch)
	if err != nil {
		return nil, openbadges.Verification{}, fmt.Errorf("read a badge again: %w", err)
	}
	if credential.URL == "" {
		credential.URL = badge.SourceURL
	}
	recipients := w.everything()
	if claimed, err := w.claim(credential.Badge.Recipient); err == nil {
		recipients = claimed.recipients
	}
	v := openbadges.Verify(ctx, credential, openbadges.Options{Fetch: patient(b.fetch), At: b.now(), Recipients: recipients})
	if err := ctx.Err(); err != nil {
		return nil, openbadges.Verification{}, fmt.Errorf("verify a badge again: %w", err)
	}
	return credential, v, nil
}

// patient asks for askingFor, all questions together, and then no more.
func patient(fetch openbadges.Fetch) openbadges.Fetch {
	if fetch == nil {
		return nil
	}
	end := time.Now().Add(askingFor)
	return func(ctx context.Context, url string) (openbadges.Document, error) {
		ctx, cancel := context.WithDeadline(ctx, end)
		defer cancel()
		return fetch(ctx, url)
	}
}

// renew writes what a check found. What could not be loaded this time does not erase what was known of the badge.
func (b *Backpack) renew(ctx context.Context, tx *store.Store, seen store.Badge, v openbadges.Verification, found picture, unasked bool) error {
	all, err := tx.BlocksHeld(ctx)
	if err != nil {
		return err
	}
	w, err := heldWallet(ctx, tx, seen.PersonID)
	if err != nil {
		return err
	}
	badge, err := tx.Badge(ctx, seen.PersonID, seen.ID)
	if err != nil {
		return err
	}
	if err := b.letIn(ctx, tx, w, &badge); err != nil {
		return err
	}
	if !slices.Equal(badge.Document, seen.Document) {
		return nil // a newer version came meanwhile, and was verified as it came
	}
	if err := b.letInByName(ctx, tx, w, &badge, v.Badge.Recipient); err != nil {
		return err
	}
	past, err := b.history(ctx, tx, badge.ID)
	if err != nil {
		return err
	}
	if v.Verdict != openbadges.CannotTell || len(past) == 0 {
		describe(&badge, v.Badge)
	}
	if badge.PictureKey == "" {
		if err := b.hang(ctx, &badge, found); err != nil {
			return err
		}
	}
	settle(&badge, v)
	badge.UpdatedAt = v.At
	if err := tx.UpdateBadge(ctx, &badge); err != nil {
		return err
	}
	if err := mark(ctx, tx, badge, all); err != nil {
		return err
	}
	if unasked {
		if err := b.tell(ctx, tx, badge, past, v); err != nil {
			return err
		}
	}
	return b.record(ctx, tx, badge, v, past)
}

// settle writes a verification's verdict on the badge.
func settle(badge *store.Badge, v openbadges.Verification) {
	at := v.At
	badge.Verdict, badge.VerdictReason, badge.CheckedAt = string(v.Verdict), string(deciding(v.Verdict, v.Findings)), &at
	notice(badge, v)
}

// planNext asks again, after a while, what an address that did not answer left open.
func (b *Backpack) planNext(ctx context.Context, tx *store.Store, badge store.Badge, v openbadges.Verification) error {
	if !mayTellLater(v.Verdict, v.Findings) {
		return nil
	}
	history, err := b.history(ctx, tx, badge.ID)
	if err != nil {
		return err
	}
	at := nextLook(v.At, unknownSince(history, v.At))
	return enqueue(ctx, tx, badge, at, v.At, badge.ID+":unknown:"+at.UTC().Format(time.RFC3339))
}

// nextLook doubles the time something has been unknown, between soonest and latest.
func nextLook(now, since time.Time) time.Time {
	return now.Add(min(max(now.Sub(since), soonest), latest))
}

// mayTellLater says whether a verdict is open only because somebody did not answer.
func mayTellLater(verdict openbadges.Verdict, findings []openbadges.Finding) bool {
	return verdict == openbadges.CannotTell && slices.ContainsFunc(findings, func(f openbadges.Finding) bool {
		return f.Result == openbadges.Unknown && isSilence(f.Reason)
	})
}

func isSilence(r openbadges.Reason) bool {
	switch r {
	case openbadges.ReasonAddressSilent, openbadges.ReasonAddressFailed, openbadges.ReasonHostSilent, openbadges.ReasonHostFailed,
		openbadges.ReasonKeySilent, openbadges.ReasonIssuerSilent, openbadges.ReasonStatusSilent, openbadges.ReasonAchievementSilent,
		openbadges.ReasonPictureSilent:
		return true
	}
	return false
}

// deciding is the reason of the finding a verdict rests on; empty for a genuine badge.
func deciding(verdict openbadges.Verdict, findings []openbadges.Finding) openbadges.Reason {
	return decides(verdict, findings).Reason
}

// decides is the finding a verdict rests on; none for a genuine badge.
func decides(verdict openbadges.Verdict, findings []openbadges.Finding) openbadges.Finding {
	result := openbadges.Fail
	switch verdict {
	case openbadges.Genuine:
		return openbadges.Finding{}
	case openbadges.CannotTell:
		result = openbadges.Unknown
	}
	for _, f := range findings {
		if f.Result == result && (verdict != openbadges.Contradicted || !endsOnly(f.Reason)) {
			return f
		}
	}
	return openbadges.Finding{}
}

// endsOnly names the failures of a credential that was sound once, or will be.
func endsOnly(r openbadges.Reason) bool {
	switch r {
	case openbadges.ReasonExpired, openbadges.ReasonNotYetValid, openbadges.ReasonRevoked, openbadges.ReasonSuspended:
		return true
	}
	return false
}
