package web

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// sessionApp holds the sealed secret of an authenticator app while it is being set up.
const sessionApp = "app"

// sessionLacking marks a request of somebody who must have a second factor and has none.
const sessionLacking = "lacking"

// lacking is who is signed in and may only set a second factor up; nil for everybody else. It is known once person was asked.
func lacking(c echo.Context) *store.Person {
	person, _ := c.Get(sessionLacking).(*store.Person)
	return person
}

// signedIn lets through members, and whoever may only set a second factor up.
func (s *Site) signedIn(next func(echo.Context, store.Person) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		person, err := s.person(c)
		if err != nil {
			return err
		}
		if person == nil {
			person = lacking(c)
		}
		if person == nil {
			return s.toTheDoor(c)
		}
		return next(c, *person)
	}
}

// secondMust is all that somebody sees who must have a second factor and has none; others have it among their settings.
func (s *Site) secondMust(c echo.Context, me store.Person) (err error) {
	if lacking(c) == nil {
		return seeOther(c, "/you/sign-in")
	}
	page := views.SecondPage{Passkeys: views.PasskeySection{Fixed: true}}
	if page.Second, err = s.second(c, me); err != nil {
		return err
	}
	if page.Passkeys, err = s.passkeys(c, me, page.Passkeys, page.Second); err != nil {
		return err
	}
	if page.Frame, err = s.frame(c, "title.second", ""); err != nil {
		return err
	}
	page.Frame.Passkeys = page.Passkeys.Work
	return s.show(c, http.StatusOK, views.Second(page))
}

// second is the section of a page about a member's second step.
func (s *Site) second(c echo.Context, me store.Person) (views.SecondSection, error) {
	step, err := s.Accounts.SecondStep(c.Request().Context(), me)
	return views.SecondSection{On: step.On, AppAt: step.AppAt, Codes: step.Codes, Passkeys: step.Passkeys, Needed: step.Needed}, err
}

// newApp begins to set an authenticator app up.
func (s *Site) newApp(c echo.Context, me store.Person) error {
	ctx := c.Request().Context()
	app, err := s.Accounts.NewApp(ctx, me)
	if err != nil {
		return err
	}
	s.sessions.Put(ctx, sessionApp, app.Sealed)
	return seeOther(c, "/you/second/app")
}

// setApp shows the app that is being set up its secret.
func (s *Site) setApp(c echo.Context, me store.Person) error {
	return s.showApp(c, http.StatusOK, me, "")
}

func (s *Site) showApp(c echo.Context, status int, me store.Person, mistake string) error {
	ctx := c.Request().Context()
	app, err := s.Accounts.UnfinishedApp(ctx, me, s.sessions.GetString(ctx, sessionApp))
	if errors.Is(err, account.ErrSecret) {
		return seeOther(c, "/you/sign-in")
	}
	if err != nil {
		return err
	}
	page := views.AppPage{Secret: app.Secret, URI: app.URI, Mistake: mistake}
	if page.Frame, err = s.frame(c, "title.app", "you"); err != nil {
		return err
	}
	return s.show(c, status, views.SetApp(page))
}

// keepApp takes an app into use that has shown its first code.
func (s *Site) keepApp(c echo.Context, me store.Person) error {
	ctx := c.Request().Context()
	codes, err := s.Accounts.KeepApp(ctx, me, s.sessions.Token(ctx), s.sessions.GetString(ctx, sessionApp), c.FormValue("code"))
	switch {
	case errors.Is(err, account.ErrSecret):
		return seeOther(c, "/you/sign-in")
	case errors.Is(err, account.ErrCode):
		return s.showApp(c, http.StatusUnprocessableEntity, me, "wrong")
	case err != nil:
		return err
	}
	s.sessions.Remove(ctx, sessionApp)
	if codes == nil {
		return s.changed(c, me, nil, "app-changed")
	}
	return s.showCodes(c, me, codes)
}

// removeApp takes the app away; the last second factor of somebody who must have one stays.
func (s *Site) removeApp(c echo.Context, me store.Person) error {
	ctx := c.Request().Context()
	return s.changed(c, me, s.Accounts.RemoveApp(ctx, me.ID, s.sessions.Token(ctx)), "app-removed")
}

// passkeysAsSecond turns the second step on for somebody who has passkeys.
func (s *Site) passkeysAsSecond(c echo.Context, me store.Person) error {
	ctx := c.Request().Context()
	codes, err := s.Accounts.UsePasskeysAsSecond(ctx, me.ID, s.sessions.Token(ctx))
	if errors.Is(err, store.ErrTaken) {
		return seeOther(c, "/you/sign-in")
	}
	if err != nil {
		return err
	}
	return s.showCodes(c, me, codes)
}

// renewCodes makes new recovery codes.
func (s *Site) renewCodes(c echo.Context, me store.Person) error {
	ctx := c.Request().Context()
	codes, err := s.Accounts.RenewCodes(ctx, me.ID, s.sessions.Token(ctx))
	if err != nil {
		return err
	}
	return s.showCodes(c, me, codes)
}

// secondOff turns the second step off.
func (s *Site) secondOff(c echo.Context, me store.Person) error {
	ctx := c.Request().Context()
	return s.changed(c, me, s.Accounts.TurnOffSecond(ctx, me.ID, s.sessions.Token(ctx)), "second-off")
}

// showCodes shows recovery codes in answer to the form that made them: there is no address to look at them again.
func (s *Site) showCodes(c echo.Context, me store.Person, codes []string) (err error) {
	s.Kick()
	if err := s.renew(c, me); err != nil {
		return err
	}
	page := views.CodesPage{Codes: codes, Site: s.public.Host, Next: "/you/sign-in"}
	if lacking(c) != nil {
		page.Next = "/badges"
	}
	if page.Frame, err = s.frame(c, "title.codes", "you"); err != nil {
		return err
	}
	return s.show(c, http.StatusOK, views.Codes(page))
}
