package web

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// What a half-open session holds: who has taken the first step, by which way, until when the second is awaited, and
// where they are going. The person is not under sessionPerson, so that to everything else nobody is signed in.
const (
	halfPerson   = "half"
	halfProof    = "half-proof" // that they have, as long as nothing ends their sessions
	halfPassword = "half-password"
	halfWay      = "half-way"
	halfUntil    = "half-until"
	halfOnward   = "half-onward"
)

// halfLasts is how long the second step is awaited.
const halfLasts = account.StepLasts

// openHalf notes that somebody has taken the first step, under a new token, and leads to the second.
func (s *Site) openHalf(c echo.Context, person store.Person, way, onward string) error {
	ctx := c.Request().Context()
	proof, err := s.Accounts.FirstStep(ctx, person.ID)
	if err != nil {
		return err
	}
	if err := s.newToken(ctx); err != nil {
		return err
	}
	s.forgetOther(c)
	s.sessions.Remove(ctx, sessionPerson)
	s.sessions.Remove(ctx, sessionJoined)
	s.sessions.Put(ctx, halfPerson, person.ID)
	s.sessions.Put(ctx, halfProof, proof)
	s.sessions.Put(ctx, halfPassword, printOf(person))
	s.sessions.Put(ctx, halfWay, way)
	s.sessions.Put(ctx, halfUntil, s.Now().Add(halfLasts).Unix())
	s.sessions.Put(ctx, halfOnward, onward)
	return seeOther(c, "/sign-in/second")
}

// closeHalf forgets who has taken the first step.
func (s *Site) closeHalf(c echo.Context) {
	for _, key := range []string{halfPerson, halfProof, halfPassword, halfWay, halfUntil, halfOnward} {
		s.sessions.Remove(c.Request().Context(), key)
	}
}

// halfway lets through only whoever has taken the first step a short while ago, with the password of now and as they
// still sign in.
func (s *Site) halfway(next func(echo.Context, store.Person) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		ctx := c.Request().Context()
		id := s.sessions.GetString(ctx, halfPerson)
		if id == "" {
			return seeOther(c, "/sign-in")
		}
		person, err := s.Store.Person(ctx, id)
		if err != nil && !isNotFound(err) {
			return err
		}
		taken, failed := s.Accounts.StillTaken(ctx, id, s.sessions.GetString(ctx, halfProof))
		if failed != nil {
			return failed
		}
		late := s.Now().Unix() >= s.sessions.GetInt64(ctx, halfUntil)
		if err != nil || !taken || late || person.DisabledAt != nil || s.sessions.GetString(ctx, halfPassword) != printOf(person) {
			return seeOther(c, "/sign-in?done=second-late")
		}
		return next(c, person)
	}
}

// secondDoor asks for the second step.
func (s *Site) secondDoor(c echo.Context, person store.Person) error {
	return s.showSecondDoor(c, http.StatusOK, person, "")
}

// openSecond takes a code of an app or a recovery code, and opens the session that is half open.
func (s *Site) openSecond(c echo.Context, person store.Person) error {
	ctx := c.Request().Context()
	_, err := s.Accounts.OpenSecond(ctx, person.ID, c.FormValue("code"))
	var slow *account.SlowDown
	switch {
	case errors.As(err, &slow):
		retryAfter(c, slow)
		return s.showSecondDoor(c, http.StatusTooManyRequests, person, "slow-down")
	case errors.Is(err, account.ErrCode):
		s.Kick()
		return s.showSecondDoor(c, http.StatusUnprocessableEntity, person, "wrong")
	case err != nil:
		return err
	}
	s.Kick()
	way, next := s.sessions.GetString(ctx, halfWay), s.sessions.GetString(ctx, halfOnward)
	if err := s.letIn(c, person, way); err != nil {
		return err
	}
	return seeOther(c, next)
}

func (s *Site) secondDoorAgain(c echo.Context, person store.Person) error {
	return s.showSecondDoor(c, http.StatusTooManyRequests, person, "")
}

func (s *Site) showSecondDoor(c echo.Context, status int, person store.Person, mistake string) error {
	ctx := c.Request().Context()
	step, err := s.Accounts.SecondStep(ctx, person)
	if err != nil {
		return err
	}
	page := views.SecondDoorPage{
		Name: person.Name, App: step.AppAt != nil, Recovery: step.AppAt == nil || c.FormValue("with") == "recovery",
		Passkeys: step.Passkeys > 0 && s.Accounts.PasskeysWork(), Mistake: mistake, Next: s.sessions.GetString(ctx, halfOnward),
	}
	if page.Frame, err = s.frame(c, "title.second-door", ""); err != nil {
		return err
	}
	page.Frame.NoIndex, page.Frame.Passkeys = true, page.Passkeys
	return s.show(c, status, views.SecondDoor(page))
}
