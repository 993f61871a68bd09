package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/account"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// addressList shows a person the addresses by which badges find them.
func (s *Site) addressList(c echo.Context, me store.Person) error {
	return s.showAddresses(c, http.StatusOK, me, c.QueryParam("email"), nil)
}

// addAddress claims one more address, by which one can sign in too: whoever asks must have proved lately who they are.
// Whoever has the address already, the same page answers: the letter tells.
func (s *Site) addAddress(c echo.Context, me store.Person) error {
	typed := c.FormValue("email")
	if !s.isFresh(c) {
		back := "/you/addresses?" + url.Values{"email": {typed}}.Encode()
		return seeOther(c, "/sign-in/again?"+url.Values{"next": {back}}.Encode())
	}
	claim, err := s.Accounts.AddAddress(c.Request().Context(), me.ID, household(c.RealIP()).String(), typed)
	if enough, slow := enoughLetters(c, err); slow {
		return s.showAddresses(c, http.StatusTooManyRequests, me, typed, enough)
	}
	if mistakes, ok := mistakesOf(err); ok {
		return s.showAddresses(c, http.StatusUnprocessableEntity, me, typed, mistakes)
	}
	if err != nil {
		return err
	}
	s.Kick()
	if claim.VerifiedAt != nil {
		return seeOther(c, "/you/addresses?done=address-added")
	}
	return seeOther(c, addressAt(claim.ID))
}

func (s *Site) addAddressAgain(c echo.Context, me store.Person) error {
	return s.showAddresses(c, http.StatusTooManyRequests, me, c.FormValue("email"), nil)
}

// address is where the code of an address's letter is typed; a confirmed one stands in the list.
func (s *Site) address(c echo.Context, me store.Person) error {
	return s.showAddress(c, http.StatusOK, me, "")
}

// confirmCode proves an address by the code of its letter.
func (s *Site) confirmCode(c echo.Context, me store.Person) error {
	accepted, err := s.Accounts.ConfirmByCode(c.Request().Context(), me.ID, c.Param("address"), c.FormValue("code"))
	var slow *account.SlowDown
	switch {
	case errors.As(err, &slow):
		return s.showAddress(c, http.StatusTooManyRequests, me, "slow-down")
	case errors.Is(err, account.ErrSecret):
		return s.showAddress(c, http.StatusUnprocessableEntity, me, "wrong")
	case err != nil:
		return err
	}
	s.Kick()
	return seeOther(c, arrivedAt(accepted))
}

// arrivedAt is where one goes from an address just confirmed: to the badges it brought, else to the list.
func arrivedAt(accepted int) string {
	if accepted > 0 {
		return "/badges?done=confirmed-badges&n=" + strconv.Itoa(accepted)
	}
	return "/you/addresses?done=address-confirmed"
}

// choosePrimary makes an address the one that letters go to.
func (s *Site) choosePrimary(c echo.Context, me store.Person) error {
	ctx := c.Request().Context()
	me, err := s.Accounts.ChoosePrimary(ctx, me.ID, c.Param("address"), s.sessions.Token(ctx))
	if err != nil {
		return err
	}
	s.Kick()
	if err := s.renew(c, me); err != nil {
		return err
	}
	return seeOther(c, "/you/addresses?done=address-primary")
}

// removeAddressForm says what removing an address will do.
func (s *Site) removeAddressForm(c echo.Context, me store.Person) error {
	view, err := s.ownAddress(c, me)
	if err != nil {
		return err
	}
	if view.Needed {
		return seeOther(c, "/you/addresses?done=address-needed")
	}
	page := views.AddressPage{Address: view}
	if page.Frame, err = s.frame(c, "title.address-remove", "you"); err != nil {
		return err
	}
	return s.show(c, http.StatusOK, views.RemoveAddress(page))
}

// removeAddress ends a claim, with a way back for a while.
func (s *Site) removeAddress(c echo.Context, me store.Person) error {
	ctx, id := c.Request().Context(), c.Param("address")
	me, err := s.Accounts.RemoveAddress(ctx, me.ID, id, s.sessions.Token(ctx))
	if errors.Is(err, account.ErrAddressNeeded) {
		return seeOther(c, "/you/addresses?done=address-needed")
	}
	if err != nil {
		return err
	}
	s.Kick()
	if err := s.renew(c, me); err != nil {
		return err
	}
	return seeOther(c, "/you/addresses?done=address-removed&address="+url.QueryEscape(id))
}

// restoreAddress takes a removal back.
func (s *Site) restoreAddress(c echo.Context, me store.Person) error {
	err := s.Accounts.RestoreAddress(c.Request().Context(), me.ID, c.Param("address"))
	switch {
	case errors.Is(err, store.ErrTaken):
		return seeOther(c, "/you/addresses?done=address-taken")
	case isNotFound(err):
		return seeOther(c, "/you/addresses?done=address-gone")
	case err != nil:
		return err
	}
	s.Kick()
	return seeOther(c, "/you/addresses?done=address-restored")
}

// resendLetter sends the letter that confirms an address once more, and leads to where its code is typed.
func (s *Site) resendLetter(c echo.Context, me store.Person) error {
	id := c.FormValue("address")
	err := s.Accounts.ResendConfirmation(c.Request().Context(), me.ID, id)
	var slow *account.SlowDown
	if errors.As(err, &slow) {
		return seeOther(c, addressAt(id)+"?done=letter-wait")
	}
	if err != nil {
		return err
	}
	s.Kick()
	return seeOther(c, addressAt(id)+"?done=letter-sent")
}

func addressAt(id string) string { return "/you/addresses/" + url.PathEscape(id) }

func (s *Site) showAddress(c echo.Context, status int, me store.Person, mistake string) error {
	view, err := s.ownAddress(c, me)
	if err != nil {
		return err
	}
	if view.VerifiedAt != nil {
		return seeOther(c, "/you/addresses")
	}
	page := views.AddressPage{Address: view, Mistake: mistake, Kept: s.Kept != nil && here(c.Request())}
	if page.Frame, err = s.frame(c, "title.address", "you"); err != nil {
		return err
	}
	return s.show(c, status, views.Address(page))
}

func (s *Site) showAddresses(c echo.Context, status int, me store.Person, typed string, mistakes map[string]string) error {
	ctx := c.Request().Context()
	page := views.AddressesPage{Email: typed, Mistakes: mistakes, Most: account.MostAddresses}
	var err error
	if page.Addresses, err = s.ownAddresses(ctx, me); err != nil {
		return err
	}
	if page.Removed, err = s.awaitedAddresses(ctx, me); err != nil {
		return err
	}
	if page.Frame, err = s.frame(c, "title.addresses", "you"); err != nil {
		return err
	}
	return s.show(c, status, views.Addresses(page))
}

// ownAddress is the address a request speaks of, when it is this person's.
func (s *Site) ownAddress(c echo.Context, me store.Person) (views.AddressView, error) {
	all, err := s.ownAddresses(c.Request().Context(), me)
	for _, one := range all {
		if one.ID == c.Param("address") {
			return one, err
		}
	}
	if err == nil {
		err = store.ErrNotFound
	}
	return views.AddressView{}, err
}

// ownAddresses are a person's addresses with the badges each brought.
func (s *Site) ownAddresses(ctx context.Context, me store.Person) ([]views.AddressView, error) {
	all, err := s.Store.Addresses(ctx, me.ID)
	if err != nil {
		return nil, err
	}
	list, err := s.addressViews(ctx, me, all)
	proved := 0
	for _, one := range list {
		if one.VerifiedAt != nil {
			proved++
		}
	}
	for i, one := range list {
		list[i].Needed = one.Primary || one.VerifiedAt != nil && proved == 1
	}
	return list, err
}

// awaitedAddresses are those a person has removed and badges still wait for.
func (s *Site) awaitedAddresses(ctx context.Context, me store.Person) (list []views.AddressView, err error) {
	removed, err := s.Store.RemovedAddresses(ctx, me.ID)
	if err != nil || len(removed) == 0 {
		return nil, err
	}
	all, err := s.addressViews(ctx, me, removed)
	for _, one := range all {
		if one.Waiting > 0 {
			list = append(list, one)
		}
	}
	return list, err
}

func (s *Site) addressViews(ctx context.Context, me store.Person, all []store.Address) (list []views.AddressView, err error) {
	uses, err := s.Store.AddressUses(ctx, me.ID)
	for _, one := range all {
		use := uses[one.ID]
		list = append(list, views.AddressView{ID: one.ID, Email: one.Email, Primary: one.Primary, VerifiedAt: one.VerifiedAt, Accepted: use.Accepted, Waiting: use.Waiting})
	}
	return list, err
}
