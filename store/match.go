package store

import (
	"context"
	"encoding/json"
	"time"
)

// MatchJob is the kind of the jobs that look through a person's badges for those that are theirs by an address they have
// proved since.
const MatchJob = "match"

// Matching is the payload of a MatchJob, in JSON.
type Matching struct{ Person string }

// MatchJobFor is the job that looks through this person's badges.
func MatchJobFor(person string, now time.Time) Job {
	payload, err := json.Marshal(Matching{Person: person})
	if err != nil {
		payload = nil // one string always marshals
	}
	return Job{Kind: MatchJob, Payload: payload, RunAt: now, CreatedAt: now}
}

// mismatch is the reason of a verdict on a badge that names none of its holder's addresses.
const mismatch = "recipient-differs"

// Unmatched are a person's badges, not deleted, that wait for an address or were found to be made out to somebody else,
// the oldest first, at most limit from the one after this id on. Only their ids are filled.
func (s *Store) Unmatched(ctx context.Context, person, after string, limit int) ([]string, error) {
	var ids []string
	err := s.reader(ctx).Raw(`SELECT id FROM badges WHERE person_id = ? AND deleted_at IS NULL AND id > ?
		AND (state = 'pending' OR state = 'accepted' AND verdict = 'contradicted' AND verdict_reason = ?)
		ORDER BY id LIMIT ?`, person, after, mismatch, limit).Scan(&ids).Error
	return ids, failed("look for badges without an address", err)
}

// AcceptBadge accepts a badge that waits, for its holder's eyes, as made out to this address of theirs; ErrNotFound when it does not wait.
func (s *Store) AcceptBadge(ctx context.Context, person, id, address string, now time.Time) error {
	return one("accept a badge", s.writer(ctx).Exec(`UPDATE badges SET state = 'accepted', visibility = 'private', address_id = ?, updated_at = ?
		WHERE id = ? AND person_id = ? AND state = 'pending'`, address, stamp(now), id, person))
}
