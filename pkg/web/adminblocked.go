package web

import (
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/backpack"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// adminBlocked lists whom the house does not deal with.
func (s *Site) adminBlocked(c echo.Context, _ store.Person) error {
	return s.showBlocked(c, http.StatusOK, views.AdminBlockedPage{})
}

// block blocks a domain of addresses, or an issuer.
func (s *Site) block(c echo.Context, me store.Person) error {
	ctx, kind := c.Request().Context(), c.FormValue("kind")
	page := views.AdminBlockedPage{Kind: kind, Name: c.FormValue(kind), Reason: c.FormValue(kind + "-reason")}
	var err error
	switch kind {
	case store.BlockedDomain:
		_, err = s.Accounts.BlockDomain(ctx, me.ID, page.Name, page.Reason)
	case store.BlockedIssuer:
		_, _, err = s.Backpack.BlockIssuer(ctx, me.ID, page.Name, page.Reason)
	default:
		return echo.ErrBadRequest
	}
	mistakes, isMistake := mistakesOf(err)
	switch {
	case isMistake:
		page.Mistake, page.ReasonMistake = mistakes[kind], mistakes["reason"]
	case errors.Is(err, backpack.ErrNoIssuer):
		page.Mistake = "malformed"
	case errors.Is(err, backpack.ErrReason):
		page.ReasonMistake = "too-long"
	case errors.Is(err, store.ErrTaken):
		page.Mistake = "taken"
	case err != nil:
		return err
	default:
		return seeOther(c, "/admin/blocked?done=house-blocked")
	}
	return s.showBlocked(c, http.StatusUnprocessableEntity, page)
}

// unblock lifts a block.
func (s *Site) unblock(c echo.Context, me store.Person) error {
	lift := s.Accounts.UnblockDomain
	if strings.TrimSpace(c.FormValue("kind")) == store.BlockedIssuer {
		lift = s.Backpack.UnblockIssuer
	}
	if err := lift(c.Request().Context(), me.ID, c.Param("id")); err != nil {
		return err
	}
	return seeOther(c, "/admin/blocked?done=house-unblocked")
}

func (s *Site) showBlocked(c echo.Context, status int, page views.AdminBlockedPage) (err error) {
	page.Now = s.Now()
	if page.Domains, err = s.blockViews(c, store.BlockedDomain); err != nil {
		return err
	}
	if page.Issuers, err = s.blockViews(c, store.BlockedIssuer); err != nil {
		return err
	}
	if page.Frame, err = s.adminFrame(c, "blocked"); err != nil {
		return err
	}
	return s.show(c, status, views.AdminBlocked(page))
}

func (s *Site) blockViews(c echo.Context, kind string) ([]views.BlockView, error) {
	ctx, names := c.Request().Context(), s.names()
	blocks, err := s.Store.Blocks(ctx, kind)
	if err != nil {
		return nil, err
	}
	list := make([]views.BlockView, 0, len(blocks))
	for _, b := range blocks {
		view := views.BlockView{ID: b.ID, Name: b.Name, Reason: b.Reason, At: b.CreatedAt}
		if view.By, err = names.of(c, b.CreatedBy); err != nil {
			return nil, err
		}
		if kind == store.BlockedIssuer {
			if view.Badges, err = s.Store.BlockedCount(ctx, b.ID); err != nil {
				return nil, err
			}
		}
		list = append(list, view)
	}
	return list, nil
}
