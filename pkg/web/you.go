package web

import (
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// you is where a person sees and changes what concerns themselves.
func (s *Site) you(c echo.Context, me store.Person) error {
	return s.showYou(c, http.StatusOK, me, nil)
}

// saveYou keeps name, language and appearance, or gives the form back with a word beside the mistake.
func (s *Site) saveYou(c echo.Context, me store.Person) error {
	name, language, theme := c.FormValue("name"), c.FormValue("language"), c.FormValue("theme")
	err := s.Accounts.UpdateProfile(c.Request().Context(), me.ID, name, language, theme)
	if mistakes, ok := mistakesOf(err); ok {
		me.Name, me.Language, me.Theme = name, language, theme
		return s.showYou(c, http.StatusUnprocessableEntity, me, mistakes)
	}
	if err != nil {
		return err
	}
	return seeOther(c, "/you?done=saved")
}

// resendLetter sends the letter that confirms an address once more.
func (s *Site) resendLetter(c echo.Context, me store.Person) error {
	err := s.Accounts.ResendConfirmation(c.Request().Context(), me.ID, c.FormValue("address"))
	var slow *account.SlowDown
	if errors.As(err, &slow) {
		return seeOther(c, "/you?done=letter-wait")
	}
	if err != nil {
		return err
	}
	s.Kick()
	return seeOther(c, "/you?done=letter-sent")
}

func (s *Site) showYou(c echo.Context, status int, me store.Person, mistakes map[string]string) error {
	addresses, err := s.Store.Addresses(c.Request().Context(), me.ID)
	if err != nil {
		return err
	}
	page := views.YouPage{
		Name: me.Name, Mistakes: mistakes, Language: me.Language, Theme: me.Theme,
		Handle: me.Handle, PublicURL: s.PublicURL + "/@" + me.Handle, Role: me.Role, Since: me.CreatedAt,
	}
	if page.Frame, err = s.frame(c, "title.you", "you"); err != nil {
		return err
	}
	for _, one := range addresses {
		page.Addresses = append(page.Addresses, views.AddressView{ID: one.ID, Email: one.Email, Primary: one.Primary, VerifiedAt: one.VerifiedAt})
	}
	return s.show(c, status, views.You(page))
}

// setLanguage remembers the language of this browser and, signed in, of this person, and keeps the page.
func (s *Site) setLanguage(c echo.Context) error {
	language := c.FormValue("language")
	if !oneOf(language, views.Languages()) {
		return echo.ErrBadRequest
	}
	return s.remember(c, languageCookie, language, func(me *store.Person) { me.Language = language })
}

// setTheme remembers the appearance in the same way.
func (s *Site) setTheme(c echo.Context) error {
	theme := c.FormValue("theme")
	if !oneOf(theme, []string{"auto", "light", "dark"}) {
		return echo.ErrBadRequest
	}
	return s.remember(c, themeCookie, theme, func(me *store.Person) { me.Theme = theme })
}

// remember keeps a choice in a cookie and with the person, then goes back to the page it was made on.
func (s *Site) remember(c echo.Context, cookie, value string, change func(*store.Person)) error {
	c.SetCookie(&http.Cookie{ //nolint:gosec // Secure wherever the site itself is
		Name: cookieName(cookie, s.public.Scheme == "https"), Value: value, Path: "/", MaxAge: int((365 * 24 * time.Hour).Seconds()),
		Secure: s.public.Scheme == "https", HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
	person, err := s.person(c)
	if err != nil {
		return err
	}
	if person != nil {
		change(person)
		if err := s.Accounts.UpdateProfile(c.Request().Context(), person.ID, person.Name, person.Language, person.Theme); err != nil {
			return err
		}
	}
	back := c.FormValue("back")
	if !within(back) {
		back = "/"
	}
	return seeOther(c, back)
}
