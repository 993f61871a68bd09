package web

import (
	"errors"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/hashicorp/golang-lru/v2/expirable"
	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// notedFor is how long a session's use is not written down again. The store holds it too, for what is not remembered here.
const notedFor = 5 * time.Minute

// newNoted remembers which sessions' use was just written down: about 1 MB.
func newNoted() *expirable.LRU[string, struct{}] {
	return expirable.NewLRU[string, struct{}](10_000, nil, notedFor)
}

// used writes down, at most once in five minutes, that the session of a member was used. It is the one thing that is
// written because somebody looks, and only at pages that are a member's own: it changes nothing that any page shows but
// the list of their sessions, and without it a session could not end by lying idle. Should it fail, the page is still theirs.
func (s *Site) used(c echo.Context) {
	ctx := c.Request().Context()
	token := s.sessions.Token(ctx)
	if token == "" || s.noted.Contains(token) {
		return
	}
	s.noted.Add(token, struct{}{})
	if err := s.Store.UseSession(ctx, token); err != nil {
		s.Log.Warn("the use of a session could not be noted", "fault", err)
	}
}

// yourSessions shows in which browsers a person is signed in.
func (s *Site) yourSessions(c echo.Context, me store.Person) error {
	ctx := c.Request().Context()
	all, err := s.Store.SessionsOf(ctx, me.ID, s.sessions.Token(ctx))
	if err != nil {
		return err
	}
	page := views.SessionsPage{Now: s.Now()}
	for _, one := range all {
		page.Sessions = append(page.Sessions, views.SessionView{
			ID: one.ID, Here: one.Here, Browser: one.Browser, System: one.System, Country: one.Country, Way: one.Way, Since: one.CreatedAt, Used: one.UsedAt,
		})
	}
	if page.Frame, err = s.frame(c, "title.sessions", "you"); err != nil {
		return err
	}
	return s.show(c, http.StatusOK, views.Sessions(page))
}

// endSession ends one of them.
func (s *Site) endSession(c echo.Context, me store.Person) error {
	err := s.Accounts.EndSession(c.Request().Context(), me.ID, c.FormValue("session"))
	if err != nil && !errors.Is(err, store.ErrNotFound) { // what has ended meanwhile is as it should be
		return err
	}
	return seeOther(c, "/you/sessions?done=session-ended")
}

// endOtherSessions ends all but this one.
func (s *Site) endOtherSessions(c echo.Context, me store.Person) error {
	ctx := c.Request().Context()
	if err := s.Accounts.EndSessions(ctx, me.ID, s.sessions.Token(ctx)); err != nil {
		return err
	}
	return seeOther(c, "/you/sessions?done=sessions-ended")
}

// signOutEverywhere ends all, and this one too.
func (s *Site) signOutEverywhere(c echo.Context, me store.Person) error {
	ctx := c.Request().Context()
	if err := s.Accounts.EndSessions(ctx, me.ID, ""); err != nil {
		return err
	}
	if err := s.sessions.Destroy(ctx); err != nil {
		return err
	}
	return seeOther(c, "/?done=signed-out-everywhere")
}

// country is from which country a request came, by the header that a proxy of ours sets (ISO 3166, two letters); empty
// where none is named in the settings, it is not said, or somebody else says it.
func (s *Site) country(r *http.Request) string {
	said := strings.ToUpper(r.Header.Get(s.CountryHeader))
	if s.CountryHeader == "" || len(said) != 2 || strings.Trim(said, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" || said == "XX" {
		return ""
	}
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return ""
	}
	for _, proxy := range s.TrustedProxies {
		if proxy.Contains(from.Addr().Unmap()) {
			return said
		}
	}
	return ""
}
