package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/gob"
	"errors"
	"time"

	"gorm.io/gorm/clause"
)

// SessionPerson is the key under which a session holds the id of the person signed in, as a string. The store reads
// it out of the session's data, so that all sessions of one person can be dropped.
const SessionPerson = "person"

// endedKept is how long an ended session's token is remembered, longer than any request that read it is under way.
const endedKept = time.Hour

// session is a row of sessions; data is what scs wrote (encoding/gob), nothing when the session has ended.
type session struct {
	Token     string `gorm:"primaryKey"`
	Data      []byte
	ExpiresAt time.Time
	PersonID  *string
}

// TableName is where sessions are kept.
func (session) TableName() string { return "sessions" }

// Sessions keeps browser sessions, in the shape scs asks for (scs.CtxStore). Tokens come hashed already
// (HashTokenInStore).
type Sessions struct{ s *Store }

// Sessions is where scs keeps its sessions.
func (s *Store) Sessions() *Sessions { return &Sessions{s: s} }

// FindCtx is an unexpired session's data; not found is no error.
func (k *Sessions) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	var row session
	err := k.s.reader(ctx).Take(&row, "token = ? AND expires_at > ? AND length(data) > 0", token, stamp(time.Now())).Error
	err = failed("find a session", err)
	if errors.Is(err, ErrNotFound) {
		return nil, false, nil
	}
	return row.Data, err == nil, err
}

// CommitCtx keeps a session, new or known, until expiry; one that has ended meanwhile stays ended, and that is no error.
func (k *Sessions) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	row := session{Token: token, Data: data, ExpiresAt: stamp(expiry), PersonID: personIn(data)}
	known := clause.OnConflict{
		Columns:   []clause.Column{{Name: "token"}},
		DoUpdates: clause.AssignmentColumns([]string{"data", "expires_at", "person_id"}),
		Where:     clause.Where{Exprs: []clause.Expression{clause.Expr{SQL: "length(sessions.data) > 0"}}},
	}
	return failed("keep a session", k.s.writer(ctx).Clauses(known).Create(&row).Error)
}

// DeleteCtx ends a session; ended already is no error.
func (k *Sessions) DeleteCtx(ctx context.Context, token string) error {
	return failed("drop a session", k.s.endSessions(ctx, "token = ?", token))
}

// Find is FindCtx without a context, as scs demands.
func (k *Sessions) Find(token string) ([]byte, bool, error) {
	return k.FindCtx(context.Background(), token)
}

// Commit is CommitCtx without a context, as scs demands.
func (k *Sessions) Commit(token string, data []byte, expiry time.Time) error {
	return k.CommitCtx(context.Background(), token, data, expiry)
}

// Delete is DeleteCtx without a context, as scs demands.
func (k *Sessions) Delete(token string) error { return k.DeleteCtx(context.Background(), token) }

// DropSessions ends all of a person's sessions but the one with this token, given as the cookie has it (not hashed);
// an empty exceptToken ends them all.
func (s *Store) DropSessions(ctx context.Context, person, exceptToken string) error {
	return failed("drop a person's sessions", s.endSessions(ctx, "person_id = ? AND token <> ?", person, hashedAsSCS(exceptToken)))
}

// SessionCount is how many sessions of a person are open.
func (s *Store) SessionCount(ctx context.Context, person string, now time.Time) (int, error) {
	var n int64
	err := s.reader(ctx).Model(&session{}).Where("person_id = ? AND expires_at > ?", person, stamp(now)).Count(&n).Error
	return int(n), failed("count a person's sessions", err)
}

// endSessions empties sessions and leaves their tokens for a while: a request under way would else write them back.
func (s *Store) endSessions(ctx context.Context, which string, values ...any) error {
	return s.writer(ctx).Exec("UPDATE sessions SET data = ?, person_id = NULL, expires_at = ? WHERE "+which,
		append([]any{[]byte{}, stamp(time.Now().Add(endedKept))}, values...)...).Error
}

// PurgeSessions forgets what has expired.
func (s *Store) PurgeSessions(ctx context.Context, now time.Time) error {
	return failed("purge sessions", s.writer(ctx).Delete(&session{}, "expires_at <= ?", stamp(now)).Error)
}

func hashedAsSCS(token string) string {
	hash := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(hash[:])
}

// personIn reads SessionPerson out of what scs.GobCodec wrote; nil when nobody is signed in, or it cannot be read.
func personIn(data []byte) *string {
	var held struct {
		Deadline time.Time
		Values   map[string]any
	}
	if err := gob.NewDecoder(bytes.NewReader(data)).Decode(&held); err != nil {
		return nil
	}
	person, ok := held.Values[SessionPerson].(string)
	if !ok || person == "" {
		return nil
	}
	return &person
}
