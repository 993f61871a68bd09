package web

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// adminJoining says how one joins, and who is invited.
func (s *Site) adminJoining(c echo.Context, _ store.Person) error {
	return s.showJoining(c, http.StatusOK, views.AdminJoiningPage{Most: "1", Days: "14"})
}

// setSignUp says how one joins from now on.
func (s *Site) setSignUp(c echo.Context, me store.Person) error {
	err := s.Accounts.SetSignUp(c.Request().Context(), me.ID, c.FormValue("mode"))
	if _, none := mistakesOf(err); none {
		return echo.ErrBadRequest
	}
	if err != nil {
		return err
	}
	return seeOther(c, "/admin/sign-up?done=saved")
}

// invite makes an invitation. Its link is on the page that answers, and nowhere else ever after.
func (s *Site) invite(c echo.Context, me store.Person) error {
	ctx := c.Request().Context()
	page := views.AdminJoiningPage{Email: c.FormValue("email"), Most: c.FormValue("most"), Days: c.FormValue("days")}
	made, link, err := s.Accounts.Invite(ctx, me.ID, account.Inviting{
		Email: page.Email, Most: number(page.Most), Days: number(page.Days), Language: views.Language(ctx), Name: me.Name,
	})
	if mistakes, ok := mistakesOf(err); ok {
		page.Mistakes = mistakes
		return s.showJoining(c, http.StatusUnprocessableEntity, page)
	}
	if err != nil {
		return err
	}
	s.Kick()
	return s.showJoining(c, http.StatusOK, views.AdminJoiningPage{Most: "1", Days: "14", Link: link, LinkFor: made.Email})
}

// number is a number as it was typed; what is none is too small for anything.
func number(typed string) int {
	n, err := strconv.Atoi(typed)
	if err != nil {
		return 0
	}
	return n
}

// withdraw makes an invitation worthless.
func (s *Site) withdraw(c echo.Context, me store.Person) error {
	if err := s.Accounts.Withdraw(c.Request().Context(), me.ID, c.Param("id")); err != nil {
		return err
	}
	return seeOther(c, "/admin/sign-up?done=withdrawn")
}

func (s *Site) showJoining(c echo.Context, status int, page views.AdminJoiningPage) error {
	ctx := c.Request().Context()
	house, err := s.Accounts.House(ctx)
	if err != nil {
		return err
	}
	page.Mode, page.Now = house.SignUp, s.Now()
	invitations, err := s.Store.Invitations(ctx, account.InvitationsShown)
	if err != nil {
		return err
	}
	names := s.names()
	for _, i := range invitations {
		view := views.InvitationView{ID: i.ID, Email: i.Email, Most: i.Most, Used: i.Used, Made: i.CreatedAt, Ends: i.ExpiresAt, State: s.stateOf(i)}
		if view.By, err = names.of(c, i.CreatedBy); err != nil {
			return err
		}
		page.Invitations = append(page.Invitations, view)
	}
	if page.Frame, err = s.adminFrame(c, "joining"); err != nil {
		return err
	}
	return s.show(c, status, views.AdminJoining(page))
}

func (s *Site) stateOf(i store.Invitation) string {
	switch {
	case i.WithdrawnAt != nil:
		return "withdrawn"
	case i.Used >= i.Most:
		return "used"
	case !s.Now().Before(i.ExpiresAt):
		return "over"
	}
	return "good"
}
