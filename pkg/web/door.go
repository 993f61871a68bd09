package web

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/views"
)

// home is the door for whoever comes by; who is signed in has their passport instead.
func (s *Site) home(c echo.Context) error {
	person, err := s.person(c)
	if err != nil {
		return err
	}
	if person != nil {
		return seeOther(c, "/badges")
	}
	frame, err := s.frame(c, "title.home", "")
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	frame.Description = views.T(ctx, "home.lead")
	frame.OG = &views.OpenGraph{Title: views.T(ctx, "carnet.title"), Description: frame.Description, URL: s.PublicURL + "/", Type: "website"}
	frame.Canonical = s.PublicURL + "/"
	joins, err := s.joins(c)
	if err != nil {
		return err
	}
	return s.show(c, http.StatusOK, views.Home(views.HomePage{Frame: frame, Joins: joins}))
}

// joinForm asks for what a passport needs.
func (s *Site) joinForm(c echo.Context) error {
	if err := s.mayJoin(c); err != nil {
		return s.noJoining(c, http.StatusOK, err)
	}
	return s.showJoin(c, http.StatusOK, account.Joining{Email: s.invitedAddress(c)}, nil)
}

// join makes a passport. Whether the address was known before, the same page answers: the letter tells.
func (s *Site) join(c echo.Context) error {
	typed := joining(c)
	typed.Invitation = s.invitation(c)
	person, err := s.Accounts.Join(c.Request().Context(), typed)
	if enough, slow := enoughLetters(c, err); slow {
		return s.showJoin(c, http.StatusTooManyRequests, typed, enough)
	}
	if mistakes, ok := mistakesOf(err); ok {
		return s.showJoin(c, http.StatusUnprocessableEntity, typed, mistakes)
	}
	if isNoJoining(err) {
		return s.noJoining(c, http.StatusForbidden, err)
	}
	if err != nil && !errors.Is(err, account.ErrAlreadyHere) {
		return err
	}
	s.sessions.Remove(c.Request().Context(), sessionInvitation)
	s.sessions.Put(c.Request().Context(), sessionJoined, person.ID)
	s.Kick()
	return seeOther(c, "/letter-sent?for=join")
}

func (s *Site) showJoin(c echo.Context, status int, typed account.Joining, mistakes map[string]string) error {
	frame, err := s.frame(c, "title.join", "")
	if err != nil {
		return err
	}
	return s.show(c, status, views.Join(views.JoinPage{Frame: frame, Name: typed.Name, Email: typed.Email, Mistakes: mistakes, Providers: s.offered()}))
}

// joining is what a form that makes a passport sent.
func joining(c echo.Context) account.Joining {
	return account.Joining{
		Name: c.FormValue("name"), Email: c.FormValue("email"), Password: c.FormValue("password"),
		Language: views.Language(c.Request().Context()), From: household(c.RealIP()).String(),
	}
}

// enoughLetters is the word beside an address to which no further letter goes yet, known here or not.
func enoughLetters(c echo.Context, err error) (map[string]string, bool) {
	var slow *account.SlowDown
	if !errors.As(err, &slow) {
		return nil, false
	}
	c.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(int(slow.After.Seconds())+1))
	return map[string]string{"email": "letters"}, true
}

// letterSent says where to look now.
func (s *Site) letterSent(c echo.Context) error {
	frame, err := s.frame(c, "title.letter-sent", "")
	if err != nil {
		return err
	}
	return s.show(c, http.StatusOK, views.LetterSent(views.LetterSentPage{Frame: frame, For: choice(c.QueryParam("for"), "join", "forgot"), Kept: s.Kept != nil && here(c.Request())}))
}
