package web

import (
	"net/http"
	"path"
	"strings"

	"github.com/labstack/echo/v4"
)

// answered are the addresses that take forms and, where something is wrong in one, answer with a page at that address; and
// the page which that is. Whoever loads it again, or is led back to it, asks for an address that nobody can ask for.
var answered = []struct{ form, page string }{
	{"/you/password", "/you/sign-in"},
	{"/you/password/remove", "/you/sign-in"},
	{"/you/passkeys/*", "/you/sign-in"},
	{"/you/second/codes", "/you/sign-in"},
	{"/you/second/passkeys", "/you/sign-in"},
	{"/you/second/app/keep", "/you/second/app"},
	{"/you/addresses/*/code", ""}, // the page without its last part
	{"/you/data/bring", "/you/data"},
	{joinAt + "/*", joinAt},
	{"/admin/invitations", "/admin/sign-up"},
}

// nowhere is every address that is none: to those that answer forms there is a page to go to.
func (s *Site) nowhere(c echo.Context) error {
	asked := c.Request().URL.Path
	for _, one := range answered {
		if fits, err := path.Match(one.form, asked); err != nil || !fits || c.Request().Method != http.MethodGet {
			continue
		}
		if one.page == "" {
			one.page = strings.TrimSuffix(asked, "/"+path.Base(asked))
		}
		return seeOther(c, one.page)
	}
	return echo.ErrNotFound
}
