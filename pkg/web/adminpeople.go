package web

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// adminPeople finds people.
func (s *Site) adminPeople(c echo.Context, _ store.Person) error {
	query := store.PeopleQuery{Words: c.QueryParam("q"), Only: c.QueryParam("only"), After: c.QueryParam("after"), Limit: pageOfAdmin}
	found, next, err := s.Store.People(c.Request().Context(), query)
	if err != nil {
		return err
	}
	page := views.AdminPeoplePage{
		Words: query.Words, Only: choice(query.Only, "", "admin", "disabled"), More: query.After != "",
		Next: nextPage("/admin/people", next, url.Values{"q": {query.Words}, "only": {query.Only}}),
	}
	for _, one := range found {
		page.People = append(page.People, personRow(one))
	}
	if page.Frame, err = s.adminFrame(c, "people"); err != nil {
		return err
	}
	return s.show(c, http.StatusOK, views.AdminPeople(page))
}

func personRow(p store.Person) views.AdminPersonRow {
	return views.AdminPersonRow{
		ID: p.ID, Name: p.Name, Handle: p.Handle, Initials: initials(p.Name), Admin: p.Role == "admin",
		Disabled: p.DisabledAt != nil, Leaving: p.LeavingAt != nil, Joined: p.CreatedAt,
	}
}

// adminPerson is what an administrator must know of one person to help them; nothing of what their badges say.
func (s *Site) adminPerson(c echo.Context, me store.Person) error {
	ctx := c.Request().Context()
	person, err := s.Store.Person(ctx, c.Param("id"))
	if err != nil {
		return err
	}
	page := views.AdminPersonPage{
		Person: personRow(person), Self: person.ID == me.ID, Language: person.Language, Password: person.PasswordHash != "",
		MayLook: account.MayLook(me, person), Reasons: account.Reasons(), Now: s.Now(),
	}
	addresses, err := s.Store.Addresses(ctx, person.ID)
	if err != nil {
		return err
	}
	for _, a := range addresses {
		page.Addresses = append(page.Addresses, views.AddressView{ID: a.ID, Email: a.Email, Primary: a.Primary, VerifiedAt: a.VerifiedAt})
	}
	if err := s.waysIn(c, person, &page); err != nil {
		return err
	}
	entries, next, err := s.Store.AuditOf(ctx, person.ID, c.QueryParam("after"), pageOfAdmin)
	if err != nil {
		return err
	}
	if page.Log, err = s.logLines(c, entries); err != nil {
		return err
	}
	for i := range page.Log {
		page.Log[i].Person = "" // it is theirs, all of it
	}
	page.Next = nextPage("/admin/people/"+person.ID, next, nil)
	if page.Frame, err = s.adminFrame(c, "people"); err != nil {
		return err
	}
	page.Frame.Title = person.Name + " · " + page.Frame.Title
	return s.show(c, http.StatusOK, views.AdminPerson(page))
}

// waysIn counts a person's ways to sign in, their sessions and their badges.
func (s *Site) waysIn(c echo.Context, person store.Person, page *views.AdminPersonPage) error {
	ctx := c.Request().Context()
	step, err := s.Accounts.SecondStep(ctx, person)
	if err != nil {
		return err
	}
	page.Passkeys, page.Second, page.App = step.Passkeys, step.On, step.AppAt != nil
	linked, err := s.Store.Identities(ctx, person.ID)
	if err != nil {
		return err
	}
	for _, one := range linked {
		page.Providers = append(page.Providers, one.Provider)
	}
	if page.Sessions, err = s.Store.SessionCount(ctx, person.ID, s.Now()); err != nil {
		return err
	}
	page.Badges, _, _, _, page.Trash, err = s.Store.WallCounts(ctx, person.ID)
	return err
}

// personDeed is a deed to one person, which ends on their page with a word about how it went.
func (s *Site) personDeed(done string, deed func(c echo.Context, by, person string) error) func(echo.Context, store.Person) error {
	return func(c echo.Context, me store.Person) error {
		person := c.Param("id")
		if _, err := s.Store.Person(c.Request().Context(), person); err != nil {
			return err
		}
		err := deed(c, me.ID, person)
		var slow *account.SlowDown
		word := done
		switch {
		case errors.Is(err, account.ErrLastAdmin):
			word = "last-admin"
		case errors.Is(err, account.ErrNotNeeded):
			word = "not-needed"
		case errors.As(err, &slow):
			word = "help-wait"
		case err != nil:
			return err
		}
		s.Kick()
		return seeOther(c, "/admin/people/"+person+"?done="+word)
	}
}

func (s *Site) disablePerson() func(echo.Context, store.Person) error {
	return s.personDeed("rights", func(c echo.Context, by, person string) error {
		return s.Accounts.Disable(c.Request().Context(), by, person)
	})
}

func (s *Site) enablePerson() func(echo.Context, store.Person) error {
	return s.personDeed("rights", func(c echo.Context, by, person string) error {
		return s.Accounts.Enable(c.Request().Context(), by, person)
	})
}

func (s *Site) promotePerson() func(echo.Context, store.Person) error {
	return s.personDeed("rights", func(c echo.Context, by, person string) error {
		return s.Accounts.Promote(c.Request().Context(), by, person)
	})
}

func (s *Site) demotePerson() func(echo.Context, store.Person) error {
	return s.personDeed("rights", func(c echo.Context, by, person string) error {
		return s.Accounts.Demote(c.Request().Context(), by, person)
	})
}

func (s *Site) resetSecond() func(echo.Context, store.Person) error {
	return s.personDeed("rights", func(c echo.Context, by, person string) error {
		return s.Accounts.ResetFactor(c.Request().Context(), by, person)
	})
}

func (s *Site) helpPerson() func(echo.Context, store.Person) error {
	return s.personDeed("helped", func(c echo.Context, by, person string) error {
		return s.Accounts.HelpIn(c.Request().Context(), by, person, c.FormValue("address"))
	})
}
