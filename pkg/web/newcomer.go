package web

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// newcomerLasts is how long somebody whom a provider knows, and nobody here, may think about what they want.
const newcomerLasts = 30 * time.Minute

// newcomer is somebody a provider has sent who has no passport under that name; their session remembers them.
type newcomer struct {
	Who         account.Identity
	Name, Email string // as the provider says: suggestions, nothing else
	Until       time.Time
}

// greetNewcomer remembers who the provider speaks of and asks what they want.
func (s *Site) greetNewcomer(c echo.Context, who told) error {
	held, err := json.Marshal(newcomer{Who: who.who, Name: who.name, Email: who.email, Until: s.Now().Add(newcomerLasts)})
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	if err := s.newToken(ctx); err != nil {
		return err
	}
	s.sessions.Put(ctx, sessionNewcomer, string(held))
	return seeOther(c, "/join/with")
}

// newcomer is who this browser has come back as; false when nobody, or too long ago.
func (s *Site) newcomer(c echo.Context) (newcomer, bool) {
	var n newcomer
	held := s.sessions.GetString(c.Request().Context(), sessionNewcomer)
	if held == "" || json.Unmarshal([]byte(held), &n) != nil || s.Now().After(n.Until) {
		return newcomer{}, false
	}
	return n, true
}

// joinWithForm offers to make a passport under a provider's name for somebody, or to sign in by another way.
func (s *Site) joinWithForm(c echo.Context) error {
	n, ok := s.newcomer(c)
	if !ok {
		return seeOther(c, "/sign-in?done=provider-stale")
	}
	if err := s.mayJoin(c); err != nil {
		return s.noJoining(c, http.StatusOK, err)
	}
	return s.showJoinWith(c, http.StatusOK, n, account.Joining{Name: n.Name, Email: cmp.Or(s.invitedAddress(c), n.Email)}, nil)
}

// joinWith makes that passport. Whether the address was known before, the same page answers: the letter tells.
func (s *Site) joinWith(c echo.Context) error {
	n, ok := s.newcomer(c)
	if !ok {
		return seeOther(c, "/sign-in?done=provider-stale")
	}
	ctx, typed := c.Request().Context(), joining(c)
	typed.Invitation = s.invitation(c)
	person, err := s.Accounts.JoinBy(ctx, n.Who, typed)
	if enough, slow := enoughLetters(c, err); slow {
		return s.showJoinWith(c, http.StatusTooManyRequests, n, typed, enough)
	}
	if mistakes, ok := mistakesOf(err); ok {
		return s.showJoinWith(c, http.StatusUnprocessableEntity, n, typed, mistakes)
	}
	if errors.Is(err, store.ErrTaken) {
		return seeOther(c, "/sign-in?done=provider-stale")
	}
	if isNoJoining(err) {
		return s.noJoining(c, http.StatusForbidden, err)
	}
	if err != nil && !errors.Is(err, account.ErrAlreadyHere) {
		return err
	}
	s.sessions.Remove(ctx, sessionInvitation)
	s.sessions.Put(ctx, sessionJoined, person.ID)
	s.Kick()
	return seeOther(c, "/letter-sent?for=join")
}

func (s *Site) joinWithAgain(c echo.Context) error {
	n, ok := s.newcomer(c)
	if !ok {
		return refused(c)
	}
	return s.showJoinWith(c, http.StatusTooManyRequests, n, joining(c), nil)
}

func (s *Site) showJoinWith(c echo.Context, status int, n newcomer, typed account.Joining, mistakes map[string]string) error {
	frame, err := s.frame(c, "title.newcomer", "")
	if err != nil {
		return err
	}
	frame.NoIndex = true
	return s.show(c, status, views.Newcomer(views.NewcomerPage{
		Frame: frame, Title: n.Who.Title, Account: n.Who.Account, Name: typed.Name, Email: typed.Email, Mistakes: mistakes,
	}))
}
