package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// you is where a person sees and changes what concerns themselves.
func (s *Site) you(c echo.Context, me store.Person) error {
	said, err := s.Accounts.Profile(c.Request().Context(), me.ID)
	if err != nil {
		return err
	}
	said.Languages = views.LanguageNames(c.Request().Context(), strings.Fields(said.Languages))
	return s.showYou(c, http.StatusOK, me, said, nil)
}

// saveYou keeps what a person says of themselves, or gives the form back with a word beside each mistake.
func (s *Site) saveYou(c echo.Context, me store.Person) error {
	said := profileOf(c)
	err := s.Accounts.SaveProfile(c.Request().Context(), me.ID, said)
	if mistakes, ok := mistakesOf(err); ok {
		return s.showYou(c, http.StatusUnprocessableEntity, me, said, mistakes)
	}
	if err != nil {
		return err
	}
	return seeOther(c, "/you?done=saved")
}

// profileOf is what the profile's form sent.
func profileOf(c echo.Context) account.Profile {
	said := account.Profile{
		Name: c.FormValue("name"), Handle: c.FormValue("handle"), About: c.FormValue("about"), Languages: c.FormValue("languages"),
		Shown: map[string]string{},
	}
	for _, part := range account.Parts() {
		said.Shown[part] = c.FormValue("shown-" + part)
	}
	for i := range views.LinkRows {
		row := strconv.Itoa(i + 1)
		said.Links = append(said.Links, account.ProfileLink{Label: c.FormValue("label-" + row), URL: c.FormValue("link-" + row)})
	}
	return said
}

// savePreferences keeps a person's language and appearance.
func (s *Site) savePreferences(c echo.Context, me store.Person) error {
	err := s.Accounts.SetPreferences(c.Request().Context(), me.ID, c.FormValue("language"), c.FormValue("theme"))
	if _, wrong := mistakesOf(err); wrong {
		return echo.ErrBadRequest // a form of ours cannot send another
	}
	if err != nil {
		return err
	}
	return seeOther(c, "/you?done=saved")
}

func (s *Site) showYou(c echo.Context, status int, me store.Person, said account.Profile, mistakes map[string]string) error {
	ctx := c.Request().Context()
	blocked, err := s.Accounts.BlockedPeople(ctx, me.ID)
	if err != nil {
		return err
	}
	kept, err := s.Store.Profile(ctx, me.ID)
	if err != nil {
		return err
	}
	page := views.YouPage{
		Mistakes: mistakes, Language: me.Language, Theme: me.Theme,
		Profile: views.ProfileForm{
			Name: said.Name, Handle: said.Handle, About: said.About, Languages: said.Languages, Shown: said.Shown,
			Portrait: portraitAddress(me.Handle, kept.PortraitKey), Initials: initials(me.Name),
		},
		Handle: me.Handle, PublicURL: s.PublicURL + "/@" + me.Handle, Role: me.Role, Since: me.CreatedAt,
	}
	if page.Frame, err = s.frame(c, "title.you", "you"); err != nil {
		return err
	}
	for _, l := range said.Links {
		page.Profile.Links = append(page.Profile.Links, views.LinkRow{Label: l.Label, URL: l.URL})
	}
	for _, one := range blocked {
		page.Blocked = append(page.Blocked, views.BlockedView{ID: one.ID, Handle: one.Handle})
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
		if err := s.Accounts.SetPreferences(c.Request().Context(), person.ID, person.Language, person.Theme); err != nil {
			return err
		}
	}
	back := c.FormValue("back")
	if !within(back) {
		back = "/"
	}
	return seeOther(c, back)
}
