package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// adminHouse shows what is set for the house.
func (s *Site) adminHouse(c echo.Context, _ store.Person) error {
	house, err := s.Accounts.House(c.Request().Context())
	if err != nil {
		return err
	}
	return s.showHouse(c, http.StatusOK, house, nil)
}

// setHouse keeps it.
func (s *Site) setHouse(c echo.Context, me store.Person) error {
	house := account.House{Name: c.FormValue("house"), AdminsNeedFactor: c.FormValue("admins-need-factor") == "yes", Texts: map[string]string{}}
	for _, text := range account.LegalTexts() {
		for _, language := range views.Languages() {
			house.Texts[text+"."+language] = c.FormValue(text + "." + language)
		}
	}
	err := s.Accounts.SetHouse(c.Request().Context(), me.ID, house)
	if mistakes, ok := mistakesOf(err); ok {
		return s.showHouse(c, http.StatusUnprocessableEntity, house, mistakes)
	}
	if err != nil {
		return err
	}
	return seeOther(c, "/admin/settings?done=saved")
}

func (s *Site) showHouse(c echo.Context, status int, house account.House, mistakes map[string]string) error {
	frame, err := s.adminFrame(c, "house")
	if err != nil {
		return err
	}
	return s.show(c, status, views.AdminHouse(views.AdminHousePage{
		Frame: frame, Name: house.Name, AdminsNeedFactor: house.AdminsNeedFactor, Texts: house.Texts, Mistakes: mistakes,
	}))
}

// legal shows one of the texts of the house, which everybody may read; where it is not written there is no such page.
func (s *Site) legal(name string) echo.HandlerFunc {
	return func(c echo.Context) error {
		ctx := c.Request().Context()
		house, err := s.Accounts.House(ctx)
		if err != nil {
			return err
		}
		text, language := house.Text(name, views.Language(ctx))
		if text == "" {
			return store.ErrNotFound
		}
		page := views.LegalPage{Title: views.T(ctx, "legal."+name), Lang: language, HTML: string(s.clean.prose(text))}
		if page.Frame, err = s.frame(c, "legal."+name, ""); err != nil {
			return err
		}
		page.Frame.Canonical = s.PublicURL + "/" + name
		return s.show(c, http.StatusOK, views.Legal(page))
	}
}

// legalOf are the texts that are written.
func legalOf(house account.House) (names []string) {
	for _, name := range account.LegalTexts() {
		if text, _ := house.Text(name, "en"); text != "" {
			names = append(names, name)
		}
	}
	return names
}
