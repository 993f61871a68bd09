package web

import (
	"net/http"
	"net/netip"

	"github.com/labstack/echo/v4"
)

// watched writes a line for every request that was refused: a wrong password or code, another's badge, an allowance
// that is spent, a form that is none. Which it was, route and status tell; what was typed or asked for stays out.
func (s *Site) watched(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		err := next(c)
		status := c.Response().Status
		if err != nil {
			status = statusOf(err)
		}
		known := c.Path() != "" && c.Path() != "/*"
		if known && status >= http.StatusBadRequest && status < http.StatusInternalServerError {
			s.note(c, "refused", "status", status)
		}
		return err
	}
}

// note writes down something that concerns who may come in: when, by which route, from which network and, signed in, who.
func (s *Site) note(c echo.Context, what string, more ...any) {
	line := []any{"request", c.Response().Header().Get(echo.HeaderXRequestID), "method", c.Request().Method, "route", c.Path(), "from", neighbourhood(c.RealIP())}
	if person, err := s.person(c); err == nil && person != nil {
		line = append(line, "person", person.ID)
	}
	s.Log.Info(what, append(line, more...)...)
}

// neighbourhood is as much of an address as the log may hold: the /24 or /48 it lies in.
func neighbourhood(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return "unknown"
	}
	ip = ip.Unmap().WithZone("")
	bits := 48
	if ip.Is4() {
		bits = 24
	}
	network, err := ip.Prefix(bits)
	if err != nil {
		return "unknown"
	}
	return network.String()
}
