package web

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/views"
)

// sessionInvitation is the invitation this browser came with: its secret, until its holder has joined.
const sessionInvitation = "invitation"

// invitedForm is behind the link of an invitation. Opening it changes nothing.
func (s *Site) invitedForm(c echo.Context) error {
	if _, err := s.Accounts.Invitation(c.Request().Context(), c.Param("secret")); err != nil {
		return s.noJoining(c, http.StatusGone, err)
	}
	frame, err := s.frame(c, "title.invited", "")
	if err != nil {
		return err
	}
	frame.NoIndex = true
	return s.show(c, http.StatusOK, views.Invited(views.InvitedPage{Frame: frame, Secret: c.Param("secret")}))
}

// invited remembers the invitation, whichever way its holder then chooses to join.
func (s *Site) invited(c echo.Context) error {
	if _, err := s.Accounts.Invitation(c.Request().Context(), c.Param("secret")); err != nil {
		return s.noJoining(c, http.StatusGone, err)
	}
	s.sessions.Put(c.Request().Context(), sessionInvitation, c.Param("secret"))
	return seeOther(c, "/join")
}

// invitation is the secret of the one this browser came with; empty: none.
func (s *Site) invitation(c echo.Context) string {
	return s.sessions.GetString(c.Request().Context(), sessionInvitation)
}

// invitedAddress is whom this browser's invitation is for; empty: anybody.
func (s *Site) invitedAddress(c echo.Context) string {
	if s.invitation(c) == "" {
		return ""
	}
	i, err := s.Accounts.Invitation(c.Request().Context(), s.invitation(c))
	if err != nil {
		return ""
	}
	return i.Email
}

// mayJoin is nil where whoever asks may join, and what to tell them otherwise.
func (s *Site) mayJoin(c echo.Context) error {
	return s.Accounts.MayJoin(c.Request().Context(), s.invitation(c))
}

// joins tells whether whoever asks may join.
func (s *Site) joins(c echo.Context) (bool, error) {
	err := s.mayJoin(c)
	if isNoJoining(err) {
		return false, nil
	}
	return err == nil, err
}

// isNoJoining tells an error that says that somebody may not join.
func isNoJoining(err error) bool {
	return errors.Is(err, account.ErrClosed) || errors.Is(err, account.ErrUninvited)
}

// noJoining says kindly why somebody cannot join; any other error is passed on.
func (s *Site) noJoining(c echo.Context, status int, cause error) error {
	kind := "invitation"
	switch {
	case errors.Is(cause, account.ErrClosed):
		kind = "closed"
	case !errors.Is(cause, account.ErrUninvited):
		return cause
	case c.Param("secret") != "" || s.invitation(c) != "":
		kind = "over"
	}
	frame, err := s.frame(c, "title.nojoin", "")
	if err != nil {
		return err
	}
	frame.NoIndex = true
	return s.show(c, status, views.NoJoining(views.NoJoiningPage{Frame: frame, Kind: kind}))
}
