package passport

import (
	"context"
	"fmt"

	"github.com/carnetbadges/carnet/store"
)

// MaySeeEvidence decides, for somebody who may see the badge: its holder sees all of their own evidence, others what is
// neither hidden nor in the trash. Through a share link holders see what others see.
func MaySeeEvidence(v Viewer, b store.Badge, e store.Evidence) bool {
	if e.BadgeID != b.ID {
		return false
	}
	return ownEyes(v, b) || !e.Hidden && e.DeletedAt == nil
}

func ownEyes(v Viewer, b store.Badge) bool {
	return v.PersonID != "" && v.PersonID == b.PersonID && !v.byLink
}

// Beside is what a viewer sees beside a badge they may see.
type Beside struct {
	Own    []store.Evidence // of the holder's own evidence, the first first
	Hidden map[string]bool  // the pieces of the issuer's evidence that the holder shows to nobody else
}

// Beside is what this viewer, who may see the badge, sees beside it.
func (o *Office) Beside(ctx context.Context, v Viewer, b store.Badge) (all Beside, err error) {
	pieces, err := o.store.HiddenEvidence(ctx, b.ID)
	if err != nil {
		return Beside{}, err
	}
	all.Hidden = make(map[string]bool, len(pieces))
	for _, piece := range pieces {
		all.Hidden[piece] = true
	}
	kept, err := o.store.Evidence(ctx, b.ID)
	for _, e := range kept {
		if MaySeeEvidence(v, b, e) {
			all.Own = append(all.Own, e)
		}
	}
	return all, err
}

// ByLink is this viewer, led here by a share link.
func (v Viewer) ByLink() Viewer {
	v.byLink = true
	return v
}

// Piece is one piece of the holder's own evidence beside a badge that this viewer may see. ErrNotFound.
func (o *Office) Piece(ctx context.Context, v Viewer, b store.Badge, id string) (store.Evidence, error) {
	e, err := o.store.EvidenceOf(ctx, b.ID, id)
	if err != nil {
		return store.Evidence{}, err
	}
	if !MaySeeEvidence(v, b, e) {
		return store.Evidence{}, fmt.Errorf("see a piece of evidence: %w", ErrNotFound)
	}
	return e, nil
}
