package web

import (
	"context"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/calendar"
	"github.com/carnetbadges/carnet/pkg/openbadges"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// daysToRenew is how long before a badge ends its holder's calendar speaks up.
const daysToRenew = 30

// calendar is when the badges of one person end, for their calendar, which knows a secret and nothing else of them.
func (s *Site) calendar(c echo.Context) error {
	s.secretPage(c)
	secret, found := strings.CutSuffix(c.Param("secret"), ".ics")
	if !found {
		return echo.ErrNotFound
	}
	holder, badges, err := s.Passports.Ends(c.Request().Context(), secret, s.Now())
	if err != nil {
		return err
	}
	ctx := views.WithLanguage(c.Request().Context(), holder.Language)
	whole := calendar.Calendar{Name: views.T(ctx, "calendar.name"), Lang: views.Language(ctx)}
	for _, b := range badges {
		if standing(b) != "revoked" && b.Verdict != string(openbadges.Contradicted) { // which nobody renews
			whole.Days = append(whole.Days, s.renewal(ctx, b))
		}
	}
	return c.Blob(http.StatusOK, calendar.Type, whole.ICS())
}

// renewal is the day by which a badge must be renewed.
func (s *Site) renewal(ctx context.Context, b store.Badge) calendar.Day {
	return calendar.Day{
		UID: b.ID + "@" + s.public.Hostname(), On: *b.ExpiresAt, Changed: b.UpdatedAt, Remind: daysToRenew, URL: s.PublicURL + "/b/" + b.ID,
		Summary:     views.T(ctx, "calendar.renew", "Name", shortened(b.Name)),
		Description: views.T(ctx, "calendar.renew.say", "Name", b.Name, "Issuer", b.IssuerName, "Day", views.Day(ctx, *b.ExpiresAt)),
	}
}

// yourCalendar is where a person finds the addresses their calendar and other people's readers ask.
func (s *Site) yourCalendar(c echo.Context, me store.Person) error {
	secret, err := s.Passports.Calendar(c.Request().Context(), me.ID)
	if err != nil {
		return err
	}
	page := views.CalendarPage{}
	if secret != "" {
		page.Address = s.PublicURL + "/calendar/" + secret + ".ics"
		page.Subscribe = "webcal://" + strings.TrimPrefix(strings.TrimPrefix(page.Address, "https://"), "http://")
	}
	for _, l := range feedsOf(c.Request().Context(), s.PublicURL+"/@"+me.Handle, "") {
		page.Feeds = append(page.Feeds, l.Href)
	}
	if page.Frame, err = s.frame(c, "title.calendar", "you"); err != nil {
		return err
	}
	return s.show(c, http.StatusOK, views.YourCalendar(page))
}

// renewCalendar switches it on, or gives it another address.
func (s *Site) renewCalendar(c echo.Context, me store.Person) error {
	if err := s.Passports.RenewCalendar(c.Request().Context(), me.ID, s.Now()); err != nil {
		return err
	}
	return seeOther(c, "/you/calendar?done=calendar-made")
}

func (s *Site) endCalendar(c echo.Context, me store.Person) error {
	if err := s.Passports.EndCalendar(c.Request().Context(), me.ID); err != nil {
		return err
	}
	return seeOther(c, "/you/calendar?done=calendar-off")
}
