package web

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/views"
)

// What a session holds of the letter its browser has asked for.
const (
	sessionRequest = "request" // the request that its code belongs to
	sessionAsked   = "asked"   // the address as it was typed
)

// askByLetter writes a letter with a link and a code to any address, known here or not.
func (s *Site) askByLetter(c echo.Context) error {
	ctx, email := c.Request().Context(), c.FormValue("email")
	request, err := s.Accounts.AskByLetter(ctx, s.asking(c, email, onward(c)))
	if enough, slow := enoughLetters(c, err); slow {
		return s.showSignIn(c, http.StatusTooManyRequests, views.SignInPage{Email: email, Mistakes: enough})
	}
	if mistakes, ok := mistakesOf(err); ok {
		return s.showSignIn(c, http.StatusUnprocessableEntity, views.SignInPage{Email: email, Mistakes: mistakes})
	}
	if err != nil {
		return err
	}
	s.sessions.Put(ctx, sessionRequest, request)
	s.sessions.Put(ctx, sessionAsked, email)
	s.Kick()
	return seeOther(c, "/sign-in/code")
}

// asking is who asks for a letter, and with what.
func (s *Site) asking(c echo.Context, email, onward string) account.Asking {
	with := deviceOf(c.Request().UserAgent())
	return account.Asking{
		Email: email, Language: views.Language(c.Request().Context()), From: household(c.RealIP()).String(), Onward: onward,
		Browser: with.Browser, System: with.System,
	}
}

// codeForm asks for the code of the letter this browser asked for.
func (s *Site) codeForm(c echo.Context) error {
	if s.sessions.GetString(c.Request().Context(), sessionRequest) == "" {
		return seeOther(c, "/sign-in")
	}
	return s.showCode(c, http.StatusOK, "")
}

// code lets in by the code. Where it makes a passport, the page of the letter's link asks for the name.
func (s *Site) code(c echo.Context) error {
	ctx := c.Request().Context()
	request := s.sessions.GetString(ctx, sessionRequest)
	if request == "" {
		return seeOther(c, "/sign-in")
	}
	person, onward, link, err := s.Accounts.OpenByCode(ctx, request, c.FormValue("code"))
	if status, mistake := codeMistake(c, err); mistake != "" {
		return s.showCode(c, status, mistake)
	}
	if err != nil {
		return err
	}
	if link != "" {
		return seeOther(c, "/sign-in/letter/"+link)
	}
	return s.admit(c, person, "letter", onward)
}

// codeMistake is the answer to a code that does not open.
func codeMistake(c echo.Context, err error) (status int, mistake string) {
	var slow *account.SlowDown
	switch {
	case errors.As(err, &slow):
		c.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(int(slow.After.Seconds())+1))
		return http.StatusTooManyRequests, "slow-down"
	case errors.Is(err, account.ErrWrong):
		return http.StatusUnprocessableEntity, "wrong"
	case errors.Is(err, account.ErrSecret):
		return http.StatusUnprocessableEntity, "over"
	}
	return 0, ""
}

func (s *Site) codeAgain(c echo.Context) error { return s.showCode(c, http.StatusTooManyRequests, "") }

func (s *Site) showCode(c echo.Context, status int, mistake string) (err error) {
	page := views.CodePage{Email: s.sessions.GetString(c.Request().Context(), sessionAsked), Mistake: mistake, Kept: s.Kept != nil && here(c.Request())}
	if page.Frame, err = s.frame(c, "title.letter-sent", ""); err != nil {
		return err
	}
	page.Frame.NoIndex = true
	return s.show(c, status, views.Code(page))
}

// arrivalForm is where the link of a letter leads. It says whose passport would be opened, and whether this browser asked
// for it: whoever was sent somebody else's letter can see so. Opening it changes nothing.
func (s *Site) arrivalForm(c echo.Context) error {
	return s.showArrival(c, http.StatusOK, "", nil)
}

// arrive does what the letter is for: lets in, or makes a passport.
func (s *Site) arrive(c echo.Context) error {
	ctx, name := c.Request().Context(), c.FormValue("name")
	person, onward, made, err := s.Accounts.OpenByLink(ctx, c.Param("secret"), name, views.Language(ctx), s.invitation(c))
	if mistakes, ok := mistakesOf(err); ok {
		return s.showArrival(c, http.StatusUnprocessableEntity, name, mistakes)
	}
	if errors.Is(err, account.ErrSecret) {
		return s.showStale(c, "letter")
	}
	if isNoJoining(err) {
		return s.noJoining(c, http.StatusForbidden, err)
	}
	if err != nil {
		return err
	}
	s.sessions.Remove(ctx, sessionInvitation)
	s.Kick()
	if made && onward == wall {
		onward = wall + "?done=made"
	}
	return s.admit(c, person, "letter", onward)
}

func (s *Site) arrivalAgain(c echo.Context) error {
	return s.showArrival(c, http.StatusTooManyRequests, c.FormValue("name"), nil)
}

func (s *Site) showArrival(c echo.Context, status int, name string, mistakes map[string]string) error {
	ctx := c.Request().Context()
	arrival, err := s.Accounts.Arrive(ctx, c.Param("secret"))
	if errors.Is(err, account.ErrSecret) {
		return s.showStale(c, "letter")
	}
	if err != nil {
		return err
	}
	if arrival.Person.ID == "" {
		if err := s.mayJoin(c); err != nil {
			return s.noJoining(c, http.StatusOK, err)
		}
	}
	me, err := s.person(c)
	if err != nil {
		return err
	}
	page := views.ArrivalPage{
		Secret: c.Param("secret"), Email: arrival.Email, Name: arrival.Person.Name, Makes: arrival.Person.ID == "", Typed: name, Mistakes: mistakes,
		Asked: arrival.AskedBy(s.sessions.GetString(ctx, sessionRequest)), Browser: arrival.Browser, System: arrival.System, AskedAt: arrival.AskedAt, Now: s.Now(),
	}
	if me != nil && me.ID != arrival.Person.ID {
		page.SignedIn = me.Name
	}
	if page.Frame, err = s.frame(c, "title.arrival", ""); err != nil {
		return err
	}
	page.Frame.NoIndex = true
	return s.show(c, status, views.Arrival(page))
}
