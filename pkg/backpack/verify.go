package backpack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/store"
)

// RecheckJob is the kind of the jobs that verify a badge again.
const RecheckJob = "recheck"

// When a badge is verified again by itself.
const (
	soonest   = 10 * time.Minute   // what could not be told is asked again after this, then after twice as long as it
	latest    = 24 * time.Hour     // has been so, at most after this
	regularly = 7 * 24 * time.Hour // every badge, also a genuine one: issuers revoke
	atOnce    = 500                // badges planned in one go
	spread    = time.Hour          // over which they are spread
)

// recheck is the payload of a RecheckJob.
type recheck struct{ Person, Badge string }

// Check verifies a badge now and adds what it found to the badge's history. store.ErrNotFound when the badge is not
// this person's, or deleted.
func (b *Backpack) Check(ctx context.Context, person, id string) (openbadges.Verification, error) {
	return b.check(ctx, person, id, false)
}

// Recheck does a RecheckJob. A badge that is gone needs no check. What is found as before is not added to the history
// again; it only dates the last look.
func (b *Backpack) Recheck(ctx context.Context, payload []byte) error {
	var job recheck
	if err := json.Unmarshal(payload, &job); err != nil {
		return fmt.Errorf("read what is to be verified again: %w", err)
	}
	_, err := b.check(ctx, job.Person, job.Badge, true)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}

// PlanRechecks writes jobs for the badges that were last verified long ago; call it every hour.
func (b *Backpack) PlanRechecks(ctx context.Context) error {
	now := b.now()
	due, err := b.store.RecheckDue(ctx, now.Add(-regularly), atOnce)
	if err != nil {
		return err
	}
	for i, one := range due {
		at := now.Add(spread * time.Duration(i) / time.Duration(len(due)))
		if err := enqueue(ctx, b.store, one, at, now, "regular"); err != nil {
			return err
		}
	}
	return nil
}

func enqueue(ctx context.Context, tx *store.Store, badge store.Badge, at, now time.Time, why string) error {
	payload, err := json.Marshal(recheck{Person: badge.PersonID, Badge: badge.ID})
	if err != nil {
		return fmt.Errorf("plan to verify a badge again: %w", err)
	}
	once := badge.ID + ":" + why
	return tx.Enqueue(ctx, store.Job{Kind: RecheckJob, Payload: payload, UniqueKey: &once, RunAt: at, CreatedAt: now})
}

// check asks first and writes after. What the holder changed meanwhile stays changed.
func (b *Backpack) check(ctx context.Context, person, id string, quiet bool) (openbadges.Verification, error) {
	badge, err := b.store.Badge(ctx, person, id)
	if err != nil {
		return openbadges.Verification{}, err
	}
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
	return v, b.store.Tx(ctx, func(tx *store.Store) error { return b.renew(ctx, tx, badge, v, found, quiet) })
}

// again verifies the document of a badge, compared with the addresses its holder has now.
func (b *Backpack) again(ctx context.Context, badge store.Badge) (*openbadges.Credential, openbadges.Verification, error) {
	w, err := b.wallet(ctx, badge.PersonID)
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
	v := openbadges.Verify(ctx, credential, openbadges.Options{Fetch: b.fetch, At: b.now(), Recipients: recipients})
	if err := ctx.Err(); err != nil {
		return nil, openbadges.Verification{}, fmt.Errorf("verify a badge again: %w", err)
	}
	return credential, v, nil
}

// renew writes what a check found. What could not be loaded this time does not erase what was known of the badge.
func (b *Backpack) renew(ctx context.Context, tx *store.Store, seen store.Badge, v openbadges.Verification, found picture, quiet bool) error {
	badge, err := tx.Badge(ctx, seen.PersonID, seen.ID)
	if err != nil {
		return err
	}
	if !slices.Equal(badge.Document, seen.Document) {
		return nil // a newer version came meanwhile, and was verified as it came
	}
	before, err := b.latest(ctx, tx, badge.ID)
	if err != nil {
		return err
	}
	if v.Verdict != openbadges.CannotTell || before == nil {
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
	if quiet && before != nil && sameFindings(before.Findings, v.Findings) {
		return b.planNext(ctx, tx, badge, v)
	}
	return b.record(ctx, tx, badge, v, before)
}

// settle writes a verification's verdict on the badge.
func settle(badge *store.Badge, v openbadges.Verification) {
	at := v.At
	badge.Verdict, badge.VerdictReason, badge.CheckedAt = string(v.Verdict), string(deciding(v.Verdict, v.Findings)), &at
}

// record adds a verification to a badge's history and plans the next one where this could not tell. The web it saw is
// kept where it found something new; before is the verification it follows.
func (b *Backpack) record(ctx context.Context, tx *store.Store, badge store.Badge, v openbadges.Verification, before *kept) error {
	row, err := rowOf(badge.ID, v, before)
	if err != nil {
		return err
	}
	if err := tx.AddVerification(ctx, &row); err != nil {
		return err
	}
	return b.planNext(ctx, tx, badge, v)
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
	return enqueue(ctx, tx, badge, at, v.At, "unknown:"+at.UTC().Format(time.RFC3339))
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
	result := openbadges.Fail
	switch verdict {
	case openbadges.Genuine:
		return ""
	case openbadges.CannotTell:
		result = openbadges.Unknown
	}
	for _, f := range findings {
		if f.Result == result && (verdict != openbadges.Contradicted || !endsOnly(f.Reason)) {
			return f.Reason
		}
	}
	return ""
}

// endsOnly names the failures of a credential that was sound once, or will be.
func endsOnly(r openbadges.Reason) bool {
	switch r {
	case openbadges.ReasonExpired, openbadges.ReasonNotYetValid, openbadges.ReasonRevoked, openbadges.ReasonSuspended:
		return true
	}
	return false
}
