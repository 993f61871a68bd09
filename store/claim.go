package store

import "context"

// Claim is whose an address is, or would be: a person without an id where it is nobody's. Email is the address as they
// have it, which is where letters go: what somebody types need only be compared alike.
type Claim struct {
	Person
	AddressID string
	Email     string
}

// Owner is the claim of whoever has proved an address theirs. That nobody has is an answer like any other: the same
// question finds one row either way, so that the clock does not tell who is known.
func (s *Store) Owner(ctx context.Context, emailKey string) (Claim, error) {
	return s.claim(ctx, "find who owns an address", `email_key = ? AND verified_at IS NOT NULL AND removed_at IS NULL`, EmailKey(emailKey))
}

// LatestClaim is whom a letter to this address means, answered as by Owner: its verified owner where there is one, else
// whoever joined with it last. An address that somebody has only added to others of theirs, or not proved while they
// have proved another, means nobody: it may have been mistyped, and another reads it.
func (s *Store) LatestClaim(ctx context.Context, emailKey string) (Claim, error) {
	return s.claim(ctx, "find the latest claim", `email_key = ? AND removed_at IS NULL AND (verified_at IS NOT NULL OR is_primary
		AND NOT EXISTS (SELECT 1 FROM addresses other WHERE other.person_id = addresses.person_id AND other.verified_at IS NOT NULL AND other.removed_at IS NULL))
		ORDER BY CASE WHEN verified_at IS NULL THEN 1 ELSE 0 END, created_at DESC, id DESC LIMIT 1`, EmailKey(emailKey))
}

func (s *Store) claim(ctx context.Context, doing, which string, values ...any) (Claim, error) {
	var c Claim
	err := s.reader(ctx).Raw(`SELECT a.id AS address_id, a.email, p.* FROM (SELECT 1 AS asked) asked
		LEFT JOIN addresses a ON a.id = (SELECT id FROM addresses WHERE `+which+`)
		LEFT JOIN persons p ON p.id = a.person_id`, values...).Scan(&c).Error
	return c, failed(doing, err)
}
