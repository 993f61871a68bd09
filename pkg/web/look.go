package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// sessionLooking is as whom an administrator looks: a looking. The session stays the administrator's own in all else, so
// that it ends with theirs.
const sessionLooking = "looking"

// errLooking refuses what nobody does or sees who looks as somebody else.
var errLooking = errors.New("web: not while looking as somebody else")

// looking is as whom, and until when.
type looking struct {
	Person string
	Name   string
	Until  time.Time
}

// lookingIn is as whom the session's owner looks, or looked until their time was over.
func (s *Site) lookingIn(c echo.Context) (looking, bool) {
	var l looking
	held := s.sessions.GetString(c.Request().Context(), sessionLooking)
	if held == "" || json.Unmarshal([]byte(held), &l) != nil {
		return looking{}, false
	}
	return l, true
}

// seen is what whoever looks as somebody else may ask for. What is not here they may not: a new address of the site is
// closed to them until somebody thinks of it. Secrets, addresses, ways to sign in, sharing and leaving are not here.
var seen = []string{
	"GET /", "GET /verify", "POST /verify", "GET /badges", "POST /badges", "GET /badges/add", "GET /badges/deleted",
	"GET /b/:id", "GET /b/:id/picture", "GET /b/:id/original", "GET /b/:id/archive", "GET /b/:id/baked.png", "GET /b/:id/baked.svg",
	"POST /b/:id/check", "POST /b/:id/delete", "POST /b/:id/restore", "GET /@:handle", "GET /@:handle/portrait", "GET /you", "GET /you/log", "POST /you/preferences",
	"GET /terms", "GET /privacy", "GET /imprint",
}

// besides are what whoever looks may always ask for, also when their time is over.
var besides = []string{"GET /look", "POST /look/stop", "POST /sign-out", "GET /_/:asset", "GET /favicon.ico", "GET /robots.txt", "GET /livez", "GET /readyz", "GET /.well-known/security.txt"}

// deedsAs are those of them that change something of whom one looks as, with the words under which their log has them.
var deedsAs = map[string]string{
	"POST /badges": "added", "POST /b/:id/check": "checked", "POST /b/:id/delete": "deleted", "POST /b/:id/restore": "restored",
	"POST /you/preferences": "preferences",
}

// lookThrough keeps whoever looks as somebody else within bounds. When their time is over they must say so by a press,
// before anything is theirs again: a form filled in for somebody else must not change their own passport.
func (s *Site) lookThrough(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		l, held := s.lookingIn(c)
		if held {
			c.Set(sessionLooking, l) // for the banner, also where the session itself is what fails
		}
		route := c.Request().Method + " " + c.Path()
		if !held || slices.Contains(besides, route) {
			return next(c)
		}
		admin, still, err := s.stillLooks(c, l)
		if err != nil {
			return err
		}
		switch {
		case !still:
			return seeOther(c, "/look")
		case !slices.Contains(seen, route) && c.Path() != "" && !strings.HasSuffix(c.Path(), "/*"):
			return errLooking
		}
		c.SetRequest(c.Request().WithContext(account.ActingAs(c.Request().Context(), admin.ID)))
		if err := next(c); err != nil {
			return err
		}
		return s.noteDeed(c, admin, l, route)
	}
}

// noteDeed writes what was just done as somebody else into that somebody's log, as the letter to them has said.
func (s *Site) noteDeed(c echo.Context, admin store.Person, l looking, route string) error {
	word := deedsAs[route]
	if word == "" || c.Response().Status >= http.StatusBadRequest {
		return nil
	}
	return s.Accounts.DidAs(context.WithoutCancel(c.Request().Context()), admin.ID, l.Person, word)
}

// stillLooks says who looks, and whether they still may: it is asked of every page.
func (s *Site) stillLooks(c echo.Context, l looking) (admin store.Person, still bool, err error) {
	own, err := s.owner(c)
	if err != nil || own == nil || s.Now().After(l.Until) {
		return store.Person{}, false, err
	}
	person, err := s.Store.Person(c.Request().Context(), l.Person)
	if isNotFound(err) {
		return *own, false, nil
	}
	if err != nil || !account.MayLook(*own, person) {
		return *own, false, err
	}
	c.Set(sessionPerson, &person)
	return *own, true, nil
}

// lookAs begins: for a reason, for half an hour, and told to whom it concerns.
func (s *Site) lookAs(c echo.Context, me store.Person) error {
	ctx := c.Request().Context()
	person, err := s.Accounts.LookAs(ctx, me, c.Param("id"), c.FormValue("reason"))
	if errors.Is(err, account.ErrNoLooking) {
		return seeOther(c, "/admin/people/"+c.Param("id")+"?done=no-looking")
	}
	if err != nil {
		return err
	}
	s.Kick()
	held, err := json.Marshal(looking{Person: person.ID, Name: person.Name, Until: s.Now().Add(account.LookingLasts)})
	if err != nil {
		return err
	}
	if err := s.newToken(ctx); err != nil {
		return err
	}
	s.sessions.Put(ctx, sessionLooking, string(held))
	return seeOther(c, "/badges")
}

// lookForm says as whom one looks, or that it is over.
func (s *Site) lookForm(c echo.Context) error {
	l, held := s.lookingIn(c)
	if !held {
		return store.ErrNotFound
	}
	_, still, err := s.stillLooks(c, l)
	if err != nil {
		return err
	}
	frame, err := s.frame(c, "title.look", "")
	if err != nil {
		return err
	}
	frame.NoIndex = true
	return s.show(c, http.StatusOK, views.LookingOver(views.LookingOverPage{Frame: frame, Name: l.Name, Over: !still}))
}

// stopLooking makes whoever looks themselves again.
func (s *Site) stopLooking(c echo.Context) error {
	l, held := s.lookingIn(c)
	if !held {
		return store.ErrNotFound
	}
	if err := s.endLooking(c, l); err != nil {
		return err
	}
	return seeOther(c, "/admin/people/"+l.Person+"?done=looked")
}

// endLooking forgets as whom this session looks, and writes down that it is over.
func (s *Site) endLooking(c echo.Context, l looking) error {
	ctx := c.Request().Context()
	own, err := s.owner(c)
	if err != nil {
		return err
	}
	if own != nil {
		if err := s.Accounts.StopLooking(ctx, own.ID, l.Person); err != nil {
			return err
		}
	}
	s.sessions.Remove(ctx, sessionLooking)
	c.Set(sessionLooking, nil)
	c.Set(sessionPerson, nil)
	return s.newToken(ctx)
}
