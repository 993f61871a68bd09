package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"
)

// legible refuses what is no text, NUL and broken UTF-8, before anything reads it: databases keep neither. A path like
// that leads nowhere; a query or form like that is a bad request. Forms in parts are not read here, because that would
// take in the files of whoever is not signed in; what is kept of them, the store keeps as text.
func legible(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if !isText(r.URL.Path) {
			return echo.ErrNotFound
		}
		if !areTexts(r.URL.Query()) {
			return echo.ErrBadRequest
		}
		if r.Method == http.MethodPost {
			if err := r.ParseForm(); err != nil {
				return refusedForm(err)
			}
		}
		if !areTexts(r.PostForm) {
			return echo.ErrBadRequest
		}
		return next(c)
	}
}

// refusedForm tells a form that is too large from one that cannot be read.
func refusedForm(err error) error {
	var ours *echo.HTTPError
	var large *http.MaxBytesError
	if errors.As(err, &ours) || errors.As(err, &large) {
		return err
	}
	return echo.NewHTTPError(http.StatusBadRequest).SetInternal(err)
}

func isText(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") }

func areTexts(values url.Values) bool {
	for name, list := range values {
		if !isText(name) || !isText(strings.Join(list, "")) {
			return false
		}
	}
	return true
}
