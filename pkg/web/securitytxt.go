package web

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// contactLasts is how long what security.txt says may be relied on, at most (RFC 9116 §2.5.5 advises less than a year).
const contactLasts = 180 * 24 * time.Hour

// securityTxt says whom to tell of a hole (RFC 9116); there is none where nobody was named.
func (s *Site) securityTxt(c echo.Context) error {
	if s.SecurityContact == "" {
		return echo.ErrNotFound
	}
	c.Response().Header().Set(echo.HeaderCacheControl, "public, max-age=86400")
	expires := s.Now().UTC().Add(contactLasts).Truncate(24 * time.Hour).Format(time.RFC3339)
	return c.String(http.StatusOK, "Contact: "+s.SecurityContact+"\nExpires: "+expires+
		"\nPreferred-Languages: en, fr\nCanonical: "+s.PublicURL+"/.well-known/security.txt\n")
}
