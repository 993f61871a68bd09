package backpack

import (
	"context"
	"slices"
	"time"

	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/store"
)

// remembered is how many verifications of a badge a report looks back on.
const remembered = 100

// Report is what is known of a badge: the latest verification and what came before. Its At is the last look; a badge
// that was never verified has no verdict and no findings.
type Report struct {
	openbadges.Verification
	Reason openbadges.Reason // of the finding the verdict rests on; empty when genuine
	Known  *Known            // the last verdict that could be told, when this one cannot
	Past   []Event           // what has happened to it, the newest first
	Again  *time.Time        // when it will be tried again by itself; nil: with all others, within a week
}

// Known is a verdict of the past.
type Known struct {
	Verdict openbadges.Verdict
	Reason  openbadges.Reason
	At      time.Time
}

// Report tells what is known of a badge, from the store alone.
func (b *Backpack) Report(ctx context.Context, badge store.Badge) (Report, error) {
	all, err := b.wholeHistory(ctx, b.store, badge.ID)
	if err != nil {
		return Report{}, err
	}
	own := slices.IndexFunc(all, func(k kept) bool { return k.Brought })
	if own < 0 {
		own = len(all)
	}
	history := all[:own]
	r := Report{Verification: openbadges.Verification{Standard: openbadges.Standard(badge.Standard), Proof: openbadges.Proof(badge.Proof)}}
	if len(history) == 0 {
		return r, nil
	}
	now := history[0]
	r.Verdict, r.Findings, r.At = now.Verdict, now.Findings, now.At
	if badge.CheckedAt != nil && badge.CheckedAt.After(r.At) {
		r.At = *badge.CheckedAt
	}
	r.Reason = deciding(now.Verdict, now.Findings)
	r.Past = append(events(history), events(all[own:])...)
	speaks := now
	if told := slices.IndexFunc(history, tells); now.Verdict == openbadges.CannotTell && told >= 0 {
		speaks = history[told]
		last := speaks.known()
		r.Known = &last
	}
	if speaks, err = said(ctx, b.store, badge.ID, speaks); err != nil {
		return Report{}, err
	}
	r.Badge = speaks.Badge
	if mayTellLater(now.Verdict, now.Findings) && badge.DeletedAt == nil {
		again := nextLook(r.At, unknownSince(history, r.At))
		r.Again = &again
	}
	return r, nil
}

// LastKnown is the verdict; where none can be told now, the last one that could be.
func (r Report) LastKnown() openbadges.Verdict {
	if r.Known != nil {
		return r.Known.Verdict
	}
	return r.Verdict
}

// WasProved says whether its issuer did make the badge, as far as is known: it may have ended since.
func (r Report) WasProved() bool {
	return r.LastKnown() == openbadges.Genuine || r.LastKnown() == openbadges.NotCurrent
}

func (k kept) known() Known {
	return Known{Verdict: k.Verdict, Reason: deciding(k.Verdict, k.Findings), At: k.At}
}

func tells(k kept) bool { return k.Verdict != openbadges.CannotTell }

// unknownSince is when the present unknown began; now, when it begins only now.
func unknownSince(history []kept, now time.Time) time.Time {
	since := now
	for _, k := range history {
		if tells(k) {
			break
		}
		since = k.At
	}
	return since
}
