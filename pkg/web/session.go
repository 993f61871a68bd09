package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/store"
)

// What a session holds.
const (
	sessionPerson   = store.SessionPerson
	sessionPassword = "password" // which password opened it; another one since then, and it is closed
	sessionProved   = "proved"   // when, in Unix seconds, whoever is signed in last proved who they are
	sessionNewcomer = "newcomer" // whom a provider has sent here and nobody knows: a newcomer in JSON
	sessionJoined   = "joined"   // the person this browser has just made, so that the letter can be confirmed here without the password
)

// newSessions keeps sessions in the store, their tokens hashed. Over https the cookie is bound to this very host.
func newSessions(keep *store.Sessions, https bool) *scs.SessionManager {
	m := scs.New()
	m.Store = keep
	m.HashTokenInStore = true
	m.Lifetime = 90 * 24 * time.Hour // the store ends those that lie idle for fourteen days
	m.Cookie.Name = cookieName("carnet-session", https)
	m.Cookie.Secure = https
	m.Cookie.HttpOnly = true
	m.Cookie.SameSite = http.SameSiteLaxMode
	m.Cookie.Path = "/"
	return m
}

// admit takes in a person who has proved who they are by a way (a word such as "password"), and leads them on to a path
// of this site. Every way of signing in ends here but a passkey, which is both steps at once: whoever has turned the
// second step on is asked for it first.
func (s *Site) admit(c echo.Context, person store.Person, way, onward string) error {
	asks, err := s.Accounts.AsksSecond(c.Request().Context(), person.ID)
	if err != nil {
		return err
	}
	if asks {
		return s.openHalf(c, person, way, onward)
	}
	if err := s.letIn(c, person, way); err != nil {
		return err
	}
	if strings.HasPrefix(way, "provider:") { // which may have let them in years ago: it is no fresh proof (see undated)
		s.sessions.Remove(c.Request().Context(), sessionProved)
	}
	return seeOther(c, onward)
}

// letIn opens a session for a person who has taken every step, and writes down by which way they came.
func (s *Site) letIn(c echo.Context, person store.Person, way string) error {
	if err := s.open(c, person, way); err != nil {
		return err
	}
	if err := s.Accounts.Admitted(c.Request().Context(), person.ID, way); err != nil {
		return err
	}
	s.note(c, "signed in", "way", way, "as", person.ID)
	return nil
}

// open signs a person in: a new token, so that one known before is worth nothing after. What their list of sessions tells
// of this one goes into it.
func (s *Site) open(c echo.Context, person store.Person, way string) error {
	ctx := c.Request().Context()
	if err := s.sessions.RenewToken(ctx); err != nil {
		return err
	}
	s.closeHalf(c)
	s.forgetOther(c)
	for _, past := range []string{sessionJoined, sessionNewcomer, sessionRequest, sessionAsked, sessionInvitation, sessionLooking, sessionProof, sessionApp} {
		s.sessions.Remove(ctx, past)
	}
	s.sessions.Put(ctx, sessionPerson, person.ID)
	s.sessions.Put(ctx, sessionPassword, printOf(person))
	s.sessions.Put(ctx, sessionProved, s.Now().Unix())
	s.sessions.Put(ctx, store.SessionSince, s.Now().Unix())
	with := deviceOf(c.Request().UserAgent())
	for key, said := range map[string]string{
		store.SessionWay: way, store.SessionBrowser: with.Browser, store.SessionSystem: with.System, store.SessionCountry: s.country(c.Request()),
	} {
		s.sessions.Put(ctx, key, said)
	}
	return nil
}

// newToken gives the session a token nobody has seen; it ends no later than it would have. One that was ended while this
// request was under way stays ended, and nobody is signed in to what follows.
func (s *Site) newToken(ctx context.Context) error { return s.nextToken(ctx, store.Renewing) }

func (s *Site) nextToken(ctx context.Context, how func(context.Context, string) context.Context) error {
	former := s.sessions.Token(ctx)
	if former == "" {
		return s.sessions.RenewToken(ctx)
	}
	renewing, until := how(ctx, former), s.sessions.Deadline(ctx)
	if err := s.sessions.RenewToken(renewing); err != nil {
		return err
	}
	s.sessions.SetDeadline(ctx, until)
	_, _, err := s.sessions.Commit(renewing)
	if isNotFound(err) {
		return s.sessions.Clear(ctx)
	}
	return err
}

// renew gives the session that a person keeps, after a change of how they sign in (account.secured), a token nobody has
// seen and the print of the password as it is now. It goes on here alone: whoever holds the former token, also in a request
// under way, is out. A second press of the button is told that somebody was quicker, and leaves the new cookie as it is.
func (s *Site) renew(c echo.Context, person store.Person) error {
	ctx := c.Request().Context()
	over, err := s.Store.SessionOver(ctx, s.sessions.Token(ctx))
	if err != nil {
		return err
	}
	if over {
		return account.ErrOver
	}
	if err := s.nextToken(ctx, store.RenewingAlone); err != nil {
		return err
	}
	s.sessions.Put(ctx, sessionPassword, printOf(person))
	return nil
}

// printOf tells one password from the next, and nothing else about it.
func printOf(person store.Person) string {
	sum := sha256.Sum256([]byte("session " + person.PasswordHash))
	return hex.EncodeToString(sum[:16])
}

// person is who asks: whoever is signed in or, while an administrator looks as somebody else, that somebody (lookThrough).
func (s *Site) person(c echo.Context) (*store.Person, error) {
	if known, ok := c.Get(sessionPerson).(*store.Person); ok {
		return known, nil
	}
	person, err := s.owner(c)
	if err == nil && person != nil {
		c.Set(sessionPerson, person)
	}
	return person, err
}

// owner is whose session it is: nil when nobody is signed in, the account is gone or disabled, or its password is another
// than when this session was opened: whoever signs in while the password is being changed comes in by neither door. An
// administrator who must have a second factor and has none is nobody yet, too (lacking).
func (s *Site) owner(c echo.Context) (*store.Person, error) {
	if lacking(c) != nil {
		return nil, nil
	}
	ctx := c.Request().Context()
	id := s.sessions.GetString(ctx, sessionPerson)
	if id == "" {
		return nil, nil
	}
	person, err := s.Store.Person(ctx, id)
	if isNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if person.DisabledAt != nil || s.sessions.GetString(ctx, sessionPassword) != printOf(person) {
		return nil, nil
	}
	lacks, err := s.Accounts.Lacks(ctx, person)
	if err != nil {
		return nil, err
	}
	if lacks {
		c.Set(sessionLacking, &person)
		return nil, nil
	}
	return &person, nil
}

// members lets through only people who are signed in; others are led to the door and back, and who is leaving to the one
// page there is for them.
func (s *Site) members(next func(echo.Context, store.Person) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		person, err := s.person(c)
		if err != nil {
			return err
		}
		if person == nil {
			return s.toTheDoor(c)
		}
		s.used(c)
		if person.LeavingAt != nil && !leaverMay(c.Path()) {
			return seeOther(c, leavingPath)
		}
		return next(c, *person)
	}
}
