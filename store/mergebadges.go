package store

import "context"

// BringBadges gives the other passport every badge of the joined one, but those of a credential it holds itself.
func (m *Merging) BringBadges(ctx context.Context) error {
	return m.setWhere(ctx, "badges.person_id", m.IntoID, `person_id = ? AND NOT (deleted_at IS NULL AND credential_key IN
		(SELECT credential_key FROM badges WHERE person_id = ? AND deleted_at IS NULL))`, m.FromID, m.IntoID)
}

// AcceptProved accepts the badges that waited for an address which, joined, is proved.
func (m *Merging) AcceptProved(ctx context.Context) error {
	return m.setWhere(ctx, "badges.state", Accepted, `person_id = ? AND state = 'pending' AND address_id IN
		(SELECT id FROM addresses WHERE person_id = ? AND verified_at IS NOT NULL AND removed_at IS NULL)`, m.IntoID, m.IntoID)
}

// Readdress lets the badges made out to one claim of an address be made out to another.
func (m *Merging) Readdress(ctx context.Context, from, to string) error {
	return m.setWhere(ctx, "badges.address_id", to, "address_id = ?", from)
}

// Replace lets what speaks of a badge that gives way to its twin speak of the twin: share links, and places in collections.
func (m *Merging) Replace(ctx context.Context, gone, kept string) error {
	for _, place := range []string{"share_links.badge_id", "collection_badges.badge_id"} {
		if err := m.setWhere(ctx, place, kept, "badge_id = ?", gone); err != nil {
			return err
		}
	}
	return m.setWhere(ctx, "collections.cover_badge_id", kept, "cover_badge_id = ?", gone)
}

// UniteMarks gives what a holder had marked the badge with that gives way to its twin that stays: its tags, and that it
// was a favourite.
func (m *Merging) UniteMarks(ctx context.Context, from, stays string) error {
	var favourite []bool
	err := m.tx.reader(ctx).Raw(`SELECT favourite FROM wall_entries WHERE badge_id = ?`, from).Scan(&favourite).Error
	if err != nil {
		return failed("merge: find a favourite", err)
	}
	if len(favourite) == 1 && favourite[0] {
		if err := m.Set(ctx, "wall_entries.favourite", stays, true); err != nil {
			return err
		}
	}
	return m.setWhere(ctx, "badge_tags.badge_id", stays, "badge_id = ? AND key NOT IN (SELECT key FROM badge_tags WHERE badge_id = ?)", from, stays)
}

// BringEvidence puts what lies beside the badge that stays behind of two of one credential beside the one that is kept:
// nothing that a person wrote is lost. What either hides of the issuer's evidence, the kept one hides, and goes on doing so
// when the merge is undone.
func (m *Merging) BringEvidence(ctx context.Context, kept, left string) error {
	if err := m.setWhere(ctx, "evidence.badge_id", kept, "badge_id = ?", left); err != nil {
		return err
	}
	return failed("merge hidden evidence", m.tx.writer(ctx).Exec(`INSERT INTO hidden_evidence (badge_id, piece)
		SELECT ?, piece FROM hidden_evidence WHERE badge_id = ? ON CONFLICT DO NOTHING`, kept, left).Error)
}
