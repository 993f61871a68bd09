package web

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/carnetbadges/carnet/pkg/mail"
	"github.com/carnetbadges/carnet/store"
	"github.com/carnetbadges/carnet/views"
)

// adminTests is where letters and storage are tried.
func (s *Site) adminTests(c echo.Context, me store.Person) error {
	return s.showTests(c, me, views.AdminTestsPage{})
}

// testMail sends a letter to one of the reader's own addresses, at once, and shows what the mail server said.
func (s *Site) testMail(c echo.Context, me store.Person) error {
	ctx, to := c.Request().Context(), c.FormValue("to")
	own, err := s.provedAddresses(c, me)
	if err != nil {
		return err
	}
	if !slices.Contains(own, to) {
		return store.ErrNotFound
	}
	subject, text, html := views.Letter(views.WithLanguage(ctx, me.Language), "test", views.LetterParams{Name: me.Name, Link: s.PublicURL + "/admin/tests", Site: s.PublicURL})
	page := views.AdminTestsPage{Mail: "taken", MailTo: to}
	said, failed := s.Post.Try(ctx, mail.Letter{To: to, Subject: subject, Text: text, HTML: html})
	page.Said = said
	switch {
	case failed != nil:
		page.Mail, page.Fault = "failed", failed.Error()
	case s.Kept != nil:
		page.Mail = "kept"
	}
	if err := s.Accounts.MailTested(ctx, me.ID, failed == nil); err != nil {
		return err
	}
	return s.showTests(c, me, page)
}

// testStorage writes, reads and deletes a file.
func (s *Site) testStorage(c echo.Context, me store.Person) error {
	page := views.AdminTestsPage{Storage: "good"}
	if err := s.Backpack.TryFiles(c.Request().Context(), me.ID); err != nil {
		page.Storage, page.Fault = "failed", err.Error()
	}
	return s.showTests(c, me, page)
}

func (s *Site) provedAddresses(c echo.Context, me store.Person) (own []string, err error) {
	addresses, err := s.Store.Addresses(c.Request().Context(), me.ID)
	for _, a := range addresses {
		if a.VerifiedAt != nil {
			own = append(own, a.Email)
		}
	}
	return own, err
}

func (s *Site) showTests(c echo.Context, me store.Person, page views.AdminTestsPage) (err error) {
	page.Kept = s.Kept != nil
	if page.Addresses, err = s.provedAddresses(c, me); err != nil {
		return err
	}
	if page.Frame, err = s.adminFrame(c, "tests"); err != nil {
		return err
	}
	return s.show(c, http.StatusOK, views.AdminTests(page))
}
