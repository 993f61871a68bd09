package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/gob"
	"errors"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// What a session's data holds under these keys, the store reads out of it, so that a person's sessions can be listed and
// dropped: the id of whoever is signed in, and when (Unix seconds), by which way, with which browser and system and from
// which country (ISO 3166) they came in. All are strings but the time; what is not known is left out.
const (
	SessionPerson  = "person"
	SessionSince   = "since"
	SessionWay     = "way"
	SessionBrowser = "browser"
	SessionSystem  = "system"
	SessionCountry = "country"
)

const (
	// sessionIdle is how long a session lasts that nobody uses.
	sessionIdle = 14 * 24 * time.Hour
	// usedAtMost is how often a session's use is written down.
	usedAtMost = 5 * time.Minute
)

// endedKept is how long an ended session's token is remembered, longer than any request that read it is under way.
const endedKept = time.Hour

// session is a row of sessions; data is what scs wrote (encoding/gob), nothing when the session has ended. One that was
// renewed stays its person's for a while, so that what ends their sessions is known to whoever else renews it.
type session struct {
	Token     string `gorm:"primaryKey"`
	Data      []byte
	ExpiresAt time.Time
	PersonID  *string
	CreatedAt time.Time `gorm:"autoCreateTime:false"`
	UsedAt    time.Time
	Way       string
	Browser   string
	System    string
	Country   string
}

// TableName is where sessions are kept.
func (session) TableName() string { return "sessions" }

// Sessions keeps browser sessions, in the shape scs asks for (scs.CtxStore). Tokens come hashed already
// (HashTokenInStore).
type Sessions struct{ s *Store }

// Sessions is where scs keeps its sessions.
func (s *Store) Sessions() *Sessions { return &Sessions{s: s} }

// FindCtx is the data of a session that has not expired, nor lain idle for fourteen days; not found is no error.
func (k *Sessions) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	var row session
	now := time.Now()
	err := k.s.reader(ctx).Take(&row, "token = ? AND expires_at > ? AND used_at > ? AND length(data) > 0", token, stamp(now), stamp(now.Add(-sessionIdle))).Error
	err = failed("find a session", err)
	if errors.Is(err, ErrNotFound) {
		return nil, false, nil
	}
	return row.Data, err == nil, err
}

// renewing is the key in a context of the renewal under way there.
type renewing struct{}

type renewal struct {
	former string // its token, hashed
	alone  bool   // nothing else goes on that began with the same coming in
}

// Renewing says of what scs does in ctx that the session under a token, as the cookie has it, gets another: the first thing
// that is kept ends the one and begins the other at once. CommitCtx is ErrNotFound where a person's session had ended.
func Renewing(ctx context.Context, token string) context.Context {
	return context.WithValue(ctx, renewing{}, renewal{former: hashedAsSCS(token)})
}

// RenewingAlone is Renewing after a change of how its person signs in: whoever else renewed the session before, or comes to
// do it, is out.
func RenewingAlone(ctx context.Context, token string) context.Context {
	return context.WithValue(ctx, renewing{}, renewal{former: hashedAsSCS(token), alone: true})
}

// CommitCtx keeps a session, new or known, until expiry; one that has ended meanwhile stays ended, and that is no error.
func (k *Sessions) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	row := described(data)
	row.Token, row.Data, row.ExpiresAt = token, data, stamp(expiry)
	if r, renews := ctx.Value(renewing{}).(renewal); renews {
		return k.s.renewSession(ctx, r, row)
	}
	known := clause.OnConflict{
		Columns:   []clause.Column{{Name: "token"}},
		DoUpdates: clause.AssignmentColumns([]string{"data", "expires_at", "person_id", "created_at", "way", "browser", "system", "country"}),
		Where:     clause.Where{Exprs: []clause.Expression{clause.Expr{SQL: "length(sessions.data) > 0"}}},
	}
	return failed("keep a session", k.s.writer(ctx).Clauses(known).Create(&row).Error)
}

// renewSession ends the session under a former token and keeps it under another. Whoever ends the sessions of its person
// comes before, and there is none to renew (ErrNotFound), or after, and ends the new one too: the person is held. Of two
// requests that renew one session at once, both do, unless one renews it alone.
func (s *Store) renewSession(ctx context.Context, r renewal, row session) error {
	const doing = "renew a session"
	return s.Tx(ctx, func(tx *Store) error {
		if row.PersonID == nil {
			if err := tx.endSessions(ctx, "token = ?", r.former); err != nil {
				return failed(doing, err)
			}
			return failed(doing, tx.writer(ctx).Create(&row).Error)
		}
		if _, err := tx.Person(ctx, *row.PersonID); err != nil {
			return err
		}
		err := one(doing, tx.writer(ctx).Exec("UPDATE sessions SET data = ?, expires_at = ? WHERE token = ? AND person_id = ?",
			[]byte{}, stamp(time.Now().Add(endedKept)), r.former, *row.PersonID))
		if err != nil {
			return err
		}
		if r.alone { // what came of it elsewhere has its beginning
			if err := tx.endSessions(ctx, "person_id = ? AND (token = ? OR created_at = ?)", *row.PersonID, r.former, row.CreatedAt); err != nil {
				return failed(doing, err)
			}
		}
		return failed(doing, tx.writer(ctx).Create(&row).Error)
	})
}

// DeleteCtx ends a session; ended already is no error. One that is being renewed ends with what is kept next.
func (k *Sessions) DeleteCtx(ctx context.Context, token string) error {
	if _, renews := ctx.Value(renewing{}).(renewal); renews {
		return nil
	}
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

// SessionOver says whether the session under a token, as the cookie has it, is known to have ended, and none took its place.
func (s *Store) SessionOver(ctx context.Context, token string) (bool, error) {
	var n int64
	err := s.reader(ctx).Model(&session{}).Where("token = ? AND person_id IS NULL AND length(data) = 0", hashedAsSCS(token)).Count(&n).Error
	return n > 0, failed("look whether a session is over", err)
}

// SessionCount is how many sessions of a person are open.
func (s *Store) SessionCount(ctx context.Context, person string, now time.Time) (int, error) {
	var n int64
	err := s.reader(ctx).Model(&session{}).Where("person_id = ? AND expires_at > ? AND length(data) > 0", person, stamp(now)).Count(&n).Error
	return int(n), failed("count a person's sessions", err)
}

// endSessions empties sessions and leaves their tokens for a while: a request under way would else write them back.
func (s *Store) endSessions(ctx context.Context, which string, values ...any) error {
	return s.ended(ctx, which, values...).Error
}

func (s *Store) ended(ctx context.Context, which string, values ...any) *gorm.DB {
	return s.writer(ctx).Exec("UPDATE sessions SET data = ?, person_id = NULL, way = '', browser = '', system = '', country = '', expires_at = ? WHERE "+which,
		append([]any{[]byte{}, stamp(time.Now().Add(endedKept))}, values...)...)
}

// PurgeSessions forgets what has expired, or lain idle too long.
func (s *Store) PurgeSessions(ctx context.Context, now time.Time) error {
	for _, over := range []struct {
		which string
		at    time.Time
	}{{"expires_at <= ?", now}, {"used_at <= ?", now.Add(-sessionIdle)}} {
		if err := s.writer(ctx).Delete(&session{}, over.which, stamp(over.at)).Error; err != nil {
			return failed("purge sessions", err)
		}
	}
	return nil
}

// Session is one browser in which a person is signed in, as they may see it. ID names it, and opens nothing.
type Session struct {
	ID              string
	Here            bool // it is the one that asks
	CreatedAt       time.Time
	UsedAt          time.Time
	Way             string // by which they came in, as the log has it
	Browser, System string
	Country         string // ISO 3166, two letters
}

// SessionsOf are a person's sessions, the one used last first; token, as the cookie has it, is the one that asks.
func (s *Store) SessionsOf(ctx context.Context, person, token string) ([]Session, error) {
	var rows []session
	now := time.Now()
	err := s.reader(ctx).Omit("data").Where("person_id = ? AND expires_at > ? AND used_at > ? AND length(data) > 0", person, stamp(now), stamp(now.Add(-sessionIdle))).
		Order("used_at DESC").Find(&rows).Error
	var all []Session
	for _, r := range rows {
		all = append(all, Session{
			ID: r.Token, Here: r.Token == hashedAsSCS(token), CreatedAt: r.CreatedAt, UsedAt: r.UsedAt,
			Way: r.Way, Browser: r.Browser, System: r.System, Country: r.Country,
		})
	}
	return all, failed("list a person's sessions", err)
}

// EndSession ends one of a person's sessions by its ID; ErrNotFound when it is not theirs, or has ended.
func (s *Store) EndSession(ctx context.Context, person, id string) error {
	return one("end a session", s.ended(ctx, "person_id = ? AND token = ?", person, id))
}

// UseSession writes down that a session, its token as the cookie has it, was used now, if that was not done within five
// minutes.
func (s *Store) UseSession(ctx context.Context, token string) error {
	now := time.Now()
	return failed("note the use of a session", s.writer(ctx).Exec("UPDATE sessions SET used_at = ? WHERE token = ? AND used_at < ?",
		stamp(now), hashedAsSCS(token), stamp(now.Add(-usedAtMost))).Error)
}

func hashedAsSCS(token string) string {
	hash := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(hash[:])
}

// described is a new row for what scs.GobCodec wrote: whose it is and how they came in. Nobody is signed in where it
// cannot be read.
func described(data []byte) session {
	var held struct {
		Deadline time.Time
		Values   map[string]any
	}
	now := stamp(time.Now())
	row := session{CreatedAt: now, UsedAt: now}
	if err := gob.NewDecoder(bytes.NewReader(data)).Decode(&held); err != nil {
		return row
	}
	text := func(key string) string { said, _ := held.Values[key].(string); return legible(said) }
	row.Way, row.Browser, row.System, row.Country = text(SessionWay), text(SessionBrowser), text(SessionSystem), text(SessionCountry)
	if since, ok := held.Values[SessionSince].(int64); ok {
		row.CreatedAt = stamp(time.Unix(since, 0))
	}
	if person := text(SessionPerson); person != "" {
		row.PersonID = &person
	}
	return row
}
