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

// sessionProof is the request of the letter by which whoever is signed in may prove again who they are.
const sessionProof = "proof"

// freshness is how long whoever has proved who they are may do what is dangerous without proving it again.
const freshness = 10 * time.Minute

// fresh lets through members who have signed in, or proved again who they are, a short while ago. Others are led to do so
// and back: to the page they asked for, or to the one whose form they sent, which is then filled in anew. It takes the
// place of members, around dangerous deeds and best around the page with their form too.
func (s *Site) fresh(next func(echo.Context, store.Person) error) echo.HandlerFunc {
	return s.members(s.freshly(next))
}

// freshly is what fresh does with whoever is signed in.
func (s *Site) freshly(next func(echo.Context, store.Person) error) func(echo.Context, store.Person) error {
	return func(c echo.Context, me store.Person) error {
		if s.isFresh(c) {
			return next(c, me)
		}
		return seeOther(c, "/sign-in/again?next="+url.QueryEscape(whence(c.Request())))
	}
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

// provedAgain notes that a member has just proved once more who they are, by a way such as "password", and leads them on.
// Every way of proving it again ends here, or in proveAgain where a script is to be led on.
func (s *Site) provedAgain(c echo.Context, me store.Person, way, onward string) error {
	if err := s.proveAgain(c, me, way); err != nil {
		return err
	}
	return seeOther(c, onward)
}

// proveAgain notes it under a new token.
func (s *Site) proveAgain(c echo.Context, me store.Person, way string) error {
	ctx := c.Request().Context()
	if err := s.newToken(ctx); err != nil {
		return err
	}
	s.sessions.Put(ctx, sessionPassword, printOf(me)) // its hash may have been made anew
	s.sessions.Put(ctx, sessionProved, s.Now().Unix())
	return s.Accounts.Proved(ctx, me.ID, way)
}

// againForm asks somebody who is signed in to prove it.
func (s *Site) againForm(c echo.Context, me store.Person) error {
	return s.showAgain(c, http.StatusOK, me, views.AgainPage{})
}

// again takes the password of whoever is signed in, or the code of a letter. Tries are slowed for this person's sessions
// alone.
func (s *Site) again(c echo.Context, me store.Person) error {
	if code := c.FormValue("code"); code != "" {
		return s.againByCode(c, me, code)
	}
	err := s.Accounts.CheckPassword(c.Request().Context(), me, c.FormValue("password"))
	var slow *account.SlowDown
	switch {
	case errors.As(err, &slow):
		c.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(int(slow.After.Seconds())+1))
		return s.showAgain(c, http.StatusTooManyRequests, me, views.AgainPage{Mistake: "slow-down"})
	case errors.Is(err, account.ErrWrong):
		return s.showAgain(c, http.StatusUnprocessableEntity, me, views.AgainPage{Mistake: "wrong-password"})
	case err != nil:
		return err
	}
	me, err = s.Store.Person(c.Request().Context(), me.ID) // whose password may have just been hashed anew
	if err != nil {
		return err
	}
	return s.provedAgain(c, me, "password", onward(c))
}

func (s *Site) againByCode(c echo.Context, me store.Person, code string) error {
	ctx := c.Request().Context()
	err := s.Accounts.ProveByCode(ctx, me, s.sessions.GetString(ctx, sessionProof), code)
	if status, mistake := codeMistake(c, err); mistake != "" {
		return s.showAgain(c, status, me, views.AgainPage{CodeMistake: mistake})
	}
	if err != nil {
		return err
	}
	s.sessions.Remove(ctx, sessionProof)
	return s.provedAgain(c, me, "letter", onward(c))
}

// askAgain writes the letter with the code, to the address that letters go to.
func (s *Site) askAgain(c echo.Context, me store.Person) error {
	ctx, back := c.Request().Context(), "/sign-in/again?next="+url.QueryEscape(onward(c))
	request, err := s.Accounts.AskToProve(ctx, me, s.asking(c, "", ""))
	var slow *account.SlowDown
	switch {
	case errors.As(err, &slow):
		return seeOther(c, back+"&done=letter-wait")
	case errors.Is(err, account.ErrLastWay):
		return seeOther(c, back+"&done=last-way")
	case err != nil:
		return err
	}
	s.sessions.Put(ctx, sessionProof, request)
	s.Kick()
	return seeOther(c, back+"&done=code-sent")
}

func (s *Site) againAgain(c echo.Context, me store.Person) error {
	return s.showAgain(c, http.StatusTooManyRequests, me, views.AgainPage{})
}

func (s *Site) showAgain(c echo.Context, status int, me store.Person, page views.AgainPage) (err error) {
	page.Name, page.Next, page.HasPassword = me.Name, onward(c), me.PasswordHash != ""
	page.Sent = s.sessions.GetString(c.Request().Context(), sessionProof) != ""
	page.Kept = s.Kept != nil && here(c.Request())
	keys, err := s.Store.Passkeys(c.Request().Context(), me.ID)
	if err != nil {
		return err
	}
	page.Passkeys = len(keys) > 0 && s.Accounts.PasskeysWork()
	if page.Frame, err = s.frame(c, "title.again", ""); err != nil {
		return err
	}
	if page.Providers, err = s.provingAgain(c.Request().Context(), me.ID); err != nil {
		return err
	}
	page.Frame.NoIndex, page.Frame.Passkeys = true, page.Passkeys
	return s.show(c, status, views.Again(page))
}
