package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// freshness is how long whoever has proved who they are may do what is dangerous without proving it again.
const freshness = 10 * time.Minute

// fresh lets through members who have signed in, or proved again who they are, a short while ago. Others are led to do so
// and back: to the page they asked for, or to the one whose form they sent, which is then filled in anew. It takes the
// place of members, around dangerous deeds and best around the page with their form too.
func (s *Site) fresh(next func(echo.Context, store.Person) error) echo.HandlerFunc {
	return s.members(func(c echo.Context, me store.Person) error {
		if s.isFresh(c) {
			return next(c, me)
		}
		return seeOther(c, "/sign-in/again?next="+url.QueryEscape(whence(c.Request())))
	})
}

// isFresh says whether whoever is signed in here has proved who they are within freshness.
func (s *Site) isFresh(c echo.Context) bool {
	proved := time.Unix(s.sessions.GetInt64(c.Request().Context(), sessionProved), 0)
	return s.Now().Sub(proved) <= freshness
}

// whence is the page somebody looks at: the one they ask for or, sending a form, the one it stands on.
func whence(r *http.Request) string {
	if r.Method == http.MethodGet {
		return r.URL.RequestURI()
	}
	from, err := url.Parse(r.Referer())
	if err == nil && from.Host == r.Host && within(from.RequestURI()) {
		return from.RequestURI()
	}
	return "/you"
}

// provedAgain notes that a member has just proved once more who they are, by a way such as "password", under a new token,
// and leads them on. Every way of proving it again ends here.
func (s *Site) provedAgain(c echo.Context, me store.Person, way, onward string) error {
	if err := s.renew(c, me); err != nil {
		return err
	}
	s.sessions.Put(c.Request().Context(), sessionProved, s.Now().Unix())
	if err := s.Accounts.Proved(c.Request().Context(), me.ID, way); err != nil {
		return err
	}
	return seeOther(c, onward)
}

// againForm asks somebody who is signed in to prove it.
func (s *Site) againForm(c echo.Context, me store.Person) error {
	return s.showAgain(c, http.StatusOK, me, "")
}

// again takes the password of whoever is signed in. Tries are slowed for this person's sessions alone.
func (s *Site) again(c echo.Context, me store.Person) error {
	err := s.Accounts.CheckPassword(c.Request().Context(), me, c.FormValue("password"))
	var slow *account.SlowDown
	switch {
	case errors.As(err, &slow):
		c.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(int(slow.After.Seconds())+1))
		return s.showAgain(c, http.StatusTooManyRequests, me, "slow-down")
	case errors.Is(err, account.ErrWrong):
		return s.showAgain(c, http.StatusUnprocessableEntity, me, "wrong-password")
	case err != nil:
		return err
	}
	return s.provedAgain(c, me, "password", onward(c))
}

func (s *Site) againAgain(c echo.Context, me store.Person) error {
	return s.showAgain(c, http.StatusTooManyRequests, me, "")
}

func (s *Site) showAgain(c echo.Context, status int, me store.Person, mistake string) (err error) {
	page := views.AgainPage{Name: me.Name, Mistake: mistake, Next: onward(c), HasPassword: me.PasswordHash != ""}
	if page.Frame, err = s.frame(c, "title.again", ""); err != nil {
		return err
	}
	page.Frame.NoIndex = true
	if page.Providers, err = s.offeredTo(c.Request().Context(), me.ID); err != nil {
		return err
	}
	return s.show(c, status, views.Again(page))
}
