package web

import (
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// leavingPath is all that somebody sees who is leaving.
const leavingPath = "/you/leaving"

// leaverMay says whether somebody who is leaving may still ask for a route: to stay, to leave now, to take everything
// out, to prove who they are, and to sign out.
func leaverMay(route string) bool {
	return strings.HasPrefix(route, "/sign-in/") || oneOf(route, []string{
		leavingPath, "/you/stay", "/you/leave/now", "/you/data/archive", "/you/data/archive/cancel", archivePath,
	})
}

// leaveForm says what leaving means, and asks.
func (s *Site) leaveForm(c echo.Context, me store.Person) error {
	return s.showLeave(c, http.StatusOK, me, "")
}

func (s *Site) showLeave(c echo.Context, status int, me store.Person, mistake string) error {
	counts, err := s.counts(c.Request().Context(), me)
	if err != nil {
		return err
	}
	page := views.LeavePage{Badges: counts.All, Public: counts.Public, Until: s.Now().Add(account.LeavingFor), Mistake: mistake}
	if page.Frame, err = s.frame(c, "title.leave", "you"); err != nil {
		return err
	}
	return s.show(c, status, views.Leave(page))
}

// leave begins the days after which a person is erased.
func (s *Site) leave(c echo.Context, me store.Person) error {
	ctx := c.Request().Context()
	_, err := s.Accounts.Leave(ctx, me.ID, s.sessions.Token(ctx))
	if errors.Is(err, account.ErrLastAdmin) {
		return s.showLeave(c, http.StatusConflict, me, "last-admin")
	}
	if err != nil {
		return err
	}
	s.Kick()
	return seeOther(c, leavingPath)
}

// leaving shows somebody who is leaving when, and what they can still do.
func (s *Site) leaving(c echo.Context, me store.Person) error {
	if me.LeavingAt == nil {
		return seeOther(c, "/badges")
	}
	page := views.LeavingPage{At: *me.LeavingAt, Over: s.tooLate(me)}
	var err error
	if page.Out, err = s.goingOut(c, me); err != nil {
		return err
	}
	if page.Frame, err = s.frame(c, "title.leaving", ""); err != nil {
		return err
	}
	page.Frame.NoIndex = true
	return s.show(c, http.StatusOK, views.Leaving(page))
}

// tooLate says whether somebody who is leaving can stay no more.
func (s *Site) tooLate(me store.Person) bool {
	return me.LeavingAt != nil && !me.LeavingAt.After(s.Now())
}

// stay takes back that a person leaves.
func (s *Site) stay(c echo.Context, me store.Person) error {
	err := s.Accounts.Stay(c.Request().Context(), me.ID)
	switch {
	case errors.Is(err, account.ErrStays) && s.tooLate(me):
		return seeOther(c, leavingPath+"?done=stay-late")
	case err != nil && !errors.Is(err, account.ErrStays): // who stays already is told so again
		return err
	}
	return seeOther(c, "/badges?done=stays")
}

// leaveNow has somebody who is leaving erased at once.
func (s *Site) leaveNow(c echo.Context, me store.Person) error {
	ctx := c.Request().Context()
	err := s.Accounts.LeaveNow(ctx, me.ID)
	switch {
	case errors.Is(err, account.ErrStays):
		return seeOther(c, "/you/leave")
	case errors.Is(err, account.ErrLastAdmin):
		return s.showLeave(c, http.StatusConflict, me, "last-admin")
	case err != nil:
		return err
	}
	if err := s.sessions.Destroy(ctx); err != nil {
		return err
	}
	s.Kick()
	return seeOther(c, "/?done=left")
}
