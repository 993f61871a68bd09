package web

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/mail"
	"github.com/carnetbadges/carnet/views"
)

// lettersShown is how many kept letters the list shows.
const lettersShown = 100

// onlyHere answers only to this very machine, not through a proxy; to all others the page does not exist.
func onlyHere(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if !here(c.Request()) {
			return echo.ErrNotFound
		}
		return next(c)
	}
}

// KeptLettersAreShown says whether the site at this address shows its kept letters at /dev/mail: only where nobody but
// this machine's own people can mean it.
func KeptLettersAreShown(public *url.URL) bool { return ownName(public.Host) }

// here says whether a request was made on this machine, under its own name, and not handed on by a proxy.
func here(r *http.Request) bool {
	for _, sign := range []string{echo.HeaderXForwardedFor, echo.HeaderXForwardedProto, "X-Forwarded-Host", echo.HeaderXRealIP, "Forwarded", "Via"} {
		if r.Header.Get(sign) != "" {
			return false
		}
	}
	return loopback(r) && ownName(r.Host)
}

// letters lists the letters that were kept because none can be sent.
func (s *Site) letters(c echo.Context) error {
	kept, err := s.Kept.Kept(c.Request().Context(), lettersShown)
	if err != nil {
		return err
	}
	page := views.DevMailPage{}
	for _, one := range kept {
		page.Letters = append(page.Letters, keptView(one))
	}
	if page.Frame, err = s.frame(c, "title.devmail", ""); err != nil {
		return err
	}
	return s.show(c, http.StatusOK, views.DevMail(page))
}

// letter shows one of them.
func (s *Site) letter(c echo.Context) error {
	kept, err := s.Kept.Letter(c.Request().Context(), c.Param("id"))
	if errors.Is(err, mail.ErrNotFound) {
		return echo.ErrNotFound
	}
	if err != nil {
		return err
	}
	page := views.DevLetterPage{Letter: keptView(kept)}
	if page.Frame, err = s.frame(c, "title.devmail", ""); err != nil {
		return err
	}
	return s.show(c, http.StatusOK, views.DevLetter(page))
}

// ownName says whether a Host header names this machine; another name that leads here is somebody's trick to read along.
func ownName(host string) bool {
	name := (&url.URL{Host: host}).Hostname()
	return name == "localhost" || name == "127.0.0.1" || name == "::1"
}

func keptView(k mail.KeptLetter) views.KeptLetter {
	return views.KeptLetter{ID: k.ID, To: k.To, Subject: k.Subject, Text: k.Text, At: k.At}
}
