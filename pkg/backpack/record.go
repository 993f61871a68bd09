package backpack

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/store"
)

// kept is a verification as it lies in the store: what it found, what the credential said, and what of that was new.
type kept struct {
	ID       string               `json:"-"`
	Verdict  openbadges.Verdict   `json:"-"`
	Standard openbadges.Standard  `json:"-"`
	Proof    openbadges.Proof     `json:"-"`
	At       time.Time            `json:"-"`
	Brought  bool                 `json:"-"` // it came with the badge in an archive
	Findings []openbadges.Finding `json:"findings"`
	Badge    openbadges.Badge     `json:"-"` // bounded; lies apart and is read only where it is asked for
	Expires  time.Time            `json:"expires,omitzero"`
	Texts    map[string]string    `json:"texts,omitempty"`   // what the long texts were known by
	Picture  string               `json:"picture,omitempty"` // what the picture was known by; empty: it was not seen
	Changed  []change             `json:"changed,omitempty"` // from the last verification that saw all of it
	Repeats  bool                 `json:"repeats,omitempty"` // it found what the one before it found
}

// record adds a verification, with all it loaded, to a badge's history, and plans the next one where this could not
// tell. Of those that find the same again and again, the first and the last are kept; of those that could not tell,
// the first, since the answers that stayed out are no evidence. past is the history so far, the newest first.
func (b *Backpack) record(ctx context.Context, tx *store.Store, badge store.Badge, v openbadges.Verification, past []kept) error {
	k := kept{
		Verdict: v.Verdict, At: v.At, Findings: boundedFindings(v.Findings), Badge: bounded(v.Badge),
		Expires: v.Badge.Expires, Texts: textsIn(v.Badge), Picture: pictureIn(v),
	}
	if i := slices.IndexFunc(past, kept.whole); i >= 0 && k.whole() {
		before, err := said(ctx, tx, badge.ID, past[i])
		if err != nil {
			return err
		}
		k.Changed = changesIn(before, k)
	}
	k.Repeats = len(past) > 0 && len(k.Changed) == 0 && sameFindings(past[0].Findings, k.Findings)
	if !k.Repeats || tells(k) {
		if err := b.write(ctx, tx, badge.ID, k, v, past); err != nil {
			return err
		}
	}
	return b.planNext(ctx, tx, badge, v)
}

// write keeps a verification; one that repeats takes the place of one that did.
func (b *Backpack) write(ctx context.Context, tx *store.Store, badge string, k kept, v openbadges.Verification, past []kept) error {
	findings, err := json.Marshal(k)
	if err != nil {
		return fmt.Errorf("write a verification: %w", err)
	}
	words, err := json.Marshal(k.Badge)
	if err != nil {
		return fmt.Errorf("write what a credential says: %w", err)
	}
	web, err := packed(v.Web)
	if err != nil {
		return err
	}
	row := store.Verification{
		BadgeID: badge, Verdict: string(v.Verdict), Standard: string(v.Standard), Proof: string(v.Proof),
		Findings: findings, Badge: words, Web: web, At: v.At,
	}
	if k.Repeats && past[0].Repeats {
		row.ID = past[0].ID
		return tx.UpdateVerification(ctx, &row)
	}
	return tx.AddVerification(ctx, &row)
}

// said is a verification of a badge with what the credential said.
func said(ctx context.Context, from *store.Store, badge string, k kept) (kept, error) {
	words, err := from.VerificationBadge(ctx, badge, k.ID)
	if err != nil || len(words) == 0 {
		return k, err
	}
	if err := json.Unmarshal(words, &k.Badge); err != nil {
		return kept{}, fmt.Errorf("read what a credential said: %w", err)
	}
	return k, nil
}

// history is a badge's verifications made here, the newest first, without what the credential said.
func (b *Backpack) history(ctx context.Context, from *store.Store, badge string) ([]kept, error) {
	all, err := b.wholeHistory(ctx, from, badge)
	return slices.DeleteFunc(all, func(k kept) bool { return k.Brought }), err
}

// wholeHistory is a badge's history and, after it, what came with it in an archive, which anybody may have written.
func (b *Backpack) wholeHistory(ctx context.Context, from *store.Store, badge string) ([]kept, error) {
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
	slices.SortStableFunc(all, func(x, y kept) int { return cmp.Compare(order(x.Brought), order(y.Brought)) })
	return all, nil
}

func order(brought bool) int {
	if brought {
		return 1
	}
	return 0
}

func keptIn(row store.Verification) (kept, error) {
	k := kept{
		ID: row.ID, Verdict: openbadges.Verdict(row.Verdict), At: row.At,
		Standard: openbadges.Standard(row.Standard), Proof: openbadges.Proof(row.Proof), Brought: row.Brought,
	}
	if err := json.Unmarshal(row.Findings, &k); err != nil {
		return kept{}, fmt.Errorf("read a verification: %w", err)
	}
	return k, nil
}

func packed(web openbadges.RecordedWeb) ([]byte, error) {
	if web == nil {
		web = openbadges.RecordedWeb{}
	}
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

// withoutPictures leaves out pictures inside the badge: they are in the document and in the file.
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
