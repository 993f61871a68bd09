package web

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/backpack"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// yourLetters is where a person says which letters they want.
func (s *Site) yourLetters(c echo.Context, me store.Person) error {
	wish, err := s.Backpack.Wish(c.Request().Context(), me.ID)
	if err != nil {
		return err
	}
	page := views.LettersPage{Badges: wish}
	if page.Frame, err = s.frame(c, "title.letters", "you"); err != nil {
		return err
	}
	return s.show(c, http.StatusOK, views.Letters(page))
}

// saveLetters keeps it.
func (s *Site) saveLetters(c echo.Context, me store.Person) error {
	err := s.Backpack.SetWish(c.Request().Context(), me.ID, c.FormValue("badges"))
	if errors.Is(err, backpack.ErrWish) {
		return echo.ErrBadRequest
	}
	if err != nil {
		return err
	}
	return seeOther(c, "/you/letters?done=saved")
}

// unsubscribeForm asks whether the letters about badges shall end; opening a letter's link changes nothing.
func (s *Site) unsubscribeForm(c echo.Context) error {
	wish, err := s.Backpack.WishBySecret(c.Request().Context(), c.Param("secret"))
	if errors.Is(err, backpack.ErrWish) {
		return echo.ErrNotFound
	}
	if err != nil {
		return err
	}
	return s.showUnsubscribe(c, wish)
}

// unsubscribe ends them, for a person who presses the button and for a mail program that does it for them (RFC 8058 §3.2):
// nobody need be signed in, and it answers with a page, never by leading on.
func (s *Site) unsubscribe(c echo.Context) error {
	err := s.Backpack.Unsubscribe(c.Request().Context(), c.Param("secret"))
	if errors.Is(err, backpack.ErrWish) {
		return echo.ErrNotFound
	}
	if err != nil {
		return err
	}
	return s.showUnsubscribe(c, backpack.LettersNever)
}

func (s *Site) showUnsubscribe(c echo.Context, wish string) (err error) {
	page := views.UnsubscribePage{Secret: c.Param("secret"), Ended: wish == backpack.LettersNever}
	if page.Frame, err = s.frame(c, "title.unsubscribe", ""); err != nil {
		return err
	}
	page.Frame.NoIndex = true
	return s.show(c, http.StatusOK, views.Unsubscribe(page))
}
