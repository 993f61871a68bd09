package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/passport"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// passportSections are the sections of a passport as they are drawn.
func (s *Site) passportSections(shown passport.Shown) (list []views.PassportSection) {
	for _, one := range shown.Sections {
		section := views.PassportSection{Name: one.Name, Cards: s.cards(one.Badges, false)}
		if c := one.Collection; c != nil {
			section.Collection = &views.CollectionCard{ID: c.ID, Title: c.Title, Count: one.Count}
			for _, b := range one.Badges[:min(len(one.Badges), fanned)] {
				section.Collection.Pictures = append(section.Collection.Pictures, pictureAddress(b))
			}
		}
		list = append(list, section)
	}
	return list
}

// layout is where a person lays their passport out.
func (s *Site) layout(c echo.Context, me store.Person) error {
	l, err := s.Passports.Layout(c.Request().Context(), me.ID)
	if err != nil {
		return err
	}
	page := views.LayoutPage{Handle: me.Handle, Look: l.Look, Looks: passport.Looks()}
	for _, one := range l.Sections {
		section := views.LayoutSection{Name: one.Name}
		if one.Collection != nil {
			section.Title, section.Visibility = one.Collection.Title, one.Collection.Visibility
		}
		page.Sections = append(page.Sections, section)
	}
	for _, one := range l.Others {
		page.Others = append(page.Others, views.CollectionCard{ID: one.ID, Title: one.Title, Visibility: one.Visibility})
	}
	if page.Frame, err = s.frame(c, "title.layout", "you"); err != nil {
		return err
	}
	page.Frame.Look = l.Look
	return s.show(c, http.StatusOK, views.PassportLayout(page))
}

// setLook gives a passport its colours.
func (s *Site) setLook(c echo.Context, me store.Person) error {
	err := s.Passports.SetLook(c.Request().Context(), me.ID, c.FormValue("look"))
	if _, _, mended := mendable(err); mended {
		return echo.ErrBadRequest // a form of ours cannot send another
	}
	if err != nil {
		return err
	}
	return seeOther(c, "/you/passport?done=saved")
}

// moveSection moves a section of a passport.
func (s *Site) moveSection(c echo.Context, me store.Person) error {
	err := s.Passports.MoveSection(c.Request().Context(), me.ID, c.FormValue("section"), c.FormValue("move"), s.Now())
	if err != nil {
		return err
	}
	return seeOther(c, "/you/passport")
}

// showSection makes a collection a section of the passport, or none.
func (s *Site) showSection(c echo.Context, me store.Person) error {
	err := s.Passports.ShowCollection(c.Request().Context(), me.ID, c.FormValue("collection"), c.FormValue("place"), s.Now())
	if err != nil {
		return err
	}
	return seeOther(c, "/you/passport")
}

// passportQR is the QR code of a passport's address, for whoever may see it.
func (s *Site) passportQR(form string) echo.HandlerFunc {
	return func(c echo.Context) error {
		viewer, err := s.viewer(c)
		if err != nil {
			return err
		}
		shown, err := s.Passports.Person(c.Request().Context(), viewer, c.Param("handle"), "")
		if err != nil {
			return err
		}
		c.Response().Header().Set(echo.HeaderCacheControl, "private, no-store")
		return sendQR(c, form, s.PublicURL+"/@"+shown.Person.Handle, fileName(shown.Person.Handle))
	}
}
