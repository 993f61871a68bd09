package web

import (
	"context"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// confirmForm shows the button that confirms an address: mail programs open links by themselves, people press buttons.
func (s *Site) confirmForm(c echo.Context) error {
	claimant, _, err := s.Accounts.Claim(c.Request().Context(), c.Param("secret"))
	if errors.Is(err, account.ErrSecret) {
		return s.showStale(c, "confirm")
	}
	if err != nil {
		return err
	}
	familiar, err := s.familiar(c, claimant)
	if err != nil {
		return err
	}
	if !familiar && claimant.PasswordHash == "" {
		return s.showConfirmAlone(c, claimant)
	}
	return s.showConfirm(c, http.StatusOK, views.ConfirmPage{AskPassword: !familiar})
}

// confirm proves an address to be its owner's, signs them in and lets in the badges that waited for it. In a browser
// that has not seen the claimant it takes the password too: else a stranger who joined with somebody's address would
// be let in by that somebody. Who joined without one has nothing by which they could come in besides.
func (s *Site) confirm(c echo.Context) error {
	ctx, secret := c.Request().Context(), c.Param("secret")
	claimant, _, err := s.Accounts.Claim(ctx, secret)
	if errors.Is(err, account.ErrSecret) {
		return s.showStale(c, "confirm")
	}
	if err != nil {
		return err
	}
	familiar, err := s.familiar(c, claimant)
	if err != nil {
		return err
	}
	if !familiar && claimant.PasswordHash == "" {
		if c.FormValue("by") != "letter" {
			return s.showConfirmAlone(c, claimant)
		}
		err := s.confirmed(c, s.Accounts.ConfirmByLetter)
		if errors.Is(err, account.ErrOpenFirst) {
			return s.showConfirmAlone(c, claimant)
		}
		return err
	}
	if !familiar {
		err := s.Accounts.CheckPassword(ctx, claimant, c.FormValue("password"))
		var slow *account.SlowDown
		switch {
		case errors.As(err, &slow):
			return s.showConfirm(c, http.StatusTooManyRequests, views.ConfirmPage{AskPassword: true, Mistake: "slow-down"})
		case errors.Is(err, account.ErrWrong):
			return s.showConfirm(c, http.StatusUnprocessableEntity, views.ConfirmPage{AskPassword: true, Mistake: "wrong"})
		case err != nil:
			return err
		}
	}
	return s.confirmed(c, s.Accounts.ConfirmAddress)
}

type confirming func(ctx context.Context, secret string) (store.Person, store.Address, int, error)

// confirmed does what the letter asked for, as far as whoever presses the button is known to be its claimant.
func (s *Site) confirmed(c echo.Context, confirm confirming) error {
	person, _, accepted, err := confirm(c.Request().Context(), c.Param("secret"))
	if errors.Is(err, account.ErrSecret) {
		return s.showStale(c, "confirm")
	}
	if err != nil {
		return err
	}
	s.Kick()
	me, err := s.person(c)
	switch {
	case err != nil:
		return err
	case me != nil && me.ID == person.ID:
		return seeOther(c, arrivedAt(accepted))
	case accepted > 0:
		return s.admit(c, person, "confirm", arrivedAt(accepted))
	}
	return s.admit(c, person, "confirm", "/badges?done=confirmed")
}

// familiar says whether this browser is signed in as this person, or is the one they joined with.
func (s *Site) familiar(c echo.Context, person store.Person) (bool, error) {
	me, err := s.person(c)
	if err != nil {
		return false, err
	}
	joined := s.sessions.GetString(c.Request().Context(), sessionJoined)
	return me != nil && me.ID == person.ID || joined == person.ID, nil
}

// showConfirmAlone asks somebody in a strange browser who joined without a password to sign in as they did when they
// joined; the letter alone does too, and drops that way of signing in. Who has a passport already signs in to it.
func (s *Site) showConfirmAlone(c echo.Context, claimant store.Person) error {
	known, err := s.Store.AnyVerifiedAddress(c.Request().Context(), claimant.ID)
	if err != nil {
		return err
	}
	if known {
		return s.showConfirm(c, http.StatusOK, views.ConfirmPage{Elsewhere: true})
	}
	providers, err := s.offeredTo(c.Request().Context(), claimant.ID)
	if err != nil {
		return err
	}
	return s.showConfirm(c, http.StatusOK, views.ConfirmPage{Alone: true, Providers: providers})
}

func (s *Site) showConfirm(c echo.Context, status int, page views.ConfirmPage) (err error) {
	if page.Frame, err = s.frame(c, "title.confirm", ""); err != nil {
		return err
	}
	page.Frame.NoIndex, page.Secret = true, c.Param("secret")
	return s.show(c, status, views.Confirm(page))
}

// showStale says that a letter's link is used or too old, and how to get another.
func (s *Site) showStale(c echo.Context, kind string) error {
	frame, err := s.frame(c, "title.stale", "")
	if err != nil {
		return err
	}
	frame.NoIndex = true
	return s.show(c, http.StatusGone, views.Stale(views.StalePage{Frame: frame, Kind: kind}))
}
