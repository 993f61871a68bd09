package backpack

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
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
	Reason  openbadges.Reason // of the finding the verdict rests on; empty when genuine
	Known   *Known            // the last verdict that could be told, when this one cannot
	History []Known           // earlier verdicts that differ from the one after them, the newest first
	Again   *time.Time        // when it will be tried again by itself; nil: with all others, within a week
}

// Known is a verdict of the past.
type Known struct {
	Verdict openbadges.Verdict
	Reason  openbadges.Reason
	At      time.Time
}

// kept is a verification as it lies in the store: what it found, and what the credential said.
type kept struct {
	Verdict  openbadges.Verdict   `json:"-"`
	At       time.Time            `json:"-"`
	Findings []openbadges.Finding `json:"findings"`
	Badge    openbadges.Badge     `json:"badge"`
}

// Report tells what is known of a badge, from the store alone.
func (b *Backpack) Report(ctx context.Context, badge store.Badge) (Report, error) {
	history, err := b.history(ctx, b.store, badge.ID)
	if err != nil {
		return Report{}, err
	}
	r := Report{Verification: openbadges.Verification{Standard: openbadges.Standard(badge.Standard), Proof: openbadges.Proof(badge.Proof)}}
	if len(history) == 0 {
		return r, nil
	}
	now := history[0]
	r.Verdict, r.Findings, r.At, r.Badge = now.Verdict, now.Findings, now.At, now.Badge
	if badge.CheckedAt != nil && badge.CheckedAt.After(r.At) {
		r.At = *badge.CheckedAt
	}
	r.Reason = deciding(now.Verdict, now.Findings)
	r.History = changes(history)
	if told := slices.IndexFunc(history, tells); now.Verdict == openbadges.CannotTell && told >= 0 {
		last := history[told].known()
		r.Known, r.Badge = &last, history[told].Badge
	}
	if mayTellLater(now.Verdict, now.Findings) && badge.DeletedAt == nil {
		again := nextLook(r.At, unknownSince(history, r.At))
		r.Again = &again
	}
	return r, nil
}

func (k kept) known() Known {
	return Known{Verdict: k.Verdict, Reason: deciding(k.Verdict, k.Findings), At: k.At}
}

func tells(k kept) bool { return k.Verdict != openbadges.CannotTell }

// changes are the verdicts of the past, without those that only repeat the one after them.
func changes(history []kept) (all []Known) {
	after := history[0].known()
	for _, k := range history[1:] {
		if one := k.known(); one.Verdict != after.Verdict || one.Reason != after.Reason {
			all = append(all, one)
			after = one
		}
	}
	return all
}

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

// history is a badge's verifications, the newest first.
func (b *Backpack) history(ctx context.Context, from *store.Store, badge string) ([]kept, error) {
	rows, err := from.Verifications(ctx, badge, remembered)
	if err != nil {
		return nil, err
	}
	all := make([]kept, 0, len(rows))
	for _, row := range rows {
		k, err := keptIn(row)
		if err != nil {
			return nil, err
		}
		all = append(all, k)
	}
	return all, nil
}

// latest is a badge's newest verification; nil when there is none.
func (b *Backpack) latest(ctx context.Context, from *store.Store, badge string) (*kept, error) {
	row, err := from.LatestVerification(ctx, badge)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	k, err := keptIn(row)
	return &k, err
}

func keptIn(row store.Verification) (kept, error) {
	k := kept{Verdict: openbadges.Verdict(row.Verdict), At: row.At}
	if err := json.Unmarshal(row.Findings, &k); err != nil {
		return kept{}, fmt.Errorf("read a verification: %w", err)
	}
	return k, nil
}

// rowOf is a verification as it is kept. Pictures inside the badge are left out: they are in the document and in the
// file. The web it saw is kept unless it says what the verification before it found already, or nothing.
func rowOf(badge string, v openbadges.Verification, before *kept) (store.Verification, error) {
	findings, err := json.Marshal(kept{Findings: v.Findings, Badge: withoutPictures(v.Badge)})
	if err != nil {
		return store.Verification{}, fmt.Errorf("write a verification: %w", err)
	}
	row := store.Verification{
		BadgeID: badge, Verdict: string(v.Verdict), Standard: string(v.Standard), Proof: string(v.Proof), Findings: findings, At: v.At,
	}
	if before != nil && (v.Verdict == openbadges.CannotTell || sameFindings(before.Findings, v.Findings)) || len(v.Web) == 0 {
		return row, nil
	}
	row.Web, err = packed(v.Web)
	return row, err
}

func packed(web openbadges.RecordedWeb) ([]byte, error) {
	text, err := json.Marshal(web)
	if err != nil {
		return nil, fmt.Errorf("record the web: %w", err)
	}
	var out bytes.Buffer
	squeeze := gzip.NewWriter(&out)
	if _, err := squeeze.Write(text); err != nil {
		return nil, fmt.Errorf("record the web: %w", err)
	}
	if err := squeeze.Close(); err != nil {
		return nil, fmt.Errorf("record the web: %w", err)
	}
	return out.Bytes(), nil
}

func withoutPictures(b openbadges.Badge) openbadges.Badge {
	for _, image := range []*string{&b.Image, &b.Achievement.Image, &b.Issuer.Image} {
		if strings.HasPrefix(*image, "data:") {
			*image = ""
		}
	}
	if b.Creator != nil && strings.HasPrefix(b.Creator.Image, "data:") {
		creator := *b.Creator
		creator.Image = ""
		b.Creator = &creator
	}
	return b
}

// sameFindings tells whether two verifications found the same, whatever the moment.
func sameFindings(a, b []openbadges.Finding) bool {
	return slices.EqualFunc(a, b, func(x, y openbadges.Finding) bool {
		return x.Check == y.Check && x.Result == y.Result && x.Reason == y.Reason && maps.Equal(x.Params, y.Params)
	})
}
